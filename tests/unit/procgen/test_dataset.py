"""Datasets: the same bytes however they were made, readable by others, and one sentence for whatever is wrong."""

import json
import math
import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import procgen.encoded
from procgen import (
    ProcgenError,
    Recipe,
    Space,
    open_dataset,
    plan_dataset,
    render,
    stream,
    to_uint8,
    verify_dataset,
    write_dataset,
)
from procgen.encoded import encoded
from procgen.files import locked
from procgen.manifest import new_manifest, shard_count, shard_range
from procgen.shards import decode, encode, write_shard
from tests.support.datasets import HOW, SPACE, shard
from tests.support.folders import digests

# The same bytes


@pytest.mark.parametrize("workers", [2, 4])
def test_bytes_do_not_depend_on_workers(made, tmp_path, workers):
    write_dataset(SPACE, tmp_path / "again", **HOW, workers=workers)
    assert digests(tmp_path / "again") == digests(made)


def test_bytes_do_not_depend_on_the_executor(made, tmp_path):
    with ThreadPoolExecutor(3) as executor:
        write_dataset(SPACE, tmp_path / "again", **HOW, executor=executor)
    assert digests(tmp_path / "again") == digests(made)


def test_a_picture_does_not_depend_on_the_count(made, tmp_path):
    write_dataset(SPACE, tmp_path / "fewer", **HOW | {"count": 9})
    fewer, more = open_dataset(tmp_path / "fewer"), open_dataset(made)
    assert np.array_equal(fewer.images(), more.images(range(9)))
    np.testing.assert_equal(fewer[8][1], more[8][1])


def test_what_is_there_and_sound_is_kept(copy):
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    seen = []
    manifest = write_dataset(SPACE, copy, **HOW, progress=lambda *at: seen.append(at))
    assert manifest == open_dataset(copy).manifest
    assert seen == [(52, 52)]
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*")} == before


def test_progress_counts_every_picture(tmp_path):
    seen = []
    write_dataset(SPACE, tmp_path / "new", **HOW, progress=lambda *at: seen.append(at))
    assert seen == [(min(7 * number, 52), 52) for number in range(1, 9)]


def truncate(folder):
    shard(folder).write_bytes(shard(folder).read_bytes()[:-100])


def empty(folder):
    shard(folder).write_bytes(b"")


def remove(folder):
    shard(folder).unlink()


def swap(folder):
    shutil.copy(shard(folder, 7), shard(folder))


def exchange(folder):
    first, second = shard(folder, 1), shard(folder, 2)
    first.rename(folder / "aside")
    second.rename(first)
    (folder / "aside").rename(second)


def flip(folder):
    data = bytearray(shard(folder).read_bytes())
    data[1500] ^= 1
    shard(folder).write_bytes(data)


def flip_footer(folder):
    data = bytearray(shard(folder).read_bytes())
    data[data.rindex(b"parquet-cpp-arrow")] ^= 1  # whose name the footer ends with
    shard(folder).write_bytes(data)


def flip_page_header(folder):
    data = bytearray(shard(folder).read_bytes())
    with pq.ParquetFile(shard(folder)) as file:
        column = file.metadata.row_group(0).column(3)
    data[column.data_page_offset + 1] ^= 2
    shard(folder).write_bytes(data)


def unfinish(folder):
    page = folder / "manifest.json"
    page.write_text(json.dumps(json.loads(page.read_text()) | {"complete": False, "shards": []}))


def leave_behind(folder):
    unfinish(folder)
    shard(folder).rename(f"{shard(folder)}.123-456.part")


@pytest.mark.parametrize("damage", [truncate, empty, remove, swap, exchange, flip, flip_footer, unfinish, leave_behind])
def test_the_same_call_repairs(copy, damage):
    before = digests(copy)
    damage(copy)
    write_dataset(SPACE, copy, **HOW, workers=2)
    assert digests(copy) == before


@pytest.mark.parametrize("damage", [flip, flip_footer, flip_page_header])
def test_an_unfinished_dataset_is_checked_to_the_last_byte(copy, damage):
    before = digests(copy)
    damage(copy)
    unfinish(copy)
    write_dataset(SPACE, copy, **HOW)
    assert digests(copy) == before


# Read by us


