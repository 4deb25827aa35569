import numpy as np
import pytest
from matplotlib.contour import QuadContourSet

from dlkeras.visualization import plot_decision, plot_history, show_images


def test_decision_draws_the_boundary_where_the_score_is_one_half():
    x = np.array([[-1.0, 0.0], [1.0, 0.0]])
    ax = plot_decision(lambda p: (p[:, 0] > 0.25).astype(float), x, [0, 1])
    (boundary,) = [
        c for c in ax.collections if isinstance(c, QuadContourSet) and not c.filled
    ]
    np.testing.assert_allclose(boundary.get_paths()[0].vertices[:, 0], 0.25, atol=0.02)


def test_decision_without_a_boundary_still_draws():
    ax = plot_decision(lambda p: np.ones(len(p)), np.eye(2), [0, 1])
    assert len(ax.get_legend_handles_labels()[1]) == 2


def test_decision_needs_points_of_the_plane():
    with pytest.raises(ValueError, match=r"\(3, 4\)"):
        plot_decision(np.ones, np.ones((3, 4)), [0, 1, 1])


def test_history_draws_training_and_validation_with_their_names():
    ax = plot_history({"loss": [3, 2, 1], "val_loss": [3, 3, 4]})
    assert [t.get_text() for t in ax.texts] == ["training", "validation"]
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), [3, 3, 4])
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [1, 2, 3])


def test_history_names_what_it_holds():
    with pytest.raises(KeyError, match="loss"):
        plot_history({"loss": [1]}, "accuracy")


def test_images_are_shown_in_a_grid_with_titles():
    fig = show_images(np.zeros((7, 4, 4)), list("abcdefg"), columns=3, suptitle="seven")
    assert len(fig.axes) == 9
    assert [ax.get_title() for ax in fig.axes][:7] == list("abcdefg")
    assert fig.get_suptitle() == "seven"


def test_images_need_as_many_titles():
    with pytest.raises(ValueError, match="Received: 1"):
        show_images(np.zeros((2, 4, 4)), ["a"])
