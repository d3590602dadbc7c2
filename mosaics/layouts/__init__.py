"""Layouts: one file a layout, one row a layout in `LAYOUTS`.

A layout is `place(tiles, canvas, *, seed, look) -> list[Placement]`. It stays inside the canvas, does not overlap,
and draws from nothing but its arguments. With canvas None the tiles keep their own size.
"""

from collections.abc import Callable

from mosaics.layouts import filmstrip, grid
from mosaics.placement import Placement

LAYOUTS: dict[str, Callable[..., list[Placement]]] = {
    "grid": grid.place,
    "filmstrip": filmstrip.place,
}

ORDERED_BY_THEMSELVES = frozenset({"filmstrip"})
"""Layouts whose places mean something, so that an order would break them."""
