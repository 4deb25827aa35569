"""Exercises of the lab *Applications of convolutional networks*."""

import functools

import numpy as np

from dlkeras.workbook.exercise import Exercise, Wrong, as_array, attempt


def _iou(a, b):
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    both = np.maximum(high - low, 0).prod()
    return both / ((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - both)


class Shift(Exercise):
    """How far a box may slip until half of the union is lost."""

    name = "shift"

    def grade(self, answer):
        """The overlap is (12 − s) · 12, the union (12 + s) · 12."""
        shift = as_array(answer)
        if shift.shape != ():
            raise Wrong(f"expected one number, got {answer!r}", "Give one number.")
        if abs(shift - 4) < 1e-6:
            return
        overlap = 12 * max(12 - abs(shift), 0)
        message = (
            f"shifted by {shift:g} pixels, the squares share {overlap:g} of "
            f"{288 - overlap:g} pixels: an IoU of {overlap / (288 - overlap):.3g}"
        )
        if shift == 6:
            hint = "Half of each square is shared, but the union is more than a square."
        elif shift == 8:
            hint = "So wide is the overlap. By how much was the square shifted?"
        elif 0 < shift < 4:
            hint = "They share too much: shift further."
        elif 4 < shift < 12:
            hint = "They share too little: shift less."
        else:
            hint = "Between 0 (the same square) and 12 (nothing shared)."
        raise Wrong(message, hint)

    def solution(self):
        """(12 − s) / (12 + s) = 1 / 2."""
        shift = 4
        return shift

    def wrong_answers(self):
        """Half a square, the width of the overlap, too near, too far, a pair."""
        return [
            (6, "more than a square"),
            (8, "So wide is the overlap"),
            (3.5, "share too much"),
            (5, "share too little"),
            (-4.5, "Between 0"),
            ([4, 0], "one number"),
        ]


class Suppress(Exercise):
    """Non-maximum suppression."""

    name = "suppress"

    def grade(self, answer):
        """Two objects, a chain of three, far apart, a looser limit."""
        pair = [[0, 0, 10, 10], [1, 0, 11, 10], [30, 30, 40, 44], [31, 30, 41, 44]]
        chain = [[0, 0, 10, 10], [3, 0, 13, 10], [6, 0, 16, 10]]
        cases = [
            (pair, [0.6, 0.9, 0.8, 0.3], 0.5, "two objects, two boxes each"),
            (chain, [0.9, 0.8, 0.7], 0.5, "a chain of three"),
            (chain, [0.8, 0.9, 0.7], 0.6, "a chain, and a limit of 0.6"),
            (pair[::2], [0.2, 0.4], 0.5, "two boxes far apart"),
        ]
        for boxes, scores, limit, name in cases:
            boxes, scores = np.array(boxes, "float64"), np.array(scores)
            kept = as_array(attempt(answer, boxes.copy(), scores.copy(), limit))
            expected = self.solution()(boxes, scores, limit)
            if kept.ndim != 1:
                raise Wrong(
                    f"expected a list of numbers of boxes, got {kept.tolist()!r}",
                    "Return the numbers of the boxes, not the boxes.",
                )
            got = [int(k) if k == int(k) else float(k) for k in kept]
            if got != expected:
                raise Wrong(
                    f"{name}: with the scores {scores.tolist()} expected the boxes "
                    f"{expected}, got {got}",
                    self._hint(got, expected, boxes, scores, name),
                )

    @staticmethod
    def _hint(got, expected, boxes, scores, name):
        if sorted(got) == expected or sorted(got) == sorted(expected):
            return "The right boxes. Name them from the highest score to the lowest."
        if set(got) <= {0, 1} and len(got) == len(boxes) != len(expected):
            return "Return the numbers of the kept boxes, not a mark for each."
        if len(got) == len(boxes):
            return "Nothing is thrown out. Compare each box with those kept so far."
        if name == "a chain of three" and got == [0]:
            return "The third box overlaps only one that is thrown out itself."
        if got == expected[:1]:
            return "Keep the best box of each object, not of the whole image."
        if int(np.argmax(scores)) not in got:
            return "The box with the highest score always stays: start with it."
        return "A box stays unless its IoU with a kept box is above the limit."

    def solution(self):
        """The best first; each next one, unless a kept one covers it."""

        def suppress(boxes, scores, limit):
            kept = []
            for i in np.argsort(-scores):
                low = np.maximum(boxes[kept, :2], boxes[i, :2])
                high = np.minimum(boxes[kept, 2:], boxes[i, 2:])
                both = np.maximum(high - low, 0).prod(axis=1)
                area = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
                if (both <= limit * (area[kept] + area[i] - both)).all():
                    kept.append(int(i))
            return kept

        return suppress

    def wrong_answers(self):
        """First come, all compared, all kept, only one, marks, unsorted, worst."""

        def greedy(boxes, scores, limit, order):
            kept = []
            for i in order:
                if all(_iou(boxes[i], boxes[k]) <= limit for k in kept):
                    kept.append(int(i))
            return kept

        def first_come(boxes, scores, limit):
            return greedy(boxes, scores, limit, range(len(boxes)))

        def worst_first(boxes, scores, limit):
            return greedy(boxes, scores, limit, np.argsort(scores))

        def against_all(boxes, scores, limit):
            order = np.argsort(-scores)
            return [
                int(i)
                for n, i in enumerate(order)
                if all(_iou(boxes[i], boxes[k]) <= limit for k in order[:n])
            ]

        def right(boxes, scores, limit):
            return self.solution()(boxes, scores, limit)

        def marks(boxes, scores, limit):
            kept = right(boxes, scores, limit)
            return [int(i in kept) for i in range(len(boxes))]

        return [
            (first_come, "highest score always stays"),
            (worst_first, "highest score always stays"),
            (against_all, "thrown out itself"),
            (lambda boxes, scores, limit: np.argsort(-scores), "Nothing is thrown out"),
            (lambda boxes, scores, limit: [int(np.argmax(scores))], "of each object"),
            (marks, "not a mark for each"),
            (lambda *given: sorted(right(*given)), "highest score to the lowest"),
            (lambda *given: given[0][right(*given)], "not the boxes"),
        ]


@functools.cache
def _reader():
    """Digits, and a linear model that reads them: each class's mean image."""
    from dlkeras.datasets import load_digits

    (x_train, y_train), (x_test, y_test) = load_digits()
    x_train, x_test = (x.reshape(len(x), -1) / 16 for x in (x_train, x_test))
    W = np.stack([x_train[y_train == k].mean(axis=0) for k in range(10)], axis=1)
    b = -(W**2).sum(axis=0) / 2  # the nearest mean has the highest score
    right = (x_test @ W + b).argmax(axis=1) == y_test
    return 8 * W, 8 * b, x_test[right][:150], y_test[right][:150]


class Fool(Exercise):
    """An attack on a linear model, of any kind."""

    name = "fool"

    def grade(self, answer):
        """Small steps, still images, and most answers wrong."""
        W, b, x, y = _reader()
        epsilon = 0.2
        wrong = 0
        for image, label in zip(x, y, strict=True):
            arrays = image.copy(), int(label), W.copy(), b.copy()
            fooled = as_array(attempt(answer, *arrays, epsilon))
            if fooled.shape != (64,):
                raise Wrong(
                    f"expected an image of 64 pixels, got the shape {fooled.shape}",
                    "Return the changed image. W has a row a pixel, a column a class.",
                )
            step = np.abs(fooled - image).max()
            if not step <= epsilon + 1e-6:
                raise Wrong(
                    f"expected no pixel to change by more than {epsilon}, one changed "
                    f"by {step:.3g}",
                    "Take only the sign of the slope, times epsilon.",
                )
            if fooled.min() < -1e-6 or fooled.max() > 1 + 1e-6:
                raise Wrong(
                    f"expected pixels from 0 to 1, got {fooled.min():.3g} to "
                    f"{fooled.max():.3g}",
                    "Clip the image to 0 … 1 at the end.",
                )
            wrong += (fooled @ W + b).argmax() != label
        share = wrong / len(x)
        if share >= 0.7:
            return
        if share == 0:
            hint = "Every digit is still read. Go up the loss, not down."
        elif share < 0.35:
            hint = "Hardly worse than noise. The label must lose, another class win."
        else:
            hint = "A good start. Which wrong class is the nearest? Go toward it, too."
        raise Wrong(
            f"expected at least 70 % of the digits to be misread, got {share:.0%}", hint
        )

    def solution(self):
        """The slope of the cross-entropy for the pixels is W (p − one-hot)."""

        def fool(x, y, W, b, epsilon):
            z = x @ W + b
            p = np.exp(z - z.max())
            p /= p.sum()
            p[y] -= 1
            return np.clip(x + epsilon * np.sign(W @ p), 0, 1)

        return fool

    def wrong_answers(self):
        """Noise, the label alone, the wrong way, no sign, too far, no image."""

        def step(direction):
            def fool(x, y, W, b, epsilon):
                z = x @ W + b
                p = np.exp(z - z.max())
                p /= p.sum()
                p[y] -= 1
                return np.clip(x + direction(epsilon, W @ p), 0, 1)

            return fool

        def noise(x, y, W, b, epsilon):
            rng = np.random.default_rng(0)
            return np.clip(x + epsilon * rng.choice([-1, 1], size=64), 0, 1)

        def against_label(x, y, W, b, epsilon):
            return np.clip(x - epsilon * np.sign(W[:, y]), 0, 1)

        def against_average(x, y, W, b, epsilon):
            return np.clip(x - epsilon * np.sign(W[:, y] - W.mean(axis=1)), 0, 1)

        def no_clip(x, y, W, b, epsilon):
            return x - epsilon * np.sign(W[:, y])

        return [
            (noise, "Hardly worse than noise"),
            (against_label, "another class win"),
            (against_average, "A good start"),
            (step(lambda epsilon, slope: -epsilon * np.sign(slope)), "Go up the loss"),
            (step(lambda epsilon, slope: slope), "only the sign"),
            (no_clip, "Clip the image"),
            (lambda x, y, W, b, epsilon: np.sign(W - W[:, [y]]), "changed image"),
        ]
