"""What the exercises about logic gates share."""

from typing import Any

import numpy as np

from dlkeras.workbook.exercise import Wrong, as_array

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])  # the four inputs of a gate


def threshold_neuron(answer: Any) -> tuple[np.ndarray, float]:
    """Two weights and a bias, as a reader gave them: `(w1, w2, b)`.

    Raises:
        NotTried: If a number is missing.
        Wrong: If it is anything but three numbers.
    """
    numbers = as_array(answer)
    if numbers.shape != (3,):
        raise Wrong(
            f"expected three numbers (w1, w2, b), got {answer!r}",
            "Give two weights and a bias, as (w1, w2, b).",
        )
    return numbers[:2], float(numbers[2])
