import keras
import numpy as np
import pytest

from dlkeras.datasets import fetch, load_photo
from dlkeras.datasets.tensors import read_tensors
from dlkeras.models import EfficientNetLite0, imagenet_class_names

pytestmark = pytest.mark.backend


@pytest.fixture(scope="module")
def random_model():
    return EfficientNetLite0(weights=None, input_shape=(64, 64, 3))


@pytest.fixture(scope="module")
def trained():
    """The model with its weights, made once."""
    try:
        fetch.fetch("efficientnet_lite0")
    except fetch.DatasetError as error:
        pytest.skip(f"the weights are not cached and cannot be fetched: {error}")
    return EfficientNetLite0()


def square(photo, side=224):
    """The middle of a photograph, as a batch of one."""
    pixels = keras.ops.convert_to_tensor(photo[None].astype("float32"))
    return keras.ops.image.resize(pixels, (side, side), crop_to_aspect_ratio=True)


# The architecture


def test_size_and_shapes(random_model):
    # As published: 4.7 million, of which 42,016 are means and variances.
    assert random_model.count_params() == 4_694_024
    trained = sum(int(np.prod(w.shape)) for w in random_model.trainable_weights)
    assert trained == 4_652_008
    assert random_model.output_shape == (None, 1000)
    assert random_model.get_layer("top_activation").output.shape == (None, 2, 2, 1280)
    kinds = {type(layer).__name__ for layer in random_model.layers}
    assert kinds == {
        *("InputLayer", "Rescaling", "Conv2D", "DepthwiseConv2D", "ReLU", "Add"),
        *("BatchNormalization", "GlobalAveragePooling2D", "Dropout", "Dense"),
    }
    assert all(
        type(layer).__module__.startswith("keras.") for layer in random_model.layers
    )
    for layer in random_model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            assert layer.epsilon == 1e-3
        if isinstance(layer, keras.layers.ReLU):
            assert layer.max_value == 6


def test_takes_plain_pixels(random_model):
    pixels = np.array([[[[0.0, 127.0, 255.0]]]], "float32")
    scaled = keras.ops.convert_to_numpy(random_model.get_layer("rescaling")(pixels))
    np.testing.assert_allclose(scaled.ravel(), [-127 / 128, 0, 1], atol=1e-6)


def test_probabilities(random_model):
    pixels = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype="uint8")
    probabilities = random_model.predict(pixels, verbose=0)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert (probabilities >= 0).all()


@pytest.mark.parametrize(
    ("pooling", "shape"),
    [(None, (None, 3, 2, 1280)), ("avg", (None, 1280)), ("max", (None, 1280))],
)
def test_without_top(pooling, shape):
    model = EfficientNetLite0(
        include_top=False, weights=None, input_shape=(96, 64, 3), pooling=pooling
    )
    assert model.output_shape == shape


def test_other_classes_and_logits():
    model = EfficientNetLite0(
        weights=None, input_shape=(32, 32, 3), classes=7, classifier_activation=None
    )
    logits = model.predict(np.full((1, 32, 32, 3), 255.0), verbose=0)
    assert logits.shape == (1, 7)
    assert abs(logits.sum() - 1) > 1e-6


def test_saves_and_reloads(random_model, tmp_path):
    random_model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    pixels = np.random.default_rng(0).uniform(0, 255, (1, 64, 64, 3)).astype("float32")
    np.testing.assert_allclose(
        again.predict(pixels, verbose=0),
        random_model.predict(pixels, verbose=0),
        atol=1e-6,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {"weights": "noisy-student"},
        {"pooling": "sum", "include_top": False},
        {"classes": 10},
        {"input_shape": (224, 224, 1)},
        {"input_shape": (224, 224)},
        {"input_shape": (16, 224, 3)},
        {"input_shape": 224},
    ],
)
def test_refuses(arguments):
    name = next(name for name in arguments if name != "include_top")
    with pytest.raises(ValueError, match=f"Received: {name}="):
        EfficientNetLite0(**arguments)


# The weights


def test_every_tensor_has_its_place(trained):
    tensors = read_tensors(fetch.fetch("efficientnet_lite0"))
    numbers = {n: a for n, a in tensors.items() if not n.endswith("batches_tracked")}
    assert sum(array.size for array in numbers.values()) == trained.count_params()
    # The sums tell whether one was given to two layers, or to none.
    given = sorted(float(np.abs(a).sum()) for a in numbers.values())
    taken = sorted(float(np.abs(w).sum()) for w in trained.get_weights())
    np.testing.assert_allclose(taken, given, rtol=1e-4)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("coffee", {"espresso"}),
        # Her breed is none of the thousand; these are the striped house cats.
        ("cat", {"tabby", "tiger cat", "Egyptian cat"}),
        ("china", {"palace"}),
        ("flower", {"daisy"}),  # the only round flower among the thousand
        ("rocket", {"missile"}),  # there is no rocket among the thousand
    ],
)
def test_sees_what_is_in_a_photograph(trained, fetched, name, expected):
    fetched("imagenet_class_names")
    if name not in ("china", "flower"):
        fetched(f"photo_{name}")
    names = imagenet_class_names()
    (probabilities,) = trained.predict(square(load_photo(name)), verbose=0)
    assert names[probabilities.argmax()] in expected
    if name == "coffee":
        assert probabilities.max() > 0.9
    if name == "cat":
        cats = sum(probabilities[names.index(cat)] for cat in expected)
        assert cats > 0.85


def test_agrees_with_the_model_it_was_converted_from(trained, fetched):
    # Measured with efficientnet-lite-pytorch 0.1.0: the largest probabilities
    # for the middle of the photograph, without resizing.
    fetched("photo_coffee")
    pixels = load_photo("coffee")[88:312, 188:412].astype("float32")
    (probabilities,) = trained.predict(pixels[None], verbose=0)
    expected = {967: 0.817179, 504: 0.028394, 960: 0.028226, 925: 0.018326}
    for number, probability in expected.items():
        assert probabilities[number] == pytest.approx(probability, rel=1e-3)


def test_wrong_scale_is_worse(trained, fetched):
    """Pixels from 0 to 1 instead of 255: the usual mistake is noticed."""
    fetched("photo_coffee")
    (probabilities,) = trained.predict(square(load_photo("coffee")) / 255, verbose=0)
    assert probabilities[967] < 0.1


def test_features_without_top_are_the_same(trained, fetched):
    fetched("photo_cat")
    pixels = square(load_photo("cat"))
    features = EfficientNetLite0(include_top=False, pooling="avg")
    inner = keras.Model(trained.input, trained.get_layer("avg_pool").output)
    np.testing.assert_allclose(
        features.predict(pixels, verbose=0),
        inner.predict(pixels, verbose=0),
        atol=1e-5,
    )


def test_a_clone_starts_from_random_weights(trained):
    for name in ("stem_conv", "predictions"):
        config = trained.get_layer(name).get_config()
        assert config["kernel_initializer"]["class_name"] != "Zeros"
    config = trained.get_layer("block1a_depthwise_conv").get_config()
    assert config["depthwise_initializer"]["class_name"] == "VarianceScaling"
