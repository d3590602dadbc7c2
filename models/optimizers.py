"""The table of optimizers: how a gradient becomes a change of weights.

A negative beta_1 is negative momentum (Gidel et al. 2019): the last change is partly taken back, which damps the
rotation of two players around one another.
"""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("synchromy")
class OptimisticAdam(keras.optimizers.Optimizer):
    """Adam that steps twice along its direction and takes the last one back (Daskalakis et al. 2018, algorithm 1).

    With d_t = mean_t / (sqrt(square_t) + epsilon), both averages corrected for their start: w_t = w_(t-1) - rate *
    (2 d_t - d_(t-1)), and d_0 = 0.
    """

    def __init__(
        self,
        learning_rate: float = 1e-3,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        name: str = "optimistic_adam",
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def build(self, variables: list) -> None:
        """Three arrays for each variable: both averages and the last direction."""
        if self.built:
            return
        super().build(variables)
        names = ["mean", "square", "direction"]
        self._means, self._squares, self._directions = self.add_optimizer_variables(variables, names)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Change `variable` by algorithm 1."""
        place = self._get_variable_index(variable)
        gradient, rate = ops.cast(gradient, variable.dtype), ops.cast(learning_rate, variable.dtype)
        time = ops.cast(self.iterations + 1, variable.dtype)
        mean = self.beta_1 * self._means[place] + (1 - self.beta_1) * gradient
        square = self.beta_2 * self._squares[place] + (1 - self.beta_2) * ops.square(gradient)
        of_start = [1 - ops.power(ops.cast(beta, variable.dtype), time) for beta in (self.beta_1, self.beta_2)]
        direction = mean / of_start[0] / (ops.sqrt(square / of_start[1]) + self.epsilon)
        self.assign_sub(variable, rate * (2 * direction - self._directions[place]))
        self.assign(self._means[place], mean)
        self.assign(self._squares[place], square)
        self.assign(self._directions[place], direction)

    def get_config(self) -> dict[str, Any]:
        """What makes this optimizer again."""
        return super().get_config() | {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}


def adam(rate: float, beta_1: float, beta_2: float) -> keras.optimizers.Optimizer:
    """Adam (Kingma and Ba 2015); Keras' own arithmetic holds for a negative beta_1 too."""
    return keras.optimizers.Adam(rate, beta_1=beta_1, beta_2=beta_2)


def sgd(rate: float, beta_1: float, beta_2: float) -> keras.optimizers.Optimizer:
    """Plain descent, the updates of theory: neither beta is used."""
    return keras.optimizers.SGD(rate)


def momentum(rate: float, beta_1: float, beta_2: float) -> keras.optimizers.Optimizer:
    """Descent with heavy-ball momentum beta_1, negative too; beta_2 is not used."""
    optimizer = keras.optimizers.SGD(rate)
    optimizer.momentum = beta_1  # its constructor refuses a negative one, its arithmetic does not
    return optimizer


def optimistic_adam(rate: float, beta_1: float, beta_2: float) -> keras.optimizers.Optimizer:
    """Daskalakis et al. 2018."""
    return OptimisticAdam(rate, beta_1=beta_1, beta_2=beta_2)


OPTIMIZERS: dict[str, Callable[[float, float, float], keras.optimizers.Optimizer]] = {
    "adam": adam,
    "sgd": sgd,
    "momentum": momentum,
    "optimistic-adam": optimistic_adam,
}
