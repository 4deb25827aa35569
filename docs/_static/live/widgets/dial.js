// A dial for the strength of a penalty; the curve that belongs to it.
import { make, slider, spoken } from "../parts.js";
import { plane, sign } from "../plot.js";

export default async function show({ place, figure, settings, load }) {
  const model = await load("model");
  const { strengths, line: across, truth, train, new: fresh, labels, window: view } = settings;
  // One run gives all curves at all points, a column for each strength.
  const x = Float32Array.from([...across, ...train[0], ...fresh[0]]);
  figure.liveInput = x;
  const [{ data }] = await model({ [settings.input]: [x, [x.length, 1]] });
  const column = (from, count, k) =>
    Array.from({ length: count }, (_, i) => data[(from + i) * strengths.length + k]);
  let chosen = Math.floor(strengths.length / 2);

  const plot = plane({
    view,
    axes: labels,
    name: "The fitted curve",
    shape: 0.7,
    draw: (on) => {
      if (truth) on.lines([truth.map((y, i) => [across[i], y])], { thick: 1.5, dash: [6, 4] });
      fresh[0].forEach((at, i) => on.mark([at, fresh[1][i]], 1, 3));
      train[0].forEach((at, i) => on.mark([at, train[1][i]], 0, 5));
      const curve = column(0, across.length, chosen);
      on.lines([curve.map((y, i) => [across[i], y])], { ink: "c2", thick: 3, halo: 2 });
    },
  });

  const error = (from, targets) => {
    const found = column(from, targets.length, chosen);
    return found.reduce((sum, y, i) => sum + (y - targets[i]) ** 2, 0) / found.length;
  };
  const number = (name) => make("output", { "data-number": name });
  const [onTrain, onNew] = [number("train"), number("new")];
  const [spokenLine, speak] = spoken();
  const show = (k) =>
    strengths[k] < 1e-3 ? strengths[k].toExponential(1).replace("-", "−") : strengths[k].toPrecision(2);
  const update = (k) => {
    chosen = k;
    onTrain.textContent = error(across.length, train[1]).toFixed(4);
    onNew.textContent = error(across.length + train[1].length, fresh[1]).toFixed(4);
    plot.canvas.setAttribute(
      "aria-label",
      `The fitted curve at ${settings.dial} ${show(k)}. Mean squared error on the training ` +
        `points ${onTrain.textContent}, on new points ${onNew.textContent}.`,
    );
    speak(`Error on the training points ${onTrain.textContent}, on new points ${onNew.textContent}.`);
    plot.redraw();
  };
  const entry = (mark, ...text) => make("span", {}, mark, ...text);
  const dash = (kind) => make("span", { class: `live-stroke ${kind}`, "aria-hidden": "true" });
  place.append(
    slider({ name: settings.dial, min: 0, max: strengths.length - 1, step: 1, value: chosen, show }, update),
    make("div", { class: "live-columns live-wide" }, plot.canvas),
    make("p", { class: "live-legend" }, entry(dash("curve"), "the fit"),
      ...(truth ? [entry(dash("truth"), "the true curve")] : []),
      entry(sign(0), "training points"), entry(sign(1), "new points")),
    make("dl", { class: "live-pairs" },
      make("dt", {}, "Mean squared error on the training points"), make("dd", {}, onTrain),
      make("dt", {}, "on new points"), make("dd", {}, onNew)),
    spokenLine,
  );
  update(chosen);
}
