// A canvas to draw on; the filters of a layer, and the map that each makes of it.
import { pad } from "../drawing.js";
import { make, newest, spoken } from "../parts.js";
import { mix } from "../scales.js";

const samples = {
  "a level stroke": [[[[60, 140], [220, 140]]]],
  "an upright one": [[[[140, 60], [140, 220]]]],
  "a falling one": [[[[80, 80], [200, 200]]]],
  "a rising one": [[[[80, 200], [200, 80]]]],
  "a disk": [[[[140, 140], [141, 140]]], 130],
};
// Of weights, from negative over 0 to positive.
const COLORS = [[33, 102, 172], [247, 247, 247], [178, 24, 43]];

// A square of pixels; `shade(i)` gives the color of each.
function square(canvas, side, shade) {
  const image = new ImageData(side, side);
  for (let i = 0; i < side * side; i += 1) image.data.set([...shade(i), 255], 4 * i);
  Object.assign(canvas, { width: side, height: side });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

export default async function show({ place, figure, settings, load }) {
  const model = await load("model");
  const percent = (share) => `${Math.round(100 * share)} %`;
  const cells = settings.filters.map((rows, f) => {
    const name = `filter ${f + 1}`;
    const kernel = make("canvas", { class: "live-kernel", role: "img", "aria-label": name });
    const weights = rows.flat();
    const limit = Math.max(...weights.map(Math.abs)) || 1;
    square(kernel, rows.length, (i) => {
      const t = 1 + weights[i] / limit;
      return t < 1 ? mix(COLORS[0], COLORS[1], t) : mix(COLORS[1], COLORS[2], t - 1);
    });
    const map = make("canvas", { role: "img", "aria-label": `the map of ${name}` });
    const number = make("output", { "data-number": name });
    return { name, map, number, cell: make("div", {}, kernel, number, map) };
  });
  const [line, speak] = spoken();

  const update = newest(async () => {
    const input = drawn.read();
    figure.liveInput = input;
    const [maps, most] = await model({ drawing: [input, [1, 28, 28, 1]] });
    const order = cells.map((_, f) => f).sort((a, b) => most.data[b] - most.data[a]);
    cells.forEach(({ map, number, cell }, f) => {
      square(map, 28, (i) => Array(3).fill(255 * Math.min(1, maps.data[i * cells.length + f])));
      number.textContent = percent(most.data[f]);
      cell.classList.toggle("best", !drawn.isBlank() && order.indexOf(f) < 3);
    });
    const first = order.slice(0, 3).map((f) => `${cells[f].name} ${percent(most.data[f])}`);
    speak(drawn.isBlank() ? "Nothing is drawn." : `Strongest: ${first.join(", ")}.`);
  });
  const drawn = pad({ what: "something", samples, changed: update });
  place.append(
    make("div", { class: "live-columns" }, drawn.canvas,
      make("div", { class: "live-maps", role: "group", "aria-label": "filters and their maps" },
        ...cells.map(({ cell }) => cell))),
    drawn.buttons,
    make("p", { class: "live-note" },
      "Red weights are positive. 100 %, white: the most that any drawing can get out of " +
        "the filter. The first filters' weights add up to almost 0, so that they stay dark " +
        "where nothing changes. Framed: the three that answer most."),
    line,
  );
  drawn.draw(...samples["a level stroke"]);
}
