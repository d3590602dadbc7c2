"""The genes of a network that evolves: nodes and links, as in NEAT (Stanley and Miikkulainen, "Evolving neural networks
through augmenting topologies", 2002), with activations as in CPPN-NEAT (Stanley 2007).

A node that splits a link is named after it. Equal names so are equal history, which is what NEAT's innovation numbers
tell: two lines of descent that make the same step make the same node, and crossing aligns genes without a registry.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .cppn import ACTIVATIONS, Weights
from .errors import ModelsError

BIAS, OUTPUT = "1", "out"
EVOLVED = ("tanh", "sin", "gauss", "sigmoid", "sin", "gauss", "relu")
"""What a new node may do; a name that comes twice is twice as likely."""

MOST_NODES = 120
_SPREAD = 2.0  # of weights, over coordinates from -1 to 1
_WAVES = 5.0  # of those that tell a new node: a sine then has an edge or two
_LINK, _NODE, _KIND = 0.3, 0.5, 0.2  # chances of each structural step
_STEPS = 6  # structural steps of a child at an amount of 1
_REPLACED = 0.1  # part of the weights, at an amount of 1, that are drawn anew
_TRIES = 20  # pairs of nodes that are looked at for a new link

Link = tuple[str, str]


@dataclass(frozen=True)
class Genes:
    """A network as evolution knows it.

    Attributes:
        inputs: names of what it is told, in the order of its kernel: x, y, r, z1, ...
        nodes: the activation of each node by its name; outputs are "out0", "out1", ...
        links: weight by (from, to); those from "1" are biases.
        off: links that a node has split, which tell nothing until a child has them again.
    """

    inputs: tuple[str, ...]
    nodes: Mapping[str, str]
    links: Mapping[Link, float]
    off: frozenset[Link] = frozenset()

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the outputs, in their order."""
        return tuple(sorted(name for name in self.nodes if name.startswith(OUTPUT)))

    @property
    def order(self) -> tuple[str, ...]:
        """The nodes, each after all that tell it, the outputs last; ModelsError if some tell each other in a ring."""
        waiting = {
            name: {one for one, other in self.links if other == name and one in self.nodes} for name in self.nodes
        }
        found: list[str] = []
        while waiting:
            ready = sorted(name for name, told in waiting.items() if not told & waiting.keys())
            if not ready:
                raise ModelsError("expected links without a ring, got nodes that tell each other")
            found += ready
            for name in ready:
                del waiting[name]
        outputs = self.outputs
        return (*(name for name in found if name not in outputs), *outputs)

    def weights(self) -> Weights:
        """One kernel (inputs + nodes, nodes) and one bias (nodes,), nodes in their `order`: those of a `graph`."""
        order = self.order
        row = {name: number for number, name in enumerate((*self.inputs, *order))}
        kernel, bias = np.zeros((len(row), len(order)), np.float32), np.zeros(len(order), np.float32)
        for (one, other), weight in self.links.items():
            if (one, other) in self.off:
                continue
            if one == BIAS:
                bias[row[other] - len(self.inputs)] = weight
            else:
                kernel[row[one], row[other] - len(self.inputs)] = weight
        return ((kernel, bias),)

    def to_json(self) -> dict[str, Any]:
        """The genes as JSON holds them; `from_json` gives them back exactly."""
        links = [[one, other, weight] for (one, other), weight in self.links.items()]
        return {"inputs": [*self.inputs], "nodes": dict(self.nodes), "links": links, "off": sorted(map(list, self.off))}

    @classmethod
    def from_json(cls, made: Mapping[str, Any]) -> "Genes":
        """The genes of `to_json`; ModelsError if they are none."""
        try:
            links = {(one, other): float(weight) for one, other, weight in made["links"]}
            genes = cls(tuple(made["inputs"]), dict(made["nodes"]), links, frozenset(map(tuple, made["off"])))
            known = {*genes.inputs, BIAS, *genes.nodes}
            sound = {end for link in links for end in link} <= known and {*genes.nodes.values()} <= {*ACTIVATIONS}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelsError(f"expected the genes of a network, got something else ({error})") from None
        if not sound or not np.isfinite([*links.values()]).all():
            raise ModelsError("expected genes whose links join their nodes by numbers, got others")
        return genes


def first_genes(inputs: Sequence[str], channels: int, rng: np.random.Generator) -> Genes:
    """The least network there is: every input linked to every output, no node between them."""
    nodes = {f"{OUTPUT}{number}": "sigmoid" for number in range(channels)}
    links = {(one, other): _weight(rng) for other in nodes for one in (*inputs, BIAS)}
    return Genes(tuple(inputs), nodes, links)


