"""The scripted-shares world through the whole chain: rendered, read by a trained probe, corrected, judged.

python benchmarks/scripted.py [--world ring-8] [--size 64] [--pool 4096] [--seeds 100] [--whole 256x128] [--keep FOLDER]

One seed is drawn whole, every picture anew; the others draw their readings from a pool of readings of each mode. The
period must be right within 1%, and the true amplitude within the stated 95% interval, in 90 of 100 seeds.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def judged(histograms: Sequence[Any], confusion: Any) -> tuple[str, float, float, float, float]:
    """(kind, period in snapshots, corrected amplitude, its lower and its upper end); NaN without a period."""
    from experiments import oscillation
    from experiments.corrected import corrected_amplitude
    from experiments.scripted_world import EVERY

    verdict = oscillation(histograms)
    swing = corrected_amplitude(histograms, confusion, verdict)
    if verdict.period is None or swing is None:
        return (verdict.kind, *[float("nan")] * 4)
    return (verdict.kind, verdict.period / EVERY, *swing)


def right(found: tuple[str, float, float, float, float], script: Any, modes: int) -> tuple[bool, bool]:
    """Whether the period is within 1%, and whether the true amplitude is within the interval."""
    _, period, _, low, high = found
    return abs(period / script.period - 1) <= 0.01, low <= script.amplitude(modes) <= high


def told(name: str, found: tuple[str, float, float, float, float], script: Any, modes: int) -> None:
    kind, period, middle, low, high = found
    print(
        f"{name}: {kind}, period {period:.3f} (true {script.period:g}), amplitude {middle:.5f} "
        f"({low:.5f} to {high:.5f}; true {script.amplitude(modes):.5f})",
        flush=True,
    )


def counted(hits: Sequence[tuple[bool, bool]]) -> None:
    """Print how many seeds were right, with exact bounds."""
    from scipy.stats import beta

    for what, each in zip(("period within 1%", "amplitude inside"), zip(*hits, strict=True), strict=True):
        n, k = len(each), sum(each)
        low, high = beta.ppf(0.025, k, n - k + 1), beta.ppf(0.975, k + 1, n - k) if k < n else 1.0
        print(f"{what}: {k} of {n} (95%: {low:.3f} to {high:.3f})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", default="ring-8")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--pool", type=int, default=4096, help="readings of each mode")
    parser.add_argument("--seeds", type=int, default=100, help="of which the first is drawn whole")
    parser.add_argument("--whole", default="256x128", help="snapshots x latents of the seed that is drawn whole")
    parser.add_argument("--keep", type=Path, help="folder for probe and pool; those there are read")
    args = parser.parse_args()
    import numpy as np

    from experiments.confusion import Confusion
    from experiments.files import write_arrays
    from experiments.probing import run_probe
    from experiments.scripted_world import Script, mode_readings, rendered_histograms, resampled_histograms
    from experiments.world_sources import LiveSource
    from procgen import load_space

    space, began = load_space(args.world), process_time()
    with TemporaryDirectory() as temporary:
        folder = (args.keep or Path(temporary)) / args.world
        probe = run_probe(folder, LiveSource(space, 0, args.size))
        kept = folder / f"pool-{args.pool}.npz"
        if not kept.is_file():
            write_arrays(kept, {"pool": mode_readings(probe, space, args.size, count=args.pool, seed=70_001)})
        pool = np.load(kept)["pool"]
    modes, confusion, script = len(probe.modes), Confusion(probe.modes, probe.confusion), Script()
    print(f"held-out accuracy {probe.accuracy:.2%}, of the pool {np.mean(pool == np.arange(modes)[:, None]):.2%}")
    found = []
    for seed in range(1, args.seeds):
        found.append(judged(resampled_histograms(pool, probe.modes, script, seed=seed), confusion))
        if seed <= 3:
            told(f"seed {seed}", found[-1], script, modes)
    counted([right(each, script, modes) for each in found])
    snapshots, latents = map(int, args.whole.split("x"))
    whole = Script(snapshots, latents)
    last = judged(rendered_histograms(probe, space, args.size, whole, seed=80_001), confusion)
    told(f"drawn whole, {snapshots} snapshots of {latents}", last, whole, modes)
    counted([right(each, script, modes) for each in [*found, last]])
    print(f"{process_time() - began:.0f} s of CPU")


if __name__ == "__main__":
    main()
