"""What a CPPN is to learn: which part of a picture, at how many pixels, and how the training is filmed."""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from models import FitConfig

from ..errors import ExperimentsError
from ..sizes import Measure, read_size
from .textures import Texture

_LEAST, _MOST = 8, 2048  # pixels of the longer side that are learnt
_LARGER = 4  # times what was learnt, where nobody says a size


@dataclass(frozen=True)
class FitAsked:
    """What is learnt.

    Attributes:
        config: the network, and how it learns.
        learn: pixels of the longer side of the picture that is learnt; a larger one is made smaller.
        crop: left, top, width and height of the part of the picture that is meant; None for all of it.
    """

    config: FitConfig = field(default_factory=FitConfig)
    learn: int = 128
    crop: tuple[int, int, int, int] | None = None

    def __post_init__(self) -> None:
        if not _LEAST <= self.learn <= _MOST:
            raise ExperimentsError(f"expected from {_LEAST} to {_MOST} pixels to learn, got {self.learn}")

    def to_json(self) -> dict[str, Any]:
        """It as JSON holds it."""
        return {**asdict(self), "crop": None if self.crop is None else list(self.crop)}

    @classmethod
    def from_json(cls, made: dict[str, Any]) -> "FitAsked":
        """What `to_json` says."""
        crop = made["crop"] and tuple(made["crop"])
        return cls(FitConfig(**made["config"]), made["learn"], crop)

    def parts(self, texture: Texture) -> tuple[np.ndarray, np.ndarray]:
        """(what is learnt, what it is part of or a smaller copy of), uint8 (height, width, 3).

        Raises:
            ExperimentsError: the crop is not inside the picture, or too little is left.
        """
        pixels = texture.pixels
        if self.crop:
            left, top, width, height = self.crop
            inside = min(left, top) >= 0 and left + width <= pixels.shape[1] and top + height <= pixels.shape[0]
            if not inside or min(width, height) < 1:
                raise ExperimentsError(
                    f"expected a crop inside {pixels.shape[1]} x {pixels.shape[0]} pixels, "
                    f"got {width} x {height} at {left},{top}"
                )
            pixels = pixels[top : top + height, left : left + width]
        share = min(1.0, self.learn / max(pixels.shape[:2]))
        size = (max(1, round(pixels.shape[1] * share)), max(1, round(pixels.shape[0] * share)))
        if min(size) < _LEAST:
            raise ExperimentsError(f"expected {_LEAST} x {_LEAST} pixels or more to learn, got {size[0]} x {size[1]}")
        return resized(pixels, size, Image.Resampling.BOX), pixels


@dataclass(frozen=True)
class FilmOfFit:
    """How the training is filmed.

    Attributes:
        size_px: width and height of a frame.
        seconds: how long the film takes; its last second shows the end.
        fps: frames a second.
    """

    size_px: tuple[int, int]
    seconds: float = 6.0
    fps: float = 25.0

    def __post_init__(self) -> None:
        if not (0.5 <= self.seconds <= 600 and 1 <= self.fps <= 60):
            raise ExperimentsError(
                f"expected a film of 0.5 to 600 seconds with 1 to 60 frames a second, got {self.seconds:g} s "
                f"with {self.fps:g}"
            )

    @property
    def frames(self) -> int:
        """How many."""
        return max(2, round(self.seconds * self.fps))

    def steps(self, of: int) -> list[int]:
        """The step that each frame shows: early ones more slowly, as most happens there; then the last one again."""
        held = min(round(self.fps), self.frames // 4)
        way = np.linspace(0, 1, self.frames - held) ** 3
        return [*np.rint(way * of).astype(int).tolist(), *[of] * held]


def read_crop(text: str, texture: Texture) -> tuple[int, int, int, int]:
    """Left, top, width and height of "10,20,128,96", or of "128", the square in the middle.

    Raises:
        ExperimentsError: it is neither.
    """
    words = [word.strip() for word in text.split(",")]
    if len(words) not in (1, 4) or not all(word.isdecimal() for word in words):
        raise ExperimentsError(f"expected a crop as 128 or LEFT,TOP,WIDTH,HEIGHT in pixels, got {text!r}")
    numbers = tuple(map(int, words))
    if len(numbers) == 4:
        return numbers
    height, width, _ = texture.pixels.shape
    return (width - numbers[0]) // 2, (height - numbers[0]) // 2, numbers[0], numbers[0]


def shape_of(asked: FitAsked, texture: Texture, size: str | None, *, even: bool = False) -> Measure:
    """What a size means for a picture: width x height, or its longer side, the other one as the picture has it.

    Without one, `_LARGER` times the pixels that are learnt. A network shows any width and height: what is beyond the
    picture's is its own invention.
    """
    learnt, larger = asked.parts(texture)
    if size is None:
        return Measure((_LARGER * learnt.shape[1], _LARGER * learnt.shape[0]))
    measure = read_size(size)
    if "x" in size.lower():
        return measure
    side, share = max(measure.size_px), min(larger.shape[:2]) / max(larger.shape[:2])
    other = max(1, round(side * share))
    if even:
        side, other = side - side % 2, max(2, other - other % 2)
    return Measure((side, other) if larger.shape[1] >= larger.shape[0] else (other, side), measure.dpi)


def size_of(picture: np.ndarray) -> tuple[int, int]:
    """Width and height."""
    return picture.shape[1], picture.shape[0]


def resized(pixels: np.ndarray, size: tuple[int, int], how: Image.Resampling) -> np.ndarray:
    """uint8 (height, width, 3) at another size."""
    return pixels if size == size_of(pixels) else np.asarray(Image.fromarray(pixels).resize(size, how))
