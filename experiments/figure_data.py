"""What figures are drawn from: a table of counts, or a run whose snapshots are read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .figures.pictures import thinned
from .figures.shares import times_of
from .files import nimg_of, read_arrays
from .measures import Circulation
from .modes import ModeHistogram, shared_modes
from .paths import Paths, read_paths
from .verdict import Verdict, oscillation

if TYPE_CHECKING:
    from .middle import Middle
    from .run import Run

KEPT, SHARPEST = 8, 96  # pictures of a snapshot, and pixels of each one's side
ROWS = 6  # fixed latents of a filmstrip
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
class RunEvidence:
    """What figures of a run are drawn from; what the probe read is read once, pictures where they are drawn."""

    run: "Run"
    axis: str = "kimg"

    @cached_property
    def paths(self) -> Paths:
        """What the probe read in all snapshots."""
        if not self.run.snapshot_files():
            raise Missing("there are no snapshots")
        return read_paths(self.run)

    @property
    def modes(self) -> tuple[str, ...]:
        """The names of the world's modes."""
        return self.run.modes

    @property
    def seed(self) -> int:
        """The run's."""
        return self.run.config.seed

    @property
    def histograms(self) -> list[ModeHistogram]:
        """Of the fixed latents, one a snapshot."""
        return self.paths.histograms

    @property
    def nearest(self) -> list[ModeHistogram]:
        """The same with none rejected."""
        return self.paths.nearest

    @property
    def verdict(self) -> Verdict:
        """The verdict on the run, in nimg."""
        return self.paths.verdict

    @property
    def circulation(self) -> Circulation:
        """Of the fixed latents once the network has settled."""
        found = self.paths.measures["circulation"]
        if found is None:
            raise Missing("two snapshots or more are needed")
        return found

    def strip(self) -> tuple[NDArray[np.integer], NDArray[np.uint8]]:
        """The snapshots of a filmstrip, int (M,), and their pictures, uint8 (M, ROWS, H, W, C)."""
        moments = thinned(times_of(self.histograms, self.axis))
        return moments, np.stack([_small(self.paths.files[moment])[:ROWS] for moment in moments])

    def hybrids(self) -> tuple[NDArray[np.uint8], NDArray[np.integer], NDArray[np.floating]]:
        """Of the last snapshot the in-betweens, uint8 (N, H, W, C), their two modes (N, 2) and the weights of these."""
        from .probing import run_probe_of
        from .run import read_snapshot

        last = read_snapshot(self.paths.files[-1])
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
        file = next((path for path in self.paths.files if nimg_of(path) == last.nimg), None)
        if file is None:
            raise Missing("the snapshot of the last look is not there")
        pictures = _small(file)
        some = len(pictures)
        return pictures, nearest_pictures(self.run, last.nearest[:some]), last.closeness[:some]


def _small(file: Path) -> NDArray[np.uint8]:
    """The first few pictures of a snapshot, uint8 (<= KEPT, H, W, C), no larger than a figure shows them."""
    pictures = read_arrays(file, "pictures")["pictures"]
    step = max(1, pictures.shape[1] // SHARPEST)
    return pictures[:KEPT, ::step, ::step]


Evidence = Counts | RunEvidence
