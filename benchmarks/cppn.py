"""How fast a CPPN is drawn, beside the first post's torch snippet: python benchmarks/cppn.py --torch PYTHON.

Both posts' networks at 512 x 512 on TensorFlow and on JAX, each contestant a process of its own, in turns; how time
grows with pixels; what memory a picture of 16384 x 16384 takes, and with --films a film of 1,000 frames of every kind.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent / "cppn_speed"
POSTS = {
    "silk": {"width": 25, "depth": 9, "inputs": 2, "channels": 3},
    "steel": {"width": 14, "depth": 11, "inputs": 5, "channels": 1},
}
AIMS_MS = {"silk": 40, "steel": 25}
SIDES = (256, 512, 1024, 2048, 4096)
FILMS = ("webp", "avif", "gif", "png", "mp4", "webm")


class Contestant:
    """A process that answers lines of JSON."""

    def __init__(self, python: str, script: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [python, str(HERE / script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
        )

    def ask(self, **asked: object) -> object:
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args} ended: run it alone to see why")
        return json.loads(line)

    def leave(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def contest(torch: str | None, rounds: int) -> dict:
    """Milliseconds of each contestant at 512 x 512, the median of rounds in turns, the first two not counted."""
    runners = {name: Contestant(sys.executable, "ours.py", KERAS_BACKEND=name) for name in ("tensorflow", "jax")}
    if torch:
        runners["torch"] = Contestant(torch, "torch_snippet.py")
    times = {preset: {name: [] for name in runners} for preset in POSTS}
    for turn in range(rounds + 2):
        for preset, shape in POSTS.items():
            for name, runner in runners.items():
                asked = shape if name == "torch" else {"preset": preset}
                took = runner.ask(**asked, side=512)
                times[preset][name] += [took] if turn > 1 else []
    for runner in runners.values():
        runner.leave()
    return {preset: {name: statistics.median(took) for name, took in each.items()} for preset, each in times.items()}


def growth(rounds: int) -> dict[int, float]:
    """Milliseconds of the first post's network by the side of the picture."""
    runner = Contestant(sys.executable, "ours.py")
    runner.ask(preset="silk", side=256)
    found = {side: statistics.median(runner.ask(preset="silk", side=side) for _ in range(rounds)) for side in SIDES}
    runner.leave()
    return found


def alone(**asked: object) -> dict:
    """One task in a process of its own, so that its memory is nobody else's."""
    runner = Contestant(sys.executable, "ours.py")
    found = runner.ask(**asked)
    runner.leave()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--torch", metavar="PYTHON", help="a Python that has torch; without it, no ratio")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", nargs="+", choices=("speed", "growth", "large", "films"), help="all but films")
    parser.add_argument("--films", action="store_true", help="1,000 frames of every kind: minutes each")
    parser.add_argument("--frames", type=int, nargs="+", default=[100, 1000], help="of each film")
    parser.add_argument("--kinds", nargs="+", default=FILMS, help="of films")
    parser.add_argument("--side", type=int, default=16384, help="of the large picture")
    given = parser.parse_args()
    parts = given.only or ["speed", "growth", "large", *(["films"] if given.films else [])]
    with tempfile.TemporaryDirectory() as folder:
        if "speed" in parts:
            told_speed(contest(given.torch, given.rounds))
        if "growth" in parts:
            told_growth(growth(min(5, given.rounds)))
        if "large" in parts:
            told_large(given.side, alone(file=f"{folder}/large.png", side=given.side))
        for kind in given.kinds if "films" in parts else ():
            for frames in given.frames:
                told_film(kind, frames, alone(film=f"{folder}/film.{kind}", frames=frames))


def told_speed(times: dict) -> None:
    for preset, each in times.items():
        for name, took in each.items():
            ratio = (
                f", torch takes {each['torch'] / took:.1f} times as long" if "torch" in each and name != "torch" else ""
            )
            aim = "" if name == "torch" else f" (aim {AIMS_MS[preset]})"
            print(f"{preset} 512 x 512, {name}: {took:.1f} ms{aim}{ratio}", flush=True)


def told_growth(times: dict[int, float]) -> None:
    for side, took in times.items():
        print(f"silk {side} x {side}: {took:.1f} ms, {took / side**2 * 1e6:.0f} ns a pixel", flush=True)


def told_large(side: int, found: dict) -> None:
    print(
        f"silk {side} x {side} into a PNG: {found['seconds']:.0f} s, {found['bytes'] / 1e6:.0f} MB, "
        f"{found['memory'] / 1e6:.0f} MB of memory",
        flush=True,
    )


def told_film(kind: str, frames: int, found: dict) -> None:
    print(
        f"{kind}, {frames} frames of 512 x 512: {found['seconds']:.0f} s, {found['memory'] / 1e6:.0f} MB of memory; "
        f"from frame to frame {found['step_mean']:.2f} levels, at most {found['step_max']:.2f}, from the last to the "
        f"first {found['step_last_to_first']:.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
