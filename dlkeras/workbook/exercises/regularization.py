"""Exercises of the lab *Regularization*."""

import numpy as np

from dlkeras.workbook.exercise import Exercise, NotTried, Wrong, as_array, attempt


class Half(Exercise):
    """Steps of weight decay until a weight is half as large."""

    name = "half"

    def grade(self, answer):
        """The first whole number of steps with 0.99 ** steps <= 0.5."""
        got = as_array(answer)
        if got.shape != ():
            raise Wrong(f"expected one number, got {answer!r}", "Give one number.")
        if got == 69:
            return
        if got in (138, 139):
            hint = "The slope of λ w² is 2 λ w: mind the 2."
        elif got in (49, 50, 51):
            hint = "Each step takes 1 % of what is left, not of what was at first."
        elif got == 68 or 68 < got < 69:
            hint = "Count whole steps, and take the first that is enough."
        elif got in (7, 6, 14, 13):
            hint = "The factor of a step is 1 − 2 · rate · strength: rate and strength."
        else:
            hint = "For which n is (1 − 2 · 0.1 · 0.05) ** n at most one half?"
        raise Wrong(
            f"expected another number of steps than {got:g} "
            f"(0.99 ** {got:g} = {0.99**got:.3g})",
            hint,
        )

    def solution(self):
        """Count, or take logarithms."""
        steps, w = 0, 1.0
        while w > 0.5:
            w, steps = (1 - 2 * 0.1 * 0.05) * w, steps + 1
        return steps

    def wrong_answers(self):
        """The 2 forgotten, a straight line, no whole steps, no rate."""
        return [
            (139, "mind the 2"),
            (50, "of what is left"),
            (np.log(0.5) / np.log(0.99), "whole steps"),
            (68, "first that is enough"),
            (7, "rate and strength"),
            (10, "For which n"),
            ([69, 1], "one number"),
        ]


class Patience(Exercise):
    """Early stopping on a list of validation losses."""

    name = "patience"

    def grade(self, answer):
        """A best epoch before a rise, a late second dip, no stop, a plateau."""
        cases = [
            ([3, 2, 1, 2, 3, 4, 5], 2),  # stops at 5
            ([3, 1, 2, 2, 0.5, 2, 2, 2], 2),  # the lower dip comes too late
            ([5, 4, 3, 2, 1], 2),  # never stops early
            ([5, 2, 3, 1, 2, 3, 4, 5], 3),  # the wait starts anew
            ([4, 5, 4, 4, 4], 3),  # equal is no better
        ]
        for losses, patience in cases:
            result = attempt(answer, list(losses), patience)
            if not isinstance(result, tuple) or len(result) != 2:
                raise Wrong(
                    f"expected the pair (best epoch, last epoch), got {result!r}",
                    "End with: return best, last.",
                )
            if any(part is None or part is Ellipsis for part in result):
                raise NotTried
            got = tuple(as_array(part).item() for part in result)
            expected = self.solution()(losses, patience)
            if got != expected:
                raise Wrong(
                    f"for the losses {losses} and patience {patience} expected "
                    f"{expected}, got ({got[0]:g}, {got[1]:g})",
                    self._hint(got, expected, losses, patience),
                )

    @staticmethod
    def _hint(got, expected, losses, patience):
        if got == (expected[0] - 1, expected[1] - 1):
            return "Count the epochs from 1."
        if got[0] == expected[1] != expected[0]:
            return "That is the last epoch. The best is the one with the lowest loss."
        if got[0] == int(np.argmin(losses)) + 1 > expected[1]:
            return "Training has ended before that epoch: it is never seen."
        if got[0] == expected[0] and got[1] == expected[1] + 1:
            return "You wait one epoch too long."
        if got[0] != expected[0] and losses[int(got[0]) - 1] == losses[expected[0] - 1]:
            return "An equal loss does not beat the best."
        if got[0] == expected[0] and got[1] < expected[1]:
            return "Count from the best epoch so far: a new best starts the wait anew."
        return "Go through the losses in order, with the best so far in mind."

    def solution(self):
        """Remember the best; stop when it lies too far back."""

        def stop_early(losses, patience):
            best = 0
            for epoch, loss in enumerate(losses):
                if loss < losses[best]:
                    best = epoch
                elif epoch - best == patience:
                    return best + 1, epoch + 1
            return best + 1, len(losses)

        return stop_early

    def wrong_answers(self):
        """From 0, the last one, the best of all, too long, no fresh start."""

        def from_zero(losses, patience):
            best, last = self.solution()(losses, patience)
            return best - 1, last - 1

        def last_one(losses, patience):
            _, last = self.solution()(losses, patience)
            return last, last

        def best_of_all(losses, patience):
            return int(np.argmin(losses)) + 1, self.solution()(losses, patience)[1]

        def too_long(losses, patience):
            return self.solution()(losses, patience + 1)

        def no_fresh_start(losses, patience):
            best = bad = 0
            for epoch, loss in enumerate(losses):
                if loss < losses[best]:
                    best = epoch
                else:
                    bad += epoch > 0
                if bad == patience:
                    return best + 1, epoch + 1
            return best + 1, len(losses)

        def equal_counts(losses, patience):
            best = 0
            for epoch, loss in enumerate(losses):
                if loss <= losses[best]:
                    best = epoch
                elif epoch - best == patience:
                    return best + 1, epoch + 1
            return best + 1, len(losses)

        return [
            (from_zero, "from 1"),
            (last_one, "the last epoch"),
            (best_of_all, "never seen"),
            (too_long, "one epoch too long"),
            (no_fresh_start, "starts the wait anew"),
            (equal_counts, "equal loss"),
            (lambda losses, patience: 3, "return best, last"),
        ]


