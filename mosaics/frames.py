"""How long each frame of a loop is shown."""

from itertools import pairwise


def durations(count: int, seconds: float, *, unit_ms: int) -> list[int]:
    """Milliseconds of each frame in whole units, which add up to those of the loop."""
    ends = [round(number * seconds * 1000 / count / unit_ms) * unit_ms for number in range(count + 1)]
    return [after - before for before, after in pairwise(ends)]
