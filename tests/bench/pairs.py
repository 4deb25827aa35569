"""Our layers, each beside the Keras layers that compute the same."""

from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
from keras import layers

import dlkeras.layers as ours

rng = np.random.default_rng(0)
TABLE = rng.normal(5, 2, size=(4096, 128)).astype("float32")


class Pair(NamedTuple):
    """Two ways to make the same layer, and what to feed it."""

    name: str
    ours: Callable[[], keras.Layer]
    theirs: Callable[[], keras.Layer]
    x: np.ndarray = TABLE


def _adapted(layer: keras.Layer) -> keras.Layer:
    layer.adapt(TABLE)
    return layer


PAIRS = [
    Pair("Neuron", ours.Neuron, lambda: layers.Dense(1, activation="sigmoid")),
    Pair("LearnableSwish", ours.LearnableSwish, lambda: layers.Activation("silu")),
    Pair(
        "Standardize",
        lambda: _adapted(ours.Standardize()),
        lambda: _adapted(layers.Normalization()),
    ),
]


def missing() -> list[str]:
    """Names of layers of ours that no pair measures."""
    return sorted(set(ours.__all__) - {pair.name for pair in PAIRS})
