import keras
import numpy as np
import pytest

from dlkeras.losses import QuantileLoss
from dlkeras.scratch import losses
from dlkeras.utils import value_and_gradients

pytestmark = pytest.mark.backend

rng = np.random.default_rng(0)
y_true = rng.normal(size=(40, 2)).astype("float32")
y_pred = rng.normal(size=(40, 2)).astype("float32")


def to_numpy(tensor):
    return keras.ops.convert_to_numpy(tensor)


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_agrees_with_the_formula_in_numpy(q):
    ours = to_numpy(QuantileLoss(q, reduction=None)(y_true, y_pred))
    np.testing.assert_allclose(ours, losses.quantile(q)(y_true, y_pred), atol=1e-6)


def test_the_median_costs_half_the_absolute_error():
    mae = float(keras.losses.MeanAbsoluteError()(y_true, y_pred))
    assert float(QuantileLoss(0.5)(y_true, y_pred)) == pytest.approx(mae / 2, rel=1e-5)


def test_gradient_pulls_up_by_q_and_down_by_the_rest():
    prediction = keras.Variable([[0.0], [0.0]])
    loss = QuantileLoss(0.8, reduction="sum")
    _, (gradient,) = value_and_gradients(
        lambda: loss(np.array([[1.0], [-1.0]]), prediction), [prediction]
    )
    np.testing.assert_allclose(gradient, [[-0.8], [0.2]], atol=1e-6)


def test_a_list_gives_each_output_its_own_quantile():
    three = rng.normal(size=(40, 3)).astype("float32")
    target = y_true[:, :1]
    ours = to_numpy(QuantileLoss([0.1, 0.5, 0.9], reduction=None)(target, three))
    each = [
        losses.quantile(q)(target, three[:, i : i + 1])
        for i, q in enumerate((0.1, 0.5, 0.9))
    ]
    np.testing.assert_allclose(ours, np.mean(each, axis=0), atol=1e-6)


def test_targets_without_an_axis_are_taken_for_a_column():
    flat = QuantileLoss(0.3)(y_true[:, 0], y_pred[:, :1])
    column = QuantileLoss(0.3)(y_true[:, :1], y_pred[:, :1])
    assert float(flat) == pytest.approx(float(column))


def test_trained_on_it_a_constant_becomes_the_quantile(tmp_path):
    x, y = np.ones((400, 1), "float32"), np.linspace(0, 1, 400).astype("float32")
    model = keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Dense(3, use_bias=False, kernel_initializer="zeros"),
        ]
    )
    loss = QuantileLoss([0.1, 0.5, 0.9])
    model.compile(optimizer=keras.optimizers.SGD(0.03), loss=loss)
    model.fit(x, y, batch_size=20, epochs=50, verbose=0)
    band = model.predict(x[:1], verbose=0)[0]
    np.testing.assert_allclose(band, [0.1, 0.5, 0.9], atol=0.03)

    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.loss.get_config() == loss.get_config()
    np.testing.assert_allclose(again.predict(x[:1], verbose=0)[0], band, atol=1e-6)


def test_half_precision_stays_half():
    loss = QuantileLoss(0.9, reduction=None, dtype="float16")
    assert keras.backend.standardize_dtype(loss(y_true, y_pred).dtype) == "float16"


@pytest.mark.parametrize("quantile", [0, 1, -0.5, "0.5", None, [0.1, 2], []])
def test_refuses_what_is_no_quantile(quantile):
    with pytest.raises(ValueError, match="Received: quantile="):
        QuantileLoss(quantile)


def test_refuses_predictions_that_do_not_fit_the_list():
    with pytest.raises(ValueError, match=r"2 quantiles.*\(40, 1\)"):
        QuantileLoss([0.1, 0.9])(y_true[:, :1], y_pred[:, :1])
