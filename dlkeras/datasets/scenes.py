"""Small pictures hidden on a larger canvas, among scraps of others."""

import numpy as np

_DARK = 0.1  # pixels of a piece up to this gray level are seen through


def make_scenes(
    pieces: np.ndarray,
    scraps: np.ndarray,
    *,
    side: int = 48,
    scraps_each: int = 6,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place each picture somewhere on a canvas, with scraps of others around.

    The scraps are squares of 8 × 8 pixels, cut from the middle of other
    pictures. They lie behind the piece, and are as bright: to find the piece,
    a model must look at more than brightness.

    Args:
        pieces: Gray pictures from 0 to 1 on a black ground, shape
            `(n, height, width)`.
        scraps: Pictures to cut the scraps from, at least 24 pixels a side.
        side: Side of the square canvas in pixels, at least that of a piece.
        scraps_each: Number of scraps on each canvas.
        seed: Seed of places and scraps.

    Returns:
        Three arrays:

        - the scenes, float32 of shape `(n, side, side, 1)`, from 0 to 1;
        - the boxes, float32 of shape `(n, 4)`: left, top, right and bottom of
          the smallest box around the piece, as shares of the side;
        - the masks, bool of shape `(n, side, side)`: the piece's own pixels.

    Raises:
        ValueError: If a shape or the side does not fit, or a picture is black.

    >>> scenes, boxes, masks = make_scenes(x_train / 255, x_test / 255, seed=seed)
    """
    pieces, scraps = np.asarray(pieces), np.asarray(scraps)
    for name, pictures, least in (("pieces", pieces, 1), ("scraps", scraps, 24)):
        if pictures.ndim != 3 or min(pictures.shape[1:]) < least:
            raise ValueError(
                f"`{name}` must have the shape (n, height, width) with sides of at "
                f"least {least}. Received: shape {pictures.shape}"
            )
    if side < max(*pieces.shape[1:], 8):
        raise ValueError(
            f"`side` must be at least that of a piece, and 8. Received: side={side!r}"
        )
    shown = pieces > _DARK
    if not shown.any(axis=(1, 2)).all():
        raise ValueError("Every piece needs pixels above 0.1. Received: a black one")
    rng = np.random.default_rng(seed)
    scenes = np.zeros((len(pieces), side, side), "float32")
    boxes, masks = np.zeros((len(pieces), 4), "float32"), np.zeros(scenes.shape, bool)
    many = len(pieces), scraps_each
    which = rng.integers(len(scraps), size=many)
    cuts = rng.integers(4, np.array(scraps.shape[1:]) - 11, size=(*many, 2))
    corners = rng.integers(side - 7, size=(*many, 2))
    for n, piece in enumerate(pieces):
        for scrap, (i, j), (top, left) in zip(
            scraps[which[n]], cuts[n].tolist(), corners[n].tolist(), strict=True
        ):
            scenes[n, top : top + 8, left : left + 8] = scrap[i : i + 8, j : j + 8]
        rows, columns = (np.flatnonzero(shown[n].any(axis=axis)) for axis in (1, 0))
        tight = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        piece, own = piece[tight], shown[n][tight]
        height, width = piece.shape
        top, left = rng.integers(side - height + 1), rng.integers(side - width + 1)
        here = n, slice(top, top + height), slice(left, left + width)
        masks[here] = own
        scenes[here] = np.where(own, piece, scenes[here])
        boxes[n] = np.array([left, top, left + width, top + height]) / side
    return scenes[..., None], boxes, masks