def grown_genes(genes: Genes, steps: int, rng: np.random.Generator) -> Genes:
    """Genes after some steps of structure: a new link, a node in a link, another activation."""
    for _ in range(steps):
        change = (_with_link, _with_node, _with_kind)[int(rng.choice(3, p=(_LINK, _NODE, _KIND)))]
        genes = change(genes, rng)
    return genes


def mutated_genes(genes: Genes, amount: float, rng: np.random.Generator) -> Genes:
    """A child: weights moved, a few drawn anew, and some steps of structure; amount 0..1, at 0 it is its parent."""
    links = {}
    for link, weight in genes.links.items():
        moved = weight + amount * _weight(rng)
        links[link] = _weight(rng) if rng.random() < _REPLACED * amount else moved
    return grown_genes(replace(genes, links=links), int(rng.binomial(_STEPS, amount)), rng) if amount else genes


def crossed_genes(one: Genes, other: Genes, rng: np.random.Generator) -> Genes:
    """A child with the structure of the first, where genes of both have the same history of either of them.

    Raises:
        ModelsError: they are told other things, or have other outputs.
    """
    if one.inputs != other.inputs or one.outputs != other.outputs:
        raise ModelsError(
            f"expected parents that are told the same and say as much, got {', '.join(one.inputs)} to "
            f"{len(one.outputs)} and {', '.join(other.inputs)} to {len(other.outputs)}"
        )
    links = {link: _either(weight, other.links.get(link), rng) for link, weight in one.links.items()}
    nodes = {name: _either(kind, other.nodes.get(name), rng) for name, kind in one.nodes.items()}
    return replace(one, links=links, nodes=nodes)


def _either(mine: Any, theirs: Any, rng: np.random.Generator) -> Any:
    return theirs if theirs is not None and rng.random() < 0.5 else mine


def _weight(rng: np.random.Generator, spread: float = _SPREAD) -> float:
    return round(float(rng.normal(0, spread)), 4)


def _with_link(genes: Genes, rng: np.random.Generator) -> Genes:
    """A link between two that had none, so that no ring arises; a split one may come back."""
    order = genes.order
    known, hidden = [*genes.inputs, BIAS, *order], len(order) - len(genes.outputs)
    first = len(genes.inputs) + 1
    for _ in range(_TRIES):
        two = first + int(rng.integers(len(order)))
        one = int(rng.integers(min(two, first + hidden)))
        link = (known[one], known[two])
        if link not in genes.links or link in genes.off:
            weights = {**genes.links, link: _weight(rng)}
            return replace(genes, links=weights, off=genes.off - {link})
    return genes


def _with_node(genes: Genes, rng: np.random.Generator) -> Genes:
    """A node in the middle of a link, which tells its end what the link did, and is told by one input more."""
    open_links = sorted(genes.links.keys() - genes.off - {link for link in genes.links if link[0] == BIAS})
    if not open_links or len(genes.nodes) >= MOST_NODES:
        return genes
    link = open_links[int(rng.integers(len(open_links)))]
    name = _name_of(link, genes.nodes)
    kind = EVOLVED[int(rng.integers(len(EVOLVED)))]
    # NEAT tells the new node with a weight of 1 and by one link, so that little changes; a person wants to see it.
    more = (*genes.inputs, BIAS)[int(rng.integers(len(genes.inputs) + 1))]
    told = {(one, name): _weight(rng, _WAVES if one in genes.inputs else _SPREAD) for one in (more, link[0])}
    links = {**genes.links, **told, (name, link[1]): genes.links[link]}
    return Genes(genes.inputs, {**genes.nodes, name: kind}, links, genes.off | {link})


def _name_of(link: Link, taken: Mapping[str, str]) -> str:
    again = 0
    while (name := f"n{zlib.crc32(f'{link[0]}>{link[1]}>{again}'.encode()):08x}") in taken:
        again += 1
    return name


def _with_kind(genes: Genes, rng: np.random.Generator) -> Genes:
    """Another activation of a node that is no output."""
    hidden = [name for name in genes.nodes if name not in genes.outputs]
    if not hidden:
        return genes
    name = hidden[int(rng.integers(len(hidden)))]
    return replace(genes, nodes={**genes.nodes, name: EVOLVED[int(rng.integers(len(EVOLVED)))]})
