"""False alarms and power of the verdict, with exact binomial bounds: python benchmarks/verdict.py [SERIES].

Every series has 256 snapshots, of which the verdict drops the first fifth. Counts come from 1,024 images a snapshot.
Beside the power stands that of an ideal test: the likelihood ratio of a sinusoid of unknown frequency and phase in
white multinomial noise of known size, at the same family-wise level and on the same snapshots. It knows more than the
verdict may: that the noise has no memory.
"""

import argparse
import platform
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

from experiments import Verdict, oscillation
from experiments.evidence import LEVEL
from experiments.scripted import CONTROLS, drawn_counts, share_counts, swinging_shares
from procgen import stream

SNAPSHOTS, SETTLE, IMAGES = 256, 0.2, 1024
SWINGS = ((2, 0.01), (2, 0.02), (8, 0.005), (8, 0.01))
PERIODS = (6.2, 11.7, 20.0, 41.3)
Judge = Callable[[int], Verdict]


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


def told_control(name: str, modes: int, verdicts: list[Verdict]) -> str:
    """One line: how often p < .05 and each verdict came up."""
    kinds = Counter(v.kind for v in verdicts)
    alarms = sum(v.p_value is not None and v.p_value < 0.05 for v in verdicts)
    rest = ", ".join(f"{kind} {n}" for kind, n in kinds.most_common() if kind != "limit cycle")
    size = len(verdicts)
    return f"{modes:2d}  {name:20s} {bounds(alarms, size)}  {bounds(kinds['limit cycle'], size)}  {rest}"


def told_cycle(modes: int, amplitude: float, period: float, verdicts: list[Verdict]) -> str:
    """One line: how often a scripted cycle is called one, and how well it is measured."""
    found = [v for v in verdicts if v.kind == "limit cycle"]
    best = f"{ideal(modes, amplitude, period):4.0%}"
    words = f"{modes:2d}  {amplitude:<6g} {period:5.1f}  {bounds(len(found), len(verdicts))}  {best}   "
    if found:
        off = np.array([abs(v.period / period - 1) for v in found])  # type: ignore[operator]
        inside = sum(v.period_low <= period <= v.period_high for v in found)  # type: ignore[operator]
        held = sum(v.amplitude_low <= amplitude <= v.amplitude_high for v in found)  # type: ignore[operator]
        words += f"{np.median(off):6.2%} {off.max():6.2%}   {inside / len(found):4.0%}    {held / len(found):4.0%}   "
    rest = Counter(v.kind for v in verdicts if v.kind != "limit cycle").most_common()
    return words + ", ".join(f"{kind} {n}" for kind, n in rest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("series", nargs="?", type=int, default=200, help="series a line")
    parser.add_argument("--modes", type=int, nargs="+", default=[1, 2, 8], help="columns; 1 is a real series")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    controls = [(n, k) for k in given.modes for n in CONTROLS if not (k == 1 and n == "one collapse")]
    cycles = [(*swing, period) for swing in SWINGS if swing[0] in given.modes for period in PERIODS]
    print(f"Python {platform.python_version()}, numpy {np.__version__}; {given.series} series a line\n\nControls")
    print("K   control              p < .05                  called a limit cycle     other verdicts")
    with ProcessPoolExecutor(given.workers) as pool:

        def verdicts(judge: Judge) -> list[Verdict]:
            return list(pool.map(judge, range(given.series), chunksize=10))

        for name, modes in controls:
            print(told_control(name, modes, verdicts(partial(control, name, modes))), flush=True)
        print(
            "\nCycles\nK   swing  period  called a limit cycle    ideal  period off by   in its 95%  swing in its 95%"
        )
        print("                                                   median    max")
        for case in cycles:
            print(told_cycle(*case, verdicts(partial(cycle, *case))), flush=True)


if __name__ == "__main__":
    main()
