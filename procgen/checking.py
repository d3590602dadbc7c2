"""The laws that every composition obeys, for whoever writes one: run them before you ship it."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np

from .canvas import Canvas
from .color import encode
from .compositions import Composition
from .errors import ProcgenError
from .palettes import Palette
from .plugins import composition_problem
from .randomness import stream

Array = np.ndarray
Kind = type[Composition]
_SEED = 11
_PALETTES = (
    Palette("#f4efe2", ("#1c3fb8", "#d8322a", "#f2b705", "#0f8a5f"), "#111014"),
    Palette("#0d0a1f", ("#ff4fa3", "#31d0ff", "#c6f24a"), "#f6f1e4"),
    Palette("#fbe6ea", ("#a58be0", "#62c2a8", "#f2a65e", "#ea7d9a", "#7fa8ea"), "#3d4a7a"),
)
_WINDOW = Canvas(41, 23, 0.3, (70, 50), (17, 20))


def check_composition(kind: Kind) -> list[str]:
    """Which laws a composition breaks, one sentence each; an empty list if it breaks none. It takes some seconds.

    That a picture is beautiful, fast, the same bytes on another processor, and unlike all others is for its author
    to see to: docs/plugins.md says how.
    """
    if problem := composition_problem(kind):
        return [f"{problem[0].upper()}{problem[1:]}."]
    return [sentence for law in LAWS if (sentence := _judged(law, kind))]


def _judged(law: Callable[[Kind], str], kind: Kind) -> str:
    try:
        return law(kind)
    except Exception as error:  # a draw that fails is a finding too
        return f"A picture cannot be drawn ({type(error).__name__}: {error})."


def _samples(kind: Kind, count: int) -> list[tuple[Any, Palette]]:
    """Drawings, each with a palette that nobody has touched."""
    return [(kind.sample(stream(_SEED, k, "drawing")), replace(_PALETTES[k % len(_PALETTES)])) for k in range(count)]


def _in_range(kind: Kind) -> str:
    for drawing, palette in _samples(kind, 5):
        for width, height in ((48, 48), (96, 40), (41, 97), (8, 120)):
            picture = drawing.picture(Canvas(width, height), palette)
            if picture.shape != (height, width, 3) or picture.dtype != np.float32:
                return f"A picture must be float32 of shape {height, width, 3}, not {picture.dtype} {picture.shape}."
            if not (picture.min() > -1e-3 and picture.max() < 1 + 1e-3):  # false for NaN as well
                return f"Linear light must lie between 0 and 1, not {picture.min():.3g} and {picture.max():.3g}."
    return ""


def _pure(kind: Kind) -> str:
    seen = set()
    for drawing, palette in _samples(kind, 12):
        canvas, before = Canvas(40, 40), palette.linear.copy()
        first, again = (drawing.picture(canvas, palette).tobytes() for _ in range(2))
        if first != again:
            return "The same drawing must give the same bytes every time: draw only from stream(self.seed, ...)."
        if not (np.array_equal(palette.linear, before) and np.array_equal(canvas.x, Canvas(40, 40).x)):
            return "Drawing must not change the canvas or the palette it is given."
        seen.add(sha256(first).digest())
    return "" if len(seen) == 12 else "Other fields must give other pictures: two were the same bytes."


def _windows(kind: Kind) -> str:
    for drawing, palette in _samples(kind, 4):
        whole = drawing.picture(Canvas(70, 50, _WINDOW.time), palette)
        part = drawing.picture(_WINDOW, palette)
        if not np.array_equal(part[:-1, :-1], whole[20:42, 17:57]):
            return "A window must be that part of the whole: use canvas.x, canvas.y and canvas.extent alone."
    return ""


def _loops(kind: Kind) -> str:
    moved = []
    for drawing, palette in _samples(kind, 4):
        frames = np.stack([drawing.picture(Canvas(40, 40, k / 60), palette) for k in range(60)])
        steps = np.abs(frames - np.roll(frames, 1, axis=0)).mean((1, 2, 3))
        if steps.max() > 5 * max(np.median(steps), 2e-3):
            return f"A loop must move without a jump: frame {int(steps.argmax())} of 60 differs from the one before."
        moved.append(steps.sum())
    for drawing, palette in _samples(kind, 12):
        first, last = (drawing.picture(Canvas(40, 40, time), palette) for time in (0.0, 1 - 1e-6))
        if np.abs(first - last).mean() > 0.004:
            return "A loop must close: at time 1 - 1e-6 the picture must be that of time 0, to 0.004 on average."
    return "" if min(moved) > 0.02 else "A picture must move with canvas.time: one stood still."


def _linear_in_colour(kind: Kind) -> str:
    for drawing, palette in _samples(kind, 4):
        marked = drawing.picture(Canvas(48, 40), palette.marked)
        if not np.allclose(marked[..., 3:] @ palette.linear, marked[..., :3], atol=2e-3):
            return "Drawing must mix palette.linear by shares alone, whatever its number of channels."
    return ""


def _plain(kind: Kind) -> str:
    for drawing, _ in _samples(kind, 4):
        if kind.from_dict(json.loads(json.dumps(drawing.to_dict()))) != drawing:
            return "The fields must come back from JSON as they went in."
    return ""


def _sizes(kind: Kind) -> str:
    far = []
    for drawing, palette in _samples(kind, 40):
        large = drawing.picture(Canvas(256, 256), palette).reshape(64, 4, 64, 4, 3).mean((1, 3))
        small = drawing.picture(Canvas(64, 64), palette)
        far.append(np.abs(encode(np.clip(large, 0, 1)) - encode(np.clip(small, 0, 1))).mean())
    apart = np.quantile(far, 0.95)
    return (
        "" if apart <= 0.03 else f"64 pixels must be 256 seen from afar, to 0.03 in sRGB: they differ by {apart:.3f}."
    )


def _never_flat(kind: Kind) -> str:
    shares = []
    for drawing, palette in _samples(kind, 20):
        pixels = drawing.picture(Canvas(64, 64), palette).reshape(-1, 3)
        shares.append(np.unique(pixels, axis=0, return_counts=True)[1].max() / len(pixels))
    return "" if np.quantile(shares, 0.95) <= 0.93 else "A picture must not be one flat tone: one colour is 93% of it."


def _fields_seen(kind: Kind) -> str:
    rng = stream(_SEED, 0, "fields")
    for name, domain in kind.domains.items():
        pairs = ((each, replace(each, **{name: domain.sample(rng)}), palette) for each, palette in _samples(kind, 12))
        pictures = ((one.picture(Canvas(48, 48), p), other.picture(Canvas(48, 48), p)) for one, other, p in pairs)
        if all(np.array_equal(one, other) for one, other in pictures):
            return f"Every field must be seen: {name} changes nothing."
    return ""


def _refuses(kind: Kind) -> str:
    drawing, _ = _samples(kind, 1)[0]
    for name in kind.domains:
        try:
            replace(drawing, **{name: object()})
        except ProcgenError:
            continue
        return f"A value outside its domain must raise ProcgenError: {name} takes anything."
    return ""


LAWS: tuple[Callable[[Kind], str], ...] = (
    _in_range,
    _pure,
    _windows,
    _loops,
    _linear_in_colour,
    _plain,
    _refuses,
    _sizes,
    _never_flat,
    _fields_seen,
)