def test_each_row_is_its_recipe(made):
    data = open_dataset(made)
    assert len(data) == 52
    for index, (image, factors) in enumerate(data):
        recipe = SPACE.sample(5, index)
        assert data.recipe(index) == recipe
        np.testing.assert_equal(factors, recipe.factors())  # to which NaN, not defined, is itself
        assert np.array_equal(image, to_uint8(render(recipe, 32)))
        assert image.dtype == np.uint8


def test_columns_are_what_the_rows_say(made):
    data = open_dataset(made)
    rows = [factors for _, factors in data]
    for name in rows[0]:
        np.testing.assert_equal(data.column(name).tolist(), [row[name] for row in rows])
    assert data.column("index").tolist() == list(range(52))
    assert data.column("index").dtype == np.int64
    assert data.column("recipe").dtype == object
    assert data.column("recipe")[3] == SPACE.sample(5, 3).to_json()
    assert data.classes("composition") == tuple(SPACE.compositions)
    assert data.space == SPACE


@settings(deadline=None)
@given(indices=st.lists(st.integers(-52, 51), max_size=12))
def test_images_come_in_the_order_asked(made, indices):
    data = open_dataset(made)
    images = data.images(indices)
    assert images.shape == (len(indices), 32, 32, 3)
    assert all(np.array_equal(image, data[index][0]) for image, index in zip(images, indices, strict=True))


def test_images_take_slices_and_masks(made):
    data = open_dataset(made)
    everything = data.images()
    mask = np.arange(52) % 3 == 0
    for indices in (slice(2, 9, 3), slice(None, None, -20), mask, mask.tolist(), np.array([4, -1]), slice(0, 0)):
        picked = everything[np.array(indices)] if isinstance(indices, list) else everything[indices]
        assert np.array_equal(data.images(indices), picked)


@pytest.mark.parametrize(
    "ask",
    [
        lambda data: data.images(5),
        lambda data: data.images(slice(1.5)),
        lambda data: data.images([1.5]),
        lambda data: data.images("12"),
        lambda data: data.images([True, False]),
        lambda data: data.images([3, True]),
        lambda data: data[0:3],
        lambda data: data[1.5],
        lambda data: data[True],
        lambda data: data.recipe("3"),
    ],
)
def test_what_is_no_index(made, ask):
    with pytest.raises(ProcgenError, match=r"(by a whole number, and several .*, not |needs 52 truth values)"):
        ask(open_dataset(made))


def test_a_dataset_outlives_a_change_of_folder(copy, tmp_path, monkeypatch):
    monkeypatch.chdir(copy.parent)
    data = open_dataset(copy.name)
    monkeypatch.chdir(tmp_path.parent)
    assert data.images([0, 51]).shape == (2, 32, 32, 3)


def test_encoded_pictures_are_what_pyarrow_reads(tmp_path):
    manifest = write_dataset(SPACE, tmp_path / "many", count=820, size=8, seed=5)
    theirs = pq.read_table(tmp_path / "many" / "data")["image"].to_pylist()
    order = stream(0, 0, "order").permutation(820).tolist()
    for indices in (range(820), order, order):  # from ascending groups, known groups, one by one
        ours = list(encoded(tmp_path / "many", manifest, indices))
        assert ours == [theirs[index]["bytes"] for index in indices]


def test_a_shuffled_reader_reads_each_group_once(copy, monkeypatch):
    groups = []
    column = procgen.encoded._column
    monkeypatch.setattr(procgen.encoded, "_column", lambda *at: groups.append(at) or column(*at))
    procgen.encoded._places.cache_clear()
    data = open_dataset(copy)
    for _ in range(3):
        for index in stream(0, 0, "order").permutation(52).tolist():
            data[index]
    assert len(groups) == 8


# Decoded once


