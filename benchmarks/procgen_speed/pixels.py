"""Time of the stages of a picture in memory: choosing, drawing, encoding."""

from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np

from procgen import Space, load_space, render_uint8
from procgen.manifest import CODEC
from procgen.shards import encode

from .timing import SEED, Figure, figure


def equal_world() -> Space:
    """The default space with all its compositions weighted equally."""
    space = load_space("default")
    return replace(space, compositions=list(space.compositions))


def composition_row(name: str, *, size: int, count: int, repeats: int) -> dict[str, Any]:
    """Milliseconds, images a second and bytes of one composition."""
    stages, weight = _rounds(Space(compositions=[name]), size, count, repeats)
    choose, draw, code = np.median(stages, axis=0).tolist()
    whole = stages.sum(1)
    return {
        "composition": name,
        "choose_ms": 1e3 * choose,
        "draw_ms": 1e3 * draw,
        "pixels_per_s": 1 / (choose + draw),
        "encode_ms": 1e3 * code,
        "codec_share": code / (choose + draw + code),
        "files_per_s": 1 / (choose + draw + code),
        "bytes": weight,
        "spread": float((whole.max() - whole.min()) / np.median(whole)),
    }


def world_figures(space: Space, *, size: int, count: int, repeats: int) -> list[Figure]:
    """The same for a whole space, as figures; `count` pictures a composition."""
    stages, weight = _rounds(space, size, count * len(space.compositions), repeats)
    pixels = stages[:, :2].sum(1)
    return [
        figure("pixels only, one core", (1 / pixels).tolist(), "images/s", target=500),
        figure("of that, choosing", (100 * stages[:, 0] / pixels).tolist(), "%"),
        figure("pixels and encoding, in memory", (1 / stages.sum(1)).tolist(), "images/s"),
        figure("of that, the codec", (100 * stages[:, 2] / stages.sum(1)).tolist(), "%"),
        figure("a picture's file", [weight], "bytes"),
    ]


def _rounds(space: Space, size: int, count: int, repeats: int) -> tuple[np.ndarray, float]:
    """Mean seconds a picture of choosing, drawing and encoding, (repeats, 3), and mean bytes."""
    _stages(space, size, count)
    rounds = [_stages(space, size, count) for _ in range(repeats)]
    return np.array([seconds for seconds, _ in rounds]), rounds[0][1]


def _stages(space: Space, size: int, count: int) -> tuple[np.ndarray, float]:
    seconds, weight = np.zeros(3), 0
    for index in range(count):
        marks = [perf_counter()]
        recipe = space.sample(SEED, index)
        marks.append(perf_counter())
        pixels = render_uint8(recipe, size)
        marks.append(perf_counter())
        data = encode(pixels, CODEC)
        marks.append(perf_counter())
        seconds += np.diff(marks)
        weight += len(data)
    return seconds / count, weight / count
