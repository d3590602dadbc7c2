"""Differentiable augmentation of pictures before the discriminator sees them (DiffAugment, Zhao et al. 2020).

Real and fake pictures pass the same functions, so that the generator learns the pictures and not their augmentation.
Pictures are floats (N, H, W, C) in [-1, 1], before any packing; the slope reaches the pixels. What is empty is 0, the
middle grey. Colours may leave [-1, 1]: clipping would cut the slope.
"""

from collections.abc import Callable, Iterable
from typing import Any

import keras
from keras import ops

from .errors import ModelsError

SHIFT = 0.125  # of the side, at most
HOLE = 0.5  # side of the cut-out square, of the picture's side


def colour(images: Any, seed_generator: keras.random.SeedGenerator) -> Any:
    """Brightness moved by up to .5, saturation scaled by 0 to 2, contrast by .5 to 1.5; each picture draws its own."""
    brightness, saturation, contrast = (_uniform(images, seed_generator) for _ in range(3))
    images = images + (brightness - 0.5)
    grey = ops.mean(images, axis=3, keepdims=True)
    images = (images - grey) * (2.0 * saturation) + grey
    mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
    return (images - mean) * (contrast + 0.5) + mean


def translation(images: Any, seed_generator: keras.random.SeedGenerator) -> Any:
    """Each picture moved by whole pixels, up to an eighth of its side either way; what it leaves is empty."""
    count, (height, width, channels) = ops.shape(images)[0], images.shape[1:]
    rows = _whole(count, round(-height * SHIFT), round(height * SHIFT) + 1, seed_generator) + ops.arange(height)
    columns = _whole(count, round(-width * SHIFT), round(width * SHIFT) + 1, seed_generator) + ops.arange(width)
    inside = _both(_within(rows, 0, height), _within(columns, 0, width))
    first = ops.arange(count)[:, None, None] * (height * width)
    places = first + ops.clip(rows, 0, height - 1)[:, :, None] * width + ops.clip(columns, 0, width - 1)[:, None, :]
    moved = ops.take(ops.reshape(images, (-1, channels)), places, axis=0)
    return moved * ops.cast(inside, images.dtype)


def cutout(images: Any, seed_generator: keras.random.SeedGenerator) -> Any:
    """A square of half the side emptied in each picture, its centre anywhere, cut off at the border."""
    count, (height, width, _) = ops.shape(images)[0], images.shape[1:]
    hidden = []
    for side in (height, width):
        hole = round(side * HOLE)
        start = _whole(count, 0, side + 1, seed_generator) - hole // 2
        hidden.append(_within(ops.arange(side)[None, :], start, start + hole))
    return images * (1.0 - ops.cast(_both(*hidden), images.dtype))


AUGMENTATIONS: dict[str, Callable[[Any, keras.random.SeedGenerator], Any]] = {
    "colour": colour,
    "translation": translation,
    "cutout": cutout,
}


def augmented(images: Any, names: Iterable[str], seed_generator: keras.random.SeedGenerator) -> Any:
    """`images` after each of `names` (rows of AUGMENTATIONS) in turn; no names leave them as they are."""
    for name in names:
        if name not in AUGMENTATIONS:
            raise ModelsError(f"expected augmentations of {sorted(AUGMENTATIONS)}, got {name!r}")
        images = AUGMENTATIONS[name](images, seed_generator)
    return images


def _uniform(images: Any, seed_generator: keras.random.SeedGenerator) -> Any:
    """One number in [0, 1) for each picture, (N, 1, 1, 1)."""
    shape = (ops.shape(images)[0], 1, 1, 1)
    return ops.cast(keras.random.uniform(shape, dtype="float32", seed=seed_generator), images.dtype)


def _whole(count: Any, low: int, high: int, seed_generator: keras.random.SeedGenerator) -> Any:
    """One whole number in [low, high) for each picture, (N, 1)."""
    return keras.random.randint((count, 1), low, high, seed=seed_generator)


def _within(places: Any, low: Any, high: Any) -> Any:
    return ops.logical_and(places >= low, places < high)


def _both(rows: Any, columns: Any) -> Any:
    """Where both masks (N, H) and (N, W) hold, (N, H, W, 1)."""
    return ops.logical_and(rows[:, :, None, None], columns[:, None, :, None])
