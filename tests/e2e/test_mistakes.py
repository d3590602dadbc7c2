"""What a user can get wrong: one clear sentence, a non-zero exit, and nothing that was there is harmed."""

import shutil
import sys

import numpy as np
import pytest

from experiments.cli import console
from experiments.cli.app import app
from experiments.pictures import Form, render_picture
from experiments.sizes import Measure
from procgen import load_space
from tests.support.damage import write_damaged_runs, write_palettes, write_photos
from tests.support.folders import digests

TRAIN = "train made --data {data} {small}"
MISTAKES = {  # name: (arguments, words of the sentence)
    "unknown preset": ("train made --preset quik-64 --data {data}", "did you mean quick-64"),
    "key like none": (
        "train made --set zebra=1",
        "got 'zebra': known are seed, start, network.*, train.*, snapshots.*, checkpoints.*",
    ),
    "preset like none": ("train made --preset zz", "expected a preset, got 'zz': known are essay-256"),
    "space of a dataset": ("train made --data {data} --space ring-8", "expected --space with --data live alone"),
    "unknown key": (f"{TRAIN} --set train.los=hinge", "did you mean train.loss"),
    "unknown loss": (f"{TRAIN} --set train.loss=hing", "expected train.loss to be one of"),
    "no value": (f"{TRAIN} --set train.loss", "expected a setting like"),
    "negative rate": (f"{TRAIN} --set train.g_rate=-1", "expected train.g_rate above 0"),
    "seed given twice": (f"{TRAIN} --seed 1 --set seed=2", "expected the seed once"),
    "pictures for thousands of pictures": (f"{TRAIN} --set train.kimg=1e300", "it counts thousands of images"),
    "samples with an ending of none": ("sample {run} made.txt", "a folder has no ending"),
    "batch of words": (f"{TRAIN} --set train.batch=many", "valid integer"),
    "batch above the data": (f"{TRAIN} --set train.batch=500", "at most the 240 pictures"),
    "apart with a paired loss": (f"{TRAIN} --set train.d_updates=apart", "expected train.d_updates=joint"),
    "size not a power of two": (f"{TRAIN} --set network.size=33", "power of two"),
    "size of the data": ("train made --data {data}", "expected pictures of 64 px"),
    "two channels": (f"{TRAIN} --set network.channels=2", "expected network.channels of 1 (grey) or 3 (colour)"),
    "unknown space": ("train made --data live --space defalt", "default"),
    "no dataset": ("train made --data nowhere", "nowhere"),
    "truncated dataset": ("train made --data {truncated} {small}", "train-00003-of-00008.parquet"),
    "dataset without manifest": ("train made --data {bare} {small}", "expected pictures (png, jpg"),
    "folder of other files": ("train {other} --data {data} {small}", "expected an empty folder or a run"),
    "run of another config": (
        "train {run} --data {data} {small} --set train.loss=hinge",
        "train.loss: 'relativistic' -> 'hinge'",
    ),
    "run made shorter": (
        "train {run} --data {data} {small} --set train.kimg=0.1",
        "expected train.kimg of 0.32 or more",
    ),
    "run made longer and otherwise": (
        "train {run} --data {data} {small} --set train.kimg=9 --set train.g_rate=1",
        "train.g_rate: 0.001 -> 1",
    ),
    "run with no whole checkpoint": ("train {corrupt} --data {data} {small}", "expected a whole checkpoint in"),
    "run with a damaged probe": ("train {unprobed} --data {data} {small}", "expected the probe in"),
    "run without a config": ("train {foreign} --data {data} {small}", "expected a run folder"),
    "negative rate of the critic": (f"{TRAIN} --set train.d_rate=-1e-4", "expected train.d_rate above 0"),
    "no pictures shown": (f"{TRAIN} --set train.kimg=0", "expected train.kimg above 0"),
    "more pictures than readings": (f"{TRAIN} --set snapshots.pictures=64", "at least snapshots.pictures"),
    "interval of no length": (f"{TRAIN} --set snapshots.every_kimg=0", "expected snapshots.every_kimg above 0"),
    "checkpoints of none": (f"{TRAIN} --set checkpoints.keep=0", "expected checkpoints.keep above 0"),
    "snapshots back in time": (
        f"{TRAIN} --set snapshots.at_kimg=[2,1]",
        "expected snapshots.at_kimg to rise from above 0, got 1 after 2",
    ),
    "ending at an unknown verdict": (f"{TRAIN} --stop-when convergd", "did you mean converged"),
    "unknown part": (f"{TRAIN} --set trian.batch=8", "did you mean train.batch"),
    "unknown precision": (f"{TRAIN} --set network.precision=half", "expected network.precision of"),
    "unknown optimizer": (f"{TRAIN} --set train.optimizer=admn", "adam"),
    "unknown family": (f"{TRAIN} --set network.family=dcgna", "expected a network family of"),
    "start from nothing": (f"{TRAIN} --set start=nowhere", "expected a run folder"),
    "start from other networks": (
        f"{TRAIN} --set network.width=3 --set start={{run}}",
        "network.width: 2 -> 3",
    ),
    "devices on the other backend": (f"{TRAIN} --devices 64", "set KERAS_BACKEND=jax"),
    "no devices": (f"{TRAIN} --devices 0", "greater than or equal to 1"),
    "folder without pictures": ("train made --data {other} {small}", "expected pictures (png, jpg"),
    "folder of one picture": ("train made --data {single} {small}", "expected 2 pictures or more to learn from"),
    "pictures of other sizes": ("train made --data {photos} {small}", "by --resize crop, fit or stretch"),
    "pictures bent": ("train made --data {photos} --resize bend {small}", "expected resize as crop, fit, stretch"),
    "batch above the pictures": ("train made --data {photos} --resize fit {small}", "at most the 3 pictures"),
    "picture of fractions": ("train made --data {fractions} {small}", "its pixels are fractions"),
    "broken picture": ("train made --data {torn} {small}", "expected a whole picture in"),
    "resize of a dataset": (f"{TRAIN} --resize crop", "expected --resize with a folder of pictures alone"),
    "data that is a file": ("train made --data {picture} {small}", "give the folder it lies in"),
    "data that is a run": ("train made --data {run} {small}", "give what it was trained on"),
    "run on other data": ("train {run} --data live --space quick {small}", "expected the config that"),
    "dataset of another seed": ("generate {data} --count 240 --size 32 --space quick", "seed"),
    "count of zero": ("generate made --count 0", "greater than or equal to 1"),
    "dataset that is a file": ("generate {picture} --count 9", "give a new or empty folder"),
    "size of nothing": ("generate made --size 0", "expected pixels"),
    "store of nobody": ("generate nowhere://made --count 9", "give a folder or another URL"),
    "memory and workers": ("generate memory://made --count 9 --workers 2", "the memory of one process"),
    "no scheduler": ("generate made --count 9 --scheduler tcp://127.0.0.1:1x", "No dask scheduler answers"),
    "verify nothing": ("verify nowhere", "no dataset folder nowhere"),
    "verify some": ("verify {data} --sample some", "expected a number of pictures or all"),
    "export nothing": ("export nowhere made", "no dataset folder nowhere"),
    "export unknown": ("export {data} made --format hdf5", "known are folder, stylegan, webdataset"),
    "export to a store": ("export {data} s3://bucket/made", "written on a disk alone"),
    "export over something": ("export {data} {other}", "exists"),
    "export over nothing of ours": ("export {data} {other} --force", "is not the export it would be replaced by"),
    "export of a damaged dataset": ("export {truncated} made", "train-00003-of-00008.parquet"),
    "space that is no TOML": ("generate made --space {broken}.toml", "TOML"),
    "picture there already": ("preview {picture}", "exists"),
    "picture in no folder": ("render default:1 nowhere/a.png", "make the folder first"),
    "picture without an index": ("render default made.png", "expected SPACE:INDEX"),
    "picture of nothing": ("inspect nowhere.png", "nowhere.png"),
    "not a picture": ("inspect {broken}", "expected a picture as PNG"),
    "mosaic of nothing": ("mosaic nowhere made.png", "expected a run, a dataset or a folder"),
    "mosaic of a file": ("mosaic {picture} made.png", "give the folder it lies in"),
    "mosaic of a dataset's steps": ("mosaic {data} made.png --steps all", "expected a run to take steps"),
    "mosaic of a dataset over training": ("mosaic {data} made.png --layout filmstrip", "expected a run to take steps"),
    "mosaic of a wrong condition": ("mosaic {data} made.png --select mode", "expected a condition as mode=rings"),
    "mosaic of an unknown mode": ("mosaic {data} made.png --select mode=spirals", "expected mode among"),
    "mosaic of an unknown column": ("mosaic {data} made.png --select mood=blue", "got one on mood"),
    "mosaic of nothing alike": ("mosaic {data} made.png --select mean_lightness>2", "got none of"),
    "mosaic of other latents": ("mosaic {run} made.png --latents new", "fresh or fixed"),
    "sample of two kinds": ("sample {run} made.png --latent 1 --fixed 1", "got both"),
    "sample of no fixed latent": ("sample {run} made.png --fixed 999", "expected a fixed latent from 0 to"),
    "sample of no snapshot": ("sample {run} made.png --fixed 1 --checkpoint 7", "expected steps of snapshots"),
    "render of no such picture": ("render {data}:100000 made.png", "There is no picture 100000"),
    "filmstrip of new samples": ("mosaic {run} made.png --layout filmstrip --latents fresh", "leave --latents out"),
    "tapestry of new samples": ("mosaic {run} made.png --layout tapestry --latents fresh", "leave --latents out"),
    "film of new samples": ("mosaic {run} made.gif --latents fresh", "leave --latents out"),
    "mosaic there already": ("mosaic {run} {picture}", "exists"),
    "report there already": ("report {run} --out {picture}", "exists"),
    "quickstart among other files": ("quickstart {other}", "expected an empty folder"),
    "run that is a file": ("train {picture} --data {data} {small}", "got the file"),
    "preset by its key": (f"{TRAIN} --set preset=essay-64", "use --preset essay-64"),
    "foreign config": ("modes {foreign}", "expected a run folder"),
    "recipe of bytes": ("render {broken}.json made.png", "recipe"),
    "size in furlongs": ("render default:1 made.png --size 60x40furlong", "expected a size as"),
    "size of half pixels": ("render default:1 made.png --size 10.5", "expected whole pixels"),
    "size of a wall": ("render default:1 made.png --size 600x400in", "65536"),
    "dpi of zero": ("render default:1 made.png --size 6x4cm --dpi 0", "expected from 1 to 10,000 pixels per inch"),
    "dpi that is no number": ("render default:1 made.png --size 6x4cm --dpi nan", "pixels per inch"),
    "aspect of nothing": ("render default:1 made.png --size 60cm --aspect 3:0", "expected an aspect as 3:2"),
    "aspect and both sides": ("render default:1 made.png --size 60x40cm --aspect 3:2", "expected one side"),
    "bits of JPEG": ("render default:1 made.jpg --bits 16", "choose .png, .tif or .pdf for 16 bits"),
    "twelve bits": ("render default:1 made.png --bits 12", "expected 8 or 16 bits"),
    "unknown ending": ("render default:1 made.xcf", "ends in .png"),
    "loop as TIFF": ("render default:1 made.tif --seconds 2", "expected a loop"),
    "GIF that stands still": ("render default:1 made.gif", "give --seconds"),
    "GIF too fast": ("render default:1 made.gif --seconds 2 --fps 60", "at most 50"),
    "GIF of frames no memory holds": (
        "render default:1 made.gif --seconds 2 --size 9000",
        "choose a smaller size, or a still",
    ),
    "loop of no length": ("render default:1 made.webp --seconds 0", "expected a loop of"),
    "loop in 16 bits": ("render default:1 made.png --seconds 2 --bits 16", "only stills"),
    "loop of shapes": ("render default:1 made.svg --seconds 2", "made of shapes"),
    "time without end": ("render default:1 made.png --time inf", "expected a time"),
    "WebP too wide": ("render default:1 made.webp --size 20000x40", "up to 16383 pixels"),
    "sheet as one picture": ("render {sheet} made.png", "name a cell"),
    "cell that is not there": ("render {sheet}:4 made.png", "from 0 to 3, got 4"),
    "cell a dataset lacks": ("render {data}:9999 made.png", "9999"),
    "pick from no sheet": ("pick {drawn} 0", "expected a sheet"),
    "pick from nothing": ("pick nowhere.png 0", "could not read"),
    "pick a cell that is not there": ("pick {sheet} 1 9", "from 0 to 3, got 9"),
    "pick a cell twice": ("pick {sheet} 1 1", "each cell once"),
    "pick without room for children": ("pick {sheet} 0 1 2 --count 3", "more pictures than the 3"),
    "vary too far": ("pick {sheet} 0 --vary 2", "less than or equal to 1"),
    "lock of nothing": ("pick {sheet} 0 --lock palete", "did you mean palette"),
    "pick into another file": ("pick {sheet} 0 --out {picture}", "exists"),
    "palette of one colour": ("render default:1 made.png --palette #ff0000", "has 1 colour:"),
    "palette of one colour thrice": ("render default:1 made.png --palette #ff0000,#FF0000,#ff0000", "has 1 colour:"),
    "palette of nothing": ("render default:1 made.png --palette=", "A palette must be"),
    "palette of a sheet": ("render default:1 made.png --palette {sheet}", "name a cell"),
    "palette of no colours": ("render default:1 made.png --palette #ff00,#00ff00,#0000ff", "'#rrggbb', not '#ff00'"),
    "palette of words": ("render default:1 made.png --palette red,green", "A palette must be"),
    "palette that is not there": ("render default:1 made.png --palette nowhere.ase", "cannot be read"),
    "palette that is empty": ("render default:1 made.png --palette {palettes}/empty.gpl", "no GIMP palette"),
    "palette with too few colours": ("render default:1 made.png --palette {palettes}/few.gpl", "has 2 colours"),
    "palette with a damaged line": ("render default:1 made.png --palette {palettes}/damaged.gpl", "in line 3"),
    "palette that is cut off": ("render default:1 made.png --palette {palettes}/cut.ase", "cut off or damaged"),
    "palette that is no swatches": ("render default:1 made.png --palette {palettes}/other.ase", "begin with ASEF"),
    "palette of no picture": ("render default:1 made.png --palette {picture}", "cannot be read"),
    "axis of nothing": ("preview made.png --rows harmonie", "did you mean harmony"),
    "axis of an unknown field": ("preview made.png --rows bars.cout", "did you mean count"),
    "axes of two compositions": ("preview made.png --rows bars.count --columns waves.colours", "go together"),
    "axis of a field alone": ("preview made.png --columns .count", "expected an axis as harmony or bars.count"),
    "axis of one name": ("preview made.png --rows key --columns purity --space ring-8", "has middle only"),
    "axis of what is not drawn": ("preview made.png --rows bars.count --space ring-8", "a field of what ring-8 draws"),
    "axis against itself": ("preview made.png --rows harmony --columns harmony", "two different axes"),
    "axis of colour beside a palette": (
        "preview made.png --rows harmony --palette #f4efe6,#20242c,#c8402f",
        "no axis of colour",
    ),
    "unknown layout": ("mosaic {data} made.png --layout spiral", "layout"),
    "unknown order": ("mosaic {data} made.png --order size", "order"),
    "mosaic of no target": ("mosaic {data} made.png --layout photomosaic", "--target"),
    "mosaic of a broken target": (
        "mosaic {data} made.png --layout quadtree --target {data}/README.md",
        "whole picture",
    ),
    "mosaic of two shapes": ("mosaic {data} made.png --layout shape --text A --shape B.png", "got both"),
    "mosaic of no letters": ("mosaic {data} made.png --layout shape --text |", "letters"),
    "mosaic of too many places": (
        "mosaic {data} made.png --layout photomosaic --target {drawn} --cells 9000 --repeats 1",
        "at most",
    ),
    "mosaic on red": ("mosaic {data} made.png --background red", "background"),
    "mosaic too small": ("mosaic {data} made.png --size 10", "canvas"),
    "modes of nothing": ("modes nowhere", "nowhere"),
    "modes of no table": ("modes {broken}", "expected"),
    "report of nothing": ("report nowhere", "expected a run folder"),
    "score of nothing": ("score nowhere", "which does not exist: check the name"),
    "score of no pictures": ("score {broken}", "which is none of these"),
    "score at no density": ("score {run} --density dense", "expected a density of isolated, loose, continuum"),
    "score of few pictures": ("score {single} --resize crop", "expected 100 pictures or more"),
    "score of another size": ("score {run}", "expected pictures of 64x64 as the benchmark's, got 32x32"),
    "score bent": ("score {run} --resize bend", "expected resize as crop, fit, stretch"),
    "score of a torn picture": ("score {torn}", "expected a whole picture in"),
    "score of grey pictures": ("score {greys}/a.npy", "in colour as the world's are, got grey ones"),
    "score by another world's probe": ("score {run} --probe {run}", "expected a probe of the modes of ring-8"),
    "score by no probe": ("score {run} --probe {other}", "expected a probe, a folder with probe.json"),
    "score by a damaged probe": ("score {run} --probe {unprobed}", "expected the probe in"),
    "score of few samples": ("score {run} --count 5", "greater than or equal to 100"),
    "score of counts that are not there": ("score nowhere.csv", "counts at nowhere.csv, but it cannot be read"),
    "score of words": ("score {greys}/words.csv", "begin with a header"),
    "score of too few modes": ("score {greys}/two.csv", "expected a column for each of the 8 modes"),
    "release of nothing": ("release made", "expected something to pack, got nothing"),
    "release over something": ("release {other} --worlds quick", "exists: choose another name"),
    "release of no run": ("release made --runs {data}", "expected a run, or a folder of runs"),
    "release of an unknown world": ("release made --worlds quik", "quick"),
    "release of one world twice": ("release made --worlds quick --worlds quick", "got quick twice"),
    "release of a damaged dataset": ("release made --worlds {truncated}", "train-00003-of-00008.parquet"),
    "release of a damaged probe": ("release made --runs {unprobed} --probes", "expected the probe in"),
    "release packed and checked": ("release {other} --verify --probes", "expected --verify alone"),
    "check of no release": ("release {data} --verify", "expected a release with manifest.json and SHA256SUMS"),
    "pick from a run's own sheet": ("pick {run}/sheet.png 1", "expected a sheet that preview or pick has drawn"),
    "walk from a run's own sheet": ("walk {run} made.webp --from {run}/sheet.png:1 --to 2", "expected a sheet of"),
    "diverging": (f"{TRAIN} --set train.g_rate=1e30 --set train.optimizer=sgd", "the training diverged"),
}


