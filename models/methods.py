"""How both players are moved by one batch: a table of METHODS, each a function of (gan, real, latents) to logs.

`real` is (d_steps * N, H, W, C) in [-1, 1], `latents` (d_steps * N, z). The gradients themselves are the GAN's.
"""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops


def plain(gan: Any, real: Any, latents: Any) -> dict[str, Any]:
    """All updates of the discriminator, the generator's with the last of them; they share that one's fakes."""
    count = gan.config.d_steps
    parts = (
        [(real, latents)] if count == 1 else list(zip(ops.split(real, count), ops.split(latents, count), strict=True))
    )
    for some, z in parts[:-1]:
        gan.update_discriminator(some, ops.stop_gradient(gan.painted(z)))
    some, z = parts[-1]
    fake, pull = gan.drawn(z)
    if gan.config.order == "simultaneous":
        g_loss, gradients = gan.generator_gradients(some, fake, pull)
        logs = gan.update_discriminator(some, ops.stop_gradient(fake))
    else:
        logs = gan.update_discriminator(some, ops.stop_gradient(fake))
        g_loss, gradients = gan.generator_gradients(some, fake, pull)
    gan.g_optimizer.apply(gradients, gan.generator.trainable_variables)
    return {**logs, "g_loss": g_loss}


def extragradient(gan: Any, real: Any, latents: Any) -> dict[str, Any]:
    """Step ahead, take the gradients there, apply them where both stood (Gidel et al. 2019, algorithm 4).

    The same batch serves both halves (Mishchenko et al. 2020); an optimizer's averages follow both, as published.
    """
    players = gan.generator.trainable_variables + gan.discriminator.trainable_variables
    stood = [ops.copy(v) for v in players]
    _apply(gan, *_both_gradients(gan, real, latents)[1:])
    logs, *gradients = _both_gradients(gan, real, latents)
    for variable, value in zip(players, stood, strict=True):
        variable.assign(value)
    _apply(gan, *gradients)
    return logs


def lookahead(gan: Any, real: Any, latents: Any) -> dict[str, Any]:
    """Plain steps; after every `lookahead_steps` both go a share of the way from where they last met (Chavdarova et
    al. 2021, algorithm 1).
    """
    logs = plain(gan, real, latents)
    due = ops.equal((gan.steps + 1) % gan.config.lookahead_steps, 0)
    players = gan.generator.trainable_variables + gan.discriminator.trainable_variables
    for slow, fast in zip(gan.slow, players, strict=True):
        was, now = ops.convert_to_tensor(slow), ops.convert_to_tensor(fast)
        met = was + gan.config.lookahead_share * (now - was)
        slow.assign(ops.where(due, met, was))
        fast.assign(ops.where(due, met, now))
    return logs


def slow_weights(gan: keras.Model) -> list[keras.Variable]:
    """Variables of the GAN that hold where its players last met: at first, where they stand."""
    slow = []
    for place, variable in enumerate(gan.generator.trainable_variables + gan.discriminator.trainable_variables):
        slow.append(gan.add_weight(shape=variable.shape, dtype=variable.dtype, trainable=False, name=f"slow_{place}"))
        slow[-1].assign(ops.copy(variable))
    return slow


def _both_gradients(gan: Any, real: Any, latents: Any) -> tuple[dict[str, Any], list, list]:
    fake, pull = gan.drawn(latents)
    g_loss, g_gradients = gan.generator_gradients(real, fake, pull)
    (part,) = gan.discriminator_parts(real, ops.stop_gradient(fake))
    logs, d_gradients = gan.part_gradients(part)
    return {**logs, "g_loss": g_loss}, g_gradients, d_gradients


def _apply(gan: Any, g_gradients: list, d_gradients: list) -> None:
    gan.g_optimizer.apply(g_gradients, gan.generator.trainable_variables)
    gan.d_optimizer.apply(d_gradients, gan.discriminator.trainable_variables)


METHODS: dict[str, Callable[[Any, Any, Any], dict[str, Any]]] = {
    "plain": plain,
    "extragradient": extragradient,
    "lookahead": lookahead,
}
