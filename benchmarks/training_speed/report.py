"""All matches in order, and the page that is printed."""

import argparse
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from procgen_speed.timing import figure, machine

from .contest import CHECKED, OURS, TORCH, Match, agreement, contestants, rounds

Results = dict[str, Any]
BUSY = 0.3  # processes that wanted to run in the last minute
CPU_TARGET, GPU_TARGET, PEAK_TARGET = 1.2, 1.1, 0.5


def measured(given: argparse.Namespace, tell: Callable[[str], object]) -> Results:
    """Everything that the command line asks for, as plain data."""
    steps, repeats = (2, 2) if given.quick else (given.steps, given.rounds)
    cores = tuple(sorted(os.sched_getaffinity(0))[: given.cores]) if hasattr(os, "sched_getaffinity") else (0,)
    how = {"precision": given.precision, "settings": tuple(given.settings), "cores": cores}
    how |= {"torch_python": given.torch_python, "compile_mode": given.compile_mode, "limit": given.limit}
    results: Results = machine() | {"cores": len(cores), "steps": steps, "rounds": repeats, "matches": []}
    results["versions"]["keras"] = version("keras")
    for preset in given.presets:
        for batch in given.batch:
            match = Match(preset, batch, **how)
            tell(f"{preset}, batch {batch}")
            results["matches"].append(played(match, given.only, steps, repeats, given.peak_tflops, tell))
    return results


def played(
    match: Match, names: list[str], steps: int, repeats: int, peak: float, tell: Callable[[str], object]
) -> Results:
    """One match: what each reached, how far they agree, and the ratios that are wanted."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with contestants(match, names, folder) as (running, absent):
            apart = agreement(running, folder, absent)
            seconds = rounds(running, steps, repeats, absent, tell)
            facts = {each.name: each.facts for each in running}
    rows = [_row(name, facts[name], taken, apart[name], match.batch) for name, taken in seconds.items()]
    gpu = any(row["device"] != "cpu" for row in rows)
    flops = next((facts[row["name"]]["flops"] for row in rows if row["name"] in OURS), None)
    for row in rows:
        share = None if flops is None or row["device"] == "cpu" else flops * row["speed"]["median"] / (peak * 1e12)
        row |= {"share_of_peak": share}
    settings = {"preset": match.preset, "batch": match.batch, "precision": match.precision}
    return settings | {
        "flops_an_image": flops,
        "gpu": gpu,
        "rows": rows,
        "absent": absent,
        "ratios": _ratios(rows, seconds, match, gpu),
    }


def _row(name: str, facts: dict[str, Any], seconds: list[float], apart: dict[str, float], batch: int) -> Results:
    speed = figure(name, [batch / each for each in seconds], "images/s")
    return {"name": name, "speed": speed, "apart": apart} | {k: facts[k] for k in ("version", "parameters", "device")}


def _ratios(rows: list[Results], seconds: dict[str, list[float]], match: Match, gpu: bool) -> list[Results]:
    """Ours over the best of torch, and where there is a GPU over the best that is compiled, by rounds."""
    speed = {row["name"]: row["speed"]["median"] for row in rows}
    compiled = [name for name in speed if name in TORCH and TORCH[name][0]]
    fields = {"the best of torch": [name for name in speed if name in TORCH]}
    if gpu:
        fields["the best of torch.compile"] = compiled
    ratios = []
    for ours in (name for name in speed if name in OURS):
        for what, peers in fields.items():
            if peers:
                best = max(peers, key=speed.__getitem__)
                times = [b / a for a, b in zip(seconds[ours], seconds[best], strict=True)]
                target = _target(ours, what, match, gpu)
                ratios.append(figure(f"{ours} over {what} ({best})", times, "times", target=target))
    return ratios


def _target(ours: str, what: str, match: Match, gpu: bool) -> float | None:
    if gpu:
        return GPU_TARGET if "compile" in what else None
    return CPU_TARGET if ours == "TensorFlow" and match.batch == 32 and match.preset.endswith("-64") else None


def told(results: Results) -> str:
    """The results as a page of text."""
    busy = " (busy: the figures say too little)" if results["load_before"] > BUSY else ""
    lines = [
        f"{results['machine']}, {results['cpus']} CPUs, load {results['load_before']} before{busy}",
        ", ".join(f"{name} {value}" for name, value in results["versions"].items()),
        f"on {results['cores']} cores; medians of {results['rounds']} rounds of {results['steps']} steps in turns, "
        "warmed up; spread is from the slowest round to the fastest",
    ]
    for match in results["matches"]:
        lines += ["", *_match(match)]
    return "\n".join(lines)


def _match(match: Results) -> list[str]:
    cost = "" if match["flops_an_image"] is None else f", {match['flops_an_image'] / 1e9:.3g} GFLOP an image a step"
    lines = [f"{match['preset']}, batch {match['batch']}, {match['precision']}{cost}"]
    for row in match["rows"]:
        speed, share = row["speed"], row["share_of_peak"]
        spread = f"{speed['low']:,.1f} to {speed['high']:,.1f}"
        peak = "" if share is None else f"{share:>6.1%} of peak on {row['device']}"
        line = f"  {row['name']:<30}{speed['median']:>10,.1f} images/s  {spread:<22}{row['parameters']:>12,} parameters"
        lines.append(f"{line}  {peak}".rstrip())
    lines += [f"  {name:<30}cannot run here: {why}" for name, why in match["absent"].items()]
    lines += [f"  {_ratio(each)}" for each in match["ratios"]]
    if match["rows"]:
        far = {what: max(row["apart"][what] for row in match["rows"]) for what in CHECKED}
        words = ", ".join(f"{what} {value:.1e}" for what, value in far.items())
        lines.append(f"  apart, at the most, at the same weights and batches: {words}")
    return lines


def _ratio(each: Results) -> str:
    wanted = (
        "" if each["target"] is None else f"  target {each['target']}: {'reached' if each['reached'] else 'missed'}"
    )
    return f"{each['what']:<60}{each['median']:>6.2f} times ({each['low']:.2f} to {each['high']:.2f}){wanted}"
