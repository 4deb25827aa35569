// Parts that widgets are made of.

// A new element: make("button", { type: "button" }, "text", child …).
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// The line in which a widget speaks; screen readers read it out.
export function say(figure, text) {
  let status = figure.querySelector(".live-status");
  if (!status) {
    status = make("p", { class: "live-status", role: "status" });
    figure.querySelector("figcaption").before(status);
  }
  status.textContent = text;
  return status;
}

// A line for screen readers alone, and a function that lets it speak once the
// numbers have come to rest: a slider on its way would not let it finish.
export function spoken() {
  const line = make("p", { class: "live-spoken", role: "status" });
  let timer;
  const speak = (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => (line.textContent = text), 600);
  };
  return [line, speak];
}

// Bytes for readers.
export function size(bytes) {
  if (bytes < 1e5) return `${Math.ceil(bytes / 1e3)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

// A slider with its name and its value.
export function slider({ name, min, max, step = "any", value, show = String }, changed) {
  const input = make("input", { type: "range", min, max, step, value });
  const output = make("output", { "aria-hidden": "true" });
  const tell = () => {
    output.textContent = show(Number(input.value));
    input.setAttribute("aria-valuetext", output.textContent);
  };
  tell();
  input.addEventListener("input", () => {
    tell();
    changed(Number(input.value));
  });
  return make("label", { class: "live-slider" }, make("span", {}, name), input, output);
}

// Buttons of which one is chosen.
export function choice(name, options, chosen, changed) {
  const group = make("fieldset", { class: "live-choice" }, make("legend", {}, name));
  const id = `live-${(choice.count = (choice.count ?? 0) + 1)}`;
  for (const option of options) {
    const input = make("input", {
      type: "radio",
      name: id,
      value: option,
      checked: option === chosen,
    });
    input.addEventListener("change", () => changed(option));
    group.append(make("label", {}, input, option));
  }
  return group;
}

// A canvas that is sharp on dense screens; its context counts in CSS pixels.
export function sharpCanvas(width, height, attributes = {}) {
  const dense = window.devicePixelRatio || 1;
  const canvas = make("canvas", {
    width: Math.round(width * dense),
    height: Math.round(height * dense),
    role: "img",
    ...attributes,
  });
  canvas.style.aspectRatio = `${width} / ${height}`;
  canvas.style.maxWidth = `${width}px`;
  const context = canvas.getContext("2d");
  context.scale(dense, dense);
  return [canvas, context];
}

// A color of the theme, by the name of its CSS variable.
export function color(name, element = document.body) {
  return getComputedStyle(element).getPropertyValue(`--live-${name}`).trim();
}

// Call again when the theme changes.
export function onTheme(callback) {
  new MutationObserver(callback).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-theme"],
  });
}

// Runs an asynchronous function for the newest input only: what comes while
// it is busy waits, and is overtaken by what comes later.
export function newest(compute) {
  let busy = false;
  let next;
  return async function run(...given) {
    next = given;
    if (busy) return;
    busy = true;
    try {
      while (next) {
        const now = next;
        next = undefined;
        await compute(...now);
      }
    } finally {
      busy = false;
    }
  };
}
