"""CPPNs as recipes, colours, files and sheets."""

import json
import os
import subprocess
import sys
import tracemalloc
from dataclasses import replace

import keras
import numpy as np
import pytest
from PIL import Image

import models
import mosaics
from experiments import CPPNRecipe, ExperimentsError, picture_of, strips_of, weights_of
from experiments.cli.cppn.grid import sides_of
from experiments.cppn.asking import PARAMETERS, changed, find_cppn
from experiments.cppn.colouring import COLOURINGS, Look, coloured, evened, spread_of
from experiments.cppn.drawing import plan_cppn, save_cppn, warning_of
from experiments.cppn.recipe import COLOURS
from experiments.cppn.sheets import grid_of, read_axis
from experiments.rebuilding import rebuild
from experiments.sheets import save_sheet
from experiments.sizes import read_size
from models import CPPNConfig, ModelsError
from procgen import ProcgenError
from procgen.color import linear_from_srgb, oklab_from_linear, srgb_from_hex

SMALL = CPPNConfig(8, 4, latent=2)
WARM = "#20242c,#c8402f,#f4efe6"
RECIPES = {
    "plain": CPPNRecipe(SMALL, 3),
    "placed": CPPNRecipe(SMALL, 3, (0.25, -1.5)),
    "grey": CPPNRecipe(CPPNConfig(channels=1), 1, colour="grey"),
    "oklch": CPPNRecipe(SMALL, 4, colour="oklch", hues=(20.0, 140.0)),
    "palette": CPPNRecipe(SMALL, 4, colour="palette", palette=tuple(WARM.split(","))),
    "varied": CPPNRecipe(
        SMALL, 3, origin={"line": [{"of": CPPNRecipe(SMALL, 1).to_json()}, {"vary": 0, "seed": 2, "amount": 0.2}]}
    ),
    "crossed": CPPNRecipe(
        SMALL,
        3,
        origin={"line": [*({"of": CPPNRecipe(SMALL, s).to_json()} for s in (1, 2)), {"cross": [0, 1], "seed": 2}]},
    ),
}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_is_itself_again_and_draws_the_same(name):
    recipe = RECIPES[name]
    again = CPPNRecipe.from_json(json.loads(json.dumps(recipe.to_json())))
    assert again == recipe
    assert np.array_equal(picture_of(again, (20, 12)), picture_of(recipe, (20, 12)))


@pytest.mark.parametrize("name", RECIPES)
def test_a_file_carries_what_draws_it_again_byte_for_byte(name, tmp_path):
    path, again = tmp_path / "a.png", tmp_path / "b.png"
    save_cppn(RECIPES[name], path, read_size("30x20"))
    assert find_cppn(str(path)) == RECIPES[name]
    rebuild(path, again, report=lambda *_: None)
    assert path.read_bytes() == again.read_bytes()
    assert mosaics.read_provenance(path)["source_type"] == "algorithmicMedia"


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("bits", [8, 16])
def test_strips_are_the_picture_in_any_depth(name, bits):
    whole = picture_of(RECIPES[name], (33, 17), bits=bits)
    assert whole.shape == (17, 33, 3)
    assert whole.dtype == (np.uint8 if bits == 8 else np.uint16)
    assert np.array_equal(whole, np.concatenate(list(strips_of(RECIPES[name], (33, 17), bits=bits))))
    shallow = picture_of(RECIPES[name], (33, 17)).astype(int)
    assert np.abs(whole.astype(int) // (1 if bits == 8 else 257) - shallow).max() <= 1


def test_rgb_is_what_the_network_says():
    recipe = CPPNRecipe(models.CPPNS["silk"], 2)
    said = models.cppn_picture(recipe.config, weights_of(recipe), (40, 30), recipe.z)
    assert np.abs(picture_of(recipe, (40, 30)) / 255 - said).max() <= 0.5 / 255 + 1e-6


def test_one_output_is_grey():
    picture = picture_of(CPPNRecipe(models.CPPNS["steel"], 2), (16, 16))
    assert np.array_equal(picture[..., 0], picture[..., 1])
    assert np.array_equal(picture[..., 0], picture[..., 2])
    assert np.ptp(picture) > 50


@pytest.mark.parametrize("channels", [1, 3])
def test_a_palette_gives_its_own_colours_and_what_lies_between(channels):
    """Every colour lies within the box of the palette in OKLab, and with one output both ends are met."""
    look = Look("palette", np.full(channels, 5.0), tuple(WARM.split(",")))
    values = np.random.default_rng(0).random((64, 64, channels), np.float32) ** 4
    values[0, :, 0], values[1, :, 0] = 0, 1
    lab = oklab_from_linear(linear_from_srgb(coloured(values, look) / 255))
    ends = oklab_from_linear(linear_from_srgb(np.stack([srgb_from_hex(each) for each in look.palette])))
    assert np.all(lab >= ends.min(axis=0) - 0.01)
    assert np.all(lab <= ends.max(axis=0) + 0.01)
    if channels == 1:
        assert lab[0] == pytest.approx(np.tile(ends[0], (64, 1)), abs=0.01)
        assert lab[1] == pytest.approx(np.tile(ends[-1], (64, 1)), abs=0.01)


def test_hues_stay_between_those_that_are_asked_for():
    values = np.random.default_rng(0).random((64, 64, 3), np.float32)
    lab = oklab_from_linear(linear_from_srgb(coloured(values, Look("oklch", np.ones(3), (), (20.0, 140.0))) / 255))
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))[np.hypot(lab[..., 1], lab[..., 2]) > 0.05]
    assert hue.min() > 15
    assert hue.max() < 145


