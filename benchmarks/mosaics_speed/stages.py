"""What is timed without the command line, each in a process of its own: python stages.py NAME FOLDER ARGUMENTS.

It prints one line of JSON; `seconds` and `computing` are of what is timed, after what it needs has been read.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from mosaics import Options, Tiles, compose

Result = dict[str, Any]
LARGE = 256  # pixels of a side
_BASES = 200  # pictures that all large tiles are made of


class Many:
    """So many different tiles of LARGE pixels in little memory: some pictures, turned, mirrored and recoloured."""

    dtype = np.dtype(np.uint8)

    def __init__(self, bases: np.ndarray, count: int) -> None:
        self._bases, self.shape = bases, (count, *bases.shape[1:])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, chosen: Any) -> np.ndarray:
        numbers = np.arange(len(self))[chosen]
        found = np.stack([self._one(int(number)) for number in np.atleast_1d(numbers)])
        return found if np.ndim(numbers) else found[0]

    def _one(self, number: int) -> np.ndarray:
        kind, base = divmod(number, len(self._bases))
        picture = np.rot90(self._bases[base], kind % 4)
        return np.roll(picture[:, :: 1 if kind // 4 % 2 else -1], kind // 8 % 3, axis=2)


def _timed(task: Callable[[], Any]) -> tuple[Result, Any]:
    start, computing = time.perf_counter(), time.process_time()
    found = task()
    return {"seconds": time.perf_counter() - start, "computing": time.process_time() - computing}, found


def _read(folder: Path) -> tuple[Tiles, np.ndarray, int]:
    images, target = np.load(folder / "tiles.npy"), np.load(folder / "target.npy")
    return Tiles(images), target, round(len(images) ** 0.5 * images.shape[1])


def photomosaic(folder: Path) -> Result:
    """From an array to pixels, with reuse."""
    tiles, target, side = _read(folder)
    options = Options(target=target, cells=len(tiles))
    return _timed(lambda: sum(map(len, compose(tiles, layout="photomosaic", size_px=side, options=options).strips())))[
        0
    ]


def once(folder: Path, optimum: str) -> Result:
    """Which tile goes where, each exactly once; and its cost beside that of the best for some of them."""
    from mosaics.assigning import at_most

    tiles, target, side = _read(folder)
    options = Options(target=target, repeats=1)
    took, picture = _timed(lambda: compose(tiles, layout="photomosaic", size_px=side, options=options))
    assert len({place.tile for place in picture.placements}) == len(tiles)
    count = min(len(tiles), int(optimum))
    places, some = _parts(target, count), tiles.patches[np.linspace(0, len(tiles) - 1, count).astype(int)]
    some = some.astype(np.float64)
    found = at_most(places, some, 1)
    best = _best(places, some)
    return took | {"optimum": count, "gap": _cost(places, some, found) / _cost(places, some, best) - 1}


def _parts(target: np.ndarray, count: int) -> np.ndarray:
    """The colours that so many places of the target want."""
    from mosaics.oklab import PATCHES, patch_colours
    from mosaics.resizing import resize

    side = int(count**0.5)
    seen = resize(target[None], side * PATCHES, side * PATCHES)[0]
    parts = seen.reshape(side, PATCHES, side, PATCHES, 3).swapaxes(1, 2).reshape(-1, PATCHES, PATCHES, 3)
    return patch_colours(parts).astype(np.float64)


def _best(places: np.ndarray, tiles: np.ndarray) -> np.ndarray:
    from scipy.optimize import linear_sum_assignment

    return linear_sum_assignment((tiles**2).sum(1) - 2 * places @ tiles.T)[1]


def _cost(places: np.ndarray, tiles: np.ndarray, found: np.ndarray) -> float:
    return float(((places - tiles[found]) ** 2).sum())


def sheet(folder: Path, ending: str) -> Result:
    """A plain sheet of tiles that are read, to pixels or to a file."""
    tiles, _, _ = _read(folder)
    out = folder / f"sheet.{ending}"

    def make() -> object:
        picture = compose(tiles)
        return sum(map(len, picture.strips())) if ending == "pixels" else picture.save(out, force=True)

    took = _timed(make)[0]
    return took | {"bytes": out.stat().st_size if out.exists() else 0}


def large(folder: Path, kind: str, count: str) -> Result:
    """A sheet of many large tiles that are read when they are drawn."""
    from mosaics.deepzoom import save_deepzoom

    bases = np.load(folder / "large.npy")
    picture = compose(Tiles(Many(bases, int(count))))
    out = folder / ("wall.tif" if kind == "pyramid" else "wall")

    def make() -> object:
        if kind == "pyramid":
            return picture.save(out, force=True, pyramid=True)
        return save_deepzoom(picture, out, force=True)

    took = _timed(make)[0]
    files = [out] if out.is_file() else [each for each in out.rglob("*") if each.is_file()]
    took |= {"bytes": sum(each.stat().st_size for each in files), "files": len(files), "pixels": picture.size_px}
    return took


STAGES = {each.__name__: each for each in (photomosaic, once, sheet, large)}

if __name__ == "__main__":
    name, folder, *more = sys.argv[1:]
    print(json.dumps(STAGES[name](Path(folder), *more)))
