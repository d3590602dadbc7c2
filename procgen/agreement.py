"""Whether a factor measured from pixels agrees with the recorded one."""

from math import inf, isnan

HUE_DEG, LIGHTNESS, SHARE = 8.0, 0.03, 0.03


def tolerance(name: str) -> float:
    """How far a factor may be off: degrees, or parts of 1; a WCAG ratio may be off by 10%."""
    return HUE_DEG if name.endswith("_deg") else SHARE if "share" in name else LIGHTNESS


def off(name: str, recorded: float, measured: float) -> float:
    """How far a measured factor is from the recorded one, in its own units; infinite where only one is defined."""
    if isnan(recorded) != isnan(measured):
        return inf
    if isnan(recorded):
        return 0.0
    if name.endswith("hue_deg"):
        return abs((measured - recorded + 180) % 360 - 180)
    return abs(measured / recorded - 1) * 0.3 if name.endswith("wcag") else abs(measured - recorded)
