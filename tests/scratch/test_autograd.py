import functools
import math
import operator

import keras
import numpy as np
import pytest
from keras import ops

from dlkeras.scratch import Value
from dlkeras.utils import value_and_gradients

# Arguments, the engine's function, and Python's own.
OPERATIONS = {
    "add": ((0.7, -0.4), operator.add, operator.add),
    "subtract": ((0.7, -0.4), operator.sub, operator.sub),
    "multiply": ((0.7, -0.4), operator.mul, operator.mul),
    "divide": ((0.7, -0.4), operator.truediv, operator.truediv),
    "negate": ((0.7,), operator.neg, operator.neg),
    "square": ((-0.7,), lambda a: a**2, lambda a: a**2),
    "root": ((0.7,), lambda a: a**0.5, math.sqrt),
    "exp": ((0.7,), Value.exp, math.exp),
    "log": ((0.7,), Value.log, math.log),
    "tanh": ((0.7,), Value.tanh, math.tanh),
    "sigmoid": ((0.7,), Value.sigmoid, lambda a: 1 / (1 + math.exp(-a))),
    "relu": ((0.7,), Value.relu, lambda a: max(a, 0)),
    "relu below 0": ((-0.7,), Value.relu, lambda a: max(a, 0)),
    "number first": ((0.7,), lambda a: 2 - 3 / a + 4 * a, lambda a: 2 - 3 / a + 4 * a),
    "number last": ((0.7,), lambda a: (a - 2) / 3 * 4, lambda a: (a - 2) / 3 * 4),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_value_and_slopes_of_each_operation(name):
    numbers, own, reference = OPERATIONS[name]
    values = [Value(number) for number in numbers]
    result = own(*values)
    result.backward()
    assert result.data == pytest.approx(reference(*numbers), abs=1e-15)
    h = 1e-6
    for i, value in enumerate(values):
        up, down = list(numbers), list(numbers)
        up[i] += h
        down[i] -= h
        slope = (reference(*up) - reference(*down)) / (2 * h)
        assert value.grad == pytest.approx(slope, abs=1e-8)


def test_paths_add_and_a_second_call_starts_from_zero():
    a, b = Value(2), Value(3)
    e = (a + b) * (b + 1)
    for _ in range(2):
        e.backward()
        assert (e.data, a.grad, b.grad) == (20, 4, 9)


def test_a_product_with_itself_has_two_paths():
    a = Value(3)
    (a * a).backward()
    assert a.grad == 6


def test_a_value_outside_the_graph_keeps_its_gradient():
    a, b = Value(3), Value(4)
    (a * b).backward()
    (a + 1).backward()
    assert (a.grad, b.grad) == (1, 3)


def test_graph_holds_each_value_once_parents_first():
    a = Value(2)
    b = a * a
    c = b + a
    assert c.graph() == [a, b, c]


def test_deep_graphs_do_not_exhaust_the_stack():
    value = start = Value(1)
    for _ in range(5000):
        value = value + 0.001
    value.backward()
    assert start.grad == 1


def test_works_in_numpy_arrays_and_with_numpy_numbers():
    W = np.array([[Value(1), Value(2)], [Value(3), Value(4)]])
    np.ones(2) @ W
    result = (np.ones((5, 2)) @ W).sum() * np.float32(2)
    (np.float64(3) * result).backward()
    assert result.data == 100
    assert {value.grad for value in W.flat} == {30.0}


def test_repr_tells_how_it_was_made():
    w, x = Value(3, "w"), Value(2, "x")
    y = w * x + 1
    y.backward()
    assert repr(w) == "Value(w = 3, grad=2)"
    assert repr(w * x) == "Value(w × x = 6, grad=0)"
    assert repr(y) == "Value(6 + 1 = 7, grad=1)"
    assert repr(w**2) == "Value(w^2 = 9, grad=0)"
    assert repr(Value(0.5).tanh()) == "Value(tanh(0.5) = 0.4621, grad=0)"
    assert repr(Value(1.5)) == "Value(1.5, grad=0)"


def test_powers_at_zero_and_large_inputs_of_the_sigmoid():
    a = Value(0)
    (a**0 + a**1).backward()
    assert a.grad == 1
    assert Value(-1000).sigmoid().data == 0
    assert Value(1000).sigmoid().data == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Value(0).log(), "Received: 0"),
        (lambda: Value(-2) ** 0.5, r"Received: -2 \*\* 0.5"),
    ],
)
def test_refuses_what_has_no_real_value(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("make", [lambda: Value(1) + "1", lambda: Value(1) ** Value(2)])
def test_refuses_other_types(make):
    with pytest.raises(TypeError):
        make()


def random_graph(numbers, seed):
    made, rng = list(numbers), np.random.default_rng(seed)
    for _ in range(12):
        a, b = (made[i] for i in rng.integers(len(made), size=2))
        choices = [a + b, a - b, a * b, b / (a**2 + 1)]
        made.append(choices[rng.integers(len(choices))])
    return sum(made)


@pytest.mark.backend
@pytest.mark.parametrize("seed", range(5))
def test_random_graphs_have_the_framework_gradients(seed):
    numbers = np.random.default_rng(seed).uniform(-1, 1, size=3).astype("float32")
    values = [Value(number) for number in numbers]
    result = random_graph(values, seed)
    result.backward()
    variables = [keras.Variable(number) for number in numbers]
    theirs, gradients = value_and_gradients(
        functools.partial(random_graph, variables, seed), variables
    )
    own = np.array([value.grad for value in values])
    assert result.data == pytest.approx(theirs, rel=1e-6, abs=1e-6)
    np.testing.assert_allclose(
        own, np.array(gradients), rtol=0, atol=1e-6 * max(1, np.abs(own).max())
    )


@pytest.mark.backend
@pytest.mark.parametrize("name", ["exp", "log", "tanh", "sigmoid", "relu"])
def test_functions_have_the_framework_slopes(name):
    variable = keras.Variable(0.7)
    _, (theirs,) = value_and_gradients(lambda: getattr(ops, name)(variable), [variable])
    value = Value(0.7)
    getattr(value, name)().backward()
    assert value.grad == pytest.approx(float(theirs), abs=1e-6)
