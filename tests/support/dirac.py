"""The Dirac-GAN through the project's own step; run as a program, once a backend.

The generator draws one pixel theta, the critic is D(x) = psi x, and real is 0 (Mescheder et al. 2018).

usage: python dirac.py OUT.npz
"""

import sys
from typing import Any

import numpy as np

START = (1.0, 0.4)
SMALL = 0.01  # of START where f' is no constant, so that it is one to five digits
STEPS = 50
WASSERSTEIN = {"loss": "wasserstein"}
SIMULTANEOUS = {**WASSERSTEIN, "order": "simultaneous"}
# name: (step, optimizer, learning rate)
GAMES: dict[str, tuple[dict[str, Any], str, float]] = {
    "simultaneous .1": (SIMULTANEOUS, "sgd", 0.1),
    "simultaneous .5": (SIMULTANEOUS, "sgd", 0.5),
    "alternating .1": (WASSERSTEIN, "sgd", 0.1),
    "alternating .5": (WASSERSTEIN, "sgd", 0.5),
    "alternating r1": ({**WASSERSTEIN, "r1_gamma": 0.6}, "sgd", 0.1),
    "alternating lazy r1": ({**WASSERSTEIN, "r1_gamma": 0.6, "penalty_every": 2}, "sgd", 0.1),
    "standard": ({"loss": "non-saturating"}, "sgd", 0.2),
    "standard r1": ({"loss": "non-saturating", "r1_gamma": 0.4}, "sgd", 0.2),
    "standard simultaneous": ({"loss": "non-saturating", "order": "simultaneous"}, "sgd", 0.2),
    "extragradient": ({**SIMULTANEOUS, "method": "extragradient"}, "sgd", 0.3),
    "lookahead": ({**SIMULTANEOUS, "method": "lookahead", "lookahead_steps": 4, "lookahead_share": 0.4}, "sgd", 0.2),
    "two critic steps": ({**WASSERSTEIN, "d_steps": 2}, "sgd", 0.1),
    "negative momentum": (WASSERSTEIN, "negative momentum", 0.2),
    "optimistic": (SIMULTANEOUS, "optimistic", 0.2),
    **{
        f"restless {loss} {dial}": ({"loss": loss, "restlessness": dial}, "sgd", 0.1)
        for loss in ("non-saturating", "minimax", "hinge", "wasserstein", "relativistic")
        for dial in (0.0, 0.1, 1.0, 1.25)
    },
}
MOMENTUM = -0.4
EPSILON = 1e4  # so large beside a gradient's size that Adam divides by it alone


def start(step: dict[str, Any]) -> tuple[float, float]:
    """(theta, psi) before the first step; Wasserstein's orbits are exact at any amplitude."""
    theta, psi = START
    return START if step["loss"] == "wasserstein" else (SMALL * theta, SMALL * psi)


def game(step: dict[str, Any], optimizer: str, rate: float) -> Any:
    """The compiled GAN, at its start."""
    import keras

    import models
    from models.optimizers import OPTIMIZERS, OptimisticAdam

    layers = keras.layers
    generator = keras.Sequential([keras.Input((1,)), layers.Dense(1, use_bias=False), layers.Reshape((1, 1, 1))])
    critic = keras.Sequential([keras.Input((1, 1, 1)), layers.Flatten(), layers.Dense(1, use_bias=False)])
    for network, value in zip((generator, critic), start(step), strict=True):
        network.set_weights([np.array([[value]], np.float32)])
    make = {
        "sgd": lambda: OPTIMIZERS["sgd"](rate, 0.0, 0.0),
        "negative momentum": lambda: OPTIMIZERS["momentum"](rate, MOMENTUM, 0.0),
        "optimistic": lambda: OptimisticAdam(rate * EPSILON, beta_1=0.0, beta_2=0.9, epsilon=EPSILON),
    }[optimizer]
    gan = models.GAN(generator, critic, models.StepConfig(**step))
    gan.compile(make(), make())
    return gan


def orbit(name: str, steps: int = STEPS) -> np.ndarray:
    """(theta, psi) before the first step and after each, float64 (steps + 1, 2)."""
    from keras import ops

    gan = game(*GAMES[name])
    batch = 2 * gan.config.d_steps
    real, latents = np.full((batch, 1, 1, 1), 127.5, np.float32), np.ones((batch, 1), np.float32)
    players = (gan.generator.trainable_variables[0], gan.discriminator.trainable_variables[0])
    points = [start(GAMES[name][0])]
    for _ in range(steps):
        gan.train_on_batch((real, latents))
        points.append(tuple(float(ops.convert_to_numpy(v)[0, 0]) for v in players))
    return np.array(points)


if __name__ == "__main__":
    np.savez(sys.argv[1], **{name: orbit(name) for name in GAMES})
