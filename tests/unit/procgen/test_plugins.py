"""Compositions of third parties: found, checked, named, and never in the way."""

import importlib.util
import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from procgen import (
    COMPOSITIONS,
    ProcgenError,
    Recipe,
    Space,
    check_composition,
    list_plugins,
    plugins,
    render,
    render_strips,
)
from procgen.compositions import BUILT_IN, Composition
from procgen.shards import _space
from tests.support.plugins import EXAMPLE, install

ROSETTES = (EXAMPLE / "synchromy_rosettes.py").read_text()
BROKEN = {
    "missing": ("lost:Nothing", "", "importing it fails: ModuleNotFoundError"),
    "absent": ("{}:Absent", "", "importing it fails: AttributeError"),
    "raises": ("{}:Kind", "1 / 0", "importing it fails: ZeroDivisionError: division by zero"),
    "leaves": ("{}:Kind", "raise SystemExit(3)", "importing it fails: SystemExit: 3"),
    "number": ("{}:Kind", "Kind = 7", "it is 7, not a subclass of procgen.Composition"),
    "stranger": ("{}:Kind", "class Kind: pass", "not a subclass of procgen.Composition"),
    "Loud": ("{}:Rosettes", ROSETTES, "its name is not of small letters"),
    "bars": ("{}:Rosettes", ROSETTES, "a built-in composition has its name"),
    "blank": ("{}:Composition", "from procgen import Composition", "it has no draw"),
    "loose": (
        "{}:Kind",
        "from procgen.compositions.bars import Bars\nclass Kind(Bars):\n  extra: int = 3\n"
        "import dataclasses; Kind = dataclasses.dataclass(frozen=True)(Kind)",
        "its field extra has no domain",
    ),
    "words": ("{}:Rosettes", ROSETTES.replace("Integer(5, 10)", "'five to ten'"), "its field petals has no domain"),
    "upside": (
        "{}:Rosettes",
        ROSETTES.replace("Integer(5, 10)", "Integer(10, 5)"),
        "cannot be drawn from their domains",
    ),
    "soft": ("{}:Rosettes", ROSETTES.replace("@dataclass(frozen=True)", ""), "not a frozen dataclass"),
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder whose distributions are installed while the test runs."""

    def forget():
        plugins._offered.cache_clear()
        plugins.plugin.cache_clear()
        _space.cache_clear()

    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))
    forget()
    yield tmp_path
    forget()
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(tmp_path) in sys.modules[name].__file__:
            del sys.modules[name]


def test_a_plugin_draws_and_is_named(place):
    install(place, "rose", {"rosettes": "rose:Rosettes"}, ROSETTES)
    assert list(COMPOSITIONS) == [*BUILT_IN, "rosettes"]
    assert len(COMPOSITIONS) == len(BUILT_IN) + 1
    assert "rosettes" in COMPOSITIONS
    assert COMPOSITIONS.origin("bars") == ""
    space = Space(compositions={"waves": 1, "rosettes": 3})
    assert space.plugins == {"rosettes": "rose 1.0"}
    recipe = next(r for r in (space.sample(1, k) for k in range(20)) if r.composition == "rosettes")
    assert json.loads(recipe.to_json())["plugin"] == "rose 1.0"
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert np.ptp(render(recipe, 32)) > 0.1
    assert Space.from_toml(space.to_toml()).digest == space.digest


def test_what_is_installed_changes_no_world(place):
    default = Space().digest, Space().sample(3, 4).to_json()
    install(place, "rose", {"rosettes": "rose:Rosettes"}, ROSETTES)
    plugins._offered.cache_clear()
    assert "rosettes" in COMPOSITIONS
    assert (Space().digest, Space().sample(3, 4).to_json()) == default
    assert "plugin" not in json.loads(default[1])


def test_other_code_is_another_world_and_draws_no_recipe(place):
    install(place / "one", "rose", {"rosettes": "rose:Rosettes"}, ROSETTES)
    sys.path.insert(0, str(place / "one"))
    try:
        old = Space(compositions=["rosettes"])
        text = old.sample(0, 0).to_json()
    finally:
        sys.path.remove(str(place / "one"))
    plugins._offered.cache_clear()
    plugins.plugin.cache_clear()
    with pytest.raises(ProcgenError, match=r"'rosettes' is drawn by the plug-in rose 1\.0: install it"):
        Recipe.from_json(text)
    install(place, "rose", {"rosettes": "rose:Rosettes"}, ROSETTES, version="1.1")
    plugins._offered.cache_clear()
    assert Space(compositions=["rosettes"]).digest != old.digest
    with pytest.raises(ProcgenError, match=r"was drawn by rose 1\.0, here by rose 1\.1"):
        Recipe.from_json(text)
    with pytest.raises(ProcgenError, match="install the same versions"):
        _space(old.to_toml(), old.digest)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_a_sentence_and_nothing_else(place, name):
    value, source, said = BROKEN[name]
    module = f"broken_{name.lower()}"
    install(place, module, {name: value.format(module)}, source)
    (found,) = list_plugins()
    assert found.name == name
    assert found.origin == f"{module} 1.0"
    assert said in found.problem
    assert all(issubclass(kind, Composition) for kind in COMPOSITIONS.values())
    assert COMPOSITIONS["bars"] is BUILT_IN["bars"]
    Space().sample(0, 0)
    if name in BUILT_IN:
        return
    uses = [
        lambda: Space(compositions=[name]),
        lambda: COMPOSITIONS[name].sample(np.random.default_rng(0)),
        lambda: COMPOSITIONS[name].from_dict({}),
        lambda: Recipe.from_json(json.dumps({**json.loads(Space().sample(0, 0).to_json()), "composition": name})),
    ]
    for use in uses:
        with pytest.raises(ProcgenError, match=f"^The composition '{name}' of {module} 1.0 cannot be used"):
            use()


def test_two_plugins_of_one_name_are_both_refused(place):
    install(place, "rose", {"rosettes": "rose:Rosettes"}, ROSETTES)
    install(place, "thorn", {"rosettes": "thorn:Rosettes"}, ROSETTES)
    with pytest.raises(ProcgenError, match=r"of rose 1\.0 and thorn 1\.0 cannot be used \(more than one plug-in has"):
        Space(compositions=["rosettes"])


def test_a_plugin_that_fails_to_draw_is_a_sentence(place):
    install(place, "rose", {"rosettes": "rose:Rosettes"}, ROSETTES.replace("start = rng", "1 / 0; start = rng"))
    recipe = Space(compositions=["rosettes"]).sample(0, 0)
    for use in (lambda: render(recipe, 16), lambda: next(render_strips(recipe, 16))):
        with pytest.raises(ProcgenError, match=r"'rosettes' of rose 1\.0 fails to draw \(ZeroDivisionError: division"):
            use()


def test_what_no_plugin_offers_fails_as_it_is(place):
    drawing = example(("start = rng", "1 / 0; start = rng")).Rosettes.sample(np.random.default_rng(0))
    with pytest.raises(ZeroDivisionError):
        render(replace(Space().sample(0, 0), drawing=drawing), 16)


def test_a_composition_that_is_not_installed_has_no_name():
    recipe = replace(Space().sample(0, 0), drawing=example().Rosettes.sample(np.random.default_rng(0)))
    assert render(recipe, 16).shape == (16, 16, 3)
    with pytest.raises(ProcgenError, match="Rosettes is no composition of COMPOSITIONS"):
        recipe.to_json()


def example(change: tuple[str, str] = ("", "")):
    """The example's module, with some of its text changed."""
    assert change[0] in ROSETTES
    source = ROSETTES.replace(*change) if change[0] else ROSETTES
    spec = importlib.util.spec_from_loader("changed_rosettes", loader=None)
    module = importlib.util.module_from_spec(spec)
    sys.modules["changed_rosettes"] = module
    exec(compile(source, "changed_rosettes", "exec"), module.__dict__)
    return module


def test_the_example_obeys_the_laws():
    assert check_composition(example().Rosettes) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("rng.random()\n", "np.random.default_rng().random()\n", "the same bytes"),
        ("canvas.x * canvas.x", "canvas.x / canvas.x.max() * canvas.x", "A window must be"),
        ("canvas.time * (1 - 2 * ring)", "canvas.time * 0.3", "without a jump"),
        ("canvas.time", "0.0", "one stood still"),
        ("inside += np.float32(0.5)", "inside = np.float32(10) * inside", "64 pixels must be 256 seen"),
        ("order[: self.colours]", "order[:2]", "colours changes nothing"),
        ("STEPS + 0.5)", "STEPS * 0)", "one flat tone"),
        ("order = 1", "palette.linear[-1] = 0; order = 1", "must not change"),
        ("palette.linear[:1]", "palette.linear[:1] * 2", "between 0 and 1"),
        ("palette.linear[:1]", "palette.linear[:1, :4]", "."),
        ("colours[1:, None] - colours[:-1, None]", "colours[1:, None] ** 2 - colours[:-1, None]", "by shares alone"),
        ("count = np.zeros", "raise KeyError('x'); count = np.zeros", "cannot be drawn (KeyError: 'x')"),
        ("@dataclass(frozen=True)", "", "It is not a frozen dataclass."),
    ],
)
def test_a_broken_law_is_found(before, after, said):
    found = check_composition(example((before, after)).Rosettes)
    assert any(said in sentence for sentence in found), found
