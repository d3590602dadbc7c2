"""One picture from its name to its file: sizes on paper, depth, loops, shapes, cells and colours."""

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

import mosaics
from experiments import ExperimentsError
from experiments.pictures import Form, find_palette, find_recipe, plan_picture, read_made, render_picture
from experiments.sizes import Measure, read_size
from procgen import ProcgenError, Recipe, Space, load_space, render, render_uint8, svg

SOFT = Space(compositions=("soft_fields",)).sample(1, 0)
SHAPES = Space(compositions=("planes",)).sample(1, 0)


def form(width=48, height=None, **kwargs):
    return Form(Measure((width, height or width), kwargs.pop("dpi", None), (width, height or width)), **kwargs)


@pytest.mark.parametrize(
    ("text", "more", "size_px", "dpi"),
    [
        ("1024", {}, (1024, 1024), None),
        ("768x512", {}, (768, 512), None),
        ("768 × 512 px", {"dpi": 72}, (768, 512), 72),
        ("60x40cm", {}, (7087, 4724), 300),
        ("600x400mm", {}, (7087, 4724), 300),
        ("24x16in", {"dpi": 150}, (3600, 2400), 150),
        ("10cm", {"dpi": 254}, (1000, 1000), 254),
        ("60cm", {"aspect": "3:2"}, (7087, 4724), 300),
        ("60cm", {"aspect": "2:3"}, (4724, 7087), 300),
        ("1000", {"aspect": "1.6"}, (1000, 625), None),
        ("0.5in", {}, (150, 150), 300),
    ],
)
def test_sizes(text, more, size_px, dpi):
    measure = read_size(text, **more)
    assert (measure.size_px, measure.dpi) == (size_px, dpi)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("", {}),
        ("x", {}),
        ("60x40x20cm", {}),
        ("-60cm", {}),
        ("60x40furlong", {}),
        ("10.5", {}),
        ("7", {}),
        ("70000", {}),
        ("0cm", {}),
        ("60cm", {"dpi": 0}),
        ("60cm", {"dpi": float("inf")}),
        ("60cm", {"aspect": "3:2:1"}),
        ("60cm", {"aspect": "0:1"}),
        ("60cm", {"aspect": "0"}),
        ("60x40cm", {"aspect": "3:2"}),
    ],
)
def test_sizes_that_are_none(text, more):
    with pytest.raises((ExperimentsError, ProcgenError)):
        read_size(text, **more)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_a_file_holds_the_picture_of_the_library(tmp_path, name):
    render_picture(SOFT, tmp_path / name, form(64, 40), source={})
    with Image.open(tmp_path / name) as image:
        assert np.array_equal(np.asarray(image), render_uint8(SOFT, (64, 40)))


def test_sixteen_bits_have_the_levels_that_eight_lack(tmp_path):
    for bits in (8, 16):
        render_picture(SOFT, tmp_path / f"{bits}.tif", form(256, bits=bits), source={})
    coarse, fine = (tifffile.imread(tmp_path / f"{bits}.tif") for bits in (8, 16))
    levels = [max(len(np.unique(image[..., k])) for k in range(3)) for image in (coarse, fine)]
    assert levels[0] <= 256
    assert levels[1] > 8 * levels[0]
    assert np.abs(fine / 65535 - render(SOFT, 256)).max() < 2e-4


def test_the_file_remembers_all_that_is_needed_to_draw_it_again(tmp_path):
    render_picture(SOFT, tmp_path / "a.tif", form(dpi=240, bits=16, time=0.25), source={"space": "mine"})
    recipe, source = find_recipe(str(tmp_path / "a.tif"))
    assert (recipe, source) == (SOFT, {"space": "mine"})
    made = read_made(tmp_path / "a.tif")
    assert (made["dpi"], made["bits"], made["time"], made["size_px"]) == (240, 16, 0.25, [48, 48])


def test_a_loop_begins_with_the_still_of_its_time_and_closes(tmp_path):
    recipe = Space(compositions=("waves",)).sample(1, 2)
    render_picture(recipe, tmp_path / "a.png", form(time=0.5, seconds=1, fps=4), source={})
    assert read_made(tmp_path / "a.png")["frames"] == 4
    with Image.open(tmp_path / "a.png") as image:
        for number in range(4):
            image.seek(number)
            moment = (0.5 + number / 4) % 1
            assert np.array_equal(np.asarray(image.convert("RGB")), render_uint8(recipe, 48, time=moment))


