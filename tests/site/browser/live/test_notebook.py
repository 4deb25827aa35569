"""In a notebook, the same widget runs in a frame that this computer serves."""

import shutil

import numpy as np
import pytest

from dlkeras.datasets import make_moons


@pytest.fixture
def shown(monkeypatch, tmp_path):
    """What a notebook shows of a small model, as HTML, and the model."""
    import keras

    from dlkeras import live
    from dlkeras.datasets.fetch import cache_dir

    # The runtime is in the cache already: the site was built with it.
    monkeypatch.setenv("DLKERAS_LAB", tmp_path.name)
    monkeypatch.delenv("DLKERAS_LIVE", raising=False)
    x, y = make_moons(40, noise=0.2, seed=0)
    layers = [keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")]
    model = keras.Sequential(layers)
    widget = live.surfaces({"a line": model}, x, y)
    assert widget.folder.is_relative_to(cache_dir().parent)
    yield widget._repr_html_(), model
    shutil.rmtree(widget.folder.parent)


def test_the_widget_runs_in_a_frame(browser, shown):
    html, model = shown
    page = browser.new_page()
    page.set_content(html)
    frame = page.frame_locator("iframe")
    frame.locator(".live-start").click()
    answer = frame.locator("[data-number=p]")
    answer.wait_for(timeout=60_000)
    figure = frame.locator("figure.lab-live")
    point = figure.evaluate("figure => Array.from(figure.liveInput)")
    expected = float(model(np.array([point]))[0, 0])
    assert float(answer.inner_text()) == pytest.approx(expected, abs=1e-3)
    page.close()
