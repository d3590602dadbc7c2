"""Exports and cards: the same bytes each time, whole or not at all, and opened by the tools they are for."""

import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from procgen import ProcgenError, export_dataset, load_space, open_dataset, plan_export, write_dataset
from procgen.exporting import FORMATS, MARK
from procgen.manifest import read_manifest
from tests.support.folders import digests

SPACE = load_space("quick")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "dataset"
    write_dataset(SPACE, folder, count=30, size=32, seed=5)
    return open_dataset(folder)


def content(path):
    return digests(path) if path.is_dir() else path.read_bytes()


def pixels(picture):
    return np.asarray(picture.convert("RGB"))


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_bytes_each_time_and_nothing_else(data, tmp_path, format):
    seen = []
    export_dataset(data, tmp_path / "one", format=format, progress=lambda *at: seen.append(at))
    export_dataset(data, tmp_path / "two", format=format)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert seen == [(done, 30) for done in range(1, 31)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_there_is_replaced_only_by_force_and_only_if_it_is_an_export(data, tmp_path, format):
    out = tmp_path / "out"
    export_dataset(data, out, format=format)
    before = content(out)
    for call in (plan_export, export_dataset):
        with pytest.raises(ProcgenError, match="exists: give another name, or replace it with --force"):
            call(data, out, format=format)
    export_dataset(data, out, format=format, force=True)
    assert content(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("irreplaceable")
    with pytest.raises(ProcgenError, match="is not the export it would be replaced by"):
        export_dataset(data, tmp_path / "mine", format=format, force=True)
    assert (tmp_path / "mine" / "thesis.txt").exists()


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_that_is_interrupted_leaves_nothing(data, tmp_path, format):
    def stop(done, of):
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_dataset(data, tmp_path / "out", format=format, progress=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_removes_what_killed_ones_of_its_name_have_left(data, tmp_path, format):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for name in (f"out.{ended.pid}.part", f"out.{os.getpid()}.part", f"out.{ended.pid}-old.part"):
        (tmp_path / name).mkdir()
        (tmp_path / name / MARK).write_text("")
    (tmp_path / f"out.{ended.pid}-7.part").write_text("half a zip")
    kept = {f"out.{os.getppid()}.part", f"other.{ended.pid}.part", "out.notes.part", f"out.{ended.pid}-mine.part"}
    for name in kept:
        (tmp_path / name).mkdir()
        (tmp_path / name / "thesis.txt").write_text("irreplaceable")
    export_dataset(data, tmp_path / "out", format=format)
    assert {path.name for path in tmp_path.iterdir()} == kept | {"out"}


@pytest.mark.parametrize("format", FORMATS)
def test_a_plan_foretells_and_writes_nothing(data, tmp_path, format):
    plan = plan_export(data, tmp_path / "out", format=format)
    assert list(tmp_path.iterdir()) == []
    export_dataset(data, tmp_path / "out", format=format)
    files = [path for path in [tmp_path / "out", *tmp_path.rglob("*")] if path.is_file()]
    assert 0.3 < plan["estimated_bytes"] / sum(path.stat().st_size for path in files) < 3


def test_impossible_exports(data, tmp_path):
    with pytest.raises(ProcgenError, match="Format 'stylegan3' is unknown: did you mean stylegan"):
        export_dataset(data, tmp_path / "out", format="stylegan3")
    (tmp_path / "file").write_text("mine")
    for format in FORMATS:
        with pytest.raises(ProcgenError, match="cannot be written"):
            export_dataset(data, tmp_path / "file" / "out", format=format)
    write_dataset(SPACE, tmp_path / "odd", count=1, size=(48, 32), seed=0)
    with pytest.raises(ProcgenError, match="side is a power of two, these are 48x32"):
        export_dataset(open_dataset(tmp_path / "odd"), tmp_path / "out", format="stylegan")


@pytest.mark.parametrize("format", FORMATS)
def test_no_drawing_code_is_asked_for(data, tmp_path, format, monkeypatch):
    for name in ("Recipe", "Space"):  # as where a plug-in is missing, or the renderer is a later one
        monkeypatch.setattr(f"procgen.dataset.{name}", None)
    out = export_dataset(data, tmp_path / "out", format=format)
    if format == "folder":
        lines = [json.loads(line) for line in (out / "metadata.jsonl").read_text().splitlines()]
        assert [line["recipe"] for line in lines] == data.column("recipe").tolist()


def test_exports_go_to_disks_alone(data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for url in ("s3://bucket/x", "memory://x", Path("s3://bucket/x"), "simplecache::s3://bucket/x"):
        for call in (plan_export, export_dataset):
            with pytest.raises(ProcgenError, match="written on a disk alone"):
                call(data, url, format="folder")
    assert list(tmp_path.iterdir()) == []
    assert export_dataset(data, (tmp_path / "out").as_uri(), format="stylegan") == tmp_path / "out"


# Opened by others


@pytest.fixture
def offline(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    return pytest.importorskip("datasets")


def test_datasets_loads_the_image_folder(data, tmp_path, offline):
    out = export_dataset(data, tmp_path / "out", format="folder")
    theirs = offline.load_dataset("imagefolder", data_dir=str(out), split="train", cache_dir=str(tmp_path / "cache"))
    assert len(theirs) == 30
    for index in (0, 29):
        row = next(row for row in theirs if row["index"] == index)
        assert np.array_equal(pixels(row["image"]), data[index][0])
        ours = data[index][1]
        same = {name: value for name, value in ours.items() if value == value}  # NaN is null there
        assert same.items() <= row.items()
        assert row["recipe"] == data.recipe(index).to_json()


def test_datasets_loads_the_dataset_by_its_folder_alone(data, tmp_path, offline):
    theirs = offline.load_dataset(str(data.folder), cache_dir=str(tmp_path / "cache"))
    assert list(theirs) == ["train"]
    assert theirs["train"].features["mode"].names == list(data.classes("mode"))
    assert np.array_equal(pixels(theirs["train"][7]["image"]), data[7][0])


def test_the_card_is_read_as_it_is_meant(data, offline):
    from huggingface_hub import DatasetCard

    card = DatasetCard.load(data.folder / "README.md")
    assert card.data.license == "mit"
    assert card.data.size_categories == ["n<1K"]
    assert [each["data_files"][0]["path"] for each in card.data.to_dict()["configs"]] == ["data/*.parquet"]
    assert "pictures of 32x32" in card.data.pretty_name
    assert all(f"`{name}`" in card.text for name in data.manifest["columns"])
    with Image.open(data.folder / "pictures.png") as sheet:
        assert sheet.size == (804, 404)


def test_the_card_and_croissant_say_how_to_cite(data):
    cited = json.loads((data.folder / "croissant.json").read_text())["citeAs"]
    assert f"```bibtex\n{cited}\n```" in (data.folder / "README.md").read_text()
    assert data.manifest["space_digest"] in cited
    assert "seed 5" in cited
    assert cited.count("{") == cited.count("}")


@pytest.mark.filterwarnings("ignore")  # of its libraries
def test_croissant_is_valid_and_gives_the_records(data):
    mlcroissant = pytest.importorskip("mlcroissant")
    theirs = mlcroissant.Dataset(data.folder / "croissant.json")
    assert not theirs.metadata.ctx.issues.errors
    records = list(theirs.records("pictures"))
    assert len(records) == 30
    assert np.array_equal(pixels(records[7]["pictures/image"]), data[7][0])
    assert data.classes("harmony")[records[7]["pictures/harmony"]] == data[7][1]["harmony"]
    names = {each["harmony_names/label"]: each["harmony_names/name"] for each in theirs.records("harmony_names")}
    assert tuple(names[label] for label in sorted(names)) == data.classes("harmony")


def test_stylegan_finds_its_pictures_and_labels(data, tmp_path):
    out = export_dataset(data, tmp_path / "out.zip", format="stylegan")
    with zipfile.ZipFile(out) as pack:  # as training/dataset.py of StyleGAN 3 reads it
        names = sorted(name for name in pack.namelist() if name.endswith(".png"))
        labels = dict(json.loads(pack.read("dataset.json"))["labels"])
        assert pack.testzip() is None
        assert {each.compress_type for each in pack.infolist()} == {zipfile.ZIP_STORED}
        assert labels.keys() == set(names)
        for index in (0, 29):
            assert np.array_equal(pixels(Image.open(io.BytesIO(pack.read(names[index])))), data[index][0])
            assert data.classes("mode")[labels[names[index]]] == data[index][1]["mode"]


@pytest.mark.filterwarnings("ignore")  # of its libraries
def test_webdataset_reads_the_tars(data, tmp_path):
    webdataset = pytest.importorskip("webdataset")
    out = export_dataset(data, tmp_path / "out", format="webdataset")
    tars = sorted(str(path) for path in out.glob("*.tar"))
    assert len(tars) == len(read_manifest(data.folder)["shards"])
    theirs = list(webdataset.WebDataset(tars, shardshuffle=False).decode("rgb8").to_tuple("png", "cls", "json"))
    assert len(theirs) == 30
    for index, (picture, label, facts) in enumerate(theirs):
        assert np.array_equal(picture, data[index][0])
        assert data.classes("mode")[label] == data[index][1]["mode"] == facts["mode"]
        assert facts["index"] == index
    with tarfile.open(tars[0]) as tar:
        assert {(each.mtime, each.uid, each.uname) for each in tar} == {(0, 0, "")}
