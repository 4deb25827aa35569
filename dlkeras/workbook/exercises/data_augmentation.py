"""Exercises of the lab *Data augmentation*."""

import numpy as np

from dlkeras.workbook.exercise import Exercise, Wrong, as_array, as_parts, attempt


class Flips(Exercise):
    """Which pictures are still what they were, seen in a mirror."""

    name = "flips"
    right = ("cat", "shirt", "tree")

    def grade(self, answer):
        """A set of names out of six."""
        given = answer.split(",") if isinstance(answer, str) else answer
        got = {str(name).strip().lower() for name in given}
        unknown = got - {*self.right, "letter b", "left arrow", "7"}
        if unknown:
            raise Wrong(
                f"expected names out of the list, got {sorted(unknown)}",
                "Copy the names from the text, as strings in a set.",
            )
        if got == set(self.right):
            return
        spoiled = got - set(self.right)
        if "left arrow" in spoiled:
            hint = "A left arrow in the mirror points to the right."
        elif "letter b" in spoiled:
            hint = "A b in the mirror is a d."
        elif spoiled:
            hint = "Write a 7 and look at it in the mirror: nobody writes it so."
        else:
            hint = (
                "Some are missing: things without a left and right stay what they are."
            )
        raise Wrong(f"expected another set than {sorted(got)}", hint)

    def solution(self):
        """Signs have a direction, things do not."""
        safe = {"cat", "shirt", "tree"}
        return safe

    def wrong_answers(self):
        """All, an arrow, the digit, too few, another word."""
        return [
            ({"cat", "shirt", "tree", "letter b", "left arrow", "7"}, "points to"),
            ({"cat", "shirt", "tree", "letter b"}, "is a d"),
            ({"cat", "shirt", "tree", "7"}, "nobody writes"),
            ({"cat"}, "missing"),
            ({"dog"}, "Copy the names"),
        ]


class Mixup(Exercise):
    """Blend pictures and labels by the same shares."""

    name = "mixup"

    def grade(self, answer):
        """Three pictures, three labels, their partners and three shares."""
        rng = np.random.default_rng(0)
        x, y = rng.uniform(size=(3, 4, 5)), np.eye(6)[[1, 4, 2]]
        partner, share = np.array([1, 2, 0]), np.array([0.9, 0.4, 0.2])
        args = (x.copy(), y.copy(), partner.copy(), share.copy())
        parts = as_parts(
            attempt(answer, *args),
            2,
            "the pair (pictures, labels)",
            "End with: return x_mixed, y_mixed.",
        )
        x_got, y_got = map(as_array, parts)
        x_true, y_true = self.solution()(x, y, partner, share)
        if x_got.shape != x_true.shape or y_got.shape != y_true.shape:
            raise Wrong(
                f"expected shapes {x_true.shape} and {y_true.shape}, got "
                f"{x_got.shape} and {y_got.shape}",
                "Mixing keeps the shapes. The shares need axes: share[:, None, None].",
            )
        x_fine, y_fine = np.allclose(x_got, x_true), np.allclose(y_got, y_true)
        if x_fine and y_fine:
            return
        if x_fine and np.allclose(y_got, y):
            hint = "The labels must be mixed, too, by the same shares."
        elif np.allclose(x_got, self.solution()(x, y, partner, 1 - share)[0]):
            hint = "`share` belongs to the picture itself, the rest to its partner."
        elif np.allclose(x_got, x + share[:, None, None] * x[partner]) or np.allclose(
            x_got, x + x[partner]
        ):
            hint = "Both shares together make 1: the picture itself gives way."
        elif np.allclose(
            x_got, self.solution()(x, y, partner, share.mean() + 0 * share)[0]
        ):
            hint = "Each pair has a share of its own."
        else:
            hint = "A mixed picture is share · picture + (1 − share) · partner."
        wrong = "pictures" if not x_fine else "labels"
        got, true = (x_got, x_true) if not x_fine else (y_got, y_true)
        raise Wrong(
            f"the mixed {wrong} are off by up to {np.abs(got - true).max():.3g}", hint
        )

    def solution(self):
        """The same blend for pictures and labels."""

        def mixup(x, y, partner, share):
            s = share[:, None, None]
            x_mixed = s * x + (1 - s) * x[partner]
            s = share[:, None]
            return x_mixed, s * y + (1 - s) * y[partner]

        return mixup

    def wrong_answers(self):
        """Labels kept, shares swapped, not giving way, one share, no pair."""
        right = self.solution()

        def labels_kept(x, y, partner, share):
            return right(x, y, partner, share)[0], y

        def swapped(x, y, partner, share):
            return right(x, y, partner, 1 - share)

        def added(x, y, partner, share):
            s = share[:, None, None]
            return x + s * x[partner], y + share[:, None] * y[partner]

        def one_share(x, y, partner, share):
            return right(x, y, partner, share.mean() + 0 * share)

        def flat(x, y, partner, share):
            return right(x, y, partner, share)[0].reshape(3, -1), y

        return [
            (labels_kept, "labels must be mixed"),
            (swapped, "the rest to its partner"),
            (added, "gives way"),
            (one_share, "share of its own"),
            (flat, "keeps the shapes"),
            (lambda x, y, partner, share: right(x, y, partner, share)[0], "End with"),
        ]


