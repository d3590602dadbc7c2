"""All measurements in order, and the page that is printed."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from procgen import load_space

from .disk import read_figures, written_figures
from .peers import CHECKOUTS, peer_rows
from .pixels import composition_row, equal_world, world_figures
from .timing import Figure, machine

Results = dict[str, Any]
_DISK_ROUNDS = 3
_BUSY = 0.3  # processes that wanted to run in the last minute


def measured(given: argparse.Namespace) -> Results:
    """Everything that the command line asks for, as plain data."""
    many = {"size": given.size, "count": 2 if given.quick else 50, "repeats": 2 if given.quick else 5}
    files = 32 if given.quick else 2000
    names = given.only or list(load_space("default").compositions)
    results: Results = machine() | many | {"written": files, "compositions": [], "world": [], "disk": [], "peers": []}
    results["compositions"] = [composition_row(name, **many) for name in names]
    if given.only:
        return results
    results["world"] = world_figures(equal_world(), **many)
    repeats = min(_DISK_ROUNDS, many["repeats"])
    with TemporaryDirectory() as name:
        folder = Path(name)
        written = written_figures(equal_world(), folder, size=given.size, count=files, repeats=repeats)
        results["disk"] = written + read_figures(folder / "kept", repeats=repeats)
    how = {"python": given.peer_python, "size": given.size, "limit": given.peer_limit, "quick": given.quick}
    results["peers"] = peer_rows(given.peer, written[0]["median"], **how)
    return results


def told(results: Results) -> str:
    """The results as a page of text."""
    lines = [*_head(results), "", *_compositions(results["compositions"])]
    if results["world"]:
        figures = _figures([*results["world"], *results["disk"]], results["size"])
        lines += ["", "The default space, all compositions weighted equally", *figures]
        lines += ["", *_peers(results["peers"])]
    return "\n".join(lines)


def _head(results: Results) -> list[str]:
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    busy = " (busy: the figures say too little)" if results["load_before"] > _BUSY else ""
    return [
        f"{results['machine']}, {results['cpus']} CPUs, load {results['load_before']} before{busy}",
        versions,
        f"{results['size']}x{results['size']} pixels; medians of {results['repeats']} rounds of {results['count']} "
        f"pictures a composition, and of {min(_DISK_ROUNDS, results['repeats'])} of {results['written']:,} on disk, "
        "warmed up; spread is from the fastest round to the slowest",
    ]


def _compositions(rows: list[dict[str, Any]]) -> list[str]:
    lines = [
        "                      choose    draw    pixels  encode   codec   encoded    bytes  spread",
        "                          ms      ms  images/s      ms   share  images/s",
    ]
    for row in rows:
        lines.append(
            f"{row['composition']:<20}{row['choose_ms']:>8.3f}{row['draw_ms']:>8.3f}{row['pixels_per_s']:>10,.0f}"
            f"{row['encode_ms']:>8.3f}{row['codec_share']:>8.0%}{row['files_per_s']:>10,.0f}{row['bytes']:>9,.0f}"
            f"{row['spread']:>8.0%}"
        )
    return lines


def _figures(figures: list[Figure], size: int) -> list[str]:
    return [
        f"  {each['what']:<32}{_number(each['median']):>8} {each['unit']:<9}"
        f"{_number(each['low']) + ' to ' + _number(each['high']):<20}{_target(each, size)}".rstrip()
        for each in figures
    ]


def _target(each: Figure, size: int) -> str:
    if each["target"] is None or size != 256:
        return ""
    return f"target {_number(each['target'])}: {'reached' if each['reached'] else 'missed'}"


def _peers(rows: list[dict[str, Any]]) -> list[str]:
    if not rows:
        places = [f"  --peer {name}=CHECKOUT  of {place}" for name, place in CHECKOUTS.items()]
        return ["Peers: none given; check them out, and add", *places]
    lines = ["Peers, to disk on one core; and how many times as fast ours are, to disk on one worker"]
    for row in rows:
        lines += [f"  {row['peer']:<32}cannot run here: {row['why']}"] if row["speed"] is None else [_peer(row)]
    return lines


def _peer(row: dict[str, Any]) -> str:
    speed = row["speed"]
    spread = f"{_number(speed['low'])} to {_number(speed['high'])}"
    return f"  {row['peer']:<32}{_number(speed['median']):>8} images/s {spread:<20}ours {_number(row['ratio'])} times"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
