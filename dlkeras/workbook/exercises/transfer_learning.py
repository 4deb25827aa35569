"""Exercises of the lab *Transfer learning*."""

import numpy as np

from dlkeras.workbook.exercise import (
    Exercise,
    Wrong,
    as_array,
    attempt,
    is_close,
)


class Rates(Exercise):
    """A learning rate for every layer, smaller from the top down."""

    name = "rates"

    def grade(self, answer):
        """Three cases; the head, which is last, keeps the full rate."""
        for rate, count, factor in ((0.1, 3, 0.5), (1.0, 5, 0.1), (0.02, 1, 0.3)):
            expected = rate * factor ** np.arange(count - 1, -1, -1.0)
            result = attempt(answer, rate, count, factor)
            if is_close(result, expected):
                continue
            got = as_array(result)
            shown = ", ".join(f"{value:g}" for value in got.ravel()[:6])
            raise Wrong(
                f"for rate {rate}, {count} layers and factor {factor} expected "
                f"[{', '.join(f'{value:g}' for value in expected)}], got [{shown}]",
                self._hint(got, expected, rate, count, factor),
            )

    @staticmethod
    def _hint(got, expected, rate, count, factor):
        if got.shape != expected.shape:
            return "Return one rate for each layer, the first layer's first."
        if np.allclose(got, expected[::-1]):
            return "That list is upside down: the head is last, and the boldest."
        if np.allclose(got, expected * factor):
            return "The head itself keeps the full rate."
        if np.allclose(got, np.append(np.full(count - 1, rate * factor), rate)):
            return (
                "Each layer goes more slowly than the one above it, not only the head."
            )
        return "Start from the head with `rate`, and multiply by `factor` a layer."

    def solution(self):
        """Powers of the factor, the largest power for the first layer."""

        def layer_rates(rate, count, factor):
            return [rate * factor ** (count - 1 - layer) for layer in range(count)]

        return layer_rates

    def wrong_answers(self):
        """Upside down, the head slowed too, one step only, one rate, a line."""

        def upside_down(rate, count, factor):
            return [rate * factor**layer for layer in range(count)]

        def head_too(rate, count, factor):
            return [rate * factor ** (count - layer) for layer in range(count)]

        def one_step(rate, count, factor):
            return [rate * factor] * (count - 1) + [rate]

        def straight(rate, count, factor):
            return [rate * (1 - (count - 1 - layer) * factor) for layer in range(count)]

        return [
            (upside_down, "upside down"),
            (head_too, "keeps the full rate"),
            (one_step, "the one above it"),
            (lambda rate, count, factor: rate * factor, "one rate for each layer"),
            (straight, "multiply by `factor`"),
        ]


class Thaw(Exercise):
    """Which layers learn: the last few, and no batch normalization."""

    name = "thaw"

    def grade(self, answer):
        """A frozen model and one that learns; two depths."""
        from keras import layers

        for before in (False, True):
            for last in (2, 4):
                model = self._model()
                model.trainable = True
                for layer in model.layers:
                    layer.trainable = before
                result = attempt(answer, model, last)
                if result is not model:
                    raise Wrong(
                        f"expected the model itself, got {result!r}",
                        "Set `trainable` of its layers, and end with: return model.",
                    )
                learns = [layer.name for layer in model.layers if layer.trainable]
                is_norm = [
                    isinstance(layer, layers.BatchNormalization)
                    for layer in model.layers
                ]
                expected = [
                    layer.name
                    for place, layer in enumerate(model.layers)
                    if place >= len(model.layers) - last and not is_norm[place]
                ]
                with_weights = {layer.name for layer in model.layers if layer.weights}
                if [n for n in learns if n in with_weights] == [
                    n for n in expected if n in with_weights
                ]:
                    continue
                norms = {
                    layer.name
                    for layer, norm in zip(model.layers, is_norm, strict=True)
                    if norm
                }
                raise Wrong(
                    f"for last={last} expected that these learn: {expected}; got "
                    f"{learns}",
                    self._hint(set(learns), set(expected), norms, before),
                )

    @staticmethod
    def _hint(learns, expected, norms, before):
        if learns & norms and learns - norms <= expected:
            return "The batch normalizations must stay frozen, also the late ones."
        if not learns and expected:
            return (
                "Nothing learns. Thaw single layers: `trainable` of the model "
                "sets all of them."
            )
        if before and learns > expected:
            return "The early layers learned before: freeze them, too."
        if learns and not learns & expected:
            return "Those are the first layers. Count from the end of `model.layers`."
        return "Go through `model.layers`; the last ones are `model.layers[-last:]`."

    @staticmethod
    def _model():
        import keras
        from keras import layers

        return keras.Sequential(
            [
                keras.Input((8, 8, 1)),
                layers.Conv2D(2, 3, name="early_conv"),
                layers.BatchNormalization(name="early_norm"),
                layers.Conv2D(2, 3, name="late_conv"),
                layers.BatchNormalization(name="late_norm"),
                layers.GlobalAveragePooling2D(name="mean"),
                layers.Dense(3, name="head"),
            ]
        )

    def solution(self):
        """Say of every layer whether it learns."""
        from keras import layers

        def thaw(model, last):
            for layer in model.layers:
                late = layer in model.layers[-last:]
                is_norm = isinstance(layer, layers.BatchNormalization)
                layer.trainable = late and not is_norm
            return model

        return thaw

    def wrong_answers(self):
        """Norms thawed, nothing frozen, the first ones, the whole model, no model."""
        from keras import layers

        def with_norms(model, last):
            for layer in model.layers:
                layer.trainable = layer in model.layers[-last:]
            return model

        def never_frozen(model, last):
            for layer in model.layers[-last:]:
                layer.trainable = not isinstance(layer, layers.BatchNormalization)
            return model

        def first_ones(model, last):
            for place, layer in enumerate(model.layers):
                is_norm = isinstance(layer, layers.BatchNormalization)
                layer.trainable = place < last and not is_norm
            return model

        def all_frozen(model, last):
            for layer in model.layers[-last:]:
                layer.trainable = True
            model.trainable = False
            return model

        def no_model(model, last):
            return [layer.name for layer in model.layers[-last:]]

        return [
            (with_norms, "must stay frozen"),
            (never_frozen, "freeze them, too"),
            (first_ones, "from the end"),
            (all_frozen, "Nothing learns"),
            (no_model, "return model"),
        ]


