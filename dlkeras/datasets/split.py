"""Fixed splits: the same rows for training on every machine and in every run."""

import numpy as np

SPLIT_SEED = 0  # no lab changes it, so that every run has the same test set


def split_rows(samples: int, test_fraction: float = 0.2) -> tuple[np.ndarray, ...]:
    """Row numbers for training and for testing, shuffled.

    Args:
        samples: Number of rows.
        test_fraction: Share of the rows kept for testing.

    Returns:
        Two arrays of row numbers that have none in common.
    """
    order = np.random.default_rng(SPLIT_SEED).permutation(samples)
    tested = round(samples * test_fraction)
    return order[tested:], order[:tested]


def split_classes(y: np.ndarray, test_fraction: float = 0.2) -> tuple[np.ndarray, ...]:
    """The same, with the same share of every class on both sides.

    Args:
        y: The class of each row, shape `(samples,)`.
        test_fraction: Share of each class kept for testing.
    """
    rng = np.random.default_rng(SPLIT_SEED)
    train, test = [], []
    for label in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == label))
        tested = round(len(rows) * test_fraction)
        test.append(rows[:tested])
        train.append(rows[tested:])
    return rng.permutation(np.concatenate(train)), rng.permutation(np.concatenate(test))


def split_groups(
    groups: np.ndarray, test_fraction: float = 0.2
) -> tuple[np.ndarray, ...]:
    """The same, with every group wholly on one side.

    Args:
        groups: The group of each row, shape `(samples,)`.
        test_fraction: Share of the groups kept for testing.
    """
    rng = np.random.default_rng(SPLIT_SEED)
    names = rng.permutation(np.unique(groups))
    tested = np.isin(groups, names[: round(len(names) * test_fraction)])
    return rng.permutation(np.flatnonzero(~tested)), rng.permutation(
        np.flatnonzero(tested)
    )
