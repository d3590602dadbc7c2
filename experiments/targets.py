"""What a mosaic is to look like from afar: a target from a picture, a shape from a picture or from words."""

import logging
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from .decoding import DAMAGE, broken, flat
from .errors import ExperimentsError

LARGEST = 4096  # pixels of a target's longer side that are looked at
HELD = 40_000_000  # pixels of a file that is read at once: some 500 MB meanwhile; what is larger is read in strips
INTERLACED = 200_000_000  # pixels that no format lets anyone read in strips: 1 GB
_LETTER = 400  # pixels


def read_target(path: Path) -> np.ndarray:
    """The picture in a file, uint8 (H, W, 3), sRGB, at most LARGEST pixels wide or high; of several in it, the first.

    It may be larger than memory: JPEG, PNG, TIFF and WebP are read in strips.

    Raises:
        ExperimentsError: no such file, no whole picture, or a large one of a kind that is not read in strips.
    """
    return np.asarray(_opened(path).convert("RGB"))


def read_shape(path: Path) -> np.ndarray:
    """Where a picture is not its ground, bool (H, W): what can be seen through is ground, or else what is light.

    Raises:
        ExperimentsError: as `read_target`; or a picture that is all ground, or none.
    """
    picture = _opened(path, keep_alpha=True)
    if picture.mode == "RGBA":
        shape = np.asarray(picture.getchannel("A")) > 127
    else:
        shape = np.asarray(picture.convert("L")) < 128
    if not 0 < shape.mean() < 1:
        raise ExperimentsError(
            f"expected a shape in {path}, dark on light or on a transparent ground, got a picture that is "
            f"{'all of it' if shape.all() else 'none of it'}: give a silhouette"
        )
    return shape


def shape_of(words: str) -> np.ndarray:
    """Words as a shape, bool (H, W), in bold letters; lines are parted by | or a line's end.

    Raises:
        ExperimentsError: nothing to be seen in them.
    """
    from matplotlib.font_manager import findfont

    lines = [line.strip() for line in words.replace("|", "\n").splitlines()]
    font = ImageFont.truetype(findfont("DejaVu Sans:bold"), _LETTER)
    wide = max((round(font.getlength(line)) for line in lines), default=0)
    ground = Image.new("L", (max(1, wide), round(1.25 * _LETTER * max(1, len(lines)))))
    pen = ImageDraw.Draw(ground)
    for number, line in enumerate(lines):
        left = (wide - font.getlength(line)) / 2
        pen.text((left, 1.15 * _LETTER * number), line, font=font, fill=255)
    shape = np.asarray(ground) > 127
    if not shape.any():
        raise ExperimentsError(f"expected words of letters that can be seen, got {words!r}: write some")
    return shape


def _opened(path: Path, *, keep_alpha: bool = False) -> Image.Image:
    if not path.is_file():
        raise ExperimentsError(f"expected a picture in {path}, got no such file: name one")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                if image.width * image.height <= HELD:
                    return _reduced(image, keep_alpha)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        pass  # what Pillow calls a bomb is read in strips, too
    except DAMAGE as error:
        raise broken(path, error) from None
    return _read_in_strips(path, keep_alpha)


def _reduced(image: Image.Image, keep_alpha: bool) -> Image.Image:
    image.draft(None, (LARGEST, LARGEST))
    upright = ImageOps.exif_transpose(image)
    seen = upright.convert("RGBA") if keep_alpha and upright.has_transparency_data else flat(upright)
    seen.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    return seen


def _read_in_strips(path: Path, keep_alpha: bool) -> Image.Image:
    """A picture that need not fit into memory, reduced while it is read; colours, turns and transparency as above."""
    import pyvips

    logging.getLogger("pyvips").setLevel(logging.ERROR)  # its warnings are what the error says again
    try:
        header = pyvips.Image.new_from_file(str(path), access="sequential")
        if header.get_typeof("interlaced") and header.width * header.height > INTERLACED:
            raise ExperimentsError(
                f"expected a picture of up to {INTERLACED / 1e6:,.0f} million pixels where they are interlaced, as "
                f"they have to be held all at once, got {header.width:,} x {header.height:,} in {path}: save it "
                "without interlacing (not progressive)"
            )
        seen = pyvips.Image.thumbnail(
            str(path), LARGEST, height=LARGEST, size="down", export_profile="srgb", fail_on="error"
        )
        if seen.hasalpha() and not keep_alpha:
            seen = seen.flatten(background=[255] * (seen.bands - 1))
        return Image.fromarray(seen.colourspace("srgb").cast("uchar").numpy())
    except pyvips.Error as error:
        raise broken(path, ValueError(_plainly(str(error)))) from None


def _plainly(said: str) -> str:
    """The last of libvips' lines, or what to do about a kind of file that only fits into memory."""
    if "is not a known file format" in said:
        return f"of this kind only up to {HELD / 1e6:.0f} million pixels can be read, save it as TIFF, PNG or JPEG"
    return " ".join(said.strip().splitlines()[-1].split())
