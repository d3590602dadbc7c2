"""What stabilisers are worth: the same world and budget, trained as asked, and how much of the world each one learned.

python benchmarks/stability.py stable-64 stable-64:essay essay-64 --space quick --kimg 60 [--seeds 1]

A row is a preset; `PRESET:essay` is its networks and batch trained as the essay's lineage trains (its loss, two updates
of the critic, no penalty, no average, its own rates). All rows of a seed are judged with one probe, on the same number
of fresh samples of the generator that a user gets.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

SAMPLES = 4096
ESSAY = ("loss", "d_updates", "critic_bn_in_generator_step", "g_rate", "d_rate", "beta_1", "beta_2")
PLAIN = ("r1_gamma=0", "r2_gamma=0", "penalty_every=1", "ema_kimg=0", "optimizer=adam")


def config_of(row: str, kimg: float, seed: int) -> Any:
    from experiments import preset

    name, _, as_essay = row.partition(":")
    config = preset(name).override(f"seed={seed}", f"train.kimg={kimg}", f"snapshots.every_kimg={kimg}")
    config = config.override("snapshots.pictures=64", "snapshots.readings=64", f"checkpoints.every_kimg={kimg}")
    if not as_essay:
        return config
    theirs = preset("essay-64").train
    own = [f"{key}={json.dumps(getattr(theirs, key))}" for key in ESSAY]
    return config.override(*(f"train.{setting}" for setting in (*own, *PLAIN)))


def judged(run: Any, probe: Any, world: Any, seen: Any) -> dict[str, float]:
    """Coverage, spread and distances of one generator."""
    import numpy as np

    import models
    from experiments import coverage, effective_modes, total_variation
    from experiments.confusion import Confusion, corrected_shares
    from experiments.distances import kernel_distance
    from experiments.modes import ModeHistogram

    pictures = models.sample(run.generator(), count=SAMPLES, seed=10_007)
    reading = probe.read(pictures)
    histogram = ModeHistogram.from_labels(0, probe.modes, reading.labels)
    shares = np.zeros(len(probe.modes))  # where nothing at all was accepted
    if histogram.accepted:
        shares = corrected_shares(histogram, Confusion(probe.modes, probe.confusion)).values
    distance = kernel_distance(seen, probe.features(pictures))
    return {
        "covered": len(coverage(histogram, world)),
        "modes": len(probe.modes),
        "effective_modes": effective_modes(shares) if histogram.accepted else 0.0,
        "rejected": histogram.rejected / histogram.total,
        "to_world": total_variation(shares, world),
        "kid": distance.value,
        "kid_error": distance.error,
    }


def trained(row: str, kimg: float, seed: int, data: Any, folder: Path) -> tuple[Any, float]:
    """The finished run of a row, and the seconds it took."""
    from experiments import train

    def show(stage: str, done: int, of: int, facts: dict[str, Any]) -> None:
        if facts and done % max(1, of // 100) < 10:
            rate = f"{facts['images_per_s']:.0f} images/s"
            print(f"  {row}: {done}/{of}, {rate}", end="\r", file=sys.stderr, flush=True)

    began = perf_counter()
    run = train(config_of(row, kimg, seed), data, folder, progress=show)
    return run, perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="+", help="PRESET or PRESET:essay")
    parser.add_argument("--space", default="quick")
    parser.add_argument("--count", type=int, default=8000, help="pictures of the dataset")
    parser.add_argument("--kimg", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where to keep the runs and a sheet of each")
    given = parser.parse_args()
    print(
        f"{given.space}, {given.count:,} pictures, {given.kimg:g} kimg, {SAMPLES:,} samples; {versions()}", flush=True
    )
    print(f"{'':<24}seed  covered  effective  rejected  to world      KID x 1000  seconds", flush=True)
    with TemporaryDirectory() as temporary:
        for seed in range(given.seeds):
            compared(given, seed, given.keep or Path(temporary))


def compared(given: argparse.Namespace, seed: int, folder: Path) -> None:
    """Train and print the rows of a seed."""
    import shutil

    import models
    import mosaics
    from experiments.batches import DatasetSource
    from experiments.beginning import start_run
    from experiments.training import run_probe
    from procgen import load_space, open_dataset, write_dataset

    space, place = load_space(given.space), folder / f"seed-{seed}"
    write_dataset(space, place / "data", count=given.count, size=64, seed=seed, workers=2)
    data = open_dataset(place / "data")
    source = DatasetSource(data)
    probe = run_probe(place, source)
    write_dataset(space, place / "unseen", count=SAMPLES, size=64, seed=seed + 1000, workers=2)
    seen = probe.features(open_dataset(place / "unseen").images())
    world = [space.modes[mode] for mode in probe.modes]
    for row in given.rows:
        run_folder = place / row.replace(":", "-")
        if not run_folder.exists():  # the probe is a function of the data and the seed: it need not be trained again
            start_run(run_folder, config_of(row, given.kimg, seed), source)
            shutil.copytree(place / "probe", run_folder / "probe")
        run, seconds = trained(row, given.kimg, seed, data, run_folder)
        facts = judged(run, probe, world, seen)
        sheet = mosaics.Tiles.from_images(models.sample(run.generator(), count=96, seed=3))
        mosaics.compose(sheet, size_px=(1200, 800)).save(place / f"{row.replace(':', '-')}.png", force=True)
        print(told(row, seed, facts, seconds), flush=True)


def told(row: str, seed: int, facts: dict[str, float], seconds: float) -> str:
    kid = f"{1000 * facts['kid']:.1f} +- {1000 * facts['kid_error']:.1f}"
    return (
        f"{row:<24}{seed:>4}{facts['covered']:>6} of {facts['modes']}{facts['effective_modes']:>10.2f}"
        f"{facts['rejected']:>10.1%}{facts['to_world']:>10.3f}{kid:>16}{seconds:>9.0f}"
    )


def versions() -> str:
    from experiments.training import versions as found

    return ", ".join(f"{name} {version}" for name, version in found().items())


if __name__ == "__main__":
    main()
