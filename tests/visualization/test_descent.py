import numpy as np
import pytest

from dlkeras.visualization import animate_descent


def bowl(w):
    return np.sum(w**2, axis=-1)


WINDOW = (-1, 1, -1, 1)
PATHS = {
    "one": np.array([[0.5, 0.5], [0.2, 0.1], [0.1, 0.0], [0.0, 0.0]]),
    "two": np.array([[0.5, 0.5], [-0.3, 0.3], [0.2, 0.0], [0.1, -0.1]]),
}


def test_each_frame_shows_the_paths_up_to_its_step(tmp_path):
    other = {name: -points for name, points in PATHS.items()}
    surfaces = {"left": (bowl, PATHS, WINDOW), "right": (bowl, other, WINDOW)}
    animation = animate_descent(surfaces, title="Down", every=2, rest=2)
    fig = animation._fig
    assert fig.get_suptitle() == "Down"
    assert [ax.get_title() for ax in fig.axes] == ["left", "right"]
    assert [text.get_text() for text in fig.legends[0].get_texts()] == ["one", "two"]

    seen = []
    animation._func, draw = (
        (lambda step: seen.append(step) or draw(step)),
        (animation._func),
    )
    animation.save(tmp_path / "descent.gif", writer="pillow")
    assert seen[-5:] == [0, 2, 3, 3, 3]
    for ax, paths in zip(fig.axes, (PATHS, other), strict=True):
        np.testing.assert_array_equal(ax.lines[0].get_xydata(), paths["one"])

    draw(1)
    np.testing.assert_array_equal(fig.axes[1].lines[1].get_xydata(), other["two"][:2])
    assert "step 1" in [text.get_text() for text in fig.axes[0].texts]


def test_one_surface_at_every_step():
    animation = animate_descent({"": (np.eye(2), PATHS, WINDOW)}, title="Down", every=1)
    assert list(animation.new_frame_seq())[:4] == [0, 1, 2, 3]
    animation._draw_was_started = True  # it was not meant to be shown


@pytest.mark.parametrize(
    "panels",
    [
        [],
        [{}],
        [{"one": np.ones((3, 2)), "two": np.ones((4, 2))}],
        [{"one": np.ones((3, 2))}, {"two": np.ones((3, 2))}],
        [{str(i): np.ones((3, 2)) for i in range(8)}],
    ],
)
def test_paths_must_have_the_same_names_and_one_length(panels):
    surfaces = {str(i): (bowl, paths, WINDOW) for i, paths in enumerate(panels)}
    with pytest.raises(ValueError, match="number of points"):
        animate_descent(surfaces, title="Down")
