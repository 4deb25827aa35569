"""Exercises of the lab *Hyperparameter tuning*."""

import numpy as np

from dlkeras.workbook.exercise import Exercise, NotTried, Wrong, as_array, attempt


class LogUniform(Exercise):
    """Random values on a logarithmic scale."""

    name = "log_uniform"

    def grade(self, answer):
        """Range, number, and the share below the middle of the logarithms."""
        for low, high in ((1e-3, 10.0), (2.0, 50.0)):
            rng = np.random.default_rng(0)
            got = as_array(attempt(answer, low, high, 4000, rng))
            if got.shape != (4000,):
                raise Wrong(
                    f"expected 4000 values, got the shape {got.shape}",
                    "Ask rng for `count` values at once, with size=count.",
                )
            if got.min() < low * 0.999 or got.max() > high * 1.001:
                raise Wrong(
                    f"expected values from {low:g} to {high:g}, got {got.min():.3g} "
                    f"to {got.max():.3g}",
                    "Draw the logarithm evenly between those of low and high, then "
                    "undo the logarithm with the base that you took.",
                )
            if len(np.unique(got)) < 3000:
                raise Wrong(
                    "expected values at random, got the same ones again and again",
                    "Use rng.uniform, so that any value may come.",
                )
            middle = np.sqrt(low * high)
            below = np.mean(got < middle)
            if abs(below - 0.5) > 0.05:
                raise Wrong(
                    f"between {low:g} and {high:g} expected half of the values below "
                    f"{middle:.3g}, got {100 * below:.0f} %",
                    "Draw the logarithm evenly, not the value itself."
                    if below < 0.5
                    else "Low values come too often: draw the logarithm evenly.",
                )

    def solution(self):
        """Even in the logarithm."""

        def log_uniform(low, high, count, rng):
            return np.exp(rng.uniform(np.log(low), np.log(high), size=count))

        return log_uniform

    def wrong_answers(self):
        """Even in the value, the wrong base, a grid, one value."""

        def base(low, high, count, rng):
            return 10 ** rng.uniform(np.log(low), np.log(high), count)

        def grid(low, high, count, rng):
            return rng.choice(np.geomspace(low, high, 9), count)

        return [
            (lambda low, high, n, rng: rng.uniform(low, high, n), "not the value"),
            (base, "with the base"),
            (grid, "any value"),
            (lambda low, high, n, rng: float(rng.uniform(low, high)), "size=count"),
        ]