TRIED = {"diverging"}  # what is known only after something was made


def write_unscored(folder):
    """What no benchmark can read."""
    folder.mkdir()
    np.save(folder / "a.npy", np.full((100, 64, 64, 3), 90, np.uint8))
    (folder / "words.csv").write_text("colours\nred, blue")
    (folder / "two.csv").write_text("step,a,b\n1,5,5\n2,5,5\n")


@pytest.fixture
def places(example, tmp_path):
    shutil.copytree(example.data, tmp_path / "truncated")
    shard = tmp_path / "truncated" / "data" / "train-00003-of-00008.parquet"
    shard.write_bytes(shard.read_bytes()[:-100])
    (tmp_path / "bare").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("irreplaceable")
    (tmp_path / "broken").write_bytes(b"\x00\xff[[[ not anything")
    (tmp_path / "broken.toml").write_text("compositions = [[[")
    (tmp_path / "picture.png").write_bytes(b"a picture somebody wants to keep")
    write_palettes(tmp_path / "palettes")
    render_picture(load_space("quick").sample(0, 1), tmp_path / "drawn.png", Form(Measure((16, 16))), source={})
    (tmp_path / "broken.json").write_bytes(b"\xff\xfe{")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "config.json").write_text("{}")
    (tmp_path / "other" / "lock").write_text("not ours either")
    write_photos(tmp_path)
    write_damaged_runs(example.run, tmp_path)
    write_unscored(tmp_path / "greys")
    names = {path.name: str(path) for path in tmp_path.iterdir()}
    names |= {"palettes": str(tmp_path / "palettes"), "drawn": str(tmp_path / "drawn.png"), "sheet": str(example.sheet)}
    return {**names, "picture": str(tmp_path / "picture.png"), "data": str(example.data), "run": str(example.run)}


@pytest.mark.usefixtures("hasty_probes")
@pytest.mark.parametrize("name", MISTAKES)
def test_one_sentence(name, places, example, tmp_path, monkeypatch, capfd):
    text, words = MISTAKES[name]
    arguments = [
        part for word in text.split() for part in (example.small if word == "{small}" else [word.format(**places)])
    ]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["synchromy", *arguments])
    before = {**digests(tmp_path), **digests(example.folder)}
    code = console.run(app)
    out, err = capfd.readouterr()
    assert code in (1, 2), err
    assert out == ""
    sentence = err.strip().splitlines()[-1]
    assert words in sentence, err
    assert "unexpected" not in sentence
    assert "Traceback" not in err
    after = {**digests(tmp_path), **digests(example.folder)}
    assert before.items() <= after.items()
    assert name in TRIED or before == after