def test_values_are_evened_as_their_spread_says():
    sums = np.random.default_rng(0).normal(0, 5, 20_000).astype(np.float32)
    even = evened(1 / (1 + np.exp(-sums)), np.array([5.0]))
    assert np.histogram(even, 10, (0, 1))[0] == pytest.approx(np.full(10, 2000), rel=0.15)
    assert spread_of(np.full((25, 1), 1.0), np.zeros(1)) == pytest.approx([5])
    assert np.isfinite(evened(np.array([0, 1], np.float32), np.array([5.0]))).all()


def test_every_colour_has_a_way():
    assert tuple(COLOURINGS) == COLOURS


def test_what_is_changed_is_changed_and_nothing_else():
    recipe = find_cppn("silk", {"width": 12, "activation": "tanh,sin+gauss", "seed": 4, "symmetry": "both"})
    assert (recipe.config.width, recipe.config.depth, recipe.seed) == (12, 9, 4)
    assert recipe.config.activation == ("tanh", "sin+gauss")
    assert find_cppn("steel", {"z": "0.5,-1"}).latent == (0.5, -1.0)
    assert find_cppn("steel", {"palette": WARM}).colour == "palette"
    assert changed(RECIPES["palette"], {"colour": "rgb"}).palette == ()
    assert changed(RECIPES["placed"], {"z2": "3"}).latent == (0.25, 3.0)
    assert changed(RECIPES["placed"], {"seed": 9}).latent is None


def test_every_parameter_of_a_network_can_be_asked_for():
    assert {*PARAMETERS} >= {*CPPNConfig.__dataclass_fields__} - {"graph"} | {"seed", "z", "colour", "palette", "hues"}


def test_the_command_line_offers_them_all():
    from experiments.cli.cppn.settings import _SETTINGS

    assert {*_SETTINGS} == {*PARAMETERS}


