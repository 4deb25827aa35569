import keras
import numpy as np
import pytest

from dlkeras.scratch import MLP, Dense, Value
from dlkeras.utils import value_and_gradients


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh", "sigmoid"])
def test_a_layer_hands_back_the_gradients_of_nudging(activation, rng):
    layer = Dense(4, 3, activation, rng=rng)
    layer.b[:] = rng.normal(size=3)
    x, da = rng.normal(size=(6, 4)), rng.normal(size=(6, 3))
    layer.forward(x)
    dx = layer.backward(da)
    gradients = [(x, dx), (layer.W, layer.dW.copy()), (layer.b, layer.db.copy())]
    for array, gradient in gradients:
        assert gradient.shape == array.shape
        for spot in np.ndindex(array.shape):
            kept, sides = array[spot], []
            for h in (1e-6, -1e-6):
                array[spot] = kept + h
                sides.append((layer.forward(x) * da).sum())
            array[spot] = kept
            slope = (sides[0] - sides[1]) / 2e-6
            assert gradient[spot] == pytest.approx(slope, abs=1e-7)


def test_a_layer_agrees_with_the_engine_for_numbers(rng):
    layer = Dense(3, 2, "tanh", rng=rng)
    x, da = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    layer.forward(x)
    layer.backward(da)
    W = np.vectorize(Value)(layer.W)
    (np.vectorize(Value.tanh)(x @ W) * da).sum().backward()
    grad = np.vectorize(lambda value: value.grad)(W)
    np.testing.assert_allclose(layer.dW, grad, atol=1e-14)


def twins(activation, loss, rng):
    """The network and its double in Keras, with the same weights and data."""
    own = MLP([5, 8, 6, 3], activation, loss, rng=rng)
    for layer in own.layers:
        layer.b[:] = rng.normal(size=layer.b.shape)
    layers = [keras.layers.Dense(n, activation=activation) for n in (8, 6)]
    model = keras.Sequential([keras.Input((5,)), *layers, keras.layers.Dense(3)])
    model.set_weights(own.get_weights())
    x = rng.normal(size=(20, 5)).astype("float32")
    if loss == "mse":
        y = rng.normal(size=(20, 3)).astype("float32")
        return own, model, keras.losses.MeanSquaredError(), x, y
    y = rng.integers(3, size=20)
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return own, model, cross_entropy, x, y


@pytest.mark.backend
@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_outputs_and_gradients_are_those_of_keras(activation, loss, rng):
    own, model, keras_loss, x, y = twins(activation, loss, rng)
    outputs = model(x)
    if loss == "cross_entropy":
        outputs = keras.ops.softmax(outputs)
    np.testing.assert_allclose(
        own.predict(x), keras.ops.convert_to_numpy(outputs), atol=1e-6
    )
    value, gradients = value_and_gradients(
        lambda: keras_loss(y, model(x)), model.trainable_variables
    )
    assert own.backward(x, y) == pytest.approx(value, rel=1e-6)
    mine = [g for layer in own.layers for g in (layer.dW, layer.db)]
    for a, b in zip(mine, gradients, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.backend
def test_training_follows_keras(rng):
    own, model, keras_loss, x, y = twins("tanh", "cross_entropy", rng)
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss=keras_loss)
    for _ in range(10):
        model.reset_metrics()
        theirs = model.train_on_batch(x, y)
        assert own.train_step(x, y, learning_rate=0.1) == pytest.approx(
            theirs, abs=1e-5
        )
    for a, b in zip(own.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_learns_exclusive_or():
    model = MLP([2, 8, 2], "tanh", rng=np.random.default_rng(0))
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    first = model.train_step(x, y, learning_rate=1.0)
    for _ in range(200):
        last = model.train_step(x, y, learning_rate=1.0)
    assert last < first / 10
    np.testing.assert_array_equal(model.predict(x).argmax(axis=1), y)


def test_single_precision_stays_single(rng):
    model = MLP([4, 3, 2], rng=rng, dtype="float32")
    model.train_step(rng.normal(size=(8, 4)), np.zeros(8, int), learning_rate=0.1)
    assert {array.dtype for array in model.get_weights()} == {np.dtype("float32")}
    assert model.predict(np.ones((1, 4))).dtype == np.float32


def test_large_scores_do_not_overflow(rng):
    model = MLP([2, 2], rng=rng)
    model.set_weights([np.eye(2) * 1e4, np.zeros(2)])
    x = np.array([[1.0, 0.0], [0.0, 1.0]])
    np.testing.assert_array_equal(model.predict(x), np.eye(2))
    assert np.isfinite(model.backward(x, np.array([1, 0])))
    sigmoid = Dense(1, 1, "sigmoid", rng=rng)
    assert np.isfinite(sigmoid.forward(np.array([[-1e5], [1e5]]))).all()


@pytest.mark.parametrize(
    ("activation", "variance"), [("relu", 2 / 400), ("tanh", 2 / 700)]
)
def test_first_weights_have_the_stated_variance(activation, variance, rng):
    layer = Dense(400, 300, activation, rng=rng)
    # 120,000 draws: the variance is known to 0.4 %, so 2 % is five sigma.
    assert layer.W.var() == pytest.approx(variance, rel=0.02)
    assert not layer.b.any()


def test_weights_are_copied_in_and_shown_in_the_order_of_keras(rng):
    model = MLP([2, 3, 1], "relu", "mse", rng=rng)
    weights = [rng.normal(size=shape) for shape in [(2, 3), (3,), (3, 1), (1,)]]
    model.set_weights(weights)
    weights[0][:] = 0
    assert model.layers[0].W.all()
    assert repr(model) == "MLP(2 → 3 → 1, relu, mse, 13 parameters)"
    assert repr(model.layers[0]) == "Dense(2 → 3, relu)"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dense(0, 2), "inputs=0, units=2"),
        (lambda: Dense(2, 2, "gelu"), "activation='gelu'"),
        (lambda: MLP([3]), r"sizes=\[3\]"),
        (lambda: MLP([3, 2], loss="mae"), "loss='mae'"),
        (lambda: MLP([3, 2]).set_weights([np.ones((2, 3)), np.ones(2)]), r"\(2, 3\)"),
        (lambda: MLP([3, 2]).backward(np.ones((4, 3)), np.ones((4, 2))), r"\(4, 2\)"),
    ],
)
def test_refuses_bad_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_backward_needs_a_forward_before():
    with pytest.raises(RuntimeError, match="forward"):
        Dense(2, 2).backward(np.ones((1, 2)))
