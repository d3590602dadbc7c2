"""What tiles a mosaic is asked to be made of, as one value: said on the command line, kept in every picture."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from .decoding import RESIZES
from .errors import ExperimentsError
from .named_steps import ALL

FRESH, FIXED = "fresh", "fixed"
LATENTS = (FRESH, FIXED)
STRIPS, CLOTH = 8, 32
"""Latents on a filmstrip, few enough to be followed; on a tapestry, enough for a band to widen."""
STRIP_MOMENTS = 16
"""Moments on a filmstrip, where no steps are asked for."""


@dataclass(frozen=True)
class TilesAsked:
    """Which tiles, of which sources: the same value gives the same tiles as long as its sources are what they were.

    Attributes:
        sources: runs, datasets and folders of pictures, as they were named.
        count: how many tiles at most, shared out evenly where there are several sources.
        seed: of new samples, and of the choice where a source has more pictures than are wanted.
        latents: of runs: "fresh" for new samples at checkpoints, "fixed" for the pictures that its snapshots keep.
        steps: of runs, one for each source or one for all: "" for the newest checkpoint, or the last snapshot; "all";
            or some, as "1200,9.6kimg,20kimg-40kimg".
        rows: the first so many fixed latents at every step, as a filmstrip needs; None takes what comes.
        moments: with rows, at how many of the steps at most, spread evenly over them; None for as many as the count has
            room for.
        select: what each tile has to be, as "mode=rings,hybridity<0.3"; see `selecting`.
        distinct: how far apart in looks any two tiles are at least, or None for as they come; see `mosaics.duplicates`.
        tile: side of every tile in pixels, or None for their own.
        resize: how pictures of other proportions become tiles: "crop", "fit" or "stretch".
        skip_broken: whether pictures of a folder that cannot be read are passed over.

    Raises:
        ExperimentsError: a value that is none of these.
    """

    sources: tuple[str, ...]
    count: int = 1000
    seed: int = 0
    latents: str = FRESH
    steps: tuple[str, ...] = ("",)
    rows: int | None = None
    moments: int | None = None
    select: str = ""
    distinct: float | None = None
    tile: int | None = None
    resize: str = "crop"
    skip_broken: bool = False

    def __post_init__(self) -> None:
        for name in ("sources", "steps"):
            object.__setattr__(self, name, tuple(str(each) for each in getattr(self, name)))
        _check("a source to make tiles of", len(self.sources) > 0, "none")
        for name in ("count", "rows", "moments", "tile"):
            value = getattr(self, name)
            _check(f"{name} of 1 or more", value is None or value >= 1, value)
        _check(f"latents {' or '.join(LATENTS)}", self.latents in LATENTS, self.latents)
        _check(f"resize as {', '.join(RESIZES)}", self.resize in RESIZES, self.resize)
        _check("distinct of 0 or more", self.distinct is None or self.distinct >= 0, self.distinct)
        _check("steps for all sources, or for each", len(self.steps) in (1, len(self.sources)), len(self.steps))

    def steps_of(self, number: int) -> str:
        """What is asked of the source of this number."""
        return self.steps[number] if len(self.steps) > 1 else self.steps[0]

    def fit_for(self, layout: str, order: str | None = None, *, named: str | None = None) -> "TilesAsked":
        """The same for a layout or an order that shows training: all steps, unless some are named, of fixed latents.

        Args:
            layout: a name of `LAYOUTS`.
            order: a name of `ORDERS`.
            named: the kind of latents that was asked for in so many words, if any.

        Raises:
            ExperimentsError: fresh latents for a layout that follows the same ones over training.
        """
        rows = {"filmstrip": STRIPS, "tapestry": CLOTH}.get(layout)
        if rows is not None and named not in (None, FIXED):
            raise ExperimentsError(
                f"expected --latents fixed for the layout {layout}, which follows the same ones over training, got "
                f"{named}: leave --latents out"
            )
        if rows is None and (order != "step" or any(self.steps)):
            return self
        few = STRIP_MOMENTS if layout == "filmstrip" and not any(self.steps) else None
        steps = self.steps if any(self.steps) else (ALL,)
        return replace(self, latents=named or FIXED, steps=steps, rows=rows, moments=few)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "TilesAsked":
        """From `to_dict`.

        Raises:
            ExperimentsError: it is not of this software, or of a later one.
        """
        unknown = sorted({*values} - {each.name for each in fields(cls)})
        if unknown or "sources" not in values:
            got = ", ".join(unknown) or "no sources"
            raise ExperimentsError(f"expected what tiles were asked for, got {got}: install the software that wrote it")
        return cls(**values)


def _check(wanted: str, holds: bool, got: Any) -> None:
    if not holds:
        raise ExperimentsError(f"expected {wanted}, got {got}")
