"""Small games of two players through the project's own step; run as a program, once a backend.

Dirac-GAN (Mescheder et al. 2018): the generator draws one pixel theta, the critic is D(x) = psi x, and real is 0.
Categorical GAN: a row of the picture is softmax(theta), one pixel a mode, the critic D(x) = psi . x, real is pi. The
loss of a linear critic is a sum over pixels, so every row is a game of its own.

usage: python games.py OUT.npz [GAME ...]
"""

import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np

START = (1.0, 0.4)  # (theta, psi) of the Dirac-GAN
SMALL = 0.001  # of START where f' is no constant, so that it is one to six digits
WASSERSTEIN = {"loss": "wasserstein"}
SIMULTANEOUS = {**WASSERSTEIN, "order": "simultaneous"}
MOMENTUM = -0.4
EPSILON = 1e4  # so large beside a gradient's size that Adam divides by it alone
BATCH = 2


@dataclass(frozen=True, eq=False)
class Game:
    """Two players and how they move.

    Args:
        step: fields of StepConfig.
        rate: step size h of both.
        optimizer: "sgd", "negative momentum" or "optimistic".
        steps: how many are taken.
        theta, psi: where the players start, (rows, pixels); None is START, made SMALL where f' is no constant.
        real: mean of the real pictures, (rows, pixels) or one number for all.
        spread: standard deviation of every pixel of a real picture.
        softmax: whether a row of the picture is softmax(theta) instead of theta.
    """

    step: dict[str, Any]
    rate: float
    optimizer: str = "sgd"
    steps: int = 50
    theta: np.ndarray | None = None
    psi: np.ndarray | None = None
    real: np.ndarray = field(default_factory=lambda: np.zeros((1, 1)))
    spread: float = 0.0
    softmax: bool = False

    @property
    def start(self) -> tuple[np.ndarray, np.ndarray]:
        """theta and psi before the first step; Wasserstein's orbits are exact at any amplitude."""
        if self.theta is not None and self.psi is not None:
            return self.theta, self.psi
        scale = 1.0 if self.step["loss"] == "wasserstein" else SMALL
        return tuple(np.full((1, 1), scale * value) for value in START)  # type: ignore[return-value]

    def pictures(self) -> np.ndarray:
        """Real pictures in network units, (steps, batch, rows, pixels): the same ones whenever it is asked."""
        batch = BATCH * self.step.get("d_steps", 1)
        noise = np.random.default_rng(5).standard_normal((self.steps, batch, *self.start[0].shape))
        return self.real + self.spread * noise


WORLDS = {  # pi
    **{f"{k} modes": np.full(k, 1 / k) for k in (2, 4, 8, 16)},
    "uneven modes": np.array([0.4, 0.3, 0.2, 0.1]),
    "one above": np.full(8, 1 / 8),
}
MISSING = -100.0  # logit of a mode that a row lacks: softmax gives it nothing
ABOVE = 1.0  # logits by which one mode begins above the others
# Of the logits: one so small that the linear theory holds to four digits, one that a count of pictures shows.
SWINGS = (0.01, 0.1)
ROWS = [(name, swing) for swing in SWINGS for name in WORLDS]


