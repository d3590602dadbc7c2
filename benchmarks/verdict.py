"""False alarms and power of the verdict, with exact binomial bounds: python benchmarks/verdict.py [SERIES].

Every series has 256 snapshots. Counts come from 1,024 images a snapshot. One series costs about half a second.
"""

import argparse
from collections import Counter

import numpy as np

from experiments import oscillation
from experiments.scripted import CONTROLS, drawn_counts, share_counts, swinging_shares
from procgen import stream

SNAPSHOTS = 256
SWINGS = ((2, 0.01), (2, 0.02), (8, 0.005), (8, 0.01), (8, 0.02))
PERIODS = (6.2, 11.7, 20.0, 41.3)


def bounds(hits: int, series: int) -> str:
    """Share of hits with its exact (Clopper-Pearson) 95% interval, in percent."""
    from scipy.stats import binomtest

    interval = binomtest(hits, series).proportion_ci(0.95, "exact")
    return f"{hits / series:6.1%} [{interval.low:5.1%}, {interval.high:6.1%}]"


def control(name: str, modes: int, series: int) -> None:
    """One line: how often p < .05 and each verdict came up on a control without a cycle."""
    verdicts = []
    for index in range(series):
        rng = stream(7, index, "control", name, str(modes))
        values = CONTROLS[name](rng, SNAPSHOTS, modes)
        swing = None if name in ("one collapse", "aperiodic switching") else 0.2
        real = (np.arange(SNAPSHOTS), values)
        verdicts.append(oscillation(real if modes == 1 else share_counts(values, rng, swing=swing)))
    kinds = Counter(v.kind for v in verdicts)
    alarms = sum(v.p_value is not None and v.p_value < 0.05 for v in verdicts)
    rest = ", ".join(f"{kind} {n}" for kind, n in kinds.most_common() if kind != "limit cycle")
    print(
        f"{modes:2d}  {name:20s} {bounds(alarms, series)}  {bounds(kinds['limit cycle'], series)}  {rest}",
        flush=True,
    )


def power(modes: int, amplitude: float, period: float, series: int) -> None:
    """One line: how often a scripted cycle is called one, and how well it is measured."""
    verdicts = []
    for index in range(series):
        rng = stream(7, index, "power", f"{modes} {amplitude} {period}")
        shares = swinging_shares(SNAPSHOTS, modes, period=period, amplitude=amplitude)
        verdicts.append(oscillation(drawn_counts(shares, rng, every=1)))
    found = [v for v in verdicts if v.kind == "limit cycle"]
    print(f"{modes:2d}  {amplitude:<6g} {period:5.1f}  {bounds(len(found), series)}  ", end="")
    if found:
        off = np.array([abs(v.period / period - 1) for v in found])  # type: ignore[operator]
        inside = sum(v.period_low <= period <= v.period_high for v in found)  # type: ignore[operator]
        held = sum(v.amplitude_low <= amplitude <= v.amplitude_high for v in found)  # type: ignore[operator]
        print(
            f"{np.median(off):6.2%} {off.max():6.2%}   {inside / len(found):4.0%}    {held / len(found):4.0%}   ",
            end="",
        )
    print(dict(Counter(v.kind for v in verdicts if v.kind != "limit cycle")), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("series", nargs="?", type=int, default=200, help="series a line")
    parser.add_argument("--modes", type=int, nargs="+", default=[1, 2, 8], help="columns; 1 is a real series")
    series, modes = (arguments := parser.parse_args()).series, arguments.modes
    print(f"Controls, {series} series each")
    print("K   control              p < .05                  called a limit cycle     other verdicts")
    for size in modes:
        for name in CONTROLS:
            if not (size == 1 and name == "one collapse"):
                control(name, size, series)
    print("\nCycles\nK   swing  period  called a limit cycle     period off by   in its 95%  swing in its 95%")
    print("                                             median    max")
    for size, amplitude in SWINGS:
        for period in PERIODS:
            if size in modes:
                power(size, amplitude, period, series)


if __name__ == "__main__":
    main()
