"""How well a self-sorting map sorts, and how fast: python benchmarks/similarity.py [--side 100] [--json].

The mean distance of neighbours on SIDE x SIDE places, and seconds of computing: of colours drawn at random, and of the
pictures of a space, each with edges and wrapped. Beside vc-flas, the program of the authors of the method, where it is
installed.
"""

import argparse
import json
from importlib.util import find_spec
from time import process_time

import numpy as np

from mosaics import ORDERS, Tiles
from mosaics.similarity import compared


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=100, help="places a side")
    parser.add_argument("--space", default="default", help="the space whose pictures are sorted")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def pictures(space: str, count: int) -> np.ndarray:
    from procgen import load_space, render_uint8

    world = load_space(space)
    return np.stack([render_uint8(world.sample(0, index), 24) for index in range(count)])


def ours(tiles: Tiles, side: int, *, wraps: bool) -> np.ndarray:
    row, col = np.divmod(np.arange(side * side), side)
    period = (float(side), float(side)) if wraps else None
    return ORDERS["similarity"](tiles, slots=np.stack([col + 0.5, row + 0.5], 1), period=period)


def theirs(tiles: Tiles, side: int, *, wraps: bool) -> np.ndarray:
    import vc_flas

    grid = vc_flas.Grid.from_features(compared(tiles.patches).astype(np.float32), size=(side, side))
    return vc_flas.flas(grid, wrap=wraps, seed=0).sorting.ravel()


def between_neighbours(seen: np.ndarray, *, wraps: bool) -> float:
    sides = [np.roll(seen, -1, axis) - seen for axis in (0, 1)]
    kept = sides if wraps else [sides[0][:-1], sides[1][:, :-1]]
    return float(np.concatenate([np.linalg.norm(side, axis=2).ravel() for side in kept]).mean())


def main() -> None:
    given = arguments()
    count = given.side**2
    colours = np.random.default_rng(0).integers(0, 256, (count, 1, 1, 3)).astype(np.uint8)
    sorters = {"ours": ours} | ({"vc-flas": theirs} if find_spec("vc_flas") else {})
    found = []
    for what, images in (("colours", colours), ("pictures", pictures(given.space, count))):
        tiles = Tiles.from_images(images)
        seen = compared(tiles.patches)
        for wraps in (False, True):
            line: dict[str, object] = {"tiles": what, "count": count, "wraps": wraps}
            for name, sort in sorters.items():
                start = process_time()
                order = sort(tiles, given.side, wraps=wraps)
                seconds = process_time() - start
                apart = between_neighbours(seen[order].reshape(given.side, given.side, -1), wraps=wraps)
                line |= {name: round(apart, 2), f"{name}_s": round(seconds, 2)}
            found.append(line)
            if not given.json:
                print(", ".join(f"{key} {value}" for key, value in line.items()), flush=True)
    if given.json:
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
