"""How many images of each mode a snapshot holds, and the plain statistics of such counts.

A mode is a value of one factor of the world (say a composition); a probe reads it from a generated image or
rejects the image. Counts go in and out as a small CSV table, so that any other trainer's counts can be read.
"""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .count_tables import TIME_UNITS, check_no_total, read_table, whole
from .errors import ExperimentsError

REJECTED = -1
"""The label of an image the probe would not assign to any mode."""

Z_ONE_SIDED, Z_TWO_SIDED = 1.6448536269514722, 1.959963984540054  # the normal's 95% and 97.5% points


@dataclass(frozen=True, eq=False)
class ModeHistogram:
    """Images per mode at one moment of training.

    Attributes:
        nimg: Images shown to the discriminator so far (or the step, for a table from elsewhere), >= 0.
        modes: Names of the K >= 2 modes, all different.
        counts: int64 (K,), images read as each mode, >= 0.
        rejected: Images the probe assigned to no mode, >= 0.

    Raises:
        ExperimentsError: When any of this does not hold, or there is no image at all.
    """

    nimg: int
    modes: tuple[str, ...]
    counts: NDArray[np.int64]
    rejected: int = 0

    def __post_init__(self) -> None:
        _check_modes(self.modes)
        counts = np.asarray(self.counts)
        if counts.shape != (len(self.modes),) or counts.dtype.kind not in "iu":
            raise ExperimentsError(
                f"expected {len(self.modes)} whole counts, one a mode, got {counts.dtype} {counts.shape}"
            )
        if counts.min() < 0 or self.rejected < 0 or self.nimg < 0:
            raise ExperimentsError(f"expected counts and nimg of at least 0, got a negative one at nimg {self.nimg}")
        if counts.sum() + self.rejected == 0:
            raise ExperimentsError(f"the snapshot at nimg {self.nimg} holds no image: leave it out or count again")
        frozen = counts.astype(np.int64)
        frozen.flags.writeable = False
        object.__setattr__(self, "counts", frozen)

    @classmethod
    def from_labels(cls, nimg: int, modes: Sequence[str], labels: ArrayLike) -> "ModeHistogram":
        """Counts labels: int (N,) in [0, K), or `REJECTED` (-1)."""
        found = checked_labels(labels, len(modes))
        counts = np.bincount(found[found >= 0], minlength=len(modes))
        return cls(nimg, tuple(modes), counts, int((found == REJECTED).sum()))

    @property
    def accepted(self) -> int:
        """Images that were read as some mode."""
        return int(self.counts.sum())

    @property
    def total(self) -> int:
        """All images of the snapshot, the rejected ones included."""
        return self.accepted + self.rejected

    @property
    def rejected_share(self) -> float:
        """Share of images that were read as no mode, in [0, 1]."""
        return self.rejected / self.total


def _check_modes(modes: Sequence[str]) -> None:
    if not modes or len(set(modes)) < len(modes):
        raise ExperimentsError(f"expected modes with different names, got {tuple(modes)}")


def checked_labels(labels: ArrayLike, modes: int) -> NDArray[np.int64]:
    """Labels as int64 (N,), each in [0, modes) or `REJECTED`.

    Raises:
        ExperimentsError: When a label is none of these or there is none at all.
    """
    found = np.asarray(labels)
    if found.ndim != 1 or not found.size or found.dtype.kind not in "iu":
        raise ExperimentsError(f"expected a row of whole labels, got {found.dtype} of shape {found.shape}")
    if found.min() < REJECTED or found.max() >= modes:
        raise ExperimentsError(f"expected labels from -1 (rejected) to {modes - 1}, got {found.min()} to {found.max()}")
    return found.astype(np.int64)


def coverage(histogram: ModeHistogram, world: ArrayLike | None = None, tau: float = 0.1) -> tuple[str, ...]:
    """Names of the modes that are certainly there.

    A mode counts when the one-sided 95% Wilson lower bound of its share of all images, rejected ones
    included, exceeds tau times its share of the world (Wilson 1927).

    Args:
        histogram: The counts.
        world: float (K,), shares of the world; uniform when None.
        tau: The part of a mode's due that is enough, in (0, 1).
    """
    due = tau * _world(world, len(histogram.modes))
    low = wilson_lower(histogram.counts, histogram.total)
    return tuple(mode for mode, there in zip(histogram.modes, low > due, strict=True) if there)


def wilson_lower(counts: ArrayLike, total: ArrayLike, z: float = Z_ONE_SIDED) -> NDArray[np.float64]:
    """Wilson's lower bound of a share; float64 in [0, 1], the shape of counts, with which total must broadcast."""
    total = np.asarray(total, float)
    share = np.asarray(counts) / total
    centre = share + z**2 / (2 * total)
    half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return np.maximum(0.0, (centre - half) / (1 + z**2 / total))


def _world(world: ArrayLike | None, modes: int) -> NDArray[np.float64]:
    if world is None:
        return np.full(modes, 1 / modes)
    shares = np.asarray(world, float)
    if shares.shape != (modes,) or (shares < 0).any() or not np.isclose(shares.sum(), 1):
        raise ExperimentsError(f"expected {modes} shares of the world that add up to 1, got {world}")
    return shares


def effective_modes(shares: ArrayLike) -> float:
    """exp of the entropy of shares (K,): 1 for a single mode, K for equal ones."""
    p = np.asarray(shares, float)
    p = p[p > 0]
    return float(np.exp(-(p * np.log(p)).sum()))


