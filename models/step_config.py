"""What one training step does, as data; every field is checked, alone and beside the others, before anything is built.

The tables below hold the checks: a new field is one line in StepConfig and one in the table that bounds it.
"""

import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .augment import AUGMENTATIONS
from .errors import ModelsError
from .losses import LOSSES
from .penalties import PENALTIES

CHOICES: dict[str, Iterable[str]] = {
    "loss": LOSSES,
    "d_updates": ("joint", "apart"),
    "critic_bn_in_generator_step": ("batch", "inference"),
    "order": ("alternating", "simultaneous"),
    "method": ("plain", "extragradient", "lookahead"),
}
# name: (lowest, highest, whether the lowest itself is allowed, in words)
BOUNDS: dict[str, tuple[float, float, bool, str]] = {
    **dict.fromkeys(
        ("penalty_every", "d_steps", "lookahead_steps", "replay_size"), (1, math.inf, True, "of 1 or more")
    ),
    **dict.fromkeys((*PENALTIES, "ema_kimg", "noise"), (0, math.inf, True, "of 0 or more")),
    "noise_kimg": (0, math.inf, False, "above 0"),
    "lookahead_share": (0, 1, False, "above 0 and at most 1"),
    "smoothing": (0, 0.5, True, "in [0, 0.5]"),
    "replay": (0, 1, True, "in [0, 1]"),
    "restlessness": (0, 1.5, True, "in [0, 1.5]"),
}


@dataclass(frozen=True)
class StepConfig:
    """What one training step does.

    Args:
        loss: a row of LOSSES.
        d_updates: "joint", one update on real and fake together, or "apart", one on real, then one on fake.
        critic_bn_in_generator_step: "batch" statistics, or "inference": the moving ones, as a frozen batch norm.
        r1_gamma, r2_gamma: weight of the gradient penalty on real and on fake pictures; 0 leaves it out.
        gp_weight: weight of WGAN-GP's penalty on pictures between real and fake; 0 leaves it out.
        penalty_every: a lazy penalty is taken every so many steps, and weighted by as much (Karras et al. 2020).
        ema_kimg: half-life of the averaged generator in thousands of images; 0 keeps none.
        order: "alternating", the generator learns against the discriminator that has just learned, or "simultaneous",
            against the one that stood before.
        method: "plain"; "extragradient", both step ahead and learn from the gradients there (Gidel et al. 2019); or
            "lookahead", both go back towards where they stood some steps ago (Chavdarova et al. 2021).
        lookahead_steps, lookahead_share: after how many steps, and which share of the way is kept.
        d_steps: updates of the discriminator for one of the generator, each on real pictures of its own.
        smoothing: one-sided label smoothing, the target of real pictures is 1 - smoothing.
        noise: standard deviation of the noise added to all that the discriminator sees, falling to 0 at `noise_kimg`
            thousand images (Sonderby et al. 2017).
        augment: names of AUGMENTATIONS, applied to all that the discriminator sees (Zhao et al. 2020).
        replay: share of the discriminator's fakes that are drawn again from the last `replay_size` (Shrivastava et
            al. 2017).
        restlessness: None, or sets r1_gamma to (1 - restlessness) times the critical damping of the loss' Dirac game:
            0 is damped the fastest, 1 rings undamped, and above 1 the oscillation is driven and grows.
    """

    loss: str = "non-saturating"
    d_updates: str = "joint"
    critic_bn_in_generator_step: str = "batch"
    r1_gamma: float = 0.0
    r2_gamma: float = 0.0
    gp_weight: float = 0.0
    penalty_every: int = 1
    ema_kimg: float = 0.0
    order: str = "alternating"
    method: str = "plain"
    lookahead_steps: int = 5
    lookahead_share: float = 0.5
    d_steps: int = 1
    smoothing: float = 0.0
    noise: float = 0.0
    noise_kimg: float = 100.0
    augment: tuple[str, ...] = ()
    replay: float = 0.0
    replay_size: int = 512
    restlessness: float | None = None

    def __post_init__(self) -> None:
        for name, known in CHOICES.items():
            check_choice(name, getattr(self, name), known)
        for name in self.augment:
            check_choice("augment", name, AUGMENTATIONS)
        for name, bounds in BOUNDS.items():
            _check_bounds(name, getattr(self, name), bounds)
        _check_loss(self)
        _check_extragradient(self)
        _check_restlessness(self)

    @property
    def penalties(self) -> dict[str, float]:
        """The weights other than 0 by their rows in PENALTIES, restlessness heeded."""
        weights = {name: getattr(self, name) for name in PENALTIES}
        if self.restlessness is not None:
            weights["r1_gamma"] = (1.0 - self.restlessness) * LOSSES[self.loss].critical_damping
        return {name: weight for name, weight in weights.items() if weight != 0.0}

    @property
    def draws(self) -> bool:
        """Whether the step draws random numbers of its own."""
        return bool(self.augment or self.noise or self.replay or self.gp_weight)


def check_choice(name: str, value: Any, known: Iterable[str]) -> None:
    """ModelsError, with a near name where there is one, if `value` of train.`name` is not among `known`."""
    if value not in known:
        near = difflib.get_close_matches(str(value), list(known), n=1, cutoff=0.5)
        hint = f": did you mean {near[0]}?" if near else ""
        raise ModelsError(f"expected train.{name} to be one of {sorted(known)}, got {value!r}{hint}")


def _check_bounds(name: str, value: float | None, bounds: tuple[float, float, bool, str]) -> None:
    low, high, closed, words = bounds
    if value is None:
        return
    if not low <= value <= high or math.isinf(value) or (value == low and not closed):
        raise ModelsError(f"expected train.{name} {words}, got {value}")


def _check_loss(c: StepConfig) -> None:
    if c.d_updates == "apart" and LOSSES[c.loss].halves is None:
        raise ModelsError(
            f"expected train.d_updates=joint with the {c.loss} loss, got 'apart': it compares real with fake, "
            "so its two halves cannot be learned apart"
        )
    if c.smoothing > 0 and LOSSES[c.loss].towards is None:
        raise ModelsError(
            f"expected train.smoothing=0 with the {c.loss} loss, got {c.smoothing}: it has no target to smooth, "
            f"{sorted(name for name, loss in LOSSES.items() if loss.towards)} have one"
        )


def _check_extragradient(c: StepConfig) -> None:
    needed = {"order": "simultaneous", "d_updates": "joint", "d_steps": 1}
    odd = [name for name, value in needed.items() if c.method == "extragradient" and getattr(c, name) != value]
    if odd:
        raise ModelsError(
            f"expected train.{odd[0]}={needed[odd[0]]} with train.method=extragradient, got {getattr(c, odd[0])!r}: "
            "both networks step ahead together, once"
        )


def _check_restlessness(c: StepConfig) -> None:
    if c.restlessness is None:
        return
    if c.r1_gamma != 0.0:
        raise ModelsError(
            f"expected train.r1_gamma=0 beside train.restlessness, got {c.r1_gamma}: restlessness sets it, drop one"
        )
    if LOSSES[c.loss].critical_damping == 0.0:
        raise ModelsError(
            f"expected train.restlessness of null with the {c.loss} loss, got {c.restlessness}: its Dirac game does "
            "not rotate, so there is nothing to damp"
        )
