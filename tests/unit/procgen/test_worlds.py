"""Worlds of any density: narrowed fields, rings of morphing fields, and drift over the index."""

import json
import subprocess
import sys
import tomllib
from collections import Counter
from hashlib import sha256

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procgen import COMPOSITIONS, ProcgenError, Space, load_space, render_uint8, shipped_spaces, space_schema
from procgen.domains import Choice, Integer

RING = {"compositions": ["morphing_fields"], "base_hue_deg": "position"}
DRIFT = {
    "keyframes": [
        {
            "index": 100,
            "compositions": {"bars": 3, "waves": 1},
            "base_hue_deg": [0, 20],
            "fields": {"bars": {"count": 6}},
        },
        {"index": 300, "compositions": ["waves"], "base_hue_deg": [200, 300]},
        {"index": 400, "compositions": {"bars": 1}, "fields": {"bars": {"count": [20, 30], "direction": "vertical"}}},
    ]
}


def ring(concentration):
    return Space(**RING, fields={"morphing_fields": {"position": {"anchors": 8, "concentration": concentration}}})


def narrowing(domain):
    """Values that a space may ask of a domain."""
    if isinstance(domain, Choice):
        return st.one_of(st.sampled_from(domain.options), st.lists(st.sampled_from(domain.options), min_size=1))
    number = st.integers if isinstance(domain, Integer) else st.floats
    value = number(domain.low, domain.high)
    return st.one_of(value, st.tuples(value, value).map(sorted).map(list))


@st.composite
def worlds(draw):
    """A space with some compositions, some narrowed fields, and perhaps keyframes."""
    names = draw(st.lists(st.sampled_from(list(COMPOSITIONS)), min_size=1, max_size=4, unique=True))

    def fields():
        kind = draw(st.sampled_from(names))
        some = draw(st.lists(st.sampled_from(list(COMPOSITIONS[kind].domains)), unique=True, max_size=3))
        return {kind: {name: draw(narrowing(COMPOSITIONS[kind].domains[name])) for name in some}}

    places = draw(st.lists(st.integers(0, 500), max_size=3, unique=True).map(sorted))
    frames = [
        {"index": place, "compositions": draw(st.permutations(names))[:2], "fields": fields()} for place in places
    ]
    return Space(compositions=names, fields=fields(), keyframes=frames, repeat=len(places) > 1 and draw(st.booleans()))


@settings(deadline=None, max_examples=25)
@given(worlds(), st.integers(0, 9), st.lists(st.integers(0, 2000), min_size=2, max_size=4, unique=True))
def test_a_picture_is_a_function_of_space_seed_and_index(space, seed, indices):
    again = Space.from_toml(space.to_toml())
    assert again == space
    assert again.digest == space.digest
    forwards = {index: render_uint8(space.sample(seed, index), 24).tobytes() for index in indices}
    backwards = {index: render_uint8(again.sample(seed, index), 24).tobytes() for index in reversed(indices)}
    assert forwards == backwards
    for index in indices:
        recipe, moment = space.sample(seed, index), space.at(index)
        assert recipe.composition in moment.tables["compositions"]
        assert recipe.mode in space.modes
        for name, domain in moment.fields.get(recipe.composition, {}).items():
            value = getattr(recipe.drawing, name)
            assert (
                value in domain.options
                if isinstance(domain, Choice)
                else domain.low - 1e-4 <= value <= domain.high + 1e-4
            )


