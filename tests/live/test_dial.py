import keras
import numpy as np
import pytest

from dlkeras.live import dial

rng = np.random.default_rng(0)
X = rng.uniform(-1, 1, size=12)
WEIGHTS = rng.normal(size=(5, 3))  # degree 4, three strengths
POINTS = (X[:8], np.sin(X[:8]), X[8:], np.sin(X[8:]))
STRENGTHS = [0.001, 0.01, 0.1]


def test_onnx_gives_the_polynomials(stored):
    found = stored(dial(WEIGHTS, STRENGTHS, *POINTS, truth=np.sin))
    (curves,) = found.run("model", **{found.settings["input"]: X[:, None]})
    np.testing.assert_allclose(curves, X[:, None] ** np.arange(5) @ WEIGHTS, atol=1e-5)
    assert found.settings["strengths"] == STRENGTHS
    assert np.shape(found.settings["train"]) == (2, 8)
    assert np.shape(found.settings["new"]) == (2, 4)
    line, truth = found.settings["line"], found.settings["truth"]
    np.testing.assert_allclose(truth, np.sin(line), atol=1e-3)


def test_a_trained_model_will_do_as_well(stored):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(3)])
    found = stored(dial(model, STRENGTHS, *POINTS, name="network"))
    (curves,) = found.run("model", **{found.settings["input"]: X[:, None]})
    expected = model.predict(X[:, None], verbose=0)
    np.testing.assert_allclose(curves, expected, atol=1e-6)
    assert found.settings["truth"] is None


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (WEIGHTS[:, :2], r"output_shape=\(None, 2\)"),
        (WEIGHTS[:, 0], r"shape \(5,\)"),
        (WEIGHTS[:1], r"shape \(1, 3\)"),
        (np.full((5, 3), np.inf), "finite"),
    ],
)
def test_refuses_weights_of_another_shape(weights, message):
    with pytest.raises(ValueError, match=message):
        dial(weights, STRENGTHS, *POINTS)


@pytest.mark.parametrize("strengths", [[1], [1, 1, 2], [3, 2, 1]])
def test_refuses_strengths_that_do_not_rise(strengths):
    with pytest.raises(ValueError, match="Received: strengths="):
        dial(WEIGHTS, strengths, *POINTS)


def test_refuses_points_without_a_target():
    with pytest.raises(ValueError, match=r"`x_new` and `y_new`.*Received: 4 and 3"):
        dial(WEIGHTS, STRENGTHS, *POINTS[:3], POINTS[3][:3])
    with pytest.raises(ValueError, match="`y_train` must be finite"):
        dial(WEIGHTS, STRENGTHS, X, np.full(12, np.nan), *POINTS[2:])


def test_refuses_a_truth_that_is_no_curve():
    with pytest.raises(ValueError, match=r"Received: \(\) for \(161,\)"):
        dial(WEIGHTS, STRENGTHS, *POINTS, truth=np.sum)
