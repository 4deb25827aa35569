"""The one place that every lab's randomness starts from."""

import os

SEED_VARIABLE = "DLKERAS_SEED"


def get_seed() -> int:
    """Seed of this run: the variable `DLKERAS_SEED`, or 0.

    Raises:
        ValueError: If the variable holds anything but a whole number of
            at least 0.
    """
    text = os.environ.get(SEED_VARIABLE, "0")
    if not text.isdecimal():
        raise ValueError(
            f"{SEED_VARIABLE} must be a whole number of at least 0. Received: {text!r}"
        )
    return int(text)


def set_seed() -> int:
    """Seed Python, NumPy and the Keras backend, and return the seed.

    Returns:
        The seed, for `np.random.default_rng(seed)`. It is 0 unless
        `dlkeras run LAB --seeds N` asks for others.
    """
    import keras

    seed = get_seed()
    keras.utils.set_random_seed(seed)
    return seed
