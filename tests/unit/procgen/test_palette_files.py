"""Colours from lists, files and pictures, and the roles they take."""

import struct

import numpy as np
import pytest
from coloraide import Color
from PIL import Image

from procgen import (
    COMPOSITIONS,
    ProcgenError,
    Space,
    hardly_seen,
    read_palette,
    recolour,
    render,
    render_uint8,
    svg,
    with_roles,
)
from procgen.color import delta_e_ok, linear_from_srgb, oklab_from_linear, srgb_from_hex

PAPER_INK_RED = ["#f4efe6", "#20242c", "#c8402f"]


def lab(colours):
    return oklab_from_linear(linear_from_srgb(np.stack([srgb_from_hex(colour) for colour in colours])))


def swatch(model, *values, name="a colour"):
    letters = (name + "\0").encode("utf-16-be")
    body = struct.pack(">H", len(name) + 1) + letters + model + struct.pack(f">{len(values)}fH", *values, 2)
    return struct.pack(">HI", 1, len(body)) + body


def ase(*swatches):
    group = struct.pack(">HI", 0xC001, 6) + struct.pack(">H", 2) + "g\0".encode("utf-16-be")
    blocks = [group, *swatches, struct.pack(">HI", 0xC002, 0)]
    return b"ASEF" + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


def test_a_list_says_its_roles():
    assert read_palette(" #F4EFE6, #20242c,#c8402f") == PAPER_INK_RED
    palette = with_roles(["#f4efe6", "#20242c", "#2f6ea8", "#c8402f"])
    assert (palette.ground, palette.figures, palette.accent) == ("#f4efe6", ("#20242c", "#2f6ea8"), "#c8402f")


def test_three_colours_are_enough_and_more_than_seven_are_made_fewer():
    assert with_roles(PAPER_INK_RED).colours == ("#f4efe6", "#20242c", "#c8402f", "#c8402f")
    ramp = [f"#{v:02x}{v:02x}{v:02x}" for v in range(0, 250, 10)]
    palette = with_roles([*ramp, "#ff0000"])
    assert len(palette.colours) == 7
    assert (palette.ground, palette.accent) == ("#000000", "#ff0000")
    assert set(palette.figures) <= set(ramp)


@pytest.mark.parametrize("colours", [["#000000"], ["#000000", "#ffffff"], ["red", "#000000", "#ffffff"], [1, 2, 3]])
def test_what_is_no_palette(colours):
    with pytest.raises(ProcgenError, match=r"3 or more|'#rrggbb'"):
        with_roles(colours)


def test_figures_that_hardly_stand_out_are_named_and_kept():
    palette = with_roles(["#808080", "#888888", "#ffffff", "#ff0000"])
    assert hardly_seen(palette) == ["#888888"]
    assert palette.figures[0] == "#888888"


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_every_composition_draws_with_the_fewest_colours(name):
    for index in range(4):
        recipe = recolour(Space(compositions=(name,)).sample(3, index), with_roles(PAPER_INK_RED))
        assert recipe.harmony == "given"
        assert render(recipe, 48).std() > 0.01
        if type(recipe.drawing).vectors is not COMPOSITIONS["marbling"].vectors:
            assert set(PAPER_INK_RED) & set(svg(recipe, 100).split('"'))


def test_gimp_palettes(tmp_path):
    path = tmp_path / "a.gpl"
    path.write_text("GIMP Palette\nName: paper\nColumns:3\n#\n244 239 230\tpaper\n 32 36 44 ink\n200 64 47\n")
    assert read_palette(path) == PAPER_INK_RED


def test_the_ground_of_a_file_can_be_told_from_its_figures(tmp_path):
    path = tmp_path / "a.gpl"
    path.write_text("GIMP Palette\n128 128 128\n136 136 136\n255 255 255\n120 60 60\n136 136 136\n")
    assert read_palette(path) == ["#ffffff", "#808080", "#888888", "#783c3c"]


def test_swatches_of_every_model(tmp_path):
    path = tmp_path / "a.ase"
    lab50 = (0.6, 40.0, -30.0)
    models = [(b"RGB ", (0.25, 0.5, 1.0)), (b"CMYK", (0.0, 0.5, 1.0, 0.2)), (b"Gray", (0.2,)), (b"LAB ", lab50)]
    path.write_bytes(ase(*(swatch(model, *values) for model, values in models)))
    expected = Color("lab", [60, 40, -30]).convert("srgb").to_string(hex=True)  # coloraide's lab is CIELAB of D50
    assert set(read_palette(path)) == {"#4080ff", "#cc6600", "#333333", expected}


def test_a_damaged_swatch_file_is_one_sentence(tmp_path):
    whole = ase(*(swatch(b"RGB ", v, v, v) for v in (0.0, 0.5, 1.0)))
    path = tmp_path / "a.ase"
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        if length < len(whole) - 6:
            with pytest.raises(ProcgenError):
                read_palette(path)
    for damaged in (swatch(b"XYZ ", 0.1, 0.1, 0.1), swatch(b"RGB ", float("nan"), 0.0, 0.0)):
        path.write_bytes(ase(damaged))
        with pytest.raises(ProcgenError, match="damaged"):
            read_palette(path)


def test_colours_of_a_picture_are_those_it_was_drawn_with(tmp_path):
    worst = []
    space = Space(compositions=("targets", "marbling", "planes", "bars"), contrasts=("hue", "light_dark"))
    for index in range(6):
        recipe = space.sample(2, index)
        Image.fromarray(render_uint8(recipe, 256)).save(tmp_path / "a.png")
        found = read_palette(tmp_path / "a.png")
        assert read_palette(tmp_path / "a.png") == found
        apart = delta_e_ok(lab(found)[:, None], lab(recipe.palette.colours)[None]).min(1)
        worst.append(apart.max())
    assert np.median(worst) < 0.03


def test_a_picture_of_one_colour_has_too_few(tmp_path):
    Image.new("RGB", (64, 64), "#336699").save(tmp_path / "a.png")
    with pytest.raises(ProcgenError, match="has 1 colour:"):
        read_palette(tmp_path / "a.png")
