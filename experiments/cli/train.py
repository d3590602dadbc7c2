"""synchromy train RUN."""

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import typer

from . import console
from .complete import presets, spaces

if TYPE_CHECKING:
    from experiments.batches import Source
    from experiments.config import RunConfig

WIDTH = 100
HARDWARE = (
    "Times are of two CPU cores (AMD EPYC), as docs/results/training.md measured the pairs of 64 px; the others are "
    "reckoned from their operations. Before the first run on a world, 10 seconds a mode and a minute at least go to "
    "a probe that reads its modes. For your world on your machine: "
    "synchromy train RUN --preset NAME --data DATA --dry-run"
)
FAMILIES = {
    "essay": "the essay's pair",
    "dcgan": "pairs after Radford et al. 2016",
    "compact": "small pairs without batch norm in the discriminator",
}


def train(
    run: Path = typer.Argument(None, help="Folder of the run; the same command again resumes."),
    data: str = typer.Option("live", help="live (drawn while training), a dataset, or a folder of pictures."),
    space: str = typer.Option(
        None,
        autocompletion=spaces,
        help="The world of live data, a name or a TOML file; if none is given, the default one.",
    ),
    resize: str = typer.Option(None, help="How the pictures of a folder become squares: crop, fit or stretch."),
    preset: str = typer.Option("quick-64", autocompletion=presets, help="What to start from; see --list."),
    settings: list[str] = typer.Option([], "--set", metavar="KEY=VALUE", help="Change a key: --set train.batch=32."),
    seed: int = typer.Option(None, min=0, help="Seed of weights, latents, order and live data."),
    devices: int = typer.Option(None, min=1, help="Share each batch between so many devices; KERAS_BACKEND=jax alone."),
    tensorboard: bool = typer.Option(False, "--tensorboard", help="Write event files into RUN/tensorboard."),
    stop_when: str = typer.Option(
        None,
        metavar="VERDICT",
        help="End the run when two looks at its modes in a row give this verdict: "
        "converged, drifting, collapsed, limit-cycle or ringing.",
    ),
    list_presets: bool = typer.Option(False, "--list", help="Explain every preset and leave."),
    json: bool = console.Json,
    dry_run: bool = console.DryRun,
) -> None:
    """Train a GAN on pictures or on a live world; the same command again resumes, a larger train.kimg goes on."""
    if list_presets:
        from models.presets import PRESETS

        return console.result(PRESETS, _listed(PRESETS), json=json)
    if run is None:
        raise typer.BadParameter("expected a folder for the run: synchromy train RUN")
    if seed is not None and any(setting.partition("=")[0] == "seed" for setting in settings):
        raise typer.BadParameter("expected the seed once, got --seed and --set seed: drop one")
    console.start_keras()
    from experiments.config import preset as config_of
    from experiments.opening import open_data

    config = config_of(preset).override(*settings, *([f"seed={seed}"] if seed is not None else []))
    source = open_data(data, space=space, config=config, resize=resize)
    if dry_run:
        from experiments.planning import plan_training
        from experiments.tracking import checked_ending, never_ends

        ending = checked_ending(stop_when, config, source)
        plan = plan_training(config, source)
        late = never_ends(ending, plan["snapshots"], config.train.kimg)
        facts = plan | {"source": source.about} | ({"notes": [late]} if late else {})
        return console.result(facts, "\n".join(filter(None, [_words(plan, source.about, run), late])), json=json)
    from experiments.devices import start_devices

    start_devices(devices, batch=config.train.batch)
    facts = _trained(config, source, run, {"tensorboard": tensorboard, "stop_when": stop_when})
    return console.result(facts, f"trained {run}; see it with `synchromy report {run}`", json=json)


def _trained(config: "RunConfig", source: "Source", run: Path, options: dict) -> dict:
    """Train with a bar and a line for each note; what there is to say afterwards."""
    from experiments.training import train as train_run

    notes: list[str] = []

    def say(text: str) -> None:
        notes.append(text)
        console.say(text)

    with console.progress() as show:
        done = train_run(
            config,
            source,
            run,
            progress=lambda stage, step, of, line: show(stage, step, of, note(line)),
            say=say,
            **options,
        )
    stopped = done.stopped
    nimg = stopped["nimg"] if stopped else config.train.steps * config.train.shown
    facts = {"run": run, "steps": nimg // config.train.shown, "nimg": nimg, "finished": done.finished}
    facts |= {"stopped": stopped} if stopped else {}
    return {**facts, "generator": run / "generator.keras", "notes": notes}


def _listed(presets: dict) -> str:
    """The presets by the family of their networks: what each is for, how it is trained, and how long that takes."""
    groups: dict[str, list[str]] = {}
    for name, values in presets.items():
        groups.setdefault(values["network"]["family"], []).extend(_explained(name, values))
    lines = [line for family, lines in groups.items() for line in (FAMILIES.get(family, family), *lines)]
    return "\n".join([*lines, *wrap(HARDWARE, WIDTH)])


def _explained(name: str, values: dict) -> list[str]:
    network, train = values["network"], values["train"]
    size = f"{network['size']} px, {train['kimg']:g} kimg: {values['takes']}"
    inferred = [f"inferred: {values['inferred']}"] if "inferred" in values else []
    texts = [f"{name:<12} {values['about']}", _recipe(train), *inferred, size]
    return [
        line
        for i, text in enumerate(texts)
        for line in wrap(text, WIDTH, initial_indent=" " * (2 if i == 0 else 15), subsequent_indent=" " * 15)
    ]


def _recipe(train: dict) -> str:
    """The loss, what holds it back, the average, the rates and the batch of a preset."""
    held = " and ".join(f"{key[:2].upper()} {train[key]:g}" for key in ("r1_gamma", "r2_gamma") if train.get(key))
    lazy = f"{held} every {train.get('penalty_every', 1)} steps"
    average = f"generator averaged over {train.get('ema_kimg', 0):g} kimg"
    rates = f"Adam {train['g_rate']:g} ({train['beta_1']:g}, {train['beta_2']:g}), batch {train['batch']}"
    parts = (f"{train['loss']} loss", held and lazy, train.get("ema_kimg") and average, rates)
    return ", ".join(part for part in parts if part)


def note(line: dict) -> str:
    """What stands beside the bar while a network trains."""
    if not line:
        return ""
    losses = f"D {line['d_loss']:.2f}, G {line['g_loss']:.2f}"
    verdict = f", {line['verdict']}" if "verdict" in line else ""
    return f"{line['nimg'] / 1000:.1f} of {line['kimg']:g} kimg, {losses}, {line['images_per_s']:.0f} images/s{verdict}"


def _words(plan: dict, source: str, run: Path) -> str:
    sizes = " and ".join(f"a {name} of {plan[name]['total']:,} parameters" for name in ("generator", "discriminator"))
    kept = console.in_bytes(plan["snapshot_bytes"] + plan["checkpoint_bytes"])
    probe = plan["seconds"]["probe"]
    first = f", {console.in_time(probe)} of them for the probe that reads its modes" if probe >= 1 else ""
    return (
        f"would train {sizes} for {plan['steps']:,} steps ({plan['nimg'] / 1000:g} kimg) on {source} with "
        f"{console.plural(len(plan['modes']), 'mode')}, keeping {console.plural(plan['snapshots'], 'snapshot')} "
        f"(every {plan['snapshots_every_kimg']:g} kimg, {plan['snapshots_share']:.0%} of the time of the steps) and "
        f"the newest checkpoints in {kept}; "
        f"roughly {console.in_time(plan['estimated_seconds'])} on this CPU{first}, in {run}"
    )
