"""False alarms and power of the verdict, with exact binomial bounds: python benchmarks/verdict.py [SERIES].

With --folder every finished line is kept as JSON and not run again, so that a table can be made in parts:
`--first 500` takes the next series of the same stream, `--only` the lines whose name has such a word in it, and
`--summed` prints the table of all parts in the folder without running any.

Every series has 256 snapshots, of which the verdict drops the first fifth. Counts come from 1,024 images a snapshot.
Beside the power stands that of an ideal test: the likelihood ratio of a sinusoid of unknown frequency and phase in
white multinomial noise of known size, at the same family-wise level and on the same snapshots. It knows more than the
verdict may: that the noise has no memory.
"""

import argparse
import json
import platform
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from experiments import Verdict, oscillation
from experiments.evidence import LEVEL
from experiments.scripted import CONTROLS, drawn_counts, share_counts, swinging_shares
from procgen import stream

SNAPSHOTS, SETTLE, IMAGES = 256, 0.2, 1024
SWINGS = ((2, 0.01), (2, 0.02), (8, 0.005), (8, 0.01))
PERIODS = (6.2, 11.7, 20.0, 41.3)
Judge = Callable[[int], Verdict]
Facts = dict[str, Any]


def bounds(hits: int, series: int) -> str:
    """Share of hits with its exact (Clopper-Pearson) 95% interval, in percent."""
    from scipy.stats import binomtest

    interval = binomtest(hits, series).proportion_ci(0.95, "exact")
    return f"{hits / series:6.1%} [{interval.low:5.1%}, {interval.high:6.1%}]"


def control(name: str, modes: int, index: int) -> Verdict:
    """The verdict on one series of a control without a cycle; one mode stands for real values."""
    rng = stream(7, index, "control", name, str(modes))
    values = CONTROLS[name](rng, SNAPSHOTS, modes)
    swing = None if name in ("one collapse", "aperiodic switching") else 0.2
    return oscillation((np.arange(SNAPSHOTS), values) if modes == 1 else share_counts(values, rng, swing=swing))


def cycle(modes: int, amplitude: float, period: float, index: int) -> Verdict:
    """The verdict on one series of a scripted cycle."""
    rng = stream(7, index, "power", f"{modes} {amplitude} {period}")
    shares = swinging_shares(SNAPSHOTS, modes, period=period, amplitude=amplitude)
    return oscillation(drawn_counts(shares, rng, images=IMAGES, every=1))


def ideal(modes: int, amplitude: float, period: float, series: int = 4000) -> float:
    """Power of the ideal test, simulated."""
    rng = stream(7, 0, "ideal", f"{modes} {amplitude} {period}")
    times = np.arange(int(SETTLE * SNAPSHOTS), SNAPSHOTS)
    frequencies = np.arange(4, len(times) / 2, 1 / 8) / len(times)
    waves = np.exp(-2j * np.pi * np.outer(frequencies, times)) * np.sqrt(modes * IMAGES / len(times))
    shares = swinging_shares(SNAPSHOTS, modes, period=period, amplitude=amplitude)[times]
    still = np.full((len(times), modes), 1 / modes)

    def highest(shares: np.ndarray) -> float:
        apart = rng.multinomial(IMAGES, shares) / IMAGES - 1 / modes
        return float((np.abs(waves @ apart) ** 2).sum(1).max())

    limit = np.quantile([highest(still) for _ in range(series)], 1 - LEVEL)
    return float(np.mean([highest(shares) > limit for _ in range(series)]))


def facts(verdict: Verdict) -> Facts:
    """What the table needs of a verdict."""
    kept = ("kind", "p_value", "period", "period_low", "period_high", "amplitude_low", "amplitude_high")
    return {name: getattr(verdict, name) for name in kept}


def told_control(name: str, modes: int, verdicts: list[Facts]) -> str:
    """One line: how often p < .05 and each verdict came up."""
    kinds = Counter(v["kind"] for v in verdicts)
    alarms = sum(v["p_value"] is not None and v["p_value"] < 0.05 for v in verdicts)
    rest = ", ".join(f"{kind} {n}" for kind, n in kinds.most_common() if kind != "limit cycle")
    size = len(verdicts)
    return f"{modes:2d}  {name:20s} {size:5d}  {bounds(alarms, size)}  {bounds(kinds['limit cycle'], size)}  {rest}"


