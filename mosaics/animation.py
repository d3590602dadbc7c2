"""Loops as animated WebP and GIF, by Pillow, whose frames are drawn one at a time."""

from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
from PIL import Image

Frame = Callable[[int], np.ndarray]
_SAMPLED = 12  # frames that the palette of a GIF is made from


class _Frames(Image.Image):
    """Frames in the shape in which Pillow reads an animation, so that it need not hold them all."""

    def __init__(self, frame: Callable[[int], Image.Image], count: int) -> None:
        super().__init__()
        self.n_frames, self.is_animated = count, count > 1
        self._frame, self._number = frame, -1
        self.seek(0)

    def seek(self, frame: int) -> None:
        if frame >= self.n_frames:
            raise EOFError
        if frame != self._number:
            image = self._frame(frame)
            self.im, self._mode, self._size, self.palette = image.im, image.mode, image.size, image.palette
            self._number = frame

    def tell(self) -> int:
        return self._number


def encoded(kind: str, frame: Frame, count: int, seconds: float, text: str) -> BytesIO:
    """A loop without end.

    Args:
        kind: "WEBP" or "GIF".
        frame: the number of a frame to uint8 (height, width, 3), sRGB.
        count: how many frames.
        seconds: how long the loop takes; a GIF counts in hundredths.
        text: XMP of a WebP, the comment of a GIF.
    """
    options: dict[str, Any] = {"save_all": True, "loop": 0}
    if kind == "GIF":
        table = _shared_palette(frame, count)
        options |= {"duration": _durations(count, seconds, 10), "comment": text.encode(), "optimize": False}
    else:
        table = None
        options |= {"duration": _durations(count, seconds, 1), "xmp": text.encode(), "quality": 98, "method": 4}

    def draw(number: int) -> Image.Image:
        image = Image.fromarray(frame(number))
        return image if table is None else image.quantize(palette=table, dither=Image.Dither.NONE)

    held = BytesIO()
    _Frames(draw, count).save(held, kind, **options)
    return held


def _durations(count: int, seconds: float, unit_ms: int) -> list[int]:
    """Milliseconds of each frame in whole units, which add up to those of the loop."""
    ends = [round(number * seconds * 1000 / count / unit_ms) * unit_ms for number in range(count + 1)]
    return [after - before for before, after in pairwise(ends)]


def _shared_palette(frame: Frame, count: int) -> Image.Image:
    """256 colours of the whole loop: one palette, and no dithering, so that nothing flickers."""
    numbers = np.unique(np.linspace(0, count - 1, min(count, _SAMPLED)).round().astype(int)).tolist()
    return Image.fromarray(np.concatenate([frame(number)[::2, ::2] for number in numbers])).quantize(256)
