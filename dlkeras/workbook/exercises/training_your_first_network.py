"""Exercises of the lab *Training your first network*."""

import numpy as np

from dlkeras.workbook.exercise import (
    Exercise,
    NotTried,
    Wrong,
    as_array,
    attempt,
    is_close,
)


class ScaleBoth(Exercise):
    """Standardize two parts with the statistics of the first."""

    name = "scale_both"

    def grade(self, answer):
        """Two ordinary columns, then one that never changes."""
        train = np.array([[2000.0, 1.0], [4000.0, 2.0], [6000.0, 3.0]])
        new = np.array([[4000.0, 3.0], [9000.0, 1.0]])
        self._case(answer, train, new)
        train, new = np.array([[1.0, 7.0], [3.0, 7.0]]), np.array([[2.0, 8.0]])
        self._case(answer, train, new)

    def _case(self, answer, train, new):
        with np.errstate(all="ignore"):
            result = attempt(answer, train.copy(), new.copy())
        if not isinstance(result, tuple | list) or len(result) != 2:
            raise Wrong(
                f"expected two arrays, got {result!r}",
                "End with: return the scaled training rows, the scaled new rows.",
            )
        mean, std = train.mean(axis=0), train.std(axis=0)
        std = np.where(std > 0, std, 1)
        parts = ("training", train, result[0]), ("new", new, result[1])
        for name, part, got in parts:
            expected = (part - mean) / std
            if is_close(got, expected):
                continue
            shown = as_array(got).round(3).tolist()
            raise Wrong(
                f"for training rows {train.tolist()} and new rows {new.tolist()} "
                f"expected {name} rows {expected.round(3).tolist()}, got {shown}",
                self._hint(name, as_array(got), part, train, new, std),
            )

    @staticmethod
    def _hint(name, got, part, train, new, std):
        if got.shape != part.shape:
            return "The scaled rows have the shape of the rows."
        if not np.isfinite(got).all():
            return "A column that never changes has a deviation of 0: divide it by 1."
        if np.isclose(got, (part - train.mean()) / train.std()).all():
            return "Each column has a mean of its own: axis=0."
        own = part.std(axis=0)
        own = np.where(own > 0, own, 1)
        if name == "new" and np.isclose(got, (part - part.mean(axis=0)) / own).all():
            return (
                "You scaled the new rows by their own mean. A network must see "
                "5000 square feet as the same number in both: use the training's."
            )
        rows = np.concatenate([train, new])
        both = rows.std(axis=0)
        both = np.where(both > 0, both, 1)
        if np.isclose(got, (part - rows.mean(axis=0)) / both).all():
            return "A leak: mean and deviation may come from the training rows alone."
        if (
            np.isclose(got, part / std).all()
            or np.isclose(got, part - part.mean(0)).all()
        ):
            return "Half done: subtract the mean, then divide by the deviation."
        if np.isclose(got, (part - train.mean(axis=0)) / std**2).all():
            return "You divided by the variance; the deviation is its square root."
        sample = train.std(axis=0, ddof=1)
        if np.isclose(
            got, (part - train.mean(axis=0)) / np.where(sample, sample, 1)
        ).all():
            return "You divided by n − 1 within the deviation. Here it is n: ddof=0."
        if np.abs(got).max() > 1e3:
            return "A column that never changes: divide by 1, not by a tiny number."
        return "Subtract the training mean, divide by the training deviation."

    def solution(self):
        """A deviation of 0 is replaced by 1."""

        def scale_both(x_train, x_new):
            mean, std = x_train.mean(axis=0), x_train.std(axis=0)
            std = np.where(std > 0, std, 1)
            return (x_train - mean) / std, (x_new - mean) / std

        return scale_both

    def wrong_answers(self):
        """Each part by itself, all rows, no axis, 0 / 0, a tiny number, one array."""

        def scale(x, rows):
            std = rows.std(axis=0)
            return (x - rows.mean(axis=0)) / np.where(std > 0, std, 1)

        def all_rows(x_train, x_new):
            rows = np.concatenate([x_train, x_new])
            return scale(x_train, rows), scale(x_new, rows)

        def no_axis(x_train, x_new):
            mean, std = x_train.mean(), x_train.std()
            return (x_train - mean) / std, (x_new - mean) / std

        def zero(x_train, x_new):
            mean, std = x_train.mean(axis=0), x_train.std(axis=0)
            return (x_train - mean) / std, (x_new - mean) / std

        def tiny(x_train, x_new):
            mean, std = x_train.mean(axis=0), x_train.std(axis=0) + 1e-7
            return (x_train - mean) / std, (x_new - mean) / std

        def variance(x_train, x_new):
            mean, var = x_train.mean(axis=0), x_train.var(axis=0)
            return (x_train - mean) / var, (x_new - mean) / var

        def sample(x_train, x_new):
            mean, std = x_train.mean(axis=0), x_train.std(axis=0, ddof=1)
            return (x_train - mean) / std, (x_new - mean) / std

        return [
            (lambda train, new: (scale(train, train), scale(new, new)), "their own"),
            (sample, "ddof=0"),
            (all_rows, "A leak"),
            (no_axis, "axis=0"),
            (zero, "deviation of 0"),
            (tiny, "tiny number"),
            (variance, "variance"),
            (lambda train, new: scale(new, train), "End with"),
        ]


