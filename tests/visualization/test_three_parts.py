import matplotlib.pyplot as plt

from dlkeras.visualization import draw_three_parts


def test_the_parts_fill_the_table_and_the_training_loop_closes():
    fig, ax = plt.subplots(figsize=(5.6, 3.6))
    assert draw_three_parts(ax=ax) is ax
    said = {text.get_text() for text in ax.texts}
    assert {"training", "validation", "test"} <= said
    assert {"batch", "predict", "loss", "step"} <= said
    widths = [bar.get_width() for bars in ax.containers for bar in bars]
    assert len(widths) == 3
    assert 9.5 < sum(widths) < 10  # small gaps between the parts
    fig.canvas.draw()
    plt.close(fig)
