"""The colours of a file: profiles that say what its numbers mean, and pictures converted into them.

Sources: ICC.1:2010 (profile version 4.2); IEC 61966-2-1 (sRGB); Adobe RGB (1998) Color Image Encoding, May 2005. The
profiles are made here from these numbers, so that they are the same bytes everywhere and anybody may pass them on.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mosaics.errors import MosaicsError
from mosaics.oklab import LINEAR_OF_BYTE, to_linear

_D50 = np.array([0.9642, 1.0, 0.8249])  # the white of profiles
_D65 = (0.3127, 0.3290)
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_PIXELS_AT_ONCE = 1 << 20  # while they are floats


@dataclass(frozen=True)
class Profile:
    """A space of colours with the white of daylight.

    Attributes:
        name: as people know it.
        primaries: x and y (CIE 1931) of red, green and blue.
        gamma: of a pure power; None for the curve of sRGB.
    """

    name: str
    primaries: tuple[tuple[float, float], ...]
    gamma: float | None


PROFILES = {
    "srgb": Profile("sRGB IEC61966-2.1", ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), None),
    "adobe-rgb": Profile("Adobe RGB (1998) compatible", ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), 563 / 256),
}
"""What a picture can be written in, by name."""


def find_profile(name: str) -> Profile:
    """The profile of that name.

    Raises:
        MosaicsError: there is none.
    """
    if name not in PROFILES:
        raise MosaicsError(f'expected a profile among {", ".join(PROFILES)}, received "{name}"; choose one of these')
    return PROFILES[name]


@lru_cache(maxsize=4)
def profile_bytes(name: str) -> bytes:
    """The ICC profile of a name of `PROFILES`."""
    profile = find_profile(name)
    white = _xyz(*_D65)
    adapt = np.linalg.inv(_BRADFORD) @ np.diag((_BRADFORD @ _D50) / (_BRADFORD @ white)) @ _BRADFORD
    tags = {
        b"desc": _text(profile.name),
        b"cprt": _text("No rights reserved (CC0)"),
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(_D50),
        b"chad": b"sf32\0\0\0\0" + _fixed(adapt),
        b"rTRC": _curve(profile.gamma),
    }
    tags |= {b"gTRC": tags[b"rTRC"], b"bTRC": tags[b"rTRC"]}
    for letter, column in zip(b"rgb", (adapt @ _matrix(profile)).T, strict=True):
        tags[bytes([letter]) + b"XYZ"] = b"XYZ \0\0\0\0" + _fixed(column)
    return _assembled(tags)


def converted(strips: Iterable[np.ndarray], name: str) -> Iterable[np.ndarray]:
    """Pictures of sRGB with the same colours in another profile.

    Args:
        strips: uint8 or uint16 (rows, width, 3), sRGB.
        name: of `PROFILES`.

    Returns:
        Strips of the same shapes and types, each made when its turn comes.
    """
    profile = find_profile(name)
    return strips if profile.gamma is None else (_converted(strip, profile) for strip in strips)


def _converted(strip: np.ndarray, profile: Profile) -> np.ndarray:
    mix = (np.linalg.inv(_matrix(profile)) @ _matrix(PROFILES["srgb"])).T.astype(np.float32)
    light_of, step = _light_of(strip.dtype.itemsize), max(1, _PIXELS_AT_ONCE // strip.shape[1])
    new = np.empty_like(strip)
    for top in range(0, len(strip), step):
        part = slice(top, top + step)
        new[part] = _encoded(light_of[strip[part]] @ mix, strip.dtype, profile)
    return new


def _encoded(light: np.ndarray, dtype: np.dtype, profile: Profile) -> np.ndarray:
    light = np.clip(light, 0, 1)
    if dtype == np.uint8:
        return _bytes_of_light(profile.gamma)[(light * 65535 + 0.5).astype(np.uint16)]
    assert profile.gamma is not None
    return (np.power(light, np.float32(1 / profile.gamma)) * 65535 + 0.5).astype(np.uint16)


@lru_cache(maxsize=2)
def _light_of(size: int) -> np.ndarray:
    return LINEAR_OF_BYTE if size == 1 else to_linear(np.arange(65536) / 65535).astype(np.float32)


@lru_cache(maxsize=2)
def _bytes_of_light(gamma: float) -> np.ndarray:
    return np.rint((np.arange(65536) / 65535) ** (1 / gamma) * 255).astype(np.uint8)


def _matrix(profile: Profile) -> np.ndarray:
    """Linear light to XYZ, white at Y = 1, not adapted: (3, 3) (SMPTE RP 177)."""
    columns = np.array([_xyz(*each) for each in profile.primaries]).T
    return columns * np.linalg.solve(columns, _xyz(*_D65))


def _xyz(x: float, y: float) -> np.ndarray:
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _text(words: str) -> bytes:
    data = words.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(data), 28) + data


def _curve(gamma: float | None) -> bytes:
    if gamma is not None:
        return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    return b"para\0\0\0\0\0\3\0\0" + _fixed(np.array([2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]))


def _fixed(values: np.ndarray) -> bytes:
    """Numbers in 1/65536."""
    return np.rint(np.asarray(values).ravel() * 65536).astype(">i4").tobytes()


def _assembled(tags: dict[bytes, bytes]) -> bytes:
    """Header, table and data; tags of equal data share it."""
    table, data, places = b"", b"", {}
    start = 128 + 4 + 12 * len(tags)
    for kind, content in tags.items():
        if content not in places:
            places[content] = start + len(data)
            data += content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", kind, places[content], len(content))
    size = start + len(data)
    date = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)  # a profile of now would be another file each time
    head = struct.pack(">I4sI4s4s4s12s4s", size, b"\0" * 4, 0x04200000, b"mntr", b"RGB ", b"XYZ ", date, b"acsp")
    head += bytes(28) + _fixed(_D50)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data