@pytest.mark.parametrize(
    ("what", "changes", "words"),
    [
        ("silky", {}, "expected a preset of silk"),
        ("silk", {"width": 0}, "width from 1"),
        ("silk", {"width": "many"}, "expected width as a number"),
        ("silk", {"activation": "swish"}, "expected activations of tanh"),
        ("silk", {"z": "1,2"}, "latent of 0 numbers, got 1, 2; --latent"),
        ("steel", {"z": "1,nan"}, "latent of 2 numbers"),
        ("steel", {"z7": 1.0}, "latent of 7 numbers or more for z7, got 2"),
        ("silk", {"colour": "cmyk"}, "colour of rgb"),
        ("silk", {"colour": "palette"}, "two colours or more"),
        ("silk", {"palette": "#123456"}, "two colours or more, got #123456"),
        ("silk", {"low": "0", "high": "1e300"}, r"within 1e\+30 of 0, got 0 to 1e\+300"),
        ("silk", {"activation": "sin/tanh+"}, r"got 'tanh\+'; join several by \+"),
        ("silk", {"palette": "#12345z,#123456"}, "'#rrggbb'"),
        ("silk", {"hues": "20"}, "hues as 20,140"),
        ("silk", {"hues": "20,inf"}, "hues in degrees"),
        ("silk", {"seed": -1}, "seed of 0 or more"),
        ("silk", {"spin": 1}, "expected a parameter of width"),
    ],
)
def test_what_cannot_be_is_one_sentence(what, changes, words):
    with pytest.raises((ExperimentsError, ModelsError, ProcgenError), match=words):
        find_cppn(what, changes)


def test_two_outputs_are_no_colours_and_a_bred_picture_keeps_its_shape(tmp_path):
    with pytest.raises(ExperimentsError, match="remap"):
        picture_of(find_cppn("warp"), (8, 8))
    with pytest.raises(ExperimentsError, match="was bred, evolved or fitted: its width cannot"):
        changed(RECIPES["varied"], {"width": 9})
    with pytest.raises(ExperimentsError, match="origin of line, genes"):
        weights_of(CPPNRecipe(SMALL, origin={"found": 1}))
    with pytest.raises(ExperimentsError, match="expected the recipe of a CPPN"):
        CPPNRecipe.from_json({"config": {"breadth": 3}})
    with pytest.raises(ExperimentsError, match="8 or 16 bits"):
        save_cppn(RECIPES["plain"], tmp_path / "a.png", read_size("8"), bits=12)
    with pytest.raises(ModelsError, match="stay numbers"):
        picture_of(find_cppn("silk", {"activation": "relu", "depth": 200, "width": 64}), (8, 8))


@pytest.mark.parametrize("size", ["0", "1000000", "0x5", "3.5", "big"])
def test_sizes_that_cannot_be(size):
    with pytest.raises((ExperimentsError, ProcgenError), match=r"size|whole pixels"):
        read_size(size)


def test_chaos_is_told_and_calm_is_not():
    assert warning_of(find_cppn("silk")) is None
    assert "only on the same machine" in warning_of(find_cppn("silk", {"activation": "tan"}))


@pytest.mark.slow
def test_the_other_backend_draws_the_same(tmp_path):
    """Calm networks to .002; of chaotic ones only how their pixels are spread."""
    other = {"tensorflow": "jax", "jax": "tensorflow"}[keras.backend.backend()]
    settings = [("silk", {}), ("steel", {}), ("ha", {}), ("silk-z", {"width": 25}), ("silk", {"activation": "tan"})]
    program = (
        "import json, sys, numpy as np, models\nfrom experiments.cppn.asking import find_cppn\n"
        "from experiments import weights_of\n"
        "for number, (name, changes) in enumerate(json.loads(sys.argv[1])):\n"
        "    recipe = find_cppn(name, changes)\n"
        "    shown = models.cppn_picture(recipe.config, weights_of(recipe), (96, 96), recipe.z)\n"
        "    np.save(f'{sys.argv[2]}/{number}.npy', shown)\n"
    )
    environment = {**os.environ, "KERAS_BACKEND": other}
    words = [sys.executable, "-c", program, json.dumps(settings), str(tmp_path)]
    subprocess.run(words, env=environment, check=True, capture_output=True)
    for number, (name, changes) in enumerate(settings):
        recipe, theirs = find_cppn(name, changes), np.load(tmp_path / f"{number}.npy")
        ours = models.cppn_picture(recipe.config, weights_of(recipe), (96, 96), recipe.z)
        if warning_of(recipe) is None:
            assert ours == pytest.approx(theirs, abs=2e-3)
        assert ours.mean(axis=(0, 1)) == pytest.approx(theirs.mean(axis=(0, 1)), abs=0.02)
        assert ours.std(axis=(0, 1)) == pytest.approx(theirs.std(axis=(0, 1)), abs=0.02)


