"""Whether the worlds of a study differ in nothing but the gap: mean, variance, spectrum and compressed bytes."""

import zlib
from typing import Any

import numpy as np

from procgen import Space

from ..drawing import drawn

PICTURES = 2048
WITHIN = 0.05  # of each other


def measured_world(space: Space, seed: int, size: int, pictures: int = PICTURES) -> dict[str, Any]:
    """The four of one world, of pictures in [0, 1].

    mean, variance: of all pixels and channels. spectrum: power by octave of cycles a picture, from 1 up, the mean over
    pictures and channels. bytes: what a picture takes, deflated as PNG deflates it after its filter by rows.
    """
    images = drawn(space, seed, size, np.arange(pictures))
    values = images.astype(np.float32) / 255
    return {
        "mean": float(values.mean()),
        "variance": float(values.var()),
        "spectrum": _octaves(values).tolist(),
        "bytes": float(np.mean([_deflated(image) for image in images])),
    }


def _octaves(values: np.ndarray) -> np.ndarray:
    power = np.zeros(values.shape[1:3])
    for image in values:
        power += (np.abs(np.fft.fft2(image - image.mean((0, 1)), axes=(0, 1))) ** 2).mean(2)
    cycles = np.fft.fftfreq(len(power)) * len(power)
    octave = np.floor(np.log2(np.maximum(np.hypot(*np.meshgrid(cycles, cycles)), 0.5))).astype(int)
    size = len(power)
    return np.array([power[octave == k].mean() for k in range(int(np.log2(size)))]) / len(values) / size**2


def _deflated(image: np.ndarray) -> int:
    up = image - np.vstack([np.zeros_like(image[:1]), image[:-1]])  # modulo 256, PNG's filter "up"
    return len(zlib.compress(up.tobytes(), 6))


def compared(worlds: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """A row for each of the four (the spectrum by its octaves): its value in each world, how far apart, and if within.

    `apart` is the largest of them less the smallest, as a share of their mean.
    """
    names = list(worlds)
    flat = {name: _flat(worlds[name]) for name in names}
    rows = []
    for key in flat[names[0]]:
        values = [flat[name][key] for name in names]
        apart = float(np.ptp(values) / np.mean(values))
        rows.append({"what": key, **dict(zip(names, values, strict=True)), "apart": apart, "within": apart <= WITHIN})
    return rows


def _flat(world: dict[str, Any]) -> dict[str, float]:
    octaves = {f"spectrum, {2**k} to {2 ** (k + 1)} cycles": value for k, value in enumerate(world["spectrum"])}
    return {"mean": world["mean"], "variance": world["variance"], **octaves, "compressed bytes": world["bytes"]}
