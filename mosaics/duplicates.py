"""Near-duplicates: which pictures the eye takes for the same one, so that a mosaic can do without them.

Two pictures are compared in 8 x 8 parts: the colour of each part in OKLab, and how strongly lightness changes across it
and down it, so that fine stripes of one direction are not those of the other. The distance is the root of the mean
square over the parts, in units of OKLab: 0.02 is about what the eye just tells apart in two flat colours side by side.
"""

import numpy as np

from mosaics.errors import MosaicsError
from mosaics.oklab import _LAB, _LMS, LINEAR_OF_BYTE
from mosaics.tiles import Pictures, Tiles

APART = 0.03
"""The distance below which two pictures are near-duplicates; docs/mosaics.md says what it finds."""

_PARTS, _SEEN = 8, 8  # parts a side, and pixels of each part's side that are looked at
_COARSE = 2  # parts a side of the coarse look, which never puts two pictures farther apart than the fine one
_CHANGES = 0.5  # how much a change of lightness within a part counts, beside a colour
_AT_ONCE = 512


def looks(images: np.ndarray) -> np.ndarray:
    """What is compared of pictures: uint8 (N, h, w, 3) -> float32 (N, 8, 8, 5).

    Distances are root mean squares over the parts of the differences' lengths; see the head of this file.
    """
    rows, cols = (
        ((np.arange(_PARTS * _SEEN) + 0.5) * side / (_PARTS * _SEEN)).astype(int) for side in images.shape[1:3]
    )
    light = LINEAR_OF_BYTE[images[:, rows[:, None], cols]]
    colour = np.cbrt(_means(light) @ _LMS.T.astype(np.float32)) @ _LAB.T.astype(np.float32)
    grey = np.cbrt(light @ _LMS.astype(np.float32).mean(axis=0))
    across, down = np.zeros_like(grey), np.zeros_like(grey)
    across[:, :, 1:], down[:, 1:] = np.diff(grey, axis=2), np.diff(grey, axis=1)
    changes = np.sqrt(_means(np.stack([across, down], axis=-1) ** 2))
    return np.concatenate([colour, _CHANGES * changes], axis=-1)


def distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Distances of looks (..., 8, 8, 5) to looks of the same or a broadcast shape: (...,)."""
    return np.sqrt(((one - other) ** 2).sum(axis=-1).mean(axis=(-2, -1)))


class Distinct:
    """Lets a picture pass unless it is a near-duplicate of one that has passed before.

    Args:
        apart: the distance below which two pictures are near-duplicates, >= 0; 0 stops only what looks exactly alike.

    Raises:
        MosaicsError: a negative or infinite distance.
    """

    def __init__(self, apart: float = APART) -> None:
        if not 0 <= apart < np.inf:
            raise MosaicsError(f"expected a distance of 0 or more between tiles, received {apart}; try {APART}")
        self.apart = apart
        self._passed: list[np.ndarray] = []

    def admit(self, images: np.ndarray) -> np.ndarray:
        """Which of these pictures, uint8 (N, h, w, 3), pass: bool (N,); of two that are alike, the first."""
        return np.concatenate([self._admit(images[at : at + _AT_ONCE]) for at in range(0, len(images), _AT_ONCE)])

    def _admit(self, images: np.ndarray) -> np.ndarray:
        seen = looks(images)
        pass_ = ~self._like_earlier(seen)
        pairs = _near(seen, seen, self.apart)
        for first, second in pairs[pairs[:, 0] < pairs[:, 1]]:  # by first, so that each is settled when its turn comes
            if pass_[first]:
                pass_[second] = False
        if pass_.any():
            self._passed.append(seen[pass_])
        return pass_

    def _like_earlier(self, seen: np.ndarray) -> np.ndarray:
        alike = np.zeros(len(seen), bool)
        for block in self._passed:
            alike[_near(seen, block, self.apart)[:, 0]] = True
        return alike


def distinct(tiles: Tiles, apart: float = APART) -> Tiles:
    """The tiles without near-duplicates: of each group, the one that comes first."""
    gate, images = Distinct(apart), tiles.images
    steps = range(0, len(tiles), _AT_ONCE)
    return tiles.take(np.flatnonzero(np.concatenate([gate.admit(_some(images, at)) for at in steps])))


def _some(images: Pictures, at: int) -> np.ndarray:
    return images[at : at + _AT_ONCE]


def _near(ones: np.ndarray, others: np.ndarray, apart: float) -> np.ndarray:
    """Pairs (i, j), int (P, 2) in order of i then j, of looks that are no farther apart than that."""
    from scipy.spatial import cKDTree

    tree = cKDTree(_coarse(others))
    found = tree.query_ball_point(_coarse(ones), apart * (1 + 1e-6) + 1e-7, return_sorted=True)
    pairs = np.array([(i, j) for i, near in enumerate(found) for j in near], dtype=int).reshape(-1, 2)
    parts = [pairs[at : at + 4096] for at in range(0, len(pairs), 4096)]
    kept = [part[distance(ones[part[:, 0]], others[part[:, 1]]) <= apart] for part in parts]
    return np.concatenate([np.empty((0, 2), int), *kept])


def _coarse(seen: np.ndarray) -> np.ndarray:
    """Means of 2 x 2 parts, scaled so that their Euclidean distance bounds that of the looks from below: (N, 20)."""
    n, step = len(seen), _PARTS // _COARSE
    means = seen.reshape(n, _COARSE, step, _COARSE, step, -1).mean(axis=(2, 4))
    return means.reshape(n, -1) / _COARSE


def _means(values: np.ndarray) -> np.ndarray:
    """Means over the parts: (N, 64, 64, C) -> (N, 8, 8, C)."""
    n, channels = len(values), values.shape[-1]
    return values.reshape(n, _PARTS, _SEEN, _PARTS, _SEEN, channels).mean(axis=(2, 4))
