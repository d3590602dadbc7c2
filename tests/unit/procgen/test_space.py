import copy
import pickle
import tomllib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procgen import COMPOSITIONS, CONTRASTS, KEYS, PURITIES, SCHEMES, ProcgenError, Space, load_space

TABLES = {
    "compositions": COMPOSITIONS,
    "harmonies": SCHEMES,
    "contrasts": CONTRASTS,
    "keys": KEYS,
    "purities": PURITIES,
}


def weights(table):
    return st.dictionaries(st.sampled_from(list(table)), st.floats(0.001, 1000), min_size=1)


names = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=9)
spaces = st.builds(Space, name=names, **{key: weights(table) for key, table in TABLES.items()})


@settings(deadline=None)
@given(spaces, st.integers(0, 2**31), st.integers(0, 2**31))
def test_toml_gives_the_same_space_back(space, seed, index):
    again = Space.from_toml(space.to_toml())
    assert again == space
    assert again.digest == space.digest
    assert again.sample(seed, index) == space.sample(seed, index)


@settings(deadline=None)
@given(spaces, st.integers(0, 2**31))
def test_only_what_is_in_a_space_is_drawn(space, index):
    recipe = space.sample(0, index)
    assert recipe.composition in space.compositions
    assert recipe.harmony in space.harmonies
    assert recipe.contrast in space.contrasts


def test_names_mean_equal_weights_and_order_means_nothing():
    one = Space(compositions=("targets", "bars"))
    assert one == Space(compositions={"bars": 1, "targets": 1.0, "waves": 0})
    assert one.compositions == {"bars": 1.0, "targets": 1.0}


def test_a_name_is_not_a_world():
    assert Space(name="a").digest == Space(name="b").digest
    assert Space(compositions=["bars"]).digest != Space(compositions=["waves"]).digest


def test_weights_are_kept_to():
    space = Space(compositions={"bars": 3, "waves": 1})
    share = sum(space.sample(1, index).composition == "bars" for index in range(600)) / 600
    assert share == pytest.approx(0.75, abs=0.06)


def test_a_space_travels_to_another_process():
    space = load_space("quick")
    assert pickle.loads(pickle.dumps(space)) == space == copy.deepcopy(space)
    assert hash(pickle.loads(pickle.dumps(space))) == hash(space)


@pytest.mark.parametrize("name", ["default", "quick"])
def test_shipped_spaces_load_under_their_name(name):
    assert load_space(name).name == name


def test_default_holds_everything():
    assert load_space("default") == Space(name="default")


def test_a_file_is_read(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(Space(name="mine", compositions=["waves"]).to_toml())
    assert load_space(path).compositions == {"waves": 1.0}
    assert load_space(str(path)).name == "mine"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[compositions]\nbar = 1", "did you mean bars"),
        ("[harmonies]\ntriads = 1", "did you mean triad"),
        ("[composition]\nbars = 1", "did you mean compositions"),
        ("[compositions]\nbars = -1", "0 or more"),
        ("[compositions]\nbars = nan", "0 or more"),
        ("[compositions]\nbars = true", "0 or more"),
        ('[compositions]\nbars = "much"', "0 or more"),
        ("[compositions]\nbars = 0", "positive weight"),
        ("compositions = []", "positive weight"),
        ("compositions = 3", "names"),
        ('compositions = "bars"', "names"),
        ("compositions = [1]", "unknown"),
        ("compositions = [[1]]", "unknown"),
        ("name = 4", "one line of text"),
        ('name = "a\\nb"', "one line of text"),
        ("name = ", "TOML"),
    ],
)
def test_what_is_wrong_with_a_space_is_said(text, said):
    with pytest.raises(ProcgenError, match=said):
        Space.from_toml(text)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.tuples(
            st.sampled_from(["name", "compositions", "harmonies", "contrasts", "seed", "compositions.bars"]),
            st.sampled_from(["=", " = [", " = {"]),
            st.text(st.sampled_from("bars wves123.-[]{}'\"=,\ntrue"), max_size=20),
        ).map("".join),
    )
)
def test_any_text_is_a_space_or_one_sentence(text):
    with suppress(ProcgenError):
        assert tomllib.loads(Space.from_toml(text).to_toml())


@pytest.mark.parametrize("path", ["defualt", "nowhere/space.toml", "."])
def test_a_space_that_is_not_there_is_said(path):
    with pytest.raises(ProcgenError, match=r"did you mean default|cannot be read|unknown"):
        load_space(path)


@pytest.mark.parametrize("key", [(-1, 0), (0, -1), (0.5, 0), (True, 0), ("7", 0), (None, 0)])
def test_a_seed_is_a_whole_number(key):
    with pytest.raises(ProcgenError, match="whole number"):
        Space().sample(*key)
