"""Take one training step on the backend of KERAS_BACKEND and write what it did; run as a program, once a backend.

usage: python steps.py OUT.npz CASE...      a CASE is a name in CASES
"""

import sys
from typing import Any

import numpy as np

RATE = 1e-3
COMPACT = {"family": "compact", "size": 32, "width": 8, "latent": 16}
ESSAY = {"family": "essay", "size": 32, "latent": 16, "dropout": 0.0}  # dropout's masks differ by backend
DCGAN = {"family": "dcgan", "size": 32, "width": 8, "latent": 16}
CASES: dict[str, dict[str, Any]] = {
    "compact relativistic r1 r2 ema": {
        "network": COMPACT,
        "step": {"loss": "relativistic", "r1_gamma": 1.0, "r2_gamma": 0.5, "ema_kimg": 1.0},
    },
    "compact wasserstein lazy r1": {
        "network": COMPACT,
        "step": {"loss": "wasserstein", "r1_gamma": 1.0, "penalty_every": 2},
    },
    "essay apart frozen": {
        "network": ESSAY,
        "step": {"d_updates": "apart", "critic_bn_in_generator_step": "inference"},
    },
    "essay joint batch": {"network": ESSAY, "step": {"loss": "least-squares"}},
    "dcgan hinge": {"network": DCGAN, "step": {"loss": "hinge"}},
    "compact two critic steps smoothed ema": {
        "network": COMPACT,
        "step": {"d_steps": 2, "smoothing": 0.1, "ema_kimg": 1.0},
    },
    "compact extragradient r1": {
        "network": COMPACT,
        "step": {"loss": "wasserstein", "r1_gamma": 1.0, "order": "simultaneous", "method": "extragradient"},
    },
    "compact packed lookahead restless": {
        "network": {**COMPACT, "pack": 2},
        "step": {"loss": "hinge", "restlessness": 1.25, "method": "lookahead", "lookahead_steps": 1},
    },
    "essay simultaneous apart": {"network": ESSAY, "step": {"d_updates": "apart", "order": "simultaneous"}},
    "compact by chance": {
        "network": {**COMPACT, "spectral_norm": True},
        "step": {
            "noise": 0.2,
            "augment": ("colour", "translation", "cutout"),
            "replay": 0.5,
            "replay_size": 24,
            "gp_weight": 10.0,
            "penalty_every": 2,
        },
    },
    "compact half precision": {
        "network": {**COMPACT, "precision": "mixed_bfloat16"},
        "step": {"loss": "relativistic", "r1_gamma": 1.0, "r2_gamma": 1.0, "ema_kimg": 1.0},
    },
    "essay-256": {
        "network": {"family": "essay", "size": 256, "latent": 100},
        "step": {"d_updates": "apart", "critic_bn_in_generator_step": "inference"},
        "batch": 2,
        "optimizer": "adam",
    },
}
# What each backend draws or rounds in its own way: both must take the step, and no two numbers are compared.
APART = ("compact by chance", "compact half precision")


def take(case: dict[str, Any]) -> dict[str, np.ndarray]:
    """Arrays "before/NAME", "after/NAME" and "log/NAME" of one step from the first weights of seed 3."""
    import keras

    import models

    network = models.NetworkConfig(**case["network"])
    gan = models.GAN(*models.build_pair(network, 3), models.StepConfig(**case["step"]))
    # SGD's momentum holds the gradient: -RATE * gradient after one update.
    make = {"adam": lambda: keras.optimizers.Adam(RATE), "sgd": lambda: keras.optimizers.SGD(RATE, momentum=0.9)}
    gan.compile(*(make[case.get("optimizer", "sgd")]() for _ in range(2)))
    rng = np.random.default_rng(5)
    batch = case.get("batch", 8) * case["step"].get("d_steps", 1)
    images = rng.integers(0, 256, (batch, network.size, network.size, 3), dtype=np.uint8)
    latents = rng.standard_normal((batch, network.latent), dtype=np.float32)
    before = models.get_state(gan)
    history = gan.fit((each for each in [((images, latents),)]), steps_per_epoch=1, shuffle=False, verbose=0).history
    return {
        **{f"before/{name}": value for name, value in before.items()},
        **{f"after/{name}": value for name, value in models.get_state(gan).items()},
        **{f"log/{name}": np.float64(values[-1]) for name, values in history.items()},
    }


if __name__ == "__main__":
    out, *names = sys.argv[1:]
    np.savez(out, **{f"{case}/{name}": value for case in names for name, value in take(CASES[case]).items()})
