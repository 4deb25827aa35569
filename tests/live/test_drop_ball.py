import numpy as np
import pytest

from dlkeras.live import drop_ball

CURVATURE = np.array([1.0, 25.0])
WINDOW = (-2.3, 0.7, -0.8, 1.3)


class SGD:
    m, v, t = 0.0, 0.0, 0

    def __init__(self, rate):
        self.rate = rate

    def step(self, w, g):
        return w - self.rate * g


class Adam(SGD):
    def step(self, w, g):
        self.t += 1
        self.m = 0.9 * self.m + 0.1 * g
        self.v = 0.999 * self.v + 0.001 * g**2
        b1, b2 = np.float32([0.9, 0.999]) ** self.t
        rate = self.rate * np.sqrt(1 - b2) / (1 - b1)
        return w - rate * self.m / (self.v**0.5 + 1e-7)


def bowl(w):
    return 0.5 * np.sum(CURVATURE * w**2, axis=-1)


def slope(w):
    return CURVATURE * w


BOTH = {"SGD": lambda: SGD(0.07), "Adam": lambda: Adam(0.1)}


def roll(found, start, steps):
    """What the page does: step by step, memories passed on."""
    memories = found.settings["memories"]
    now = {}
    for n, memory in enumerate(memories):
        now |= {f"w{n}": [start]} | {name: [value] for name, value in memory.items()}
    path = [[start] * len(memories)]
    for _ in range(steps):
        outputs, losses = found.run("model", **now), []
        for n, memory in enumerate(memories):
            now[f"w{n}"] = outputs.pop(0)
            losses.append(float(outputs.pop(0)[0, 0]))
            now |= {name: outputs.pop(0) for name in memory}
        path.append([now[f"w{n}"][0] for n in range(len(memories))])
    return np.swapaxes(path, 0, 1), losses  # (optimizers, steps + 1, 2)


def test_the_balls_roll_as_the_optimizers_step(stored):
    found = stored(drop_ball(bowl, slope, BOTH, WINDOW, steps=40))
    assert [len(memory) for memory in found.settings["memories"]] == [0, 3]
    start = np.array([-1.5, 1.0])
    paths, losses = roll(found, start, 40)
    for path, loss, make in zip(paths, losses, BOTH.values(), strict=True):
        w, optimizer = start, make()
        for _ in range(40):
            w = optimizer.step(w, slope(w))
        np.testing.assert_allclose(path[-1], w, atol=1e-4)
        np.testing.assert_allclose(loss, bowl(w), atol=1e-4)


def test_slopes_may_be_written_in_several_ways(stored):
    def saddle(w):
        return 0.5 * (w[..., 0] ** 2 - w[..., 1] ** 2) + 0.25 * w[..., 1] ** 4

    ways = {
        "a pair": lambda w: (w[..., 0], w[..., 1] ** 3 - w[..., 1]),
        "an array": lambda w: np.array([w[0], w[1] ** 3 - w[1]]),
    }
    ends = []
    for way in ways.values():
        widget = drop_ball(saddle, way, BOTH, (-1, 1, -1, 2), start=(0.5, 0.1))
        ends.append(roll(stored(widget), [0.5, 0.1], 3)[0])
    np.testing.assert_array_equal(*ends)


def test_settings_hold_the_map(stored):
    found = stored(drop_ball(bowl, slope, BOTH, WINDOW, steps=5, start=(-2, 0.6)))
    heights = np.reshape(found.settings["heights"], (48, 48))
    np.testing.assert_allclose(heights[0, 0], bowl(np.array([-2.3, -0.8])), rtol=1e-3)
    np.testing.assert_allclose(heights[0, -1], bowl(np.array([0.7, -0.8])), rtol=1e-3)
    assert found.settings["start"] == [-2, 0.6]
    assert found.settings["names"] == ["SGD", "Adam"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"window": (1, 0, 0, 1)}, r"window=\(1.0, 0.0, 0.0, 1.0\)"),
        ({"window": (0, 1)}, r"window=\(0.0, 1.0\)"),
        ({"optimizers": {}}, r"optimizers=\[\]"),
        ({"optimizers": dict.fromkeys("abcdefg", BOTH["SGD"])}, "'g'"),
        ({"steps": 0}, "steps=0"),
        ({"start": (9, 9)}, r"start=\[9.0, 9.0\]"),
    ],
)
def test_refuses_what_makes_no_sense(arguments, message):
    given = {"optimizers": BOTH, "window": WINDOW} | arguments
    with pytest.raises(ValueError, match=message):
        drop_ball(bowl, slope, **given)


def refused(step, message, **attributes):
    kind = type("Odd", (), {"step": step, **attributes})
    with pytest.raises(ValueError, match=message):
        drop_ball(bowl, slope, {"odd": kind}, WINDOW)


def test_refuses_optimizers_that_do_more_than_arithmetic():
    def decide(self, w, g):
        return w - 0.1 * g if g.sum() > 0 else w

    def sort(self, w, g):
        return w - 0.1 * np.sort(g)

    refused(decide, "'odd' must be made of arithmetic.*`if` cannot be exported")
    refused(sort, "'odd'")


def test_refuses_a_memory_that_is_not_there_from_the_start():
    def late(self, w, g):
        self.m = getattr(self, "m", 0) + g
        return w - 0.1 * self.m

    refused(late, "must be numbers from the start. Received: m=None")


def test_refuses_an_optimizer_that_cannot_step():
    def wrong(self, w, g):
        raise KeyError("rate")

    refused(wrong, "'odd' cannot step: 'rate'")


def test_notices_what_an_optimizer_remembers_elsewhere():
    count = [0]

    def hidden(self, w, g):
        count[0] += 1
        return w - 0.1 * g / count[0]

    refused(hidden, "'odd' steps otherwise when exported")
