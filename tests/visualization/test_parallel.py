import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlkeras.visualization import plot_parallel


def test_each_combination_is_a_line_to_its_score():
    _, ax = plt.subplots()
    plot_parallel({"rate": (1, 0.1, 10), "width": (8, 4, 8)}, (50, 20, 90), ax=ax)
    lines = [line.get_ydata() for line in ax.get_lines()]
    # The lowest first, so that the best ends on top.
    np.testing.assert_allclose(lines, [(0, 0, 0.2), (0.5, 1, 0.5), (1, 1, 0.9)])
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["0.1", "1", "10", "4", "8", "0 %", "50 %", "100 %"]
    names = [label.get_text() for label in ax.get_xticklabels()]
    assert names == ["rate", "width", "score"]


def test_of_many_values_some_are_named():
    _, ax = plt.subplots()
    plot_parallel({"rate": range(13)}, range(13), ax=ax)
    assert [text.get_text() for text in ax.texts][:3] == ["0", "6", "12"]


def test_it_draws_where_it_is_told():
    _, (left, right) = plt.subplots(1, 2)
    assert plot_parallel({"rate": (1, 2)}, (3, 4), ax=left) is left
    assert not right.get_lines()


def test_values_without_a_score_are_refused():
    with pytest.raises(ValueError, match=r"the 2 scores.*'rate': 3"):
        plot_parallel({"rate": (1, 2, 3)}, (1, 2))
