"""Networks of any topology: computed as by hand, grown without a ring, crossed along a common history."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import (
    CPPNConfig,
    Genes,
    ModelsError,
    build_cppn,
    cppn_picture,
    crossed_genes,
    first_genes,
    grown_genes,
    is_chaotic,
    mutated_genes,
)
from models.cppn_places import places

BY_HAND = {
    "tanh": np.tanh,
    "sin": np.sin,
    "gauss": lambda x: np.exp(-x * x),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "relu": lambda x: np.maximum(x, 0),
}


def config_of(genes: Genes, **changes) -> CPPNConfig:
    kinds = tuple(genes.nodes[name] for name in genes.order)
    what = {"inputs": ("x", "y", "r"), "low": -1.0, "channels": len(genes.outputs), **changes}
    return CPPNConfig(len(kinds), 1, kinds, graph=True, **what)


def grown(seed: int, steps: int, inputs=("x", "y", "r"), channels: int = 3) -> Genes:
    rng = np.random.default_rng(seed)
    return grown_genes(first_genes(inputs, channels, rng), steps, rng)


@pytest.mark.parametrize(("steps", "channels"), [(0, 1), (12, 3), (60, 3)])
def test_a_picture_is_what_its_nodes_say_one_after_another(steps, channels):
    genes = grown(steps, steps, channels=channels)
    config, ((kernel, bias),) = config_of(genes), genes.weights()
    size = (90, 70)
    told = list(places(config, size, range(70)).astype(float))
    for node, kind in enumerate(config.activation):
        told.append(
            BY_HAND[kind](sum(w * v for w, v in zip(kernel[: len(told), node], told, strict=True)) + bias[node])
        )
    wanted = np.stack(told[-channels:], -1).reshape(70, 90, channels)
    np.testing.assert_allclose(cppn_picture(config, genes.weights(), size), wanted, atol=2e-5)


def test_a_latent_is_one_more_input():
    genes = grown(3, 15, ("x", "y", "r", "z1", "z2"))
    config = config_of(genes, latent=2)
    z = np.array([0.3, -0.8], np.float32)
    fixed = Genes(
        ("x", "y", "r"),
        genes.nodes,
        {link: w for link, w in genes.links.items() if link[0] not in ("z1", "z2")},
        frozenset(link for link in genes.off if link[0] not in ("z1", "z2")),
    )
    ((kernel, _),), ((whole, bias),) = fixed.weights(), genes.weights()
    assert len(kernel) == len(whole) - 2
    moved = ((np.delete(whole, (3, 4), 0), bias + z @ whole[3:5]),)
    np.testing.assert_allclose(
        cppn_picture(config, genes.weights(), (40, 40), z), cppn_picture(config_of(fixed), moved, (40, 40)), atol=1e-6
    )
    assert not np.array_equal(
        cppn_picture(config, genes.weights(), (40, 40)), cppn_picture(config, genes.weights(), (40, 40), z)
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.integers(0, 80), amount=st.floats(0, 1))
def test_growth_keeps_genes_sound(seed, steps, amount):
    genes = grown(seed, steps)
    child = mutated_genes(genes, amount, np.random.default_rng(seed))
    for each in (genes, child):
        order = each.order
        place = {name: number for number, name in enumerate((*each.inputs, "1", *order))}
        assert all(place[one] < place[other] for one, other in each.links)
        assert order[-3:] == ("out0", "out1", "out2")
        assert Genes.from_json(each.to_json()) == each
        assert each.off <= each.links.keys()
    assert child.nodes.keys() >= genes.nodes.keys()
    assert mutated_genes(genes, 0.0, np.random.default_rng(seed)) == genes


def test_structure_grows_by_nodes_and_by_links():
    sizes = [(len(genes.nodes), len(genes.links)) for genes in (grown(1, steps) for steps in (0, 10, 40))]
    assert sizes[0] == (3, 12)
    assert sizes == sorted(sizes)
    assert sizes[2][0] > 10
    assert sizes[2][1] > 40


def test_the_same_step_makes_the_same_node_and_crossing_aligns_them():
    start = first_genes(("x", "y"), 1, np.random.default_rng(0))
    lines = [grown_genes(start, 12, np.random.default_rng(seed)) for seed in range(12)]
    shared = max(
        ((one, other) for one in lines for other in lines if one is not other),
        key=lambda pair: len(pair[0].nodes.keys() & pair[1].nodes.keys()),
    )
    assert len(shared[0].nodes.keys() & shared[1].nodes.keys()) > 1
    children = [crossed_genes(*shared, np.random.default_rng(seed)) for seed in range(20)]
    for child in children:
        assert child.links.keys() == shared[0].links.keys()
        for link, weight in child.links.items():
            assert weight in (shared[0].links[link], shared[1].links.get(link))
    both = shared[0].links.keys() & shared[1].links.keys()
    assert any(
        child.links[link] == shared[1].links[link] != shared[0].links[link] for child in children for link in both
    )


def test_a_graph_can_be_told_chaotic():
    genes = grown(1, 20)
    assert not is_chaotic(config_of(genes), genes.weights())


def test_what_cannot_be_is_one_sentence():
    genes = grown(1, 5)
    with pytest.raises(ModelsError, match="told the same"):
        crossed_genes(genes, grown(1, 5, ("x", "y")), np.random.default_rng(0))
    with pytest.raises(ModelsError, match="without a ring"):
        Genes(("x",), {"a": "sin", "b": "sin", "out0": "tanh"}, {("a", "b"): 1.0, ("b", "a"): 1.0}).weights()
    with pytest.raises(ModelsError, match="an activation for each of its nodes"):
        CPPNConfig(4, 1, ("tanh",), graph=True)
    with pytest.raises(ModelsError, match="got a graph"):
        build_cppn(config_of(genes), genes.weights())
    for made in ({}, {**genes.to_json(), "links": [["x", "nowhere", 1]]}, {**genes.to_json(), "links": [["x"]]}):
        with pytest.raises(ModelsError, match=r"expected (the )?genes"):
            Genes.from_json(made)
