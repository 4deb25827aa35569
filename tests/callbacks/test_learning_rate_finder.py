import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers, ops

from dlkeras.callbacks import LearningRateFinder

pytestmark = pytest.mark.backend

RNG = np.random.default_rng(0)
X = RNG.normal(size=(160, 3)).astype("float32")
Y = (X @ [[1.0], [-2.0], [0.5]]).astype("float32")


def linear(optimizer):
    model = keras.Sequential(
        [keras.Input((3,)), layers.Dense(1, kernel_initializer="zeros")]
    )
    model.compile(optimizer, loss="mse")
    return model


def find(model, epochs=4, **arguments):
    finder = LearningRateFinder(**arguments)
    model.fit(
        X,
        Y,
        batch_size=4,
        epochs=epochs,
        shuffle=False,
        verbose=0,
        callbacks=[finder],
    )
    return finder


def test_rates_grow_by_the_same_factor_and_losses_are_those_of_the_batches():
    finder = find(
        linear(keras.optimizers.SGD(0.5)), lowest=1e-6, highest=1e-3, steps=50
    )
    assert len(finder.losses) == len(finder.learning_rates) == 50
    np.testing.assert_allclose(finder.learning_rates[[0, -1]], [1e-6, 1e-3])
    factors = finder.learning_rates[1:] / finder.learning_rates[:-1]
    np.testing.assert_allclose(factors, factors[0])

    w, b = np.zeros((3, 1)), 0.0  # the same by hand; 40 batches are an epoch
    for n, rate in enumerate(finder.learning_rates):
        rows = slice(4 * (n % 40), 4 * (n % 40) + 4)
        error = X[rows] @ w + b - Y[rows]
        np.testing.assert_allclose(finder.losses[n], np.mean(error**2), rtol=1e-3)
        w -= rate * 2 * X[rows].T @ error / 4
        b -= rate * 2 * error.mean()


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop"])
def test_puts_model_and_optimizer_back(optimizer):
    model = linear(optimizer)
    model.fit(X, Y, verbose=0)
    before = [
        ops.convert_to_numpy(v) for v in [*model.variables, *model.optimizer.variables]
    ]
    find(model, steps=50)
    after = [
        ops.convert_to_numpy(v) for v in [*model.variables, *model.optimizer.variables]
    ]
    for a, b in zip(before, after, strict=True):
        np.testing.assert_array_equal(a, b)


def test_stops_when_the_loss_explodes():
    finder = find(
        linear(keras.optimizers.SGD(0.5)), lowest=1e-4, highest=1e6, steps=100
    )
    assert 10 < len(finder.losses) < 100
    assert finder.learning_rates[-1] < 1000


def test_suggests_a_rate_that_trains():
    model = linear(keras.optimizers.SGD(1e-6))
    finder = find(model, lowest=1e-4, highest=10, steps=100)
    model.optimizer.learning_rate = finder.suggestion
    assert finder.suggestion < finder.learning_rates[-1] / 4
    history = model.fit(X, Y, batch_size=4, epochs=10, verbose=0).history["loss"]
    assert history[-1] < 0.01 * history[0]


def test_plot_shows_the_suggestion():
    finder = find(linear(keras.optimizers.SGD(0.1)), steps=60)
    ax = finder.plot(plt.figure().gca())
    assert f"{finder.suggestion:.1g}" in [text.get_text() for text in ax.texts]
    plt.close(ax.figure)


def test_asks_for_more_batches():
    model = linear("sgd")
    weights = model.get_weights()
    with pytest.raises(ValueError, match="offered 40 batches, and the test takes 50"):
        find(model, epochs=1, steps=50)
    np.testing.assert_array_equal(model.get_weights()[0], weights[0])


def test_refuses_a_schedule():
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 10)
    with pytest.raises(ValueError, match="follows a schedule"):
        find(linear(keras.optimizers.SGD(schedule)))


def test_has_no_suggestion_before_fit():
    with pytest.raises(ValueError, match="before `fit`"):
        LearningRateFinder().suggestion  # noqa: B018


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"lowest": 0}, "lowest=0"),
        ({"lowest": 1, "highest": 0.1}, "highest=0.1"),
        ({"steps": 5}, "steps=5"),
        ({"steps": 20.5}, "steps=20.5"),
        ({"smoothing": 4}, "smoothing=4"),
    ],
)
def test_refuses_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        LearningRateFinder(**arguments)
