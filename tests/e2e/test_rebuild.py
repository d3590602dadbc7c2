"""Every kind of picture is made again from what it says of itself, byte for byte; or it is said why not."""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from experiments.cli import console
from experiments.cli.app import app
from experiments.pictures import Form, find_recipe, read_made, render_picture
from experiments.rebuilding_kinds import KINDS
from experiments.sizes import Measure
from mosaics import save_picture
from mosaics.ffmpeg import find_ffmpeg

PALETTE = "#f4efe6,#20242c,#c8402f"
# For each picture: what draws it, in a folder with run, data, photos, target.png and disc.png.
STILLS = {
    "a.png": "render default:3 a.png --size 60x40",
    "deep.tif": "render default:3 deep.tif --size 6x4mm --bits 16 --dpi 200",
    "own.jpg": f"render default:7 own.jpg --size 64 --palette {PALETTE}",
    "moment.webp": "render default:7 moment.webp --size 64 --time 0.3",
    "shapes.svg": "render default:0 shapes.svg --size 60x40mm",
    "sheet.png": "preview sheet.png --count 5 --cell 32",
    "axis.png": f"preview axis.png --rows composition --count 2 --cell 32 --palette {PALETTE}",
    "grid.png": "preview grid.png --rows harmony --columns contrast --cell 32",
    "picked.png": "pick sheet.png 0 3 --count 5 --cell 32 --out picked.png",
}
LEARNED = {
    "samples.png": "sample run samples.png --count 5",
    "children.png": "pick samples.png 0 3 --count 5 --out children.png",
    "many/000002.png": "sample run many --count 3 --truncation 0.7",
    "one.png": "sample run one.png --latent 3 --seed 2 --checkpoint 20",
    "fixed.png": "sample run fixed.png --fixed 3",
    "walk.webp": "walk run walk.webp --through 0,2,5 --loop --seconds 0.5 --fps 8",
    "beat.gif": "walk run beat.gif --from samples.png:2 --to 4 --bpm 240 --beats 1 --fps 9",
    "figures/shares.png": "modes run --figures figures",
    "figures/shares.svg": "modes run --figures figures",
}
MOSAICS = {
    "plain.png": "mosaic data plain.png --count 20",
    "new.png": "mosaic run new.png --count 9 --steps all",
    "mixed.png": "mosaic data run photos mixed.png --count 12 --order random --seed 4",
    "print.tif": "mosaic data print.tif --count 9 --size 8x6mm --bleed 1mm --profile adobe-rgb --order similarity",
    "print.pdf": "mosaic data print.pdf --count 9 --size 1x1in --dpi 90 --layout voronoi --seed 3",
    "tall.tif": "mosaic data tall.tif --count 9 --pyramid --size 300x500 --layout mondrian",
    "strip.png": "mosaic run strip.png --layout filmstrip",
    "cloth.jpg": "mosaic run cloth.jpg --layout tapestry",
    "face.webp": "mosaic data face.webp --layout photomosaic --target target.png --cells 24 --blend 0.3 --size 90x60",
    "trees.png": "mosaic data trees.png --layout quadtree --target target.png --size 90x60 --count 30",
    "word.png": "mosaic data word.png --layout shape --text HI --size 90x60 --count 12",
    "cut.png": "mosaic data cut.png --layout shape --shape disc.png --size 90x60 --count 12",
    "chosen.png": "mosaic data chosen.png --select base_hue_deg=330..90 --distinct --count 20",
    "lapse.webp": "mosaic run lapse.webp --seconds 1 --layout hexagons",
    "lapse.gif": "mosaic run lapse.gif --steps 0-20 --order similarity",
}
LOOPS = {
    "loop.gif": "render default:5 loop.gif --size 32 --seconds 0.11 --fps 50",
    "loop.webp": "render default:5 loop.webp --size 32 --seconds 0.5 --fps 10 --time 0.2",
    "loop.png": "render default:5 loop.png --size 32 --seconds 0.5 --fps 10",
}
FILMS = {
    "film.mp4": "render default:5 film.mp4 --size 32 --seconds 0.5 --fps 10",
    "walk.mp4": "walk run walk.mp4 --from 1 --to 4 --seconds 0.5 --fps 8",
    "lapse.mp4": "mosaic run lapse.mp4 --seconds 1",
}
ALL = STILLS | LOOPS | LEARNED | MOSAICS | FILMS
NEEDS = {"picked.png": "sheet.png", "children.png": "samples.png", "beat.gif": "samples.png"}
QUICK = ("shapes.svg", "picked.png", "loop.gif", "one.png", "new.png", "face.webp", "lapse.gif")


