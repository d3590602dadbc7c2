"""synchromy cppn dataset DATA."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from .. import console
from .settings import warn, with_settings

if TYPE_CHECKING:
    from experiments.cppn.world import CPPNWorld


@with_settings
def dataset(
    data: str = typer.Argument(help="Folder of the dataset, or a URL; again: resumes."),
    of: list[str] = typer.Option(["silk"], help="Presets, pictures of ours or cells of sheets; again for more."),
    modes: str = typer.Option(
        None, metavar="NAME=VALUES", help="A mode for each: activation=tanh,sign, depth=3,5,9; none for one mode."
    ),
    world: Path = typer.Option(None, help="All that of a world.json instead."),
    count: int = typer.Option(10_000, min=1, help="How many pictures."),
    size: str = typer.Option("256", help="Pixels: 256, or 384x256 as width x height."),
    seed: int = console.Seed,
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
    *,
    changes: dict[str, Any],
) -> None:
    """Draw a dataset of networks that nobody trained: shards, factors and recipes as `generate` writes them."""
    console.start_keras()
    import procgen

    found = _world(of, modes, world, changes)
    what: dict[str, Any] = {"count": count, "size": console.pixels(size), "seed": seed}
    chaotic = [name for name, recipe in found.recipes.items() if warn(recipe, name)]
    if dry_run:
        plan = {**procgen.plan_dataset(found, **what), "chaotic": chaotic, "modes": list(found.recipes), "data": data}
        words = (
            f"would write {console.plural(count, 'picture')} in {console.plural(plan['shards'], 'shard')}, about "
            f"{console.in_bytes(plan['estimated_bytes'])} and {console.in_time(plan['estimated_seconds'])} of one "
            f"core, to {data}"
        )
        return console.result(plan, words, json=json)
    with console.progress() as show:
        made = procgen.write_dataset(found, data, **what, progress=lambda done, of: show("drawing", done, of))
    words = f"{console.plural(count, 'picture')} in {data}; learn from them with `synchromy train RUN --data {data}`"
    return console.result({"data": data, "chaotic": chaotic, **made}, words, json=json)


def _world(of: list[str], modes: str | None, page: Path | None, changes: dict[str, Any]) -> "CPPNWorld":
    from experiments.cppn.sheets import read_axis
    from experiments.cppn.world import MODES, CPPNWorld, world_of
    from experiments.files import said_plainly

    if page is not None:
        if modes or changes or of != ["silk"]:
            raise typer.BadParameter("expected --world alone, got what a world is made of, too: leave one out")
        with said_plainly(page, "read"):
            return CPPNWorld.from_text(page.read_text("utf-8"))
    if modes == "none":
        return world_of(of, changes, None)
    default = None if len(of) > 1 or "activation" in changes else MODES
    return world_of(of, changes, read_axis(modes) if modes else default)
