import matplotlib.pyplot as plt
import pytest

from dlkeras.visualization import plot_scores


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    yield ax
    plt.close(fig)


def test_one_bar_a_name_with_its_number(ax):
    assert plot_scores({"rules": 20, "network": 95.4}, ax=ax) is ax
    assert [bar.get_width() for bar in ax.patches] == [20, 95.4]
    assert [text.get_text() for text in ax.texts] == ["20", "95"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["rules", "network"]
    assert ax.yaxis_inverted()  # the first name on top


def test_groups_are_named_where_their_bars_are_long(ax):
    plot_scores({"a": (9, 1), "b": (5, 4)}, groups=("old", "new"))
    texts = {text.get_text(): text.get_position() for text in ax.texts}
    assert 0.5 < texts["old"][1] < 1 < texts["new"][1] < 1.5
    assert len({bar.get_facecolor() for bar in ax.patches}) == 2


def test_scores_of_zero_are_drawn(ax):
    plot_scores({"a": 0}, ax=ax)
    assert ax.get_xlim() == (0, 1)


@pytest.mark.parametrize(
    ("scores", "groups"),
    [
        ({}, ()),
        ({"a": (1, 2)}, ()),
        ({"a": (1, 2), "b": 3}, ("x", "y")),
        ({"a": (1, 2, 3, 4)}, "wxyz"),
    ],
)
def test_scores_must_fit_the_groups(scores, groups):
    with pytest.raises(ValueError, match="Each name needs"):
        plot_scores(scores, groups=groups)
