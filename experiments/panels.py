"""Which figures there are of a run or of a table of counts: names and words.

One table, PANELS, for the report and for the files alike.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .figure_data import Evidence, Missing, RunEvidence
from .panel_figures import DRAW

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Panel:
    """A figure: its name, which is also its file's and its key in DRAW, what it shows in a few words, and a caption.

    of_counts: whether a table of counts is enough for it.
    """

    name: str
    about: str
    caption: str
    of_counts: bool = False


PANELS = (
    Panel(
        "shares",
        "shares of the modes, stacked, over training",
        "Which share of the same latents shows which mode, at each snapshot of the raw generator. Full colour: the "
        "probe accepts the picture as one of that mode. Pale or grey: it rejects it as a picture of no mode; pale "
        "stands with the mode it is nearest to. The hatched seam along each border is how far the border might lie "
        "elsewhere had other latents been drawn (95%).",
        of_counts=True,
    ),
    Panel(
        "corrected",
        "shares corrected for the probe's mistakes",
        "Shares among the accepted pictures, with the probe's mistakes taken out. Bands are one standard error; the "
        "dashed line, or the marks at the right, are the shares of the world. Gaps: nothing was accepted.",
    ),
    Panel(
        "measures",
        "how many modes, how far from the world, how much moves, who leads",
        "Modes that are there: how many are seen for certain, and how many equally common ones would be as varied "
        "(effective); dashed, those of the world. Distance to the world: 0 is the world's own shares, 1 is nothing in "
        "common; two ways to count it. Latents that changed: which part of the same latents shows another mode than "
        "at the snapshot before; what the shares do not need is latents trading places. Changes of the lead: each dot "
        "is a moment at which another mode became the commonest beyond doubt, in that mode's colour.",
    ),
    Panel(
        "filmstrip",
        "shares above, pictures of a few latents below",
        "The shares again, and below them what a few of the latents became: each row is one latent, and each picture "
        "stands under the moment it was made at.",
    ),
    Panel(
        "recurrence",
        "moments of training with the same shares",
        "Left: each pair of moments, blue where their shares are the same as far as chance lets one tell. Stripes "
        "along the diagonal: training comes back again and again. One full square: it has come to rest. Blue at the "
        "diagonal only: it never came back. Right: how often two moments are the same, by the time between them.",
        of_counts=True,
    ),
    Panel(
        "periodogram",
        "strength of each rhythm against noise",
        "How strongly the shares swing at each rhythm, slow ones at the left. Blue: what noise with as much memory, "
        "but without a rhythm, would give. Below: how many times that noise it is. A peak over the dashed line is one "
        "that such noise makes, at any rhythm, in one run of a hundred. Red, where the verdict names a period: that "
        "period, and its 95% interval.",
        of_counts=True,
    ),
    Panel(
        "circulation",
        "which mode's latents become which",
        "Where the same latents go from one snapshot to the next: an arrow from mode to mode is what goes there less "
        "what comes back, as wide as it is strong. Grey arrows may be chance. Discs are as large as the mean share. "
        "Arrows all around a circle: the modes take turns.",
    ),
    Panel(
        "hybrids",
        "pictures between two modes",
        "The in-betweens: the pictures of the last snapshot of which the probe can least tell what they show, and how "
        "it divides each between two modes. What is left of 100% goes to further modes.",
    ),
    Panel(
        "losses",
        "losses of both networks over training",
        "Each line of metrics faint, the running median strong.",
    ),
    Panel(
        "gradients",
        "gradient of each layer over training",
        "How hard each layer is pulled at each snapshot: the norm of its gradient. Yellow layers are the first of "
        "their network, blue ones the last. Lines that fall far below the others: layers that hardly learn.",
    ),
    Panel(
        "activations",
        "activations of each layer over training",
        "What the layers give out. Spread: the standard deviation. Silent channels: the share that no picture wakes. "
        "Effective rank: in about how many independent ways pictures differ there; a fall towards 1 means that all "
        "pictures become alike inside the network.",
    ),
    Panel(
        "maps",
        "maps of some layers over training",
        "One channel of each layer, for the same latents at each moment: four of them in a square (for the "
        "discriminator, the pictures drawn from them). Paper is low, ink is high.",
    ),
    Panel(
        "distances",
        "distance of samples to the nearest picture of the world",
        "How far samples are from the nearest of some pictures of the world, as the probe sees them. 1 is how far "
        "pictures of the world lie from each other: far above it samples look like nothing in the world, far below "
        "it they would be copies.",
    ),
    Panel(
        "nearest",
        "samples beside the nearest picture of the world",
        "Samples of the last snapshot, and below each the picture of the world that is nearest to it in the probe's "
        "eyes, with the distance as in the figure before.",
    ),
)


def drawn(known: Evidence) -> dict[str, "Figure | str"]:
    """Every panel that can be drawn from what is known, by name: a figure, or in words what it lacks."""
    found: dict[str, Figure | str] = {}
    for panel in PANELS:
        if isinstance(known, RunEvidence) or panel.of_counts:
            try:
                found[panel.name] = DRAW[panel.name](known)
            except Missing as lack:
                found[panel.name] = str(lack)
    return found
