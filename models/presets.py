"""The one table of presets: what differs from the defaults of the run's config, as plain data.

Keys are the fields of `experiments.config.RunConfig`, but for what `synchromy train --list` prints: `about`; `takes`,
the time that the steps take on two cores; `inferred`, what of the essay's pair no publication says.
"""

from typing import Any

# The layers are counted from the published tables; see _INFERRED.
_ESSAY_TRAIN = {
    "loss": "non-saturating",
    "d_updates": "apart",
    "critic_bn_in_generator_step": "inference",
    "g_rate": 2e-4,
    "d_rate": 2e-4,
    "beta_1": 0.5,
    "beta_2": 0.999,
    "batch": 32,
}

_INFERRED = (
    "loss, Adam and its rates, batch, slope of the leaky rectifiers, dropout, momentum of the batch norms, the "
    "rectifier on the generator's first layer, two updates of the discriminator (real, then fake), its batch norms "
    "frozen in the generator's step: from the lineage it comes from; layers, shapes and parameters are as published"
)

_DCGAN_TRAIN = {
    "loss": "non-saturating",
    "g_rate": 2e-4,
    "d_rate": 2e-4,
    "beta_1": 0.5,
    "beta_2": 0.999,
    "batch": 64,
    "ema_kimg": 10.0,
}

# Each real picture against one fake, the slope of the discriminator held down, no momentum, and an averaged
# generator: the recipe of R3GAN (Huang et al. 2024) on the compact pair, whose discriminator has no batch norm. R3GAN
# itself holds down the slope at painted pictures, too: r2_gamma.
_RELATIVISTIC_TRAIN = {
    "loss": "relativistic",
    "r1_gamma": 1.0,
    "penalty_every": 4,
    "g_rate": 1e-3,
    "d_rate": 1e-3,
    "beta_1": 0.0,
    "beta_2": 0.99,
    "batch": 16,
}

PRESETS: dict[str, dict[str, Any]] = {
    "essay-256": {
        "about": "the essay's network as published, 107 million parameters, trained as its lineage trains: for a GPU",
        "takes": "about 2 days",
        "inferred": _INFERRED,
        "network": {"family": "essay", "size": 256, "latent": 100},
        "train": {**_ESSAY_TRAIN, "kimg": 500.0},
    },
    "essay-64": {
        "about": "the essay's topology at 64 px, small enough to be studied in numbers",
        "takes": "about 3 hours",
        "inferred": "as in essay-256",
        "network": {"family": "essay", "size": 64, "latent": 100},
        "train": {**_ESSAY_TRAIN, "kimg": 500.0},
    },
    "dcgan-64": {
        "about": "a balanced 64 px pair after Radford et al. 2016, with an averaged generator",
        "takes": "about 2.5 hours",
        "network": {"family": "dcgan", "size": 64, "latent": 100, "width": 64},
        "train": {**_DCGAN_TRAIN, "kimg": 1000.0},
    },
    "dcgan-128": {
        "about": "the same pair one level deeper, for pictures of 128 px: best on a GPU",
        "takes": "about 18 hours",
        "network": {"family": "dcgan", "size": 128, "latent": 100, "width": 64},
        "train": {**_DCGAN_TRAIN, "kimg": 1500.0},
        "checkpoints": {"every_kimg": 50.0},
    },
    "dcgan-256": {
        "about": "the same pair two levels deeper and half as wide, for pictures of 256 px: for a GPU",
        "takes": "about 30 hours",
        "network": {"family": "dcgan", "size": 256, "latent": 100, "width": 32},
        "train": {**_DCGAN_TRAIN, "batch": 32, "kimg": 2000.0},
        "checkpoints": {"every_kimg": 50.0},
    },
    "quick-64": {
        "about": "a small pair with a relativistic loss and R1 that shows colour and form on a laptop in minutes",
        "takes": "about 1.5 minutes",
        "network": {"family": "compact", "size": 64, "latent": 64, "width": 16},
        "train": {**_RELATIVISTIC_TRAIN, "kimg": 36.0, "ema_kimg": 1.0},
        "snapshots": {"every_kimg": 1.5, "pictures": 64, "readings": 512},
        "checkpoints": {"every_kimg": 10.0},
    },
    "stable-64": {
        "about": "the calm one: quick-64's pair held back on real and on painted pictures alike, and trained longer",
        "takes": "about 5 minutes",
        "network": {"family": "compact", "size": 64, "latent": 64, "width": 16},
        "train": {**_RELATIVISTIC_TRAIN, "r1_gamma": 3.0, "r2_gamma": 3.0, "kimg": 120.0, "ema_kimg": 2.0},
        "snapshots": {"every_kimg": 4.0, "pictures": 64, "readings": 512},
        "checkpoints": {"every_kimg": 10.0},
    },
    # Rates, gamma and average are scaled from stable-64 by what is customary for 16 times the pixels; not tuned.
    "stable-256": {
        "about": "the calm one at 256 px, wider and in half precision: for a GPU and a night",
        "takes": "about 3 days",
        "network": {"family": "compact", "size": 256, "latent": 128, "width": 32, "precision": "mixed_bfloat16"},
        "train": {
            **_RELATIVISTIC_TRAIN,
            "r1_gamma": 10.0,
            "r2_gamma": 10.0,
            "g_rate": 5e-4,
            "d_rate": 5e-4,
            "batch": 32,
            "kimg": 2000.0,
            "ema_kimg": 20.0,
        },
        "checkpoints": {"every_kimg": 50.0},
    },
}
