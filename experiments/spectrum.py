"""Is there a line in the spectrum of a short, noisy, perhaps uneven series? The test behind the verdict.

Values are several channels over N times, measured in snapshots (mean spacing 1). The null is noise without a cycle:
in every channel an AR(2) with real roots plus white read-out noise, fitted by Whittle's likelihood. p-values come
from series drawn from that null and put through the very same steps, so they are family-wise over frequencies.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]

OVERSAMPLING = 2  # frequencies between the independent ones, so that a line between two bins is not missed
BROAD = 3.0  # half width in bins of the ringing that is looked for beside a line
FIRST_BIN = 2  # cycles a run; a fitted straight line has eaten what is below
ROOTS = (0.2, 0.4, 0.55, 0.7, 0.8, 0.87, 0.92, 0.95, 0.97, 0.985, 0.995)
READOUT = (0.0, 0.003, 0.01, 0.03, 0.1, 0.25, 0.45, 0.65, 0.8, 0.9, 0.95)
KEPT = 2**23  # numbers in the factors of the nulls that are kept for the next series
SUPPORT = 2.0  # log likelihood a memory has to gain over white noise: what it only might have hides a weak line
NEARLY = 3.0  # log likelihood by which a null may be less likely than the best: 95% for two parameters
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
        """Orthonormal bases (F, N, 2) of a line at each frequency."""
        return np.stack([line(self.times, f) for f in self.frequencies])

    @cached_property
    def shapes(self) -> Floats:
        """Expected periodograms (M, F) of unit-variance nulls, leakage included; the last one is white."""
        lag, weight = self.lags
        cosine = np.cos(2 * np.pi * np.outer(self.frequencies, lag)) * weight
        pure = np.maximum([cosine @ correlation(pair, lag) for pair in PAIRS], 1e-4)
        mixed = [(1 - noise) * pure + noise for noise in READOUT]
        return np.concatenate([*mixed, np.ones((1, len(self.bins)))])

    @cached_property
    def lags(self) -> tuple[Floats, Floats]:
        """Distances between snapshots, finely rounded, and how often each occurs per snapshot."""
        parts = max(8, 16384 // len(self.times))  # of a snapshot: bounds the work for uneven times
        apart = np.round(np.abs(self.times[:, None] - self.times) * parts).astype(int)
        count = np.bincount(apart.ravel())
        there = np.flatnonzero(count)
        return there / parts, count[there] / len(self.times)

    @cached_property
    def _fitting(self) -> tuple[Floats, Floats]:
        """Inverse and logarithm (F', M) of the shapes at the independent frequencies, in single precision for speed."""
        own = self.shapes[:, ::OVERSAMPLING].T
        return (1 / own).astype(np.float32), np.log(own).astype(np.float32)

    def costs(self, power: Floats, masked: NDArray[np.bool_] | None = None) -> tuple[Floats, Floats]:
        """Minus Whittle's log likelihood (R, M), up to a constant a row, of each null, and its variance (R, M).

        Args:
            power: float (R, F).
            masked: bool (R, F), frequencies to leave out.
        """
        inverse, logarithm = self._fitting
        own = power[:, ::OVERSAMPLING]
        kept = np.ones(own.shape, np.float32) if masked is None else (~masked[:, ::OVERSAMPLING]).astype(np.float32)
        size = np.maximum(kept.sum(1, keepdims=True), 1)
        unit = np.maximum((own * kept).sum(1, keepdims=True) / size, np.finfo(float).tiny)
        scale = (own * kept / unit).astype(np.float32) @ inverse / size
        return size * np.log(scale) + kept @ logarithm, scale * unit

    def fit(self, power: Floats, masked: NDArray[np.bool_] | None = None, channels: int = 1) -> tuple[Ints, Floats]:
        """Index of the likeliest null for each row of power, int (R,), and its variance, float (R,).

        A row is the mean over so many channels.
        """
        cost, scale = self.costs(power, masked)
        best = _supported(channels * cost)
        return best, scale[np.arange(len(best)), best]

    def slowest(self, power: Floats) -> tuple[Ints, Floats]:
        """As `fit`, but of all nulls that are nearly as likely (95%) the one with most power at frequency 0.

        Rows (R, F) that white noise explains together are white.
        """
        from scipy.stats import chi2

        cost, scale = self.costs(power)
        best, rows, white = cost.min(1), np.arange(len(cost)), cost.shape[1] - 1
        if 2 * (cost[:, white] - best).sum() < chi2.ppf(0.95, 2 * len(cost)):
            return np.full(len(cost), white), scale[:, white]
        near = cost <= best[:, None] + NEARLY / len(cost)
        index = np.where(near, scale * at_zero(np.arange(white + 1)), 0).argmax(1)
        return index, scale[rows, index]

    def root(self, shape: int) -> Floats:
        """What makes white noise a null of unit variance and this shape, one with memory: a Cholesky factor (N, N)."""
        if shape not in self._roots:
            if len(self._roots) * len(self.times) ** 2 > KEPT:
                self._roots.clear()
            noise, pair = READOUT[shape // len(PAIRS)], PAIRS[shape % len(PAIRS)]
            lag = np.abs(self.times[:, None] - self.times)
            covariance = (1 - noise) * correlation(pair, lag) + (noise + 1e-9) * np.eye(len(lag))
            self._roots[shape] = np.linalg.cholesky(covariance)
        return self._roots[shape]

    @cached_property
    def _roots(self) -> dict[int, Floats]:
        return {}


def _supported(cost: Floats) -> Ints:
    """The likeliest null of each row (R, M), or white noise, the last, where that is nearly as likely."""
    return np.where(cost[:, -1] - cost.min(1) < SUPPORT, cost.shape[1] - 1, cost.argmin(1))


@lru_cache(maxsize=2)
def _grid(times: bytes) -> Grid:
    return Grid(np.frombuffer(times))


def grid_of(times: Floats) -> Grid:
    """The grid of these times; kept for the next series with the same ones."""
    return _grid(np.asarray(times, float).tobytes())


@dataclass(frozen=True, eq=False)
class Peaks:
    """The strongest line of each of B series of D channels.

    Attributes:
        index: int (B,), its place among the frequencies.
        ratio: float (B,), its power over the null, averaged over channels.
        excess: float (B,), the same just beside the line, once it is taken out: far above 1 when the line is broad.
        shape: int (B, D) and variance: float (B, D): the null of each channel, fitted without the line.
        null: float (F, B, D), its spectrum, or what all channels' common memory would make it where that is more.
    """

    index: Ints
    ratio: Floats
    excess: Floats
    shape: Ints
    variance: Floats
    null: Floats


def prominence(grid: Grid, values: Floats) -> Floats:
    """Power over the null (F, B), averaged over channels, of B detrended series (N, B, D).

    Here the null is fitted to running medians, which a line hardly touches.
    """
    power = grid.periodogram(values)
    return (power / _null(grid, *grid.fit(_smooth(_rows(power))), values.shape[1])).mean(2)


def strongest(grid: Grid, ratio: Floats, low: float, high: float) -> Ints:
    """Index (B,) of the frequency, low to high cycles a run, of highest prominence (F, B)."""
    inside = (grid.bins >= low) & (grid.bins < high)
    return np.where(inside[:, None], ratio, -1).argmax(0)


def judged(grid: Grid, values: Floats, index: Ints, lines: Floats) -> Peaks:
    """How far lines stand out of the null of B series; values (N, B, D), detrended.

    The null is fitted with the line taken out of the series and its neighbourhood masked: a strong line would
    otherwise hide in its own noise.

    Args:
        grid: The times.
        values: The series.
        index: int (B,), where the line of each series is.
        lines: Orthonormal bases (B, N, 2) of what is taken out.
    """
    power = grid.periodogram(values)
    inner = values.transpose(1, 0, 2)
    rest = (inner - lines @ (lines.transpose(0, 2, 1) @ inner)).transpose(1, 0, 2)
    beyond = np.maximum(grid.periodogram(rest), 1e-12 * power.max(0))
    away = np.abs(grid.bins - grid.bins[index][:, None])  # (B, F)
    width = neighbourhood(len(grid.times))
    width += min(width, BROAD)  # what is looked at beside the line takes no part in the null
    below = np.minimum(width, (grid.bins[index] - FIRST_BIN) / 2)[:, None]  # what wanders shows there alone
    masked = (away <= width) & (grid.bins >= grid.bins[index][:, None] - below)
    shape, variance = grid.fit(_rows(beyond), np.repeat(masked, values.shape[2], 0))
    null = _null(grid, shape, variance, len(index))
    if values.shape[2] > 1:
        null = np.maximum(null, _common(grid, beyond, masked, null.min(0)))
    beside = ((away > 0.25) & (away <= width)).T / (1 + (away.T / BROAD) ** 2)
    excess = ((beyond / null).mean(2) * beside).sum(0) / np.maximum(beside.sum(0), 1e-9)
    ratio = (power / null).mean(2)[index, np.arange(len(index))]
    return Peaks(index, ratio, excess, shape.reshape(len(index), -1), variance.reshape(len(index), -1), null)


def _common(grid: Grid, power: Floats, masked: NDArray[np.bool_], level: Floats) -> Floats:
    """What each channel would have (F, B, D) of the memory of all together, by its own least power (B, D).

    The principal components of random walks are waves, one frequency in each (Antognini & Sohl-Dickstein 2018): seen
    alone, a channel looks like a line in white noise.
    """
    together = (power / level).mean(2).T
    shape, variance = grid.fit(together, masked, power.shape[2])
    return (grid.shapes[shape] * variance[:, None]).T[:, :, None] * level


def _smooth(power: Floats) -> Floats:
    """Running medians (R, F) over the nine nearest independent frequencies, scaled to an exponential's mean."""
    own = np.pad(power[:, ::OVERSAMPLING], ((0, 0), (4, 4)), mode="reflect" if power.shape[1] > 8 else "edge")
    middle = np.median(np.lib.stride_tricks.sliding_window_view(own, 9, axis=1), axis=2) / np.log(2)
    return np.repeat(middle, OVERSAMPLING, 1)[:, : power.shape[1]]


def _rows(power: Floats) -> Floats:
    return power.transpose(1, 2, 0).reshape(-1, len(power))


def line(times: Floats, frequency: float, growth: float = 0.0, bend: float = 0.0) -> Floats:
    """Orthonormal basis (N, 2) of a `swing` of any phase, without its straight line."""
    return np.linalg.qr(detrended(swing(times, frequency, growth, bend), times))[0]


def swing(times: Floats, frequency: float, growth: float = 0.0, bend: float = 0.0) -> Floats:
    """exp(growth t) times cosine and sine of 2 pi (frequency t + bend t^2 / 2), float (N, 2); t from the middle."""
    from_middle = times - times.mean()
    swell = np.exp(np.clip(growth * from_middle, -50, 50))
    phase = 2 * np.pi * (frequency + bend * from_middle / 2) * from_middle
    return np.stack([swell * np.cos(phase), swell * np.sin(phase)], 1)


def neighbourhood(snapshots: int) -> float:
    """Half width in bins of what counts as beside a line: 5, less in a run too short for that."""
    return float(np.clip(snapshots / 40, 1, 5))


def _null(grid: Grid, shape: Ints, variance: Floats, series: int) -> Floats:
    rows = grid.shapes[shape] * variance[:, None]
    return rows.reshape(series, -1, len(grid.bins)).transpose(2, 0, 1)


def at_zero(shape: Ints) -> Floats:
    """Spectrum at frequency 0 of unit-variance nulls, float, the shape of their indices."""
    white = np.asarray(shape) >= len(READOUT) * len(PAIRS)
    noise = np.where(white, 1.0, np.array([*READOUT, 1.0])[np.asarray(shape) // len(PAIRS)])
    a, b = np.moveaxis(np.array(PAIRS)[np.asarray(shape) % len(PAIRS)], -1, 0)
    rise = (1 + a) * (1 + b) * (1 - a * b) / ((1 + a * b) * (1 - a) * (1 - b))
    return (1 - noise) * rise + noise
