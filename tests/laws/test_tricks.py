"""Every augmentation and every optimizer under the laws of its table."""

import keras
import numpy as np
import pytest
from keras import ops

from models import ModelsError
from models.augment import AUGMENTATIONS, augmented
from models.optimizers import OPTIMIZERS, OptimisticAdam

SHAPES = [(5, 32, 32, 3), (4, 16, 24, 1)]
STEPS = 6


def pictures(shape=SHAPES[0], seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)


def compiled(function):
    """`function` of one array as the backend compiles it, and its slope by that array."""
    if keras.backend.backend() == "jax":
        import jax

        return jax.jit(function), jax.jit(jax.grad(lambda x: ops.sum(ops.square(function(x)))))
    import tensorflow as tf

    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = ops.sum(ops.square(function(x)))
        return tape.gradient(value, x)

    return tf.function(function), tf.function(slope)


def one(name, seed=3):
    """The augmentation as a pure function of pictures: each call draws as the first of a fresh generator does."""
    generator = keras.random.SeedGenerator(seed)
    state = ops.convert_to_numpy(generator.state)

    def function(x):
        with keras.StatelessScope(state_mapping=[(generator.state, ops.convert_to_tensor(state))]):
            return AUGMENTATIONS[name](x, generator)

    return function


def drawn(name, x, seed=3):
    return ops.convert_to_numpy(AUGMENTATIONS[name](ops.convert_to_tensor(x), keras.random.SeedGenerator(seed)))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", AUGMENTATIONS)
class TestAugmentations:
    def test_pictures_stay_pictures_and_are_changed(self, name, shape):
        x = pictures(shape)
        for dtype in ("float32", "bfloat16"):
            y = AUGMENTATIONS[name](ops.cast(x, dtype), keras.random.SeedGenerator(3))
            assert tuple(y.shape) == shape
            assert keras.backend.standardize_dtype(y.dtype) == dtype
            assert np.isfinite(ops.convert_to_numpy(ops.cast(y, "float32"))).all()
        assert np.abs(drawn(name, x) - x).mean() > 0.05

    def test_the_draw_is_a_function_of_the_seed_state(self, name, shape):
        x, generator = ops.convert_to_tensor(pictures(shape)), keras.random.SeedGenerator(3)
        first, second = (ops.convert_to_numpy(AUGMENTATIONS[name](x, generator)) for _ in range(2))
        assert np.array_equal(first, drawn(name, x))
        assert not np.array_equal(first, second)

    def test_each_picture_has_its_own_draw(self, name, shape):
        x = np.repeat(pictures((1, *shape[1:])), 16, axis=0)
        assert len(np.unique(drawn(name, x).reshape(16, -1), axis=0)) > 8

    def test_compiled_it_is_the_same_and_the_slope_reaches_the_pixels(self, name, shape):
        x = ops.convert_to_tensor(pictures(shape))
        run, slope = (ops.convert_to_numpy(f(x)) for f in compiled(one(name)))
        assert np.allclose(run, drawn(name, x), atol=1e-5)
        assert np.isfinite(slope).all()
        # Twice the picture where it is only moved or hidden; more than nothing wherever a colour was changed.
        assert (np.abs(slope).reshape(shape[0], -1).max(axis=1) > 0.1).all()


def test_a_translated_picture_is_moved_by_whole_pixels():
    x = pictures((8, 16, 16, 3))
    for before, after in zip(x, drawn("translation", x), strict=True):
        moved = [
            np.pad(before, ((2, 2), (2, 2), (0, 0)))[2 + y :, 2 + z :][:16, :16]
            for y in range(-2, 3)
            for z in range(-2, 3)
        ]
        assert sum(np.array_equal(after, each) for each in moved) == 1


def test_a_cutout_empties_up_to_a_quarter_and_nothing_else():
    x = pictures((64, 16, 16, 3))
    y = drawn("cutout", x)
    empty = (y == 0).all(axis=3)
    assert np.array_equal(y[~empty], x[~empty])
    shares = empty.mean(axis=(1, 2))
    assert shares.max() == 0.25
    assert shares.min() < 0.2


def test_colour_changes_no_form():
    x = pictures((4, 16, 16, 1))
    for before, after in zip(x, drawn("colour", x), strict=True):
        assert np.corrcoef(before.ravel(), after.ravel())[0, 1] > 0.999


