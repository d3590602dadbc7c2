"""Tables of vectors read, and shown as pictures."""

import numpy as np
import pytest
from PIL import Image

import models
import mosaics
from experiments import ExperimentsError, picture_of
from experiments.cppn.asking import find_cppn
from experiments.cppn.showing_latents import CALM, LatentsAsked, plan_latents, read_rows, save_latents
from experiments.cppn.vectors import Vectors, read_vectors
from experiments.rebuilding import rebuild
from experiments.run import Run

ROWS = np.random.default_rng(0).normal(3, 5, (6, 4))


@pytest.fixture
def asked():
    vectors = Vectors(ROWS, tuple("abcdef"), {"file": "a.npy", "sha256": ""})
    return LatentsAsked(vectors, tuple(range(6)), find_cppn("silk", {**CALM, "width": 12}))


def test_arrays_and_tables_are_read_alike(tmp_path):
    np.save(tmp_path / "a.npy", ROWS)
    np.savez(tmp_path / "b.npz", x=ROWS)
    np.savez(tmp_path / "c.npz", x=ROWS, y=ROWS[:2])
    np.savetxt(tmp_path / "d.csv", ROWS, delimiter=",", header="a,b,c,d", comments="", fmt="%.17g")
    np.savetxt(tmp_path / "e.tsv", ROWS, delimiter="\t", fmt="%.17g")
    lines = [f"{'uvwxyz'[number]},{','.join(map(repr, row.tolist()))}" for number, row in enumerate(ROWS)]
    (tmp_path / "f.csv").write_text("name,1st,2nd,3rd,4th\n" + "\n".join(lines))
    for name in ("a.npy", "b.npz", "c.npz:x", "d.csv", "e.tsv", "f.csv"):
        assert np.array_equal(read_vectors(str(tmp_path / name)).rows, ROWS), name
    assert read_vectors(str(tmp_path / "f.csv")).names == tuple(f"{n}  {'uvwxyz'[n]}" for n in range(6))


def test_the_latents_of_a_run_are_those_of_its_snapshots(example):
    known = read_vectors(str(example.run))
    config = Run(example.run).config
    assert known.rows.shape == (config.snapshots.readings, config.network.latent)
    again = models.latents(config.snapshots.readings, config.network.latent, config.seed, purpose="fixed")
    assert np.array_equal(known.rows, again)


def test_units_do_not_matter():
    scaled = Vectors(ROWS * np.array([1, 1e6, 1e-6, 1]) + 7, (), {})
    assert np.allclose(scaled.even, Vectors(ROWS, (), {}).even, atol=1e-6)
    lengths = np.linalg.norm(scaled.even, axis=1)
    assert np.sqrt((lengths**2).mean()) == pytest.approx(1)
    constant = Vectors(np.column_stack([ROWS, np.full(6, 0.1)]), (), {})
    assert np.allclose(constant.even[:, :4], scaled.even, atol=1e-6)
    assert not constant.even[:, 4].any()


def test_near_vectors_look_alike():
    rng = np.random.default_rng(1)
    kinds = rng.normal(0, 1, (4, 64))
    rows = np.concatenate([kind + 0.2 * rng.normal(0, 1, (5, 64)) for kind in kinds])
    shown = LatentsAsked(Vectors(rows, tuple(map(str, range(20))), {}), tuple(range(20)), find_cppn("silk", CALM))
    pictures = np.stack([picture_of(recipe, (24, 24)) for recipe in shown.recipes]).reshape(20, -1).astype(float)
    away = np.linalg.norm(pictures[:, None] - pictures, axis=-1)
    kind = np.arange(20) // 5
    same = (kind[:, None] == kind) & ~np.eye(20, dtype=bool)
    assert away[same].mean() < 0.6 * away[kind[:, None] != kind].mean()
    np.fill_diagonal(away, np.inf)
    assert (kind[away.argmin(axis=1)] == kind).mean() > 0.9


def test_a_row_looks_the_same_whichever_are_shown(asked):
    some = LatentsAsked(asked.vectors, (4,), asked.recipe)
    assert some.recipes == [asked.recipes[4]]
    assert some.names == ["e"]


def test_raw_numbers_are_the_latents(asked):
    raw = LatentsAsked(asked.vectors, (0, 2), asked.recipe, raw=True)
    assert np.array_equal(raw.recipes[1].z, ROWS[2].astype(np.float32))


def test_a_sheet_is_made_again_and_its_cells_are_recipes(asked, tmp_path):
    out, again = tmp_path / "a.png", tmp_path / "b.png"
    plan = plan_latents(asked, out, cell=32)
    save_latents(asked, out, cell=32)
    assert out.stat().st_size / 2 < plan["bytes"] < out.stat().st_size * 2
    assert find_cppn(f"{out}:3") == asked.recipes[3]
    rebuild(out, again, report=lambda *_: None)
    assert out.read_bytes() == again.read_bytes()


def test_a_folder_has_a_picture_a_row(asked, tmp_path):
    save_latents(asked, tmp_path / "made", cell=16)
    files = sorted((tmp_path / "made").iterdir())
    assert [file.name for file in files] == [f"row-{number}.png" for number in range(6)]
    assert np.array_equal(np.asarray(Image.open(files[2])), picture_of(asked.recipes[2], (16, 16)))
    assert mosaics.read_provenance(files[2])["row"] == "c"


@pytest.mark.parametrize(
    ("text", "expected"), [(None, (0, 1, 2, 3, 4, 5)), ("1,4", (1, 4)), ("1:3", (1, 2)), ("::2,5", (0, 2, 4, 5))]
)
def test_rows(text, expected):
    assert read_rows(text, 6) == expected


@pytest.mark.parametrize("text", ["x", "1,", "7", "-1", "3:3", "1:2:3:4", "0:3:0"])
def test_rows_that_are_none(text):
    with pytest.raises(ExperimentsError, match="expected rows"):
        read_rows(text, 6)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.npy", np.zeros(3), "expected a table"),
        ("a.npy", np.zeros((0, 3)), "expected a table"),
        ("a.npy", np.array([["a"]]), "expected a table"),
        ("a.npy", np.zeros((2, 5000)), "up to 4096 numbers"),
        ("a.npy", np.array([[1.0], [np.nan]]), "infinity in row 1"),
        ("a.npy", b"no array", "expected an array"),
        ("a.npz", b"no array", "expected an array"),
        ("a.csv", b"", "expected a table"),
        ("a.csv", b"a,b\nc,d\n", "expected a table"),
        ("a.csv", b"1,2\n3\n", "expected 2 columns"),
        ("a.csv", b"1,inf\n", "infinity in row 0"),
        ("a.txt", b"1", "expected vectors as .npy"),
    ],
)
def test_what_is_no_table_is_one_sentence(tmp_path, name, content, words):
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        np.save(path, content)
    with pytest.raises(ExperimentsError, match=words):
        read_vectors(str(path))


def test_others_that_are_none(tmp_path, asked):
    np.savez(tmp_path / "c.npz", x=ROWS, y=ROWS)
    with pytest.raises(ExperimentsError, match="say which"):
        read_vectors(str(tmp_path / "c.npz"))
    with pytest.raises(ExperimentsError, match="does not exist"):
        read_vectors(str(tmp_path / "none.npy"))
    with pytest.raises(ExperimentsError, match="expected a reach"):
        LatentsAsked(asked.vectors, (0,), asked.recipe, 0)
    many = LatentsAsked(asked.vectors, (0,) * 1025, asked.recipe)
    with pytest.raises(ExperimentsError, match="up to 1024 vectors"):
        save_latents(many, tmp_path / "a.png", cell=32)