def test_shapes_become_a_document_of_the_size_on_paper(tmp_path):
    measure = read_size("20x15cm")
    render_picture(SHAPES, tmp_path / "a.svg", Form(measure), source={"space": "mine"})
    text = (tmp_path / "a.svg").read_text()
    assert 'width="20cm" height="15cm"' in text
    assert text.count("<rect") == svg(SHAPES, (4, 3)).count("<rect")
    assert find_recipe(str(tmp_path / "a.svg")) == (SHAPES, {"space": "mine"})
    with pytest.raises(ProcgenError, match="PNG or a TIFF"):
        render_picture(SOFT, tmp_path / "b.svg", Form(measure), source={})


@pytest.mark.parametrize(("name", "more"), [("a.png", {"bits": 16}), ("a.webp", {"seconds": 1.0}), ("a.svg", {})])
def test_a_plan_comes_near_and_writes_nothing(tmp_path, name, more):
    wanted = form(400, 300, **more)
    plan = plan_picture(SHAPES, tmp_path / name, wanted, source={})
    assert list(tmp_path.iterdir()) == []
    render_picture(SHAPES, tmp_path / name, wanted, source={})
    assert plan["bytes"] == pytest.approx((tmp_path / name).stat().st_size, rel=1.0, abs=4000)
    assert plan["seconds"] < 60


def test_palettes_of_drawn_pictures_are_exact_and_lists_are_read(tmp_path):
    render_picture(SOFT, tmp_path / "a.png", form(), source={})
    assert find_palette(str(tmp_path / "a.png")) == SOFT.palette
    assert find_palette("#f4efe6,#20242c,#c8402f").ground == "#f4efe6"
    other = Space(compositions=("planes",)).sample(1, 3)
    Image.fromarray(render_uint8(other, 128)).save(tmp_path / "b.png")
    assert set(find_palette(str(tmp_path / "b.png")).colours) - set(SOFT.palette.colours)


def test_recipes_are_found_by_all_their_names(tmp_path):
    (tmp_path / "a.json").write_text(SOFT.to_json())
    assert find_recipe(str(tmp_path / "a.json"))[0] == SOFT
    recipe, source = find_recipe("quick:7", seed=3)
    assert (source["space"], source["seed"], source["index"]) == ("quick", 3, 7)
    assert isinstance(recipe, Recipe)
    mosaics.save_picture(np.zeros((8, 8, 3), np.uint8), tmp_path / "m.png", provenance={"kind": "mosaic"},
                         source_type="compositeSynthetic")  # fmt: skip
    with pytest.raises(ExperimentsError, match="got a mosaic"):
        find_recipe(str(tmp_path / "m.png"))


def test_progress_is_told_to_the_end(tmp_path):
    told = []
    render_picture(SOFT, Path(tmp_path / "a.png"), form(), source={}, report=lambda *each: told.append(each))
    assert told[-1] == ("drawing", 48, 48)
    json.dumps(told)


@pytest.mark.parametrize("act", [plan_picture, render_picture])
def test_a_loop_may_be_long_but_a_frame_that_memory_does_not_hold_is_refused_before_it_is_drawn(tmp_path, act):
    recipe = load_space("quick").sample(0, 1)
    with pytest.raises(ExperimentsError, match=r"up to 67,108,864 pixels.* got 8193 x 8192: choose a smaller"):
        act(recipe, tmp_path / "a.webp", form(8193, 8192, seconds=0.2), source={})
    plan_picture(recipe, tmp_path / "a.webp", form(48, seconds=600.0), source={})
    plan_picture(recipe, tmp_path / "a.gif", form(48, seconds=600.0), source={})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.webp", "a.gif", "a.png"])
def test_a_plan_of_a_loop_comes_near(tmp_path, name):
    plan = plan_picture(load_space("quick").sample(0, 1), tmp_path / name, form(160, seconds=2.0, fps=12), source={})
    render_picture(load_space("quick").sample(0, 1), tmp_path / name, form(160, seconds=2.0, fps=12), source={})
    assert plan["bytes"] == pytest.approx((tmp_path / name).stat().st_size, rel=0.4)
