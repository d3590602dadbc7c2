"""Spaces by name: those that ship with the package, and TOML files."""

from importlib.resources import files
from pathlib import Path

from .domains import known
from .errors import ProcgenError
from .space import Space


def shipped_spaces() -> dict[str, str]:
    """The TOML text of each space that is shipped, by name."""
    folder = files(__package__).joinpath("spaces")
    return {
        each.name[:-5]: each.read_text("utf-8")
        for each in sorted(folder.iterdir(), key=lambda each: each.name)
        if each.name.endswith(".toml")
    }


def load_space(name_or_path: str | Path) -> Space:
    """A space that is shipped, by name, or that of a TOML file, by path.

    Raises:
        ProcgenError: if there is neither, or the file is not a space.
    """
    shipped = shipped_spaces()
    path = Path(name_or_path)
    if str(name_or_path) in shipped:
        return Space.from_toml(shipped[str(name_or_path)])
    if path.suffix != ".toml":
        known("Space", str(name_or_path), shipped)
    try:
        return Space.from_toml(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, ProcgenError):
            raise
        raise ProcgenError(
            f"The space {str(path)!r} cannot be read ({error}): give a TOML file or a shipped name."
        ) from None
