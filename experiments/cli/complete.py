"""What the shell offers behind an option: names from the tables, looked up only when asked for."""


def spaces() -> list[str]:
    """The shipped spaces."""
    from importlib.resources import files

    return sorted(
        each.name[:-5] for each in files("procgen").joinpath("spaces").iterdir() if each.name.endswith(".toml")
    )


def presets() -> list[str]:
    """The presets of models/presets.py."""
    from models.presets import PRESETS

    return list(PRESETS)


def orders() -> list[str]:
    """The orders of mosaics."""
    from mosaics import ORDERS

    return list(ORDERS)


def layouts() -> list[str]:
    """The layouts of mosaics."""
    from mosaics import LAYOUTS

    return list(LAYOUTS)


def profiles() -> list[str]:
    """The colours of a file."""
    from mosaics.icc import PROFILES

    return list(PROFILES)


def factors() -> list[str]:
    """What an axis of a preview can vary, the fields of compositions aside."""
    from experiments.grids import FACTORS

    return list(FACTORS)


def formats() -> list[str]:
    """The formats of exports."""
    from procgen.exporting import FORMATS

    return list(FORMATS)


def resizes() -> list[str]:
    """How pictures become squares."""
    from experiments.decoding import RESIZES

    return list(RESIZES)


def kinds_of_latents() -> list[str]:
    """The latents of a run that pictures are of."""
    from experiments.tiles_asked import LATENTS

    return list(LATENTS)