@pytest.fixture
def call(monkeypatch, capfd, place):
    """Call the command in the folder: (exit code, standard output, standard error)."""
    monkeypatch.chdir(place)

    def run(words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["synchromy", *words.split()])
        code = console.run(app)
        return code, *capfd.readouterr()

    return run


@pytest.fixture(scope="module")
def place(tmp_path_factory, example) -> Path:
    """A folder with a run, a dataset, a folder of pictures and a target."""
    folder = tmp_path_factory.mktemp("place")
    shutil.copytree(example.run, folder / "run")
    shutil.copytree(example.data, folder / "data")
    (folder / "photos").mkdir()
    for number in range(4):
        shutil.copy(example.sheet, folder / "photos" / f"{number}.png")
    down, across = np.mgrid[-1:1:40j, -1:1:60j]
    disc = np.where(np.hypot(down, across)[..., None] < 0.9, 0, 255).repeat(3, axis=2).astype(np.uint8)
    save_picture(disc, folder / "disc.png", provenance={}, source_type="algorithmicMedia")
    recipe, source = find_recipe("default:0")
    render_picture(recipe, folder / "target.png", Form(Measure((60, 40))), source=source)
    return folder


def check_again(call, place: Path, names: Iterable[str]) -> None:
    for name in names:
        draw(call, place, name)
        out = place / f"again-{name.replace('/', '-')}"
        code, said, err = call(f"inspect {name} --rebuild {out} " + "--source run" * name.startswith("figures"))
        assert code == 0, (name, err)
        assert "the same bytes" in said
        assert out.read_bytes() == (place / name).read_bytes(), name


def draw(call, place: Path, name: str) -> None:
    if name in NEEDS:
        draw(call, place, NEEDS[name])
    if not (place / name).exists():
        code, _, err = call(ALL[name])
        assert code == 0, (ALL[name], err)


def test_a_picture_is_made_again(call, place):
    check_again(call, place, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [STILLS, LOOPS, LEARNED, MOSAICS], ids=["stills", "loops", "learned", "mosaics"])
def test_every_picture_is_made_again(call, place, kinds):
    check_again(call, place, [name for name in kinds if name not in QUICK])


@pytest.mark.slow
def test_a_film_is_made_again(call, place):
    find_ffmpeg()
    check_again(call, place, FILMS)


@pytest.mark.slow
def test_every_kind_is_among_them(call, place):
    drawn = {*STILLS, *LOOPS, *LEARNED, *MOSAICS}
    for name in drawn:
        draw(call, place, name)
    kinds = {read_made(place / name)["kind"] for name in drawn}
    assert kinds == {kind for kind in KINDS if not kind.startswith("cppn")}  # whose own tests make them again


def test_the_sheet_of_a_run_is_made_again(call, place):
    code, _, err = call("inspect run/sheet.png --rebuild sheet-again.png")
    assert code == 0, err
    assert (place / "sheet-again.png").read_bytes() == (place / "run" / "sheet.png").read_bytes()


