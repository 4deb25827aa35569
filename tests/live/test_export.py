import sys

import keras
import numpy as np
import pytest
from keras import layers, ops

from dlkeras.live import ExportError, export_onnx


def small(*extra):
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((3,)), *extra, layers.Dense(2, "relu")])


def test_the_file_answers_as_keras(tmp_path):
    model = small(layers.Dense(4, "tanh"))
    gap = export_onnx(model, tmp_path / "model.onnx")
    assert 0 <= gap <= 1e-5
    assert (tmp_path / "model.onnx").stat().st_size > 100


def test_several_inputs_and_outputs_keep_their_order(tmp_path):
    import onnxruntime

    # Named against the order of the alphabet.
    z, a = keras.Input((2,), name="z"), keras.Input((1,), name="a")
    model = keras.Model([z, a], [z * a, z - a, ops.sum(z, axis=1, keepdims=True)])
    assert export_onnx(model, tmp_path / "model.onnx") <= 1e-5
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    feed = {"z": np.float32([[3, 5]]), "a": np.float32([[2]])}
    found = [one.tolist() for one in session.run(None, feed)]
    assert found == [[[6, 10]], [[1, 3]], [[8]]]


def test_a_model_must_be_built(tmp_path):
    model = keras.Sequential([layers.Dense(2)], name="unbuilt")
    with pytest.raises(ExportError, match=r"built first. Received:.*unbuilt"):
        export_onnx(model, tmp_path / "model.onnx")


def test_what_keras_cannot_export_is_named(tmp_path, impossible):
    with pytest.raises(ExportError, match="Keras cannot export 'impossible'"):
        export_onnx(impossible, tmp_path / "model.onnx")


def test_a_state_beside_the_weights_is_named(tmp_path):
    scale = layers.Normalization()
    scale.adapt(np.float32([[1, 2, 3], [3, 2, 1]]))
    inner = small(scale)
    row = keras.Input((3,))
    outer = keras.Model(row, inner(row), name="outer")
    try:
        gap = export_onnx(outer, tmp_path / "model.onnx")
    except ExportError as error:
        assert "'outer' wants inputs of its own" in str(error)  # noqa: PT017
    else:
        assert gap <= 1e-5  # a later Keras may know how


def test_a_file_that_answers_otherwise_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[export_onnx.__module__], "TOLERANCE", -1)
    with pytest.raises(ExportError, match=r"differs from Keras by .*-1 is allowed"):
        export_onnx(small(), tmp_path / "model.onnx")


def test_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    with pytest.raises(ImportError, match=r"pip install 'dlkeras\[live\]'"):
        export_onnx(small(), tmp_path / "model.onnx")
