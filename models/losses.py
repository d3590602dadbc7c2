"""Adversarial losses on logits, in softplus form: finite, and with a gradient, at any logit.

A loss is two functions of (real_logits, fake_logits), each of shape (N, 1), returning a scalar. The critic's loss is
the sum of its halves over real and fake, never their mean. A new loss is one row in LOSSES.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keras import ops

Logits = Any


@dataclass(frozen=True)
class Loss:
    """What critic and generator minimise; `halves` is the critic's loss on real and on fake alone where it is a sum."""

    critic: Callable[[Logits, Logits], Any]
    generator: Callable[[Logits, Logits], Any]
    halves: tuple[Callable[[Logits], Any], Callable[[Logits], Any]] | None = None


def _softplus_mean(x: Logits) -> Any:
    return ops.mean(ops.softplus(x))


def _separable(real: Callable, fake: Callable, generator: Callable) -> Loss:
    return Loss(lambda r, f: real(r) + fake(f), lambda r, f: generator(f), (real, fake))


# Goodfellow et al. 2014: binary cross-entropy. log(1 - D(fake)) for the generator is the saturating (minimax) form.
NON_SATURATING = _separable(lambda r: _softplus_mean(-r), _softplus_mean, lambda f: _softplus_mean(-f))
MINIMAX = _separable(lambda r: _softplus_mean(-r), _softplus_mean, lambda f: -_softplus_mean(f))

# Mao et al. 2017, with targets 1 (real), 0 (fake) and 1 (generator), and their factor 1/2.
LEAST_SQUARES = _separable(
    lambda r: 0.5 * ops.mean(ops.square(r - 1.0)),
    lambda f: 0.5 * ops.mean(ops.square(f)),
    lambda f: 0.5 * ops.mean(ops.square(f - 1.0)),
)

# Lim and Ye 2017; Miyato et al. 2018.
HINGE = _separable(lambda r: ops.mean(ops.relu(1.0 - r)), lambda f: ops.mean(ops.relu(1.0 + f)), lambda f: -ops.mean(f))

# Arjovsky et al. 2017.
WASSERSTEIN = _separable(lambda r: -ops.mean(r), ops.mean, lambda f: -ops.mean(f))

# Jolicoeur-Martineau 2018, pairing each real with one fake as in R3GAN (Huang et al. 2024).
RELATIVISTIC = Loss(lambda r, f: _softplus_mean(f - r), lambda r, f: _softplus_mean(r - f))

LOSSES: dict[str, Loss] = {
    "non-saturating": NON_SATURATING,
    "minimax": MINIMAX,
    "least-squares": LEAST_SQUARES,
    "hinge": HINGE,
    "wasserstein": WASSERSTEIN,
    "relativistic": RELATIVISTIC,
}
