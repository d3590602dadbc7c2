"""Games whose orbits are known exactly, run through the project's losses, penalties and step, and read by its tracker.

Each game runs once a backend, in one process; the table of games is tests/support/games.py, that of theory exact.py.
"""

from functools import cache

import numpy as np
import pytest

from experiments import Verdict, oscillation
from experiments.periodograms import periodogram
from experiments.scripted import drawn_counts
from experiments.spectrum import Grid, detrended
from models.losses import LOSSES
from tests.support import exact
from tests.support.games import DIRAC, GAMES, GAMMAS, RESTLESS, START, SWINGS, WORLDS, swings

TRANSIENT = 20  # steps after which the fast eigenvalues of the methods with a memory are gone
FIRST = 50  # steps over which float32 keeps a map to five digits
EVEN = [name for name in WORLDS if name in exact.PUBLISHED]
MISREAD = 0  # of the two dozen cases
COUNTED = ("simultaneous .1", "alternating .1", "alternating .5", "alternating weak r1", "standard")

found_by = cache(exact.orbits)


@pytest.fixture(scope="module", params=["tensorflow", pytest.param("jax", marks=pytest.mark.slow)])
def orbits(request):
    return found_by(request.param)


@pytest.fixture(scope="module")
def cases():
    return {case.name: case for case in exact.cases(found_by("tensorflow"))}


def fitted(points: np.ndarray) -> np.ndarray:
    """The matrix (2, 2) that carries each point to the next: least squares, with next to nothing left over."""
    points = points.reshape(len(points), 2)
    found, *_ = np.linalg.lstsq(points[:-1], points[1:], rcond=None)
    assert np.abs(points[1:] - points[:-1] @ found).max() < 1e-4 * np.abs(points).max()
    return found.T


def check(found: Verdict, case: exact.Case) -> None:
    """Kind, period within 0.5%, growth within 1e-3 a step."""
    assert found.kind == case.kind, str(found)
    assert found.period == pytest.approx(case.period, rel=0.005)
    assert found.growth == pytest.approx(case.growth, abs=0.001)


def test_every_game_has_its_theory():
    assert set(exact.EIGENVALUES) == set(DIRAC)
    assert set(GAMES) == {*DIRAC, *RESTLESS, "categorical", *(f"noisy {gamma}" for gamma in GAMMAS)}


def test_published_periods(cases):
    for name, period in exact.PUBLISHED.items():
        assert cases[name].period == pytest.approx(period, rel=3e-6)


@pytest.mark.parametrize("name", exact.EIGENVALUES)
def test_the_orbit_has_its_modulus_and_period(orbits, name):
    every, expected = exact.EIGENVALUES[name]
    first = TRANSIENT if DIRAC[name].optimizer != "sgd" else 0
    found = np.linalg.eigvals(fitted(orbits[name][first : FIRST + 1 : every]))[0]
    assert abs(found) == pytest.approx(abs(expected), abs=1e-5)
    assert abs(np.angle(found)) == pytest.approx(np.angle(expected), rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in GAMES if name not in RESTLESS])
def test_both_backends_go_the_same_way(name):
    ours, theirs = (found_by(backend)[name] for backend in ("tensorflow", "jax"))
    assert np.abs(ours - theirs).max() < 1e-3 * np.abs(ours[:, :, ours[0, 0] > -50]).max()


def test_the_tracker_reads_every_orbit(cases):
    """Kind, period, growth and amplitude, to the digits of theory."""
    verdicts = {name: oscillation(case.read, settle=0, unit="steps") for name, case in cases.items()}
    wrong = [name for name, found in verdicts.items() if found.kind != cases[name].kind or found.growth is None]
    assert len(wrong) <= MISREAD, wrong
    for name in verdicts.keys() - wrong:
        check(verdicts[name], cases[name])
        if cases[name].amplitude:
            assert verdicts[name].amplitude == pytest.approx(cases[name].amplitude, rel=0.02), name


def test_the_tracker_reads_counts_of_pictures(cases):
    """1,024 pictures a snapshot, of two modes that swing as the orbit does, or of shares that swing by .1 / K."""
    wrong = []
    for name in (*COUNTED, *EVEN):
        case, histograms = cases[name], cases[name].counts
        if name in EVEN:
            p = exact.shares(found_by("tensorflow"), name, SWINGS[1])[1]
            histograms = drawn_counts(p, np.random.default_rng(exact.SEED), every=exact.MODES_EVERY)
        found = oscillation(histograms, settle=0)
        if found.kind != case.kind or found.growth is None:
            wrong.append(name)
            continue
        check(found, case)
    assert len(wrong) <= 1, wrong


def test_uneven_modes_show_their_three_lines():
    times, p = exact.shares(found_by("tensorflow"), "uneven modes", SWINGS[0])
    grid, eigenvalues = Grid(times / exact.MODES_EVERY), swings(WORLDS["uneven modes"])[0]
    power = grid.periodogram(detrended(p, grid.times)).sum(1)
    inner = power[1:-1]
    peaks = np.flatnonzero((inner > power[:-2]) & (inner > power[2:])) + 1
    highest = np.sort(grid.frequencies[peaks[np.argsort(power[peaks])[-3:]]]) / exact.MODES_EVERY
    assert eigenvalues == pytest.approx([0.118, 0.233, 0.349], abs=5e-4)
    assert highest == pytest.approx([1 / exact.swing_period(x) for x in eigenvalues], abs=0.5 / times[-1])


