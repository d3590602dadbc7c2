"""Angles in turns, and what goes round with them, from a table."""

import numpy as np

Array = np.ndarray
_SINE_SIZE = 65536
# Rounded to 2^-20, so that the last bits of the machine's own sine do not matter.
_SINE = (np.round(np.sin(np.arange(_SINE_SIZE) * (2 * np.pi / _SINE_SIZE)) * 2**20) / 2**20).astype(np.float32)


def sine(turns: Array) -> Array:
    """The sine of an angle in turns, float32, from a table of 65,536 values; exact to 5e-5."""
    index = np.rint(turns * np.float32(_SINE_SIZE)).astype(np.int32)
    return np.take(_SINE, index & (_SINE_SIZE - 1))


def turned(turns: float) -> tuple[np.float32, np.float32]:
    """The cosine and sine of an angle in turns."""
    c, s = sine(np.array([turns + 0.25, turns], np.float32))
    return c, s


def swing(time: float, start: Array | float) -> Array:
    """How far what swings once a loop has moved since time 0, -2..2; start is where it was then, in turns."""
    start = np.asarray(start, np.float32)
    return sine(start + np.float32(time)) - sine(start)
