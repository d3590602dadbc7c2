"""Where the pixels of a picture lie for a network that is told places."""

from collections.abc import Iterator

import numpy as np

from .cppn import CPPNConfig

STRIP_POINTS = 1 << 19  # pixels whose places are in memory at a time


def places(config: CPPNConfig, size_px: tuple[int, int], rows: range) -> np.ndarray:
    """The inputs of the pixels of some rows, float32 (len(config.inputs), len(rows) * width), row by row.

    Args:
        config: which inputs, which coordinates, which symmetry.
        size_px: width and height of the whole picture.
        rows: which of its rows.
    """
    width, height = size_px
    shorter = min(size_px)
    x = _line(config, width, shorter, range(width))
    y = _line(config, height, shorter, rows)
    return told_at(config, *np.broadcast_arrays(x[None, :], y[:, None]))


def told_at(config: CPPNConfig, across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """The inputs of any places, float32 (len(config.inputs), N), from their coordinates, float64 of one shape."""
    across = np.abs(across) if config.symmetry in ("x", "both") else across
    down = np.abs(down) if config.symmetry in ("y", "both") else down
    if config.symmetry == "rotational":
        across, down = _turned(across, down, config.folds)
    table = {"x": across, "y": down, "r": np.hypot(across, down) if "r" in config.inputs else across}
    return np.stack([table[name].ravel() for name in config.inputs]).astype(np.float32)


def strips_of_places(config: CPPNConfig, size_px: tuple[int, int]) -> Iterator[np.ndarray]:
    """The places of a whole picture, some rows at a time from the top down."""
    step = max(1, STRIP_POINTS // size_px[0])
    for top in range(0, size_px[1], step):
        yield places(config, size_px, range(top, min(top + step, size_px[1])))


def extent(config: CPPNConfig) -> tuple[float, float]:
    """From where to where the shorter side of a picture goes: from as far as to, where it is symmetrical."""
    farthest = max(abs(config.low), abs(config.high))
    return (config.low, config.high) if config.symmetry == "none" else (-farthest, farthest)


def _line(config: CPPNConfig, count: int, shorter: int, some: range) -> np.ndarray:
    """Coordinates of some of `count` pixels along a side, float64, the same distance apart on both sides."""
    low, high = extent(config)
    grid = config.grid if config.symmetry == "none" else "centres"
    pitch = (high - low) / (max(1, shorter - 1) if grid == "ends" else shorter)
    middle = count / 2 if grid == "left" else (count - 1) / 2
    return (low + high) / 2 + (np.array(some) - middle) * pitch


def _turned(across: np.ndarray, down: np.ndarray, folds: int) -> tuple[np.ndarray, np.ndarray]:
    """A plane whose every `folds`-th of a turn is alike, without a seam: the angle times folds."""
    radius, angle = np.hypot(across, down), np.arctan2(down, across) * folds
    return radius * np.cos(angle), radius * np.sin(angle)
