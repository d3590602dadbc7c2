"""GAN(keras.Model): a generator and a discriminator trained against each other by `fit`, with ordinary callbacks.

Every step is written once, in the stateful words of Keras; how a backend takes a gradient is all that differs, and
stands in `_step_tensorflow.py` and `_step_jax.py`. In which order the players move is a row of `methods.METHODS`; the
plain one alternates: the discriminator learns first, then the generator learns against the discriminator that came
out of it. The fakes are drawn once and shared by both updates.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import keras
from keras import ops

from . import pixels
from .errors import ModelsError
from .losses import LOSSES
from .methods import METHODS, slow_weights
from .penalties import PENALTIES, gradient_penalty
from .replay import remember, with_replayed
from .step_config import StepConfig
from .views import check_batch, pictures_per_verdict, view

backend = import_module(f"models._step_{keras.backend.backend()}")


class GAN(keras.Model):
    """Two networks and the step that trains them; `gan(latents)` draws pictures in [-1, 1].

    `fit` takes an iterable of ((images, latents),): images uint8 (N, size, size, channels), latents float32 (N, z),
    where N is the batch times the step's `d_steps`. Noise, augmentations and replays are drawn from `seed`.
    Logs: d_loss, g_loss, the mean logits d_real and d_fake, each of the last update, and the penalty as it was when
    last taken, without its lazy factor.
    """

    def __init__(
        self, generator: keras.Model, discriminator: keras.Model, step: StepConfig | None = None, *, seed: int = 0
    ) -> None:
        super().__init__(name="gan")
        self.generator = generator
        self.discriminator = discriminator
        self.config = step or StepConfig()
        self.pack = pictures_per_verdict(generator, discriminator)
        self.ema = _average_of(generator) if self.config.ema_kimg > 0 else None
        self.last_penalty = self.add_weight(shape=(), initializer="zeros", trainable=False, name="last_penalty")
        self.steps = self.add_weight(shape=(), dtype="int32", initializer="zeros", trainable=False, name="steps")
        self.chance = keras.random.SeedGenerator(seed=seed) if self.config.draws else None
        self.slow = slow_weights(self) if self.config.method == "lookahead" else []
        self.pool = self.held = None
        if self.config.replay > 0:
            shape = (self.config.replay_size, *generator.output_shape[1:])
            self.pool = self.add_weight(shape=shape, initializer="zeros", trainable=False, name="pool")
            self.held = self.add_weight(shape=(), dtype="int32", initializer="zeros", trainable=False, name="held")
        self.built = True

    def compile(
        self, g_optimizer: keras.optimizers.Optimizer, d_optimizer: keras.optimizers.Optimizer, **kwargs: Any
    ) -> None:
        """Give each network its own optimizer; further arguments go to `keras.Model.compile`."""
        if g_optimizer is d_optimizer:
            raise ModelsError("expected an optimizer for each network, got the same object twice: make two")
        own = {id(v) for v in self.generator.trainable_variables}
        both = keras.optimizers.MultiOptimizer(lambda v: g_optimizer if id(v) in own else d_optimizer)
        super().compile(optimizer=both, **kwargs)
        self.g_optimizer, self.d_optimizer = g_optimizer, d_optimizer
        both.build(self.trainable_variables)

    def call(self, latents: Any, training: bool = False) -> Any:
        """Pictures (N, size, size, channels) in [-1, 1] of the averaged generator where there is one."""
        return (self.ema or self.generator)(latents, training=training)

    def train_step(self, *args: Any) -> Any:
        """One step on one batch; called by `fit` with the backend's own arguments."""
        return backend.train_step(self, *args)

    def learn(self, images: Any, latents: Any) -> dict[str, Any]:
        """The step itself: the method's updates, the average, the count. Returns the logs."""
        check_batch(images.shape[0], self.pack, self.config.d_steps)
        logs = METHODS[self.config.method](self, pixels.to_network(images), latents)
        last = ops.convert_to_tensor(self.last_penalty)
        due = ops.equal(self.steps % self.config.penalty_every, 0)
        self.last_penalty.assign(ops.where(due, logs["penalty"] / self.config.penalty_every, last))
        logs["penalty"] = ops.convert_to_tensor(self.last_penalty)
        self._follow(ops.shape(images)[0])
        self.steps.assign_add(1)
        return logs

    def drawn(self, latents: Any) -> tuple[Any, Callable[[Any], list]]:
        """Fakes, and the function that carries a slope at them back to the generator's variables."""
        return backend.pullback(self, lambda: self.painted(latents), self.generator)

    def painted(self, latents: Any) -> Any:
        """The generator's pictures in training, float32."""
        return _float32(backend.forward(self.generator, latents))

    def judged(self, shown: Any, *, frozen: bool = False) -> Any:
        """The discriminator's logits (N, 1), float32; with `frozen`, its batch norms use their moving statistics."""
        return _float32(backend.forward(self.discriminator, shown, frozen=frozen))

    def generator_gradients(self, real: Any, fake: Any, pull: Callable[[Any], list]) -> tuple[Any, list]:
        """The generator's loss, and its gradients by way of `fake` and `pull`, against the discriminator as it is."""
        loss, slope = backend.gradient_at(self, lambda x: self._generator_loss(real, x), fake)
        return loss, pull(slope)

    def update_discriminator(self, real: Any, fake: Any) -> dict[str, Any]:
        """One update, or one on real and one on fake; the logs of both."""
        logs: dict[str, Any] = {"d_loss": 0.0, "penalty": 0.0}
        for part in self.discriminator_parts(real, fake):
            part_logs, gradients = self.part_gradients(part)
            self.d_optimizer.apply(gradients, self.discriminator.trainable_variables)
            logs |= {name: logs.get(name, 0.0) + value for name, value in part_logs.items()}
        return logs

    def part_gradients(self, part: Callable[[], tuple[Any, dict]]) -> tuple[dict[str, Any], list]:
        """The logs of a part of the discriminator's loss, and its gradients."""
        (loss, logs), gradients = backend.gradient(self, part, self.discriminator)
        return {**logs, "d_loss": loss - logs["penalty"]}, gradients

    def discriminator_parts(self, real: Any, fake: Any) -> list[Callable[[], tuple[Any, dict[str, Any]]]]:
        """The losses to descend one after the other: one of both halves, or the two halves apart."""
        loss = LOSSES[self.config.loss].smoothed(self.config.smoothing)
        shown = {"real": self._shown(real), "fake": self._shown(self._replayed(fake))}
        points = {
            name: PENALTIES[name].points(shown["real"], shown["fake"], self.chance) for name in self.config.penalties
        }

        def part(value: Callable, *sides: str) -> Callable[[], tuple[Any, dict[str, Any]]]:
            def evaluate() -> tuple[Any, dict[str, Any]]:
                logits = [self.judged(shown[side]) for side in sides]
                own = [name for name in points if PENALTIES[name].half in sides]
                penalty = sum((self._penalty(name, points[name]) for name in own), 0.0)
                means = {f"d_{side}": ops.mean(each) for side, each in zip(sides, logits, strict=True)}
                return value(*logits) + penalty, {**means, "penalty": penalty}

            return evaluate

        if self.config.d_updates == "joint" or loss.halves is None:
            return [part(loss.critic, "real", "fake")]
        return [part(loss.halves[0], "real"), part(loss.halves[1], "fake")]

    def _penalty(self, name: str, points: Any) -> Any:
        every = self.config.penalty_every

        def taken() -> Any:
            asked = gradient_penalty(self.discriminator, points, PENALTIES[name].of, backend)
            return self.config.penalties[name] * every * asked

        if every == 1:
            return taken()
        return ops.cond(ops.equal(self.steps % every, 0), taken, lambda: ops.zeros(()))

    def _generator_loss(self, real: Any, fake: Any) -> Any:
        frozen = self.config.critic_bn_in_generator_step == "inference"
        loss = LOSSES[self.config.loss]
        real_logits = self.judged(self._shown(real), frozen=frozen) if loss.halves is None else None
        return loss.generator(real_logits, self.judged(self._shown(fake), frozen=frozen))

    def _shown(self, images: Any) -> Any:
        nimg = self.steps * ops.shape(images)[0] * self.config.d_steps
        return view(self.config, self.pack, nimg, self.chance)(images)

    def _replayed(self, fake: Any) -> Any:
        if self.pool is None or self.held is None:
            return fake
        pool = remember(ops.convert_to_tensor(self.pool), fake)
        held = ops.minimum(self.held + ops.shape(fake)[0], self.config.replay_size)
        self.pool.assign(pool)
        self.held.assign(held)
        return with_replayed(fake, pool, held, self.config.replay, self.chance)

    def _follow(self, batch: Any) -> None:
        """Move the averaged generator half the way in every `ema_kimg` thousand images; its other state is copied."""
        if self.ema is None:
            return
        keep = ops.power(0.5, ops.cast(batch, "float32") / (1000.0 * self.config.ema_kimg))
        for mean, variable in zip(self.ema.weights, self.generator.weights, strict=True):
            moved = mean * keep + variable * (1.0 - keep) if variable.trainable else variable.value
            mean.assign(moved)


def _float32(x: Any) -> Any:
    return ops.cast(x, "float32")


def _average_of(generator: keras.Model) -> keras.Model:
    average = keras.models.clone_model(generator)
    average.set_weights(generator.get_weights())
    average.trainable = False
    return average
