"""Colours from outside: a list, a palette file of GIMP or Adobe, or a picture; and the roles they take in a drawing.

Sources: GIMP, app/core/gimppalette-load.c for .gpl; the .ase layout as N. Carlsson-Grip (2011) took it apart, which
every reader since has followed: "ASEF", a version, and blocks of a type, a length and a body, all big-endian.
"""

import struct
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from .color import delta_e_ok, hex_from_srgb, linear_from_srgb, oklab_from_linear, srgb_from_hex, srgb_from_linear
from .contrasts import FIGURE_GROUND_MIN
from .errors import ProcgenError
from .palettes import Palette

Array = np.ndarray
FEWEST, MOST = 3, 7
"""How many colours a drawing can use."""

_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp")
_SIDE = 256  # pixels of the small copy that colours are taken from
_COLOUR_BLOCK = 0x0001
# CIE XYZ of D50 to linear sRGB of D65, Bradford adaptation: Lindbloom, "RGB/XYZ Matrices".
_SRGB_FROM_XYZ_D50 = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)
_WHITE_D50 = np.array([0.96422, 1.0, 0.82521])


def read_palette(source: str | Path) -> list[str]:
    """The colours of a list or a file as '#rrggbb', in the order of roles: the ground, the figures, the accent.

    A list "#f4efe6,#20242c,#c8402f" says the order itself, and so does a .gpl or .ase file. Those of a picture are
    ordered by area, the small one farthest from the largest last. Where the first colour of a file or picture is
    hardly told from another one, the colour that stands out most from the rest becomes the ground.

    Raises:
        ProcgenError: it is none of these, it cannot be read, or it has too few colours.
    """
    text, path = str(source), Path(source)
    if text.lstrip().startswith("#"):
        return _enough([_checked(word) for word in text.replace(",", " ").split()], repr(text))
    readers: dict[str, Callable[[Path], list[str]]] = {".gpl": _gpl, ".ase": _ase}
    readers |= dict.fromkeys(_PICTURES, _taken)
    if path.suffix.lower() not in readers:
        raise ProcgenError(
            f"A palette must be a list as '#f4efe6,#20242c,#c8402f', a .gpl or .ase file or a picture, not {text!r}."
        )
    try:
        colours = readers[path.suffix.lower()](path)
    except OSError as error:
        raise ProcgenError(f"The palette {text!r} cannot be read ({error.strerror or error}): check it.") from None
    return _arranged(colours, repr(text))


def with_roles(colours: Iterable[str]) -> Palette:
    """A palette of colours in the order of roles: first the ground, last the accent, between them the figures.

    Of three colours the accent is the second figure, too; of more than seven the nearest figures are dropped.

    Raises:
        ProcgenError: if there are fewer than three, or one is not '#rrggbb'.
    """
    listed = _enough([_checked(colour) for colour in colours], "of a drawing")
    ground, *figures, accent = _fewer(listed)
    return Palette(ground, tuple(figures) if len(figures) > 1 else (*figures, accent), accent)


def hardly_seen(palette: Palette) -> list[str]:
    """The figures that stand out less from the ground than a mixed palette lets them, FIGURE_GROUND_MIN in OKLab."""
    apart = delta_e_ok(palette.oklab[1:-1], palette.oklab[0])
    return [colour for colour, far in zip(palette.figures, apart, strict=True) if far < FIGURE_GROUND_MIN]


def _checked(colour: str) -> str:
    return hex_from_srgb(srgb_from_hex(colour))


def _enough(colours: list[str], what: str) -> list[str]:
    """The different ones among some colours."""
    kept = list(dict.fromkeys(colours))
    if len(kept) < FEWEST:
        noun = "colour" if len(kept) == 1 else "colours"
        raise ProcgenError(f"The palette {what} has {len(kept)} {noun}: give {FEWEST} or more, different ones.")
    return kept


def _lab(colours: list[str]) -> Array:
    return oklab_from_linear(linear_from_srgb(np.stack([srgb_from_hex(colour) for colour in colours])))


def _distances(colours: list[str]) -> Array:
    lab = _lab(colours)
    return delta_e_ok(lab[:, None], lab[None])


def _fewer(colours: list[str]) -> list[str]:
    """At most MOST of them: of the two figures nearest to each other, the later one goes."""
    kept = list(colours)
    while len(kept) > MOST:
        apart = _distances(kept)[1:-1, 1:-1]
        apart[np.tril_indices(len(apart))] = np.inf
        kept.pop(1 + int(np.unravel_index(np.argmin(apart), apart.shape)[1]))
    return kept


def _arranged(colours: list[str], what: str) -> list[str]:
    """Different colours, one first that can be the ground of all others."""
    kept = _enough(colours, what)
    apart = _distances(kept) + np.diag(np.full(len(kept), np.inf))
    least = np.min(apart, axis=1)
    ground = 0 if least[0] >= FIGURE_GROUND_MIN else int(np.argmax(least))
    return [kept[ground], *kept[:ground], *kept[ground + 1 :]]


def _gpl(path: Path) -> list[str]:
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    if not lines or lines[0].strip() != "GIMP Palette":
        raise ProcgenError(f"The palette {str(path)!r} is no GIMP palette: its first line must say so.")
    colours = []
    for number, line in enumerate(lines[1:], 2):
        words = line.split()
        if not words or words[0].startswith("#") or ":" in words[0]:
            continue
        if len(words) < 3 or not all(word.isdecimal() and int(word) < 256 for word in words[:3]):
            raise ProcgenError(f"The palette {str(path)!r} is damaged in line {number}: expected three numbers to 255.")
        colours.append("#" + bytes(int(word) for word in words[:3]).hex())
    return colours


