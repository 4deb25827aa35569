"""Exercises of the lab *Convolution*."""

import numpy as np

from dlkeras.workbook.exercise import Exercise, Wrong, as_array, attempt


class Size(Exercise):
    """How many pixels a layer leaves of n."""

    name = "size"

    def grade(self, answer):
        """Each of the numbers alone, then all of them, with a remainder."""
        cases = [
            # n, kernel, padding, stride, dilation
            (28, 5, 0, 1, 1),
            (28, 3, 1, 1, 1),
            (28, 3, 0, 1, 3),
            (27, 3, 0, 2, 1),
            (28, 3, 0, 2, 1),
            (64, 7, 3, 2, 2),
        ]
        for case in cases:
            got = as_array(attempt(answer, *case))
            expected = self.solution()(*case)
            if got.shape != ():
                raise Wrong(
                    f"expected one number, got the shape {got.shape}",
                    "Return the number of pixels in one row.",
                )
            if got == expected:
                continue
            n, kernel, padding, stride, dilation = case
            raise Wrong(
                f"for n={n}, kernel={kernel}, padding={padding}, stride={stride}, "
                f"dilation={dilation} expected {expected}, got {got.item():g}",
                self._hint(got, expected, *case),
            )

    @staticmethod
    def _hint(got, expected, n, kernel, padding, stride, dilation):
        if got == n - kernel * dilation and stride == 1 and not padding:
            return "A window of k pixels fits n − k + 1 times, not n − k."
        if padding and got == expected - padding:
            return "Zeros are added on both sides."
        if got != round(got.item()) and np.floor(got) == expected:
            return "A window that does not fit is left out: round down with //."
        if got == expected + 1 and stride > 1:
            return "Round down first, and add the 1 after that."
        if got == np.ceil((n + 2 * padding) / stride):
            return "Even with a stride, the last window must fit inside."
        if dilation > 1:
            return "A dilated kernel reaches over d (k − 1) + 1 pixels."
        return "Count by hand: where does the last window start?"

    def solution(self):
        """Where the last window starts, divided by the stride."""

        def size(n, kernel, padding, stride, dilation):
            reach = dilation * (kernel - 1) + 1
            return (n + 2 * padding - reach) // stride + 1

        return size

    def wrong_answers(self):
        """Off by one, padding once, no rounding, no dilation, the 1 too early."""

        def off_by_one(n, kernel, padding, stride, dilation):
            return (n + 2 * padding - dilation * (kernel - 1) - 1) // stride

        def one_side(n, kernel, padding, stride, dilation):
            return (n + padding - dilation * (kernel - 1) - 1) // stride + 1

        def no_rounding(n, kernel, padding, stride, dilation):
            return (n + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1

        def no_dilation(n, kernel, padding, stride, dilation):
            return (n + 2 * padding - kernel) // stride + 1

        def rounds_up(n, kernel, padding, stride, dilation):
            return -((n + 2 * padding - dilation * (kernel - 1) - 1) // -stride) + 1

        return [
            (off_by_one, "n − k + 1 times"),
            (one_side, "both sides"),
            (no_rounding, "round down"),
            (no_dilation, "reaches over"),
            (rounds_up, "add the 1 after that"),
            (lambda *case: case, "in one row"),
        ]


class Depthwise(Exercise):
    """A depthwise convolution in NumPy."""

    name = "depthwise"

    def grade(self, answer):
        """One channel, then three, in an image that is no square."""
        rng = np.random.default_rng(0)
        for channels in (1, 3):
            x, w = rng.normal(size=(6, 8, channels)), rng.normal(size=(3, 3, channels))
            expected = self.solution()(x, w)
            got = as_array(attempt(answer, x.copy(), w.copy()))
            if got.shape != expected.shape:
                raise Wrong(
                    f"for an image of shape {x.shape} and a kernel of shape {w.shape} "
                    f"expected the shape {expected.shape}, got {got.shape}",
                    self._shape_hint(got.shape, x.shape),
                )
            if np.allclose(got, expected):
                continue
            turned = self.solution()(x, w[::-1, ::-1])
            mixed = np.repeat(expected.sum(axis=2, keepdims=True), channels, axis=2)
            if np.allclose(got, turned):
                hint = (
                    "Your kernel is turned by 180°: w[u, v] goes with x[i + u, j + v]."
                )
            elif np.allclose(got, mixed):
                hint = "Do not add up the channels: each keeps its own result."
            elif channels > 1:
                hint = "One channel is right. Give each channel its own weights."
            else:
                hint = "Add up nine shifted images, each times its weight."
            raise Wrong(
                f"for {channels} channels the first pixel should be "
                f"{expected[0, 0].round(3)}, got {got[0, 0].round(3)}",
                hint,
            )

    @staticmethod
    def _shape_hint(got, shape):
        if got == shape:
            return "There is no padding: the window must fit inside the image."
        if len(got) < 3 or got[2] != shape[2]:
            return "Do not add up the channels: as many come out as go in."
        return "Along n pixels, a window of k fits n − k + 1 times."

    def solution(self):
        """Nine shifted images, each times its weight a channel."""

        def depthwise(x, w):
            k = len(w)
            height, width = x.shape[0] - k + 1, x.shape[1] - k + 1
            y = np.zeros((height, width, x.shape[2]))
            for u in range(k):
                for v in range(k):
                    y += x[u : u + height, v : v + width] * w[u, v]
            return y

        return depthwise

    def wrong_answers(self):
        """Channels added, turned, padded, one set of weights, a row too few."""
        right = self.solution()

        def padded(x, w):
            return right(np.pad(x, ((1, 1), (1, 1), (0, 0))), w)

        def added(x, w):
            return right(x, w).sum(axis=2)

        def mixed(x, w):
            return np.repeat(right(x, w).sum(axis=2, keepdims=True), x.shape[2], 2)

        def first_weights(x, w):
            return right(x, np.repeat(w[:, :, :1], x.shape[2], axis=2))

        return [
            (padded, "no padding"),
            (added, "Do not add up"),
            (mixed, "each keeps its own"),
            (lambda x, w: right(x, w[::-1, ::-1]), "turned by 180"),
            (first_weights, "its own weights"),
            (lambda x, w: right(x, w)[:-1, :-1], "n − k + 1 times"),
        ]


class Diagonal(Exercise):
    """A kernel that finds lines falling to the right, and nothing else."""

    name = "diagonal"

    def grade(self, answer):
        """Strongest answers to four thin lines and to a flat image."""
        w = as_array(answer)
        if w.shape != (3, 3):
            raise Wrong(
                f"expected 3 rows of 3 numbers, got the shape {w.shape}",
                "A kernel is a square: [[a, b, c], [d, e, f], [g, h, i]].",
            )
        lines = {
            "falling": np.eye(9),
            "rising": np.eye(9)[::-1],
            "level": np.outer(np.arange(9) == 4, np.ones(9)),
            "upright": np.outer(np.ones(9), np.arange(9) == 4),
            "flat": np.ones((9, 9)),
        }
        best = {}
        for name, line in lines.items():
            windows = np.lib.stride_tricks.sliding_window_view(line, (3, 3))
            best[name] = np.abs((windows * w).sum(axis=(2, 3))).max()
        others = {name: best[name] for name in best if name != "falling"}
        worst = max(others, key=others.get)
        flat = best["flat"] > 1e-6 * np.abs(w).sum()
        if best["falling"] >= 2 * others[worst] and best["falling"] > 0 and not flat:
            return
        if flat:
            worst, hint = "flat", "On a flat image the weights add up: make that sum 0."
        elif best["falling"] == 0:
            hint = "It never answers: which weights lie on the falling line?"
        elif worst == "rising":
            hint = "Mirror it: this kernel likes the other diagonal as much."
        else:
            hint = (
                "Lower the weights beside the diagonal, so that each row adds up to 0."
            )
        raise Wrong(
            f"expected at least twice as strong an answer to a falling line as to any "
            f"other, and none to a flat image; got {best['falling']:.3g} for falling, "
            f"{best[worst]:.3g} for {worst}",
            hint,
        )

    def solution(self):
        """The line itself, minus its mean."""
        diagonal = [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]
        return diagonal

    def wrong_answers(self):
        """The line alone, the other one, nothing, a row filter, a blot."""
        return [
            (np.eye(3), "make that sum 0"),
            ([[-1, -1, 2], [-1, 2, -1], [2, -1, -1]], "other diagonal"),
            (np.zeros((3, 3)), "never answers"),
            ([[-1, -1, -1], [2, 2, 2], [-1, -1, -1]], "beside the diagonal"),
            ([2, -1, -1], "square"),
        ]
