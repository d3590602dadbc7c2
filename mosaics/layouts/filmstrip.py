"""The filmstrip: each row follows one latent, each column is one moment of training."""

import numpy as np

from mosaics.errors import MosaicsError
from mosaics.layouts.lattice import Gaps, fit
from mosaics.placement import Placement, Sheet
from mosaics.tiles import Tiles

_FRAME_GAP = 0.4  # frames of one strip stand closer than strips: the eye then reads along the row


def place(tiles: Tiles, sheet: Sheet) -> list[Placement]:
    """Every tile once, at the row of its "latent" and the column of its "nimg", both ascending.

    Args:
        tiles: with columns "latent" and "nimg"; a pair that is missing leaves its frame empty.
        sheet: see `Sheet`.

    Raises:
        MosaicsError: a column is missing, two tiles share a frame, or the canvas has less than a pixel for a tile.
    """
    canvas, look = sheet.canvas, sheet.look
    latents, row = np.unique(tiles.column("latent"), return_inverse=True)
    moments, col = np.unique(tiles.column("nimg"), return_inverse=True)
    _check_frames(row * len(moments) + col, tiles)
    height, width = tiles.images.shape[1:3]
    gaps = Gaps(look.gutter * _FRAME_GAP, look.gutter, look.margin)
    lattice = fit(len(latents), len(moments), (width, height), canvas, gaps)
    corners = (lattice.corner(int(r), int(c)) for r, c in zip(row, col, strict=True))
    return [Placement(i, x, y, lattice.w, lattice.h) for i, (x, y) in enumerate(corners)]


def _check_frames(frames: np.ndarray, tiles: Tiles) -> None:
    taken, first, times = np.unique(frames, return_index=True, return_counts=True)
    if len(taken) < len(frames):
        i = first[np.argmax(times > 1)]
        raise MosaicsError(
            f"expected one tile for each latent and nimg, received {times.max()} for latent "
            f"{tiles.column('latent')[i]} at nimg {tiles.column('nimg')[i]}; select one of them"
        )
