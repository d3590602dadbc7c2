"""Each way in which a dataset can be something else than what was written, and the sentence that tells of it."""

import json
import re
import shutil
from hashlib import sha256

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import procgen.verifying
from procgen import ProcgenError, open_dataset, verify_dataset, write_dataset
from procgen.card import card_files
from procgen.manifest import read_manifest, write_manifest
from procgen.shards import _writer
from tests.support.datasets import HOW, SPACE, shard


@pytest.fixture(autouse=True)
def one_measured(monkeypatch):
    monkeypatch.setattr(procgen.verifying, "_MOST_MEASURED", 1)


def rewritten(folder, change):
    """Change the rows of a shard, and make every digest tell of the changed ones."""
    table = pq.read_table(shard(folder))
    rows = table.to_pylist()
    change(rows)
    with _writer(shard(folder), read_manifest(folder)) as writer:
        writer.write_table(pa.Table.from_pylist(rows, schema=table.schema))
    seal(folder)


def seal(folder, change=lambda manifest: None):
    manifest = read_manifest(folder)
    for each in manifest["shards"]:
        data = (folder / each["file"]).read_bytes()
        each |= {"bytes": len(data), "sha256": sha256(data).hexdigest()}
    change(manifest)
    write_manifest(folder, manifest)
    (folder / "croissant.json").write_bytes(card_files(manifest)["croissant.json"])


def test_nothing_is_wrong(copy):
    seen = []
    assert verify_dataset(copy, sample=None, progress=lambda *at: seen.append(at)) == []
    assert seen[-1] == (60, 60)
    seal(copy)
    (copy / ".cache").mkdir()
    assert verify_dataset(copy, sample=0) == []


def flip(folder, place=None):
    data = bytearray(shard(folder).read_bytes())
    data[place or len(data) // 2] ^= 1
    shard(folder).write_bytes(data)


def exchange(folder):
    first, second = shard(folder, 1), shard(folder, 2)
    first.rename(folder / "aside")
    second.rename(first)
    (folder / "aside").rename(second)


def exchange_and_seal(folder):
    exchange(folder)
    seal(folder)


def of_another_seed(folder):
    write_dataset(SPACE, folder.parent / "other", **HOW | {"seed": 6})
    shutil.copy(shard(folder.parent / "other"), shard(folder))
    seal(folder)


def change_the_manifest(folder):
    page = folder / "manifest.json"
    page.write_text(page.read_text().replace('"pillow": "', '"pillow": "9'))


def change_the_space(folder):
    seal(folder, lambda manifest: manifest.update(space=manifest["space"].replace("1.0", "2.0", 1)))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (flip, ["00001-of-00008.parquet is not what was written (its sha256"]),
        (lambda folder: shard(folder).unlink(), ["00001-of-00008.parquet is missing"]),
        (lambda folder: (folder / "data" / "more.parquet").write_text(""), ["more.parquet does not belong"]),
        (lambda folder: (folder / "notes.txt").write_text(""), ["notes.txt does not belong"]),
        (lambda folder: (folder / "README.md").unlink(), ["README.md is missing: the same generate command"]),
        (exchange, ["00001-of-00008.parquet is not", "00002-of-00008.parquet is not"]),
        (exchange_and_seal, ["00001-of-00008.parquet is not what was written (it holds other", "00002-of"]),
        (of_another_seed, ["00001-of-00008.parquet is not what was written (it is not of this dataset"]),
        (change_the_manifest, ["manifest.json is not what croissant.json describes"]),
        (change_the_space, ["cannot be drawn again: the space in manifest.json has another digest"]),
    ],
)
def test_one_line_for_each_problem(copy, damage, words):
    damage(copy)
    problems = verify_dataset(copy, sample=4)
    assert len(problems) == len(words), problems
    for problem, word in zip(problems, words, strict=True):
        assert word in problem
        assert problem.endswith(".")
        assert "\n" not in problem


def swap_pictures(rows):
    rows[2]["image"], rows[4]["image"] = rows[4]["image"], rows[2]["image"]
    for row in (2, 4):
        rows[row]["image"]["path"] = f"{rows[row]['index']:08d}.webp"


def swap_rows(rows):
    rows[2], rows[4] = rows[4], rows[2]
    rows[2]["index"], rows[4]["index"] = rows[4]["index"], rows[2]["index"]


def another_number(rows):
    rows[2]["mean_lightness"] += 0.001


def no_number(rows):
    rows[2]["mean_lightness"] = None


def another_class(rows):
    rows[2]["harmony"] = (rows[2]["harmony"] + 1) % 3


def label_beyond(rows):
    rows[2]["harmony"] = 999


def label_below(rows):
    rows[2]["harmony"] = -1


def no_label(rows):
    rows[2]["harmony"] = None