def swings(pi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Non-zero eigenvalues (K-1,), rising, of diag(pi) - pi pi^T, and its eigenvectors (K, K-1)."""
    values, vectors = np.linalg.eigh(np.diag(pi) - np.outer(pi, pi))
    return values[1:], vectors[:, 1:]


def categorical() -> Game:
    """ROWS: a wave that goes round the modes, or all swings of uneven ones, or one mode above the rest."""
    size = max(len(pi) for pi in WORLDS.values())
    theta, psi, real = np.full((len(ROWS), size), MISSING), *np.zeros((2, len(ROWS), size))
    for row, (name, swing) in enumerate(ROWS):
        pi = WORLDS[name]
        modes, turn = slice(len(pi)), 2 * np.pi * np.arange(len(pi)) / len(pi)
        still = {"uneven modes": swing * swings(pi)[1].sum(1), "one above": ABOVE * (np.arange(len(pi)) == 0)}
        theta[row, modes] = np.log(pi) + still.get(name, swing * np.cos(turn))
        psi[row, modes] = 0.0 if name in still else swing * np.sin(turn)
        real[row, modes] = pi
    return Game(WASSERSTEIN, 0.5, steps=1024, theta=theta, psi=psi, real=real, softmax=True)


def noisy(gamma: float) -> Game:
    """Sixteen Dirac-GANs in one picture, driven by the chance of which real pictures the critic sees."""
    still = np.zeros((1, 16))
    step = {**WASSERSTEIN, "r1_gamma": gamma}
    return Game(step, 0.3, steps=512, theta=still, psi=still, real=still, spread=1.0)


LOOKAHEAD = {"method": "lookahead", "lookahead_steps": 4, "lookahead_share": 0.4}
DIRAC: dict[str, Game] = {
    "simultaneous .1": Game(SIMULTANEOUS, 0.1, steps=320),
    "simultaneous .5": Game(SIMULTANEOUS, 0.5, steps=80),
    "alternating .1": Game(WASSERSTEIN, 0.1, steps=320),
    "alternating .5": Game(WASSERSTEIN, 0.5, steps=80),
    "alternating weak r1": Game({**WASSERSTEIN, "r1_gamma": 0.1}, 0.1, steps=320),
    "alternating r1": Game({**WASSERSTEIN, "r1_gamma": 0.3}, 0.1, steps=320),
    "alternating strong r1": Game({**WASSERSTEIN, "r1_gamma": 0.6}, 0.1, steps=320),
    "alternating lazy r1": Game({**WASSERSTEIN, "r1_gamma": 0.2, "penalty_every": 2}, 0.1, steps=320),
    "standard": Game({"loss": "non-saturating"}, 0.2, steps=320),
    "standard r1": Game({"loss": "non-saturating", "r1_gamma": 0.1}, 0.2, steps=320),
    "standard simultaneous": Game({"loss": "non-saturating", "order": "simultaneous"}, 0.2, steps=320),
    "extragradient": Game({**SIMULTANEOUS, "method": "extragradient"}, 0.3, steps=120),
    "lookahead": Game({**SIMULTANEOUS, **LOOKAHEAD}, 0.2, steps=320),
    "two critic steps": Game({**WASSERSTEIN, "d_steps": 2}, 0.1, steps=240),
    "negative momentum": Game(WASSERSTEIN, 0.2, "negative momentum", steps=320),
    "optimistic": Game(SIMULTANEOUS, 0.2, "optimistic", steps=240),
}
RESTLESS: dict[str, Game] = {
    f"restless {loss} {dial}": Game({"loss": loss, "restlessness": dial}, 0.1)
    for loss in ("non-saturating", "minimax", "hinge", "wasserstein", "relativistic")
    for dial in (0.0, 0.1, 1.0, 1.25)
}
GAMMAS = (0.3, 0.13)  # of the noisy games: how strongly R1 damps them
GAMES: dict[str, Game] = {
    **DIRAC,
    **RESTLESS,
    "categorical": categorical(),
    **{f"noisy {gamma}": noisy(gamma) for gamma in GAMMAS},
}


def compiled(game: Game) -> Any:
    """The GAN at its start."""
    import keras

    import models
    from models.optimizers import OPTIMIZERS, OptimisticAdam

    layers, (theta, psi) = keras.layers, game.start
    drawing = [keras.Input((1,)), layers.Dense(theta.size, use_bias=False), layers.Reshape((*theta.shape, 1))]
    drawing += [layers.Softmax(axis=2)] if game.softmax else []
    generator = keras.Sequential(drawing)
    critic = keras.Sequential([keras.Input((*theta.shape, 1)), layers.Flatten(), layers.Dense(1, use_bias=False)])
    generator.set_weights([theta.reshape(1, -1).astype(np.float32)])
    critic.set_weights([psi.reshape(-1, 1).astype(np.float32)])
    make = {
        "sgd": lambda: OPTIMIZERS["sgd"](game.rate, 0.0, 0.0),
        "negative momentum": lambda: OPTIMIZERS["momentum"](game.rate, MOMENTUM, 0.0),
        "optimistic": lambda: OptimisticAdam(game.rate * EPSILON, beta_1=0.0, beta_2=0.9, epsilon=EPSILON),
    }[game.optimizer]
    gan = models.GAN(generator, critic, models.StepConfig(**game.step))
    gan.compile(make(), make())
    return gan


def orbit(game: Game) -> np.ndarray:
    """theta and psi before the first step and after each, float64 (steps + 1, 2, rows, pixels)."""
    from keras import ops

    gan = compiled(game)
    players = (gan.generator.trainable_variables[0], gan.discriminator.trainable_variables[0])
    bytes_of = ((game.pictures() + 1) * 127.5).astype(np.float32)[..., None]
    latents, points = np.ones((bytes_of.shape[1], 1), np.float32), [np.stack(game.start)]
    for real in bytes_of:
        gan.train_on_batch((real, latents))
        points.append(np.stack([ops.convert_to_numpy(v).reshape(points[0].shape[1:]) for v in players]))
    return np.array(points, np.float64)


if __name__ == "__main__":
    out, *asked = sys.argv[1:]
    np.savez(out, **{name: orbit(GAMES[name]) for name in asked or GAMES})
