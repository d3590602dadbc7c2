"""A motif within itself."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas, covering, turned
from ..domains import Choice, Integer, Real, Seed
from ..palettes import Palette
from ..randomness import stream
from ..shapes import Shape, cell_shapes
from .base import Array, Composition

_REACH = 1 / 12  # of a carpet: the radius of the circle it goes round


@dataclass(frozen=True)
class KronCarpet(Composition):
    """A small symmetric motif repeated within itself, by the Kronecker product: carpets, Sierpinski's and others.

    Attributes:
        motif: side of the motif, cells.
        symmetry: of the motif, about its diagonals or about its axes as well.
        law: what colours a cell: "holes" the first level that marks it, "sums" how many
            levels do.
        share: of the motif's cells that are marked.
        seed: of the motif and the order of colours.
    """

    motif: Annotated[int, Integer(3, 5)]
    symmetry: Annotated[str, Choice("diagonal", "square")]
    law: Annotated[str, Choice("holes", "sums")]
    share: Annotated[float, Real(0.25, 0.55)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The carpet, repeated beyond its own edges; over the loop it goes once round a small circle."""
        carpet, start = self._carpet(len(palette.colours))
        columns, rows = (len(carpet) * side for side in canvas.extent)
        (c, s), (c0, s0) = turned(start + canvas.time), turned(start)
        reach = len(carpet) * _REACH
        return canvas.cells(palette.linear[carpet], columns, rows, (reach * float(c - c0), reach * float(s - s0)))

    def vectors(self, extent: tuple[float, float], palette: Palette) -> list[Shape]:
        """The same cells as rectangles."""
        carpet, _ = self._carpet(len(palette.colours))
        columns, rows = (len(carpet) * side for side in extent)
        down, right = (np.arange(covering(n)) % len(carpet) for n in (rows, columns))
        return cell_shapes(carpet[down][:, right], columns, rows, extent, palette.colours)

    def _carpet(self, colours: int) -> tuple[Array, float]:
        """Colour numbers of one carpet, and where on its circle it starts, in turns."""
        rng = stream(self.seed, 0, "kron carpet")
        motif = self._motif(rng)
        carpet = motif
        for level in range(2, {3: 3, 4: 2, 5: 2}[self.motif] + 1):
            carpet = self._grow(carpet, motif, level)
        order = rng.permutation(colours)
        return order[carpet % len(order)], rng.random()

    def _motif(self, rng: np.random.Generator) -> Array:
        """Zeros and ones, (motif, motif), symmetric; of all that keep the order of chance, the nearest to the share."""
        folded = rng.random((self.motif, self.motif))
        folded = np.minimum(folded, folded.T)
        folded = np.minimum(folded, folded[::-1, ::-1])
        if self.symmetry == "square":
            folded = np.minimum(folded, folded[::-1])
        motifs = [folded <= value for value in np.unique(folded)[:-1]]
        return min(motifs, key=lambda motif: abs(float(motif.mean()) - self.share)).astype(int)

    def _grow(self, carpet: Array, motif: Array, level: int) -> Array:
        """The carpet with the motif put in the place of each cell."""
        coarse = np.kron(carpet, np.ones_like(motif))
        fine = np.kron(np.ones_like(carpet), motif)
        return coarse + fine if self.law == "sums" else np.where(coarse > 0, coarse, level * fine)
