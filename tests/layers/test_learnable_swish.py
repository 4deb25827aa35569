import keras
import numpy as np
import pytest

from dlkeras.layers import LearnableSwish
from dlkeras.utils import value_and_gradients

pytestmark = pytest.mark.backend

x = np.linspace(-4, 4, 24).reshape(6, 4).astype("float32")


def test_with_beta_1_it_is_silu_and_with_beta_0_half_the_input():
    silu = keras.ops.convert_to_numpy(keras.activations.silu(x))
    ours = keras.ops.convert_to_numpy(LearnableSwish()(x))
    np.testing.assert_allclose(ours, silu, atol=1e-6)
    line = keras.ops.convert_to_numpy(LearnableSwish(beta=0.0)(x))
    np.testing.assert_allclose(line, x / 2, atol=1e-6)


def test_with_a_large_beta_it_is_nearly_relu():
    ours = keras.ops.convert_to_numpy(LearnableSwish(beta=50.0)(x))
    np.testing.assert_allclose(ours, np.maximum(x, 0), atol=0.01)


@pytest.mark.parametrize(("per_feature", "shape"), [(False, ()), (True, (4,))])
def test_gradient_of_beta_is_the_formula(per_feature, shape):
    layer = LearnableSwish(beta=0.5, per_feature=per_feature)
    layer.build(x.shape)
    assert tuple(layer.beta.shape) == shape
    _, (gradient,) = value_and_gradients(lambda: keras.ops.sum(layer(x)), [layer.beta])
    s = 1 / (1 + np.exp(-0.5 * x))
    expected = x**2 * s * (1 - s)
    expected = expected.sum(axis=0) if per_feature else expected.sum()
    np.testing.assert_allclose(gradient, expected, rtol=1e-4)


def test_keeps_the_shape_it_is_given():
    assert LearnableSwish().compute_output_shape((None, 7, 3)) == (None, 7, 3)
    assert keras.ops.shape(LearnableSwish()(np.ones((2, 7, 3)))) == (2, 7, 3)


def test_model_with_it_reloads_with_its_trained_beta(tmp_path):
    model = keras.Sequential(
        [keras.Input((4,)), LearnableSwish(beta=0.3, per_feature=True, name="bend")]
    )
    model.layers[0].beta.assign([0.1, 0.2, 0.3, 0.4])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.layers[0].get_config() == model.layers[0].get_config()
    assert again.layers[0].name == "bend"
    np.testing.assert_allclose(
        again.predict(x, verbose=0), model.predict(x, verbose=0), atol=1e-6
    )


def test_mixed_precision_computes_in_half_and_keeps_beta_in_full():
    layer = LearnableSwish(dtype="mixed_bfloat16")
    assert keras.backend.standardize_dtype(layer(x).dtype) == "bfloat16"
    assert layer.beta.dtype == "float32"


@pytest.mark.parametrize("beta", [float("nan"), float("inf"), "1", None, True])
def test_refuses_a_beta_that_is_no_number(beta):
    with pytest.raises(ValueError, match="Received: beta="):
        LearnableSwish(beta=beta)