def test_augmentations_follow_one_another_and_none_is_none():
    x, generator = ops.convert_to_tensor(pictures()), keras.random.SeedGenerator(5)
    assert augmented(x, (), generator) is x
    both = augmented(x, ("colour", "cutout"), generator)
    again = keras.random.SeedGenerator(5)
    alone = AUGMENTATIONS["cutout"](AUGMENTATIONS["colour"](x, again), again)
    assert np.array_equal(ops.convert_to_numpy(both), ops.convert_to_numpy(alone))
    with pytest.raises(ModelsError, match="cutuot"):
        augmented(x, ("cutuot",), generator)


def adam_oracle(gradients, rate, beta_1, beta_2, *, optimistic):
    """Kingma and Ba 2015, or Daskalakis et al. 2018 algorithm 1, in double precision."""
    w, m, v, last = np.zeros(3), 0.0, 0.0, 0.0
    for t, g in enumerate(gradients, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        direction = m / (1 - beta_1**t) / (np.sqrt(v / (1 - beta_2**t)) + 1e-7)
        w = w - rate * (2 * direction - last if optimistic else direction)
        last = direction
    return w


def descent_oracle(gradients, rate, momentum):
    w, change = np.zeros(3), 0.0
    for g in gradients:
        change = momentum * change - rate * g
        w = w + change
    return w


ORACLES = {
    "adam": lambda g, rate, b1, b2: adam_oracle(g, rate, b1, b2, optimistic=False),
    "optimistic-adam": lambda g, rate, b1, b2: adam_oracle(g, rate, b1, b2, optimistic=True),
    "sgd": lambda g, rate, b1, b2: descent_oracle(g, rate, 0.0),
    "momentum": lambda g, rate, b1, b2: descent_oracle(g, rate, b1),
}


@pytest.mark.parametrize("beta_1", [0.0, 0.5, 0.9, -0.5, -0.9])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_is_its_formula_for_negative_momentum_too(name, beta_1):
    gradients = np.random.default_rng(1).standard_normal((STEPS, 3))
    optimizer, weight = OPTIMIZERS[name](0.01, beta_1, 0.99), keras.Variable(np.zeros(3, np.float32))
    optimizer.build([weight])
    for gradient in gradients:
        optimizer.apply([ops.convert_to_tensor(gradient.astype(np.float32))], [weight])
    expected = ORACLES[name](gradients, 0.01, beta_1, 0.99)
    assert np.abs(expected).max() > 0.005
    assert np.allclose(ops.convert_to_numpy(weight), expected, atol=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_goes_on_from_its_variables(name):
    gradients = np.random.default_rng(2).standard_normal((4, 3)).astype(np.float32)

    def made(start):
        weight = keras.Variable(start)
        optimizer = OPTIMIZERS[name](0.01, 0.5, 0.99)
        optimizer.build([weight])
        return weight, optimizer

    first, one = made(np.zeros(3, np.float32))
    for gradient in gradients[:2]:
        one.apply([ops.convert_to_tensor(gradient)], [first])
    second, two = made(ops.convert_to_numpy(first))
    for mine, theirs in zip(two.variables, one.variables, strict=True):
        mine.assign(theirs)
    for gradient in gradients[2:]:
        one.apply([ops.convert_to_tensor(gradient)], [first])
        two.apply([ops.convert_to_tensor(gradient)], [second])
    assert np.array_equal(ops.convert_to_numpy(first), ops.convert_to_numpy(second))


def test_optimism_ends_the_rotation_that_plain_descent_widens():
    """min over x, max over y of xy, moved at once: the optimistic one comes nearer to (0, 0), where Adam does not."""
    ends = {}
    for name in ("adam", "optimistic-adam"):
        x, y = keras.Variable(0.5), keras.Variable(0.5)
        players = [(v, OPTIMIZERS[name](0.02, 0.0, 0.9)) for v in (x, y)]
        for variable, optimizer in players:
            optimizer.build([variable])
        for _ in range(300):
            slopes = [ops.convert_to_tensor(y), -ops.convert_to_tensor(x)]
            for (variable, optimizer), slope in zip(players, slopes, strict=True):
                optimizer.apply([slope], [variable])
        ends[name] = np.hypot(float(x), float(y))
    assert ends["optimistic-adam"] < 0.5 * ends["adam"]


def test_optimistic_adam_is_made_again_from_its_config():
    optimizer = OptimisticAdam(0.02, beta_1=-0.25, beta_2=0.9, epsilon=1e-6)
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert isinstance(again, OptimisticAdam)
    assert again.get_config() == optimizer.get_config()
