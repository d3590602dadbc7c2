"""Simulated studies with known effects: whether the tests say what they should, before any run is trained."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .analysis import effects_of, interval_of, paired, sign_flip
from .statistic import strongest_line

Floats = np.ndarray
NOISE: dict[str, Callable[[np.random.Generator, tuple[int, ...]], Floats]] = {
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "heavy": lambda rng, shape: rng.standard_t(3, shape) / np.sqrt(3),
    "uniform": lambda rng, shape: rng.uniform(-np.sqrt(3), np.sqrt(3), shape),
}


def simulated_differences(blocks: int, d: float, noise: str, seed: int) -> dict[str, Floats]:
    """Paired differences of a study in which the first factor moves S by d deviations of a difference.

    S of a run = what its block has of its own + effect + noise; what a block has of its own, the seed and the setting,
    leaves with the difference.
    """
    rng = np.random.default_rng(seed)
    own = rng.normal(0, 2, blocks)
    draws = NOISE[noise](rng, (2, 2, blocks))
    effect = d * np.sqrt(2)
    return paired({(i, j): own + effect * i + draws[i, j] for i in (0, 1) for j in (0, 1)})


def rates(blocks: int, d: float, noise: str, studies: int, seed: int = 0) -> dict[str, float]:
    """How often p < .05 for each effect and, by Holm, for any that is none; d as in `simulated_differences`."""
    found: dict[str, list[bool]] = {"first": [], "second": [], "both": [], "any of those that are none": []}
    for study in range(studies):
        effects = effects_of(simulated_differences(blocks, d, noise, seed + study), intervals=False)
        for effect in effects:
            found[effect.name].append(effect.p_value < 0.05)
        nothing = effects[1:] if d else effects
        found["any of those that are none"].append(any(effect.adjusted < 0.05 for effect in nothing))
    return {name: float(np.mean(values)) for name, values in found.items()}


def coverage(pairs: int, d: float, noise: str, studies: int, seed: int = 0) -> float:
    """How often the interval of the mean of `pairs` differences holds the true one, d."""
    held = []
    for study in range(studies):
        differences = d + NOISE[noise](np.random.default_rng([seed, study]), (pairs,))
        low, high = interval_of(differences)
        held.append(low <= d <= high)
    return float(np.mean(held))


def power(pairs: int, d: float, studies: int, seed: int = 0) -> float:
    """How often the sign-flip test of `pairs` normal differences of mean d and deviation 1 has p < .05."""
    draws = (d + np.random.default_rng([seed, study]).standard_normal(pairs) for study in range(studies))
    return float(np.mean([sign_flip(each) < 0.05 for each in draws]))


def simulated_run(times: Floats, seed: int, *, memory: float, amplitude: float = 0.0, period: float = 1.0) -> Floats:
    """Counts (N, 8) of 512 latents: log shares that wander as an AR(1) of this `memory`, and may turn in a circle.

    `memory` is the AR's coefficient between two median intervals; amplitude is that of the log shares.
    """
    rng = np.random.default_rng(seed)
    logs = np.empty((len(times), 8))
    logs[0] = rng.normal(0, 0.3, 8)
    for i, gap in enumerate(np.diff(times) / np.median(np.diff(times))):
        kept = memory**gap
        logs[i + 1] = kept * logs[i] + np.sqrt(1 - kept**2) * rng.normal(0, 0.3, 8)
    logs += amplitude * np.cos(2 * np.pi * (times[:, None] / period - np.arange(8) / 8))
    shares = np.exp(logs) / np.exp(logs).sum(1, keepdims=True)
    return np.array([rng.multinomial(512, row) for row in shares])


def spread_of_s(times: Floats, interval: float, runs: int, **how: Any) -> Floats:
    """S (runs,) of simulated runs; `how` as for `simulated_run`."""
    found = [strongest_line(times, simulated_run(times, seed, **how), interval) for seed in range(runs)]
    return np.array([line.s for line in found if line is not None])


def table(studies: int = 1000) -> str:
    """False alarms, power, coverage and S without a line, each beside what it should be."""
    from .plan import load_plan

    lines = ["false alarms of 8 blocks (should be .05; any of the three after Holm, at most .05)"]
    for noise in NOISE:
        found = rates(8, 0.0, noise, studies)
        lines.append(f"  {noise:8} " + ", ".join(f"{name} {value:.3f}" for name, value in found.items()))
    lines += ["power at d = .7 (should be .90 or more with 32 pairs)"]
    lines += [f"  {pairs:2} pairs  {power(pairs, 0.7, studies):.3f}" for pairs in (5, 8, 16, 32)]
    lines += ["intervals that hold the truth (should be .95)"]
    lines += [f"  {noise:8} {coverage(16, 0.5, noise, studies // 5):.3f} of 16 pairs" for noise in NOISE]
    for name in ("pilot", "confirmatory"):
        plan = load_plan(name)
        config = plan.tasks()[0].config
        times, interval = np.array(config.snapshots.at_kimg), plan.schedule.interval(config.train.kimg)
        lines += [f"S of runs of the {name} without a line, 5, 50 and 95% (should not depend on the memory)"]
        for memory in (0.0, 0.3, 0.6, 0.9, 0.97):
            s = np.quantile(spread_of_s(times, interval, max(20, studies // 5), memory=memory), (0.05, 0.5, 0.95))
            lines.append(f"  memory {memory:4}  " + "  ".join(f"{value:.2f}" for value in s))
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
