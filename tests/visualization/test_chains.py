"""The drawing of layers with and without a bend."""

import matplotlib.pyplot as plt

from dlkeras.visualization import draw_chains


def test_three_chains_and_what_they_say():
    _, ax = plt.subplots()
    assert draw_chains(ax) is ax
    words = [text.get_text() for text in ax.texts]
    assert words.count("x") == words.count("y") == 3
    assert {"$W_1$", "$W_2$", "$W_1 W_2$"} <= set(words)
    (bend,) = ax.lines
    assert len(bend.get_xdata()) == 3  # flat, then rising
    plt.close("all")
