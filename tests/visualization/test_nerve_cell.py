import matplotlib.pyplot as plt

from dlkeras.visualization import draw_neurons


def test_both_neurons_are_drawn_and_their_parts_named():
    fig = draw_neurons()
    cell, artificial = fig.axes
    assert {t.get_text() for t in cell.texts} == {
        "dendrites collect",
        "the cell body adds up",
        "the axon passes on",
    }
    assert {"$x_1$", "$w_3$", "$f$", "$y$"} <= {t.get_text() for t in artificial.texts}
    fig.canvas.draw()
    plt.close(fig)
