"""One contestant: this package's own training, on the backend of KERAS_BACKEND. Talks as `contest.py` says."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

WAITING = 8  # batches that are ready before the clock starts


def main() -> None:
    spec = json.loads(sys.argv[1])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, spec["cores"])  # before a library counts the cores
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from experiments.devices import keep_compiled

    if os.environ["KERAS_BACKEND"] == "jax":
        keep_compiled()
    from experiments import preset

    contestant = Ours(preset(spec["preset"]).override(*spec["settings"]))
    answers = {"describe": contestant.describe, "check": contestant.check, "steps": contestant.steps}
    out = sys.stdout
    print(json.dumps(contestant.facts()), file=out, flush=True)
    for line in sys.stdin:
        ((word, value),) = json.loads(line).items()
        print(json.dumps(answers[word](value)), file=out, flush=True)


class Ours:
    """A compiled GAN and the batches it is shown."""

    def __init__(self, config: Any) -> None:
        from experiments.building import build

        self.config, self.gan = config, build(config)
        self.pair = {"generator": self.gan.generator, "discriminator": self.gan.discriminator}
        self.ready = [batch(config.model_dump(), step) for step in range(WAITING)]

    def facts(self) -> dict[str, Any]:
        """What the page says of this contestant."""
        import keras

        from training_speed.described import step_flops

        backend = keras.backend.backend()
        module = __import__(backend)
        gpu = module.config.list_physical_devices("GPU") if backend == "tensorflow" else module.devices()
        return {
            "version": f"keras {keras.__version__}, {backend} {module.__version__}",
            "parameters": self._parameters(),
            "flops": step_flops(self.config, self.pair),
            "device": str(getattr(gpu[0], "device_kind", gpu[0])) if gpu else "cpu",
        }

    def _parameters(self) -> int:
        import models

        return sum(models.parameter_counts(network)["total"] for network in self.pair.values())

    def describe(self, folder: str) -> dict[str, Any]:
        """Writes the pair and its step for the other side."""
        from training_speed.described import described

        description, weights = described(self.config, self.pair)
        Path(folder, "pair.json").write_text(json.dumps(description))
        np.savez(Path(folder, "weights.npz"), **weights)
        return {}

    def check(self, path: str) -> dict[str, Any]:
        """Writes what the pair makes of its first batch as it is, and the losses of the first two steps."""
        from keras import ops

        from models.pixels import to_network

        images, z = self.ready[0]
        made = {
            "generator": self.gan.generator(z, training=False),
            "discriminator": self.gan.discriminator(to_network(images), training=False),
        }
        arrays = {name: np.asarray(ops.convert_to_numpy(value), np.float32) for name, value in made.items()}
        losses = [self._fit(1, (each for each in [(given,)] * 2)) for given in self.ready[:2]]
        arrays |= {name: np.array([float(logs[name]) for _, logs in losses]) for name in ("d_loss", "g_loss")}
        np.savez(path, **arrays)
        return {}

    def steps(self, count: int) -> dict[str, float]:
        """Seconds of `count` steps of `fit`, after one that is not timed."""
        seconds, _ = self._fit(count + 1, self._batches())
        return {"seconds": seconds}

    def _fit(self, count: int, data: Iterator[Any]) -> tuple[float, dict[str, Any]]:
        import keras

        marks: list[float] = []
        last: dict[str, Any] = {}

        class Clock(keras.callbacks.Callback):
            def on_train_batch_end(self, number: int, logs: dict[str, Any] | None = None) -> None:
                if number in (0, count - 1):
                    last.update({name: float(value) for name, value in (logs or {}).items()})  # waits for the step
                    marks.append(perf_counter())

        self.gan.fit(data, steps_per_epoch=count, shuffle=False, verbose=0, callbacks=[Clock()])
        return marks[-1] - marks[0], last

    def _batches(self) -> Iterator[Any]:
        while True:
            for each in self.ready:
                yield (each,)


def batch(config: dict[str, Any], step: int) -> tuple[np.ndarray, np.ndarray]:
    """Bytes and latents of a step: what the other side draws, too."""
    network, rng = config["network"], np.random.default_rng(step)
    count, size = config["train"]["batch"], network["size"]
    images = rng.integers(0, 256, (count, size, size, network["channels"]), dtype=np.uint8)
    return images, rng.standard_normal((count, network["latent"]), dtype=np.float32)


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    main()