def told_cycle(modes: int, amplitude: float, period: float, verdicts: list[Facts]) -> str:
    """One line: how often a scripted cycle is called one, and how well it is measured."""
    found = [v for v in verdicts if v["kind"] == "limit cycle"]
    best = f"{ideal(modes, amplitude, period):4.0%}"
    size = len(verdicts)
    words = f"{modes:2d}  {amplitude:<6g} {period:5.1f} {size:5d}  {bounds(len(found), size)}  {best}   "
    if found:
        off = np.array([abs(v["period"] / period - 1) for v in found])
        inside = sum(v["period_low"] <= period <= v["period_high"] for v in found)
        held = sum(v["amplitude_low"] <= amplitude <= v["amplitude_high"] for v in found)
        words += f"{np.median(off):6.2%} {off.max():6.2%}   {inside / len(found):4.0%}    {held / len(found):4.0%}   "
    rest = Counter(v["kind"] for v in verdicts if v["kind"] != "limit cycle").most_common()
    return words + ", ".join(f"{kind} {n}" for kind, n in rest)


@dataclass(frozen=True)
class Line:
    """A line of the table: its name, how it is told, and the verdict on one series."""

    name: str
    modes: int
    told: Callable[[list[Facts]], str]
    judge: Judge

    @property
    def file(self) -> str:
        return self.name.replace("/", " over ")


def lines() -> list[Line]:
    """All lines of the table, controls first."""
    controls = [
        Line(f"{name} {k}", k, partial(told_control, name, k), partial(control, name, k))
        for k in (1, 2, 8)
        for name in CONTROLS
        if not (k == 1 and name == "one collapse")
    ]
    cycles = [
        Line(f"cycle {size:g} {period:g} {k}", k, partial(told_cycle, k, size, period), partial(cycle, k, size, period))
        for k, size in SWINGS
        for period in PERIODS
    ]
    return controls + cycles


def verdicts(line: Line, indices: range, pool: ProcessPoolExecutor, folder: Path | None) -> list[Facts]:
    """The verdicts on these series, from the folder where it holds them."""
    file = folder and folder / f"{line.file}, {indices.start} to {indices.stop}.json"
    if file and file.exists():
        return list(json.loads(file.read_text()))
    found = [facts(v) for v in pool.map(line.judge, indices, chunksize=10)]
    if file:
        file.write_text(json.dumps(found))
    return found


def kept(line: Line, folder: Path) -> list[Facts]:
    """The verdicts of all parts of a line in a folder."""
    return [v for file in sorted(folder.glob(f"{line.file}, *.json")) for v in json.loads(file.read_text())]


def given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("series", nargs="?", type=int, default=200, help="series a line")
    parser.add_argument("--modes", type=int, nargs="+", default=[1, 2, 8], help="columns; 1 is a real series")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--first", type=int, default=0, help="index of the first series")
    parser.add_argument("--only", nargs="+", default=[""], help="words, one of which a line's name has in it")
    parser.add_argument("--folder", type=Path, help="where finished lines are kept")
    parser.add_argument("--summed", action="store_true", help="print what the folder holds and run nothing")
    found = parser.parse_args()
    if found.summed and not found.folder:
        parser.error("--summed needs --folder")
    if found.folder:
        found.folder.mkdir(parents=True, exist_ok=True)
    return found


HEADS = {
    False: "Controls\n"
    "K   control                   n  p < .05                  called a limit cycle     other verdicts",
    True: "\nCycles (last columns: period off by, median and most; period and swing in their 95%; missed)\n"
    "K   swing  period     n  called a limit cycle    ideal",
}


def main() -> None:
    asked = given()
    indices = range(asked.first, asked.first + asked.series)
    print(f"Python {platform.python_version()}, numpy {np.__version__}; at most {asked.series} series a line and part")
    before = None
    with ProcessPoolExecutor(asked.workers) as pool:
        for line in lines():
            if line.modes not in asked.modes or not any(word in line.name for word in asked.only):
                continue
            found = kept(line, asked.folder) if asked.summed else verdicts(line, indices, pool, asked.folder)
            if not found:
                continue
            cycles = line.name.startswith("cycle")
            if cycles != before:
                print(HEADS[cycles])
                before = cycles
            print(line.told(found), flush=True)


if __name__ == "__main__":
    main()
