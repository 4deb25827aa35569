"""What the tests of widgets share: a folder to store them in, and a check of it."""

import json
from pathlib import Path

import numpy as np
import pytest

# Keras 3.15 turns variables into arrays in a way that NumPy 2 will drop: when
# it saves a model, here. So that `-W error` refuses all other warnings.
OLD = "ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings(OLD))


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Where the widgets of a lab are stored, as while the site is built."""
    return tmp_path_factory.mktemp("live") / "plot_1_lab"


@pytest.fixture
def built(monkeypatch, folder):
    """The environment of the site's build; refuses what is no build."""
    monkeypatch.setenv("DLKERAS_LIVE", str(folder))
    return folder


@pytest.fixture
def impossible():
    """A model that Keras can call, and cannot export."""
    import keras

    class Outside(keras.layers.Layer):
        def call(self, x):
            return keras.ops.convert_to_tensor(np.asarray(x) + 1)  # leaves the graph

        def compute_output_shape(self, input_shape):
            return input_shape

    layers = [keras.Input((3,)), Outside(), keras.layers.Dense(2)]
    return keras.Sequential(layers, name="impossible")


class Stored:
    """A widget as the page gets it."""

    def __init__(self, widget):
        self.folder = Path(widget.folder)
        self.entry = json.loads((self.folder / "widget.json").read_text("utf-8"))
        self.settings = self.entry["settings"]

    def run(self, model, **inputs):
        """The outputs of a model's ONNX file, as the browser computes them."""
        import onnxruntime

        session = onnxruntime.InferenceSession(
            self.folder / self.entry["models"][model]
        )
        feed = {name: np.asarray(x, "float32") for name, x in inputs.items()}
        return session.run(None, feed)


@pytest.fixture
def stored(built):
    """Reads a widget back from its folder."""
    return Stored
