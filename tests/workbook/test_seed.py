import random

import numpy as np
import pytest

from dlkeras.workbook import get_seed, set_seed


def test_seed_is_zero_unless_the_variable_says_so(monkeypatch):
    monkeypatch.delenv("DLKERAS_SEED", raising=False)
    assert get_seed() == 0
    monkeypatch.setenv("DLKERAS_SEED", "7")
    assert get_seed() == 7


@pytest.mark.parametrize("text", ["-1", "1.5", "one", "", " 1"])
def test_seed_must_be_a_whole_number(monkeypatch, text):
    monkeypatch.setenv("DLKERAS_SEED", text)
    with pytest.raises(ValueError, match="DLKERAS_SEED must be a whole number"):
        get_seed()


@pytest.mark.backend
def test_set_seed_seeds_python_numpy_and_keras(monkeypatch):
    import keras

    def draw(seed):
        monkeypatch.setenv("DLKERAS_SEED", str(seed))
        assert set_seed() == seed
        weights = keras.ops.convert_to_numpy(keras.random.normal((3,)))
        return random.random(), np.random.rand(), *weights.tolist()  # noqa: NPY002

    first, again, other = draw(5), draw(5), draw(6)
    assert first == again
    assert not set(first) & set(other)
