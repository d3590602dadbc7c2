"""The same step on TensorFlow and on JAX, each in a process of its own."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.support.steps import APART, CASES, RATE

WORKER = Path(__file__).parents[2] / "support" / "steps.py"
QUICK = (  # a pair of each family; the others take long to compile
    "compact relativistic r1 r2 ema",
    "essay apart frozen",
    "dcgan hinge",
    "compact by chance",
)
LONG = tuple(name for name in CASES if name not in (*QUICK, "essay-256"))
SMALL, EQUAL = (
    [pytest.param(n, marks=() if n in QUICK else pytest.mark.slow) for n in (*QUICK, *LONG) if n not in left_out]
    for left_out in ((), APART)
)
BACKENDS = ("tensorflow", "jax")


def run_steps(backend: str, out: Path, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    environment = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    if names == QUICK:  # JAX takes most of its time to compile what then runs once; the long cases run as they are used
        environment["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"
    done = subprocess.run(
        [sys.executable, str(WORKER), str(out), *names], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    with np.load(out) as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def stepped(tmp_path_factory):
    """What the step of a case did on a backend; those of all quick cases, or of all long ones, are taken at once."""

    @cache
    def taken(backend: str, names: tuple[str, ...]) -> dict[str, np.ndarray]:
        return run_steps(backend, tmp_path_factory.mktemp("steps") / "made.npz", names)

    return lambda backend, case: taken(backend, QUICK if case in QUICK else LONG)


def part(arrays: dict[str, np.ndarray], case: str, kind: str, network: str = "") -> dict[str, np.ndarray]:
    prefix = f"{case}/{kind}/{network}"
    return {name[len(prefix) :]: value for name, value in arrays.items() if name.startswith(prefix)}


@pytest.mark.parametrize("case", SMALL)
def test_the_first_weights_are_the_same_bits(stepped, case):
    tf, jax = (part(stepped(backend, case), case, "before") for backend in BACKENDS)
    assert tf.keys() == jax.keys()
    assert all(np.array_equal(tf[name], jax[name]) for name in tf if "seed" not in name)


@pytest.mark.parametrize("case", EQUAL)
def test_losses_agree(stepped, case):
    tf, jax = (part(stepped(backend, case), case, "log") for backend in BACKENDS)
    assert tf.keys() == jax.keys() >= {"d_loss", "g_loss", "penalty", "d_real", "d_fake"}
    for name in tf:
        assert tf[name] == pytest.approx(jax[name], rel=1e-4, abs=1e-4), name


@pytest.mark.parametrize("network", ["g", "d"])
@pytest.mark.parametrize("case", EQUAL)
def test_gradients_agree(stepped, case, network):
    tf, jax = (part(stepped(backend, case), case, "after", f"{network}_optimizer/") for backend in BACKENDS)
    slopes = {name: value / RATE for name, value in jax.items() if value.ndim}
    norm = np.sqrt(sum(np.sum(np.square(slope, dtype=np.float64)) for slope in slopes.values()))
    assert norm > 1e-2
    for name, slope in slopes.items():
        assert np.linalg.norm(tf[name] / RATE - slope) <= 1e-4 * norm, name


@pytest.mark.parametrize("network", ["generator/", "discriminator/", "ema/"])
@pytest.mark.parametrize("case", EQUAL)
def test_weights_agree(stepped, case, network):
    tf, jax = (part(stepped(backend, case), case, "after", network) for backend in BACKENDS)
    assert all(np.abs(tf[name] - jax[name]).max() <= 1e-4 for name in tf if "seed" not in name)


# Zero by construction: the gradient of a bias that a batch norm follows at once, for it takes the mean away again (the
# essay's second discriminator convolution is not such a case: zero padding comes between); and that of the
# discriminator's output bias under losses that see differences of logits only.
ESSAY = {"generator/003.bias", "generator/009.bias", "discriminator/011.bias", "discriminator/018.bias"}
COMPACT = {
    "generator/001.bias",
    "generator/007.bias",
    "generator/013.bias",
    "generator/019.bias",
    "discriminator/007.bias",
}
ZERO_BY_CONSTRUCTION = {
    "compact relativistic r1 r2 ema": COMPACT,
    "compact wasserstein lazy r1": COMPACT,
    "essay apart frozen": ESSAY,
    "essay joint batch": ESSAY,
    "dcgan hinge": set(),
    "compact two critic steps smoothed ema": COMPACT - {"discriminator/007.bias"},
    "compact extragradient r1": COMPACT,
    "compact packed lookahead restless": COMPACT,
    "essay simultaneous apart": ESSAY,
    "compact by chance": COMPACT,
    "compact half precision": COMPACT,
    "essay-256": ESSAY,
}


def check_changes(arrays: dict[str, np.ndarray], case: str) -> None:
    assert all(np.isfinite(value) for value in part(arrays, case, "log").values())
    unchanged = set()
    for network in ("generator", "discriminator"):
        before, after = (part(arrays, case, kind, f"{network}/") for kind in ("before", "after"))
        trainable = [name for name in before if name.split(".")[1] in ("kernel", "bias", "gamma", "beta")]
        slope = {name: np.abs(after[name] - before[name]).max() for name in trainable}
        unchanged |= {f"{network}/{name}" for name, size in slope.items() if size == 0.0}
        assert len(trainable) >= 8
    assert unchanged <= ZERO_BY_CONSTRUCTION[case]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("case", SMALL)
def test_one_step_changes_every_tensor(stepped, backend, case):
    check_changes(stepped(backend, case), case)


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_in_half_precision_the_state_stays_in_single(stepped, backend):
    case = "compact half precision"
    kinds = {name: value.dtype for name, value in part(stepped(backend, case), case, "after").items()}
    odd = {name for name, kind in kinds.items() if kind != np.float32}
    assert all(name == "steps" or name.endswith("optimizer/000") for name in odd), odd
    assert any(name.startswith("ema/") for name in kinds)


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_one_step_of_essay_256_changes_every_tensor(backend, tmp_path):
    check_changes(run_steps(backend, tmp_path / "essay.npz", ("essay-256",)), "essay-256")
