"""Exercises of the lab *Optimization*."""

import inspect

import numpy as np

from dlkeras.workbook.exercise import (
    Exercise,
    NotTried,
    Wrong,
    as_array,
    attempt,
    is_close,
)


class Limit(Exercise):
    """The learning rate from which gradient descent diverges."""

    name = "limit"

    def grade(self, answer):
        """Two over the largest curvature."""
        got = as_array(answer)
        if got.shape != ():
            raise Wrong(f"expected one number, got {answer!r}", "Give one number.")
        if is_close(got, 2 / 40):
            return
        hints = {
            1
            / 40: "At this rate one step reaches the bottom. How far may it overshoot?",
            2 / 0.5: "The flattest direction allows this. Which one breaks first?",
            40 / 2: "The other way around: a steeper bowl allows lower rates.",
        }
        near = [hint for wrong, hint in hints.items() if is_close(got, wrong)]
        hint = "A step multiplies w by 1 − rate · 40: when does its size grow?"
        raise Wrong(f"expected another rate than {got:g}", (near or [hint])[0])

    def solution(self):
        """Where one step lands as far away, on the other side."""
        largest_curvature = 40
        return 2 / largest_curvature

    def wrong_answers(self):
        """The fastest rate, the flattest direction, a guess."""
        return [
            (1 / 40, "overshoot"),
            (2 / 0.5, "Which one breaks first"),
            (1.0, "multiplies w by"),
        ]


class Schedule(Exercise):
    """A warm-up, then half a cosine."""

    name = "schedule"

    def grade(self, answer):
        """All steps of three schedules, one of them without a warm-up."""
        for warmup, total, peak in ((10, 50, 0.1), (5, 100, 2.0), (0, 20, 0.5)):
            for step in range(total + 1):
                expected = self._rate(step, warmup, total, peak)
                got = as_array(attempt(answer, step, warmup, total, peak))
                if is_close(got, expected):
                    continue
                raise Wrong(
                    f"for step {step} with warmup = {warmup}, total = {total} and "
                    f"peak = {peak} expected {expected:.4g}, got {got:.4g}"
                    if got.shape == ()
                    else f"expected one number, got {got!r}",
                    self._hint(got, step, warmup, total, peak),
                )

    @staticmethod
    def _rate(step, warmup, total, peak):
        if step < warmup:
            return peak * step / warmup
        return peak * 0.5 * (1 + np.cos(np.pi * (step - warmup) / (total - warmup)))

    @staticmethod
    def _hint(got, step, warmup, total, peak):
        if got.shape != ():
            return "Return one number, the rate of this step."
        if step < warmup:
            if is_close(got, peak * (step + 1) / warmup):
                return "The rise starts from 0 at step 0."
            return "During the warm-up the rate is peak * step / warmup."
        late = np.pi * step / total
        if is_close(got, peak * 0.5 * (1 + np.cos(late))):
            return "The cosine starts when the warm-up ends: count steps from there."
        through = np.pi * (step - warmup) / (total - warmup)
        if is_close(got, peak * np.cos(through)) or got < 0:
            return "A cosine goes from 1 to −1. Shift and halve it: 1 to 0."
        if is_close(got, peak * 0.5 * (1 + np.cos(2 * through))):
            return "Half a cosine is enough: its angle ends at π."
        if is_close(got, peak * (1 - (step - warmup) / (total - warmup))):
            return "That is a straight way down. Half a cosine starts and ends level."
        return "After the warm-up: peak * (1 + cos(π * share of the way)) / 2."

    def solution(self):
        """Rise, then fall."""

        def schedule(step, warmup, total, peak):
            if step < warmup:
                return peak * step / warmup
            share = (step - warmup) / (total - warmup)
            return peak * (1 + np.cos(np.pi * share)) / 2

        return schedule

    def wrong_answers(self):
        """A cosine from step 0, an unshifted one, a line, a rise from step 1."""

        def from_zero(step, warmup, total, peak):
            if step < warmup:
                return peak * step / warmup
            return peak * (1 + np.cos(np.pi * step / total)) / 2

        def negative(step, warmup, total, peak):
            if step < warmup:
                return peak * step / warmup
            return peak * np.cos(np.pi * (step - warmup) / (total - warmup))

        def linear(step, warmup, total, peak):
            if step < warmup:
                return peak * step / warmup
            return peak * (1 - (step - warmup) / (total - warmup))

        def early(step, warmup, total, peak):
            if step < warmup:
                return peak * (step + 1) / warmup
            return 0.0

        return [
            (from_zero, "when the warm-up ends"),
            (negative, "Shift and halve"),
            (linear, "straight way down"),
            (early, "from 0 at step 0"),
        ]


class OwnOptimizer(Exercise):
    """Any optimizer that copes with bowls it does not know."""

    name = "own_optimizer"

    def grade(self, answer):
        """Three bowls, two starts each, 300 steps."""
        if answer is None or answer is Ellipsis:
            raise NotTried
        if not inspect.isclass(answer):
            raise Wrong(
                f"expected a class, got {answer!r}",
                "Pass the class itself: the checker makes a new one for each bowl.",
            )
        for ratio in (1.0, 30.0, 1000.0):
            for start in ([2.0, -1.5], [-0.7, 1.8]):
                self._try(answer, ratio, start)

    @staticmethod
    def _try(answer, ratio, start):
        curvature = np.array([1.0, ratio])
        optimizer = attempt(answer)
        if not callable(getattr(optimizer, "step", None)):
            raise Wrong(
                "the class has no method step(w, g)",
                "Give it a method step(self, w, g) that returns the new weights.",
            )
        w = np.array(start)
        where = f"in the bowl of curvature 1 and {ratio:g}, from {start},"
        for number in range(1, 301):
            with np.errstate(all="ignore"):
                w = as_array(attempt(optimizer.step, w.copy(), curvature * w))
            if w.shape != (2,):
                raise Wrong(
                    f"for weights of shape (2,) step returned shape {w.shape}",
                    "Return new weights of the same shape as w.",
                )
            if not np.isfinite(w).all() or np.abs(w).max() > 1e6:
                raise Wrong(
                    f"{where} it diverged in step {number}",
                    "Where the slope is steep the step is too long. Let each weight's "
                    "step shrink with the size of its gradients.",
                )
        distance = np.linalg.norm(w)
        if distance <= 0.1 * np.linalg.norm(start):
            return
        message = (
            f"{where} it is still {distance:.3g} away from the bottom after 300 steps"
        )
        if distance > 0.9 * np.linalg.norm(start):
            raise Wrong(message, "It hardly moves, or away: check sign and rate.")
        raise Wrong(
            message,
            "It goes the right way but is too slow. Raise the rate, or divide by the "
            "size of the gradients so far.",
        )

    def solution(self):
        """RMSprop; AdaGrad and Adam do it too."""

        class Mine:
            v = 0.0

            def step(self, w, g):
                self.v = 0.9 * self.v + 0.1 * g**2
                return w - 0.05 * g / np.sqrt(self.v + 1e-7)

        return Mine

    def wrong_answers(self):
        """Plain descent with three rates, uphill, an object instead of a class."""

        class Plain:
            def step(self, w, g):
                return w - 0.05 * g

        class Slow:
            def step(self, w, g):
                return w - 0.0019 * g

        class Uphill:
            def step(self, w, g):
                return w + 1e-4 * g

        class NoStep:
            def update(self, w, g):
                return w - 0.05 * g

        return [
            (Plain, "too long"),
            (Slow, "too slow"),
            (Uphill, "check sign"),
            (NoStep, "step(self, w, g)"),
            (Plain(), "the class itself"),
        ]