class Shaky(Exercise):
    """A classifier that is unsure of single pictures, asked many times."""

    name = "shaky"

    def grade(self, answer):
        """The share of right answers over 400 pictures, and the calls made."""
        rng = np.random.default_rng(3)
        places = rng.integers(0, 8, size=(400, 2))
        y = rng.integers(0, 2, size=400)
        x = np.zeros((400, 10, 10))
        for picture, (i, j), label in zip(x, places, y, strict=True):
            picture[i : i + 2, j : j + 2] = 1 if label else [[1, 0], [0, 1]]
        calls = []

        def predict(pictures):
            pictures = as_array(pictures)
            if pictures.ndim != 3 or pictures.shape[1:] != (10, 10):
                raise ValueError(
                    f"predict takes pictures (n, 10, 10), not {pictures.shape}"
                )
            calls.append(pictures.sum())
            seed = int(np.abs(pictures * np.arange(100).reshape(10, 10)).sum()) % 2**31
            noise = np.random.default_rng(seed).normal(size=(len(pictures), 2))
            found = (pictures.sum(axis=(1, 2)) > 3).astype(int)
            z = np.eye(2)[found] * 1.2 + noise
            p = np.exp(z - z.max(axis=1, keepdims=True))
            return p / p.sum(axis=1, keepdims=True)

        single = np.mean(predict(x).argmax(axis=1) == y)
        calls.clear()
        p = as_array(attempt(answer, predict, x.copy()))
        if p.shape == (400,):
            raise Wrong(
                "expected probabilities (400, 2), got the shape (400,)",
                "Return mean probabilities, not classes.",
            )
        if p.shape != (400, 2):
            raise Wrong(
                f"expected probabilities (400, 2), got the shape {p.shape}",
                "Average over the views: `mean(axis=0)` of the stacked answers.",
            )
        score = np.mean(p.argmax(axis=1) == y)
        if score < 0.93:
            if len(calls) < 2:
                hint = "Ask for several views of each picture: shift it by `np.roll`."
            elif np.allclose(p, np.asarray(predict(x))):
                hint = "Every view is the same. Move the pictures before you ask."
            elif score <= single + 0.02:
                hint = "The views agree too much, or change what is on the picture."
            else:
                hint = "Better than one look. Take more views."
            raise Wrong(
                f"expected 93 % right, got {100 * score:.0f} % "
                f"(one look: {100 * single:.0f} %)",
                hint,
            )
        if not np.allclose(p.sum(axis=1), 1, atol=1e-3):
            raise Wrong(
                f"the probabilities of a picture add up to {p[0].sum():.3g}",
                "Take the mean over the views, not the sum.",
            )

    def solution(self):
        """The mean answer to 25 shifted views."""

        def look_again(predict, x):
            shifts = [(i, j) for i in range(-2, 3) for j in range(-2, 3)]
            views = [np.roll(x, shift, axis=(1, 2)) for shift in shifts]
            return np.mean([predict(view) for view in views], axis=0)

        return look_again

    def wrong_answers(self):
        """One look, the same look often, few views, the sum, classes, all views."""
        right = self.solution()

        def same(predict, x):
            return np.mean([predict(x) for _ in range(25)], axis=0)

        def two(predict, x):
            return np.mean([predict(x), predict(np.roll(x, 1, axis=2))], axis=0)

        def summed(predict, x):
            return 25 * right(predict, x)

        def classes(predict, x):
            return right(predict, x).argmax(axis=1)

        def stacked(predict, x):
            return np.array([predict(x), predict(np.roll(x, 1, axis=2))])

        return [
            (lambda predict, x: predict(x), "several views"),
            (same, "Every view is the same"),
            (two, "more views"),
            (summed, "not the sum"),
            (classes, "not classes"),
            (stacked, "mean(axis=0)"),
        ]
