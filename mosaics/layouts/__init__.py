"""Layouts: one file a layout, one row a layout in `LAYOUTS`."""

from mosaics.layouts import (
    concentric,
    filmstrip,
    grid,
    hexagons,
    hilbert,
    mondrian,
    photomosaic,
    phyllotaxis,
    quadtree,
    seamless,
    shape,
    tapestry,
    treemap,
    voronoi,
)
from mosaics.placement import Layout, Look

BARE = Look(gutter=0, margin=0)

LAYOUTS: dict[str, Layout] = {
    "grid": Layout(grid.place, "a contact sheet: equal tiles in rows"),
    "filmstrip": Layout(filmstrip.place, "fixed latents over training: a row a latent, a column a moment", sorts=True),
    "tapestry": Layout(tapestry.place, "modes as bands that widen and narrow with their share", sorts=True),
    "hexagons": Layout(hexagons.place, "a comb"),
    "voronoi": Layout(voronoi.place, "cells of many shapes, like dried mud"),
    "hilbert": Layout(hilbert.place, "a grid filled along Hilbert's curve", along=True),
    "phyllotaxis": Layout(phyllotaxis.place, "discs like the seeds of a sunflower", along=True, look=Look(0, 0.05)),
    "concentric": Layout(concentric.place, "rings around the middle", along=True),
    "mondrian": Layout(mondrian.place, "rectangles of many sizes", along=True, look=Look(0.1, 0.07, "#16150f")),
    "treemap": Layout(treemap.place, "each mode a block as large as its share", sorts=True),
    "shape": Layout(shape.place, "a silhouette or a word, filled with tiles", needs=("shape",)),
    "photomosaic": Layout(photomosaic.place, "a target, seen from afar", repeats=True, needs=("target",), look=BARE),
    "quadtree": Layout(
        quadtree.place, "a target in small tiles where it has detail", repeats=True, needs=("target",), look=BARE
    ),
    "seamless": Layout(seamless.place, "a sheet whose copies join without an edge", wraps=True),
}
