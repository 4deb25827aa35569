// Pictures to choose from; probabilities, and where the evidence for a class lies.
import { make, newest, sharpCanvas, spoken } from "../parts.js";
import { mix } from "../scales.js";

const WIDE = 352; // pixels of the large picture
// Of heat, from none to the most.
const COLORS = [[60, 15, 110], [150, 38, 103], [237, 105, 37], [251, 180, 26], [252, 255, 164]];

// Pixels that a canvas can scale; `shade(i)` gives red, green, blue and opacity.
function pixels(width, height, shade) {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i += 1) image.data.set(shade(i), 4 * i);
  const small = new OffscreenCanvas(width, height);
  small.getContext("2d").putImageData(image, 0, 0);
  return small;
}

function hot(t) {
  const at = Math.min(0.999, t) * (COLORS.length - 1);
  const k = Math.floor(at);
  return [...mix(COLORS[k], COLORS[k + 1], at - k), 215 * Math.sqrt(t)];
}

// The share of a heat map that lies in a box, given in shares of the picture.
function shareInside(heat, rows, columns, [left, top, right, bottom]) {
  const reach = (from, to, i, count) =>
    Math.max(0, Math.min(to * count, i + 1) - Math.max(from * count, i));
  let [inside, all] = [0, 0];
  heat.forEach((value, i) => {
    const y = reach(top, bottom, Math.floor(i / columns), rows);
    inside += value * y * reach(left, right, i % columns, columns);
    all += value;
  });
  return all && inside / all;
}

export default async function show({ place, figure, settings, load }) {
  const model = await load("model");
  const { classes, truth, boxes, size: [height, width] } = settings;
  const images = settings.images.map((text) =>
    Float32Array.from(atob(text), (letter) => letter.charCodeAt() / 255));
  const drawings = images.map((one) =>
    pixels(width, height, (i) => [...Array(3).fill(255 * one[i]), 255]));
  let [picture, chosen] = [0, 0];
  let found = { p: [], heat: [], rows: 1, columns: 1 };

  const [canvas, context] = sharpCanvas(WIDE, (WIDE * height) / width, { class: "live-photo" });
  const overlay = make("input", { type: "checkbox", checked: true });
  const number = (name) => make("output", { "data-number": name });
  const [answer, evidence, inside] = ["answer", "evidence", "inside"].map(number);
  const verdict = make("p", { class: "live-answer" }, answer);
  const [about, box] = [make("span"), make("span")];
  const [line, speak] = spoken();
  const heatOf = (k) => Array.from({ length: found.rows * found.columns }, (_, i) => found.heat[i * classes.length + k]);

  function draw() {
    const [w, h] = [WIDE, (WIDE * height) / width];
    context.imageSmoothingEnabled = false;
    context.drawImage(drawings[picture], 0, 0, w, h);
    // One scale for all classes: one that finds little looks pale.
    const top = Math.max(...found.heat, 1e-6);
    const heat = heatOf(chosen);
    context.imageSmoothingEnabled = true;
    if (overlay.checked)
      context.drawImage(pixels(found.columns, found.rows, (i) => hot(heat[i] / top)), 0, 0, w, h);
    if (!boxes) return;
    const [left, up, right, down] = boxes[picture];
    context.setLineDash([9, 6]);
    Object.assign(context, { lineWidth: 3, strokeStyle: "#56b4e9" });
    context.strokeRect(left * w, up * h, (right - left) * w, (down - up) * h);
  }

  function tell() {
    const heat = heatOf(chosen);
    evidence.textContent = heat.reduce((sum, one) => sum + one, 0).toFixed(2);
    about.textContent = `What is lit adds to the score of ${classes[chosen]}: `;
    if (boxes) {
      const share = shareInside(heat, found.rows, found.columns, boxes[picture]);
      const [left, top, right, bottom] = boxes[picture];
      inside.textContent = `${Math.round(100 * share)} %`;
      const area = Math.round(100 * (right - left) * (bottom - top));
      box.textContent = `The dashed box, ${area} % of the picture, holds of this heat: `;
    }
    canvas.setAttribute("aria-label",
      `Picture ${picture + 1}, with the heat map of ${classes[chosen]}`);
    const told = [about, evidence, box, inside].map((one) => one.textContent);
    speak(`${answer.textContent}. ${told[0]}${told[1]}. ${told[2]}${told[3]}`);
    draw();
  }

  const name = `live-cam-${(show.count = (show.count ?? 0) + 1)}`;
  const rows = classes.map((title, k) => {
    const input = make("input", { type: "radio", name: `${name}-class`, value: title });
    input.addEventListener("change", () => ((chosen = k), tell()));
    const bar = make("span", { class: "live-bar" });
    const p = number(`p of ${title}`);
    return { input, bar, p, row: make("label", {}, input, title, make("span", { "aria-hidden": "true" }, bar), p) };
  });
  const update = newest(async (n) => {
    figure.liveInput = images[n];
    const [p, heat] = await model({ [settings.input]: [images[n], [1, height, width, 1]] });
    if (n !== picture) return; // another one was chosen meanwhile
    found = { p: [...p.data], heat: [...heat.data], rows: heat.shape[1], columns: heat.shape[2] };
    const first = found.p.indexOf(Math.max(...found.p));
    rows.forEach(({ bar, p, row }, k) => {
      bar.style.width = `${100 * found.p[k]}%`;
      p.textContent = `${(100 * found.p[k]).toFixed(1)} %`;
      row.classList.toggle("best", k === first);
    });
    chosen = first;
    rows[first].input.checked = true;
    answer.textContent = truth[n] === first
      ? `Rightly named: ${classes[first]}` : `Taken for: ${classes[first]}. It is: ${classes[truth[n]]}`;
    tell();
  });

  const thumbs = images.map((_, n) => {
    const input = make("input", { type: "radio", name, value: n, checked: n === 0, "aria-label": `picture ${n + 1}` });
    input.addEventListener("change", () => update((picture = n)));
    const [small, on] = sharpCanvas(width, height, { "aria-hidden": "true" });
    on.drawImage(drawings[n], 0, 0, width, height);
    return make("label", {}, input, small);
  });
  overlay.addEventListener("change", draw);
  place.append(
    make("fieldset", { class: "live-thumbs" }, make("legend", {}, "Picture"), ...thumbs),
    verdict,
    make("div", { class: "live-columns" },
      make("div", {}, canvas, make("label", { class: "live-check" }, overlay, " show the heat map")),
      make("fieldset", { class: "live-classes" }, make("legend", {}, "Heat map of the class"),
        ...rows.map(({ row }) => row))),
    make("p", { class: "live-numbers" }, about, evidence, make("br"), box, inside),
    line,
  );
  await update(0);
}
