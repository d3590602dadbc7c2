import errno
import os
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from mosaics import SOURCE_TYPES, MosaicsError, Raster, read_provenance, save_picture

PIXELS = np.random.default_rng(0).integers(0, 256, (20, 31, 3)).astype(np.uint8)
FACTS = {"kind": "render", "recipe": {"seed": 7, "palette": ["#102030"]}, "title": "Größe 色", "share": 0.25}


@pytest.fixture
def saved(tmp_path):
    return save_picture(PIXELS, tmp_path / "a.png", provenance=FACTS, source_type="algorithmicMedia")


def test_pixels_and_facts_come_back(saved):
    with Image.open(saved) as image:
        assert image.mode == "RGB"
        assert image.info["srgb"] == 0
        assert np.array_equal(np.asarray(image), PIXELS)
    record = read_provenance(saved)
    assert record.pop("software").startswith("synchromy")
    assert record.pop("source_type") == "algorithmicMedia"
    assert record == FACTS


@pytest.mark.parametrize("source_type", SOURCE_TYPES)
def test_xmp_says_the_source_type(tmp_path, source_type):
    path = save_picture(PIXELS, tmp_path / "a.png", provenance={}, source_type=source_type)
    with Image.open(path) as image:
        tree = ET.fromstring(image.info["XML:com.adobe.xmp"].strip("\ufeff"))
    found = tree.find(".//{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType")
    assert found is not None
    assert found.text == f"http://cv.iptc.org/newscodes/digitalsourcetype/{source_type}"


def test_same_input_same_bytes(saved, tmp_path):
    turned = dict(reversed(FACTS.items()))
    again = save_picture(PIXELS, tmp_path / "b.png", provenance=turned, source_type="algorithmicMedia")
    assert again.read_bytes() == saved.read_bytes()


def test_a_picture_that_is_read_and_saved_again_stays_the_same(saved, tmp_path):
    again = save_picture(PIXELS, tmp_path / "b.png", provenance=read_provenance(saved), source_type="algorithmicMedia")
    assert again.read_bytes() == saved.read_bytes()


def test_numpy_values_become_plain(tmp_path):
    facts = {"nimg": np.int64(3), "shares": np.array([0.5, 0.5]), "mode": np.str_("rings")}
    path = save_picture(PIXELS, tmp_path / "a.png", provenance=facts, source_type="dataDrivenMedia")
    assert read_provenance(path)["shares"] == [0.5, 0.5]
    assert read_provenance(path)["mode"] == "rings"


def test_a_view_is_saved_like_its_copy(tmp_path):
    view = PIXELS[::2, ::-1]
    path = save_picture(view, tmp_path / "a.png", provenance={}, source_type="algorithmicMedia")
    with Image.open(path) as image:
        assert np.array_equal(np.asarray(image), view)


def test_nothing_is_overwritten_unless_forced(saved):
    before = saved.read_bytes()
    with pytest.raises(MosaicsError, match="exists; choose another name"):
        save_picture(PIXELS[:3], saved, provenance={}, source_type="algorithmicMedia")
    assert saved.read_bytes() == before
    save_picture(PIXELS[:3], saved, provenance={}, source_type="algorithmicMedia", force=True)
    assert saved.read_bytes() != before
    assert os.listdir(saved.parent) == ["a.png"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_disk_that_refuses_leaves_what_was_there(saved, monkeypatch, code, step):
    def refuse(*_):
        raise OSError(code, os.strerror(code))

    before = saved.read_bytes()
    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(MosaicsError, match=f"could not write .*{os.strerror(code)}; "):
        save_picture(PIXELS[:3], saved, provenance={}, source_type="algorithmicMedia", force=True)
    assert saved.read_bytes() == before
    assert os.listdir(saved.parent) == ["a.png"]


def test_what_another_has_written_meanwhile_is_not_overwritten(tmp_path):
    def strips():
        (tmp_path / "a.png").write_text("theirs")
        yield PIXELS

    raster = Raster(strips(), (PIXELS.shape[1], PIXELS.shape[0]))
    with pytest.raises(MosaicsError, match="exists; choose another name"):
        save_picture(raster, tmp_path / "a.png", provenance={}, source_type="algorithmicMedia")
    assert (tmp_path / "a.png").read_text() == "theirs"
    assert os.listdir(tmp_path) == ["a.png"]


def test_a_full_device_while_encoding(tmp_path):
    target = tmp_path / f".a.png.{os.getpid()}.tmp"
    target.symlink_to("/dev/full")
    noise = np.random.default_rng(1).integers(0, 256, (300, 300, 3)).astype(np.uint8)
    with pytest.raises(MosaicsError, match="No space left on device; free some space"):
        save_picture(noise, tmp_path / "a.png", provenance={}, source_type="algorithmicMedia")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing/a.png", "make the folder first"),
        ("a.xcf", "ends in .png"),
        ("a", "ends in .png"),
        ("x" * 300 + ".png", "name"),
    ],
)
def test_wrong_names(tmp_path, name, words):
    with pytest.raises(MosaicsError, match=words):
        save_picture(PIXELS, tmp_path / name, provenance={}, source_type="algorithmicMedia")


