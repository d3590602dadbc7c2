"""A pool of the newest fakes, from which the discriminator is shown some again (Shrivastava et al. 2017, section 2.3).

A generator that only runs from the newest discriminator may go in circles; a memory of older fakes stands against it.
"""

from typing import Any

import keras
from keras import ops


def remember(pool: Any, fake: Any) -> Any:
    """The pool (size, H, W, C) with `fake` (N, H, W, C) as its newest, at the end; the oldest leave."""
    size = pool.shape[0]
    return ops.reshape(ops.concatenate([pool, fake], axis=0)[-size:], pool.shape)


def with_replayed(fake: Any, pool: Any, held: Any, share: float, seed: keras.random.SeedGenerator) -> Any:
    """`fake` (N, H, W, C), its first `share` replaced by any of the last `held` pictures of the pool."""
    count = ops.shape(fake)[0]
    back = keras.random.uniform((count,), seed=seed) * ops.cast(held, "float32")
    # Below 1, uniform numbers can still round up to `held`.
    back = ops.minimum(ops.cast(back, "int32"), held - 1)
    again = ops.take(pool, pool.shape[0] - 1 - back, axis=0)
    first = ops.arange(count) < ops.cast(ops.round(share * ops.cast(count, "float32")), "int32")
    return ops.where(ops.reshape(first, (-1, 1, 1, 1)), again, fake)
