// A canvas to draw on; the answers of many thinned networks, and how far they scatter.
import { FIVE, LETTER, PEN, moved, pad } from "../drawing.js";
import { make, newest, spoken } from "../parts.js";

const THREE = [[[90, 60], [150, 50], [190, 80], [170, 120], [130, 135], [180, 150], [195, 190],
  [150, 225], [90, 210]]];
const samples = {
  "a three": [THREE],
  "a leaning five": [FIVE.map((stroke) => stroke.map(([x, y]) => [x * 0.8 + 0.45 * (250 - y) - 20, y])), PEN],
  "a letter": [LETTER],
  "a face": [[...moved([[[0, 0], [1, 0]]], 1, 100, 100), ...moved([[[0, 0], [1, 0]]], 1, 180, 100),
    [[85, 170], [110, 205], [170, 205], [195, 170]]]],
};

// Uniform random numbers from a seed (mulberry32): the same for all readers.
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const entropy = (p) => -p.reduce((sum, one) => sum + one * Math.log(one + 1e-12), 0);
const best = (p) => p.indexOf(Math.max(...p));

export default async function show({ place, figure, settings, load }) {
  const model = await load("model");
  const { classes, passes, noise } = settings;
  const each = (compute) => Array.from({ length: passes }, (_, n) => compute(n));
  let seed = 0;
  let feeds = {};
  const redrawMasks = () => {
    const next = random((seed += 1));
    for (const [name, shape] of Object.entries(noise)) {
      const size = passes * shape.reduce((a, b) => a * b, 1);
      feeds[name] = [Float32Array.from({ length: size }, next), [passes, ...shape]];
    }
  };
  redrawMasks();

  const mark = (kind) => make("i", { class: kind });
  const rows = classes.map((name) => {
    // A dot for each network, each at a height of its own.
    const dots = each((n) => Object.assign(mark("live-dot"), { style: `top: ${(n * 61.8) % 100}%` }));
    const [whole, mean] = [mark("live-whole"), mark("live-mean")];
    const number = make("output", { "data-number": `mean of ${name}` });
    const track = make("span", { "aria-hidden": "true" }, ...dots, whole, mean);
    return { dots, whole, mean, number, row: make("div", {}, name, track, number) };
  });
  const number = (name) => make("output", { "data-number": name });
  const [verdict, votes, alone, H, apart] = ["verdict", "votes", "whole", "H", "disagreement"].map(number);
  const [line, speak] = spoken();
  const words = make("div", { class: "live-words" },
    make("p", { class: "live-answer" }, verdict),
    make("p", { class: "live-numbers" }, `Of ${passes} thinned networks `, votes, ". All neurons together: ", alone, "."),
    make("p", { class: "live-numbers" }, "Uncertainty H: ", H,
      ` of at most ${Math.log(classes.length).toFixed(2)}, of which disagreement: `, apart));
  const group = make("div", { class: "live-spread", role: "group", "aria-label": "mean probabilities" },
    ...rows.map(({ row }) => row));
  group.style.setProperty("--live-name", `${Math.max(1.5, ...classes.map((name) => name.length))}ch`);

  const update = newest(async () => {
    const input = drawn.read();
    group.classList.toggle("blank", drawn.isBlank());
    words.hidden = drawn.isBlank();
    if (drawn.isBlank()) {
      rows.forEach(({ row, number }) => (row.classList.remove("best"), (number.textContent = "")));
      return speak("Nothing is drawn.");
    }
    // One batch: the same drawing for each network, with masks of its own.
    const batch = new Float32Array(784 * passes);
    each((n) => batch.set(input, 784 * n));
    figure.liveInput = Float32Array.from([input, ...Object.values(feeds).map(([one]) => one)]
      .flatMap((one) => [...one]));
    const outputs = await model({ drawing: [batch, [passes, 28, 28, 1]], ...feeds });
    const [thinned, all] = outputs.map(({ data }) =>
      each((n) => Array.from(data.slice(n * classes.length, (n + 1) * classes.length))));
    const mean = classes.map((_, k) => thinned.reduce((sum, p) => sum + p[k] / passes, 0));
    const [first, whole] = [best(mean), all[0]];
    rows.forEach(({ dots, whole: ring, mean: diamond, number, row }, k) => {
      dots.forEach((dot, n) => (dot.style.left = `${100 * thinned[n][k]}%`));
      ring.style.left = `${100 * whole[k]}%`;
      diamond.style.left = `${100 * mean[k]}%`;
      number.textContent = `${(100 * mean[k]).toFixed(1)} %`;
      row.classList.toggle("best", k === first);
    });
    const percent = (share) => `${Math.round(100 * share)} %`;
    const counts = classes.map((name, k) => [thinned.filter((p) => best(p) === k).length, name]);
    const said = counts.filter(([count]) => count).sort(([a], [b]) => b - a);
    const doubt = thinned.reduce((sum, p) => sum + entropy(p) / passes, 0);
    const mood = mean[first] >= 0.9 ? "Sure" : mean[first] >= 0.6 ? "Inclined" : "Torn";
    verdict.textContent = `${mood}: ${classes[first]} gets ${percent(mean[first])} on average`;
    votes.textContent = said.map(([count, name]) => `${count} say ${name}`).join(", ");
    alone.textContent = `${classes[best(whole)]} with ${percent(whole[best(whole)])}`;
    H.textContent = entropy(mean).toFixed(2);
    apart.textContent = (entropy(mean) - doubt).toFixed(2);
    speak(`${verdict.textContent}. Networks: ${votes.textContent}. Uncertainty ${H.textContent}.`);
  });
  const drawn = pad({ what: "a digit", samples, fit: true, changed: update });
  const others = make("button", { type: "button" }, `Ask ${passes} others`);
  others.addEventListener("click", () => (redrawMasks(), update()));
  const entry = (kind, text) => make("span", {}, mark(kind), text);
  place.append(
    make("div", { class: "live-columns" }, drawn.canvas, group),
    make("p", { class: "live-legend" }, entry("live-dot", "a thinned network"),
      entry("live-mean", "their mean"), entry("live-whole", "all neurons")),
    words,
    drawn.buttons,
    drawn.box,
    line,
  );
  drawn.buttons.append(others);
  drawn.draw(...samples["a three"]);
}
