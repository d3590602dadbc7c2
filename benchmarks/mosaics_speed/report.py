"""The lines as a page of text."""

from typing import Any

_BUSY = 0.3  # processes that wanted to run in the last minute


def told(results: dict[str, Any]) -> str:
    """The results as a page of text."""
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    busy = " (busy: the figures say too little)" if results["load_before"] > _BUSY else ""
    head = f"{results['machine']}, {results['cpus']} CPUs, load {results['load_before']:.2f} before{busy}"
    columns = f"{'':<36}{'seconds':>9}{'computing':>11}{'memory':>10}"
    return "\n".join([head, versions, "", columns, *(_told(line) for line in results["lines"])])


def _told(line: dict[str, Any]) -> str:
    if "why" in line:
        return f"{line['what']:<36}  not measured: {line['why']}"
    row = f"{line['what']:<36}{line['seconds']:>9.2f}{line['computing']:>11.2f}{line['memory'] / 1e6:>7,.0f} MB"
    return "  ".join([row, *_notes(line)])


def _notes(line: dict[str, Any]) -> list[str]:
    found = []
    if line["most_seconds"] is not None:
        found.append(f"{_reached(line['seconds'] <= line['most_seconds'])} at most {line['most_seconds']:g} s")
    if line["most_memory"] is not None:
        found.append(f"{_reached(line['memory'] <= line['most_memory'])} at most {line['most_memory'] / 1e6:,.0f} MB")
    if "gap" in line:
        words = f"{line['gap']:.2%} above the optimum at {line['optimum']:,}"
        found.append(f"{_reached(line['gap'] <= 0.01)} {words}, at most 1%")
    if "ratio" in line:
        words = f"{line['ratio']:.1f} times as long as ours, {line['computing_ratio']:.1f} in computing"
        least = line["least_ratio"]
        found.append(f"{_reached(line['ratio'] >= least)} {words}, at least {least}" if least else words)
    if line.get("bytes"):
        found.append(f"{line['bytes'] / 1e6:,.0f} MB written")
    return found


def _reached(held: bool) -> str:
    return "[x]" if held else "[ ]"
