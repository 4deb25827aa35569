// Several networks on the same plane, one at a time.
import { choice, make, newest, spoken } from "../parts.js";
import { legend, plane } from "../plot.js";
import { probe } from "../probe.js";
import { grid } from "../scales.js";

const SIDE = 64; // points along each side of the heat map

export default async function show({ place, figure, settings, load }) {
  const { names, files, inputs, x, y, features, classes, window: view } = settings;
  const models = await Promise.all(files.map(load));
  const ask = async (i, points) =>
    (await models[i]({ [inputs[i]]: [points, [points.length / 2, 2]] }))[0].data;

  // All surfaces are computed now, so that switching takes no time.
  const cells = grid(view, SIDE);
  const heats = await Promise.all(names.map((_, i) => ask(i, cells)));
  const onData = await Promise.all(names.map((_, i) => ask(i, x.flat())));
  const hits = onData.map((p) => y.filter((one, i) => p[i] > 0.5 === (one === 1)).length);
  let chosen = 0;

  const plot = plane({
    view,
    axes: features,
    name:
      `The network's probability over ${features.join(" and ")}, with a movable cross. ` +
      "Arrow keys move it, with Shift in small steps.",
    draw: (on) => {
      on.heat(heats[chosen], SIDE, (p) => p);
      on.contour(heats[chosen], SIDE, 0.5, { halo: 3 });
      x.forEach((each, i) => on.mark(each, y[i]));
      on.cross(point());
    },
  });
  const [answer, right] = ["p", "right"].map((name) => make("output", { "data-number": name }));
  const where = make("span");
  const [line, speak] = spoken();

  const update = newest(async () => {
    const [px, py] = point();
    const asked = chosen;
    figure.liveInput = Float32Array.of(px, py);
    const [p] = await ask(asked, figure.liveInput);
    where.textContent = `Probability of ${classes[1]} at (${px.toFixed(2)}, ${py.toFixed(2)}): `;
    answer.textContent = p.toFixed(3);
    right.textContent = `${hits[asked]} of ${x.length}`;
    speak(`${names[asked]}. ${where.textContent}${answer.textContent}. Points told right: ${right.textContent}.`);
  });
  const point = probe(plot, [(view[0] + view[1]) / 2, (view[2] + view[3]) / 2], update);
  const switchTo = (name) => {
    chosen = names.indexOf(name);
    plot.redraw();
    return update();
  };

  place.append(
    choice("Network", names, names[0], switchTo),
    make("div", { class: "live-columns live-one" }, make("div", {}, plot.canvas, legend(classes))),
    make("p", { class: "live-answer" }, where, answer),
    make("p", { class: "live-numbers" }, "Points that this network tells right: ", right),
    line,
  );
  await update();
}
