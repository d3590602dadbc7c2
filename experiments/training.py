"""train(config, data, folder): begin a run, or go on where it stands; the same words on both backends."""

import platform
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import keras
import numpy as np

import models
from procgen import Dataset, Space

from .batches import Source, batches, source_of
from .callbacks import Checkpoint, Metrics, Snapshots, StopOnNaN, StopOnSignal
from .checkpoints import digest, newest_valid
from .config import RunConfig
from .errors import ExperimentsError
from .files import read_json, write_atomically, write_json
from .run import DONE, Run, cut_metrics, only_writer, start_run

Progress = Callable[..., None]
PROBE_PICTURES_PER_MODE = 600
PROBE_BYTES = 2**30


def train(
    config: RunConfig, data: Dataset | Space | Source, folder: str | Path, *, progress: Progress | None = None
) -> Run:
    """Train `config` on `data` in `folder`, from its newest valid checkpoint on if there is one.

    Args:
        config: what to train; must be the one the folder was begun with.
        data: a dataset, or a space to draw from while training; must be the one the folder was begun with.
        folder: the run; made if missing.
        progress: called as progress(stage, done, of, facts) every few steps; stage is "probe" or "training", and facts
            the line of metrics in the latter.

    Raises:
        ExperimentsError: another config or other data, a folder in use, a disk that is full, a loss that is not finite.
        Interrupted: SIGINT or SIGTERM came; the state was saved first.
    """
    folder, source = Path(folder), source_of(data, config)
    with only_writer(folder):
        run = start_run(folder, config, source)
        if not run.finished:
            _go_on(run, config, source, progress or (lambda *_: None))
    return run


def build(config: RunConfig) -> models.GAN:
    """The compiled, untrained GAN of a config; its first weights depend on the config's network and seed alone."""
    generator, discriminator = models.build_pair(config.network, config.seed)
    gan = models.GAN(generator, discriminator, config.train)
    gan.compile(_optimizer(config, config.train.g_rate), _optimizer(config, config.train.d_rate))
    return gan


def _optimizer(config: RunConfig, rate: float) -> keras.optimizers.Optimizer:
    if config.train.optimizer == "sgd":
        return keras.optimizers.SGD(rate)
    return keras.optimizers.Adam(rate, beta_1=config.train.beta_1, beta_2=config.train.beta_2)


def _go_on(run: Run, config: RunConfig, source: Source, progress: Progress) -> None:
    probe = run_probe(run.folder, source, config.seed, progress)
    gan, step = build(config), 0
    found = newest_valid(run.folder)
    if found is not None:
        _, state, manifest = found
        models.set_state(gan, state)
        step = manifest["step"]
    cut_metrics(run.folder, step)
    if step < config.train.steps:
        with _signals() as asked:
            checkpoint = Checkpoint(step, config, run.folder, {"config_sha256": config.digest(), **versions()})
            callbacks = [
                StopOnNaN(step),
                Metrics(step, config, run.folder, progress),
                Snapshots(step, config, run.folder, probe),
                checkpoint,
                StopOnSignal(step, asked, checkpoint),
            ]
            remaining = config.train.steps - step
            data = batches(source, config, step)
            gan.fit(data, steps_per_epoch=remaining, epochs=1, shuffle=False, verbose=0, callbacks=callbacks)
    write_json(run.folder / DONE, {"step": config.train.steps, "config_sha256": config.digest(), **versions()})


def run_probe(folder: Path, source: Source, seed: int, progress: Progress = lambda *_: None) -> models.Probe:
    """The run's probe: read from the folder, or trained on the source's labelled pictures and kept."""
    path = folder / "probe"
    if (path / "probe.json").is_file():
        return _load_probe(path, source.size)
    wanted = min(PROBE_PICTURES_PER_MODE * len(source.modes), PROBE_BYTES // (3 * source.size**2))
    progress("probe", 0, 1, {})
    images, labels = source.labelled(wanted)
    probe = models.train_probe(
        images, labels, source.modes, seed=seed, progress=lambda done, of: progress("probe", done, of, {})
    )
    write_atomically(path, lambda temporary: _save_probe(temporary, probe))
    return probe


def run_probe_of(run: Run) -> models.Probe:
    """The probe that a run was read with."""
    return _load_probe(run.folder / "probe", run.config.network.size)


def _save_probe(folder: Path, probe: models.Probe) -> None:
    from safetensors.numpy import save_file

    folder.mkdir()
    weights = probe.network.get_weights() if probe.network else []
    save_file({f"{i:03d}": np.array(w, order="C") for i, w in enumerate(weights)}, folder / "probe.safetensors")
    facts = {"modes": probe.modes, "threshold": probe.threshold, "accuracy": probe.accuracy}
    facts |= {"confusion": probe.confusion, "sha256": digest(folder / "probe.safetensors")}
    write_json(folder / "probe.json", facts)


def _load_probe(folder: Path, size: int) -> models.Probe:
    from safetensors.numpy import load_file

    facts, path = read_json(folder / "probe.json"), folder / "probe.safetensors"
    if not path.is_file() or digest(path) != facts.get("sha256"):
        raise ExperimentsError(
            f"expected the probe in {folder} whole, got damaged bytes: delete {folder} and train again"
        )
    modes, confusion = tuple(facts["modes"]), np.array(facts["confusion"])
    if len(modes) == 1:
        return models.Probe(modes, None, facts["threshold"], confusion)
    network = models.build_probe((size, size, 3), len(modes), 0)
    weights = load_file(path)
    network.set_weights([weights[name] for name in sorted(weights)])
    return models.Probe(modes, network, facts["threshold"], confusion)


def versions() -> dict[str, str]:
    """What computed this: package versions, backend, Python."""
    names = ("synchromy", "keras", "numpy", keras.backend.backend())
    return {**{name: version(name) for name in names}, "python": platform.python_version()}


@contextmanager
def _signals() -> Iterator[Callable[[], int | None]]:
    """Within, SIGINT and SIGTERM are noted instead of acted on; the value tells which came, or None."""
    came: list[int] = []
    kinds = (signal.SIGINT, signal.SIGTERM)
    try:
        old = {kind: signal.signal(kind, lambda number, _: came.append(number)) for kind in kinds}
    except ValueError:  # not in the main thread: signals are somebody else's
        old = {}
    try:
        yield lambda: came[0] if came else None
    finally:
        for kind, handler in old.items():
            signal.signal(kind, handler)
