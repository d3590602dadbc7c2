"""Latents and the pictures drawn from them."""

import zlib

import keras
import numpy as np

from . import pixels


def latents(count: int, size: int, seed: int, *, purpose: str = "sample", index: int = 0) -> np.ndarray:
    """Standard normal latents, float32 (count, size): a function of (seed, purpose, index), row i of count alone."""
    key = (zlib.crc32(purpose.encode()), index)
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
    return rng.standard_normal((count, size), dtype=np.float32)


def draw(generator: keras.Model, z: np.ndarray, *, batch: int = 64) -> np.ndarray:
    """Pictures of the latents z (N, latent) as uint8 (N, size, size, channels); batch norms use moving statistics."""
    pictures = [_draw_batch(generator, z[start : start + batch], batch) for start in range(0, len(z), batch)]
    return np.concatenate(pictures)


def _draw_batch(generator: keras.Model, z: np.ndarray, batch: int) -> np.ndarray:
    # One batch shape for all: the last is padded, so that nothing is compiled anew and rounding is the same.
    padded = np.concatenate([z, np.zeros((batch - len(z), z.shape[1]), np.float32)])
    return pixels.to_bytes(generator.predict_on_batch(padded))[: len(z)]


def sample(generator: keras.Model, *, count: int, seed: int) -> np.ndarray:
    """`count` new pictures, uint8 (count, size, size, channels): a function of (weights, seed)."""
    return draw(generator, latents(count, generator.input_shape[-1], seed))
