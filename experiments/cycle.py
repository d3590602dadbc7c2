"""The numbers of a cycle once there is one: period, growth, amplitude, their errors, and how fast it forgets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .latents import projected_covariance
from .spectrum import OVERSAMPLING, Floats, Grid, Ints, detrended, neighbourhood, swing

NORMAL_95 = 1.959963984540054
BESIDE = 8.0  # bins to either side of a line from which its noise is read
FLOOR = 32  # frequencies that a floor is read from, at least
ASTRAY = 2.0  # bins by which a fitted frequency may leave the one it starts from


@dataclass(frozen=True)
class Cycle:
    """A line in a series; times are counted in snapshots.

    Attributes:
        frequency: Cycles a snapshot.
        frequency_error: Its standard error.
        growth: Change of the logarithm of the amplitude a snapshot.
        decay: Rate at which a kicked rotation dies away, a snapshot; None for a line that lasts.
        bend: Change of the frequency a snapshot; the frequency is that of the middle of the run.
        bend_error: Its standard error.
    """

    frequency: float
    frequency_error: float
    growth: float | None
    decay: float | None = None
    bend: float = 0.0
    bend_error: float = 0.0

    @property
    def quality(self) -> float | None:
        """Quality factor pi f / decay: pi times the cycles until the amplitude has fallen to 1/e."""
        return None if self.decay is None else np.pi * self.frequency / self.decay


def fundamental(grid: Grid, values: Floats, index: int, low: float) -> float:
    """The frequency of a line, or the part of it (1/2 to 1/5, over low cycles a run) that holds more power.

    Shares that hop from mode to mode have strong harmonics, and one of them may stand out most.
    """
    power = grid.periodogram(values).sum(1)
    parts = [grid.bins[index] / m for m in range(1, 6) if grid.bins[index] / m >= low]
    near = [np.flatnonzero(np.abs(grid.bins - part) <= 0.5) for part in parts]
    best = max((places[power[places].argmax()] for places in near), key=lambda place: power[place])
    return float(grid.frequencies[best])


def lasting(grid: Grid, values: Floats, start: float, null: Floats, bend: float | None = None) -> Cycle:
    """Fits exp(g t) cos(2 pi f t + phase) plus a straight line by least squares to channels (N, D).

    The error of f is the Cramer-Rao bound (Rife & Boorstyn 1974), var(2 pi f) = 24 / (N^3 sum A_d^2 / S_d), with the
    noise S_d read from the residual next to the line, and three times its part of A_d^2 taken out of that (once is the
    bias; the rest, by simulation, is what weak lines lack of the bound); that of a bend var(pi b) =
    360 / (N^5 sum A_d^2 / S_d) (Djuric & Kay 1990). Both are widened by Student's t over the normal, as the noise is
    read from few bins. null (D,) weighs the channels. With a bend to start from, the frequency may change too.
    """
    from scipy.optimize import minimize
    from scipy.stats import t

    size = len(grid.times)
    scaled = values / np.sqrt(null)
    units = np.array([size, size, size**2])[: 2 if bend is None else 3]  # bins, growth and bend over the run

    def left(guess: Floats) -> float:
        if abs(guess[0] - start * size) > ASTRAY:
            return np.inf
        return float((_residual(grid, scaled, *(guess / units))[0] ** 2).sum())

    first = np.array([start, 0.0, bend or 0.0])[: len(units)] * units
    simplex = first + np.concatenate([np.zeros((1, len(units))), np.diag([0.3, 0.5, 0.5][: len(units)])])
    options = {
        "initial_simplex": simplex,
        "xatol": 1e-7,
        "fatol": 1e-12 * float((scaled**2).sum()),
        "maxiter": 400,
    }
    found = minimize(left, first, method="Nelder-Mead", options=options).x / units
    rest, strength = _residual(grid, values, *found)
    noise = beside(grid, rest, found[0]) + 1e-15 * strength
    information = np.maximum(strength / noise - 12 / size, strength / noise / 4).sum()
    parts = values.shape[1] * int(_near(grid, found[0]).sum())  # half of the bins are independent, each of two parts
    wider = float(t.ppf(0.975, parts)) / NORMAL_95
    error = wider * float(np.sqrt(24 / information / size**3) / (2 * np.pi))
    if bend is None:
        return Cycle(float(found[0]), error, float(found[1]))
    bend_error = wider * float(np.sqrt(360 / information / size**5) / np.pi)
    return Cycle(float(found[0]), error, float(found[1]), None, float(found[2]), bend_error)


def bent(grid: Grid, values: Floats, start: float, null: Floats) -> Cycle:
    """As `lasting`, for a frequency that changes evenly, by up to its half over the run either way."""
    size = len(grid.times)
    scaled = values / np.sqrt(null)
    from_middle = grid.times - grid.times.mean()
    reach = 0.5 * start * size
    changes = np.arange(-np.floor(reach), np.floor(reach) + 1)  # bins over the run
    frequencies = start + np.arange(-0.5 * reach, 0.5 * reach + 0.5, 0.5) / size
    waves = np.exp(-2j * np.pi * np.outer(frequencies, from_middle))
    power = [
        (np.abs(waves @ (scaled * np.exp(-1j * np.pi * c / size**2 * from_middle**2)[:, None])) ** 2).sum(1)
        for c in changes
    ]
    change, place = np.unravel_index(np.argmax(power), (len(changes), len(frequencies)))
    return lasting(grid, values, float(frequencies[place]), null, float(changes[change]) / size**2)


def _residual(grid: Grid, values: Floats, frequency: float, growth: float, bend: float = 0.0) -> tuple[Floats, Floats]:
    """What a line leaves of values (N, D), and its squared amplitude (D,) in the middle of the run."""
    from_middle = grid.times - grid.times.mean()
    waves = swing(grid.times, frequency, growth, bend)
    basis = np.stack([*waves.T, np.ones_like(from_middle), from_middle], 1)
    found = np.linalg.lstsq(basis, values, rcond=None)[0]
    return values - basis @ found, (found[:2] ** 2).sum(0)


def left_beside(grid: Grid, values: Floats, line: Cycle) -> float:
    """Part of the power of channels (N, D) in a line's neighbourhood that is left once the line is taken out.

    A line whose fit has left the spectrum, beyond two snapshots a period, has no neighbourhood: all is left.
    """
    near = np.abs(grid.bins - line.frequency * len(grid.times)) <= neighbourhood(len(grid.times))
    rest, _ = _residual(grid, values, line.frequency, line.growth or 0.0, line.bend)
    return float(grid.periodogram(rest)[near].sum() / grid.periodogram(values)[near].sum()) if near.any() else 1.0


def over_floor(grid: Grid, values: Floats, line: Cycle) -> float:
    """Power that a line leaves beside it over the median of what is farther away: about 1 in white noise.

    Channels (N, D) weigh as much as the line is strong in them; infinite in a run too short to have a floor.
    """
    rest, strength = _residual(grid, values, line.frequency, line.growth or 0.0, line.bend)
    power, away = grid.periodogram(rest), np.abs(grid.bins - line.frequency * len(grid.times))
    near, far = away <= neighbourhood(len(grid.times)), away > BESIDE
    if far.sum() < FLOOR or not strength.any():
        return np.inf
    floor = np.median(power[far], axis=0) / np.log(2) + 1e-15 * strength
    return float(np.average(power[near].mean(0) / floor, weights=strength))


def beside(grid: Grid, rest: Floats, frequency: float) -> Floats:
    """Mean power (D,) of a residual (N, D) beside a frequency; the fit has eaten what is nearest."""
    return grid.periodogram(rest)[_near(grid, frequency)].mean(0)


def _near(grid: Grid, frequency: float) -> NDArray[np.bool_]:
    away = np.abs(grid.bins - frequency * len(grid.times))
    return (away > 1.25) & (away <= max(BESIDE, away.min() + 2.5))


def amplitude(grid: Grid, values: Floats, cycle: Cycle, labels: Ints | None = None) -> tuple[float, float, float]:
    """Root mean square over columns (N, C) of their amplitudes in the middle of the run, with its 95% interval.

    The noise bias is taken out: A^2 = 4|X|^2/N^2 - 4 sigma^2/N. Without a growth there is no line:
    the power is summed over the width of the resonance. Of fixed latents, labels (N, L), the swing of the sample is
    not that of all latents: the error is then at least that of the bootstrap over them.
    """
    line = (cycle.frequency, cycle.growth or 0.0, cycle.bend)
    rest, _ = _residual(grid, values, *line)
    own = values @ np.linalg.svd(rest, full_matrices=False)[2].T  # columns whose noise is uncorrelated
    rest, squared = _residual(grid, own, *line)
    noise = 4 * beside(grid, rest, cycle.frequency) / len(grid.times)
    if cycle.growth is None:
        squared, noise = _band(grid, values, cycle), np.zeros_like(noise)
    total = max(0.0, float((squared - noise).sum()))
    error = NORMAL_95 * float(np.sqrt((2 * squared * noise).sum()))
    if cycle.growth is None:  # about decay * N / 2 independent stretches, each of random amplitude
        error = NORMAL_95 * total / np.sqrt(max(1.0, (cycle.decay or 0.0) * len(grid.times) / 2))
    if labels is not None:
        error = max(error, NORMAL_95 * _of_latents(grid, values, line, labels))
    low, high = max(0.0, total - error), total + error
    columns = values.shape[1]
    return tuple(float(np.sqrt(x / columns)) for x in (total, low, high))  # type: ignore[return-value]


def _of_latents(grid: Grid, values: Floats, line: tuple[float, float, float], labels: Ints) -> float:
    """Standard error, by latents alone, of the sum over columns (N, K) of squared amplitudes."""
    from_middle = grid.times - grid.times.mean()
    basis = np.stack([*swing(grid.times, *line).T, np.ones_like(from_middle), from_middle], 1)
    weights = np.linalg.pinv(basis)[:2]
    found = (weights @ values).ravel()
    spread = projected_covariance(labels, values.shape[1], weights)
    return float(2 * np.sqrt(found @ spread @ found))


def _band(grid: Grid, values: Floats, cycle: Cycle) -> Floats:
    width = max(3.0, 3 * (cycle.decay or 0.0) * len(grid.times) / (2 * np.pi))
    near = np.abs(grid.bins - cycle.frequency * len(grid.times)) <= width
    power = grid.periodogram(detrended(values, grid.times))
    floor = np.median(power[~near], axis=0) / np.log(2) if (~near).sum() > 4 else 0.0
    return 4 / len(grid.times) / OVERSAMPLING * np.maximum(power[near] - floor, 0).sum(0)


def ringing(grid: Grid, values: Floats, start: float) -> Cycle:
    """Fits damped rotation (`rotation`) plus read-out noise to channels (N, D) by Whittle's likelihood."""
    size = len(grid.times)
    width = neighbourhood(size)
    frequencies = np.clip(start + np.linspace(-width, width, 21) / size, 1 / size, 0.5)
    decays = np.geomspace(1 / size, 0.7, 24)
    lag, weight = grid.lags
    cosine = np.cos(2 * np.pi * np.outer(grid.frequencies[::OVERSAMPLING], lag)) * weight
    power = grid.periodogram(values)[::OVERSAMPLING].T
    costs = [[_cost(power, cosine @ rotation(lag, f, d)) for d in decays] for f in frequencies]
    best_f, best_d = np.unravel_index(np.argmin(costs), (len(frequencies), len(decays)))
    f, decay = float(frequencies[best_f]), float(decays[best_d])
    return Cycle(f, float(np.sqrt(decay / size) / (2 * np.pi)), None, decay)


