"""Latents and the pictures drawn from them."""

import zlib
from collections.abc import Iterator

import keras
import numpy as np

from . import pixels
from .errors import ModelsError


def latents(count: int, size: int, seed: int, *, purpose: str = "sample", index: int = 0) -> np.ndarray:
    """Standard normal latents, float32 (count, size): a function of (seed, purpose, index), row i of count alone."""
    return _stream(seed, purpose, index).standard_normal((count, size), dtype=np.float32)


def latent_batches(count: int, size: int, seed: int, *, batch: int) -> Iterator[np.ndarray]:
    """The rows of `latents` in order, up to `batch` at a time: any count in the memory of one batch."""
    rng = _stream(seed, "sample", 0)
    return (rng.standard_normal((min(batch, count - i), size), dtype=np.float32) for i in range(0, count, batch))


def _stream(seed: int, purpose: str, index: int) -> np.random.Generator:
    key = (zlib.crc32(purpose.encode()), index)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


def truncated(z: np.ndarray, truncation: float) -> np.ndarray:
    """Latents shrunk towards their mean 0: z * psi, psi in (0, 1]; less variety, nearer the most usual picture.

    The prior is a normal law here and no network maps it, so StyleGAN's w_mean + psi (w - w_mean) is a factor on z.
    """
    if not 0.0 < truncation <= 1.0:
        raise ModelsError(f"expected a truncation above 0 and up to 1 (1 changes nothing), got {truncation}")
    return z if truncation == 1.0 else z * np.float32(truncation)


def drawn(generator: keras.Model, z: np.ndarray, *, batch: int = 64, truncation: float = 1.0) -> Iterator[np.ndarray]:
    """The pictures of `draw` in order, up to `batch` at a time: any count in the memory of one batch."""
    z = truncated(z, truncation)
    return (_draw_batch(generator, z[start : start + batch], batch) for start in range(0, len(z), batch))


def draw(generator: keras.Model, z: np.ndarray, *, batch: int = 64, truncation: float = 1.0) -> np.ndarray:
    """Pictures of the latents z (N, latent) as uint8 (N, size, size, channels); batch norms use moving statistics."""
    return np.concatenate(list(drawn(generator, z, batch=batch, truncation=truncation)))


def _draw_batch(generator: keras.Model, z: np.ndarray, batch: int) -> np.ndarray:
    # One batch shape for all: the last is padded, so that nothing is compiled anew and rounding is the same.
    padded = np.concatenate([z, np.zeros((batch - len(z), z.shape[1]), np.float32)])
    return pixels.to_bytes(generator.predict_on_batch(padded))[: len(z)]


def sample(generator: keras.Model, *, count: int, seed: int, truncation: float = 1.0) -> np.ndarray:
    """`count` new pictures, uint8 (count, size, size, channels): a function of (weights, seed, truncation)."""
    return draw(generator, latents(count, generator.input_shape[-1], seed), truncation=truncation)
