"""How the weights of a CPPN came about: from its seed, or varied or crossed from those of other recipes."""

from base64 import b64decode
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from models import INITS, cppn_weights
from models.cppn import Weights
from procgen import stream

from ..errors import ExperimentsError

if TYPE_CHECKING:
    from .recipe import CPPNRecipe


def weights_from(recipe: "CPPNRecipe") -> Weights:
    """The weights of a recipe; ExperimentsError if its origin is none of `ORIGINS`."""
    if recipe.origin is None:
        return cppn_weights(recipe.config, recipe.seed)
    for name, make in ORIGINS.items():
        if name in recipe.origin:
            return make(recipe, recipe.origin)
    raise ExperimentsError(f"expected an origin of {', '.join(ORIGINS)}, got {', '.join(recipe.origin)}")


def _parent(made: Any) -> Weights:
    from .recipe import CPPNRecipe

    return weights_from(CPPNRecipe.from_json(made))


def _varied(recipe: "CPPNRecipe", origin: dict[str, Any]) -> Weights:
    """Turned by a share of a right angle towards weights of the same law, so that their spread stays."""
    angle = origin["amount"] * np.pi / 2
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    new = []
    for number, layer in enumerate(_parent(origin["vary"])):
        other = INITS[recipe.config.init](stream(origin["seed"], number, "cppn vary"), *layer[0].shape)
        new.append(tuple(cosine * one + sine * two for one, two in zip(layer, other, strict=True)))
    return tuple(new)  # type: ignore[arg-type]


def _crossed(recipe: "CPPNRecipe", origin: dict[str, Any]) -> Weights:
    """Each unit, with all that it is told, of one parent or of the other."""
    parents = [_parent(made) for made in origin["cross"]]
    new = []
    for number, (one, two) in enumerate(zip(*parents, strict=True)):
        first = stream(origin["seed"], number, "cppn cross").random(len(one[1])) < 0.5
        new.append((np.where(first, one[0], two[0]), np.where(first, one[1], two[1])))
    return tuple(new)


def _fitted(recipe: "CPPNRecipe", origin: dict[str, Any]) -> Weights:
    """As they were when training ended: kernel, bias of each layer, float32, one after another."""
    lengths = [n for i, o in pairwise(recipe.config.widths) for n in (i * o, o)]
    try:
        flat = np.frombuffer(b64decode(origin["fitted"], validate=True), "<f4").astype(np.float32)
    except (ValueError, TypeError) as error:
        raise ExperimentsError(f"expected the weights of a fitted network, got something else ({error})") from None
    if len(flat) != sum(lengths):
        raise ExperimentsError(f"expected {sum(lengths)} weights of a fitted network, got {len(flat)}")
    parts = np.split(flat, np.cumsum(lengths)[:-1])
    return tuple((kernel.reshape(-1, len(bias)), bias) for kernel, bias in zip(parts[::2], parts[1::2], strict=True))


def source_type_of(recipe: "CPPNRecipe") -> str:
    """What its pictures are: drawn by a network that learned from nothing, or by one that is kin to a fitted one."""
    return "trainedAlgorithmicMedia" if _is_trained(recipe.origin) else "algorithmicMedia"


def _is_trained(origin: dict[str, Any] | None) -> bool:
    if origin is None:
        return False
    parents = [*origin.get("cross", ()), *([origin["vary"]] if "vary" in origin else ())]
    return "fitted" in origin or any(_is_trained(parent["origin"]) for parent in parents)


ORIGINS: dict[str, Callable[["CPPNRecipe", dict[str, Any]], Weights]] = {
    "vary": _varied,
    "cross": _crossed,
    "fitted": _fitted,
}
"""By the key that says what it is: {"vary": recipe, "seed", "amount"}, {"cross": [recipe, recipe], "seed"},
{"fitted": weights in Base64}."""
