"""Exercises of the lab *Pooling*."""

import numpy as np

from dlkeras.workbook.exercise import Exercise, Wrong, as_array, attempt


class Saved(Exercise):
    """Parameters that global average pooling saves."""

    name = "saved"

    def grade(self, answer):
        """7 · 7 · 64 · 10 weights against 64 · 10; the 10 biases remain."""
        got = as_array(answer)
        if got.shape != ():
            raise Wrong(f"expected one number, got {answer!r}", "Give one number.")
        if got == self.solution():
            return
        hints = {
            31_370: "That is the layer after flattening. What is left after pooling?",
            31_360: "Those are the weights after flattening. Some remain.",
            650: "That is what is left. How many were there before?",
            640: "That is what is left. How many were there before?",
            30_730: "The ten biases are there both times: they are not saved.",
            30_710: "The ten biases are there both times: count them twice or never.",
            3072: "Each of the ten classes has weights of its own.",
            480: "Each channel has a weight for each class: mind the 64.",
        }
        hint = "Before: weights from 7·7·64 numbers to 10. After: from how many?"
        raise Wrong(
            f"expected another number than {got:g}", hints.get(got.item(), hint)
        )

    def solution(self):
        """A weight for each pair of a number and a class; biases cancel."""
        saved = (7 * 7 * 64 - 64) * 10
        return saved

    def wrong_answers(self):
        """Only the first, only the second, biases on one side, one class."""
        return [
            (31_370, "after flattening"),
            (650, "what is left"),
            (30_730, "not saved"),
            (3072, "ten classes"),
            (480, "mind the 64"),
            (49, "from how many"),
            ([31_370, 650], "one number"),
        ]


