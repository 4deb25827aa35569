import keras
import numpy as np
import pytest

from dlkeras.scratch import losses
from dlkeras.scratch.activations import softmax

rng = np.random.default_rng(0)
numbers = rng.normal(size=(20, 3)), rng.normal(size=(20, 3))
yes_or_no = rng.integers(0, 2, (20, 3)), rng.uniform(0.02, 0.98, (20, 3))
signs = 2 * rng.integers(0, 2, (20, 3)) - 1, rng.normal(size=(20, 3))
classes = rng.integers(0, 3, 20)
p = softmax(rng.normal(size=(20, 3)))
one_hot = np.eye(3)[classes], p
soft = softmax(rng.normal(size=(20, 3))), p

CASES = {
    "mse": (losses.mse, "mean_squared_error", {}, numbers),
    "mae": (losses.mae, "mean_absolute_error", {}, numbers),
    "huber": (losses.huber(0.7), "huber", {"delta": 0.7}, numbers),
    "binary": (losses.binary_crossentropy, "binary_crossentropy", {}, yes_or_no),
    "focal": (
        losses.focal(1.5),
        "binary_focal_crossentropy",
        {"gamma": 1.5},
        yes_or_no,
    ),
    "weighted focal": (
        losses.focal(2, alpha=0.8),
        "binary_focal_crossentropy",
        {"apply_class_balancing": True, "alpha": 0.8},
        yes_or_no,
    ),
    "hinge": (losses.hinge, "hinge", {}, signs),
    "hinge of 0 and 1": (losses.hinge, "hinge", {}, (yes_or_no[0], signs[1])),
    "categorical": (
        losses.categorical_crossentropy,
        "categorical_crossentropy",
        {},
        one_hot,
    ),
    "sparse": (
        losses.sparse_categorical_crossentropy,
        "sparse_categorical_crossentropy",
        {},
        (classes, p),
    ),
    "kl": (losses.kl_divergence, "kl_divergence", {}, soft),
    "softmax": (
        losses.softmax_crossentropy,
        "sparse_categorical_crossentropy",
        {"from_logits": True},
        (classes, numbers[1]),
    ),
}


@pytest.mark.backend
@pytest.mark.parametrize("case", CASES)
def test_losses_are_those_of_keras(case):
    ours, name, arguments, (y_true, y_pred) = CASES[case]
    theirs = getattr(keras.losses, name)(
        np.asarray(y_true, "int32" if "sparse" in name else "float32"),
        y_pred.astype("float32"),
        **arguments,
    )
    np.testing.assert_allclose(
        ours(y_true, y_pred), keras.ops.convert_to_numpy(theirs), rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("case", [*CASES, "quantile", "softmax of one-hot"])
def test_gradients_are_the_measured_slopes_of_the_mean_loss(case):
    if case == "quantile":
        loss, (y_true, y_pred) = losses.quantile(0.8), numbers
    elif case == "softmax of one-hot":
        loss, (y_true, y_pred) = losses.softmax_crossentropy, (soft[0], numbers[1])
    else:
        loss, _, _, (y_true, y_pred) = CASES[case]
    gradient, step = loss.gradient(y_true, y_pred), 1e-6
    assert gradient.shape == y_pred.shape
    for index in [(0, 0), (7, 2), (19, 1)]:
        moved = np.zeros_like(y_pred)
        moved[index] = step
        up, down = loss(y_true, y_pred + moved), loss(y_true, y_pred - moved)
        assert gradient[index] == pytest.approx(
            (up - down).mean() / (2 * step), abs=1e-6
        )


def test_quantile_charges_more_on_one_side():
    np.testing.assert_allclose(
        losses.quantile(0.9)([[1.0], [0.0]], [[0.0], [1.0]]), [0.9, 0.1]
    )


def test_probabilities_of_0_and_1_cost_much_but_not_infinity():
    assert 15 < losses.binary_crossentropy([[1.0]], [[0.0]])[0] < 17
    assert losses.sparse_categorical_crossentropy([1], [[1.0, 0.0]])[0] > 15
    assert losses.binary_crossentropy.gradient([[1.0]], [[0.0]]) == 0


def test_smooth_labels_keep_their_sum():
    np.testing.assert_allclose(
        losses.smooth_labels([[0, 1, 0, 0]], 0.2), [[0.05, 0.85, 0.05, 0.05]]
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: losses.huber(0), "delta=0"),
        (lambda: losses.quantile(1), "q=1"),
        (lambda: losses.focal(-1), "gamma=-1"),
        (lambda: losses.focal(alpha=2), "alpha=2"),
        (lambda: losses.smooth_labels([[1.0, 0.0]], 2), "amount=2"),
        (
            lambda: losses.mse(np.ones((2, 1)), np.ones((3, 1))),
            r"\(2, 1\) and \(3, 1\)",
        ),
        (lambda: losses.mse(np.ones(2), np.ones((2, 1))), "one shape"),
    ],
)
def test_refuses_bad_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()
