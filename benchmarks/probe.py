"""What the probe of each world makes of pictures it should reject, and how it reads its own: the calibration's table.

python benchmarks/probe.py [quick default ring-8] [--size 64] [--keep FOLDER]
"""

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def described(folder: Path, seconds: float, fresh: dict[str, float]) -> None:
    """Print what the probe kept in `folder` is worth."""
    import numpy as np

    from experiments.calibration import calibration_rows, false_accepts
    from experiments.confusion import Confusion
    from experiments.files import read_json

    facts = read_json(folder / "probe" / "probe.json")
    confusion = Confusion(tuple(facts["modes"]), np.array(facts["confusion"]))
    images = int(confusion.images.sum())
    error = float(np.sqrt(confusion.accuracy * (1 - confusion.accuracy) / images))
    print(
        f"  trained and calibrated in {seconds:.0f} s of CPU; {images} held-out pictures of {len(facts['modes'])} modes"
    )
    print(f"  held out: {confusion.accuracy:.2%} +- {error:.2%} read right, {confusion.false_rejects:.2%} rejected")
    print("  new pictures: " + ", ".join(f"{name} {value:.3f}" for name, value in fresh.items()))
    rows = calibration_rows(facts["calibration"])
    print("  kind          weight   accepted          weight read (deviation)")
    for row in rows:
        read = (
            "" if row.recovered is None else f"{row.recovered:.3f} +- {row.recovered_error:.3f} ({row.deviation:.2f})"
        )
        print(f"  {row.kind:<13} {row.weight:>6g}   {row.share:>6.1%} +- {row.error:<6.1%}   {read}")
    print(f"  false accepts that share_bounds takes: {false_accepts(rows):.1%}")


def fresh_pictures(probe: Any, world: str, size: int, count: int) -> dict[str, float]:
    """How new pictures of the world are read."""
    from experiments.world_sources import LiveSource
    from procgen import load_space

    images, labels = LiveSource(load_space(world), 90_001, size).labelled(count)
    reading = probe.read(images)
    return {
        "read right": float((reading.labels == labels).mean()),
        "their likeliest mode right": float((reading.nearest == labels).mean()),
        "rejected": float((reading.labels < 0).mean()),
        "mean hybridity": float(reading.hybridity.mean()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("worlds", nargs="*", default=["quick", "default", "ring-8"])
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--new", type=int, default=2000, help="new pictures to read")
    parser.add_argument("--keep", type=Path, help="folder for the probes; those there are read, not trained")
    args = parser.parse_args()
    from experiments.probing import run_probe
    from experiments.world_sources import LiveSource
    from procgen import load_space

    with TemporaryDirectory() as temporary:
        os.environ["XDG_CACHE_HOME"] = temporary  # where none is kept from before: training is timed
        for world in args.worlds:
            folder, began = (args.keep or Path(temporary)) / world, process_time()
            print(f"{world}, {args.size} px", flush=True)
            probe = run_probe(folder, LiveSource(load_space(world), 0, args.size))
            seconds = process_time() - began
            described(folder, seconds, fresh_pictures(probe, world, args.size, args.new))


if __name__ == "__main__":
    main()
