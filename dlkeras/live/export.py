"""A Keras model as an ONNX file that gives the same answers."""

import contextlib
import io
import warnings
from pathlib import Path
from typing import Any

TOLERANCE = 1e-5


class ExportError(RuntimeError):
    """A model that cannot be exported, or whose export answers otherwise."""


def export_onnx(model: Any, path: str | Path, samples: int = 8) -> float:
    """Write a model as ONNX, and check the file against Keras on random inputs.

    Args:
        model: A built Keras model with one or more inputs and outputs.
        path: The file to write.
        samples: Number of random inputs to compare on.

    Returns:
        The largest difference between the outputs of ONNX and of Keras, as a
        share of the largest output, or of 1 if that is larger.

    Raises:
        ImportError: If the packages that this needs are not installed.
        ExportError: If Keras cannot export the model, or if the difference is
            above 1e-5.
    """
    try:
        import onnxruntime
        import tf2onnx  # noqa: F401 - Keras needs it
    except ImportError as error:
        raise ImportError(
            "To export models, install what it takes: pip install 'dlkeras[live]'"
        ) from error
    import numpy as np
    from keras import ops

    if not getattr(model, "built", False):
        raise ExportError(f"The model must be built first. Received: {model!r}")
    rng = np.random.default_rng(0)
    inputs = {
        tensor.name: rng.random((samples, *tensor.shape[1:]), dtype="float32")
        for tensor in model.inputs
    }
    given = list(inputs.values())
    expected = model(given if len(given) > 1 else given[0])
    expected = expected if isinstance(expected, list | tuple) else [expected]
    # tf2onnx warns about NumPy, and tells its progress on the standard output.
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            model.export(str(path), format="onnx", verbose=False)
        except Exception as error:
            raise ExportError(f"Keras cannot export {model.name!r}: {error}") from error
    session = onnxruntime.InferenceSession(str(path))
    names = [placed.name for placed in session.get_inputs()]
    if len(names) != len(given):  # tensors kept beside the weights, in a layer
        raise ExportError(
            f"The ONNX file of {model.name!r} wants inputs of its own: {names} for "
            f"{list(inputs)}. Layers must keep what they know in weights."
        )
    feed = dict(zip(names, given, strict=True))
    gap = 0.0
    for ours, theirs in zip(expected, session.run(None, feed), strict=True):
        ours = ops.convert_to_numpy(ours)
        scale = max(1.0, float(np.abs(ours).max()))
        gap = max(gap, float(np.abs(ours - theirs).max()) / scale)
    if not gap <= TOLERANCE:
        raise ExportError(
            f"The ONNX file of {model.name!r} differs from Keras by {gap:.2g}, "
            f"and {TOLERANCE:g} is allowed."
        )
    return gap