def total_variation(one: ArrayLike, other: ArrayLike) -> float:
    """Half the sum of absolute differences of two share vectors (K,): 0 when equal, 1 when disjoint."""
    return float(np.abs(np.asarray(one, float) - np.asarray(other, float)).sum() / 2)


def churn(before: ArrayLike, after: ArrayLike) -> float:
    """Share of fixed latents whose label changed between two snapshots; labels int (N,), -1 for rejected."""
    old, new = _label_pair(before, after)
    return float((old != new).mean())


def excess_churn(before: ArrayLike, after: ArrayLike) -> float:
    """Churn beyond what the change of the shares needs: churn - TV(p_t, p_t-1), in [0, 1].

    0 when latents only move as the shares demand; positive when they trade places. Rejected is a class too.
    """
    old, new = _label_pair(before, after)
    classes = int(max(old.max(), new.max())) + 2
    moved = total_variation(*(np.bincount(x + 1, minlength=classes) / len(x) for x in (old, new)))
    return max(0.0, churn(old, new) - moved)


def _label_pair(before: ArrayLike, after: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    old, new = (checked_labels(x, np.iinfo(np.int64).max) for x in (before, after))
    if old.shape != new.shape:
        raise ExperimentsError(f"expected labels of the same fixed latents, got {len(old)} and {len(new)}")
    return old, new


def read_counts(path: str | os.PathLike[str], *, least: int = 2) -> list[ModeHistogram]:
    """Reads a table of counts: one row a snapshot, first column nimg, step or kimg, then one column a mode.

    Cells are parted by commas, semicolons, tabs, bars or blanks. A column called `rejected` is the probe's rejects.
    kimg is turned into whole images (times 1,000), and may have a decimal comma; nimg and step are kept as they are.
    Snapshots may lie at uneven distances; there must be `least` of them.

    Raises:
        ExperimentsError: With the row and column, when the file is not such a table, a cell is empty, not a
            number or negative, a row holds no image, steps repeat or fall, a column is the sum of the others, or there
            are too few snapshots.
    """
    header, rows = read_table(Path(path), least=least)
    modes = tuple(name for name in header[1:] if name != "rejected")
    if len(modes) < 2:
        raise ExperimentsError(
            f"expected a column for at least two modes, got {', '.join(modes) or 'none'}: one mode cannot come and go"
        )
    histograms = [_histogram_of(header, row, modes) for row in rows]
    for before, after, row in zip(histograms, histograms[1:], rows[1:], strict=False):
        if after.nimg <= before.nimg:
            raise ExperimentsError(
                f"expected {header[0]} to rise from row to row, got {row[0]} after "
                f"{before.nimg / TIME_UNITS[header[0]]:.12g}: sort the rows and keep one a snapshot"
            )
    rejected = np.array([histogram.rejected for histogram in histograms])
    check_no_total(Path(path), modes, np.stack([histogram.counts for histogram in histograms]), rejected)
    return histograms


def time_unit(path: str | os.PathLike[str]) -> str:
    """What the first column of a table of counts is in: "nimg", "step" or "kimg". Fails as `read_counts` does."""
    return read_table(Path(path), least=1)[0][0]


def _histogram_of(header: Sequence[str], row: Sequence[str], modes: tuple[str, ...]) -> ModeHistogram:
    """A row of a table of counts under its header; ExperimentsError, with the place, for a cell that is no count."""
    unit, where = header[0], f"{header[0]} {row[0] or '(empty)'}"
    plain = "number the snapshots by whole steps or images, or by kimg, without units or marks of thousands"
    counted = "counts of images are needed, not shares; write 0 where a mode is missing"
    nimg = whole(row[0], unit, where, plain)
    found = {name: whole(cell, name, where, counted) for name, cell in zip(header[1:], row[1:], strict=True)}
    if not any(found.values()):
        raise ExperimentsError(f"expected at least one image in every row, got none at {where}: leave that row out")
    return ModeHistogram(nimg, modes, np.array([found[mode] for mode in modes], np.int64), found.get("rejected", 0))


def write_counts(histograms: Sequence[ModeHistogram], path: str | os.PathLike[str]) -> None:
    """Writes the table `read_counts` reads: nimg, one column a mode, rejected. Whole or not at all.

    Raises:
        ExperimentsError: When there is no histogram, their modes differ, or a mode is called like a column.
    """
    modes = shared_modes(histograms)
    if {"rejected", *TIME_UNITS} & set(modes):
        raise ExperimentsError(f"no mode may be called rejected, nimg, kimg or step in a table, got {modes}")
    target = Path(path)
    part = target.with_name(f".{target.name}.part")
    with part.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["nimg", *modes, "rejected"])
        table.writerows([h.nimg, *h.counts.tolist(), h.rejected] for h in histograms)
    part.replace(target)


def shared_modes(histograms: Sequence[ModeHistogram]) -> tuple[str, ...]:
    """The modes all histograms have in common, in their one order.

    Raises:
        ExperimentsError: When there is no histogram or one has other modes.
    """
    if not histograms:
        raise ExperimentsError("expected at least one snapshot, got none")
    for histogram in histograms:
        if histogram.modes != histograms[0].modes:
            raise ExperimentsError(
                f"expected the modes {histograms[0].modes} in every snapshot, got {histogram.modes} "
                f"at nimg {histogram.nimg}"
            )
    return histograms[0].modes
