import numpy as np
import pytest

from dlkeras.visualization import animate_boundary

X = np.array([[-1.0, 0.0], [1.0, 0.5], [0.5, -1.0]])
Y = np.array([0, 1, 1])
STEPS = [(np.array([1.0, 0.0]), -0.8, 1), (np.array([2.0, 0.5]), 0.0, 2)]


def test_each_frame_rings_the_point_that_was_wrong(tmp_path):
    animation = animate_boundary(
        STEPS, X, Y, class_names=("no", "yes"), axis_names=("one", "two"), rest=1
    )
    animation.save(tmp_path / "boundary.gif", writer="pillow")
    (ax,) = animation._fig.axes
    for frame, (_, _, i) in enumerate(STEPS):
        animation._func(frame)
        (ring,) = ax.lines
        np.testing.assert_array_equal(ring.get_xydata(), X[[i]])
        assert ax.get_title() == f"Correction {frame + 1} turns the boundary"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("one", "two")
    assert ax.get_legend_handles_labels()[1] == ["no", "yes"]


def test_the_last_correction_is_shown_longest():
    animation = animate_boundary(STEPS, X, Y, rest=3)
    assert list(animation.new_frame_seq()) == [0, 1, 1, 1, 1]
    animation._draw_was_started = True  # nothing is saved here


def test_no_steps_are_refused():
    with pytest.raises(ValueError, match="Received: steps="):
        animate_boundary([], X, Y)