@pytest.fixture
def caches(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches" / "synchromy"


def test_the_cache_holds_the_pictures(copy, tmp_path, caches, monkeypatch):
    before, data = digests(copy), open_dataset(copy)
    for folder in (None, tmp_path / "some" / "where"):
        pictures = data.cached(folder)
        assert np.array_equal(pictures, data.images())
        assert not pictures.flags.writeable
    with monkeypatch.context() as patch:
        patch.setattr(type(data), "images", None)  # what is there is not made again
        assert np.array_equal(pickle.loads(pickle.dumps(data)).cached(), pictures)
    assert digests(copy) == before  # what is published holds no cache
    assert len(list(caches.iterdir())) == 1


@pytest.mark.parametrize("given", ["", "relative"])
def test_the_cache_of_a_user_without_a_setting(copy, tmp_path, given, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", given)
    monkeypatch.setenv("HOME", str(tmp_path))
    open_dataset(copy).cached()
    assert len(list((tmp_path / ".cache" / "synchromy").iterdir())) == 1


def test_caches_of_two_datasets_are_two(made, tmp_path):
    write_dataset(SPACE, tmp_path / "other", **HOW | {"seed": 6})
    both = [open_dataset(folder).cached(tmp_path / "cache") for folder in (made, tmp_path / "other")]
    assert len(list((tmp_path / "cache").iterdir())) == 2
    assert not np.array_equal(*both)


@pytest.mark.parametrize("damage", [b"", b"not an array", b"\x93NUMPY\x01\x00"])
def test_a_cache_that_cannot_be_used(copy, caches, damage):
    data = open_dataset(copy)
    data.cached()
    (file,) = caches.iterdir()
    file.write_bytes(damage)
    with pytest.raises(ProcgenError, match=r"decoded pictures .* cannot be used .*delete that file"):
        data.cached()


def test_a_cache_where_none_can_be(copy, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ProcgenError, match="with room for 159,744 bytes"):
        open_dataset(copy).cached(tmp_path / "file")


def test_a_cache_of_what_lies_at_a_url(caches):
    write_dataset(SPACE, "memory://cached/dataset", **HOW)
    data = open_dataset("memory://cached/dataset")
    assert np.array_equal(data.cached(), data.images())
    assert len(list(caches.iterdir())) == 1


def test_oblong_pictures(tmp_path):
    write_dataset(SPACE, tmp_path / "wide", count=3, size=(48, 16), seed=1)
    assert open_dataset(tmp_path / "wide").images().shape == (3, 16, 48, 3)


def test_a_dataset_can_be_pickled(made):
    data = pickle.loads(pickle.dumps(open_dataset(made)))
    assert np.array_equal(data[7][0], open_dataset(made)[7][0])


def test_the_cache_tells_datasets_at_one_path_apart(tmp_path):
    images = []
    for seed in (1, 2):
        shutil.rmtree(tmp_path / "here", ignore_errors=True)
        write_dataset(SPACE, tmp_path / "here", count=2, size=32, seed=seed)
        images.append(open_dataset(tmp_path / "here").images())
    assert not np.array_equal(*images)


@settings(deadline=None)
@given(seed=st.integers(0, 99), height=st.integers(1, 40), width=st.integers(1, 40))
def test_the_codec_loses_nothing(seed, height, width):
    pixels = stream(seed, 0, "pixels").integers(0, 256, (height, width, 3), np.uint8)
    codec = {"format": "webp", "lossless": True, "method": 0, "quality": 20}
    assert np.array_equal(decode(encode(pixels, codec), (width, height)), pixels)


@settings(deadline=None)
@given(count=st.integers(1, 10**7))
def test_shards_partition_the_pictures(count):
    manifest = {"count": count, "shard_rows": new_manifest(SPACE, count=count, size=8, seed=0)["shard_rows"]}
    last = shard_range(manifest, shard_count(manifest) - 1)
    assert shard_range(manifest, 0).start == 0
    assert last.stop == count
    assert 1 <= len(last) <= manifest["shard_rows"] <= 1000


# Read by others


def test_the_schema_is_the_one_others_expect(made):
    file = pq.ParquetFile(shard(made))
    image = file.schema_arrow.field("image")
    assert image.type == pa.struct([pa.field("bytes", pa.binary()), pa.field("path", pa.string())])
    assert all(field.nullable for field in (image, *image.type))
    features = json.loads(file.schema_arrow.metadata[b"huggingface"])["info"]["features"]
    assert features["image"] == {"_type": "Image"}
    assert features["harmony"] == {"names": list(SPACE.harmonies), "_type": "ClassLabel"}
    assert file.schema_arrow.field("harmony").type == pa.int64()
    assert file.schema_arrow.field("base_hue_deg").type == pa.float64()
    assert file.schema_arrow.names == ["index", "image", *SPACE.sample(5, 0).factors(), "recipe"]
    group = file.metadata.row_group(0)
    codecs = {group.column(n).path_in_schema: group.column(n).compression for n in range(group.num_columns)}
    assert codecs.pop("image.bytes") == "UNCOMPRESSED"
    assert set(codecs.values()) == {"ZSTD"}


@pytest.mark.parametrize(("size", "group_rows"), [(8, 100), (256, 100), (2048, 21), (16_383, 1)])
def test_row_groups_are_small(size, group_rows):
    manifest = new_manifest(SPACE, count=50_000, size=size, seed=0)
    assert (manifest["shard_rows"], manifest["group_rows"]) == (1000, group_rows)


def test_several_row_groups(tmp_path):
    manifest = write_dataset(SPACE, tmp_path / "many", count=820, size=8, seed=5)
    assert manifest["shard_rows"] == 103
    assert pq.ParquetFile(shard(tmp_path / "many")).metadata.num_row_groups == 2
    data = open_dataset(tmp_path / "many")
    for index in (0, 102, 103, 202, 203, 205, 206, 819):
        assert data.recipe(index) == SPACE.sample(5, index)


def test_a_factor_that_is_not_defined_is_null_in_the_file(tmp_path, monkeypatch):
    factors = Recipe.factors
    monkeypatch.setattr(Recipe, "factors", lambda recipe: factors(recipe) | {"base_hue_deg": math.nan})
    write_dataset(SPACE, tmp_path / "grey", count=1, size=8, seed=0)
    data = open_dataset(tmp_path / "grey")
    assert pq.read_table(shard(tmp_path / "grey", 0))["base_hue_deg"].to_pylist() == [None]
    assert math.isnan(data[0][1]["base_hue_deg"])
    assert np.isnan(data.column("base_hue_deg")).all()


def test_hugging_face_opens_it(made, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    datasets = pytest.importorskip("datasets")
    theirs = datasets.load_dataset(str(made), split="train", cache_dir=str(tmp_path))
    ours = open_dataset(made)
    assert len(theirs) == 52
    assert theirs.features["composition"].names == list(ours.classes("composition"))
    for index in (0, 51):
        assert np.array_equal(np.asarray(theirs[index]["image"].convert("RGB")), ours[index][0])
        assert theirs.features["harmony"].int2str(theirs[index]["harmony"]) == ours[index][1]["harmony"]


def test_duckdb_opens_it(made):
    duckdb = pytest.importorskip("duckdb")
    query = f"select composition, base_hue_deg, octet_length(image.bytes) from '{made}/data/*.parquet' order by index"
    rows, ours = duckdb.sql(query).fetchall(), open_dataset(made)
    assert [ours.classes("composition")[row[0]] for row in rows] == ours.column("composition").tolist()
    np.testing.assert_equal(
        [math.nan if row[1] is None else row[1] for row in rows], ours.column("base_hue_deg").tolist()
    )
    assert all(row[2] > 30 for row in rows)


def test_polars_opens_it(made):
    polars = pytest.importorskip("polars")
    frame, ours = polars.read_parquet(f"{made}/data/*.parquet").sort("index"), open_dataset(made)
    hues = [math.nan if hue is None else hue for hue in frame["base_hue_deg"].to_list()]
    np.testing.assert_equal(hues, ours.column("base_hue_deg").tolist())
    first = frame["image"][0]
    assert first["path"] == "00000000.webp"
    assert np.array_equal(decode(first["bytes"], (32, 32)), ours[0][0])


# Plans


def test_a_plan_foretells_the_dataset_and_writes_nothing(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = plan_dataset(SPACE, **HOW)
    real = open_dataset(made).manifest
    assert plan["shards"] == len(real["shards"])
    assert {key: plan[key] for key in ("count", "size", "seed")} == {"count": 52, "size": [32, 32], "seed": 5}
    assert 0.2 < plan["estimated_bytes"] / sum(each["bytes"] for each in real["shards"]) < 1.5
    assert plan["estimated_seconds"] >= 0
    assert json.loads(json.dumps(plan)) == plan
    assert not list(tmp_path.iterdir())


# What is wrong, in one sentence, and nothing harmed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"count": 0}, "count must be"),
        ({"count": 2.5}, "count must be"),
        ({"count": 10**8}, "count must be"),
        ({"size": 4}, "size must be"),
        ({"size": 20_000}, "at most 16383"),
        ({"seed": -1}, "seed must be"),
        ({"seed": "x"}, "seed must be"),
        ({"workers": 0}, "workers must be"),
    ],
)
def test_impossible_settings(tmp_path, change, words):
    with pytest.raises(ProcgenError, match=words):
        write_dataset(SPACE, tmp_path / "new", **HOW | change)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("space", "change", "words"),
    [
        (SPACE, {"seed": 6}, "another dataset .seed 5, not 6."),
        (SPACE, {"count": 53}, "count 52, not 53"),
        (SPACE, {"size": 16}, r"size \[32, 32\], not \[16, 16\]"),
        (Space(compositions=["bars"]), {}, "another space"),
    ],
)
def test_another_dataset_is_left_alone(copy, space, change, words):
    before = digests(copy)
    with pytest.raises(ProcgenError, match=words):
        write_dataset(space, copy, **HOW | change)
    assert digests(copy) == before


def test_a_space_by_its_name(tmp_path):
    for call in (lambda: write_dataset("quick", tmp_path / "new", **HOW), lambda: plan_dataset("quick", **HOW)):
        with pytest.raises(ProcgenError, match=r"must be a Space, as load_space.* not 'quick'"):
            call()


@pytest.mark.parametrize("change", [{"size": [16, 16]}, {"group_rows": 3}, {"seed": 6}])
def test_a_changed_manifest_costs_no_shard(copy, change):
    page = copy / "manifest.json"
    page.write_text(json.dumps(json.loads(page.read_text()) | change))
    with pytest.raises(ProcgenError, match=r"manifest.json is not that of its shards.*: restore it"):
        open_dataset(copy)
    assert not any("delete" in problem for problem in verify_dataset(copy))


def test_another_name_for_the_same_space_is_the_same_dataset(copy):
    before = digests(copy)
    write_dataset(replace(SPACE, name="renamed"), copy, **HOW)
    assert digests(copy) == before


@pytest.mark.parametrize("name", ["notes.txt", "data/old.parquet"])
def test_other_files_are_left_alone(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(ProcgenError, match="holds other files"):
        write_dataset(SPACE, tmp_path, **HOW)
    assert [path.read_text() for path in tmp_path.rglob("*") if path.is_file()] == ["mine"]


@pytest.mark.parametrize("page", ["{", "[]", '{"format": 99}', '{"format": 1}', "\udcff"])
def test_another_manifest_is_left_alone(tmp_path, page):
    (tmp_path / "manifest.json").write_bytes(page.encode(errors="surrogateescape"))
    for call in (lambda: write_dataset(SPACE, tmp_path, **HOW), lambda: open_dataset(tmp_path)):
        with pytest.raises(ProcgenError, match="manifest"):
            call()
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize(
    "change",
    [
        {"count": "52"},
        {"count": 0},
        {"count": True},
        {"shard_rows": 0},
        {"group_rows": 0},
        {"size": [32]},
        {"size": 32},
        {"size": [32, -1]},
        {"seed": -1},
        {"seed": 1.5},
        {"space": 3},
        {"renderer": None},
        {"columns": []},
        {"columns": {"harmony": 3}},
        {"columns": {"harmony": [1]}},
        {"versions": "all"},
        {"codec": None},
        {"complete": 1},
        {"shards": None},
        {"shards": [3] * 8},
        {"shards": [{}] * 8},
        {"shards": []},
    ],
)
def test_a_damaged_manifest(copy, change):
    page = copy / "manifest.json"
    page.write_text(json.dumps(json.loads(page.read_text()) | change))
    for call in (open_dataset, verify_dataset, lambda folder: write_dataset(SPACE, folder, **HOW)):
        with pytest.raises(ProcgenError, match=r"^The manifest .*manifest.json is damaged at '[a-z_]+': restore it"):
            call(copy)


def test_other_libraries_do_not_finish_what_these_began(copy):
    unfinish(copy)
    page = copy / "manifest.json"
    page.write_text(page.read_text().replace(f'"pyarrow": "{pa.__version__}"', '"pyarrow": "1.0"'))
    with pytest.raises(ProcgenError, match=r"begun with .* pyarrow 1\.0"):
        write_dataset(SPACE, copy, **HOW)


def test_a_worker_of_other_libraries_draws_nothing(tmp_path):
    manifest = new_manifest(SPACE, **HOW)
    manifest["versions"]["pillow"] = "1.0"
    with pytest.raises(ProcgenError, match=r"This worker has .* is made with .*pillow 1\.0"):
        write_shard(str(tmp_path), manifest, 0)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_a_folder(tmp_path):
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ProcgenError, match="cannot be written"):
            write_dataset(SPACE, folder, **HOW)
    assert (tmp_path / "file").read_text() == "mine"


def test_one_writer_at_a_time(copy):
    unfinish(copy)
    with locked(copy), pytest.raises(ProcgenError, match="Another process is writing"):
        write_dataset(SPACE, copy, **HOW)
    write_dataset(SPACE, copy, **HOW)


def test_a_folder_that_is_no_dataset(tmp_path):
    for call in (open_dataset, verify_dataset):
        with pytest.raises(ProcgenError, match=r"^There is no dataset folder"):
            call(tmp_path / "missing")
        with pytest.raises(ProcgenError, match=r"holds no manifest\.json"):
            call(tmp_path)


def test_an_unfinished_dataset(copy):
    unfinish(copy)
    with pytest.raises(ProcgenError, match="unfinished: run the same generate command again"):
        open_dataset(copy)
    assert any("unfinished" in problem for problem in verify_dataset(copy, sample=2))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (truncate, "magic bytes"),
        (empty, "cannot be used"),
        (remove, "missing.: run the same"),
        (swap, "3 rows where 7"),
        (exchange, "other pictures"),
    ],
)
def test_a_damaged_shard_is_noticed_on_opening(copy, damage, words):
    damage(copy)
    with pytest.raises(ProcgenError, match=words):
        open_dataset(copy)
    problems = verify_dataset(copy, sample=2)
    assert len(problems) == (2 if damage is exchange else 1)
    assert all("run the same generate command again." in problem for problem in problems)


