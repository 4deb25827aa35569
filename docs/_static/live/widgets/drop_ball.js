// Balls on a map: one for each optimizer, from where the reader drops them.
import { make, newest, spoken } from "../parts.js";
import { plane, sign } from "../plot.js";
import { probe } from "../probe.js";

const PACE = 45; // milliseconds for a step
const LEVELS = Array.from({ length: 14 }, (_, i) => ((i + 1) / 15) ** 2); // closer near the bottom
const still = matchMedia("(prefers-reduced-motion: reduce)");

export default async function show({ place, figure, settings, load }) {
  const model = await load("model");
  const { names, memories, steps, heights, window: view } = settings;
  const side = Math.sqrt(heights.length);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  let paths = []; // of the last drop: for each optimizer the points and their losses
  let shown = 0; // the step that is drawn

  const plot = plane({
    view,
    axes: ["w₁", "w₂"],
    name:
      "Map of the loss, darker is lower, with a movable cross. Arrow keys move it, " +
      "with Shift in small steps. Enter drops a ball there.",
    draw: (on) => {
      on.heat(heights, side, (value) => Math.sqrt((value - low) / (high - low || 1)), ["deep", "hill"]);
      for (const level of LEVELS) on.contour(heights, side, low + level * (high - low), { ink: "level", thick: 1 });
      // A path that flies off ends where its numbers do.
      const ways = paths.map(({ points }) => points.slice(0, shown + 1).filter((p) => p.every(Number.isFinite)));
      ways.forEach((points, i) => on.lines([points], { ink: `c${i}`, thick: 2.5, halo: 2 }));
      ways.forEach((points, i) => on.mark(points.at(-1), i, 7));
      on.cross(point());
    },
  });

  // One run of the model is one step of all optimizers: it takes the points and
  // what the optimizers remember, and gives the new ones.
  async function roll(start) {
    let now = names.flatMap((_, n) => [[`w${n}`, start], ...Object.entries(memories[n])]);
    const rolled = names.map(() => ({ points: [start], losses: [] }));
    for (let step = 0; step < steps; step += 1) {
      const feeds = now.map(([name, numbers]) => [name, [numbers, [1, numbers.length]]]);
      const outputs = (await model(Object.fromEntries(feeds))).map(({ data }) => [...data]);
      now = names.flatMap((_, n) => {
        const [point, [loss], ...kept] = outputs.splice(0, 2 + Object.keys(memories[n]).length);
        rolled[n].points.push(point);
        rolled[n].losses.push(loss);
        return [[`w${n}`, point], ...Object.keys(memories[n]).map((name, i) => [name, kept[i]])];
      });
    }
    return rolled;
  }

  const cells = names.map((name) => make("td", { "data-number": name }, "–"));
  const caption = make("caption", {}, "Loss");
  const table = make("table", { class: "live-table" }, caption,
    make("tbody", {}, ...names.map((name, i) =>
      make("tr", {}, make("th", { scope: "row" }, sign(i), name), cells[i]))));
  const where = make("p", { class: "live-numbers" });
  const [line, speak] = spoken();
  const tellStart = ([x, y]) =>
    (where.textContent = `Start: w₁ = ${x.toFixed(2)}, w₂ = ${y.toFixed(2)}`.replaceAll("-", "−"));
  const write = (loss) => {
    if (!Number.isFinite(loss)) return "flew off";
    const size = Math.abs(loss);
    return size >= 1e-5 && size < 1e4 ? String(Number(loss.toPrecision(4))) : loss.toExponential(3);
  };
  const present = (step) => {
    shown = step;
    caption.textContent = `Loss after step ${step} of ${steps}`;
    paths.forEach(({ losses }, i) => (cells[i].textContent = write(losses[step - 1]).replaceAll("-", "−")));
    plot.redraw();
  };

  let frame;
  const drop = newest(async (start) => {
    cancelAnimationFrame(frame);
    tellStart(start);
    figure.liveInput = Float32Array.from(start);
    const rolled = await roll(start);
    if (String(point()) !== String(start)) return; // the cross has moved on meanwhile
    paths = rolled;
    const ends = paths.map(({ losses }, i) => `${names[i]} ${write(losses.at(-1))}`);
    speak(`Loss after ${steps} steps: ${ends.join(", ")}.`);
    if (still.matches) return present(steps);
    const begin = performance.now();
    const move = (time) => {
      const step = Math.min(steps, 1 + Math.floor(Math.max(0, time - begin) / PACE));
      if (step !== shown || step === 1) present(step);
      if (step < steps) frame = requestAnimationFrame(move);
    };
    frame = requestAnimationFrame(move);
  });
  const moved = (start) => {
    cancelAnimationFrame(frame);
    [paths, caption.textContent] = [[], "Loss"];
    cells.forEach((cell) => (cell.textContent = "–"));
    tellStart(start);
    speak(where.textContent);
    plot.redraw();
  };
  const point = probe(plot, settings.start, moved, drop);

  const button = make("button", { type: "button" }, "Drop");
  button.addEventListener("click", () => drop(point()));
  place.append(
    make("div", { class: "live-columns" },
      make("div", {}, plot.canvas),
      make("div", {}, where, make("div", { class: "live-buttons" }, button), table)),
    line,
  );
  await drop(settings.start);
}
