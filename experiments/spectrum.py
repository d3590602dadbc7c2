"""Is there a line in the spectrum of a short, noisy, perhaps uneven series? The test behind the verdict.

Values are several channels over N times, measured in snapshots (mean spacing 1). The null is noise without a cycle:
in every channel an AR(2) with real roots plus white read-out noise, fitted by Whittle's likelihood. p-values come
from series drawn from that null and put through the very same steps, so they are family-wise over frequencies.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]

OVERSAMPLING = 2  # frequencies between the independent ones, so that a line between two bins is not missed
FIRST_BIN = 2  # cycles a run; a fitted straight line has eaten what is below
ROOTS = (0.2, 0.4, 0.55, 0.7, 0.8, 0.87, 0.92, 0.95, 0.97, 0.985, 0.995)
READOUT = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95)
PAIRS = tuple((0.0, r) for r in ROOTS) + tuple((a, b) for i, a in enumerate(ROOTS) for b in ROOTS[i:])


def correlation(roots: tuple[float, float], lag: Floats) -> Floats:
    """Autocorrelation at lags >= 0 of an AR(2) with real roots 0 <= a <= b < 1 (Box & Jenkins 1976, 3.2.31)."""
    a, b = roots
    if a == b:
        return b**lag * (1 + lag * (1 - b**2) / (1 + b**2))
    top = b ** (lag + 1) * (1 - a**2) - (a ** (lag + 1) * (1 - b**2) if a else 0)
    return top / ((b - a) * (1 + a * b))


def detrended(values: Floats, times: Floats) -> Floats:
    """Values (N, ...) without their least-squares straight line."""
    basis = np.linalg.qr(np.stack([np.ones_like(times), times - times.mean()], 1))[0]
    return values - np.tensordot(basis, np.tensordot(basis, values, (0, 0)), (1, 0))


@dataclass(frozen=True, eq=False)
class Grid:
    """Everything that depends on the times alone: frequencies, transforms, shapes of the null.

    Attributes:
        times: float (N,), rising, mean spacing 1.
    """

    times: Floats

    @cached_property
    def bins(self) -> Floats:
        """Frequencies in cycles per run, float (F,): FIRST_BIN to just under Nyquist, OVERSAMPLING a unit."""
        last = (len(self.times) - 1) // 2
        return np.arange(FIRST_BIN * OVERSAMPLING, last * OVERSAMPLING + 1) / OVERSAMPLING

    @cached_property
    def frequencies(self) -> Floats:
        """The same in cycles per snapshot."""
        return self.bins / len(self.times)

    @cached_property
    def _waves(self) -> Floats:
        phase = 2 * np.pi * np.outer(self.times, self.frequencies)
        return np.concatenate([np.cos(phase), np.sin(phase)], 1) / np.sqrt(len(self.times))

    def periodogram(self, values: Floats) -> Floats:
        """Power (F, ...) of detrended values (N, ...); white noise of variance v has the mean v."""
        parts = np.tensordot(self._waves, values, (0, 0))
        half = len(self.bins)
        return parts[:half] ** 2 + parts[half:] ** 2

    @cached_property
    def lines(self) -> Floats:
        """Orthonormal bases (F, N, 4) of a line at each frequency whose amplitude may change linearly."""
        phase = 2 * np.pi * np.outer(self.frequencies, self.times)
        slope = (self.times - self.times.mean()) / len(self.times)
        plain = np.stack([np.cos(phase), np.sin(phase)], 2)
        both = np.concatenate([plain, plain * slope[:, None]], 2)
        flat = detrended(both.transpose(1, 0, 2), self.times).transpose(1, 0, 2)
        return np.linalg.qr(flat)[0]

    @cached_property
    def shapes(self) -> Floats:
        """Expected periodograms (M, F) of unit-variance nulls, leakage included; the last one is white."""
        lag, weight = self._lags()
        cosine = np.cos(2 * np.pi * np.outer(self.frequencies, lag)) * weight
        pure = np.array([cosine @ correlation(pair, lag) for pair in PAIRS])
        mixed = [(1 - noise) * pure + noise for noise in READOUT]
        return np.concatenate([*mixed, np.ones((1, len(lag[:1]) * len(self.bins)))])

    def _lags(self) -> tuple[Floats, Floats]:
        """Distances between snapshots, to an eighth of one, and how often each occurs per snapshot."""
        apart = np.round(np.abs(self.times[:, None] - self.times) * 8).astype(int)
        count = np.bincount(apart.ravel())
        there = np.flatnonzero(count)
        return there / 8, count[there] / len(self.times)

    def fit(self, power: Floats, masked: NDArray[np.bool_] | None = None) -> tuple[Ints, Floats]:
        """The null of highest Whittle likelihood for each row of power.

        Args:
            power: float (R, F).
            masked: bool (R, F), frequencies to leave out.

        Returns:
            Index of the shape, int (R,), and the variance that scales it, float (R,).
        """
        own = slice(None, None, OVERSAMPLING)
        kept = np.ones_like(power[:, own]) if masked is None else (~masked[:, own]).astype(float)
        shapes = self.shapes[:, own]
        size = np.maximum(kept.sum(1, keepdims=True), 1)
        scale = (power[:, own] * kept) @ (1 / shapes).T / size
        cost = size * np.log(scale) + kept @ np.log(shapes).T
        best = cost.argmin(1)
        return best, scale[np.arange(len(best)), best]

    def covariance(self, shape: int) -> Floats:
        """Covariance (N, N) between the snapshots under a null of unit variance."""
        if shape == len(self.shapes) - 1:
            return np.eye(len(self.times))
        noise, pair = READOUT[shape // len(PAIRS)], PAIRS[shape % len(PAIRS)]
        lag = np.abs(self.times[:, None] - self.times)
        return (1 - noise) * correlation(pair, lag) + noise * np.eye(len(lag))


@dataclass(frozen=True, eq=False)
class Peaks:
    """The strongest line of each of B series of D channels.

    Attributes:
        index: int (B,), its place among the frequencies.
        ratio: float (B,), its power over the null, averaged over channels.
        excess: float (B,), the same just beside the line, once it is taken out: far above 1 when the line is broad.
        shape: int (B, D) and variance: float (B, D): the null of each channel, fitted without the line.
    """

    index: Ints
    ratio: Floats
    excess: Floats
    shape: Ints
    variance: Floats


def strongest(grid: Grid, values: Floats, low: float, high: float) -> Peaks:
    """Finds the strongest line between low and high cycles a run in each of B series; values (N, B, D), detrended.

    The null is fitted twice: with everything, to find the line; and with the line taken out of the series and its
    neighbourhood masked, to judge it: a strong line would otherwise hide in its own noise.
    """
    power = grid.periodogram(values)
    count, series, channels = power.shape
    rows = power.transpose(1, 2, 0).reshape(-1, count)
    first = (power / _null(grid, *grid.fit(rows), series)).mean(2)
    inside = (grid.bins >= low) & (grid.bins < high)
    index = np.where(inside[:, None], first, -1).argmax(0)
    rest = grid.periodogram(_without(grid, values, index))
    rest = np.maximum(rest, 1e-12 * power.max(0))
    away = np.abs(grid.bins - grid.bins[index][:, None])  # (B, F)
    width = neighbourhood(len(grid.times))
    masked = np.repeat(away <= width, channels, 0)
    shape, variance = grid.fit(rest.transpose(1, 2, 0).reshape(-1, count), masked)
    null = _null(grid, shape, variance, series)
    beside = ((away > 0.75) & (away <= width)).T
    excess = ((rest / null).mean(2) * beside).sum(0) / np.maximum(beside.sum(0), 1)
    at = (index, np.arange(series))
    return Peaks(index, (power / null).mean(2)[at], excess, *(x.reshape(series, -1) for x in (shape, variance)))


def neighbourhood(snapshots: int) -> float:
    """Half width in bins of what counts as beside a line: 3.5, less in a run too short for that."""
    return float(np.clip(snapshots / 32, 1, 3.5))


def _null(grid: Grid, shape: Ints, variance: Floats, series: int) -> Floats:
    rows = grid.shapes[shape] * variance[:, None]
    return rows.reshape(series, -1, len(grid.bins)).transpose(2, 0, 1)


def _without(grid: Grid, values: Floats, index: Ints) -> Floats:
    basis = grid.lines[index]  # (B, N, 4)
    inner = values.transpose(1, 0, 2)
    return (inner - basis @ (basis.transpose(0, 2, 1) @ inner)).transpose(1, 0, 2)


def surrogates(grid: Grid, shape: Ints, variance: Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Series (N, draws, D) from the null of each channel: shape int (D,), variance float (D,); detrended."""
    size = len(grid.times)
    out = np.empty((size, draws, len(shape)))
    for channel, (which, scale) in enumerate(zip(shape, variance, strict=True)):
        covariance = grid.covariance(int(which)) * scale
        root = np.linalg.cholesky(covariance + 1e-9 * scale * np.eye(size))
        out[:, :, channel] = root @ rng.standard_normal((size, draws))
    return detrended(out, grid.times)
