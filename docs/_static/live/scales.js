// Numbers behind a picture: grids, ticks, and where a level is crossed.

export const mix = (a, b, t) => a.map((value, i) => value + t * (b[i] - value));

// Points on a grid over a window, row after row from below: x, y, x, y …
export function grid([left, right, bottom, top], side) {
  const points = new Float32Array(2 * side * side);
  for (let i = 0; i < side * side; i += 1) {
    points[2 * i] = left + ((right - left) * (i % side)) / (side - 1);
    points[2 * i + 1] = bottom + ((top - bottom) * Math.floor(i / side)) / (side - 1);
  }
  return points;
}

// Round numbers for an axis, about six of them, and their labels.
export function ticks(low, high) {
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((times) => times * power >= rough);
  const first = Math.ceil(low / step);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => {
    const value = (first + i) * step || 0;
    return [value, value.toFixed(digits).replace("-", "−")];
  });
}

// Where values on a grid pass a level: a piece of line in each cell on the way,
// as two points in steps of the grid.
export function crossings(values, side, level) {
  const pieces = [];
  for (let j = 0; j < side - 1; j += 1)
    for (let i = 0; i < side - 1; i += 1) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      const above = corners.map(([a, b]) => values[b * side + a] - level);
      const found = corners.flatMap((corner, k) => {
        const next = (k + 1) % 4;
        if (above[k] > 0 === above[next] > 0) return [];
        return [mix(corner, corners[next], above[k] / (above[k] - above[next]))];
      });
      while (found.length) pieces.push(found.splice(0, 2));
    }
  return pieces;
}