class Halving(Exercise):
    """Train all a little, keep the better half, and again."""

    name = "halving"

    def grade(self, answer):
        """What it returns, and for how long each trial was trained."""
        for seed, count in ((0, 8), (1, 16), (2, 2)):
            rng = np.random.default_rng(seed)
            skill = rng.permutation(count) / count
            asked = []

            def score(trial, epochs, skill=skill, asked=asked):
                asked.append((trial, epochs))
                return skill[trial] * (1 - 0.5**epochs)

            trials = list(range(count))
            got = attempt(answer, trials, score)
            self._judge(got, asked, skill, count)

    @staticmethod
    def _judge(got, asked, skill, count):
        if got is None or got is Ellipsis:
            raise NotTried
        rungs = {2**n: count // 2**n for n in range(int(np.log2(count)))}
        for epochs, expected in rungs.items():
            trained = {trial for trial, e in asked if e == epochs}
            if len(trained) == expected:
                continue
            hint = "After each round keep half of the trials, and double the epochs."
            if expected == count and len(trained) == 0:
                hint = "Begin with one epoch for every trial."
            elif len(trained) > expected:
                hint = "Too many go on: keep the better half only."
            raise Wrong(
                f"of {count} trials expected {expected} to be trained for {epochs} "
                f"epochs, got {len(trained)}",
                hint,
            )
        best = int(np.argmax(skill))
        if isinstance(got, int | np.integer) and int(got) == best:
            return
        worst = isinstance(got, int | np.integer) and int(got) == int(np.argmin(skill))
        raise Wrong(
            f"expected trial {best}, got {got!r}",
            "The worst was kept: sort with the highest score first."
            if worst
            else "Return the one trial that is left, not its score and not a list.",
        )

    def solution(self):
        """Sort, halve, double."""

        def halving(trials, score):
            epochs = 1
            while len(trials) > 1:
                ranked = sorted(trials, key=lambda t: score(t, epochs), reverse=True)
                trials, epochs = ranked[: len(ranked) // 2], 2 * epochs
            return trials[0]

        return halving

    def wrong_answers(self):
        """The worst kept, nobody dropped, epochs not doubled, a list returned."""

        def run(keep_worst=False, double=True, as_list=False, drop=True):
            def halving(trials, score):
                epochs, everyone = 1, list(trials)
                while len(trials) > 1:
                    ranked = sorted(
                        trials if drop else everyone,
                        key=lambda t: score(t, epochs),
                        reverse=not keep_worst,
                    )
                    trials = ranked[: len(trials) // 2]
                    epochs = 2 * epochs if double else epochs
                return list(trials) if as_list else trials[0]

            return halving

        return [
            (run(keep_worst=True), "The worst was kept"),
            (run(drop=False), "keep the better half"),
            (run(double=False), "double the epochs"),
            (run(as_list=True), "not a list"),
        ]


class OwnSearch(Exercise):
    """A search that beats random trials."""

    name = "own_search"
    budget = 30

    def grade(self, answer):
        """Twelve smooth problems with optima in other places."""
        own, by_chance = [], []
        for seed in range(12):
            rng = np.random.default_rng(seed)
            at = rng.uniform((-3, 2), (1, 7))  # logarithms of the best pair
            calls = []

            def score(rate, width, at=at, calls=calls):
                calls.append((rate, width))
                miss = np.array([np.log10(rate), np.log2(width)]) - at
                far = np.sum((miss / (1.5, 4)) ** 2)
                return float(np.exp(-far))

            got = attempt(answer, score, np.random.default_rng(100 + seed))
            if got is None or got is Ellipsis:
                raise NotTried
            self._judge_calls(calls)
            pair = np.asarray(got, dtype=float).ravel()
            if pair.shape != (2,):
                raise Wrong(
                    f"expected a rate and a width, got {got!r}",
                    "Return the pair (rate, width) with the best score.",
                )
            own.append(score(*pair))
            tries = np.random.default_rng(seed)
            random = zip(
                10 ** tries.uniform(-4, 2, self.budget),
                tries.integers(1, 257, self.budget),
                strict=True,
            )
            by_chance.append(max(score(*pair) for pair in random))
        if np.mean(own) <= np.mean(by_chance):
            raise Wrong(
                f"on average it reached {np.mean(own):.3f}, random trials "
                f"{np.mean(by_chance):.3f}",
                "Spend half of the calls at random, on log scales. Then try near the "
                "best pair so far, nearer and nearer.",
            )

    def _judge_calls(self, calls):
        if len(calls) > self.budget:
            raise Wrong(
                f"score was called {len(calls)} times; {self.budget} are allowed",
                "Count your calls: stop when the budget is spent.",
            )
        for rate, width in calls:
            if not (1e-4 <= rate <= 100 and 1 <= width <= 256 and width % 1 == 0):
                raise Wrong(
                    f"score was asked for the rate {rate:g} and the width {width:g}",
                    "Keep the rate from 0.0001 to 100, and the width whole, 1 to 256.",
                )

    def solution(self):
        """At random first, then ever nearer to the best."""

        def my_search(score, rng):
            best, best_score = (0.1, 16), -np.inf
            for n in range(30):
                if n < 12:
                    rate, width = 10 ** rng.uniform(-4, 2), 2 ** rng.uniform(0, 8)
                else:
                    near = 0.9 ** (n - 12)
                    rate = best[0] * 10 ** rng.normal(0, near)
                    width = best[1] * 2 ** rng.normal(0, 2 * near)
                pair = np.clip(rate, 1e-4, 100), round(np.clip(width, 1, 256))
                found = score(*pair)
                if found > best_score:
                    best, best_score = pair, found
            return best

        return my_search

    def wrong_answers(self):
        """A linear scale, too many calls, a coarse grid, a width that is not whole."""

        def tries(count, log_rate=True, whole=True):
            def my_search(score, rng):
                rates = rng.uniform(-4, 2, count)
                rates = 10**rates if log_rate else rng.uniform(1e-4, 100, count)
                widths = 2 ** rng.uniform(0, 8, count)
                widths = widths.round() if whole else widths
                pairs = zip(rates, widths, strict=True)
                return max(pairs, key=lambda pair: score(*pair))

            return my_search

        return [
            (tries(30, log_rate=False), "on log scales"),
            (tries(300), "Count your calls"),
            (tries(30, whole=False), "width whole"),
        ]
