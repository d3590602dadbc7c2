"""Whatever a file holds, the network sees its colours: a table of files and what they look like."""

import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from experiments import ExperimentsError
from experiments.decoding import RESIZES, decoded, grey

SIZE = 16
ORANGE = (240, 120, 30)


def saved(path, image, **options):
    image.save(path, **options)
    return path


def plain(mode, colour):
    return Image.new(mode, (SIZE, SIZE), colour)


def sixteen_bits(value):
    return Image.fromarray(np.full((SIZE, SIZE), value, np.uint16))


def palette():
    image = plain("P", 1)
    image.putpalette([0, 0, 0, *ORANGE])
    return image


def exchanged_profile():
    """sRGB whose red and green primaries have changed places."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return data.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)


def srgb_profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


FILES = {  # name: (file, image, options of saving, the colour that is seen, how far off it may be)
    "colour": ("a.png", lambda: plain("RGB", ORANGE), {}, ORANGE, 0),
    "JPEG": ("a.jpg", lambda: plain("RGB", ORANGE), {"quality": 95}, ORANGE, 2),
    "WebP": ("a.webp", lambda: plain("RGB", ORANGE), {"lossless": True}, ORANGE, 0),
    "TIFF": ("a.tif", lambda: plain("RGB", ORANGE), {}, ORANGE, 0),
    "BMP": ("a.bmp", lambda: plain("RGB", ORANGE), {}, ORANGE, 0),
    "grey": ("a.png", lambda: plain("L", 77), {}, (77,) * 3, 0),
    "one bit": ("a.png", lambda: plain("1", 1), {}, (255,) * 3, 0),
    "palette": ("a.png", palette, {}, ORANGE, 0),
    "palette with a clear colour": ("a.png", palette, {"transparency": 1}, (255,) * 3, 0),
    "half clear": ("a.png", lambda: plain("RGBA", (0, 0, 0, 128)), {}, (127,) * 3, 1),
    "clear": ("a.webp", lambda: plain("RGBA", (*ORANGE, 0)), {"lossless": True}, (255,) * 3, 0),
    "grey, half clear": ("a.png", lambda: plain("LA", (100, 51)), {}, (224,) * 3, 1),
    "16 bits": ("a.png", lambda: sixteen_bits(30000), {}, (117,) * 3, 0),
    "16 bits, white": ("a.tif", lambda: sixteen_bits(65535), {}, (255,) * 3, 0),
    "CMYK": ("a.tif", lambda: plain("CMYK", (0, 255, 0, 0)), {}, (255, 0, 255), 0),
    "CMYK as JPEG": ("a.jpg", lambda: plain("CMYK", (255, 0, 0, 0)), {"quality": 95}, (0, 255, 255), 2),
    "LAB": ("a.tif", lambda: plain("LAB", (137, 128, 128)), {}, (128,) * 3, 4),
    "profile of sRGB": ("a.png", lambda: plain("RGB", ORANGE), {"icc_profile": srgb_profile()}, ORANGE, 1),
    "profile with red for green": (
        "a.png",
        lambda: plain("RGB", (200, 50, 30)),
        {"icc_profile": exchanged_profile()},
        (50, 200, 30),
        2,
    ),
    "the same, half clear": (
        "a.png",
        lambda: plain("RGBA", (200, 50, 30, 128)),
        {"icc_profile": exchanged_profile()},
        (152, 227, 142),
        2,
    ),
    "grey with a profile of colour": ("a.png", lambda: plain("L", 90), {"icc_profile": srgb_profile()}, (90,) * 3, 1),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("resize", [None, *RESIZES])
def test_a_file_is_what_it_looks_like(name, resize, tmp_path):
    file, image, options, colour, tolerance = FILES[name]
    pixels = decoded(saved(tmp_path / file, image(), **options), SIZE, resize)
    assert pixels.dtype == np.uint8
    assert pixels.shape == (SIZE, SIZE, 3)
    assert np.abs(pixels.astype(int) - colour).max() <= tolerance


@pytest.mark.parametrize(("turn", "corner"), [(1, (0, 0)), (3, (-1, -1)), (6, (0, -1)), (8, (-1, 0))])
def test_it_is_turned_as_the_camera_says(turn, corner, tmp_path):
    image = Image.new("RGB", (SIZE, SIZE))
    image.paste(ORANGE, (0, 0, 4, 4))
    exif = Image.Exif()
    exif[0x0112] = turn
    pixels = decoded(saved(tmp_path / "a.png", image, exif=exif), SIZE, None)
    assert tuple(pixels[corner]) == ORANGE
    assert np.count_nonzero(pixels.any(axis=2)) == 16


def test_the_three_ways_to_a_square(tmp_path):
    """A wide picture: left third red, middle green, right blue, its upper and lower edge white."""
    image = Image.new("RGB", (96, 32), "white")
    for place, colour in enumerate(("red", "green", "blue")):
        image.paste(colour, (32 * place, 1, 32 * place + 32, 31))
    path = saved(tmp_path / "a.png", image)
    crop, fit, stretch = (decoded(path, 32, how) for how in ("crop", "fit", "stretch"))
    assert (crop[16] == (0, 128, 0)).all(axis=1).mean() > 0.8
    assert [tuple(stretch[16, x]) for x in (5, 16, 26)] == [(255, 0, 0), (0, 128, 0), (0, 0, 255)]
    ground = fit[0]
    assert (ground == ground[0]).all()
    assert (ground[0] > 150).all()  # mostly white, some of red and blue
    assert [tuple(fit[16, x]) for x in (4, 16, 27)] == [(255, 0, 0), (0, 128, 0), (0, 0, 255)]


def test_a_large_jpeg_is_seen_as_it_is(tmp_path):
    """It is read at a quarter of its size, which no eye may tell from the whole."""
    x = np.linspace(0, 255, 640)
    pixels = np.stack(np.broadcast_arrays(x[None], x[:, None], 255 - x[None]), axis=-1).astype(np.uint8)
    small = decoded(saved(tmp_path / "a.jpg", Image.fromarray(pixels), quality=95), 32, "crop")
    whole = decoded(saved(tmp_path / "a.png", Image.fromarray(pixels)), 32, "crop")
    assert np.abs(small.astype(int) - whole).max() <= 4


def test_grey_is_pillows_grey():
    pixels = np.random.default_rng(1).integers(0, 256, (50, 40, 3), np.uint8)
    assert np.array_equal(grey(pixels)[..., 0], np.asarray(Image.fromarray(pixels).convert("L")))
    assert np.array_equal(grey(np.repeat(pixels[..., :1], 3, axis=-1)), pixels[..., :1])


def whole_png():
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)).save(file, "png")
    return file.getvalue()


def fractions():
    file = io.BytesIO()
    Image.fromarray(np.full((SIZE, SIZE), 0.5, np.float32)).save(file, "tiff")
    return file.getvalue()


def wrong_profile():
    file = io.BytesIO()
    plain("RGB", ORANGE).save(file, "png", icc_profile=b"no profile at all")
    return file.getvalue()


BROKEN = {
    "empty": (b"", "it is no picture"),
    "text": (b"hello, world", "it is no picture"),
    "half": (whole_png()[:300], "truncated"),
    "damaged": (whole_png()[:200] + bytes(400) + whole_png()[600:], r"broken one \(.+\)"),
    "fractions": (fractions(), "its pixels are fractions"),
    "wrong profile": (wrong_profile(), r"broken one \(.+\)"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named_in_one_sentence(name, tmp_path):
    data, words = BROKEN[name]
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(ExperimentsError, match=words) as raised:
        decoded(tmp_path / "a.png", SIZE, None)
    assert str(raised.value).startswith(f"expected a whole picture in {tmp_path / 'a.png'}, got a broken one")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ExperimentsError, match=r"a\.png"):
        decoded(tmp_path / "a.png", SIZE, None)


def wholes():
    """A picture as the bytes of several kinds of files, with all that a camera adds."""
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in ("png", "jpeg", "webp", "bmp"):
        file = io.BytesIO()
        image.save(file, kind, **({} if kind == "bmp" else {"exif": exif, "icc_profile": srgb_profile()}))
        yield file.getvalue()


@pytest.mark.filterwarnings("ignore")  # Pillow warns of what is odd, and goes on
@settings(deadline=None)
@given(st.sampled_from(list(wholes())), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1))
def test_whatever_is_damaged_it_is_a_picture_or_one_sentence(data, changes):
    damaged = bytearray(data)
    for place, byte in changes:
        damaged[int(place**3 * (len(damaged) - 1))] = byte  # most of them in the header
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.png"
        path.write_bytes(damaged)
        said = _said(path)
        assert said == "" or (str(path) in said and "\n" not in said)


def _said(path):
    try:
        assert decoded(path, SIZE, "crop").shape == (SIZE, SIZE, 3)
    except ExperimentsError as error:
        return str(error)
    return ""
