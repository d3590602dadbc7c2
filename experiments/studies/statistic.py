"""The one number a run of a study is reduced to, frozen before the runs: numpy alone, and nothing of the rest of it.

S = log10 of the largest ratio of the combined periodogram to its null, between 4 cycles and a quarter of Nyquist.
"""

from dataclasses import dataclass

import numpy as np

Floats = np.ndarray
OVERSAMPLING = 4  # frequencies looked at for each independent one
KNEES, NOISE = 10, (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
BESIDE = 1.5  # independent frequencies to each side of a line that the null does not see
QUIET_DRAWS = 200


@dataclass(frozen=True)
class Band:
    """Where a line is looked for.

    Args:
        settle: share of the run that is dropped from its beginning, in [0, 1).
        cycles: fewest cycles in what is left.
        nyquist: highest frequency, as a share of 1 / (2 interval).
    """

    settle: float = 0.2
    cycles: float = 4.0
    nyquist: float = 0.25


@dataclass(frozen=True)
class Line:
    """The strongest line of a run: S, its frequency and period in the unit of the times, and the spectrum behind it.

    `power` and `null` (F,) stand at `frequencies` (F,): the mean over channels, and what was fitted to it.
    """

    s: float
    frequency: float
    frequencies: Floats
    power: Floats
    null: Floats
    band: tuple[float, float]

    @property
    def period(self) -> float:
        """1 / frequency."""
        return 1 / self.frequency


def strongest_line(times: Floats, counts: Floats, interval: float, band: Band | None = None) -> Line | None:
    """S and its spectrum, of counts (N, K) of the same latents in K bins at times (N,), uneven or not.

    Args:
        times: rising, in any unit.
        counts: how many of the latents lie in each bin; rows of any sums above 0.
        interval: between two snapshots outside bursts, in the unit of the times: Nyquist is 1 / (2 interval).
        band: where to look.

    Returns:
        None where there is nothing to look at: fewer than 16 snapshots after the settling, a band that is empty, or
        shares that never change.
    """
    band = band or Band()
    kept = times >= times[0] + band.settle * (times[-1] - times[0])
    times, counts = times[kept], counts[kept]
    span = times[-1] - times[0] if len(times) else 0.0
    low, high = (band.cycles / span, band.nyquist / (2 * interval)) if span else (1.0, 0.0)
    if len(times) < 16 or high <= low:
        return None
    values = detrended(contrasts(counts), times)
    if not (values**2).sum() > 1e-12 * len(times):
        return None
    frequencies = np.arange(OVERSAMPLING, int(OVERSAMPLING * span / (2 * interval)) + 1) / (OVERSAMPLING * span)
    power = periodogram_of(times, values, frequencies)
    inside = (frequencies >= low * (1 - 1e-9)) & (frequencies <= high * (1 + 1e-9))
    null = fitted_null(frequencies, power, np.zeros(len(power), bool))
    peak = _peak(power / null, inside)
    null = fitted_null(frequencies, power, np.abs(frequencies - frequencies[peak]) * span <= BESIDE)
    peak = _peak(power / null, inside)
    s = float(np.log10(power[peak] / null[peak]))
    return Line(s, float(frequencies[peak]), frequencies, power, null, (low, high))


def _peak(ratio: Floats, inside: Floats) -> int:
    return int(np.where(inside, ratio, -np.inf).argmax())


def contrasts(counts: Floats) -> Floats:
    """K - 1 orthonormal contrasts (N, K - 1) of the roots of the shares: of even variance, and without their sum."""
    shares = counts / counts.sum(1, keepdims=True)
    bins = counts.shape[1]
    basis = np.linalg.qr(np.column_stack([np.ones(bins), np.eye(bins)[:, 1:]]))[0][:, 1:]
    return np.sqrt(shares) @ basis


def detrended(values: Floats, times: Floats) -> Floats:
    """Values (N, D) without their mean and their straight line."""
    line = np.linalg.qr(np.stack([np.ones(len(times)), times - times.mean()], 1))[0]
    return values - line @ (line.T @ values)


def periodogram_of(times: Floats, values: Floats, frequencies: Floats) -> Floats:
    """Least-squares periodogram (F,), the mean over channels; of white noise it is its variance, at any times.

    At each frequency the part of the series that lies in the plane of cosine and sine, those without their own line
    (Lomb 1976, Scargle 1982, with a floating trend).
    """
    phase = 2 * np.pi * frequencies[:, None] * (times - times.mean())
    waves = np.stack([np.cos(phase), np.sin(phase)], 2)  # (F, N, 2)
    line = np.linalg.qr(np.stack([np.ones(len(times)), times - times.mean()], 1))[0]
    plane = np.linalg.qr(waves - line @ (line.T @ waves))[0]
    return ((plane.transpose(0, 2, 1) @ values) ** 2).mean((1, 2))


def fitted_null(frequencies: Floats, power: Floats, hidden: Floats) -> Floats:
    """The likeliest spectrum (F,) of two relaxations and read-out noise, where `hidden` is false.

    Whittle's likelihood over a grid: (1 - w) / ((1 + (f/a)^2)(1 + (f/b)^2)) + w, an AR(2) with real roots in
    continuous time and white noise beside it; its scale is profiled out.
    """
    knees = np.geomspace(frequencies[0] / 3, frequencies[-1], KNEES)
    a, b = np.array([(x, y) for i, x in enumerate(knees) for y in knees[i:]]).T[:, :, None]
    red = 1 / ((1 + (frequencies / a) ** 2) * (1 + (frequencies / b) ** 2))
    red /= red.mean(1, keepdims=True)
    shapes = np.concatenate([(1 - noise) * red + noise for noise in NOISE])
    seen = ~hidden
    scale = (power[seen] / shapes[:, seen]).mean(1)
    cost = np.log(shapes[:, seen]).mean(1) + np.log(scale)
    best = int(cost.argmin())
    return shapes[best] * scale[best]


def quiet(times: Floats, bins: int, interval: float, band: Band | None = None) -> float:
    """What S is of a run without a line at these times: the median over white noise, drawn with a fixed seed."""
    rng = np.random.default_rng(0)
    draws = [rng.multinomial(1024, np.full(bins, 1 / bins), len(times)) for _ in range(QUIET_DRAWS)]
    found = [strongest_line(times, draw, interval, band) for draw in draws]
    return float(np.median([line.s for line in found if line is not None] or [0.0]))
