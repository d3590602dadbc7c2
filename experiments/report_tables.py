"""The tables of a report as HTML: the newest shares, and how far the probe that read them can be trusted."""

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from .baseline import FACTORS as COLOURS
from .calibration import MIXED, FalseAccepts

if TYPE_CHECKING:
    from .baseline import Comparison

KINDS = {
    "blend": "two pictures seen through each other",
    "collage": "two pictures cut and put together",
    "fields": "drawn half-way between two modes",
    "noise": "a picture with noise",
    "checkerboard": "a picture with a chequered pattern",
    "blur": "a blurred picture",
}
FACTORS = {"template": "hues fit the template", "key": "lightness", "contrast": "strongest contrast"}
SEEN = 0.1  # share from which, in the world or among the samples, a row is shown
APART = 3  # standard errors from which two shares are said to differ


def shares_table(last: dict[str, Any]) -> str:
    """The newest snapshot's fresh latents, a row a mode: `last` of `follow_modes`."""
    if "raw" not in last:
        return "<p>At the last snapshot no fresh picture was accepted as one of the world's.</p>"
    head = ["last snapshot, fresh latents", "raw", "corrected", "standard error"]
    rows = [[_plain(m), *(f"{last[k][m]:.3f}" for k in ("raw", "corrected", "standard_errors"))] for m in last["raw"]]
    words = (
        f"{last['rejected']:.0%} rejected; {len(last['covered'])} of {len(last['raw'])} modes covered for certain; "
        f"{last['effective_modes']:.1f} effective modes; distance to the world {last['distance_to_world']:.2f}."
    )
    if "least" in last:
        head.append("whatever the rejected are")
        for mode, row in zip(last["raw"], rows, strict=True):
            row.append(f"{last['least'][mode]:.2f} to {last['most'][mode]:.2f}")
        words += (
            " Many pictures were rejected. They may be of no mode, and others like them accepted by mistake; or all of "
            "them may be one mode's, badly drawn. The last column is how far that leaves each share open."
        )
    return _table(head, rows, words)


def calibration_table(rows: Sequence[FalseAccepts]) -> str:
    """What the probe makes of pictures that are of no mode; empty without rows."""
    if not rows:
        return ""
    kinds = {row.kind: [each for each in rows if each.kind == row.kind] for row in rows}
    most = max(map(len, kinds.values()))
    cells = [
        [KINDS.get(kind, kind), *(f"{row.share:.0%} at {row.weight:g}" for row in own), *[""] * (most - len(own))]
        for kind, own in kinds.items()
    ]
    words = (
        "Before training the probe was shown pictures that are none of the world's: two of its pictures mixed, or one "
        "of them spoiled, from a little to much. The table says how many of each it took for a picture of a mode all "
        f"the same, give or take {2 * max(row.error for row in rows):.0%}; the number after it is the second picture's "
        "part, or how far the one is spoiled. On the left the picture is nearly a real one; to the right the shares "
        f"should fall fast. A mixture with {MIXED:.0%} or more of a second picture is of no mode: those that the probe "
        "accepts are in the shares above, and no correction takes them out."
    )
    return _table(["shown to the probe", "a little", *[""] * (most - 2), "much"], cells, words)


def cross_check_table(found: dict[str, Any] | None) -> str:
    """Samples and the world by their pixels alone, without the probe: `run_cross_check`; empty for None."""
    if found is None:
        return ""
    rows = [
        [
            f"{FACTORS[factor]}: {_plain(row['name'])}",
            _share(row["world"], row["world_error"]),
            _share(row["pictures"], row["error"]),
            _differs(row),
        ]
        for factor, own in found["shares"].items()
        for row in own
        if max(row["world"], row["pictures"]) >= SEEN
    ]
    words = (
        f"Measured in the colours of {found['pictures']} samples of the last snapshot and of {found['real']} new "
        "pictures of the world, without the probe or any other network. Give or take two standard errors. Where a "
        f"row is said to differ, chance would hardly do it ({APART} standard errors). Samples that differ in such "
        f"plain things are not yet pictures of the world, whatever mode they are read as. Rows under {SEEN:.0%} are "
        "left out."
    )
    return _table(["by the pixels alone", "the world", "samples", ""], rows, words + _hue_words(found["modes"]))


def _hue_words(found: dict[str, dict[str, float]] | None) -> str:
    """Where every mode has its hue: how far hue and probe agree."""
    if found is None:
        return ""
    truth, real, samples = (_share(found[k]["agreement"], found[k]["error"]) for k in ("truth", "real", "pictures"))
    return (
        f" Here each mode has a hue of its own: hue alone tells the true mode of {truth} of real pictures. It says the "
        f"same as the probe of {real} of the real pictures, and of {samples} of the samples, that the probe accepts."
    )


def baseline_table(found: "Comparison") -> str:
    """World, GAN and baseline beside each other: `compare_baseline`."""
    sides = found.sides
    rows = [
        [
            "distance to the world (KID)",
            *(f"{s.distances.kernel.value:.3f} ± {2 * s.distances.kernel.error:.3f}" for s in sides),
        ],
        ["share of the world covered", *(f"{s.distances.coverage:.0%}" for s in sides)],
        ["share that could be the world's", *(f"{s.distances.precision:.0%}" for s in sides)],
        ["diversity, the world's is 1", *(f"{s.diversity:.2f}" for s in sides)],
        *([words, *(_measured(*s.factors[name]) for s in sides)] for name, words in COLOURS.items()),
    ]
    untrained = ", drawn by networks that learned nothing" if found.untrained else ""
    words = (
        f"The baseline is {found.about}{untrained}. {sides[0].distances.fake:,} pictures of each. The first four rows "
        "are by the features of the probe that reads this run's modes, the others by pixels alone: means over "
        "pictures, give or take two standard errors. The column of the world is how it differs from more of itself, "
        f"which is the best there is: a distance of 0, and {found.coverage:.0%} covered. A GAN has learned something "
        "where it is nearer to the world than the baseline is. The probe knows this world alone: of pictures far "
        "from it, its distances tell that they are far, not how far."
    )
    return _table(["", "the world", "the GAN", "the baseline"], rows, words)


def _measured(mean: float, error: float) -> str:
    if mean != mean:
        return "none"
    places = 0 if abs(mean) >= 10 else 3
    return f"{mean:.{places}f} ± {2 * error:.{max(places, 1) if places == 0 else places}f}"


def _share(share: float, error: float) -> str:
    return "none" if share != share else f"{share:.0%} ± {2 * error:.0%}"


def _differs(row: dict[str, float]) -> str:
    error = (row["error"] ** 2 + row["world_error"] ** 2) ** 0.5
    return "differs" if abs(row["pictures"] - row["world"]) > APART * error else ""


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _table(head: Iterable[str], rows: Iterable[Iterable[str]], words: str) -> str:
    """A table and the words below it; all of it is text, none of it HTML."""
    top = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{body}</table><p class='faint'>{html.escape(words)}</p>"
