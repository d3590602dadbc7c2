"""A motif within itself."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..canvas import Canvas
from ..domains import Choice, Integer, Seed
from ..palettes import Palette
from ..randomness import stream
from .base import Array, Composition


@dataclass(frozen=True)
class KronCarpet(Composition):
    """A small symmetric motif repeated within itself, by the Kronecker product: carpets, Sierpinski's and others.

    Attributes:
        motif: side of the motif, cells.
        law: how the levels combine: "add" counts, "mask" keeps what every level keeps.
        colours: how many are used.
        seed: of the motif and the order of colours.
    """

    motif: Annotated[int, Integer(2, 5)]
    law: Annotated[str, Choice("add", "add", "mask")]
    colours: Annotated[int, Integer(3, 5)]
    seed: Seed

    def draw(self, canvas: Canvas, palette: Palette) -> Array:
        """The carpet in the middle of the canvas, continued beyond its edges."""
        rng = stream(self.seed, 0, "kron carpet")
        motif = self._motif(rng)
        carpet = motif
        for _ in range({2: 4, 3: 2, 4: 2, 5: 1}[self.motif]):
            carpet = self._grow(carpet, motif)
        order = np.resize(rng.permutation(len(palette.colours)), self.colours)
        columns, rows = (len(carpet) * side for side in canvas.extent)
        down, right = (np.arange(int(np.ceil(n - 1e-9))) % len(carpet) for n in (rows, columns))
        return canvas.cells(palette.linear[order[carpet[down][:, right] % self.colours]], columns, rows)

    def _motif(self, rng: np.random.Generator) -> Array:
        """Whole numbers, (motif, motif), symmetric in both diagonals or in both axes; never all alike."""
        raw = rng.integers(0, self.colours, (self.motif, self.motif))
        folded = np.maximum(raw, raw.T)
        if self.motif > 2:
            folded = np.maximum(folded, folded[::-1, ::-1])
        if folded.min() == folded.max():
            folded[0, 0] = (folded[0, 0] + 1) % self.colours
        return folded

    def _grow(self, carpet: Array, motif: Array) -> Array:
        ones_carpet, ones_motif = np.ones_like(carpet), np.ones_like(motif)
        if self.law == "add":
            return np.kron(carpet, ones_motif) + np.kron(ones_carpet, motif)
        return np.kron(np.minimum(carpet, 1), ones_motif) * np.kron(ones_carpet, motif)
