"""Train on JAX over some of its devices and print what happened as JSON; run as a program, once a number of devices.

usage: python device_steps.py DEVICES STEPS CASE...      DEVICES may be 0: not shared; a CASE is a name in CASES
"""

import json
import os
import sys
from typing import Any

import numpy as np

BATCH, SIZE, LATENT = 16, 16, 16
COMPACT = {
    "network": {"family": "compact", "width": 4},
    "step": {"loss": "relativistic", "r1_gamma": 1.0, "penalty_every": 4, "ema_kimg": 1.0},
}
DCGAN = {"network": {"family": "dcgan", "width": 4}, "step": {"ema_kimg": 1.0}}
ESSAY = {
    "network": {"family": "essay"},
    "step": {"d_updates": "apart", "critic_bn_in_generator_step": "inference"},
}
# Where a ReLU's input is within a rounding of 0, or Adam divides a rounding by itself, float32 sums that are taken in
# another order are soon far apart, on one device as well. The rates are such that no rounding grows in twenty steps.
CASES: dict[str, dict[str, Any]] = {
    "compact, sgd": {**COMPACT, "optimizer": "sgd", "rate": 1e-3},
    "compact, adam": {**COMPACT, "optimizer": "adam", "rate": 1e-3},
    "dcgan, sgd": {**DCGAN, "optimizer": "sgd", "rate": 1e-4},
    "dcgan, adam": {**DCGAN, "optimizer": "adam", "rate": 2e-4},
    "essay with dropout, sgd": {**ESSAY, "optimizer": "sgd", "rate": 1e-6},
}


def train(case: dict[str, Any], steps: int) -> dict[str, Any]:
    """Logs of every step; on how many devices a weight is; how a batch is cut; hits in JAX's cache so far."""
    import jax
    import keras

    import models

    parts: list[tuple[int, ...]] = []

    class Watched(models.GAN):
        def learn(self, images: Any, *rest: Any) -> Any:
            jax.debug.inspect_array_sharding(images, callback=lambda s: parts.append(s.shard_shape(images.shape)))
            return super().learn(images, *rest)

    pair = models.build_pair(models.NetworkConfig(**case["network"], size=SIZE, latent=LATENT), 3)
    gan = Watched(*pair, models.StepConfig(**case["step"]))
    make = {"adam": lambda: keras.optimizers.Adam(case["rate"], beta_1=0.5)}
    make["sgd"] = lambda: keras.optimizers.SGD(case["rate"])
    gan.compile(*(make[case["optimizer"]]() for _ in range(2)))
    kept: list[dict[str, float]] = []
    note = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: kept.append({name: float(value) for name, value in logs.items()})
    )
    gan.fit(batches(steps), steps_per_epoch=steps, shuffle=False, verbose=0, callbacks=[note])
    devices = {len(variable.value.sharding.device_set) for variable in gan.variables}
    return {"logs": kept, "devices": sorted(devices), "parts": parts}


def batches(steps: int) -> Any:
    for step in range(steps):
        rng = np.random.default_rng(step)
        images = rng.integers(0, 256, (BATCH, SIZE, SIZE, 3), dtype=np.uint8)
        yield ((images, rng.standard_normal((BATCH, LATENT), dtype=np.float32)),)


if __name__ == "__main__":
    os.environ["KERAS_BACKEND"] = "jax"
    import jax

    from experiments.devices import start_devices

    found: list[str] = []
    jax.monitoring.register_event_listener(lambda event, **_: found.append(event))
    devices, steps, *names = sys.argv[1:]
    start_devices(int(devices) or None, batch=BATCH)
    trained = {name: train(CASES[name], int(steps)) for name in names}
    hits = found.count("/jax/compilation_cache/cache_hits")
    print(json.dumps({"cases": trained, "hits": hits, "cache": jax.config.jax_compilation_cache_dir}))
