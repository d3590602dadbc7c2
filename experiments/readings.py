"""What the verdict reads: times, channels whose noise is even, and the shares they came from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from .errors import ExperimentsError
from .latents import wander
from .modes import ModeHistogram, coverage, shared_modes
from .spectrum import Floats, Ints, detrended

EXPLAINED = 2.0  # times the variance that sampling gives shares on average; they have few independent looks at it
CHANNELS = 32  # principal components that are judged, at most: bounds the work for tables of many modes


@dataclass(frozen=True, eq=False)
class Readings:
    """A series at the boundary of the verdict.

    Attributes:
        times: float (N,), rising.
        columns: float (N, C): shares of the modes, or the real values.
        histograms: The counts behind the shares; empty for real values.
        notes: What a reader should know about the data, a sentence each.
        world: float (K,), shares of the world; None for equal ones.
        labels: int (N, L), modes of the same fixed latents, -1 for rejected; None where they are not known.
    """

    times: Floats
    columns: Floats
    histograms: tuple[ModeHistogram, ...] = ()
    notes: tuple[str, ...] = ()
    world: Floats | None = None
    labels: Ints | None = None

    def after(self, settle: float) -> "Readings":
        """The series without this share of its snapshots at the start."""
        first = int(settle * len(self.times))
        labels = None if self.labels is None else self.labels[first:]
        own = {"times": self.times[first:], "columns": self.columns[first:], "histograms": self.histograms[first:]}
        return replace(self, labels=labels, **own)  # type: ignore[arg-type]

    @property
    def spacing(self) -> float:
        """Mean time between snapshots."""
        return float((self.times[-1] - self.times[0]) / (len(self.times) - 1))

    @property
    def snapshots(self) -> Floats:
        """Times counted in snapshots, from 0, mean distance 1."""
        return (self.times - self.times[0]) / self.spacing

    @property
    def channels(self) -> Floats:
        """Uncorrelated channels (N, D), D < K for shares: contrasts of sqrt(p), whose multinomial noise is 1/(4n).

        sqrt(p) lies on a sphere, so the direction of its mean carries no noise and is left out. Channels are principal
        components, the largest first; those without any variation, and all after CHANNELS, are dropped: D is 0 for a
        series that never changes.
        """
        values, limit = self.columns, self.columns.shape[1]
        if self.histograms:
            seen = self.columns.any(0)  # a mode that never shows has no noise to judge by
            values, limit = _roots(self.histograms)[:, seen], int(seen.sum()) - 1
            mean = values.mean(0) / np.linalg.norm(values.mean(0))
            values = values - np.outer(values @ mean, mean)
        values = values - values.mean(0)
        flat = detrended(values, self.snapshots)
        _, sizes, axes = np.linalg.svd(flat, full_matrices=False)
        scale = max(float(np.abs(self.columns).max()), 1e-300) * np.sqrt(len(flat))
        there = (sizes > 1e-6 * sizes[0]) & (sizes > 1e-9 * scale) & (np.arange(len(sizes)) < min(limit, CHANNELS))
        return values @ axes[there].T

    @property
    def wobble(self) -> float:
        """Root mean square over columns of how far they surely (97.5%) vary beyond the noise of images or latents.

        Of n images p (1 - p) / n is their noise, p the share that they were drawn with: its mean does for it, as the
        share that was seen is itself one of n. The noise is known as a variance of so many snapshots and columns is.
        """
        sampling: Floats = np.zeros(1)
        known = 1.0
        if self.labels is not None:
            sampling = wander(self.labels, self.columns.shape[1])
        elif self.histograms:
            once = float(np.mean([1 / h.accepted for h in self.histograms]))
            mean = self.columns.mean(0)
            sampling = mean * (1 - mean) * once
            known = max(1 - once, 1e-9)
        beyond = float((self.columns.var(0) - sampling).mean()) / known
        freedom = (len(self.columns) - 1) * max(1, self.columns.shape[1] - 1)
        unsure = 1.96 * float(sampling.mean()) * np.sqrt(2 / freedom) / known
        return float(np.sqrt(max(beyond - unsure, 0.0)))

    @property
    def explained(self) -> bool:
        """Whether the sampling of fixed latents alone, where their labels are known, accounts for what moves."""
        if self.labels is None:
            return False
        return bool(self.columns.var(0).sum() <= EXPLAINED * wander(self.labels, self.columns.shape[1]).sum())

    @property
    def swing(self) -> float:
        """Root mean square amplitude of the columns for one unit of amplitude in the channels."""
        if not self.histograms:
            return 1 / float(np.sqrt(self.columns.shape[1]))
        seen = int(self.columns.any(0).sum())  # a share moves by 2 sqrt(p) as its root does, and shares are 1 together
        return 2 / float(np.sqrt(seen * self.columns.shape[1]))


def _roots(histograms: Sequence[ModeHistogram]) -> Floats:
    """sqrt(p), float (N, K), with Anscombe's 3/8 so that small counts have an even noise too."""
    counts = np.stack([h.counts for h in histograms]) + 0.375
    return np.sqrt(counts / counts.sum(1, keepdims=True))