class Reading(Exercise):
    """What four pairs of learning curves say."""

    name = "reading"

    def grade(self, answer):
        """Compare letter by letter."""
        truth = {"A": "too small", "B": "overfits", "C": "too large", "D": "fine"}
        hints = {
            "A": "In A both curves still fall in a slow, straight line.",
            "B": "In B training goes on falling while validation turns upward.",
            "C": "In C both curves jump up and down: each step leaps over the goal.",
            "D": "In D both curves fall fast, level out and stay together.",
        }
        if not isinstance(answer, dict) or set(answer) != set(truth):
            raise Wrong(
                f"expected a dictionary for A, B, C and D, got {answer!r}",
                'Answer as {"A": "fine", "B": ..., "C": ..., "D": ...}.',
            )
        if any(word is Ellipsis for word in answer.values()):
            raise NotTried
        unknown = [word for word in answer.values() if word not in truth.values()]
        if unknown:
            raise Wrong(
                f"expected one of {sorted(truth.values())}, got {unknown[0]!r}",
                "Use the four words of the question, each once.",
            )
        right = sum(answer[key] == word for key, word in truth.items())
        for key, word in truth.items():
            if answer[key] != word:
                raise Wrong(
                    f"{right} of 4 are right; {key} is not {answer[key]!r}", hints[key]
                )

    def solution(self):
        """Look first at where each curve ends, then at how it got there."""
        reading = {"A": "too small", "B": "overfits", "C": "too large", "D": "fine"}
        return reading

    def wrong_answers(self):
        """Pairs confused, another word, a list."""
        right = {"A": "too small", "B": "overfits", "C": "too large", "D": "fine"}
        return [
            ({**right, "B": "fine", "D": "overfits"}, "validation turns upward"),
            ({**right, "A": "too large", "C": "too small"}, "straight line"),
            ({**right, "C": "overfits"}, "jump up and down"),
            ({**right, "A": "underfits"}, "four words"),
            (["too small", "overfits", "too large", "fine"], "Answer as"),
        ]


class SplitSchools(Exercise):
    """Three parts that share no group."""

    name = "split_schools"

    def grade(self, answer):
        """Two tables of schools of different sizes."""
        rng = np.random.default_rng(0)
        for schools in (
            np.repeat(np.arange(1, 31), rng.integers(20, 60, size=30)),
            rng.integers(100, 140, size=800),
        ):
            parts = attempt(answer, schools.copy(), np.random.default_rng(1))
            self._check(schools, parts)

    @staticmethod
    def _check(schools, parts):
        names = ("training", "validation", "test")
        if not isinstance(parts, tuple | list) or len(parts) != 3:
            raise Wrong(
                f"expected three arrays of row numbers, got {type(parts).__name__}",
                "End with: return training, validation, test.",
            )
        parts = [as_array(part) for part in parts]
        parts = [
            np.flatnonzero(p) if p.shape == schools.shape and p.max() <= 1 else p
            for p in parts  # masks are welcome
        ]
        rows = np.sort(np.concatenate([part.ravel() for part in parts]))
        if not np.array_equal(rows, np.arange(len(schools))):
            if len(rows) == len(np.unique(schools)):
                hint = "These are schools. Return the rows of their pupils: np.isin."
            elif len(np.unique(rows)) < len(rows):
                hint = "A row is in two parts, or in one part twice."
            else:
                hint = "Every row number from 0 to the last belongs to one part."
            raise Wrong(
                f"expected the rows 0 to {len(schools) - 1}, each once, got "
                f"{len(rows)} rows, {len(np.unique(rows))} of them different",
                hint,
            )
        parts = [part.astype(int) for part in parts]
        for i, j in ((0, 1), (0, 2), (1, 2)):
            shared = np.intersect1d(schools[parts[i]], schools[parts[j]])
            if len(shared):
                raise Wrong(
                    f"school {shared[0]} has pupils in {names[i]} and {names[j]}",
                    "Shuffle and divide the schools (np.unique), not the pupils.",
                )
        sizes = [len(part) / len(schools) for part in parts]
        if min(sizes) < 0.1 or max(sizes) != sizes[0]:
            shares = ", ".join(
                f"{n} {s:.0%}" for n, s in zip(names, sizes, strict=True)
            )
            raise Wrong(
                f"expected the most for training, no part below 10 %, got {shares}",
                "Give about a fifth of the schools each to validation and to test.",
            )

    def solution(self):
        """The schools are shuffled, then their pupils follow."""

        def split_schools(schools, rng):
            names = rng.permutation(np.unique(schools))
            fifth = len(names) // 5
            test, validation = names[:fifth], names[fifth : 2 * fifth]
            training = names[2 * fifth :]
            return [
                np.flatnonzero(np.isin(schools, part))
                for part in (training, validation, test)
            ]

        return split_schools

    def wrong_answers(self):
        """Pupils split, schools returned, a test too small, two parts, rows lost."""

        def pupils(schools, rng):
            order = rng.permutation(len(schools))
            cuts = [3 * len(order) // 5, 4 * len(order) // 5]
            return np.split(order, cuts)

        def by_schools(schools, rng, cuts=(0.6, 0.8)):
            names = rng.permutation(np.unique(schools))
            return np.split(names, [int(c * len(names)) for c in cuts])

        def tiny(schools, rng):
            parts = by_schools(schools, rng, cuts=(0.9, 0.95))
            return [np.flatnonzero(np.isin(schools, part)) for part in parts]

        def no_validation(schools, rng):
            parts = by_schools(schools, rng)
            return [np.flatnonzero(np.isin(schools, p)) for p in (parts[0], parts[2])]

        def lost(schools, rng):
            parts = by_schools(schools, rng)
            return [np.flatnonzero(np.isin(schools, part))[1:] for part in parts]

        return [
            (pupils, "the schools (np.unique), not the pupils"),
            (by_schools, "These are schools"),
            (tiny, "a fifth of the schools"),
            (no_validation, "return training, validation, test"),
            (lost, "Every row number"),
        ]
