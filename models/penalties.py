"""Penalties on the discriminator's gradient with respect to its input. A new penalty is one row in PENALTIES."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops


@dataclass(frozen=True)
class Penalty:
    """Where the gradient is taken, what is asked of its squared norm (N,), and which half of the loss it goes with.

    Args:
        half: "real" or "fake": the update it belongs to where the halves are learned apart.
        points: the pictures at which, a function of (real, fake, seed generator).
        of: a function of the squared norms of the gradient, one a picture.
    """

    half: str
    points: Callable[[Any, Any, Any], Any]
    of: Callable[[Any], Any]


def _interpolates(real: Any, fake: Any, seed: keras.random.SeedGenerator) -> Any:
    share = keras.random.uniform((ops.shape(real)[0], 1, 1, 1), seed=seed)
    return fake + share * (real - fake)


def _distance_to_one(squared: Any) -> Any:
    # The square root has no slope at 0, where a critic that is still flat stands.
    return ops.square(ops.sqrt(squared + 1e-12) - 1.0)


# R1 and R2: gamma / 2 E ||grad D||^2 on real and on fake pictures (Mescheder et al. 2018, eq. 9 and 10).
# gp: lambda E (||grad D|| - 1)^2 on lines from fake to real (Gulrajani et al. 2017, algorithm 1).
PENALTIES: dict[str, Penalty] = {
    "r1_gamma": Penalty("real", lambda real, fake, seed: real, lambda squared: 0.5 * squared),
    "r2_gamma": Penalty("fake", lambda real, fake, seed: fake, lambda squared: 0.5 * squared),
    "gp_weight": Penalty("fake", _interpolates, _distance_to_one),
}


def gradient_penalty(
    discriminator: keras.Model,
    points: Any,
    of: Callable[[Any], Any],
    backend: Any,
) -> Any:
    """E of(||grad_x D(x)||^2) over the pictures (N, H, W, C) in `points`, as float32.

    The pass leaves no trace in the discriminator: no moving statistics, no dropout seed is advanced by it.
    """

    def total(pictures: Any) -> Any:
        with keras.StatelessScope(state_mapping=[(v, v.value) for v in discriminator.variables]):
            return ops.sum(backend.forward(discriminator, pictures))

    slope = ops.cast(backend.input_gradient(total, points), "float32")
    return ops.mean(of(ops.sum(ops.square(slope), axis=(1, 2, 3))))
