// Models run in a worker, so that the page stays quick. All widgets share it.
import { size } from "./parts.js";

let worker;
let started; // a promise: the runtime is loaded once
let calls = 0;
const waiting = new Map();

function ask(call, given = {}, progress) {
  if (!worker) {
    worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      const { resolve, reject, progress } = waiting.get(data.id);
      if (data.progress) return progress?.(data.progress);
      waiting.delete(data.id);
      data.error ? reject(new Error(data.error)) : resolve(data.value);
    };
    worker.onerror = (event) => {
      for (const { reject } of waiting.values())
        reject(new Error(event.message || "the browser could not start a worker."));
      waiting.clear();
      worker = started = undefined;
    };
  }
  return new Promise((resolve, reject) => {
    const id = (calls += 1);
    waiting.set(id, { resolve, reject, progress });
    worker.postMessage({ id, call, ...given });
  });
}

// A widget's settings, and a function that loads one of its models.
export async function open(folder, tell) {
  const progress = ({ what, done, total }) =>
    tell(`Loading ${what}: ${size(done)}${total ? ` of ${size(total)}` : ""}`);
  const answer = await fetch(new URL("widget.json", folder)).catch(() => ({}));
  if (!answer.ok) throw new Error("the widget's settings are missing. Is the server there?");
  const entry = await answer.json();
  started ??= ask("start", {}, progress).catch((error) => {
    started = undefined; // so that the reader can try again
    throw error;
  });
  await started;

  // The loaded model as a function: inputs by name, as [numbers, shape], to
  // the list of its outputs.
  const load = async (name) => {
    const url = new URL(entry.models[name], folder).href;
    const session = await ask("load", { url }, progress);
    return async (inputs) => {
      const start = performance.now();
      const outputs = await ask("run", { session, inputs });
      performance.measure("live-run", { start }); // for developer tools and benchmarks
      return outputs;
    };
  };
  return { entry, load };
}