def rotation(lag: Floats, frequency: float, decay: float) -> Floats:
    """Autocorrelation at lags >= 0 of an AR(2) with roots exp(-decay +- 2 pi i f) (Box & Jenkins 1976, 3.2.28).

    It starts level, where exp(-decay l) cos(2 pi f l) starts with a fall that a fit would take for noise.
    """
    turn = 2 * np.pi * frequency
    lead = np.arctan2(np.sin(turn), np.cos(turn) * np.tanh(decay))
    return np.exp(-decay * lag) * np.clip(np.sin(turn * lag + lead) / np.sin(lead), -2, 2)  # off whole lags near 1/2


def _cost(power: Floats, pure: Floats) -> float:
    """Minus Whittle's log likelihood of channels (D, F) whose noise share is chosen one by one."""
    noise = np.array([0.0, 0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9])[:, None]
    shapes = np.maximum((1 - noise) * pure + noise, 1e-9)
    scale = power @ (1 / shapes).T / len(pure)
    return float((len(pure) * np.log(scale) + np.log(shapes).sum(1)).min(1).sum())


def echo(grid: Grid, values: Floats, frequency: float) -> float | None:
    """Place of the autocorrelation's peak nearest one period, in periods; None without a positive one from .5 to 1.5.

    Only frequencies from half of this one to 1.6 times it and within 5 bins take part: other noise moves the peak.
    """
    power = grid.periodogram(values).sum(1)[::OVERSAMPLING]
    own = grid.frequencies[::OVERSAMPLING]
    near = (own > 0.5 * frequency) & (own < 1.6 * frequency) & (np.abs(own - frequency) * len(grid.times) < 5)
    lags = np.linspace(0.5, 1.5, 201)
    found = np.cos(2 * np.pi * np.outer(lags / frequency, own[near])) @ power[near]
    inner = found[1:-1]
    top = np.flatnonzero((inner >= found[:-2]) & (inner > found[2:]) & (inner > 0)) + 1
    return float(lags[top[np.abs(lags[top] - 1).argmin()]]) if len(top) else None
