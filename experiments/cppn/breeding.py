"""Children of CPPNs: varied and crossed, of fixed topology or evolving; sheets of them, from which `pick` goes on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from models import Genes, crossed_genes, first_genes, grown_genes, mutated_genes
from procgen import stream

from ..errors import ExperimentsError
from ..sheets import Sheet, columns_for
from .lines import Step, joined
from .recipe import CPPNRecipe
from .sheets import CPPNs

STEPS = 20  # of structure, in the first pictures that evolve
_MIDDLE = (0.3, 0.7)  # share of the way from one parent's latent to the other's
_SEEDS = 2**32
_SHAPE = ("width", "depth", "inputs", "latent", "channels", "init")
_LOOK = ("colour", "palette", "hues")


def varied_cppn(recipe: CPPNRecipe, amount: float, rng: np.random.Generator) -> CPPNRecipe:
    """A child of one: weights turned towards others of their law, or genes mutated, and the latent moved.

    Args:
        recipe: the parent.
        amount: how far, 0..1: at 0 the child is the parent, at 1 of a fixed topology it has nothing of it.
        rng: what chooses.
    """
    seed, low, high = int(rng.integers(_SEEDS)), recipe.config.latent_low, recipe.config.latent_high
    z = recipe.z + np.float32(amount) * (rng.uniform(low, high, recipe.config.latent).astype(np.float32) - recipe.z)
    if not amount:
        return recipe
    if genes := genes_of(recipe):
        child = evolved(recipe, mutated_genes(genes, amount, rng))
    else:
        line = line_of(recipe)
        step = {"vary": len(line) - 1, "seed": seed, "amount": float(amount)}
        child = replace(recipe, origin={"line": [*line, step]})
    return child.at(z) if len(z) else child


def crossed_cppns(one: CPPNRecipe, other: CPPNRecipe, rng: np.random.Generator) -> CPPNRecipe:
    """A child of two: each unit of one or of the other, the latent between theirs, the colours of either.

    Raises:
        ExperimentsError or ModelsError: their networks have other shapes.
    """
    seed, share = int(rng.integers(_SEEDS)), np.float32(rng.uniform(*_MIDDLE))
    look = one if rng.random() < 0.5 else other
    mine, theirs = genes_of(one), genes_of(other)
    if mine and theirs:
        child = evolved(one, crossed_genes(mine, theirs, rng))
    else:
        _check_pair(one, other)
        line, first, second = joined(line_of(one), line_of(other))
        child = replace(one, origin={"line": [*line, {"cross": [first, second], "seed": seed}]})
    child = replace(child, **{name: getattr(look, name) for name in _LOOK})
    return child.at(one.z + share * (other.z - one.z)) if len(one.z) else child


def genes_of(recipe: CPPNRecipe) -> Genes | None:
    """The genes of a network that evolves; None of one with a fixed topology."""
    return Genes.from_json(recipe.origin["genes"]) if recipe.origin and "genes" in recipe.origin else None


def line_of(recipe: CPPNRecipe) -> list[Step]:
    """The line of descent that ends with a recipe's weights; a founder's is itself."""
    if recipe.origin and "line" in recipe.origin:
        return list(recipe.origin["line"])
    return [{"of": replace(recipe, latent=None).to_json()}]


def evolved(recipe: CPPNRecipe, genes: Genes) -> CPPNRecipe:
    """A recipe with the network that some genes are."""
    order = genes.order
    kinds = tuple(genes.nodes[name] for name in order)
    config = replace(recipe.config, width=len(order), depth=1, activation=kinds, graph=True)
    return replace(recipe, config=config, origin={"genes": genes.to_json()})


def first_evolved(recipe: CPPNRecipe, steps: int, rng: np.random.Generator) -> CPPNRecipe:
    """A network that has only begun to evolve, told what another one is told and as much as that says."""
    config = recipe.config
    inputs = (*config.inputs, *(f"z{number + 1}" for number in range(config.latent)))
    genes = grown_genes(first_genes(inputs, config.channels, rng), steps, rng)
    first = evolved(replace(recipe, latent=None), genes)
    return first.at(rng.uniform(config.latent_low, config.latent_high, config.latent)) if config.latent else first


@dataclass(frozen=True)
class FirstBrood:
    """The first sheet of networks that evolve.

    Attributes:
        count: pictures.
        seed: another one gives others.
        steps: of structure that they have behind them.
    """

    count: int = 24
    seed: int = 0
    steps: int = STEPS

    def __post_init__(self) -> None:
        if not 1 <= self.count <= 4096:
            raise ExperimentsError(f"expected 1 to 4096 pictures on a sheet, got {self.count}")
        if not 0 <= self.steps <= 1000:
            raise ExperimentsError(f"expected 0 to 1000 steps of structure, got {self.steps}")


def evolving_sheet(recipe: CPPNRecipe, how: FirstBrood) -> tuple[Sheet, dict[str, Any]]:
    """(a sheet of networks that begin to evolve, what it says of itself)."""
    each = [stream(how.seed, number, "cppn evolve") for number in range(how.count)]
    recipes = [first_evolved(recipe, how.steps, rng) for rng in each]
    facts = {"kind": "cppn evolve", "seed": how.seed, "steps": how.steps}
    return sheet_of_evolved(recipes), facts


def sheet_of_evolved(recipes: Sequence[CPPNRecipe]) -> Sheet:
    """Recipes with their numbers and the sizes of their networks."""
    labels = [(str(number), said_of(recipe)) for number, recipe in enumerate(recipes)]
    return Sheet(CPPNs(list(recipes)), labels, columns_for(len(recipes)))


def said_of(recipe: CPPNRecipe) -> str:
    """The network of a recipe in a few words."""
    genes, config = genes_of(recipe), recipe.config
    if genes is None:
        return f"{config.width} x {config.depth} {'/'.join(config.activation)}"
    hidden = len(genes.nodes) - len(genes.outputs)
    return f"{hidden} nodes, {len(genes.links) - len(genes.off)} links"


def _check_pair(one: CPPNRecipe, other: CPPNRecipe) -> None:
    shapes = [{name: getattr(each.config, name) for name in _SHAPE} for each in (one, other)]
    apart = [name for name in _SHAPE if shapes[0][name] != shapes[1][name]]
    if one.config.graph != other.config.graph:
        raise ExperimentsError("expected two networks with layers or two that evolve, got one of each to cross")
    if apart:
        words = ", ".join(f"{name} {shapes[0][name]} and {shapes[1][name]}" for name in apart)
        raise ExperimentsError(f"expected networks of one shape to cross, got {words}")
