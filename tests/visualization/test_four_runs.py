import matplotlib.pyplot as plt
import numpy as np

from dlkeras.visualization import draw_four_runs


def test_each_run_shows_what_it_is_meant_to():
    axes = {ax.get_title(): ax for ax in draw_four_runs().axes}
    curves = {
        name: [line.get_ydata() for line in ax.lines] for name, ax in axes.items()
    }
    plt.close("all")
    assert list(curves) == ["A", "B", "C", "D"]
    assert min(curves["A"][0]) > 0.7  # too small a rate: hardly moves
    assert np.argmin(curves["B"][1]) < 40  # overfits: validation turns upward
    assert np.all(np.diff(curves["B"][0]) < 0)
    assert np.sum(np.diff(np.sign(np.diff(curves["C"][0]))) != 0) > 10  # jumps
    assert max(abs(curves["D"][1] - curves["D"][0])) < 0.1
