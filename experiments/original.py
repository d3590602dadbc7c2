"""A picture that is to be made again, and where what it was made of is now."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import ExperimentsError

Report = Callable[..., object]


def silent(*_: object) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Original:
    """A picture that is to be made again.

    Attributes:
        path: its file.
        made: what it says of itself.
        moved: where what it was made of is now: a path, or NAME=PATH for what the record calls NAME.
        report: called as it is drawn.
    """

    path: Path
    made: dict[str, Any]
    moved: tuple[str, ...] = ()
    report: Report = silent

    @property
    def moving(self) -> bool:
        """Whether it is a loop."""
        return any(key in self.made for key in ("loop_seconds", "walk_seconds", "film_seconds"))

    def place_of(self, named: str, word: str) -> Path:
        """Where what has a name is now: as `moved` says, or by its name, from the picture's folder or from here.

        Raises:
            ExperimentsError: it is not there.
        """
        own = [text.partition("=")[2] for text in self.moved if text.partition("=")[0] == named]
        plain = [text for text in self.moved if "=" not in text or Path(text).exists()]
        places = [Path(text) for text in own or (plain if word in ("run", "source") else [])]
        found = [place for place in places or (self.path.parent / named, Path(named)) if place.exists()]
        if not found:
            raise ExperimentsError(
                f"expected the {word} that {self.path} was made of in {places[0] if places else named}, got nothing "
                f"there: say where it is now with --source {named}=PLACE"
            )
        return found[0]
