"""What a loader returns: two pairs of arrays, and what there is to know about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

Pair = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Data split for training and for testing.

    It unpacks as what `keras.datasets` returns:

    >>> (x_train, y_train), (x_test, y_test) = load_digits()

    Attributes:
        name: The dataset's name.
        x_train: Inputs to learn from, shape `(samples, ...)`.
        y_train: Their targets, shape `(samples,)`.
        x_test: Inputs kept for testing.
        y_test: Their targets.
        class_names: A name for each class, in the order of the labels; empty
            where the target is a number.
        description: What the data is.
        source: Where it comes from, with year and link.
        license: Under which terms it is passed on.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...] = ()
    description: str = ""
    source: str = ""
    license: str = ""

    def __iter__(self) -> Iterator[Pair]:
        yield self.x_train, self.y_train
        yield self.x_test, self.y_test

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.name}: {len(self.x_train)} to train, "
            f"{len(self.x_test)} to test, each of shape {self.x_train.shape[1:]})"
        )


class Images(Dataset):
    """Gray images, `x` of shape `(samples, height, width)`, with their classes."""


@dataclass(frozen=True, eq=False, repr=False)
class Table(Dataset):
    """A table: `x` of shape `(samples, features)`, float32, one column a feature.

    Attributes:
        feature_names: A name for each column of `x`.
        units: The unit of each column, or what its 0 and 1 stand for.
        target_name: What is to be predicted.
        target_unit: The target's unit; empty for classes.
        groups_train: For each training row the group it belongs to (its
            school, for example), shape `(samples,)`; None without groups.
        groups_test: The same for the test rows.
    """

    feature_names: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    target_name: str = ""
    target_unit: str = ""
    groups_train: np.ndarray | None = field(default=None)
    groups_test: np.ndarray | None = field(default=None)

    def select(
        self,
        *,
        features: Sequence[str] | None = None,
        classes: Sequence[str] | None = None,
    ) -> "Table":
        """The same table with fewer columns, fewer classes, or both.

        Args:
            features: Names of the columns to keep, in the order wanted.
            classes: Names of the classes to keep; they become 0, 1, … in the
                order given.

        Returns:
            A new table; this one stays as it is.

        Raises:
            ValueError: If a name is unknown.

        >>> table = load_penguins().select(
        ...     features=["bill_length", "bill_depth"], classes=["Adelie", "Gentoo"]
        ... )
        >>> (x_train, y_train), (x_test, y_test) = table
        """
        chosen = {}
        keep_train, keep_test = slice(None), slice(None)
        if classes is not None:
            labels = _positions(classes, self.class_names, "classes")
            renumbered = np.full(len(self.class_names), -1, dtype="int64")
            renumbered[labels] = range(len(labels))
            y_train, y_test = renumbered[self.y_train], renumbered[self.y_test]
            keep_train, keep_test = y_train >= 0, y_test >= 0
            chosen |= {
                "y_train": y_train[keep_train],
                "y_test": y_test[keep_test],
                "class_names": tuple(classes),
            }
            if self.groups_train is not None:
                chosen |= {
                    "groups_train": self.groups_train[keep_train],
                    "groups_test": self.groups_test[keep_test],
                }
        columns = list(range(len(self.feature_names)))
        if features is not None:
            columns = _positions(features, self.feature_names, "features")
        return replace(
            self,
            x_train=self.x_train[keep_train][:, columns],
            x_test=self.x_test[keep_test][:, columns],
            feature_names=tuple(self.feature_names[i] for i in columns),
            units=tuple(self.units[i] for i in columns),
            **chosen,
        )


def _positions(wanted: Sequence[str], known: Sequence[str], what: str) -> list[int]:
    if isinstance(wanted, str) or not wanted or len(set(wanted)) != len(wanted):
        raise ValueError(
            f"`{what}` must be a list of different names. Received: {wanted!r}"
        )
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise ValueError(
            f"No {unknown[0]!r} among the {what} {list(known)}. Received: {wanted!r}"
        )
    return [list(known).index(name) for name in wanted]
