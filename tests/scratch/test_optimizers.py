import keras
import numpy as np
import pytest
from keras import ops

from dlkeras import scratch

pytestmark = pytest.mark.backend

NAMES = ["SGD", "Momentum", "Nesterov", "AdaGrad", "RMSprop", "Adam", "AdamW"]
TWINS = {
    "SGD": lambda: keras.optimizers.SGD(0.05),
    "Momentum": lambda: keras.optimizers.SGD(0.05, momentum=0.9),
    "Nesterov": lambda: keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "AdaGrad": lambda: keras.optimizers.Adagrad(0.05),
    "RMSprop": lambda: keras.optimizers.RMSprop(0.05),
    "Adam": lambda: keras.optimizers.Adam(0.05),
    "AdamW": lambda: keras.optimizers.AdamW(0.05),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [0, 1])
def test_gives_keras_weights_step_by_step(name, seed):
    rng = np.random.default_rng(seed)
    curvature = rng.uniform(1, 10, size=20).astype("float32")
    w = rng.uniform(-1, 1, size=20).astype("float32")
    own, twin, variable = getattr(scratch, name)(0.05), TWINS[name](), keras.Variable(w)
    for _ in range(50):
        w = own.step(w, curvature * w)
        slope = curvature * ops.convert_to_numpy(variable)
        twin.apply([ops.convert_to_tensor(slope)], [variable])
        np.testing.assert_allclose(w, ops.convert_to_numpy(variable), atol=1e-6)
    assert w.dtype == "float32"


@pytest.mark.parametrize("name", NAMES)
def test_default_arguments_are_those_of_keras(name):
    own, config = getattr(scratch, name)(), TWINS[name]().get_config()
    assert own.learning_rate == pytest.approx(
        float(type(TWINS[name]())().learning_rate)
    )
    kinds = {"momentum", "initial_accumulator_value", "rho", "beta_1", "beta_2"}
    for key in kinds | {"epsilon", "weight_decay"}:
        if hasattr(own, key):
            assert getattr(own, key) == pytest.approx(config[key])


@pytest.mark.parametrize("name", NAMES)
def test_a_list_of_arrays_steps_as_one_long_array(name):
    rng = np.random.default_rng(0)
    w = [rng.normal(size=(3, 2)), rng.normal(size=2)]
    one, many = getattr(scratch, name)(0.1), getattr(scratch, name)(0.1)
    flat = np.concatenate([a.ravel() for a in w])
    for _ in range(3):
        flat = one.step(flat, np.sin(flat))
        w = many.step(w, [np.sin(a) for a in w])
    assert [a.shape for a in w] == [(3, 2), (2,)]
    np.testing.assert_allclose(np.concatenate([a.ravel() for a in w]), flat)


@pytest.mark.parametrize("name", NAMES)
def test_leaves_the_old_weights_alone(name):
    w = np.ones(3)
    getattr(scratch, name)(0.1).step(w, w)
    np.testing.assert_array_equal(w, 1)


def test_rates_that_broadcast_run_side_by_side():
    rates = np.array([[0.1], [0.01]])
    w = together = np.ones((2, 3))
    adam = scratch.Adam(rates)
    apart = [scratch.Adam(float(rate)) for rate in rates.ravel()]
    for _ in range(5):
        together = adam.step(together, together)
        w = np.stack([a.step(row, row) for a, row in zip(apart, w, strict=True)])
    np.testing.assert_allclose(together, w)


def test_trains_the_mlp_from_scratch():
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    model = scratch.MLP([2, 8, 2], "tanh")
    adam = scratch.Adam(0.05)
    for _ in range(200):
        model.backward(x, y)
        gradients = [g for layer in model.layers for g in (layer.dW, layer.db)]
        model.set_weights(adam.step(model.get_weights(), gradients))
    np.testing.assert_array_equal(model.predict(x).argmax(axis=1), y)


def test_says_what_it_is():
    assert repr(scratch.Momentum(0.1)) == "Momentum(learning_rate=0.1, momentum=0.9)"


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("SGD", {"learning_rate": 0}, "learning_rate=0"),
        ("SGD", {"learning_rate": np.array([0.1, -1])}, "above 0"),
        ("Momentum", {"momentum": 1}, "momentum=1"),
        ("AdaGrad", {"initial_accumulator_value": -1}, "value=-1"),
        ("RMSprop", {"rho": 1.5}, "rho=1.5"),
        ("Adam", {"beta_1": -0.1}, "beta_1=-0.1"),
        ("Adam", {"beta_2": 1}, "beta_2=1"),
        ("Adam", {"epsilon": 0}, "epsilon=0"),
        ("AdamW", {"weight_decay": -1}, "weight_decay=-1"),
    ],
)
def test_refuses_bad_arguments(name, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(scratch, name)(**arguments)


def test_refuses_gradients_that_do_not_fit():
    with pytest.raises(ValueError, match=r"\(2,\) and \(3,\)"):
        scratch.SGD().step(np.ones(2), np.ones(3))
    with pytest.raises(ValueError, match="same shapes"):
        scratch.SGD().step([np.ones(2)], [np.ones(2), np.ones(3)])