class Tame(Exercise):
    """A fit of degree 12 that does well on new points."""

    name = "tame"

    def grade(self, answer):
        """Mean error of the curves over 40 training sets."""
        rng = np.random.default_rng(0)
        x_new = np.linspace(-1, 1, 100)
        powers = np.arange(13)
        errors, misfits, same = [], [], True
        for number in range(40):
            x = np.sort(rng.uniform(-1, 1, size=15))
            phase = rng.uniform(0, 2 * np.pi)
            y = np.sin(3 * x + phase) + rng.normal(0, 0.3, size=15)
            X = x[:, None] ** powers
            w = as_array(attempt(answer, X.copy(), y.copy()))
            if w.shape != (13,):
                raise Wrong(
                    f"expected 13 weights, got the shape {w.shape}",
                    "Return one weight for each column of X.",
                )
            if not np.isfinite(w).all():
                raise Wrong(
                    f"the weights of training set {number + 1} are not finite",
                    "Gradient descent ran away: take a smaller rate.",
                )
            plain = np.linalg.lstsq(X, y, rcond=None)[0]
            same = same and np.allclose(w, plain, rtol=1e-2)
            errors.append(
                (x_new[:, None] ** powers @ w - np.sin(3 * x_new + phase)) ** 2
            )
            misfits.append((X @ w - y) ** 2)
        if np.mean(errors) <= 0.25:
            return
        if same:
            hint = "These are the weights of least squares. Make large ones cost."
        elif np.mean(misfits) < 0.12:  # the noise alone makes 0.09
            hint = "The curve is still too wild: more penalty, or fewer degrees."
        else:
            hint = "Too stiff for the data: less penalty, or more degrees."
        raise Wrong(
            "expected a mean squared error on new points of at most 0.25, got "
            f"{np.mean(errors):.3g}",
            hint,
        )

    def solution(self):
        """L2 in closed form; the penalty adds rows that ask for small weights."""

        def my_fit(X, y):
            rows = np.vstack([X, np.sqrt(0.01) * np.eye(13)])
            return np.linalg.lstsq(rows, np.append(y, np.zeros(13)))[0]

        return my_fit

    def wrong_answers(self):
        """Nothing, far too much, far too little, the mean, no penalty, 15 numbers."""

        def ridge(strength):
            def my_fit(X, y):
                return np.linalg.solve(X.T @ X + strength * np.eye(13), X.T @ y)

            return my_fit

        def mean_only(X, y):
            return np.append(y.mean(), np.zeros(12))

        return [
            (lambda X, y: np.linalg.lstsq(X, y, rcond=None)[0], "Make large ones cost"),
            (ridge(1000.0), "Too stiff"),
            (mean_only, "Too stiff"),
            (ridge(1e-9), "too wild"),
            (lambda X, y: X @ np.linalg.lstsq(X, y, rcond=None)[0], "each column"),
        ]
