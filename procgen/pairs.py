"""Pictures whose every pixel mixes two of the palette's colours: whole numbers alone, and a small table.

A pixel's number says which colour lies under, which on top, and how much of the pixel the top one covers. That is
exact wherever two colours meet, and leaves the third one out where three meet within a pixel.
"""

import numpy as np

from .canvas import Array

SHARES = 64  # steps of coverage; a power of two


def pair_table(colours: Array) -> Array:
    """The colour of every number: (n * n * SHARES, channels) float32, of n colours in linear light."""
    return _mixed(colours[:, None, None], colours[None, :, None])


def steps(colours: Array) -> Array:
    """Rows k * SHARES + share: from the colour k to the next one, ((n - 1) * SHARES, channels) float32."""
    return _mixed(colours[:-1, None], colours[1:, None])


def pair(under: Array | int, top: Array | int, colours: int) -> Array:
    """The number, int32, of a pair of colours, of so many, where the top one covers nothing; add `covered`."""
    return np.asarray((under * colours + top) * SHARES, np.int32)


def covered(share: Array) -> Array:
    """What to add to a number of `pair`, int32, from the share 0..1 that the top colour covers."""
    row = share * np.float32(SHARES - 1)
    row += np.float32(0.5)
    return row.astype(np.int32)


def seen(number: Array, colours: int) -> Array:
    """The colour of a pair, of so many, that covers more of the pixel."""
    both = number // SHARES
    return np.where(number % SHARES < SHARES // 2, both // colours, both % colours)


def _mixed(under: Array, top: Array) -> Array:
    share = np.linspace(0, 1, SHARES, dtype=np.float32)[:, None]
    return ((1 - share) * under + share * top).reshape(-1, under.shape[-1])  # exact at both ends