class FewLabels(Exercise):
    """A classifier on features, from three labels a class."""

    name = "few_labels"

    def grade(self, answer):
        """Mean accuracy on new pictures over twelve sets of features."""
        rights, raw_rights = [], []
        for number in range(12):
            x, y, x_new, y_new = self._features(number)
            result = attempt(answer, x.copy(), y.copy(), x_new.copy())
            got = as_array(result)
            if got.shape != y_new.shape:
                raise Wrong(
                    f"expected {len(y_new)} classes, one for each new picture, got "
                    f"the shape {got.shape}",
                    "Return the best class of each row; `argmax(axis=1)` finds it.",
                )
            rights.append(np.mean(got == y_new))
            raw_rights.append(np.mean(got == self._nearest(x, y, x_new)))
        score = np.mean(rights)
        if score >= 0.8:
            return
        if np.mean(raw_rights) > 0.9:
            hint = (
                "The features with the largest numbers drown the others. Standardize "
                "each, with the mean and deviation of the labeled ones."
            )
        elif score < 0.3:
            hint = "That is no better than guessing. Are the classes in order?"
        else:
            hint = (
                "Better than guessing. With few labels a simple head is safest: "
                "standardize, then the nearest mean of a class."
            )
        raise Wrong(
            f"expected 80 % of the new pictures right or more, got {100 * score:.0f} %",
            hint,
        )

    @staticmethod
    def _features(number):
        rng = np.random.default_rng(number)
        centers = rng.normal(size=(5, 40))
        scales = 10 ** rng.uniform(-2, 1, size=40)
        scales[:3] = 300.0  # large, and they tell little
        centers[:, :3] *= 0.2
        shift = rng.normal(size=40) * 3
        y = np.repeat(np.arange(5), 3)
        y_new = np.repeat(np.arange(5), 20)
        x, x_new = (
            (centers[c] + rng.normal(0, 1.3, size=(len(c), 40)) + shift) * scales
            for c in (y, y_new)
        )
        return x, y, x_new, y_new

    @staticmethod
    def _nearest(x, y, x_new):
        means = np.array([x[y == k].mean(axis=0) for k in range(5)])
        return ((x_new[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)

    def solution(self):
        """Standardize, then take the class whose mean is nearest."""

        def my_head(x, y, x_new):
            mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
            x, x_new = (x - mean) / deviation, (x_new - mean) / deviation
            means = np.array([x[y == k].mean(axis=0) for k in range(5)])  # (5, 40)
            distances = ((x_new[:, None] - means) ** 2).sum(axis=2)  # (100, 5)
            return distances.argmin(axis=1)

        return my_head

    def wrong_answers(self):
        """Not standardized, distances, the farthest, each side by its own measure."""

        def distances(x, y, x_new):
            means = np.array([x[y == k].mean(axis=0) for k in range(5)])
            return ((x_new[:, None] - means) ** 2).sum(axis=2)

        def farthest(x, y, x_new):
            return distances(x, y, x_new).argmax(axis=1)

        def one_feature(x, y, x_new):
            mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
            x, x_new = (x - mean) / deviation, (x_new - mean) / deviation
            return distances(x[:, -12:], y, x_new[:, -12:]).argmin(axis=1)

        return [
            (self._nearest, "Standardize"),
            (distances, "argmax(axis=1)"),
            (farthest, "no better than guessing"),
            (one_feature, "Better than guessing"),
        ]
