import json

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlkeras.live import ExportError, Widget


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])


@pytest.fixture
def script(monkeypatch, tmp_path):
    """No build: as in a script, with a cache folder of its own."""
    monkeypatch.delenv("DLKERAS_LIVE", raising=False)
    monkeypatch.setenv("DLKERAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DLKERAS_LAB", "some_lab")
    return tmp_path / "home" / "live" / "some_lab"


def picture(title="Lines & <angles>"):
    fig, ax = plt.subplots(figsize=(2, 1))
    ax.set_title(title)
    return fig


def widget(model, still=None, name="thing"):
    still = still or picture()
    return Widget("neuron", name, {"model": model}, {"sizes": [1, 2]}, still, "Why?")


def test_the_build_stores_models_settings_and_picture(built, model):
    made = widget(model)
    assert made.folder == built / "thing"
    entry = json.loads((made.folder / "widget.json").read_text("utf-8"))
    assert entry == {
        "kind": "neuron",
        "title": "Lines & <angles>",
        "caption": "Why?",
        "models": {"model": "model.onnx"},
        "bytes": (made.folder / "model.onnx").stat().st_size,
        "settings": {"sizes": [1, 2]},
    }
    assert (made.folder / "still.webp").read_bytes()[8:12] == b"WEBP"
    reloaded = keras.saving.load_model(made.folder / "model.keras")
    x = np.ones((1, 3), "float32")
    np.testing.assert_array_equal(
        reloaded.predict(x, verbose=0), model.predict(x, verbose=0)
    )


def test_the_page_gets_picture_and_caption(built, model):
    html = widget(model)._repr_html_()
    assert f'data-live="live/{built.name}/thing/"' in html
    assert 'alt="Lines &amp; &lt;angles&gt;"' in html
    assert "<figcaption>Why?</figcaption>" in html


def test_the_picture_is_closed_and_so_not_shown_twice(built, model):
    still = picture()
    widget(model, still)
    assert not plt.fignum_exists(still.number)


def test_the_folder_is_replaced_whole(built, model):
    made = widget(model, name="again")
    (made.folder / "old.onnx").write_bytes(b"stale")
    widget(model, name="again")
    assert not (made.folder / "old.onnx").exists()
    assert not [path for path in built.iterdir() if path.name.startswith(".")]


def test_a_picture_without_a_title_is_refused(built, model):
    still = picture("")
    with pytest.raises(ValueError, match="needs a title"):
        widget(model, still)
    plt.close(still)


def test_a_script_says_where_the_file_is(script, model, capsys):
    made = widget(model)
    said = capsys.readouterr().out
    assert made.folder == script / "thing"
    assert said.startswith("ONNX: 1 model, ")
    assert f" kB in {made.folder}\n" in said
    assert "largest difference from Keras: " in said
    assert str(made.folder) in repr(made)
    assert not (made.folder / "model.keras").exists()


def test_a_model_that_cannot_be_exported_stops_the_build(built, impossible):
    still = picture()
    with pytest.raises(ExportError, match="'impossible'"):
        widget(impossible, still, name="never")
    assert not (built / "never").exists()
    plt.close(still)


def test_and_is_a_message_elsewhere(script, impossible, capsys):
    still = picture()
    made = widget(impossible, still)
    assert "No widget here: Keras cannot export 'impossible'" in capsys.readouterr().out
    assert made._repr_html_() == "<p>Why?</p>"
    plt.close(still)