def test_a_shard_of_another_dataset_is_noticed_on_opening(copy, tmp_path):
    write_dataset(SPACE, tmp_path / "other", **HOW | {"seed": 6})
    shutil.copy(shard(tmp_path / "other"), shard(copy))
    with pytest.raises(ProcgenError, match="not of this dataset"):
        open_dataset(copy)


def test_a_flipped_bit_is_noticed_on_reading(copy):
    flip(copy)
    data = open_dataset(copy)
    data.images(range(7))
    for read in (data.images, lambda: data[8]):
        with pytest.raises(ProcgenError, match=r"train-00001-of-00008.*CRC.*delete it and run the same"):
            read()


def test_verify_finds_what_is_wrong(copy):
    assert verify_dataset(copy, sample=2) == []
    flip(copy)
    shard(copy, 3).unlink()
    (copy / "data" / "other.parquet").write_text("")
    problems = "\n".join(verify_dataset(copy, sample=2))
    assert all(name in problems for name in ("00001-of-00008.parquet is not what", "00003-of-00008.parquet is missing"))
    assert "other.parquet does not belong" in problems


@pytest.mark.parametrize("data", [b"", b"nonsense", encode(np.zeros((9, 8, 3), np.uint8), {"format": "png"})])
def test_a_picture_that_cannot_be_decoded(data):
    with pytest.raises(ProcgenError, match="cannot be decoded") as caught:
        decode(data, (8, 8))
    assert "0x" not in str(caught.value)


def test_what_is_not_there_is_said(made):
    data = open_dataset(made)
    for index in (52, -53):
        with pytest.raises(ProcgenError, match="it has 52"):
            data[index]
        with pytest.raises(ProcgenError, match="it has 52"):
            data.images([0, index])
    with pytest.raises(ProcgenError, match=r"no column 'hue'.*base_hue_deg"):
        data.column("hue")
    with pytest.raises(ProcgenError, match=r"no classes.*composition"):
        data.classes("base_hue_deg")
