// A plane to draw on, with ticks, colors, lines and points. It is drawn at the
// size and density of the screen, and again when the theme changes.
import { color, make, onTheme } from "./parts.js";
import { crossings, mix, ticks } from "./scales.js";

const EDGE = { left: 52, right: 12, top: 10, bottom: 46 }; // pixels
// Points: sign in a legend; corners, angle of the first and size of the shape.
const UP = -Math.PI / 2;
const SHAPES = [
  ["●", 24, 0, 1], ["▲", 3, UP, 1.3], ["■", 4, UP / 2, 1.25],
  ["◆", 4, UP, 1.3], ["▼", 3, -UP, 1.3], ["⬟", 5, UP, 1.25],
];
const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

// The sign that points of a class have.
export const sign = (kind) => {
  const style = `color: var(--live-c${kind})`;
  return make("span", { "aria-hidden": "true", style }, SHAPES[kind][0], " ");
};

export function legend(names) {
  const entries = names.map((name, kind) => make("span", {}, sign(kind), name));
  return make("p", { class: "live-legend" }, ...entries);
}

// `draw(plot)` is called whenever the picture is due; `shape` is height over width.
export function plane({ view, axes, name, draw, shape = 0.85 }) {
  const [left, right, bottom, top] = view;
  const canvas = make("canvas", { class: "live-plane", role: "img", "aria-label": name });
  canvas.style.aspectRatio = `1 / ${shape}`;
  const c = canvas.getContext("2d");
  let [width, height, colors] = [0, 0, {}];
  const paint = (one) => (colors[one] ??= color(one));
  const at = ([x, y]) => [
    EDGE.left + ((x - left) / (right - left)) * (width - EDGE.left - EDGE.right),
    EDGE.top + ((top - y) / (top - bottom)) * (height - EDGE.top - EDGE.bottom),
  ];
  const stroke = (ink, lineWidth, dash = []) => {
    Object.assign(c, { strokeStyle: paint(ink), lineWidth, lineJoin: "round" });
    c.setLineDash(dash);
    c.stroke();
  };
  const plot = { canvas, view, redraw, heat, contour, lines, mark, cross, place };

  // Colors for values on a grid; `tone` maps a value to 0 … 1 on the scale.
  function heat(values, side, tone, scale = ["low", "middle", "high"]) {
    const stops = scale.map((one) => rgb(paint(one)));
    const image = new ImageData(side, side);
    for (let i = 0; i < side * side; i += 1) {
      const t = Math.min(1, Math.max(0, tone(values[i]) || 0)) * (stops.length - 1);
      const k = Math.min(Math.floor(t), stops.length - 2);
      const row = side - 1 - Math.floor(i / side);
      image.data.set([...mix(stops[k], stops[k + 1], t - k), 255], 4 * (row * side + (i % side)));
    }
    const small = new OffscreenCanvas(side, side);
    small.getContext("2d").putImageData(image, 0, 0);
    const [x, y] = at([left, top]);
    const [x2, y2] = at([right, bottom]);
    // The outer values lie on the window's edge, not half a cell inside.
    c.drawImage(small, 0.5, 0.5, side - 1, side - 1, x, y, x2 - x, y2 - y);
  }

  // The line along which values on a grid pass a level.
  function contour(values, side, level, style) {
    const [across, up] = [(right - left) / (side - 1), (top - bottom) / (side - 1)];
    const point = ([i, j]) => [left + i * across, bottom + j * up];
    lines(crossings(values, side, level).map((piece) => piece.map(point)), style);
  }

  function lines(all, { ink = "text", thick = 2, dash = [], halo = 0 } = {}) {
    c.beginPath();
    for (const points of all)
      points.forEach((point, i) => (i ? c.lineTo(...at(point)) : c.moveTo(...at(point))));
    if (halo) stroke("paper", thick + halo);
    stroke(ink, thick, dash);
  }

  // A point in the shape and the color of its class, or in another color.
  function mark(point, kind, size = 4.5, ink = `c${kind}`) {
    const [x, y] = at(point);
    const [, corners, turn, scale] = SHAPES[kind];
    c.beginPath();
    for (let i = 0; i < corners; i += 1) {
      const angle = turn + (2 * Math.PI * i) / corners;
      c.lineTo(x + size * scale * Math.cos(angle), y + size * scale * Math.sin(angle));
    }
    c.closePath();
    stroke("paper", 2.5);
    c.fillStyle = paint(ink);
    c.fill();
  }

  // A cross that shows on every color.
  function cross(point) {
    const [x, y] = at(point);
    c.beginPath();
    for (const [a, b] of [[9, 0], [0, 9]]) c.moveTo(x - a, y - b), c.lineTo(x + a, y + b);
    stroke("paper", 6);
    stroke("text", 2.5);
  }

  // Where in the window a mouse or a finger is.
  function place({ clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    const [[x, y], [x2, y2]] = [at([left, top]), at([right, bottom])];
    const [across, down] = [(clientX - box.x - x) / (x2 - x), (clientY - box.y - y) / (y2 - y)];
    return [left + across * (right - left), top - down * (top - bottom)];
  }

  function redraw() {
    if (!canvas.clientWidth) return;
    const dense = globalThis.devicePixelRatio || 1;
    [width, height, colors] = [canvas.clientWidth, canvas.clientWidth * shape, {}];
    Object.assign(canvas, { width: Math.round(width * dense), height: Math.round(height * dense) });
    c.setTransform(dense, 0, 0, dense, 0, 0);
    const [[x, y], [x2, y2]] = [at([left, top]), at([right, bottom])];
    c.save();
    c.beginPath();
    c.rect(x, y, x2 - x, y2 - y);
    c.clip();
    draw(plot);
    c.restore();
    c.beginPath();
    c.rect(x, y, x2 - x, y2 - y);
    stroke("line", 1);
    const { color: fillStyle, fontFamily } = getComputedStyle(canvas);
    Object.assign(c, { fillStyle, font: `13px ${fontFamily}`, textBaseline: "middle" });
    const write = (text, where, align, room) => {
      c.textAlign = align;
      c.fillText(text, ...where, room);
    };
    for (const [value, label] of ticks(left, right))
      write(label, [at([value, 0])[0], y2 + 13], "center");
    for (const [value, label] of ticks(bottom, top))
      write(label, [x - 6, at([0, value])[1]], "right");
    write(axes[0], [(x + x2) / 2, y2 + 34], "center", x2 - x);
    c.translate(9, (y + y2) / 2);
    c.rotate(UP);
    write(axes[1], [0, 0], "center", y2 - y);
  }

  new ResizeObserver(redraw).observe(canvas);
  onTheme(redraw);
  return plot;
}
