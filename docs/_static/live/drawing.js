// A canvas to draw on with mouse, finger, pen or keys, and what a model gets of it.
import { make, sharpCanvas } from "./parts.js";

const SIDE = 280; // pixels of the canvas; ten for each pixel of the model
const SHARP = 2; // pixels of the drawing for each of those
export const PEN = 22;

// Strokes, lists of points, in another size and place.
export const moved = (strokes, scale, x, y) =>
  strokes.map((stroke) => stroke.map(([a, b]) => [a * scale + x, b * scale + y]));

// Samples to press a button for: strokes, and the width of the pen.
export const FIVE = [[[190, 60], [110, 60], [105, 130], [160, 125], [190, 165], [160, 215], [100, 205]]];
export const LETTER = [[[80, 220], [140, 50], [200, 220]], [[105, 160], [175, 160]]];

// The canvas, its buttons and, where `fit` is true, the box that decides whether a
// drawing is scaled and centered. `read()` gives the drawing as 28 × 28 numbers,
// `isBlank()` tells whether there is one; `changed()` is called when it is another.
export function pad({ what, samples, fit = false, changed }) {
  const [canvas, context] = sharpCanvas(SIDE, SIDE, {
    class: "live-drawing",
    tabindex: 0,
    // Screen readers pass the arrow keys on to an application.
    role: "application",
    "aria-label":
      `Canvas to draw ${what} on. Keys: arrows move the pen, space lifts or lowers it.`,
  });
  // The drawing itself; the canvas also shows the pen.
  const drawing = new OffscreenCanvas(SIDE * SHARP, SIDE * SHARP);
  let strokes = []; // their points, and the width of the pen
  const centered = make("input", { type: "checkbox", checked: fit });
  const redraw = () => {
    paint(drawing, strokes);
    context.drawImage(drawing, 0, 0, SIDE, SIDE);
    changed();
  };
  const draw = (found, width = PEN) => {
    strokes = found.map((points) => ({ points: [...points], width }));
    down = false;
    redraw();
  };

  // Mouse, finger and pen.
  const at = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    return [((clientX - box.x) / box.width) * SIDE, ((clientY - box.y) / box.height) * SIDE];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    strokes.push({ points: [at(event)], width: PEN });
    redraw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    for (const each of event.getCoalescedEvents?.() ?? [event])
      strokes.at(-1).points.push(at(each));
    redraw();
  });

  // Keys.
  let [x, y, down] = [SIDE / 2, SIDE / 2, false];
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      down = !down;
      if (down) strokes.push({ points: [[x, y]], width: PEN });
    } else if (steps[event.key]) {
      const [dx, dy] = steps[event.key];
      [x, y] = [x + 10 * dx, y + 10 * dy].map((v) => Math.min(SIDE - 10, Math.max(10, v)));
      if (down) strokes.at(-1).points.push([x, y]);
    } else return;
    event.preventDefault();
    redraw();
    context.fillStyle = down ? "#56b4e9" : "#e69f00"; // the pen, not part of the drawing
    context.fillRect(x - 3, y - 3, 6, 6);
  });

  const button = (text, onclick) =>
    Object.assign(make("button", { type: "button" }, text), { onclick });
  centered.addEventListener("change", () => changed());
  const buttons = make("div", { class: "live-buttons" },
    button("Clear", () => draw([])),
    ...Object.entries(samples).map(([name, given]) => button(name, () => draw(...given))));
  return {
    canvas,
    buttons,
    box: make("label", {}, centered, " scaled and centered, as in training"),
    draw,
    isBlank: () => !strokes.length,
    read: () => digitize(drawing, centered.checked),
  };
}

