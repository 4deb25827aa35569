import sys

import pytest

pytestmark = pytest.mark.backend


@pytest.fixture
def progress(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
    from dlkeras.callbacks import Progress

    return Progress


def train(callback, epochs, stop=None):
    callback.set_params({"epochs": epochs})
    callback.on_train_begin()
    for epoch in range(stop or epochs):
        logs = {"loss": 1 / (epoch + 1), "val_loss": 0.5, "learning_rate": 0.1}
        callback.on_epoch_end(epoch, logs)
    callback.on_train_end()


def rows(text):
    return [int(line.split()[0]) for line in text.splitlines()[1:]]


def test_table_is_short_and_tidy(progress, capsys):
    train(progress(), epochs=50)
    out = capsys.readouterr().out
    assert out.splitlines()[:3] == [
        "epoch      loss  val_loss",
        "    1         1       0.5",
        "   11   0.09091       0.5",
    ]
    assert rows(out) == [1, 11, 21, 30, 40, 50]


@pytest.mark.parametrize("epochs", [1, 2, 5, 6, 7, 100])
def test_first_and_last_epoch_are_shown(progress, capsys, epochs):
    train(progress(), epochs=epochs)
    shown = rows(capsys.readouterr().out)
    assert (shown[0], shown[-1]) == (1, epochs)
    assert len(shown) == min(epochs, 6)


def test_last_epoch_is_shown_if_training_stops_early(progress, capsys):
    train(progress(), epochs=50, stop=17)
    assert rows(capsys.readouterr().out) == [1, 11, 17]


def test_each_training_has_its_header(progress, capsys):
    callback = progress(rows=2)
    train(callback, epochs=3)
    train(callback, epochs=3)
    assert capsys.readouterr().out.count("epoch") == 2


@pytest.mark.parametrize("wrong", [1, 0, 2.5, "3"])
def test_rows_are_checked(progress, wrong):
    with pytest.raises(ValueError, match=f"Received: rows={wrong!r}"):
        progress(rows=wrong)


def test_terminal_shows_a_bar_as_well(progress, capsys, monkeypatch):
    monkeypatch.delenv("DLKERAS_RECORD", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    train(progress(), epochs=50)
    printed = capsys.readouterr()
    assert rows(printed.out) == [1, 11, 21, 30, 40, 50]
    assert "/50" in printed.err
    assert "\r" not in printed.out


def test_page_shows_no_bar_even_from_a_terminal(progress, capsys, monkeypatch):
    monkeypatch.setenv("DLKERAS_RECORD", "somewhere")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    train(progress(), epochs=50)
    printed = capsys.readouterr()
    assert rows(printed.out) == [1, 11, 21, 30, 40, 50]
    assert printed.err == ""


def test_fit_prints_the_table_alone(progress, capsys):
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    x = np.ones((8, 1), "float32")
    model.fit(x, x, epochs=3, verbose=0, validation_data=(x, x), callbacks=[progress()])
    out = capsys.readouterr().out
    assert out.split("\n")[0].split() == ["epoch", "loss", "mae", "val_loss", "val_mae"]
    assert rows(out) == [1, 2, 3]
    assert not set(out) & {"\r", "\b", "\x1b"}
