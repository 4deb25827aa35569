"""One tidy report of training, wherever it runs."""

import os
import sys
import warnings

import keras


class Progress(keras.callbacks.Callback):
    """Shows training as a live bar, or as a short table where nothing moves.

    In a terminal or a notebook, a bar follows the epochs. On a page or in a
    log file, at most `rows` lines are printed, evenly spaced over the epochs,
    with the losses and metrics of each.

    Args:
        rows: Number of lines in the table, at least 2.

    >>> model.fit(x, y, epochs=50, verbose=0, callbacks=[Progress()])
    epoch     loss  accuracy  val_loss  val_accuracy
        1    1.842     0.401     1.402         0.621
    """

    def __init__(self, rows: int = 6):
        super().__init__()
        if not isinstance(rows, int) or rows < 2:
            raise ValueError(
                f"`rows` must be a whole number of at least 2. Received: rows={rows!r}"
            )
        self.rows = rows
        self._bar = None

    def on_train_begin(self, logs=None):
        epochs = self.params["epochs"]
        step = max(1, (epochs - 1) / (self.rows - 1))
        self._shown = {round(1 + i * step) for i in range(self.rows)}
        self._header = False
        self._last = None  # epoch and logs of the last row that is not printed yet
        if _is_live():
            with warnings.catch_warnings(action="ignore"):  # if ipywidgets is missing
                from tqdm.auto import tqdm

            self._bar = tqdm(total=epochs, unit="epoch", leave=False)

    def on_epoch_end(self, epoch, logs=None):
        logs = {k: v for k, v in (logs or {}).items() if k != "learning_rate"}
        if self._bar is not None:
            self._bar.set_postfix({k: f"{v:.3g}" for k, v in logs.items()})
            self._bar.update()
        self._last = (epoch + 1, logs)
        if epoch + 1 in self._shown:
            self._print_last_row()

    def on_train_end(self, logs=None):
        if self._last is not None:  # training stopped early, between two rows
            self._print_last_row()
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _print_last_row(self):
        (epoch, logs), self._last = self._last, None
        widths = {name: max(len(name), 8) for name in logs}
        lines = []
        if not self._header:
            self._header = True
            names = "  ".join(f"{name:>{widths[name]}}" for name in logs)
            lines.append(f"epoch  {names}")
        values = "  ".join(f"{logs[name]:>{widths[name]}.4g}" for name in logs)
        lines.append(f"{epoch:>5}  {values}")
        for line in lines:
            if self._bar is None:
                print(line)
            else:
                self._bar.write(line)


def _is_live() -> bool:
    """Whether somebody watches: a terminal, or a notebook's kernel."""
    if os.environ.get("DLKERAS_RECORD"):  # a program runs the lab, for a page
        return False
    if sys.stdout.isatty():
        return True
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")
