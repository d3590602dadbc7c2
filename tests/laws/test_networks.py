"""Every family of NETWORKS with every option under the same laws."""

import hashlib
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import ops

import models
from models import GAN, NETWORKS, PRESETS, ModelsError, NetworkConfig, StepConfig, build_pair
from models.spectral import Spectral

SMALL = {
    "essay": NetworkConfig("essay", size=32, latent=8),
    "dcgan": NetworkConfig("dcgan", size=32, latent=8, width=4),
    "compact": NetworkConfig("compact", size=32, latent=8, width=4),
}
OPTIONS = {
    "plain": {},
    "spectral": {"spectral_norm": True},
    "packed": {"pack": 2},
    "grey": {"channels": 1},
    "bfloat16": {"precision": "mixed_bfloat16"},
    "spectral bfloat16": {"spectral_norm": True, "precision": "mixed_bfloat16"},
}
# sha256 of all first weights at seed 1, as they were when the first runs were trained.
FIRST_WEIGHTS = {"essay": "66667e5540b2ca14", "dcgan": "06939f53bf423e5e", "compact": "a5d6cb5b577a80df"}


@pytest.fixture(scope="module", params=list(SMALL))
def family(request):
    return SMALL[request.param]


@pytest.fixture(scope="module", params=list(OPTIONS))
def config(family, request):
    return replace(family, **OPTIONS[request.param])


@pytest.fixture(scope="module")
def pair(config):
    return build_pair(config, 1)


def judged(config, count):
    """Random pictures as the discriminator is given them."""
    shape = (count, config.size, config.size, config.channels * config.pack)
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)


def compiled(config, step, seed=1):
    gan = GAN(*build_pair(config, seed), step)
    gan.compile(keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-3))
    return gan


def test_every_family_is_under_the_laws():
    assert SMALL.keys() == NETWORKS.keys() == FIRST_WEIGHTS.keys()


def test_shapes_ranges_and_types(config, pair):
    generator, discriminator = pair
    pictures = generator(models.latents(3, config.latent, 0))
    assert pictures.shape == (3, config.size, config.size, config.channels)
    logits = discriminator(judged(config, 3))
    assert logits.shape == (3, 1)
    for outputs in (pictures, logits):
        assert keras.backend.standardize_dtype(outputs.dtype) == "float32"
        assert np.isfinite(ops.convert_to_numpy(outputs)).all()
    assert np.abs(ops.convert_to_numpy(pictures)).max() <= 1.0
    assert {v.dtype for network in pair for v in network.weights} == {"float32"}
    assert keras.config.dtype_policy().name == "float32"


def test_a_saved_network_comes_back_equal(config, pair, tmp_path):
    latents = models.latents(3, config.latent, 0)
    for network, x in zip(pair, (latents, judged(config, 3)), strict=True):
        network(x, training=True)  # so that batch norms and spectral norms have a state of their own
        network.save(tmp_path / f"{network.name}.keras")
        again = keras.saving.load_model(tmp_path / f"{network.name}.keras")
        for mine, theirs in zip(network.get_weights(), again.get_weights(), strict=True):
            assert np.array_equal(mine, theirs)
        assert np.array_equal(*(ops.convert_to_numpy(n(x, training=False)) for n in (network, again)))


def test_one_step_changes_every_tensor_that_has_a_slope(config):
    gan = compiled(config, StepConfig(loss="non-saturating", r1_gamma=1.0))
    gan.run_eagerly = True  # one step is over long before its graph would be compiled
    before = {n.name: [np.array(w) for w in n.get_weights()] for n in (gan.generator, gan.discriminator)}
    shape = (8, config.size, config.size, config.channels)
    images = np.random.default_rng(2).integers(0, 256, shape, dtype=np.uint8)
    batch = ((images, models.latents(8, config.latent, 3)),)
    logs = gan.fit((each for each in [batch]), steps_per_epoch=1, shuffle=False, verbose=0).history
    assert all(np.isfinite(values).all() for values in logs.values())
    for network in (gan.generator, gan.discriminator):
        for old, variable in zip(before[network.name], network.weights, strict=True):
            new = ops.convert_to_numpy(variable.value)
            assert np.isfinite(new).all()
            assert not variable.trainable or not np.array_equal(old, new), variable.path


@pytest.mark.parametrize("size", [64, 128, 256])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_family_has_the_usual_sizes(family, size, channels):
    generator, discriminator = build_pair(replace(family, size=size, channels=channels, width=2), 0)
    assert generator.output_shape == discriminator.input_shape == (None, size, size, channels)


def test_first_weights_are_a_function_of_the_seed_and_stay_what_they_were(family):
    first, again, other = (build_pair(family, seed) for seed in (1, 1, 2))
    digest = hashlib.sha256()
    for networks in zip(first, again, other, strict=True):
        for a, b, c in zip(*(n.get_weights() for n in networks), strict=True):
            digest.update(a.tobytes())
            assert np.array_equal(a, b)
            assert a.ndim == 1 or not np.array_equal(a, c)
    assert digest.hexdigest()[:16] == FIRST_WEIGHTS[family.family]