def test_shipped_worlds_are_drawn_alike_in_another_process():
    script = (
        "from hashlib import sha256\nfrom procgen import load_space, shipped_spaces, render_uint8\n"
        "for name in reversed(list(shipped_spaces())):\n"
        "    pictures = [render_uint8(load_space(name).sample(3, i), 24).tobytes() for i in (5000, 3, 40)]\n"
        "    print(name, *(sha256(picture).hexdigest() for picture in pictures))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    there = {line.split()[0]: line.split()[1:] for line in told.splitlines()}
    for name in shipped_spaces():
        here = [sha256(render_uint8(load_space(name).sample(3, i), 24)).hexdigest() for i in (5000, 3, 40)]
        assert here == there[name]


def test_keyframes_change_shares_and_ranges_evenly():
    space = Space(**DRIFT)
    assert space.drift == (100, 400)
    early, middle, late = space.at(0), space.at(200), space.at(10**6)
    assert early.tables["compositions"] == {"bars": 3, "waves": 1}
    assert (early.hue.low, early.hue.high) == (0, 20)
    assert middle.tables["compositions"] == {"bars": pytest.approx(0.375), "waves": pytest.approx(0.625)}
    assert (middle.hue.low, middle.hue.high) == (100, 160)
    count = middle.fields["bars"]["count"]
    assert (count.low, count.high) == (6, 21), "half way from 6 alone to the whole domain, 6 to 36"
    assert late == space.at(400)
    assert late.fields["bars"]["direction"] == Choice("vertical")
    assert space.at(399).fields["bars"]["direction"] != Choice("vertical")


def test_a_world_that_repeats_comes_back():
    space = Space(**DRIFT, repeat=True)
    for index in (100, 230, 399):
        assert space.at(index) == space.at(index + 300) == space.at(index + 3000)


def test_a_mode_of_a_moment_is_a_mode():
    """A keyframe between two neighbours of its own: its mode is rare, but it is one of the world's."""
    frames = [{"index": k, "compositions": ["waves" if k == 10 else "bars"]} for k in (0, 9, 10, 11, 100_000)]
    space = Space(keyframes=frames)
    assert space.sample(0, 10).mode == "waves"
    assert space.names("mode") == space.names("composition") == ["bars", "waves"]
    assert space.modes["waves"] == pytest.approx(1e-5)


def test_a_drifting_world_follows_its_keyframes():
    space = load_space("drifting")
    early = Counter(space.sample(1, index).composition for index in range(200))
    late = Counter(space.sample(1, 8000 + index).composition for index in range(200))
    assert set(early) <= {"bars", "waves", "planes", "soft_fields", "gradient_mesh", "marbling"}
    assert early["bars"] > 60
    assert late["glass"] > 60
    assert late["bars"] < 12


@pytest.mark.parametrize("concentration", [0.0, 12.0, 400.0])
def test_the_modes_of_a_ring_are_equally_likely_at_any_concentration(concentration):
    space = ring(concentration)
    assert list(space.modes.values()) == pytest.approx([1 / 8] * 8, abs=1e-6)
    seen = Counter(space.sample(2, index).mode for index in range(800))
    assert set(seen) == set(space.modes)
    assert max(abs(seen[mode] / 800 - 1 / 8) for mode in seen) < 0.05


def test_concentration_is_the_distance_from_the_anchors():
    def strays(concentration):
        places = np.array([ring(concentration).sample(0, index).drawing.position for index in range(400)])
        return (places * 8 + 0.5) % 1 - 0.5

    assert np.std(strays(0.0)) == pytest.approx(1 / np.sqrt(12), rel=0.08)
    assert np.std(strays(400.0)) == pytest.approx(8 / (2 * np.pi * 20), rel=0.1)


@pytest.mark.parametrize(
    "space",
    [
        Space(compositions=["morphing_fields"], fields={"morphing_fields": {"position": [0.1, 0.5]}}),
        Space(compositions={"morphing_fields": 2, "bars": 1}),
        Space(**RING, fields={"morphing_fields": {"position": {"anchors": 3, "concentration": 30.0}}}),
        Space(**DRIFT),
    ],
)
def test_shares_of_modes_are_those_of_the_pictures(space):
    assert sum(space.modes.values()) == pytest.approx(1)
    places = np.linspace(*(space.drift or (0, 1499)), 1500).astype(int)
    seen = Counter(space.sample(k, int(index)).mode for k, index in enumerate(places))
    for mode, share in space.modes.items():
        assert seen[mode] / 1500 == pytest.approx(share, abs=0.05)


def test_hues_flow_round_the_ring():
    for index in range(20):
        recipe = ring(0.0).sample(3, index)
        assert recipe.base_hue_deg == pytest.approx(360 * recipe.drawing.position, abs=0.01)


def test_a_range_of_hues_may_pass_zero():
    hues = [Space(base_hue_deg=[340, 380]).sample(0, index).base_hue_deg for index in range(60)]
    assert all(hue >= 340 or hue <= 20 for hue in hues)
    assert min(hues) < 20 < 340 < max(hues)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"fields": 3}, "tables by composition"),
        ({"fields": {"bras": {}}}, "did you mean bars"),
        ({"fields": {"bars": 3}}, "table of names and values"),
        ({"fields": {"bars": {"cuont": 3}}}, "did you mean count"),
        ({"fields": {"bars": {"count": 99}}}, "from 6 to 36"),
        ({"fields": {"bars": {"count": [9, 7]}}}, "low end first"),
        ({"fields": {"bars": {"count": [9]}}}, r"\[low, high\]"),
        ({"fields": {"bars": {"direction": []}}}, "empty list"),
        ({"fields": {"bars": {"accents": {"anchors": 8, "concentration": 1}}}}, r"\[low, high\]"),
        ({"fields": {"morphing_fields": {"position": {"anchors": 0, "concentration": 1}}}}, "from 1 to 64"),
        ({"base_hue_deg": "red"}, "position"),
        ({"base_hue_deg": [0, 500]}, "at most a turn"),
        ({"base_hue_deg": "position"}, "has no position"),
        ({"keyframes": {}}, "list of tables"),
        ({"keyframes": [3]}, "with an index"),
        ({"keyframes": [{"index": -1}]}, "0 to"),
        ({"keyframes": [{"index": 3}, {"index": 3}]}, "come in order"),
        ({"keyframes": [{"index": 3, "name": "x"}]}, "Key of a keyframe"),
        ({"keyframes": [{"index": 3}], "repeat": True}, "two keyframes"),
        ({"repeat": 1}, "true or false"),
        ({"palettes": ["#ffffff"]}, "table of lists"),
        ({"palettes": {"a": "#ffffff"}}, "list of '#rrggbb'"),
    ],
)
def test_what_is_wrong_with_a_world_is_said(wrong, said):
    with pytest.raises(ProcgenError, match=said):
        Space(**wrong)


def test_palettes_of_one_s_own_are_used():
    colours = ["#f4efe2", "#1c3fb8", "#d8322a", "#f2b705", "#111014"]
    space = Space(palettes={"mine": colours})
    assert Space.from_toml(space.to_toml()) == space
    for index in range(5):
        recipe = space.sample(0, index)
        assert set(recipe.palette.colours) <= set(colours)
        assert recipe.harmony == "given"
    assert space.names("harmony") == ["given"]


def test_the_schema_accepts_what_ships_and_refuses_what_a_space_refuses():
    check = jsonschema.Draft202012Validator(json.loads(json.dumps(space_schema())))
    for text in shipped_spaces().values():
        check.validate(tomllib.loads(text))
    for wrong in ('compositions = ["bras"]', "[fields.bars]\ncount = 99", 'base_hue_deg = "red"', "colour = 3"):
        assert not check.is_valid(tomllib.loads(wrong))
        with pytest.raises(ProcgenError):
            Space.from_toml(wrong)
