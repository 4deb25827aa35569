import pytest

from dlkeras.visualization import draw_ways


def test_every_layer_is_drawn_and_only_shortcuts_are_marked():
    blocks = {"a row": [["one", "two"]], "residual": [["three"], []], "third": [["x"]]}
    axes = [ax for ax in draw_ways(blocks).axes if ax.get_title()]
    texts = {ax.get_title(): [text.get_text() for text in ax.texts] for ax in axes}
    assert list(texts) == list(blocks)
    assert {"one", "two"} <= set(texts["a row"])
    assert "+" in texts["residual"]
    assert "+" not in texts["a row"] + texts["third"]


@pytest.mark.parametrize("blocks", [{}, {"nothing": []}])
def test_a_block_without_a_way_is_refused(blocks):
    with pytest.raises(ValueError, match="Received: blocks="):
        draw_ways(blocks)
