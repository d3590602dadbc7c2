"""Recipes from recipes: moved a little or far, recoloured, crossed."""

from collections.abc import Collection
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from .color import delta_e_ok, hex_from_oklch, oklch_from_oklab
from .compositions import Composition
from .contrasts import FIGURE_GROUND_MIN
from .domains import Choice, Domain, Integer, Real, Seed, known
from .errors import ProcgenError
from .palettes import Palette
from .recipe import Recipe

PARTS = ("palette", "layout")
"""What can be locked beside single fields: all colours, or all fields of the drawing."""

Array = np.ndarray
_FIGURES_MIN = 0.07  # neighbouring figures that differ this much, in OKLab, go on doing so
_SEED: Integer = Seed.__metadata__[0]  # type: ignore[attr-defined]
_TURN_DEG = 180.0  # how far an amount of 1 turns all hues
# How far it takes all colours together, and each one beside that: lightness, octaves of chroma, degrees of hue.
_TOGETHER = np.array([0.25, 1.0, 0.0])
_ALONE = np.array([0.12, 0.5, 20.0])
_EASED = (1.0, 0.6, 0.3, 0.1, 0.0)  # shares of a move that are tried until all colours can still be told apart


def vary(recipe: Recipe, amount: float, rng: np.random.Generator, lock: Collection[str] = ()) -> Recipe:
    """A picture like another one.

    Numbers move within their domain by up to `amount` of its width; names change with that probability, seeds with
    its square, so that a layout is known again. All hues turn together, by up to 180 degrees times the amount;
    lightness and chroma follow. Figures stay as different from the ground as mixed palettes keep them, or as they
    were. What is locked does not change what else is drawn.

    Args:
        recipe: the parent.
        amount: 0 for the same recipe, 1 for nearly any picture of its composition.
        rng: of every move.
        lock: what stays: "palette", "layout", or fields of the composition.

    Raises:
        ProcgenError: if the amount is outside 0..1 or nothing has the name of a lock.
    """
    Real(0, 1).check("The amount of a variation", amount)
    check_locks(lock, [recipe])
    if amount == 0:
        return recipe
    colours, fields = rng.spawn(2)
    drawing = _moved(recipe.drawing, amount, fields, lock)
    if "palette" in lock:
        return replace(recipe, drawing=drawing)
    return Recipe.given(drawing, _shifted(recipe.palette, amount, colours))


def recolour(recipe: Recipe, palette: Palette) -> Recipe:
    """The same drawing in a person's own colours."""
    return Recipe.given(recipe.drawing, palette)


def cross(drawing_of: Recipe, palette_of: Recipe) -> Recipe:
    """The drawing of one recipe in the colours of another one."""
    return replace(palette_of, drawing=drawing_of.drawing)


def check_locks(lock: Collection[str], recipes: Collection[Recipe]) -> None:
    """Raise ProcgenError unless each lock is one of PARTS or a field of one of the recipes."""
    if isinstance(lock, str):
        raise ProcgenError(f"Locks must be a list of names, not the text {lock!r}.")
    fields = {name for recipe in recipes for name in recipe.drawing.domains}
    for name in lock:
        known("Lock", name, (*PARTS, *fields))


def _moved(drawing: Composition, amount: float, rng: np.random.Generator, lock: Collection[str]) -> Composition:
    streams = rng.spawn(len(drawing.domains))
    kept = drawing.domains if "layout" in lock else lock
    moved = {
        name: _value(domain, getattr(drawing, name), amount, own)
        for (name, domain), own in zip(drawing.domains.items(), streams, strict=True)
        if name not in kept
    }
    return replace(drawing, **moved)


def _value(domain: Domain, value: Any, amount: float, rng: np.random.Generator) -> Any:
    if domain == _SEED or isinstance(domain, Choice):
        chance = amount**2 if domain == _SEED else amount
        return domain.sample(rng) if rng.random() < chance else value
    step = amount * rng.uniform(-1, 1)
    low, high = domain.low, domain.high
    if low == high:
        return value
    if isinstance(domain, Integer):  # from anywhere within the number's own share, so that a small step can tell
        count = high - low + 1
        return low + min(int(count * _folded((value - low + rng.random()) / count + step)), int(count) - 1)
    if domain.log:
        octaves = np.log(high / low)
        return _held(low * np.exp(octaves * _folded(np.log(value / low) / octaves + step)), domain)
    return _held(low + (high - low) * _folded((value - low) / (high - low) + step), domain)


def _folded(place: float) -> float:
    """A place up to 1 beyond 0..1, thrown back from its ends."""
    return 1 - abs(1 - abs(place))


def _held(value: float, domain: Real) -> float:
    return min(max(round(float(value), 4), domain.low), domain.high)


def _shifted(palette: Palette, amount: float, rng: np.random.Generator) -> Palette:
    """All hues turned together, and each colour moved as far as all can still be told apart."""
    lch = oklch_from_oklab(palette.oklab)
    together, alone = rng.uniform(-1, 1, 3), rng.uniform(-1, 1, lch.shape)
    moves = amount * (together * _TOGETHER + alone * _ALONE)
    turn_deg = amount * together[2] * _TURN_DEG
    least = np.minimum(_apart(palette), (FIGURE_GROUND_MIN, _FIGURES_MIN))
    for turn, share in product(_EASED, _EASED):
        moved = lch + share * moves * (1, 0, 1) + (0, 0, turn * turn_deg)
        shifted = _of_oklch(moved, 2.0 ** (share * moves[:, 1]))
        if np.all(_apart(shifted) >= least):
            return shifted
    return palette


def _of_oklch(lch: Array, times_chroma: Array) -> Palette:
    lightness = np.clip(lch[:, 0], 0.02, 0.98)
    colours = [hex_from_oklch(each) for each in np.stack([lightness, lch[:, 1] * times_chroma, lch[:, 2]], -1)]
    return Palette(colours[0], tuple(colours[1:-1]), colours[-1])


def _apart(palette: Palette) -> Array:
    """The least difference of a figure from the ground, and of neighbouring figures."""
    lab = palette.oklab
    return np.array([np.min(delta_e_ok(lab[1:-1], lab[0])), np.min(delta_e_ok(lab[2:-1], lab[1:-2]))])
