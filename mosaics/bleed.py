"""Bleed: what a picture has beyond its edges, so that no paper shows where the knife is a little off."""

from dataclasses import replace

from mosaics.placement import Look


def bleeding(size_px: tuple[int, int], look: Look, bleed_px: int) -> tuple[tuple[int, int], Look]:
    """The size and the look of a mosaic that is drawn beyond its edges.

    Without a margin, tiles run on into the bleed. A margin is as wide as it was asked for once the bleed is cut off,
    and its colour runs on.

    Args:
        size_px: width and height once it is cut.
        look: as it is to be once it is cut.
        bleed_px: what is cut off each side.

    Returns:
        Width and height with the bleed, and the look for them, as `compose` takes them.
    """
    width, height = size_px[0] + 2 * bleed_px, size_px[1] + 2 * bleed_px
    if not bleed_px or not look.margin:
        return (width, height), look
    margin = (look.margin * min(size_px) + bleed_px) / min(width, height)
    return (width, height), replace(look, margin=margin)