@pytest.mark.parametrize("name", ["one.png", "new.png", "lapse.gif"])
def test_a_run_that_has_moved_is_named(call, place, name):
    draw(call, place, name)
    moved = place / "moved"
    (place / "run").rename(moved)
    try:
        code, _, err = call(f"inspect {name} --rebuild away{Path(name).suffix}")
        assert code == 1
        assert "expected the" in err
        assert "--source" in err
        out = place / f"there-{Path(name).name}"
        for source in ("moved", "run=moved"):
            code, _, err = call(f"inspect {name} --rebuild {out} --source {source} --force")
            assert code == 0, err
        assert out.read_bytes() == (place / name).read_bytes()
    finally:
        moved.rename(place / "run")


MISTAKES = {  # name: (arguments, words of the sentence)
    "another ending": ("inspect plain.png --rebuild out.jpg", "expected a name that ends in .png"),
    "onto itself": ("inspect plain.png --rebuild plain.png --force", "expected another name than the picture's own"),
    "a file that is there": ("inspect plain.png --rebuild new.png", "expected a new file, but new.png exists"),
    "a picture of nobody": ("inspect nobody.png --rebuild out.png", "does not; give one that synchromy saved"),
    "an unknown kind": ("inspect kindless.png --rebuild out.png", "got kindless.png, a dance"),
    "a record with holes": ("inspect holes.png --rebuild out.png", "expected a preview that says all it was made of"),
    "tiles of a program": ("inspect arrays.png --rebuild out.png", "which a program made of pictures it held"),
    "a source that is not there": ("inspect plain.png --rebuild out.png --source nowhere", "in nowhere, got nothing"),
    "another dataset": ("inspect plain.png --rebuild out.png --source plain", "expected data as it was when plain.png"),
    "another target": ("inspect face.webp --rebuild out.webp --source target.png=a.png", "expected the target that"),
    "another run": ("inspect samples.png --rebuild out.png --source other", "expected a run folder"),
    "a dataset for a run": ("inspect new.png --rebuild out.png --source data", "expected run as it was when"),
    "no name in a folder": ("inspect data --rebuild out.png", "got the folder data"),
    "a source for nothing": ("inspect plain.png --source data", "expected --source and --force with --rebuild alone"),
    "an edited picture": ("inspect edited.png --rebuild out.png", "not with the same bytes"),
    "a film of strips": ("mosaic run out.gif --layout filmstrip", "expected a layout that shows one moment"),
    "a film of a dataset": ("mosaic data out.gif", "expected one run for a film"),
    "a film of a moment": ("mosaic run out.gif --steps 40", "expected two snapshots or more"),
    "a film with bleed": ("mosaic run out.gif --size 300 --bleed 9px", "beside a still, got the film"),
    "a film too long": ("mosaic run out.gif --seconds 9000", "expected a film of 0.1 to 600 seconds"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence(call, place, plain, name):
    write_odd_ones(place, plain)
    for made in ("a.png", "plain.png", "new.png", "face.webp", "samples.png"):
        draw(call, place, made)
    arguments, words = MISTAKES[name]
    code, _, err = call(arguments)
    assert code in (1, 2)
    assert words in " ".join(err.split()), err
    assert "Traceback" not in err
    assert "unexpected" not in err


def write_odd_ones(place: Path, plain: Path) -> None:
    """Pictures that cannot be made again, and sources of other things."""
    if (place / "nobody.png").exists():
        (place / "out.png").unlink(missing_ok=True)
        return
    recipe, source = find_recipe("default:0")
    Image.new("RGB", (4, 4)).save(place / "nobody.png")
    black = np.zeros((4, 4, 3), np.uint8)
    shutil.copytree(plain, place / "plain")
    (place / "other").mkdir()
    records = {
        "kindless": {"kind": "dance"},
        "holes": {"kind": "preview", "recipes": []},
        "arrays": {"kind": "mosaic", "source": {}, "layout": "grid"},
        "edited": {"kind": "render", "recipe": recipe.to_json(), "source": source, "size_px": [8, 8], "bits": 8},
    }
    for name, record in records.items():
        save_picture(black, place / f"{name}.png", provenance=record, source_type="algorithmicMedia")
