import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlkeras.visualization import animate_descent


@pytest.fixture(autouse=True)
def _fresh_figure():
    with plt.style.context("dlkeras.visualization.lab"):
        yield
    plt.close("all")


def bowl(w):
    return np.sum(w**2, axis=-1)


def test_each_frame_shows_the_paths_up_to_its_step(tmp_path):
    paths = {
        "one": np.array([[0.5, 0.5], [0.2, 0.1], [0.0, 0.0]]),
        "two": np.array([[0.5, 0.5], [-0.3, 0.3], [0.1, -0.1]]),
    }
    animation = animate_descent(bowl, paths, (-1, 1, -1, 1), title="Down", rest=2)
    ax = animation._fig.axes[0]
    assert ax.get_title() == "Down"
    assert ax.get_legend_handles_labels()[1] == ["one", "two"]

    seen = []
    animation._func, draw = (
        (lambda frame: seen.append(frame) or draw(frame)),
        (animation._func),
    )
    animation.save(tmp_path / "descent.gif", writer="pillow")
    assert seen[-5:] == [0, 1, 2, 2, 2]
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), paths["one"])

    draw(1)
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), paths["two"][:2])
    assert "step 1" in [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(
    "paths", [{}, {"one": np.ones((3, 2)), "two": np.ones((4, 2))}]
)
def test_paths_must_have_one_length(paths):
    with pytest.raises(ValueError, match="same number of points"):
        animate_descent(bowl, paths, (-1, 1, -1, 1), title="Down")
