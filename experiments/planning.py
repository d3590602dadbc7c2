"""What a training would be, with nothing trained: parameters, counts, bytes, and a rough time."""

import math
from collections.abc import Callable
from time import perf_counter
from typing import Any

import keras
import numpy as np

import models
from models.probe import BATCH as PROBE_BATCH
from models.probe import probe_steps
from procgen import Dataset, Space

from .batches import Source, source_of
from .callbacks import snapshot_count
from .config import RunConfig
from .drawing import spare_cores
from .pacing import affordable_kimg
from .probing import is_kept, probe_pictures
from .snapshots import HYBRIDS

# Passes of one step in units of a forward pass: the generator forward and back (3), and forward for each further step
# of the discriminator; the discriminator forward and back on real and on fake (6), and for the generator's step (3);
# a gradient penalty goes forward and back twice (6).
GENERATOR_PASSES, CRITIC_PASSES, THROUGH_PASSES, PENALTY_PASSES = 3, 6, 3, 6
DRAWN = 32  # live pictures by which drawing is timed
CONVOLUTIONS = 15  # that are timed
MIDDLE_BYTES = 60_000  # of the maps and figures of one look at the middle, roughly


def plan_training(config: RunConfig, data: Dataset | Space | Source) -> dict[str, Any]:
    """Counts of parameters, steps, snapshots and bytes of a run, and its seconds on this machine's CPU, roughly.

    `seconds` has them apart: "probe", which learns to read the modes before the first step (0 where it is
    kept from another run on this world), "steps" and "snapshots".
    """
    source = source_of(data, config)
    generator, discriminator = models.build_pair(config.network, config.seed)
    counts = {"generator": models.parameter_counts(generator), "discriminator": models.parameter_counts(discriminator)}
    operations = step_flops(config, generator, discriminator)
    once = snapshot_flops(config, generator, len(source.modes)) + config.snapshots.middle * operations
    if config.snapshots.every_kimg is None and not config.snapshots.at_kimg:
        config = config.override(f"snapshots.every_kimg={affordable_kimg(once, operations, config)}")
    shots = snapshot_count(config)
    weights = sum(each["total"] for each in counts.values()) + 2 * sum(each["trainable"] for each in counts.values())
    if config.train.ema_kimg:
        weights += counts["generator"]["total"]
    seconds = _seconds(config, source, operations * config.train.steps, once * shots)
    return {
        **counts,
        "preset": config.preset,
        "data": source.identity,
        "modes": list(source.modes),
        "steps": config.train.steps,
        "nimg": config.train.steps * config.train.shown,
        "snapshots_every_kimg": _interval(config, shots),
        "snapshots": shots,
        "snapshots_share": round((shots - 1) * once / (operations * config.train.steps), 4),
        "snapshot_bytes": _snapshot_bytes(config, shots, len(source.modes)),
        "checkpoint_bytes": min(config.checkpoints.keep, _kept(config)) * weights * 4,
        "seconds": seconds,
        "estimated_seconds": round(sum(seconds.values()), 1),
    }


def _seconds(config: RunConfig, source: Source, steps: float, snapshots: float) -> dict[str, float]:
    """Of each part of a run, by its operations; pictures of a live world are drawn, too."""
    rate, wanted = _convolution_rate(), probe_pictures(source)
    drawing = 0.0
    if source.count is None:
        drawing = _seconds_of(lambda: source.labelled(DRAWN)) / DRAWN
    shown = config.train.steps * config.train.shown
    parts = {
        "probe": 0.0 if is_kept(source) else probe_flops(source) / rate + drawing * wanted,
        "steps": steps / rate + drawing * shown / (1 + spare_cores()),
        "snapshots": snapshots / rate,
    }
    return {name: round(each, 1) for name, each in parts.items()}


def _snapshot_bytes(config: RunConfig, shots: int, modes: int) -> int:
    """Pictures, the most hybrid ones, readings of fixed and of fresh latents, and the middle: before compression."""
    shot, pixels = config.snapshots, config.network.size**2 * config.network.channels
    pictures = shot.pictures + (min(HYBRIDS, shot.readings) if modes > 1 else 0)
    return shots * (pictures * pixels + 16 * shot.readings + MIDDLE_BYTES * shot.middle)


def _interval(config: RunConfig, shots: int) -> float | None:
    """Kimg between snapshots, where their times are given on the average."""
    mean = float(f"{config.train.kimg / (shots - 1):.4g}")
    return mean if config.snapshots.at_kimg else config.snapshots.every_kimg


def _kept(config: RunConfig) -> int:
    return math.floor(config.train.kimg / config.checkpoints.every_kimg) + 1


def step_flops(config: RunConfig, generator: keras.Model, discriminator: keras.Model) -> float:
    """Operations of one step, roughly."""
    train, picture = config.train, forward_flops(generator)
    penalties = (train.r1_gamma > 0) + (train.r2_gamma > 0) + (train.gp_weight > 0)
    learning = train.d_steps * (CRITIC_PASSES + PENALTY_PASSES * penalties / train.penalty_every)
    passes = (learning + THROUGH_PASSES) * forward_flops(discriminator)
    passes += (GENERATOR_PASSES + train.d_steps - 1) * picture
    return passes * train.batch * (2 if train.method == "extragradient" else 1)


def snapshot_flops(config: RunConfig, generator: keras.Model, modes: int) -> float:
    """Operations of one snapshot: fixed and fresh latents are drawn, and read where there are modes to tell apart."""
    side, channels = config.network.size, config.network.channels
    probe = forward_flops(models.build_probe((side, side, channels), modes, 0)) if modes > 1 else 0.0
    return 2 * config.snapshots.readings * (forward_flops(generator) + probe)


def probe_flops(source: Source) -> float:
    """Operations of training a run's probe: forward and back (3) for every picture of every step."""
    modes, side = len(source.modes), source.size
    if modes == 1:
        return 0.0
    network = models.build_probe((side, side, source.channels), modes, 0)
    return 3 * PROBE_BATCH * probe_steps(modes) * forward_flops(network)


def forward_flops(network: keras.Model) -> float:
    """Multiplications and additions of one picture's forward pass through convolutions and dense layers."""
    total = 0.0
    for layer in network.layers:
        if not hasattr(layer, "kernel"):
            continue
        places = math.prod(layer.output.shape[1:-1]) if len(layer.kernel.shape) == 4 else 1
        if isinstance(layer, keras.layers.Conv2DTranspose):
            places = math.prod(layer.input.shape[1:-1])
        total += 2.0 * places * math.prod(layer.kernel.shape)
    return total


def _convolution_rate() -> float:
    """Operations a second of a typical convolution on this machine: the best of some, as others may be at work."""
    convolve = keras.layers.Conv2D(64, 3, padding="same")
    pictures = keras.ops.convert_to_tensor(np.zeros((16, 32, 32, 64), np.float32))
    convolve(pictures)
    best = min(_seconds_of(lambda: keras.ops.convert_to_numpy(convolve(pictures))) for _ in range(CONVOLUTIONS))
    return 2.0 * 16 * 32 * 32 * 9 * 64 * 64 / best


def _seconds_of(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began
