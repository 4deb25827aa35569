// A slider for each input; the prediction, and what each change moved.
import { make, newest, spoken } from "../parts.js";

export default async function show({ place, figure, settings, load }) {
  const model = await load("model");
  const { features, example, decimals, unit, target } = settings;
  const row = [...example];
  const number = (value, digits) =>
    value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const write = (value) => number(value, decimals).replace("-", "−");
  const change = (value) => {
    const rounded = Number(value.toFixed(decimals)) || 0; // no −0
    return (rounded > 0 ? "+" : "") + write(rounded);
  };

  const answer = make("output", { "data-number": "prediction" });
  const difference = make("output", { "data-number": "difference" });
  const [line, speak] = spoken();
  const rows = features.map((feature, i) => control(feature, example[i], (value) => {
    row[i] = value;
    update();
  }));

  // One run for all: the row, the example, and the row with one input at a time
  // back at its value in the example.
  const update = newest(async () => {
    const back = row.map((_, i) => row.map((value, j) => (i === j ? example[j] : value)));
    figure.liveInput = Float32Array.from(row);
    const batch = Float32Array.from([row, example, ...back].flat());
    const [{ data }] = await model({ row: [batch, [row.length + 2, row.length]] });
    const [now, first, ...without] = data;
    const moved = without.map((value) => now - value);
    const widest = Math.max(...moved.map(Math.abs), 10 ** -decimals);
    answer.textContent = `${write(now)} ${unit}`;
    difference.textContent = `${change(now - first)} ${unit}`;
    rows.forEach(({ bar, effect }, i) => {
      effect.textContent = row[i] === example[i] ? "" : change(moved[i]);
      bar.classList.toggle("minus", moved[i] < 0);
      const share = row[i] === example[i] ? 0 : (50 * moved[i]) / widest;
      Object.assign(bar.style, { width: `${Math.abs(share)}%`, left: `${50 + Math.min(0, share)}%` });
    });
    const most = moved.map(Math.abs).indexOf(Math.max(...moved.map(Math.abs)));
    const why = moved.some((value) => value) ? ` Moved most by ${features[most].name}: ${change(moved[most])}.` : "";
    speak(`${target} ${answer.textContent}, ${difference.textContent} against the example.${why}`);
  });

  const button = make("button", { type: "button" }, "Back to the example");
  button.addEventListener("click", () => {
    rows.forEach(({ reset }) => reset());
    row.splice(0, row.length, ...example);
    update();
  });
  place.append(
    make("p", { class: "live-answer live-sticky" }, `${target}: `, answer,
      make("small", {}, difference, " against the example")),
    make("div", { class: "live-effects", role: "group", "aria-label": "inputs" },
      ...rows.map(({ element }) => element)),
    make("p", { class: "live-note" }, "Bars: the prediction now, minus that with this one input back at the example."),
    make("div", { class: "live-buttons" }, button),
    line,
  );
  await update();
}

// The name of an input, its slider or box, its value, and the bar of its effect.
function control({ name, min, max, step, unit }, value, changed) {
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const isBox = min === 0 && max === 1 && step === 1;
  // A slider counts steps from the example, so that it can come back to it.
  const [down, up] = [min - value, max - value].map((way) => Math.sign(way) * Math.ceil(Math.abs(way) / step));
  const input = isBox
    ? make("input", { type: "checkbox" })
    : make("input", { type: "range", min: down, max: up, step: 1 });
  const read = () => {
    if (isBox) return Number(input.checked);
    return Math.min(max, Math.max(min, value + step * input.valueAsNumber));
  };
  const shown = make("span", { class: "live-value", "aria-hidden": "true" });
  const tell = () => {
    const text = read().toLocaleString("en-US", { maximumFractionDigits: digits });
    if (isBox) return; // a box shows its value itself
    shown.textContent = text;
    input.setAttribute("aria-valuetext", `${text} ${unit}`);
  };
  const reset = () => {
    if (isBox) input.checked = value === 1;
    else input.value = 0;
    tell();
  };
  input.addEventListener("input", () => {
    tell();
    changed(read());
  });
  reset();
  const bar = make("span", { class: "live-bar" });
  const effect = make("span", { class: "live-effect", "data-number": `effect of ${name}` });
  const units = unit && !isBox ? make("small", {}, ` ${unit}`) : "";
  const label = make("label", {}, make("span", {}, name, units), input, shown);
  const track = make("span", { class: "live-track", "aria-hidden": "true" }, bar);
  return { element: make("div", {}, label, track, effect), bar, effect, reset };
}
