"""Pictures that are heard: for each tone a point circles on a picture, and the light it passes is the wave.

Known as wave terrain synthesis: Borgonovo and Haus, "Sound synthesis by means of two-variable functions", Computer
Music Journal 10 (1986). The circles themselves wander slowly round the middle, once in all.
"""

from collections.abc import Sequence

import numpy as np

from models import cppn_values
from models.cppn import Weights
from models.cppn_places import extent, told_at

from .colouring import evened, spread_of
from .recipe import CPPNRecipe

_WANDER, _CIRCLE = 0.45, 0.4  # of half the shorter side: how far circles go from the middle, and how large they are


def light_passed(recipe: CPPNRecipe, weights: Weights, slow: np.ndarray, turns: Sequence[np.ndarray]) -> np.ndarray:
    """What two points pass that circle in opposite directions, one for each ear, float32 (N, 2), over all tones.

    Args:
        recipe: a picture.
        weights: its.
        slow: how far the circles have gone round the middle at N moments, in radians.
        turns: how far the points have gone round the circle of each tone.
    """
    heard = np.zeros((len(slow), 2), np.float32)
    for turn in turns:
        for ear, sense in enumerate((1, -1)):
            heard[:, ear] += _light(recipe, weights, slow, sense * turn) / len(turns)
    return heard


def _light(recipe: CPPNRecipe, weights: Weights, slow: np.ndarray, turn: np.ndarray) -> np.ndarray:
    """The mean of the outputs along circles, (N,)."""
    config, (low, high) = recipe.config, extent(recipe.config)
    middle, half = (low + high) / 2, (high - low) / 2
    across, down = (middle + half * (_WANDER * wave(slow) + _CIRCLE * wave(turn)) for wave in (np.cos, np.sin))
    latent = np.repeat(recipe.z[:, None], len(slow), axis=1)
    values = cppn_values(config, weights, np.concatenate([told_at(config, across, down), latent]))
    return evened(values.T, spread_of(*weights[-1])[-config.channels :]).mean(axis=1)
