import matplotlib.pyplot as plt
import pytest

from dlkeras.scratch import Value
from dlkeras.visualization import animate_graph, plot_graph


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    yield ax
    plt.close(fig)


@pytest.fixture
def result():
    a, b = Value(2, "a"), Value(3, "b")
    e = (a + b) * (b + 1)
    e.backward()
    return e


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_shows_each_value_once_with_its_number_and_gradient(ax, result):
    assert plot_graph(result, ax=ax) is ax
    assert sorted(texts(ax)) == sorted(
        ["a\n2", "b\n3", "1", "+\n5", "+\n4", "×\n20", "4", "9", "5", "4", "5", "1"]
    )


def test_slopes_stand_on_the_arrows(ax, result):
    plot_graph(result, slopes=True, ax=ax)
    shown = [text for text in texts(ax) if text.startswith("× ")]
    assert sorted(shown) == ["× 1", "× 1", "× 1", "× 1", "× 4", "× 5"]


def test_results_stand_to_the_right_of_what_they_were_made_of(ax):
    a = Value(1, "a")
    b = a.tanh()
    b.name = "b"
    c = a + b  # one short way and one long way from a
    c.name = "c"
    plot_graph(c, ax=ax)
    column = {text.get_text()[0]: text.get_position()[0] for text in ax.texts[:-3]}
    assert column["a"] < column["b"] < column["c"]


def test_fills_in_frame_by_frame(ax, result):
    plot_graph(result, forward=2, backward=0, ax=ax)
    assert sorted(texts(ax)) == ["+\n", "+\n", "a\n2", "b\n3", "×\n"]
    ax.clear()
    plot_graph(result, forward=6, backward=2, ax=ax)
    gradients = [t.get_text() for t in ax.texts if t.get_weight() == "bold"]
    assert gradients == ["5", "1"]  # of b + 1 and of the result


def test_animation_goes_forward_then_back_and_rests(tmp_path, result):
    animation = animate_graph(result, title="There and back", rest=2)
    assert len(list(animation.new_frame_seq())) == 2 * len(result.graph()) + 2
    (ax,) = animation._fig.axes
    animation._draw_was_started = True  # nothing is saved here
    animation._func(0)
    assert texts(ax)[0] == "a\n2"
    assert "×\n" in texts(ax)
    animation._func(len(result.graph()))
    gradients = [t.get_text() for t in ax.texts if t.get_weight() == "bold"]
    assert gradients == ["1"]  # of the result
    assert ax.get_title() == "There and back"
    plt.close(animation._fig)
