// A canvas to draw on; the network's ten probabilities, and what its layers see.
import { FIVE, LETTER, PEN, moved, pad, picture } from "../drawing.js";
import { make, newest } from "../parts.js";

const samples = {
  "a small one": [moved(FIVE, 0.4, 84, 84), PEN * 0.5],
  "one in a corner": [moved(FIVE, 0.6, -30, -20), PEN * 0.7],
  "a letter": [LETTER],
};

export default async function show({ place, figure, settings, load }) {
  const model = await load("model");
  const bars = Array.from({ length: 10 }, (_, digit) => {
    const bar = make("span", { class: "live-bar" });
    const number = make("output", {}, "0.0 %");
    return { bar, number, row: make("div", {}, String(digit), make("span", {}, bar), number) };
  });
  const pictures = make("div", { class: "live-levels" });

  const update = newest(async () => {
    const input = read();
    figure.liveInput = input;
    const [p, ...levels] = await model({ [settings.input]: [input, [1, 28, 28, 1]] });
    const best = p.data.indexOf(Math.max(...p.data));
    bars.forEach(({ bar, number, row }, i) => {
      bar.style.width = `${100 * p.data[i]}%`;
      number.textContent = isBlank() ? "" : `${(100 * p.data[i]).toFixed(1)} %`;
      row.classList.toggle("best", !isBlank() && i === best);
    });
    pictures.replaceChildren(
      ...[{ data: input, shape: [1, 28, 28, 1] }, ...levels].map((level, i) => {
        const name = ["what it gets", ...settings.levels][i];
        return make("figure", {}, picture(level, name), make("figcaption", {}, name));
      }),
    );
  });
  const { canvas, buttons, box, draw, isBlank, read } =
    pad({ what: "a digit", samples, fit: true, changed: update });
  place.append(
    make("div", { class: "live-columns" }, canvas,
      make("div", { class: "live-bars", role: "group", "aria-label": "probabilities" },
        ...bars.map(({ row }) => row))),
    buttons,
    box,
    pictures,
  );
  draw([]);
}
