import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection

from dlkeras.visualization import draw_network

pytestmark = pytest.mark.backend

W1 = np.array([[1.0, -2.0], [0.5, 0.0], [-0.25, 4.0]])  # 3 inputs, 2 units
W2 = np.array([[3.0], [-1.0]])


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    yield ax
    plt.close(fig)


def lines(ax):
    """Each line as its two ends, its width and whether it is dashed."""
    found = {}
    for group in ax.collections:
        if isinstance(group, LineCollection):
            widths = group.get_linewidths()
            for path, width in zip(group.get_segments(), widths, strict=True):
                dashed = group.get_linestyles()[0][1] is not None
                found[tuple(map(tuple, path.round(6).tolist()))] = (width, dashed)
    return found


def nodes(ax):
    """Places of the nodes, column by column, each from above."""
    groups = [c for c in ax.collections if isinstance(c, PathCollection)]
    return [group.get_offsets().data.round(6) for group in groups]


def test_every_weight_is_a_line_from_its_input_to_its_unit(ax):
    draw_network([W1, W2], ax=ax)
    drawn, columns = lines(ax), nodes(ax)
    assert [len(column) for column in columns] == [3, 2, 1]
    assert len(drawn) == W1.size + W2.size
    for w, left, right in zip((W1, W2), columns[:-1], columns[1:], strict=True):
        for i, j in np.ndindex(w.shape):
            width, dashed = drawn[tuple(left[i]), tuple(right[j])]
            assert width == pytest.approx(0.5 + 4 * abs(w[i, j]) / 4)
            assert dashed == (w[i, j] <= 0)


def test_first_input_is_on_top_and_data_flows_to_the_right(ax):
    draw_network([W1, W2], ax=ax)
    columns = nodes(ax)
    assert all(np.all(np.diff(column[:, 1]) < 0) for column in columns)
    assert [column[0, 0] for column in columns] == [0, 1, 2]


def test_a_model_is_drawn_by_its_dense_layers(ax):
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Rescaling(0.5),
            keras.layers.Dense(2),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(1),
        ]
    )
    draw_network(model, ax=ax)
    assert [len(column) for column in nodes(ax)] == [3, 2, 1]


def test_names_and_values_stand_in_the_drawing(ax):
    draw_network(
        [W1],
        input_names=["a", "b", "c"],
        output_names=["yes", "no"],
        layer_names=["in", "out"],
        values=[[1.0, -2.0, 0.0], [0.25, 0.75]],
        ax=ax,
    )
    said = [text.get_text() for text in ax.texts]
    assert {"a", "b", "c", "yes", "no", "in", "out"} <= set(said)
    assert {"1.0", "−2.0", "0.0", "0.2", "0.8"} <= set(said)


def test_drawings_share_a_scale_if_asked(ax):
    draw_network([W2], largest=6.0, ax=ax)
    assert max(width for width, _ in lines(ax).values()) == pytest.approx(2.5)


def test_weights_of_zero_can_be_drawn(ax):
    draw_network([np.zeros((2, 2))], ax=ax)
    assert {width for width, _ in lines(ax).values()} == {0.5}


@pytest.mark.parametrize(
    ("network", "arguments", "message"),
    [
        ([], {}, "no weight"),
        ([np.ones(3)], {}, r"\(inputs, units\).*\(3,\)"),
        ([W1, W1], {}, r"\(3, 2\), \(3, 2\)"),
        ([W1], {"input_names": ["a"]}, "3 inputs"),
        ([W1], {"output_names": ["a"]}, "2 outputs"),
        ([W1], {"layer_names": ["a"]}, "2 columns"),
        ([W1], {"values": [[1, 2, 3]]}, r"\[3, 2\].*\[3\]"),
        ([W1], {"largest": 0}, "largest=0"),
    ],
)
def test_refuses_what_does_not_fit(ax, network, arguments, message):
    with pytest.raises(ValueError, match=message):
        draw_network(network, ax=ax, **arguments)
