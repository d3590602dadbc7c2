"""Lines of descent: weights that came about from other recipes', step by step, each ancestor told and made once.

A line is a list of steps; each stands for weights, and the last for those of the recipe that carries it:
{"of": recipe}, the weights of a recipe; {"vary": step, "seed", "amount"}; {"cross": [step, step], "seed"}.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from models import INITS
from models.cppn import Weights
from procgen import stream

from ..errors import ExperimentsError

Step = dict[str, Any]


def weights_of_line(line: Sequence[Step], init: str | None, of: Callable[[Any], Weights]) -> Weights:
    """The weights of the last step.

    Args:
        line: the steps, each after those it names.
        init: the law that new weights come from, a name of `INITS`; None where they have learned, and follow none:
            then new ones spread as far as those of their layer.
        of: what gives the weights of a recipe as JSON.

    Raises:
        ExperimentsError: it is no line.
    """
    found: list[Weights] = []
    try:
        for step in line:
            if "of" in step:
                found.append(of(step["of"]))
            elif "vary" in step:
                found.append(_varied(found[step["vary"]], init, step["seed"], step["amount"]))
            else:
                one, other = step["cross"]
                found.append(_crossed(found[one], found[other], step["seed"]))
        return found[-1]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ExperimentsError(f"expected a line of descent, got something else ({error})") from None


def joined(one: Sequence[Step], other: Sequence[Step]) -> tuple[list[Step], int, int]:
    """(both lines as one, the step that ends the first, that which ends the second); what they share stands once."""
    steps, place = list(one), list[int]()
    for step in other:
        moved = {key: _moved(value, place) if key in ("vary", "cross") else value for key, value in step.items()}
        if moved not in steps:
            steps.append(moved)
        place.append(steps.index(moved))
    return steps, len(one) - 1, place[-1]


def founders(line: Sequence[Step]) -> list[Any]:
    """The recipes a line begins with, as JSON."""
    return [step["of"] for step in line if "of" in step]


def _moved(steps: int | list[int], place: list[int]) -> int | list[int]:
    return [place[step] for step in steps] if isinstance(steps, list) else place[steps]


def _varied(weights: Weights, init: str | None, seed: int, amount: float) -> Weights:
    """Turned by a share of a right angle towards weights of the same law, so that their spread stays.

    The share is the square of the amount: nine layers turned by a fifth of it make another picture altogether.
    """
    angle = amount**2 * np.pi / 2
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    new = []
    for number, (kernel, bias) in enumerate(weights):
        other = INITS[init or "normal"](stream(seed, number, "cppn vary"), *kernel.shape)
        if init is None:
            other = (other[0] * min(1, kernel.std()), other[1] * min(1, bias.std()))
        new.append((cosine * kernel + sine * other[0], cosine * bias + sine * other[1]))
    return tuple(new)


def _crossed(one: Weights, other: Weights, seed: int) -> Weights:
    """Each unit, with all that it is told, of one parent or of the other."""
    new = []
    for number, (mine, theirs) in enumerate(zip(one, other, strict=True)):
        first = stream(seed, number, "cppn cross").random(len(mine[1])) < 0.5
        new.append((np.where(first, mine[0], theirs[0]), np.where(first, mine[1], theirs[1])))
    return tuple(new)
