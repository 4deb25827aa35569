// Puts a button under the still picture of each widget. All else, from the
// widget's own script to the runtime, is loaded when a reader presses it.
import { say, size } from "./parts.js";

const runtime = new URL("../onnxruntime-web/ort-wasm-simd-threaded.wasm.gz", import.meta.url);
const runtimeBytes = Number(document.querySelector("[data-runtime-bytes]")?.dataset.runtimeBytes);

async function start(figure, button) {
  const pressed = performance.now();
  const still = figure.querySelector(".live-still");
  const status = say(figure, "Loading …");
  button.disabled = true;
  figure.dataset.state = "loading";
  try {
    const { open } = await import("./runtime.js");
    const folder = new URL(figure.dataset.live, document.baseURI);
    const { entry, load } = await open(folder, (text) => (status.textContent = text));
    const { default: show } = await import(`./widgets/${entry.kind}.js`);
    const place = document.createElement("div");
    place.className = "live-widget";
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", entry.title);
    still.after(place);
    await show({ place, figure, settings: entry.settings, load, folder });
    still.hidden = true;
    button.remove();
    status.textContent = "";
    figure.dataset.state = "ready";
    performance.measure("live-start", { start: pressed });
    place.querySelector("canvas[tabindex], button, input, select")?.focus({ preventScroll: true });
  } catch (error) {
    figure.querySelector(".live-widget")?.remove();
    status.textContent = `This did not work: ${error.message}`;
    figure.dataset.state = "error";
    button.disabled = false;
    button.textContent = "Try again";
  }
}

async function offer(figure) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "live-start";
  figure.querySelector("figcaption").before(button);
  if (location.protocol === "file:") {
    button.disabled = true;
    button.textContent = "Runs when the site is served, not from a file";
    return;
  }
  const cached = await globalThis.caches?.match(runtime).catch(() => undefined);
  const bytes = Number(figure.dataset.bytes) + (cached ? 0 : runtimeBytes || 0);
  button.textContent = bytes ? `Start (${size(bytes)})` : "Start";
  button.addEventListener("click", () => start(figure, button));
}

document.querySelectorAll("figure.lab-live").forEach(offer);