def test_a_folder_is_not_replaced(tmp_path):
    (tmp_path / "a.png").mkdir()
    with pytest.raises(MosaicsError, match="is a folder"):
        save_picture(PIXELS, tmp_path / "a.png", provenance={}, source_type="algorithmicMedia", force=True)
    assert os.listdir(tmp_path) == ["a.png"]


@pytest.mark.parametrize(
    ("pixels", "facts", "source_type", "words"),
    [
        (PIXELS / 255, {}, "algorithmicMedia", "uint8"),
        (PIXELS[..., 0], {}, "algorithmicMedia", r"\(H, W, 3\)"),
        (PIXELS[:0], {}, "algorithmicMedia", r"\(H, W, 3\)"),
        (PIXELS, {"a": object()}, "algorithmicMedia", "JSON can hold"),
        (PIXELS, {"a": float("nan")}, "algorithmicMedia", "JSON can hold"),
        (PIXELS, {}, "photograph", "source type among"),
    ],
)
def test_wrong_input_writes_nothing(tmp_path, pixels, facts, source_type, words):
    with pytest.raises(MosaicsError, match=words):
        save_picture(pixels, tmp_path / "a.png", provenance=facts, source_type=source_type)
    assert os.listdir(tmp_path) == []


def test_what_holds_no_provenance(tmp_path, saved):
    Image.fromarray(PIXELS).save(tmp_path / "plain.png")
    Image.fromarray(PIXELS).save(tmp_path / "photo.jpg")
    (tmp_path / "empty.png").write_bytes(b"")
    for name, words in {
        "plain.png": "says how it was made",
        "photo.jpg": "says how it was made",
        "empty.png": "expected a picture as PNG",
        "none.png": "could not read",
        ".": "could not read",
    }.items():
        with pytest.raises(MosaicsError, match=words):
            read_provenance(tmp_path / name)


def test_every_cut_and_every_damaged_text_is_noticed(tmp_path, saved):
    whole = saved.read_bytes()
    path = tmp_path / "cut.png"
    for length in range(8, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(MosaicsError, match="cut off or damaged"):
            read_provenance(path)
    at = whole.index(b"palette")
    path.write_bytes(whole[:at] + b"P" + whole[at + 1 :])
    with pytest.raises(MosaicsError, match="cut off or damaged"):
        read_provenance(path)


def test_foreign_text_under_our_keyword(tmp_path):
    from PIL.PngImagePlugin import PngInfo

    for text in ("not json", "[1]"):
        info = PngInfo()
        info.add_text("synchromy", text)
        Image.fromarray(PIXELS).save(tmp_path / "a.png", pnginfo=info)
        with pytest.raises(MosaicsError, match="JSON object"):
            read_provenance(tmp_path / "a.png")


def test_threads_write_side_by_side(tmp_path):
    def save(i):
        return save_picture(PIXELS, tmp_path / f"{i}.png", provenance={"i": i}, source_type="algorithmicMedia")

    with ThreadPoolExecutor(4) as pool:
        assert [read_provenance(path)["i"] for path in pool.map(save, range(8))] == list(range(8))