def _ase(path: Path) -> list[str]:
    data = path.read_bytes()
    if data[:4] != b"ASEF":
        raise ProcgenError(f"The palette {str(path)!r} is no Adobe Swatch Exchange file: it must begin with ASEF.")
    try:
        return [hex_from_srgb(_swatch(body)) for kind, body in _blocks(data) if kind == _COLOUR_BLOCK]
    except (struct.error, KeyError, ValueError):
        raise ProcgenError(f"The palette {str(path)!r} is cut off or damaged: save it again.") from None


def _blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    (count,) = struct.unpack_from(">I", data, 8)
    place = 12
    for _ in range(count):
        kind, length = struct.unpack_from(">HI", data, place)
        body = data[place + 6 : place + 6 + length]
        if len(body) < length:
            raise ValueError("cut off")
        yield kind, body
        place += 6 + length


def _swatch(body: bytes) -> Array:
    """sRGB of a colour block: a name in UTF-16, the model, and its values."""
    (letters,) = struct.unpack_from(">H", body)
    model = body[2 + 2 * letters : 6 + 2 * letters].decode("latin-1").strip().lower()
    values = {"rgb": 3, "cmyk": 4, "lab": 3, "gray": 1}
    numbers = np.array(struct.unpack_from(f">{values[model]}f", body, 6 + 2 * letters))
    if not np.all(np.isfinite(numbers)):
        raise ValueError("not a number")
    if model == "cmyk":  # without an ink profile: each ink takes its share of one primary
        return (1 - numbers[:3]) * (1 - numbers[3])
    if model == "lab":
        return _srgb_from_lab(numbers)
    return np.broadcast_to(numbers, 3)


def _srgb_from_lab(lab: Array) -> Array:
    """sRGB of CIELAB under D50, lightness 0..1, a and b as they are: CIE 15:2004, 8.2.1, inverted."""
    middle = (lab[0] * 100 + 16) / 116
    roots = np.array([middle + lab[1] / 500, middle, middle - lab[2] / 200])
    xyz = np.where(roots > 6 / 29, roots**3, 3 * (6 / 29) ** 2 * (roots - 4 / 29)) * _WHITE_D50
    return srgb_from_linear(np.clip(_SRGB_FROM_XYZ_D50 @ xyz, 0, 1))


def _taken(path: Path) -> list[str]:
    """The colours of a picture, up to MOST: the ground, the figures by area, the accent."""
    from PIL import Image, UnidentifiedImageError

    try:
        # A large picture is no attack here.
        calm = warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning)
        with calm, Image.open(path) as image:
            small = image.convert("RGB")
            small.thumbnail((_SIDE, _SIDE), Image.Resampling.NEAREST)  # a mean would mix new colours at every edge
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError) as error:
        raise ProcgenError(f"The picture {str(path)!r} cannot be read ({error}): give another one.") from None
    pixels = _within_fields(np.asarray(small))
    _, box, counts = np.unique(pixels >> 3, axis=0, return_inverse=True, return_counts=True)
    srgb = np.stack([np.bincount(box.ravel(), pixels[:, k]) / counts for k in range(3)], -1) / 255
    chosen, areas = _clustered(oklab_from_linear(linear_from_srgb(srgb)), counts)
    by_area = chosen[np.argsort(-areas, kind="stable")].tolist()
    return _accent_last([hex_from_srgb(srgb[i]) for i in by_area])


def _within_fields(image: Array) -> Array:
    """The pixels, (n, 3), that are like a neighbour in each direction: an edge has mixed colours of its own."""
    inside = np.ones(image.shape[:2], bool)
    for axis in (0, 1):
        alike = np.abs(np.diff(image.astype(int), axis=axis)).max(-1) < 16
        before, after = (np.pad(alike, [(s * (a == axis), (1 - s) * (a == axis)) for a in (0, 1)]) for s in (1, 0))
        inside &= before | after
    return image[inside] if inside.mean() > 0.1 else image.reshape(-1, 3)


def _accent_last(colours: list[str]) -> list[str]:
    if len(colours) <= FEWEST:
        return colours
    half = len(colours) // 2
    accent = colours[half + int(np.argmax(_distances(colours)[0, half:]))]
    return [*(colour for colour in colours if colour != accent), accent]


def _clustered(lab: Array, counts: Array) -> tuple[Array, Array]:
    """A few rounds of k-means, started at colours far apart and frequent: (the numbers of real colours, areas)."""
    centres = lab[[int(np.argmax(counts))]]
    while len(centres) < min(MOST, len(lab)):
        nearest = np.min(delta_e_ok(lab[:, None], centres[None]), axis=1)
        if nearest.max() < FIGURE_GROUND_MIN / 3:
            break
        centres = np.vstack([centres, lab[np.argmax(nearest * counts**0.3)]])
    for _ in range(3):
        owner = np.argmin(delta_e_ok(lab[:, None], centres[None]), axis=1)
        areas = np.bincount(owner, counts, len(centres))[:, None]
        sums = np.stack([np.bincount(owner, counts * lab[:, k], len(centres)) for k in range(3)], -1)
        centres = np.where(areas > 0, sums / np.maximum(areas, 1), centres)
    chosen, kept = np.unique(np.argmin(delta_e_ok(lab[:, None], centres[None]), axis=0), return_index=True)
    return chosen, np.bincount(owner, counts, len(centres))[kept]
