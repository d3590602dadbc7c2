"""Worlds of datasets that no Space draws, found by their kind."""

from collections.abc import Callable

from procgen import World


def _cppn(text: str) -> World:
    from .cli.console import start_keras  # a dataset is opened without Keras; its pictures are drawn with it

    start_keras()
    from .cppn.world import CPPNWorld

    return CPPNWorld.from_text(text)


WORLDS: dict[str, Callable[[str], World]] = {"cppn": _cppn}
"""What makes a world from its text."""
