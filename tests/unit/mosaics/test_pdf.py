"""PDF as a reader of Google's sees it: its page, its boxes, its pixels; and what it says of itself."""

import numpy as np
import pytest

from mosaics import MosaicsError, Raster, read_provenance, save_picture
from mosaics.saving import written_bytes

pdfium = pytest.importorskip("pypdfium2", reason="no other reader of PDF is installed")

KIND = {"provenance": {"title": "Größe & <b>"}, "source_type": "algorithmicMedia"}
PIXELS = np.linspace(0, 255, 60 * 90 * 3).reshape(60, 90, 3).round().astype(np.uint8)


def save(path, pixels=PIXELS, cuts=(7, 30), **paper):
    height, width, _ = pixels.shape
    return save_picture(Raster(np.split(pixels, cuts), (width, height), **paper), path, **KIND)


def seen(path):
    page = pdfium.PdfDocument(path)[0]
    return np.asarray(page.render(scale=2).to_pil().convert("RGB"), int)  # 144 pixels per inch


@pytest.mark.parametrize("bits", [8, 16])
def test_its_page_is_its_picture(tmp_path, bits):
    pixels = PIXELS if bits == 8 else PIXELS.astype(np.uint16) * 257
    path = save(tmp_path / "a.pdf", pixels, bits=bits, dpi=144)
    assert pdfium.PdfDocument(path)[0].get_size() == (45, 30)
    assert np.abs(seen(path) - PIXELS).max() <= 2
    assert read_provenance(path)["title"] == KIND["provenance"]["title"]


def test_a_picture_that_does_not_say_has_300_pixels_an_inch(tmp_path):
    assert pdfium.PdfDocument(save(tmp_path / "a.pdf"))[0].get_size() == pytest.approx((90 * 0.24, 60 * 0.24))


def test_what_bleeds_lies_beyond_the_trim_box(tmp_path):
    page = pdfium.PdfDocument(save(tmp_path / "a.pdf", dpi=144, bleed_px=6))[0]
    assert page.get_mediabox() == page.get_bleedbox() == pytest.approx((0, 0, 45, 30))
    assert page.get_trimbox() == pytest.approx((3, 3, 42, 27))


def test_a_wall_is_measured_in_larger_units(tmp_path):
    path = save(tmp_path / "a.pdf", dpi=1 / 5)  # 450 inches wide: more than 14,400 points
    page = pdfium.PdfDocument(path)[0]
    unit = 3
    assert f"/UserUnit {unit}".encode() in path.read_bytes()
    assert max(page.get_size()) * unit == pytest.approx(450 * 72)


def test_colours_of_another_profile_look_the_same(tmp_path):
    smooth = np.linspace((120, 60, 230), (240, 200, 90), 5400).reshape(60, 90, 3).round().astype(np.uint8)
    path = save(tmp_path / "a.pdf", smooth, profile="adobe-rgb", dpi=144)
    assert np.abs(seen(path) - smooth).max() <= 3


def test_the_same_bytes_however_it_was_cut(tmp_path):
    one, other = save(tmp_path / "a.pdf", dpi=300), save(tmp_path / "b.pdf", cuts=(), dpi=300)
    assert one.read_bytes() == other.read_bytes()
    assert written_bytes(Raster([PIXELS], (90, 60)), "a.pdf") < len(one.read_bytes())


def test_a_cut_file_is_noticed_and_another_programs_is_no_error(tmp_path):
    path = save(tmp_path / "a.pdf")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MosaicsError, match="cut off or damaged"):
        read_provenance(path)
    other = pdfium.PdfDocument.new()
    other.new_page(100, 100)
    other.save(tmp_path / "other.pdf")
    with pytest.raises(MosaicsError, match="says how it was made"):
        read_provenance(tmp_path / "other.pdf")
