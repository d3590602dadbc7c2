"""synchromy train RUN."""

from pathlib import Path

import typer

from . import console
from .complete import presets, spaces


def train(
    run: Path = typer.Argument(None, help="Folder of the run; the same command again resumes."),
    data: str = typer.Option("live", help="A dataset folder, or live: drawn from the space while training."),
    space: str = typer.Option(
        None,
        autocompletion=spaces,
        help="The world of live data, a name or a TOML file; if none is given, the default one.",
    ),
    preset: str = typer.Option("quick-64", autocompletion=presets, help="What to start from; see --list."),
    settings: list[str] = typer.Option([], "--set", metavar="KEY=VALUE", help="Change a key: --set train.batch=32."),
    seed: int = typer.Option(None, min=0, help="Seed of weights, latents, order and live data."),
    list_presets: bool = typer.Option(False, "--list", help="Explain every preset and leave."),
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Train a GAN on a dataset or on a live world; it resumes exactly when the same command is run again."""
    from models.presets import PRESETS

    if list_presets:
        words = "\n".join(f"{name:<12} {values['about']}" for name, values in PRESETS.items())
        return console.result(PRESETS, words, json=json)
    if run is None:
        raise typer.BadParameter("expected a folder for the run: synchromy train RUN")
    if space is not None and data != "live":
        raise typer.BadParameter(f"expected --space with --data live alone: the dataset {data} has its own space")
    console.start_keras()
    import procgen
    from experiments.config import preset as config_of

    config = config_of(preset).override(*settings, *([f"seed={seed}"] if seed is not None else []))
    world = procgen.load_space(space or "default") if data == "live" else procgen.open_dataset(data)
    if dry_run:
        from experiments.planning import plan_training

        plan = plan_training(config, world)
        source = (
            f"live pictures of the space {world.name}" if isinstance(world, procgen.Space) else f"the dataset {data}"
        )
        return console.result(plan | {"source": source}, _words(plan, source, run), json=json)
    from experiments.training import train as train_run

    with console.progress() as show:
        done = train_run(config, world, run, progress=lambda stage, step, of, line: show(stage, step, of, note(line)))
    facts = {
        "run": run,
        "steps": config.train.steps,
        "nimg": config.train.steps * config.train.batch,
        "finished": done.finished,
    }
    return console.result(facts, f"trained {run}; see it with `synchromy report {run}`", json=json)


def note(line: dict) -> str:
    """What stands beside the bar while a network trains."""
    if not line:
        return ""
    losses = f"D {line['d_loss']:.2f}, G {line['g_loss']:.2f}"
    return f"{line['nimg'] / 1000:.1f} of {line['kimg']:g} kimg, {losses}, {line['images_per_s']:.0f} images/s"


def _words(plan: dict, source: str, run: Path) -> str:
    sizes = " and ".join(f"a {name} of {plan[name]['total']:,} parameters" for name in ("generator", "discriminator"))
    kept = console.in_bytes(plan["snapshot_bytes"] + plan["checkpoint_bytes"])
    return (
        f"would train {sizes} for {plan['steps']:,} steps ({plan['nimg'] / 1000:g} kimg) on {source} with "
        f"{len(plan['modes'])} modes, keeping {plan['snapshots']} snapshots and the newest checkpoints in {kept}; "
        f"roughly {console.in_time(plan['estimated_seconds'])} on this CPU, in {run}"
    )