def test_an_estimate_is_near(tmp_path):
    recipe = find_cppn("silk", {"seed": 1})
    plan = plan_cppn(recipe, tmp_path / "a.png", read_size("700x500"))
    save_cppn(recipe, tmp_path / "a.png", read_size("700x500"))
    assert 0.4 < plan["bytes"] / (tmp_path / "a.png").stat().st_size < 2.5


def test_memory_does_not_grow_with_the_picture():
    """As far as numpy tells: some strips of a picture of 64 million pixels."""
    recipe = find_cppn("silk", {"width": 4, "depth": 3})
    next(strips_of(recipe, (8192, 64)))
    tracemalloc.start()
    strips = strips_of(recipe, (8192, 8192))
    rows = sum(len(next(strips)) for _ in range(3))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows >= 3 * 32
    assert peak < 200e6


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("width=5,10", (5, 10)),
        ("seed=2:5", (2, 3, 4, 5)),
        ("seed=5:2", (5, 4, 3, 2)),
        ("width=10:100:4", (10, 40, 70, 100)),
        ("z1=-1:1:3", (-1.0, 0.0, 1.0)),
        ("activation=sin,tanh/sin", (("sin",), ("tanh", "sin"))),
        ("hues=0/20,30/60", ((0.0, 20.0), (30.0, 60.0))),
        ("symmetry=none,both", ("none", "both")),
    ],
)
def test_sides_of_a_grid(text, values):
    assert read_axis(text).values == values


@pytest.mark.parametrize("text", ["width", "width=", "activation=sin:tanh", "z1=0:1:0", "spin=1,2", "z1=0:1:2:3"])
def test_sides_that_are_none(text):
    with pytest.raises(ExperimentsError, match="expected"):
        read_axis(text)


def test_a_grid_is_its_cells(tmp_path):
    base = find_cppn("steel", {"width": 6, "depth": 3})
    sheet = grid_of(base, read_axis("z1=0:1:2"), read_axis("seed=3:5"))
    save_sheet(sheet, tmp_path / "a.png", cell=40, facts={"kind": "cppn grid"})
    cell = find_cppn(f"{tmp_path / 'a.png'}:4")
    assert (cell.seed, cell.latent[0]) == (4, 1.0)
    page = np.asarray(Image.open(tmp_path / "a.png"))
    picture = picture_of(cell, (40, 40))
    places = [(y, x) for y in range(page.shape[0] - 40) for x in range(page.shape[1] - 40) if page[y, x, 0] < 240]
    assert any(np.array_equal(page[y : y + 40, x : x + 40], picture) for y, x in places)
    with pytest.raises(ExperimentsError, match="one picture, got the sheet"):
        find_cppn(str(tmp_path / "a.png"))
    with pytest.raises(ExperimentsError, match="from 0 to 5, got 9"):
        find_cppn(f"{tmp_path / 'a.png'}:9")


@pytest.mark.parametrize(
    ("said", "sides"),
    [
        ((None, None), ("depth", "width")),
        (("width=3,4", None), ("width", "depth")),
        ((None, "depth=3,4"), ("width", "depth")),
        (("seed=0:2", None), ("seed", "width")),
        ((None, "seed=0:2"), ("depth", "seed")),
    ],
)
def test_a_side_that_nobody_says_is_not_the_other_one(said, sides):
    assert tuple(read_axis(side).name for side in sides_of(*said)) == sides


def test_what_was_bred_or_fitted_is_laid_out_by_what_can_change_in_it():
    recipe = replace(find_cppn("silk"), origin={"line": [{"of": find_cppn("silk").to_json()}]})
    rows, columns = map(read_axis, sides_of(None, None, fixed=True))
    assert len(grid_of(recipe, rows, columns).drawer) == len(rows.values) * len(columns.values)


def test_grids_that_cannot_be():
    base = find_cppn("silk")
    with pytest.raises(ExperimentsError, match="two parameters, got seed on both sides"):
        grid_of(base, read_axis("seed=1,2"), read_axis("seed=1,2"))
    with pytest.raises(ExperimentsError, match="up to 4096 pictures"):
        grid_of(base, read_axis("seed=0:99"), read_axis("width=1:99"))
