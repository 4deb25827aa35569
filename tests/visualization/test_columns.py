import pytest

from dlkeras.visualization import plot_columns


def test_a_column_a_measure_and_a_row_a_name():
    figure = plot_columns({"m": {"cat": 0.3, "dog": 0.61}, "kg": {"cat": 4, "dog": 20}})
    widths = [[bar.get_width() for bar in ax.patches] for ax in figure.axes]
    titles = [ax.get_xlabel() for ax in figure.axes]
    numbers = [[text.get_text() for text in ax.texts] for ax in figure.axes]
    rows = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    upside_down = figure.axes[1].yaxis_inverted()
    assert widths == [[0.3, 0.61], [4, 20]]
    assert titles == ["m", "kg"]
    assert numbers == [["0.30", "0.61"], ["4.0", "20.0"]]
    assert rows == ["cat", "dog"]
    assert upside_down  # the first name on top


def test_zeros_are_drawn():
    figure = plot_columns({"m": {"cat": 0}})
    limits = figure.axes[0].get_xlim()
    assert limits == (0, 1)


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"m": {}},
        {"m": {"cat": 1}, "kg": {"dog": 2}},
        {kind: {"cat": 1} for kind in "abcd"},
    ],
)
def test_columns_that_do_not_match_are_refused(columns):
    with pytest.raises(ValueError, match="need the same names"):
        plot_columns(columns)
