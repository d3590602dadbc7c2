"""A picture made again from what it says of itself, byte for byte: one function for each kind of picture."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import mosaics
from models.errors import ModelsError
from mosaics.provenance import software
from mosaics.whole import write_whole
from procgen import ProcgenError

from .errors import ExperimentsError
from .files import said_plainly
from .original import Original, Report, silent
from .pictures import read_made
from .rebuilding_kinds import KINDS, SAVED, Made


def rebuild(path: Path, out: Path, *, moved: Sequence[str] = (), force: bool = False, report: Report = silent) -> Path:
    """Make a picture again, from nothing but its record and the sources that it names.

    Args:
        path: the picture.
        out: the file to write, of the same kind.
        moved: where what it was made of is now, as a path, or as NAME=PATH for what the record calls NAME.
        force: replace a file that exists.
        report: called with the stage, how much is done, and of how much.

    Returns:
        The path written, with the same bytes as the picture.

    Raises:
        ExperimentsError, ProcgenError or MosaicsError: a kind that is not known, a source that has gone or changed; or
            a picture that came out otherwise, which is written all the same.
    """
    original = Original(path, read_made(path), tuple(moved), report)
    _check_out(original, out)
    mosaics.check_new(out, force=force)
    drawn = _drawn(original)
    if isinstance(drawn, str):
        mosaics.save_document(drawn, out, force=force)
    elif isinstance(drawn, bytes):
        write_whole(out, lambda file: file.write(drawn))
    else:
        kept = {key: value for key, value in original.made.items() if key not in SAVED}
        mosaics.save_picture(drawn, out, provenance=kept, source_type=original.made["source_type"], force=force)
    _check_same(original, out)
    return out


def _drawn(original: Original) -> Made:
    kind = original.made.get("kind", "picture")
    if kind not in KINDS:
        raise ExperimentsError(
            f"expected a picture that can be made again, {', '.join(KINDS)}, got {original.path}, a {kind}"
        )
    try:
        return KINDS[kind](original)
    except (ExperimentsError, ModelsError, mosaics.MosaicsError, ProcgenError):
        raise
    except (KeyError, IndexError, TypeError, ValueError) as error:  # a record of another version lacks it
        raise ExperimentsError(
            f"expected a {kind} that says all it was made of, got {original.path}, of {_writer(original)}, which this "
            f"software cannot follow ({type(error).__name__}: {error}): make it again with the software that wrote it"
        ) from error


def _writer(original: Original) -> str:
    return str(original.made.get("software", "an unknown program"))


def _check_out(original: Original, out: Path) -> None:
    """The same bytes need the same kind of file, and another one to be compared with."""
    if out.exists() and out.samefile(original.path):
        raise ExperimentsError(f"expected another name than the picture's own to compare it with, got {out}: rename it")
    writers = mosaics.MOVING if original.moving else mosaics.ENDINGS
    mine, theirs = (path.suffix.lower() for path in (out, original.path))
    if mine != theirs and (mine not in writers or writers[mine] is not writers.get(theirs)):
        raise ExperimentsError(f"expected a name that ends in {theirs}, as the picture's does, got {out}: rename it")


def _check_same(original: Original, out: Path) -> None:
    with said_plainly(original.path, "read"):
        same = _digest(original.path) == _digest(out)
    if same:
        return
    why = "another program has saved it since, or other versions of Pillow, Keras or ffmpeg drew it"
    if original.made.get("software", software()) != software():
        why = f"it was written by {_writer(original)}, and this is {software()}"
    raise ExperimentsError(f"made {out} again from what {original.path} says, but not with the same bytes: {why}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        found = sha256()
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()
