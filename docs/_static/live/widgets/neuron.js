// One neuron: sliders for its weights, the plane as it sees it.
import { choice, make, newest, slider, spoken } from "../parts.js";
import { legend, plane } from "../plot.js";
import { probe } from "../probe.js";
import { grid } from "../scales.js";

const SIDE = 48; // points along each side of the heat map
const STEP = 0.05; // of the sliders
const LIMIT = 6; // how far a slider goes beyond the trained value, at least
// Where the output stands on the scale of colors, whose middle is on the line.
const TONES = {
  sigmoid: (y) => y,
  tanh: (y) => (y + 1) / 2,
  relu: (y, most) => 0.5 + y / (2 * most || 1),
  step: (y) => y,
};
const signed = (value, digits = 2) => value.toFixed(digits).replace("-", "−");
const inBrackets = (value) => (value < 0 ? `(${signed(value)})` : signed(value));
const added = (value) => (value < 0 ? "− " : "+ ") + Math.abs(value).toFixed(2);

export default async function show({ place, figure, settings, load }) {
  const model = await load("model");
  const { x, y, features, classes, activations, window: view } = settings;
  const cells = grid(view, SIDE);
  const rows = 1 + x.length + SIDE * SIDE; // the probe, the data, the heat map
  const inputs = new Float32Array(2 * rows);
  inputs.set(x.flat(), 2);
  inputs.set(cells, 2 + 2 * x.length);
  let [w1, w2] = settings.weights;
  let b = settings.bias;
  let chosen = settings.activation;
  let heat = { z: [], output: [], most: 1 };

  const plot = plane({
    view,
    axes: features,
    name:
      `The output of the neuron over ${features.join(" and ")}, with a movable cross. ` +
      "Arrow keys move it, with Shift in small steps.",
    draw: (on) => {
      on.heat(heat.output, SIDE, (value) => TONES[chosen](value, heat.most));
      on.contour(heat.z, SIDE, 0, { halo: 3 });
      x.forEach((point, i) => on.mark(point, y[i]));
      on.cross(point());
    },
  });
  const number = (name) => make("output", { "data-number": name });
  const [z, output, right] = ["z", "y", "right"].map(number);
  const [sum, bend] = [make("span"), make("span")];
  const [line, speak] = spoken();

  const update = newest(async () => {
    const [px, py] = point();
    inputs.set([px, py]);
    const w = Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? w2 : w1));
    const bias = new Float32Array(rows).fill(b);
    const given = { x: [inputs, [rows, 2]], w: [w, [rows, 2]], b: [bias, [rows, 1]] };
    figure.liveInput = [px, py, w1, w2, b];
    const outputs = (await model(given)).map(({ data }) => data);
    const [sums, bent] = [outputs[0], outputs[1 + activations.indexOf(chosen)]];
    const [first, last] = [1 + x.length, rows];
    heat = { z: sums.slice(first, last), output: bent.slice(first, last) };
    heat.most = Math.max(...heat.output);
    const hits = y.filter((one, i) => sums[1 + i] > 0 === (one === 1)).length;
    sum.textContent =
      `z = ${signed(w1)} · ${inBrackets(px)} ${added(w2)} · ${inBrackets(py)} ${added(b)} = `;
    bend.textContent = `y = ${chosen}(z) = `;
    z.textContent = signed(sums[0], 3);
    output.textContent = signed(bent[0], 3);
    right.textContent = `${hits} of ${x.length}`;
    const place = `At ${signed(px)}, ${signed(py)}`;
    speak(`${place}: z ${z.textContent}, y ${output.textContent}. Right: ${right.textContent}.`);
    plot.redraw();
  });
  const point = probe(plot, [(view[0] + view[1]) / 2, (view[2] + view[3]) / 2], update);

  // Sliders count from their lowest value; the trained one must be on the way.
  const sliders = make("div");
  const reset = () => {
    [w1, w2] = settings.weights;
    b = settings.bias;
    const set = [(value) => (w1 = value), (value) => (w2 = value), (value) => (b = value)];
    const [one, two] = features.map((name) => name.replace(/ \(.*/, "")); // without units
    const names = [`w₁, ${one}`, `w₂, ${two}`, "b, bias"];
    sliders.replaceChildren(
      ...[w1, w2, b].map((value, i) => {
        const reach = STEP * Math.ceil((Math.abs(value) + LIMIT) / STEP);
        const changed = (now) => (set[i](now), update());
        const range = { min: value - reach, max: value + reach, step: STEP };
        return slider({ name: names[i], value, show: signed, ...range }, changed);
      }),
    );
    return update();
  };
  const button = make("button", { type: "button" }, "Trained weights");
  button.addEventListener("click", reset);
  place.append(
    make("div", { class: "live-columns" },
      make("div", {}, plot.canvas, legend(classes)),
      make("div", {}, sliders,
        choice("Activation", activations, chosen, (name) => ((chosen = name), update())),
        make("div", { class: "live-buttons" }, button),
        make("p", { class: "live-numbers" }, "At the cross: ", sum, z, make("br"), bend, output),
        make("p", { class: "live-numbers" }, "Points on the right side of the line: ", right))),
    line,
  );
  await reset();
}
