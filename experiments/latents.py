"""The sampling noise of fixed latents, which snapshots share: by bootstrap over latents, in closed form or drawn.

The labels of one latent hang together over training, so counts of the same latents wander less from snapshot to
snapshot than counts of fresh ones, and multinomial noise is wrong for them. Latents are independent of one another:
resampling whole latents keeps what they share (Efron & Tibshirani 1993, 8.5). For sums its variance is the variance
over latents, which is what stands here. Labels are int (N, L), -1 for rejected.
"""

import numpy as np
from numpy.typing import NDArray

from .spectrum import Floats, Ints


def wander(labels: Ints, modes: int) -> Floats:
    """Mean variance (K,) over time of a share's sampling noise: that part of it which is not the same all along."""
    weights = _weights(labels)
    noise = np.empty(modes)
    for mode in range(modes):
        away = _influence(labels, mode, weights)
        noise[mode] = ((away - away.mean(0)) ** 2).sum(1).mean()
    return noise


def difference_variance(labels: Ints, mode: int) -> NDArray[np.float64]:
    """Sampling variance (N, N) of the difference of a mode's share between two snapshots."""
    away = _influence(labels, mode, _weights(labels))
    joint = away @ away.T
    own = np.diagonal(joint)
    return np.maximum(own[:, None] + own - 2 * joint, 0)


def projected_covariance(labels: Ints, modes: int, weights: Floats) -> NDArray[np.float64]:
    """Sampling covariance (2K, 2K) of weights (2, N) applied to the shares; weights[0] comes first."""
    accepted = _weights(labels)
    flat = np.concatenate([weights @ _influence(labels, mode, accepted) for mode in range(modes)])  # by mode
    flat = flat.reshape(modes, 2, -1).swapaxes(0, 1).reshape(2 * modes, -1)
    return flat @ flat.T


def _weights(labels: Ints) -> Floats:
    """One over the accepted latents of each snapshot, (N, 1)."""
    return 1 / np.maximum((labels >= 0).sum(1, keepdims=True), 1)


def _influence(labels: Ints, mode: int, weights: Floats) -> Floats:
    """By how much each latent moves each share of a mode away from its mean, (N, L): the shares' linear part."""
    there, accepted = labels == mode, labels >= 0
    share = there.sum(1, keepdims=True) * weights
    return (there - share * accepted) * weights
