"""Layouts: one file a layout, one row a layout in `LAYOUTS`."""

from mosaics.layouts import filmstrip, grid
from mosaics.placement import Layout

LAYOUTS: dict[str, Layout] = {
    "grid": Layout(grid.place, "a contact sheet: equal tiles in rows"),
    "filmstrip": Layout(filmstrip.place, "fixed latents over training: a row a latent, a column a moment", sorts=True),
}
