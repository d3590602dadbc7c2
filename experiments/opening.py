"""What the word behind `--data` means: live, a dataset, or a folder of pictures."""

import difflib
from pathlib import Path

from procgen import load_space, open_dataset

from .batches import Source
from .config import RunConfig
from .errors import ExperimentsError
from .picture_folder import PictureFolder
from .world_sources import DatasetSource, LiveSource

LIVE, DEFAULT_SPACE = "live", "default"
_WANTED = "expected live, a dataset or a folder of pictures"


def open_data(text: str, *, space: str | None = None, config: RunConfig, resize: str | None = None) -> Source:
    """The source that a run of `config` learns from.

    Args:
        text: "live", the folder or URL of a dataset, or a folder of pictures.
        space: of live data, a name or a TOML file; if none is given, the default one.
        config: of the run; it says the size, the channels and, for live data, the seed.
        resize: how the pictures of a folder become squares: "crop", "fit" or "stretch"; see `PictureFolder`.

    Raises:
        ExperimentsError or ProcgenError: it is none of these, or the words do not go together.
    """
    size, channels = config.network.size, config.network.channels
    dataset = text != LIVE and _is_dataset(text)
    if resize is not None and (text == LIVE or dataset):
        raise ExperimentsError(
            f"expected --resize with a folder of pictures alone, got it with {text}: leave it out, the pictures of "
            f"{'a space are drawn' if text == LIVE else 'a dataset are generated'} at their size"
        )
    if text == LIVE:
        return LiveSource(load_space(space or DEFAULT_SPACE), config.seed, size, channels=channels)
    if space is not None:
        raise ExperimentsError(f"expected --space with --data live alone, got it with {text}: leave one of them out")
    if dataset:
        return DatasetSource(open_dataset(text), channels)
    return PictureFolder(_folder(text), size, channels, resize)


def _is_dataset(text: str) -> bool:
    """Whether it is meant to be one: what is wrong with it, `open_dataset` says best."""
    folder = Path(text)
    return "://" in text or (folder / "manifest.json").is_file() or any(folder.glob("data/*.parquet"))


def _folder(text: str) -> Path:
    folder = Path(text)
    if (folder / "config.json").is_file():
        raise ExperimentsError(f"{_WANTED}, got the run {text}: give what it was trained on")
    if folder.is_file():
        raise ExperimentsError(f"{_WANTED}, got the file {text}: give the folder it lies in")
    if not folder.is_dir():
        beside = [path.name for path in folder.parent.iterdir()] if folder.parent.is_dir() else []
        names = difflib.get_close_matches(folder.name, beside, n=2)
        words = [LIVE] * bool(difflib.get_close_matches(text, [LIVE])) + [str(folder.parent / name) for name in names]
        hint = f"did you mean {' or '.join(words)}?" if words else "check the name"
        raise ExperimentsError(f"{_WANTED}, got {text}, which does not exist: {hint}")
    return folder
