"""Everything a GAN is at one moment, as named arrays: weights, averages, both optimizers, seeds, pool, step count."""

import keras
import numpy as np

from .errors import ModelsError
from .gan import GAN


def _variables(gan: GAN) -> dict[str, keras.Variable]:
    """Every variable under a name that depends on the architecture alone (Keras' own names count up per process)."""
    networks = {"generator": gan.generator, "discriminator": gan.discriminator, "ema": gan.ema}
    optimizers = {"g_optimizer": gan.g_optimizer, "d_optimizer": gan.d_optimizer}
    named: dict[str, keras.Variable] = {"steps": gan.steps, "last_penalty": gan.last_penalty}
    named |= {f"slow/{place:03d}": variable for place, variable in enumerate(gan.slow)}
    if gan.chance is not None:
        named["chance"] = gan.chance.state
    if gan.pool is not None:
        named |= {"pool": gan.pool, "held": gan.held}
    for owner, network in networks.items():
        for place, variable in enumerate(network.variables if network is not None else []):
            named[f"{owner}/{place:03d}.{variable.name}"] = variable
    for owner, optimizer in optimizers.items():
        named |= {f"{owner}/{place:03d}": variable for place, variable in enumerate(optimizer.variables)}
    return named


def get_state(gan: GAN) -> dict[str, np.ndarray]:
    """Copies of all of the GAN's variables by name; the GAN must be compiled."""
    return {
        name: np.array(keras.ops.convert_to_numpy(keras.ops.convert_to_tensor(v)))
        for name, v in _variables(gan).items()
    }


def set_state(gan: GAN, state: dict[str, np.ndarray]) -> None:
    """Put `state` into the GAN, every bit; ModelsError if a name or a shape is not this architecture's."""
    variables = _variables(gan)
    odd = sorted(set(variables) ^ set(state))
    if odd:
        raise ModelsError(
            f"expected the state of this architecture, got one that differs in {odd[0]!r}: check the config"
        )
    for name, variable in variables.items():
        if tuple(variable.shape) != state[name].shape:
            raise ModelsError(
                f"expected shape {tuple(variable.shape)} for {name}, got {state[name].shape}: check the config"
            )
        variable.assign(state[name])