function paint(drawing, strokes) {
  const context = drawing.getContext("2d", { willReadFrequently: true });
  context.setTransform(SHARP, 0, 0, SHARP, 0, 0);
  context.fillStyle = "black";
  context.fillRect(0, 0, SIDE, SIDE);
  for (const { points, width } of strokes) {
    const look = { strokeStyle: "white", lineWidth: width, lineCap: "round", lineJoin: "round" };
    Object.assign(context, look);
    context.beginPath();
    context.moveTo(...points[0]);
    for (const point of [points[0], ...points]) context.lineTo(...point);
    context.stroke();
  }
}

// The drawing as the model wants it: 28 × 28 numbers from 0 to 1.
function digitize(drawing, centered) {
  const small = new OffscreenCanvas(28, 28).getContext("2d", { willReadFrequently: true });
  small.imageSmoothingQuality = "high";
  small.fillRect(0, 0, 28, 28);
  let box = [0, 0, drawing.width, drawing.width, 0, 0, 28, 28];
  if (centered) {
    const ink = findInk(drawing);
    if (!ink) return new Float32Array(784);
    // 20 pixels for the longer side, the center of mass in the middle.
    const scale = 20 / Math.max(ink.right - ink.left, ink.bottom - ink.top);
    const [width, height] = [ink.right - ink.left, ink.bottom - ink.top];
    const x = 14 - (ink.x - ink.left) * scale;
    const y = 14 - (ink.y - ink.top) * scale;
    box = [ink.left, ink.top, width, height, x, y, width * scale, height * scale];
  }
  // In halves: a browser that shrinks at once leaves out pixels.
  let [image, left, top, width, height] = [drawing, ...box.slice(0, 4)];
  while (width > 2 * box[6] && height > 2 * box[7]) {
    const half = new OffscreenCanvas(Math.ceil(width / 2), Math.ceil(height / 2));
    half.getContext("2d").drawImage(image, left, top, width, height, 0, 0, width / 2, height / 2);
    [image, left, top, width, height] = [half, 0, 0, width / 2, height / 2];
  }
  small.drawImage(image, left, top, width, height, ...box.slice(4));
  const { data } = small.getImageData(0, 0, 28, 28);
  return Float32Array.from({ length: 784 }, (_, i) => data[4 * i] / 255);
}

// Where the ink is: its box, and its center of mass.
function findInk(drawing) {
  const { width, height } = drawing;
  const { data } = drawing.getContext("2d").getImageData(0, 0, width, height);
  const ink = { left: width, top: height, right: 0, bottom: 0, x: 0, y: 0 };
  let mass = 0;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const value = data[4 * (y * width + x)];
      if (!value) continue;
      ink.left = Math.min(ink.left, x);
      ink.right = Math.max(ink.right, x + 1);
      ink.top = Math.min(ink.top, y);
      ink.bottom = Math.max(ink.bottom, y + 1);
      ink.x += value * (x + 0.5);
      ink.y += value * (y + 0.5);
      mass += value;
    }
  return mass && { ...ink, x: ink.x / mass, y: ink.y / mass };
}

// A layer's output as an image: its channels side by side, or one column; `top` is white.
export function picture({ data, shape }, name, top = Math.max(...data, 1e-6)) {
  const [, height = 1, width = 1, channels = 1] = shape.length === 4 ? shape : [1, 1, 1, shape[1]];
  const across = Math.ceil(Math.sqrt(channels));
  const rows = Math.ceil(channels / across);
  const label = { "aria-label": name };
  const [canvas, context] = sharpCanvas(across * (width + 1), rows * (height + 1), label);
  for (let c = 0; c < channels; c += 1)
    for (let i = 0; i < height * width; i += 1) {
      const gray = Math.round((255 * Math.max(0, data[i * channels + c])) / top);
      context.fillStyle = `rgb(${gray},${gray},${gray})`;
      const x = (c % across) * (width + 1) + (i % width);
      const y = Math.floor(c / across) * (height + 1) + Math.floor(i / width);
      context.fillRect(x, y, 1, 1);
    }
  canvas.style.maxWidth = "none";
  return canvas;
}