def test_saved_state_draws_the_same_pictures(family):
    first, second = (compiled(family, StepConfig(ema_kimg=1.0), seed) for seed in (1, 2))
    models.set_state(second, models.get_state(first))
    z = models.latents(4, family.latent, 0)
    assert np.array_equal(models.draw(first.generator, z), models.draw(second.generator, z))


@pytest.mark.parametrize(
    "wrong",
    [
        *({"size": size} for size in (0, 1, 15, 33, -64)),
        {"channels": 2},
        {"pack": 0},
        {"width": 0},
        {"dropout": 1.0},
        {"precision": "float16"},
        {"spectral_norm": "yes"},
    ],
    ids=str,
)
def test_what_no_network_can_be_is_said(family, wrong):
    with pytest.raises(ModelsError, match="expected") as caught:
        replace(family, **wrong)
    assert next(iter(wrong)) in str(caught.value)


@pytest.mark.parametrize("before", ["float32", "mixed_bfloat16"])
def test_the_policy_of_others_neither_matters_nor_changes(before):
    keras.config.set_dtype_policy(before)
    try:
        for precision in ("float32", "mixed_bfloat16"):
            generator, _ = build_pair(replace(SMALL["compact"], precision=precision), 0)
            assert {layer.dtype_policy.name for layer in generator.layers[:-1]} == {precision}
            assert keras.config.dtype_policy().name == before
    finally:
        keras.config.set_dtype_policy("float32")


LINEAR = {
    "convolution": (lambda: keras.layers.Conv2D(8, 4, strides=2, padding="same", use_bias=False), (2, 8, 8, 3)),
    "dense": (lambda: keras.layers.Dense(6, use_bias=False), (2, 10)),
    "verdict": (lambda: keras.layers.Dense(1, use_bias=False), (2, 10)),
}


def spectral(name):
    make, shape = LINEAR[name]
    layer, x = Spectral(make()), np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    layer.build(shape)
    kernel = np.random.default_rng(2).standard_normal(layer.layer.kernel.shape).astype(np.float32)
    layer.layer.kernel.assign(3.0 * kernel)
    return layer, x, 3.0 * kernel


@pytest.mark.parametrize("name", LINEAR)
def test_the_largest_singular_value_becomes_one(name):
    layer, x, kernel = spectral(name)
    bare = LINEAR[name][0]()
    bare.build(x.shape)
    largest = np.linalg.svd(kernel.reshape(-1, kernel.shape[-1]), compute_uv=False)[0]
    for _ in range(60):
        layer(x, training=True)
    assert np.array_equal(ops.convert_to_numpy(layer.layer.kernel.value), kernel)
    for scale in (1.0 / largest, 1.0 / (largest * 1.03)):
        bare.kernel.assign(kernel * scale)
        same = np.allclose(*(ops.convert_to_numpy(f(x)) for f in (bare, layer)), rtol=0.01, atol=1e-4)
        assert same == (scale == 1.0 / largest)


def test_inference_leaves_the_vector_and_training_moves_it():
    layer, x, _ = spectral("dense")
    vectors = []
    for training in (False, False, True):
        vectors.append(ops.convert_to_numpy(layer.u.value).copy())
        layer(x, training=training)
    assert np.array_equal(*vectors[1:])
    assert not np.allclose(vectors[-1], ops.convert_to_numpy(layer.u.value), atol=1e-3)


def test_sigma_is_of_single_precision_in_mixed_precision_too():
    """The vector moves in float32 alike, whatever the wrapped layer computes in, inside a network or alone."""
    vectors = []
    for dtype in ("float32", "mixed_bfloat16"):
        for network in (lambda layer: layer, lambda layer: keras.Sequential([layer], name="network")):
            keras.config.set_dtype_policy(dtype)
            try:
                layer, x, _ = spectral("dense")
                network(layer)(x, training=True)
            finally:
                keras.config.set_dtype_policy("float32")
            vectors.append(ops.convert_to_numpy(layer.u.value))
    assert all(np.array_equal(vectors[0], each) for each in vectors)


def test_the_slope_passes_through_sigma():
    """An effective kernel of fixed norm has no slope along the kernel itself: scaling it changes nothing."""
    layer, x, kernel = spectral("dense")
    for _ in range(60):
        layer(x, training=True)
    values = []
    for scale in (1.0, 1.7):
        layer.layer.kernel.assign(scale * kernel)
        values.append(ops.convert_to_numpy(layer(x, training=False)))
    assert np.allclose(*values, atol=1e-5)
    slope = _slope(layer, x)
    assert np.abs(slope).max() > 1e-3
    assert abs((slope * kernel).sum()) < 1e-4 * np.abs(slope * kernel).sum()


def _slope(layer, x):
    if keras.backend.backend() == "jax":
        import jax

        def total(kernel):
            with keras.StatelessScope(state_mapping=[(layer.layer.kernel, kernel)]):
                return ops.sum(ops.square(layer(x)))

        return np.asarray(jax.grad(total)(layer.layer.kernel.value))
    import tensorflow as tf

    with tf.GradientTape() as tape:
        value = ops.sum(ops.square(layer(x)))
    return tape.gradient(value, layer.layer.kernel.value).numpy()


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_of_a_size_its_name_says(name):
    assert NetworkConfig(**PRESETS[name]["network"]).size == int(name.rpartition("-")[2])
