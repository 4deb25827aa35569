// A point of a plane that mouse, finger and arrow keys move.

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const [STEP, SMALL] = [0.025, 0.005]; // shares of the window; small with Shift

// `moved(point)` hears each move, `entered(point)` a click or Enter. Returns
// a function that gives the point.
export function probe({ canvas, view, place, redraw }, point, moved, entered = () => {}) {
  const [left, right, bottom, top] = view;
  canvas.tabIndex = 0;
  // Screen readers pass the arrow keys on to an application.
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-roledescription", "map with a movable point");
  const go = ([x, y]) => {
    point = [Math.min(right, Math.max(left, x)), Math.min(top, Math.max(bottom, y))];
    redraw();
    moved(point);
  };
  canvas.addEventListener("click", (event) => {
    go(place(event));
    entered(point);
  });
  // A finger that drags scrolls the page; a mouse takes the point along.
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" && event.buttons & 1) go(place(event));
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter") entered(point);
    else if (WAYS[event.key]) {
      const share = event.shiftKey ? SMALL : STEP;
      const [x, y] = WAYS[event.key];
      go([point[0] + share * x * (right - left), point[1] + share * y * (top - bottom)]);
    } else return;
    event.preventDefault();
  });
  return () => point;
}
