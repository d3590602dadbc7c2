"""What figures are drawn from: a table of counts, or a run whose snapshots are read once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .figures.pictures import thinned
from .figures.shares import times_of
from .measures import Circulation, mean_circulation
from .modes import ModeHistogram, shared_modes
from .verdict import Verdict, oscillation

if TYPE_CHECKING:
    from .middle import Middle
    from .run import Run, Snapshot

KEPT, SHARPEST = 8, 96  # pictures of a snapshot, and pixels of each one's side
ROWS = 6  # fixed latents of a filmstrip
SETTLE = 0.2  # of the snapshots, left out of the circulation as of the verdict
HYBRIDS = 12  # in-betweens that are shown: two rows


class Missing(Exception):
    """What a figure would be drawn from is not there; the words say what and why, as a sentence without a stop."""


@dataclass(frozen=True, eq=False)
class Counts:
    """What figures of a table of counts are drawn from: `unit` is that of its first column."""

    histograms: Sequence[ModeHistogram]
    unit: str = "kimg"
    nearest: Sequence[ModeHistogram] | None = None

    @cached_property
    def modes(self) -> tuple[str, ...]:
        """The names of the modes, one at least."""
        return shared_modes(self.histograms)

    @property
    def axis(self) -> str:
        """What time axes count: "step" for a table of steps, else "kimg"."""
        return "step" if self.unit == "step" else "kimg"

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict on the counts, in the unit of the axis."""
        return oscillation(self.histograms, unit=self.axis)

    @property
    def seed(self) -> int:
        """Of the series that a verdict and a periodogram are compared with."""
        return 0


@dataclass(frozen=True, eq=False)
class Followed:
    """What figures of a run are drawn from; its snapshots are read once."""

    run: "Run"
    unit: str = "kimg"
    axis: str = "kimg"

    @cached_property
    def _shots(self) -> list["Snapshot"]:
        """All snapshots, with small copies of a few pictures and the in-betweens of the last one only."""
        shots: list[Snapshot] = []
        for shot in self.run.snapshots():
            step = max(1, shot.pictures.shape[1] // SHARPEST)
            shots[-1:] = [replace(last, hybrids=None) for last in shots[-1:]]
            shots.append(replace(shot, pictures=shot.pictures[:KEPT, ::step, ::step].copy()))
        if not shots:
            raise Missing("there are no snapshots")
        return shots

    @property
    def modes(self) -> tuple[str, ...]:
        """The names of the world's modes."""
        return self.run.modes

    @property
    def seed(self) -> int:
        """The run's."""
        return self.run.config.seed

    @cached_property
    def histograms(self) -> list[ModeHistogram]:
        """Of the fixed latents, one a snapshot."""
        return [ModeHistogram.from_labels(shot.nimg, self.modes, shot.fixed) for shot in self._shots]

    @cached_property
    def nearest(self) -> list[ModeHistogram]:
        """The same with none rejected."""
        return [ModeHistogram.from_labels(shot.nimg, self.modes, shot.fixed_nearest) for shot in self._shots]

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict on the run, in nimg."""
        from .following import judge

        return judge(self.run)

    @cached_property
    def circulation(self) -> Circulation:
        """Of the fixed latents once the network has settled."""
        labels = np.stack([shot.fixed for shot in self._shots[int(SETTLE * len(self._shots)) :]])
        if len(labels) < 2:
            raise Missing("two snapshots or more are needed")
        return mean_circulation(labels.astype(np.int64), len(self.modes))

    def strip(self) -> tuple[NDArray[np.integer], NDArray[np.uint8]]:
        """The snapshots of a filmstrip, int (M,), and their pictures, uint8 (M, ROWS, H, W, C)."""
        moments = thinned(times_of(self.histograms, self.axis))
        return moments, np.stack([self._shots[moment].pictures[:ROWS] for moment in moments])

    def hybrids(self) -> tuple[NDArray[np.uint8], NDArray[np.integer], NDArray[np.floating]]:
        """Of the last snapshot the in-betweens, uint8 (N, H, W, C), their two modes (N, 2) and the weights of these."""
        from .training import run_probe_of

        last = self._shots[-1]
        if last.hybrids is None or last.hybrids_modes is None:
            raise Missing("the snapshots of this run are older than the keeping of in-betweens")
        if not len(last.hybrids):
            raise Missing("with one mode there is nothing between modes")
        pictures, pairs = last.hybrids[:HYBRIDS], last.hybrids_modes[:HYBRIDS].astype(np.int64)
        return pictures, pairs, np.take_along_axis(run_probe_of(self.run).read(pictures).posterior, pairs, 1)

    @cached_property
    def middle(self) -> list["Middle"]:
        """What was seen inside both networks, a snapshot each."""
        from .middle import read_middle

        found = read_middle(self.run)
        if not found:
            raise Missing("this run was trained without a look at the middle (snapshots.middle)")
        return found

    def beside_the_world(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.floating]]:
        """Some pictures of the last snapshot, the world's picture nearest to each, and how near: see `closeness`."""
        from .middle import nearest_pictures

        last = self.middle[-1]
        pictures = next((shot.pictures for shot in self._shots if shot.nimg == last.nimg), None)
        if pictures is None:
            raise Missing("the snapshot of the last look is not there")
        some = len(pictures)
        return pictures, nearest_pictures(self.run, last.nearest[:some]), last.closeness[:some]


Evidence = Counts | Followed
