import keras
import numpy as np
import pytest
from keras import layers

from dlkeras.live import surfaces

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(20, 2)), np.arange(20) % 2


def network(inputs=2, outputs=1, activation="sigmoid"):
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((inputs,)),
            layers.Dense(3, activation="tanh"),
            layers.Dense(outputs, activation=activation),
        ]
    )


def test_each_network_answers_as_in_keras(stored):
    networks = {"tanh / 3": network(), "wide": network()}
    networks["wide"].set_weights([w + 1 for w in networks["wide"].get_weights()])
    found = stored(surfaces(networks, X, Y))
    assert found.settings["names"] == ["tanh / 3", "wide"]
    rows = zip(
        *(found.settings[key] for key in ("names", "files", "inputs")), strict=True
    )
    for name, file, placed in rows:
        (p,) = found.run(file, **{placed: X})
        expected = networks[name].predict(X, verbose=0)
        np.testing.assert_allclose(p, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (network(inputs=3), r"input_shape=\(None, 3\)"),
        (network(outputs=2), r"output_shape=\(None, 2\)"),
    ],
)
def test_refuses_other_shapes(model, message):
    with pytest.raises(ValueError, match=message):
        surfaces({"it": model}, X, Y)


def test_refuses_scores_that_are_no_probabilities():
    with pytest.raises(ValueError, match=r"sigmoid. Received: 'raw'"):
        surfaces({"raw": network(activation=None)}, 100 * X, Y)


def test_refuses_nothing_to_show():
    with pytest.raises(ValueError, match=r"Received: models=\{\}"):
        surfaces({}, X, Y)
