"""The widgets of the built site, each with the Keras models that it exported."""

import json
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[4]
STARTED = 60_000  # milliseconds: the runtime is 4 MB, and compiled


class Live:
    """A widget of the built site.

    Args:
        file: What the build stored about it; its models lie beside.
    """

    def __init__(self, file: Path):
        entry = json.loads(file.read_text(encoding="utf-8"))
        self.folder, self.kind = file.parent, entry["kind"]
        self.settings = entry["settings"]
        self.page = f"labs/{file.parents[3].name}/{file.parents[1].name}.html"

    def model(self, name="model"):
        """The Keras model that was exported."""
        import keras

        from dlkeras.layers import LearnableSwish, Standardize

        # Labs write layers of their own; these are their twins in the library.
        twins = {layer.__name__: layer for layer in (LearnableSwish, Standardize)}
        file = self.folder / f"{name}.keras"
        return keras.saving.load_model(file, custom_objects=twins)

    def start(self, page):
        """Press the start button; return the figure once the widget answers."""
        figure = page.locator(f'figure.lab-live[data-live$="/{self.folder.name}/"]')
        figure.scroll_into_view_if_needed()
        figure.locator(".live-start").click()
        self.wait(page, figure, "[data-state=ready], [data-state=error]")
        return figure

    def wait(self, page, figure, state="[data-state=ready]"):
        """Wait until the widget has come so far."""
        figure.and_(page.locator(state)).wait_for(timeout=STARTED)


@pytest.fixture(scope="session")
def widgets(site):
    """A widget of each kind."""
    files = sorted((ROOT / "docs" / "labs").glob("*/live/*/*/widget.json"))
    assert files, "the site has no widget"
    return {live.kind: live for live in map(Live, files)}


@pytest.fixture
def live_input():
    """`live_input(figure)`: the numbers that it has last given to its model."""

    def read(figure):
        numbers = figure.evaluate("figure => Array.from(figure.liveInput)")
        return np.array(numbers, "float32")

    return read
