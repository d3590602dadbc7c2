"""How fast a pair trains, beside torch: python benchmarks/training.py --torch-python PATH [--quick] [--gpu].

The same networks, weights, step, optimizers and batches in this package on TensorFlow and on JAX, and in torch, eager
and compiled, with both memory layouts. Each is a process of its own on the same cores; they run in turns. Ours is timed
as it trains, inside `fit`. Before that they are held against one another: as many parameters, the same outputs at the
same weights, the same losses in the first two steps. The share of a GPU's peak counts what is executed.
"""

import argparse
import json
import os
import sys
from pathlib import Path

# benchmarks/procgen.py has the name of a package: the package comes first.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

CPU_PRESETS = ["quick-64", "dcgan-64", "essay-64", "stable-64"]
GPU_PRESETS = ["essay-256", "stable-256"]


def arguments() -> argparse.Namespace:
    from training_speed.contest import CONTESTANTS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presets", nargs="+", metavar="NAME", help=f"{' '.join(CPU_PRESETS)} if none is given")
    parser.add_argument(
        "--batch", nargs="+", type=int, default=[32], help="pictures of a step; each in a match of its own"
    )
    parser.add_argument("--set", dest="settings", nargs="+", default=[], metavar="KEY=VALUE", help="change the presets")
    parser.add_argument("--precision", choices=["float32", "mixed_bfloat16"], default="float32")
    parser.add_argument("--gpu", action="store_true", help=f"of {' and '.join(GPU_PRESETS)}, in longer rounds")
    parser.add_argument(
        "--peak-tflops", type=float, default=989.0, help="of the GPU: 989 is an H200's, bfloat16, dense"
    )
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS), metavar="CONTESTANT")
    parser.add_argument("--torch-python", default=sys.executable, help="the Python that has torch")
    parser.add_argument("--compile-mode", default="default", help="of torch.compile: default, max-autotune, ...")
    parser.add_argument("--cores", type=int, default=os.cpu_count(), help="how many, all if not given")
    parser.add_argument("--steps", type=int, help="of a round: 10, or 30 with --gpu")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--limit", type=float, default=600.0, help="seconds that a round, or compiling, may take")
    parser.add_argument("--quick", action="store_true", help="two rounds of two steps: shows that it runs, not speed")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    given.presets = given.presets or (GPU_PRESETS if given.gpu else CPU_PRESETS)
    given.steps = given.steps or (30 if given.gpu else 10)
    return given


def main() -> None:
    given = arguments()
    from training_speed.report import measured, told

    results = measured(given, lambda words: print(words, file=sys.stderr, flush=True))
    print(json.dumps(results, indent=1) if given.json else told(results))


if __name__ == "__main__":
    main()
