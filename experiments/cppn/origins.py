"""How the weights of a CPPN came about: from its seed, by breeding, by evolution or by training."""

from base64 import b64decode
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from models import Genes, cppn_weights
from models.cppn import Weights

from ..errors import ExperimentsError
from .lines import founders, weights_of_line

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


def _of_line(recipe: "CPPNRecipe", origin: dict[str, Any]) -> Weights:
    from .recipe import CPPNRecipe

    init = None if _is_trained(origin) else recipe.config.init
    return weights_of_line(origin["line"], init, lambda made: weights_from(CPPNRecipe.from_json(made)))


def _of_genes(recipe: "CPPNRecipe", origin: dict[str, Any]) -> Weights:
    return Genes.from_json(origin["genes"]).weights()


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


def source_type_of(*recipes: "CPPNRecipe") -> str:
    """What a picture of them is: drawn by networks that learned from nothing, or by one that is kin to a fitted one."""
    trained = any(_is_trained(recipe.origin) for recipe in recipes)
    return "trainedAlgorithmicMedia" if trained else "algorithmicMedia"


def _is_trained(origin: dict[str, Any] | None) -> bool:
    if origin is None:
        return False
    try:
        return "fitted" in origin or any(_is_trained(each["origin"]) for each in founders(origin.get("line", ())))
    except (KeyError, TypeError) as error:
        raise ExperimentsError(f"expected a line of descent, got something else ({error})") from None


ORIGINS: dict[str, Callable[["CPPNRecipe", dict[str, Any]], Weights]] = {
    "line": _of_line,
    "genes": _of_genes,
    "fitted": _fitted,
}
"""By the key that says what it is: {"line": steps}, see `lines`; {"genes": those of a graph}, see `Genes`;
{"fitted": weights in Base64}."""
