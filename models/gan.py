"""GAN(keras.Model): a generator and a discriminator trained against each other by `fit`, with ordinary callbacks.

Every step is written once, in the stateful words of Keras; how a backend takes a gradient is all that differs, and
stands in `_step_tensorflow.py` and `_step_jax.py`. The step alternates: the discriminator learns first, then the
generator learns against the discriminator that came out of it. The fakes are drawn once and shared by both updates.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

import keras
from keras import ops

from . import pixels
from .errors import ModelsError
from .losses import LOSSES
from .penalties import gradient_penalty

backend = import_module(f"models._step_{keras.backend.backend()}")


@dataclass(frozen=True)
class StepConfig:
    """What one training step does.

    Args:
        loss: a row of LOSSES.
        d_updates: "joint", one update on real and fake together, or "apart", one on real, then one on fake.
        critic_bn_in_generator_step: "batch" statistics, or "inference": the moving ones, as a frozen batch norm.
        r1_gamma, r2_gamma: weight of the gradient penalty on real and on fake pictures; 0 leaves it out.
        penalty_every: a lazy penalty is taken every so many steps, and weighted by as much (Karras et al. 2020).
        ema_kimg: half-life of the averaged generator in thousands of images; 0 keeps none.
    """

    loss: str = "non-saturating"
    d_updates: Literal["joint", "apart"] = "joint"
    critic_bn_in_generator_step: Literal["batch", "inference"] = "batch"
    r1_gamma: float = 0.0
    r2_gamma: float = 0.0
    penalty_every: int = 1
    ema_kimg: float = 0.0

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise ModelsError(f"expected train.loss to be one of {sorted(LOSSES)}, got {self.loss!r}")
        if self.d_updates == "apart" and LOSSES[self.loss].halves is None:
            raise ModelsError(
                f"expected train.d_updates=joint with the {self.loss} loss, got 'apart': it compares real with fake, "
                "so its two halves cannot be learned apart"
            )


class GAN(keras.Model):
    """Two networks and the step that trains them; `gan(latents)` draws pictures in [-1, 1].

    `fit` takes an iterable of ((images, latents),): images uint8 (N, size, size, channels), latents float32 (N, z).
    Logs: d_loss, g_loss, the mean logits d_real and d_fake, each of the last step, and the penalty as it was when last
    taken, without its lazy factor.
    """

    def __init__(self, generator: keras.Model, discriminator: keras.Model, step: StepConfig | None = None) -> None:
        super().__init__(name="gan")
        self.generator = generator
        self.discriminator = discriminator
        self.config = step or StepConfig()
        self.ema = _average_of(generator) if self.config.ema_kimg > 0 else None
        self.last_penalty = self.add_weight(shape=(), initializer="zeros", trainable=False, name="last_penalty")
        self.steps = self.add_weight(shape=(), dtype="int32", initializer="zeros", trainable=False, name="steps")
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
        """The step itself: both updates, the average, the count. Returns the logs."""
        real = pixels.to_network(images)
        fake, pull = backend.pullback(self, lambda: self.generator(latents, training=True), self.generator)
        logs = self._learn_discriminator(real, ops.stop_gradient(fake))
        last = ops.convert_to_tensor(self.last_penalty)
        due = ops.equal(self.steps % self.config.penalty_every, 0)
        self.last_penalty.assign(ops.where(due, logs["penalty"] / self.config.penalty_every, last))
        logs["penalty"] = ops.convert_to_tensor(self.last_penalty)
        logs["g_loss"], slope = backend.gradient_at(self, lambda x: self._generator_loss(real, x), fake)
        self.g_optimizer.apply(pull(slope), self.generator.trainable_variables)
        self._follow(ops.shape(images)[0])
        self.steps.assign_add(1)
        return logs

    def _learn_discriminator(self, real: Any, fake: Any) -> dict[str, Any]:
        logs: dict[str, Any] = {"d_loss": 0.0, "penalty": 0.0}
        for part in self._discriminator_parts(real, fake):
            (loss, part_logs), gradients = backend.gradient(self, part, self.discriminator)
            self.d_optimizer.apply(gradients, self.discriminator.trainable_variables)
            logs["d_loss"] = logs["d_loss"] + loss - part_logs["penalty"]
            logs["penalty"] = logs["penalty"] + part_logs.pop("penalty")
            logs.update(part_logs)
        return logs

    def _discriminator_parts(self, real: Any, fake: Any) -> list[Callable[[], tuple[Any, dict[str, Any]]]]:
        """The losses to descend one after the other: one of both halves, or the two halves apart."""
        loss, c = LOSSES[self.config.loss], self.config

        def on_real(score: Callable) -> tuple[Any, dict]:
            logits = self.discriminator(real, training=True)
            penalty = self._penalty(real, c.r1_gamma)
            return score(logits) + penalty, {"d_real": ops.mean(logits), "penalty": penalty}

        def on_fake(score: Callable) -> tuple[Any, dict]:
            logits = self.discriminator(fake, training=True)
            penalty = self._penalty(fake, c.r2_gamma)
            return score(logits) + penalty, {"d_fake": ops.mean(logits), "penalty": penalty}

        def on_both() -> tuple[Any, dict]:
            r, f = self.discriminator(real, training=True), self.discriminator(fake, training=True)
            penalty = self._penalty(real, c.r1_gamma) + self._penalty(fake, c.r2_gamma)
            return loss.critic(r, f) + penalty, {
                "d_real": ops.mean(r),
                "d_fake": ops.mean(f),
                "penalty": penalty,
            }

        if c.d_updates == "joint" or loss.halves is None:
            return [on_both]
        half_real, half_fake = loss.halves
        return [lambda: on_real(half_real), lambda: on_fake(half_fake)]

    def _penalty(self, x: Any, gamma: float) -> Any:
        if gamma == 0.0:
            return 0.0
        every = self.config.penalty_every

        def taken() -> Any:
            return gradient_penalty(self.discriminator, x, gamma * every, backend.input_gradient)

        if every == 1:
            return taken()
        return ops.cond(ops.equal(self.steps % every, 0), taken, lambda: ops.zeros(()))

    def _generator_loss(self, real: Any, fake: Any) -> Any:
        frozen = self.config.critic_bn_in_generator_step == "inference"
        score = _with_frozen_batch_norm if frozen else _as_training
        loss = LOSSES[self.config.loss]
        real_logits = score(self.discriminator, real) if loss.halves is None else None
        return loss.generator(real_logits, score(self.discriminator, fake))

    def _follow(self, batch: Any) -> None:
        """Move the averaged generator half the way in every `ema_kimg` thousand images; its other state is copied."""
        if self.ema is None:
            return
        keep = ops.power(0.5, ops.cast(batch, "float32") / (1000.0 * self.config.ema_kimg))
        for mean, variable in zip(self.ema.weights, self.generator.weights, strict=True):
            moved = mean * keep + variable * (1.0 - keep) if variable.trainable else variable.value
            mean.assign(moved)


def _as_training(discriminator: keras.Model, x: Any) -> Any:
    return discriminator(x, training=True)


def _with_frozen_batch_norm(discriminator: keras.Model, x: Any) -> Any:
    """What the layer stack computes in training when its batch norms are frozen: they use their moving statistics."""
    for layer in discriminator.layers:
        x = layer(x, training=not isinstance(layer, keras.layers.BatchNormalization))
    return x


def _average_of(generator: keras.Model) -> keras.Model:
    average = keras.models.clone_model(generator)
    average.set_weights(generator.get_weights())
    average.trainable = False
    return average