class MaxPool(Exercise):
    """Max pooling with windows that may overlap."""

    name = "max_pool"

    def grade(self, answer):
        """Windows that meet, that overlap, that leave gaps, all negative."""
        rng = np.random.default_rng(0)
        cases = [((6, 8, 1), 2, 2), ((7, 9, 2), 3, 2), ((9, 7, 3), 2, 3)]
        for shape, k, stride in cases:
            x = -rng.uniform(1, 9, size=shape).round(1)
            expected = self.solution()(x, k, stride)
            got = as_array(attempt(answer, x.copy(), k, stride))
            case = f"for an image of shape {shape}, k={k} and stride={stride}"
            if got.shape != expected.shape:
                raise Wrong(
                    f"{case} expected the shape {expected.shape}, got {got.shape}",
                    self._shape_hint(got.shape, shape, k, stride),
                )
            if np.allclose(got, expected):
                continue
            if (got >= 0).all():
                hint = "Here all pixels are negative. Do not start from 0."
            elif np.allclose(got, got[:, :, :1]) and shape[2] > 1:
                hint = "Each channel has a maximum of its own."
            else:
                hint = "Window (i, j) starts at row i·stride, column j·stride."
            raise Wrong(
                f"{case} the first window should give {expected[0, 0]}, got "
                f"{got[0, 0].round(3)}; the last {expected[-1, -1]}, got "
                f"{got[-1, -1].round(3)}",
                hint,
            )

    @staticmethod
    def _shape_hint(got, shape, k, stride):
        if len(got) < 3 or got[2] != shape[2]:
            return "Keep the channels: take the maximum over rows and columns only."
        if got[:2] == (shape[0] // k, shape[1] // k):
            return "The windows start every `stride` pixels, not every k."
        if got[:2] == (-(-shape[0] // stride), -(-shape[1] // stride)):
            return "There is no padding: the last window must fit inside."
        return "The size is (n − k) // stride + 1."

    def solution(self):
        """The maximum of each window."""

        def max_pool(x, k, stride):
            height = (x.shape[0] - k) // stride + 1
            width = (x.shape[1] - k) // stride + 1
            y = np.empty((height, width, x.shape[2]))
            for i in range(height):
                for j in range(width):
                    top, left = i * stride, j * stride
                    y[i, j] = x[top : top + k, left : left + k].max(axis=(0, 1))
            return y

        return max_pool

    def wrong_answers(self):
        """From 0, no overlap, padded, channels mixed, windows of the stride."""
        right = self.solution()

        def from_zero(x, k, stride):
            return np.maximum(right(x, k, stride), 0)

        def no_overlap(x, k, stride):
            return right(x, k, k)

        def padded(x, k, stride):
            far = ((0, k), (0, k), (0, 0))
            rows, columns = -(-x.shape[0] // stride), -(-x.shape[1] // stride)
            return right(np.pad(x, far), k, stride)[:rows, :columns]

        def mixed(x, k, stride):
            y = right(x, k, stride)
            return np.broadcast_to(y.max(axis=2, keepdims=True), y.shape)

        def no_channels(x, k, stride):
            return right(x, k, stride).max(axis=2)

        def at_the_corner(x, k, stride):
            y = right(x, k, stride)
            return x[::stride, ::stride][: y.shape[0], : y.shape[1]]

        return [
            (from_zero, "Do not start from 0"),
            (no_overlap, "not every k"),
            (padded, "no padding"),
            (mixed, "of its own"),
            (no_channels, "Keep the channels"),
            (at_the_corner, "starts at row"),
        ]


class Describe(Exercise):
    """Numbers that do not change when an image is shifted around."""

    name = "describe"

    def grade(self, answer):
        """Shift, then shuffle, twelve images."""
        rng = np.random.default_rng(0)
        images = rng.random((12, 8, 8)) ** 3
        numbers = []
        for number, x in enumerate(images, start=1):
            got = as_array(attempt(answer, x.copy()))
            if got.ndim != 1 or got.size < 3:
                raise Wrong(
                    f"expected a list of at least 3 numbers, got the shape {got.shape}",
                    "Return a list or a flat array, such as [a, b, c].",
                )
            if not np.isfinite(got).all():
                raise Wrong(f"expected finite numbers, got {got}", "Mind divisions.")
            scale = 1e-6 * (1 + np.abs(got).max())
            for move in ((0, 1), (1, 0), (3, -2)):
                moved = np.roll(x, move, axis=(0, 1))
                after = as_array(attempt(answer, moved))
                if after.shape != got.shape or np.abs(after - got).max() > scale:
                    raise Wrong(
                        f"image {number} shifted by {move} gives other numbers",
                        self._shift_hint(answer, x),
                    )
            numbers.append(got)
        shuffled = [rng.permutation(x.ravel()).reshape(x.shape) for x in images]
        again = [as_array(attempt(answer, x.copy())) for x in shuffled]
        differ = np.abs(np.array(again) - numbers) > 1e-4 * (1 + np.abs(numbers))
        if np.allclose(numbers, numbers[0]):
            raise Wrong(
                f"all images give the same numbers, {numbers[0][:4]}",
                "The numbers must say something about the image.",
            )
        count = int(differ.all(axis=0).sum())
        if count < 3:
            raise Wrong(
                "expected at least 3 numbers that change when the pixels are "
                f"shuffled, got {count}",
                "Compare each pixel with a neighbor first (np.roll), then pool "
                "globally. Different neighbors give different numbers.",
            )

    @staticmethod
    def _shift_hint(answer, x):
        around = np.roll(x, 1, axis=1)
        same = np.allclose(as_array(answer(x)), as_array(answer(around)), atol=1e-6)
        if same:
            return "It survives a shift to the side, but not one down: pool both axes."
        return (
            "Pool over the whole image. For neighbors beyond the border, go on at the "
            "other side: np.roll does."
        )

    def solution(self):
        """Differences to three neighbors, then global pooling."""

        def describe(x):
            right = np.abs(x - np.roll(x, 1, axis=1)).mean()
            below = np.abs(x - np.roll(x, 1, axis=0)).mean()
            slanted = np.abs(x - np.roll(x, (1, 1), axis=(0, 1))).mean()
            return [right, below, slanted]

        return describe

    def wrong_answers(self):
        """Statistics of single pixels, rows, np.diff, a constant, one number."""

        def statistics(x):
            return [x.mean(), x.max(), x.std()]

        def with_borders(x):
            differences = [np.diff(x, axis=0), np.diff(x, axis=1), np.diff(x, n=2)]
            return [np.abs(d).mean() for d in differences]

        return [
            (statistics, "neighbor first"),
            (lambda x: x.mean(axis=0), "Pool over the whole image"),
            (lambda x: x.mean(axis=1), "pool both axes"),
            (with_borders, "other side"),
            (lambda x: [1.0, 2.0, 3.0], "say something"),
            (lambda x: x.mean(), "list or a flat array"),
        ]
