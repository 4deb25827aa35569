"""Reading what is in a pickle without unpickling it.

Unpickling runs whatever the file says. Here every name in the file becomes an
inert record of what it was called with, and names beyond a short list are
refused; the readers put their arrays together from those records.
"""

import collections
import pickle
from collections.abc import Callable, Collection
from typing import IO, Any

# What broken files raise, beside `pickle.UnpicklingError`.
BROKEN = (
    pickle.UnpicklingError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    UnicodeDecodeError,
    ValueError,
)


class Record:
    """What a name in the file was called with; nothing is done with it.

    Attributes:
        args: The arguments.
        state: What was given to it afterwards, if anything.
    """

    def __new__(cls, *args: Any) -> "Record":  # noqa: D102
        record = super().__new__(cls)
        record.args = args
        return record

    def __setstate__(self, state: Any) -> None:
        self.state = state


class RecordReader(pickle.Unpickler):
    """Reads a pickle as plain containers, numbers, texts and records.

    The type of each record bears the name that the file gives.

    Args:
        file: The open file; what comes after the pickle is left there.
        known: Names that the file may use, with their modules.
        resolve: What to put in place of a reference to something outside the
            pickle; without it, such references are refused.
    """

    def __init__(
        self,
        file: IO[bytes],
        known: Collection[str],
        resolve: Callable[[Any], Any] | None = None,
    ):
        super().__init__(file)
        self._known = known
        self._resolve = resolve

    def find_class(self, module: str, name: str) -> type:
        """A harmless stand-in for what the file names.

        Raises:
            pickle.UnpicklingError: If the file must not name that.
        """
        if f"{module}.{name}" not in self._known:
            raise pickle.UnpicklingError(f"it names {module}.{name}")
        if (module, name) == ("collections", "OrderedDict"):  # holds, and runs nothing
            return collections.OrderedDict
        return type(name, (Record,), {})

    def persistent_load(self, reference: Any) -> Any:
        """What stands for something outside the pickle.

        Raises:
            pickle.UnpicklingError: If there should be no such thing.
        """
        if self._resolve is None:
            raise pickle.UnpicklingError("it refers to something outside itself")
        return self._resolve(reference)
