"""Anybody's picture file as the network's bytes: turned as its camera says, in sRGB, on white, square if so asked."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms, ImageOps

from .errors import ExperimentsError

GREY_MODES = ("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "I;16N")
WHITE = (255, 255, 255, 255)
DAMAGE = (OSError, ValueError, SyntaxError, EOFError, RuntimeError, Image.DecompressionBombError, ImageCms.PyCMSError)
"""What Pillow raises for a file that is not what it seems."""


def decoded(path: Path, size: int, resize: str | None) -> np.ndarray:
    """The picture in a file: uint8 (size, size, 3), sRGB; of several in it, the first.

    Args:
        path: of the file.
        size: side in pixels.
        resize: a row of RESIZES, or None where the picture has this size already.

    Raises:
        ExperimentsError: the file is no whole picture.
    """
    try:
        with Image.open(path) as image:
            if resize is not None:  # JPEG can be read at a half, a quarter, an eighth, several times faster
                image.draft(None, (2 * size, 2 * size))
            rgb = flat(ImageOps.exif_transpose(image))
        square = rgb if resize is None else RESIZES[resize](rgb, size)
        return np.asarray(square)
    except DAMAGE as error:
        raise broken(path, error) from None


def broken(path: Path, error: Exception) -> ExperimentsError:
    """The sentence on a file that cannot be used."""
    why = "it is no picture" if isinstance(error, Image.UnidentifiedImageError) else str(error).rstrip(".") or "damage"
    return ExperimentsError(f"expected a whole picture in {path}, got a broken one ({why}): mend it or take it away")


def too_large(path: Path, most: int) -> ExperimentsError:
    """The sentence on a file of more pixels than are safely read."""
    return ExperimentsError(f"expected pictures of at most {most:,} pixels, got more in {path}: scale it down")


def grey(images: np.ndarray) -> np.ndarray:
    """Colour as grey, uint8 (..., 3) to (..., 1): luma as ITU-R BT.601 weighs it, rounded as Pillow's mode L."""
    weights = np.array([19595, 38470, 7471], np.uint32)  # .299, .587, .114 in parts of 65,536
    return ((images @ weights + 32768) >> 16).astype(np.uint8)[..., None]


def in_colour(images: np.ndarray) -> np.ndarray:
    """Grey as colour for whoever shows it, uint8 (..., 1) to (..., 3); colour as it is."""
    return np.repeat(images, 3, axis=-1) if images.shape[-1] == 1 else images


# --- colour ----------------------------------------------------------------------------------------------------------


def flat(image: Image.Image) -> Image.Image:
    """In sRGB, what can be seen through on white: mode RGB."""
    profile = image.info.get("icc_profile")
    image = _eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        colours = _srgb(image.convert("RGB"), profile)
        colours.putalpha(image.getchannel("A"))
        return Image.alpha_composite(Image.new("RGBA", image.size, WHITE), colours).convert("RGB")
    return _srgb(image, profile)


def _eight_bits(image: Image.Image) -> Image.Image:
    """What has more bits a channel than eight is rounded: Pillow would cut it at 255."""
    if image.mode == "F":
        raise ValueError("its pixels are fractions, save it with 8 or 16 bits")
    if image.mode != "I" and not image.mode.startswith("I;16"):
        return image
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65535:
        raise ValueError("its pixels have more than 16 bits, save it with 8 or 16")
    return Image.fromarray(((values * 255 + 32767) // 65535).astype(np.uint8))


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile is None and image.mode == "LAB":
        source = ImageCms.createProfile("LAB")
        return _transformed(image, ImageCms.ImageCmsProfile(source))
    if image.mode not in ("L", "RGB", "CMYK", "LAB"):
        image = image.convert("RGB")
    if profile is None:
        return image if image.mode == "RGB" else image.convert("RGB")
    theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
    if theirs.profile.xcolor_space.strip() == "RGB" and image.mode == "L":  # grey pictures often carry sRGB
        image = image.convert("RGB")
    return _transformed(image, theirs)


def _transformed(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    made: Any = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return made


# --- size ------------------------------------------------------------------------------------------------------------


def _crop(image: Image.Image, size: int) -> Image.Image:
    return ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS)


def _fit(image: Image.Image, size: int) -> Image.Image:
    scale = size / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    ground = Image.new("RGB", (size, size), _border(np.asarray(image)))
    small = image.resize((width, height), Image.Resampling.LANCZOS)
    ground.paste(small, ((size - width) // 2, (size - height) // 2))
    return ground


def _border(pixels: np.ndarray) -> tuple[int, int, int]:
    """The mean colour of the outermost pixels."""
    edges = (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])
    red, green, blue = np.rint(np.concatenate(edges).mean(axis=0)).astype(int).tolist()
    return red, green, blue


def _stretch(image: Image.Image, size: int) -> Image.Image:
    return image.resize((size, size), Image.Resampling.LANCZOS)


RESIZES: dict[str, Callable[[Image.Image, int], Image.Image]] = {"crop": _crop, "fit": _fit, "stretch": _stretch}
"""How a picture becomes a square of the network's size."""