def from_histograms(
    histograms: Sequence[ModeHistogram],
    unit: float = 1,
    world: ArrayLike | None = None,
    labels: ArrayLike | None = None,
) -> Readings:
    """Checks histograms, leaves out and notes those without an accepted image; a unit of time is so many nimg."""
    modes = shared_modes(histograms)
    known = None if labels is None else _checked_latents(labels, histograms)
    there = [bool(h.accepted) for h in histograms]
    used = tuple(h for h in histograms if h.accepted)
    notes = []
    if len(used) < len(histograms):
        notes.append(f"{len(histograms) - len(used)} snapshots without any recognised image were left out.")
    rejected = sum(h.rejected for h in histograms) / sum(h.total for h in histograms)
    if rejected > 0.2:
        notes.append(f"{rejected:.0%} of the images were recognised as no mode: shares speak for the others only.")
    times = np.array([h.nimg for h in used], float) / unit
    shares = np.array([h.counts / h.accepted for h in used]).reshape(len(used), len(modes))
    coverage(histograms[0], world)  # refuses shares of the world that are none
    due = None if world is None else np.asarray(world, float)
    return Readings(
        _checked(times, shares),
        shares,
        used,
        (*notes, *_uneven(times)),
        due,
        None if known is None else known[there],
    )


def _checked_latents(labels: ArrayLike, histograms: Sequence[ModeHistogram]) -> Ints:
    """Labels (N, L) of fixed latents that are the very ones the histograms count."""
    found = np.asarray(labels)
    if found.ndim != 2 or len(found) != len(histograms) or found.dtype.kind not in "iu":
        raise ExperimentsError(
            f"expected whole labels ({len(histograms)}, L), one row a snapshot, got {found.dtype} {found.shape}"
        )
    for row, histogram in zip(found, histograms, strict=True):
        own = ModeHistogram.from_labels(histogram.nimg, histogram.modes, row)
        if not np.array_equal(own.counts, histogram.counts):
            raise ExperimentsError(
                f"expected labels of the latents that were counted, got {own.counts} for {histogram.counts} at nimg "
                f"{histogram.nimg}: leave labels out where the counts were corrected"
            )
    return found.astype(np.int64)


def from_values(times: ArrayLike, values: ArrayLike) -> Readings:
    """Checks times (N,) and values (N,) or (N, C)."""
    moments, columns = np.asarray(times, float), np.asarray(values, float)
    columns = columns[:, None] if columns.ndim == 1 else columns
    if moments.ndim != 1 or columns.ndim != 2 or len(moments) != len(columns) or not columns.size:
        raise ExperimentsError(
            f"expected times (N,) and values (N,) or (N, C), got {moments.shape} and {np.shape(values)}"
        )
    return Readings(_checked(moments, columns), columns, (), _uneven(moments))


def _checked(times: Floats, columns: Floats) -> Floats:
    if not (np.isfinite(times).all() and np.isfinite(columns).all()):
        raise ExperimentsError("expected finite times and values, got NaN or infinity: leave those snapshots out")
    if (np.diff(times) <= 0).any():
        at = times[1:][np.diff(times) <= 0][0]
        raise ExperimentsError(
            f"expected times that rise, got a repeated or falling one at {at:g}: sort, keep one each"
        )
    return times


def _uneven(times: Floats) -> tuple[str, ...]:
    steps = np.diff(times)
    if len(steps) < 2 or steps.max() <= 1.02 * steps.min():
        return ()
    return ("The snapshots are unevenly spaced; frequencies were fitted at their own times.",)