def test_the_periodogram_shows_the_three_lines_of_uneven_modes():
    """Each is in a channel of its own, of very different loudness; none hides behind the leakage of another."""
    found = periodogram(exact.shares(found_by("tensorflow"), "uneven modes", SWINGS[0]), settle=0)
    inner = found.power[1:-1]
    peaks = np.flatnonzero((inner > found.power[:-2]) & (inner > found.power[2:])) + 1
    highest = np.sort(found.frequencies[peaks[np.argsort(found.power[peaks])[-3:]]])
    expected = [1 / exact.swing_period(x) for x in swings(WORLDS["uneven modes"])[0]]
    assert highest == pytest.approx(expected, abs=found.frequencies[1] - found.frequencies[0])


def test_a_larger_swing_takes_longer(cases):
    """Its period is checked with the others."""
    assert cases["one above"].period > 1.04 * exact.PUBLISHED["8 modes"]


def noisy(gamma: float, backend: str = "tensorflow") -> tuple[exact.Noisy, np.ndarray]:
    return exact.Noisy.of(GAMES[f"noisy {gamma}"]), found_by(backend)[f"noisy {gamma}"][:, 0, 0]


@pytest.mark.parametrize("gamma", GAMMAS)
def test_a_noisy_gradient_makes_an_exact_autoregression(orbits, gamma):
    theory, game = exact.Noisy.of(GAMES[f"noisy {gamma}"]), GAMES[f"noisy {gamma}"]
    theta, (first, second) = orbits[f"noisy {gamma}"][:, 0, 0], theory.coefficients
    shown = game.pictures().mean(1)[:, 0]  # (steps, games)
    expected = first * theta[1:-1] + second * theta[:-2] + theory.h**2 * shown[1:]
    assert np.abs(theta[2:] - expected).max() < 1e-5 * theta.std()


@pytest.mark.parametrize("gamma", GAMMAS)
def test_noise_makes_damped_players_ring(gamma):
    """Known spectrum, period and quality; the first fifth is left out, in which the players forget their start."""
    theory, theta = noisy(gamma)
    late = theta[len(theta) // 5 :]
    power = (np.abs(np.fft.rfft(late - late.mean(0), axis=0)) ** 2).mean(1)[2:60] / len(late)
    assert power.sum() == pytest.approx(theory.spectrum(np.arange(2, 60) / len(late)).sum(), rel=0.2)
    assert late.std() == pytest.approx(theory.deviation, rel=0.1)
    found = oscillation((np.arange(len(theta)), theta[:, :4]), unit="steps")
    assert found.kind == "ringing"
    assert found.period == pytest.approx(theory.period, rel=0.1)
    assert theory.quality / 1.5 < found.quality < theory.quality * 1.5
    assert found.amplitude == pytest.approx(np.sqrt(2) * theory.deviation, rel=0.35)


def test_who_moves_first_and_against_whom(orbits):
    theta, psi = START
    after = {name: orbits[name][1].ravel() for name in DIRAC}
    assert after["alternating .5"] == pytest.approx([0.75 * theta + 0.5 * psi, psi - 0.5 * theta], rel=1e-6)
    assert after["simultaneous .5"] == pytest.approx([theta + 0.5 * psi, psi - 0.5 * theta], rel=1e-6)


@pytest.mark.parametrize("name", ["extragradient", "lookahead", "negative momentum", "optimistic"])
def test_what_is_against_rotation_shrinks_the_orbit(name):
    assert abs(exact.EIGENVALUES[name][1]) < 1


@pytest.mark.parametrize("loss", [name for name, loss in LOSSES.items() if loss.critical_damping])
def test_restlessness_is_a_dial_from_critical_damping_to_growth(orbits, loss):
    h, slope = 0.1, LOSSES[loss].slopes[0]
    for dial in (0.0, 0.1, 1.0, 1.25):
        matrix = fitted(orbits[f"restless {loss} {dial}"])
        gamma = (1 - dial) * 2 * slope
        assert np.linalg.det(matrix) == pytest.approx(1 - h * gamma, abs=2e-5)
        assert np.trace(matrix) == pytest.approx(2 - h * gamma - (h * slope) ** 2, abs=2e-5)
        rotates = np.trace(matrix) ** 2 < 4 * np.linalg.det(matrix)
        assert rotates == (dial > 0)
    ends = {
        dial: np.linalg.norm(orbits[f"restless {loss} {dial}"][[0, -1]].reshape(2, 2), axis=1) for dial in (0.0, 1.25)
    }
    assert ends[0][1] < 0.5 * ends[0][0]
    assert ends[1.25][1] > 1.5 * ends[1.25][0]