def no_image(rows):
    rows[2]["image"] = None


def no_bytes(rows):
    rows[2]["image"]["bytes"] = None


def no_recipe(rows):
    rows[2]["recipe"] = None


def no_picture(rows):
    rows[2]["image"]["bytes"] = b"nothing"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (swap_pictures, ["Picture 9 .* its pixels are not", "Picture 11 .* its pixels are not"]),
        (swap_rows, ["Picture 9 .* name is another, its recipe is not that of the space, .* pixels", "Picture 11 "]),
        (another_number, [r"Picture 9 .* its mean_lightness is 0\.\d+, not 0\.\d+\.$"]),
        (no_number, ["Picture 9 .* its mean_lightness is nan, not"]),
        (another_class, ["Picture 9 .* its harmony is [a-zA-Z_]+, not [a-zA-Z_]+"]),
        (no_picture, ["Picture 9 .* cannot be decoded"]),
        (label_beyond, ["Picture 9 .* its harmony is label 999, not [a-zA-Z_]+"]),
        (label_below, ["Picture 9 .* its harmony is label -1, not"]),
        (no_label, ["Picture 9 .* its harmony is label None, not"]),
        (no_image, ["Picture 9 .* its name is another, .* cannot be decoded"]),
        (no_bytes, ["Picture 9 .* cannot be decoded"]),
        (no_recipe, ["Picture 9 .* its recipe is not"]),
    ],
)
def test_what_digests_hide_is_seen_in_the_rows(copy, change, words):
    rewritten(copy, change)
    problems = verify_dataset(copy, sample=None)
    assert len(problems) == len(words), problems
    for problem, word in zip(problems, words, strict=True):
        assert re.search(word, problem), problem


@pytest.mark.parametrize(
    ("change", "column"),
    [(label_beyond, "harmony"), (label_below, "harmony"), (no_label, "harmony"), (no_recipe, "recipe")],
)
def test_a_value_that_no_writer_puts_there(copy, change, column):
    rewritten(copy, change)
    data = open_dataset(copy)
    for read in (lambda: data.column(column), lambda: (data[9], data.recipe(9))):
        with pytest.raises(ProcgenError, match=r"^The shard .*00001-of-00008.parquet cannot be used \(a "):
            read()


@pytest.mark.parametrize("change", [no_image, no_bytes])
def test_a_picture_that_is_not_there(copy, change):
    rewritten(copy, change)
    data = open_dataset(copy)
    for read in (data.images, lambda: data[9]):
        with pytest.raises(ProcgenError, match="it lacks 1 of its pictures"):
            read()


def test_a_page_that_cannot_be_read_under_mended_digests(copy):
    flip(copy, 1500)
    seal(copy)
    problems = verify_dataset(copy, sample="all")
    assert len(problems) == 7
    assert all("it cannot be read (" in problem and "CRC" in problem for problem in problems)


@pytest.mark.parametrize("sample", [-1, 2.5, True, "some"])
def test_a_sample_that_is_none(made, sample):
    with pytest.raises(ProcgenError, match="sample must be a whole number"):
        verify_dataset(made, sample=sample)


def test_a_factor_that_disagrees_with_the_pixels(copy, monkeypatch):
    measured = procgen.verifying.measured_factors
    shifted = lambda image, palette: measured(image, palette) | {"mean_lightness": 0.0}  # noqa: E731
    monkeypatch.setattr(procgen.verifying, "measured_factors", shifted)
    monkeypatch.setattr(procgen.verifying, "_MOST_MEASURED", 16)
    (problem,) = verify_dataset(copy, sample=16)
    assert "factor mean_lightness" in problem
    assert "disagrees with the pixels of 16 in 16 pictures" in problem


def test_the_sample_is_the_same_each_time_and_spread(made):
    manifest = read_manifest(made)
    chosen = procgen.verifying._chosen(manifest, 20)
    assert chosen == procgen.verifying._chosen(manifest, 20) == sorted(set(chosen))
    assert len({index // 7 for index in chosen}) > 5
    assert procgen.verifying._chosen(manifest, 100) == list(range(52))


def test_a_missing_page_is_written_again(copy):
    wanted = {name: (copy / name).read_bytes() for name in ("README.md", "croissant.json", "pictures.png")}
    for name in wanted:
        (copy / name).unlink()
    write_dataset(SPACE, copy, **HOW)
    assert {name: (copy / name).read_bytes() for name in wanted} == wanted
    (copy / "README.md").write_text("my own words")
    write_dataset(SPACE, copy, **HOW)
    assert (copy / "README.md").read_text() == "my own words"
    assert verify_dataset(copy, sample=0) == []
    assert json.loads(wanted["croissant.json"])["@type"] == "sc:Dataset"
