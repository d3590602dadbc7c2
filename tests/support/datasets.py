"""The small dataset that several tests read."""

from pathlib import Path

from procgen import load_space

SPACE = load_space("quick")
HOW = {"count": 52, "size": 32, "seed": 5}  # seven shards of 7 pictures and one of 3


def shard(folder: Path, number: int = 1) -> Path:
    """The file of a shard."""
    return sorted((folder / "data").iterdir())[number]
