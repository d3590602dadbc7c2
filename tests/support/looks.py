"""Look inside a small pair on the backend of KERAS_BACKEND; run as a program for the other backend.

usage: python -m tests.support.looks OUT.npz CASE
"""

import sys
from typing import Any

import numpy as np

CASES: dict[str, dict[str, Any]] = {  # fields of the step; "network" those of the network
    "plain": {"r1_gamma": 1.0, "loss": "relativistic"},
    "essay, halves apart, dropout": {
        "network": {"family": "essay"},
        "d_updates": "apart",
        "critic_bn_in_generator_step": "inference",
    },
    "lazy R1 + R2, noise, augmented, average": {
        "r1_gamma": 1.0,
        "r2_gamma": 0.5,
        "penalty_every": 4,
        "noise": 0.3,
        "augment": ("colour", "cutout"),
        "ema_kimg": 1.0,
    },
    "extragradient, replay": {
        "method": "extragradient",
        "order": "simultaneous",
        "replay": 0.5,
        "replay_size": 8,
    },
    "wasserstein, gradient penalty, spectral norm, packs of two": {
        "network": {"spectral_norm": True, "pack": 2},
        "loss": "wasserstein",
        "gp_weight": 1.0,
    },
}


def gan_of(case: str, **settings: Any) -> Any:
    """A compiled pair at 16 px; for "plain", further settings take the place of its own."""
    import keras

    import models

    fields = settings or dict(CASES[case])
    network = {"size": 16, "latent": 4, "width": 4, **fields.pop("network", {})}
    gan = models.GAN(*models.build_pair(models.NetworkConfig(**network), 3), models.StepConfig(**fields))
    gan.compile(keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3))
    return gan


def given(gan: Any) -> tuple[np.ndarray, np.ndarray]:
    """Six pictures and six latents."""
    rng = np.random.default_rng(5)
    return rng.integers(0, 256, (6, 16, 16, 3), dtype=np.uint8), rng.standard_normal((6, 4), dtype=np.float32)


if __name__ == "__main__":
    from models import get_state
    from models.inside import MEASURES, Look

    out, case = sys.argv[1:]
    gan = gan_of(case)
    before = get_state(gan)
    seen = Look(gan)(*given(gan))
    after = get_state(gan)
    changed = sum(before[name].tobytes() != after[name].tobytes() for name in before)
    np.savez(out, changed=changed, **{name: getattr(seen, name) for name in MEASURES})
