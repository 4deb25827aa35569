import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def _fresh_figure():
    with plt.style.context("dlkeras.visualization.lab"):
        yield
    plt.close("all")
