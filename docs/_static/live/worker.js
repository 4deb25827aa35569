// The worker: fetches the runtime and the models, and computes.
const HOME = new URL("../onnxruntime-web/", import.meta.url);
const BINARY = new URL("ort-wasm-simd-threaded.wasm.gz", HOME).href;
const CACHE = "onnxruntime-web"; // across pages and visits

let ort;
const sessions = [];

// Fetch a file, telling how far it is.
async function fetchBytes(url, what, progress) {
  const answer = await fetch(url).catch(() => {
    throw new Error(`${what} cannot be reached. Is the server still there?`);
  });
  if (!answer.ok) throw new Error(`${what} is missing (${answer.status}): ${url}`);
  const total = Number(answer.headers.get("Content-Length"));
  const pieces = [];
  let done = 0;
  const reader = answer.body.getReader();
  for (;;) {
    const { value, done: end } = await reader.read().catch(() => {
      throw new Error(`${what} was cut short on its way. Please try again.`);
    });
    if (end) break;
    pieces.push(value);
    done += value.length;
    progress({ what: what.toLowerCase(), done, total });
  }
  return new Blob(pieces);
}

const startsWith = async (blob, bytes) => {
  const first = new Uint8Array(await blob.slice(0, bytes.length).arrayBuffer());
  return bytes.every((byte, i) => first[i] === byte);
};

async function runtimeBinary(progress) {
  const cache = await globalThis.caches?.open(CACHE).catch(() => undefined);
  const kept = await cache?.match(BINARY);
  let blob = kept ? await kept.blob() : await fetchBytes(BINARY, "The runtime", progress);
  const whole = blob;
  try {
    if (await startsWith(blob, [0x1f, 0x8b])) {
      const unpacked = blob.stream().pipeThrough(new DecompressionStream("gzip"));
      blob = await new Response(unpacked).blob();
    }
    if (!(await startsWith(blob, [0, 0x61, 0x73, 0x6d]))) throw new Error("not WebAssembly");
  } catch {
    await cache?.delete(BINARY);
    throw new Error("the runtime's file is damaged or cut short. Please try again.");
  }
  if (!kept) await cache?.put(BINARY, new Response(whole)).catch(() => {}); // no room
  return blob.arrayBuffer();
}

const functions = {
  async start(given, progress) {
    const wasmBinary = await runtimeBinary(progress);
    ort = await import(new URL("ort.wasm.bundle.min.mjs", HOME).href);
    Object.assign(ort.env.wasm, { wasmBinary, numThreads: 1 });
    ort.env.logLevel = "error";
  },

  async load({ url }, progress) {
    const bytes = await (await fetchBytes(url, "The model", progress)).arrayBuffer();
    try {
      sessions.push(await ort.InferenceSession.create(new Uint8Array(bytes)));
    } catch {
      throw new Error(`the model's file is damaged or cut short: ${url}`);
    }
    return sessions.length - 1;
  },

  async run({ session, inputs }) {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, [numbers, shape]]) => [
        name,
        new ort.Tensor("float32", Float32Array.from(numbers), shape),
      ]),
    );
    const outputs = await sessions[session].run(feeds);
    return sessions[session].outputNames.map((name) => ({
      data: outputs[name].data,
      shape: outputs[name].dims,
    }));
  },
};

// One call after the other: a session cannot run twice at a time.
let queue = Promise.resolve();
self.onmessage = ({ data: { id, call, ...given } }) => {
  queue = queue.then(async () => {
    try {
      const progress = (state) => postMessage({ id, progress: state });
      postMessage({ id, value: await functions[call](given, progress) });
    } catch (error) {
      postMessage({ id, error: error.message });
    }
  });
};
