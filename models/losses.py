"""Adversarial losses on logits, in softplus form: finite, and with a gradient, at any logit.

A loss is two functions of (real_logits, fake_logits), each of shape (N, 1), returning a scalar. The critic's loss is
the sum of its halves over real and fake, never their mean. A new loss is one row in LOSSES.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from keras import ops

Logits = Any


@dataclass(frozen=True)
class Loss:
    """What critic and generator minimise.

    Args:
        critic, generator: functions of (real_logits, fake_logits).
        slopes: how fast the critic's loss rises and the generator's falls with the fake logit, where all logits are 0.
        halves: the critic's loss on real and on fake alone, where it is their sum.
        towards: the real half with a target t of (logits, t) instead of 1, where the loss has targets.
    """

    critic: Callable[[Logits, Logits], Any]
    generator: Callable[[Logits, Logits], Any]
    slopes: tuple[float, float]
    halves: tuple[Callable[[Logits], Any], Callable[[Logits], Any]] | None = None
    towards: Callable[[Logits, float], Any] | None = None

    @property
    def critical_damping(self) -> float:
        """The R1 gamma at which the Dirac game's flow stops to ring (Mescheder et al. 2018, section 3 and 4.1).

        With slopes s_D and s_G the flow's eigenvalues solve x^2 + gamma x + s_D s_G = 0; 0 where nothing rotates.
        """
        return 2.0 * math.sqrt(self.slopes[0] * self.slopes[1])

    def smoothed(self, smoothing: float) -> "Loss":
        """This loss with the target 1 - smoothing for real pictures alone (Salimans et al. 2016, section 3.4)."""
        if smoothing == 0.0 or self.towards is None or self.halves is None:
            return self
        towards, fake = self.towards, self.halves[1]

        def real(r: Logits) -> Any:
            return towards(r, 1.0 - smoothing)

        return replace(self, critic=lambda r, f: real(r) + fake(f), halves=(real, fake))


def _softplus_mean(x: Logits) -> Any:
    return ops.mean(ops.softplus(x))


def _separable(real: Callable, fake: Callable, generator: Callable, **facts: Any) -> Loss:
    return Loss(lambda r, f: real(r) + fake(f), lambda r, f: generator(f), halves=(real, fake), **facts)


def _entropy_towards(r: Logits, target: float) -> Any:
    return target * _softplus_mean(-r) + (1.0 - target) * _softplus_mean(r)


# Goodfellow et al. 2014: binary cross-entropy. log(1 - D(fake)) for the generator is the saturating (minimax) form.
_HALF = {"slopes": (0.5, 0.5), "towards": _entropy_towards}
NON_SATURATING = _separable(lambda r: _softplus_mean(-r), _softplus_mean, lambda f: _softplus_mean(-f), **_HALF)
MINIMAX = _separable(lambda r: _softplus_mean(-r), _softplus_mean, lambda f: -_softplus_mean(f), **_HALF)

# Mao et al. 2017, with targets 1 (real), 0 (fake) and 1 (generator), and their factor 1/2.
LEAST_SQUARES = _separable(
    lambda r: 0.5 * ops.mean(ops.square(r - 1.0)),
    lambda f: 0.5 * ops.mean(ops.square(f)),
    lambda f: 0.5 * ops.mean(ops.square(f - 1.0)),
    slopes=(0.0, 1.0),
    towards=lambda r, target: 0.5 * ops.mean(ops.square(r - target)),
)

# Lim and Ye 2017; Miyato et al. 2018.
HINGE = _separable(
    lambda r: ops.mean(ops.relu(1.0 - r)),
    lambda f: ops.mean(ops.relu(1.0 + f)),
    lambda f: -ops.mean(f),
    slopes=(1.0, 1.0),
)

# Arjovsky et al. 2017.
WASSERSTEIN = _separable(lambda r: -ops.mean(r), ops.mean, lambda f: -ops.mean(f), slopes=(1.0, 1.0))

# Jolicoeur-Martineau 2018, pairing each real with one fake as in R3GAN (Huang et al. 2024).
RELATIVISTIC = Loss(lambda r, f: _softplus_mean(f - r), lambda r, f: _softplus_mean(r - f), slopes=(0.5, 0.5))

LOSSES: dict[str, Loss] = {
    "non-saturating": NON_SATURATING,
    "minimax": MINIMAX,
    "least-squares": LEAST_SQUARES,
    "hinge": HINGE,
    "wasserstein": WASSERSTEIN,
    "relativistic": RELATIVISTIC,
}
