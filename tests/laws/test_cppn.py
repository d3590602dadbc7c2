"""What must hold of every compositional pattern producing network."""

from dataclasses import replace

import numpy as np
import pytest

import models
from models import ACTIVATIONS, CPPNS, INITS, CPPNConfig, ModelsError, cppn_places
from models.cppn_drawing import PIECE

COUNTS = {"silk": 4703, "steel": 1989}
SMALL = CPPNConfig(8, 4, inputs=("x", "y", "r"), low=-1.0, latent=2)


def shown(config, size_px=(24, 16), seed=5):
    return models.cppn_picture(config, models.cppn_weights(config, seed), size_px, models.cppn_latent(config, seed))


def by_hand(config, weights, latent, x, y):
    """The formula of the posts in float64 for one place."""
    functions = {
        "tanh": np.tanh,
        "sin": np.sin,
        "gauss": lambda v: np.exp(-v * v),
        "softplus": lambda v: np.logaddexp(0, v),
    }
    told = {"x": x, "y": y, "r": np.hypot(x, y)}
    values = np.array([*(told[name] for name in config.inputs), *latent])
    for i, (kernel, bias) in enumerate(weights):
        values = values @ kernel.astype(float) + bias
        if i < len(weights) - 1:
            values = functions[config.activation[i % len(config.activation)]](values)
    return 1 / (1 + np.exp(-values))


@pytest.mark.parametrize("name", CPPNS)
def test_published_shapes_and_counts(name):
    config = CPPNS[name]
    network = models.build_cppn(config, models.cppn_weights(config, 1))
    assert network.count_params() == COUNTS.get(name, network.count_params())
    assert network.input_shape == (None, len(config.inputs) + config.latent)
    assert network.output_shape == (None, config.channels)
    assert len([part for part in network.layers if hasattr(part, "units")]) == config.depth


@pytest.mark.parametrize("name", CPPNS)
def test_the_formula_of_the_posts(name):
    config = CPPNS[name]
    weights, latent = models.cppn_weights(config, 2), models.cppn_latent(config, 2)
    picture = models.cppn_picture(config, weights, (9, 9), latent)
    step = (config.high - config.low) / (8 if config.grid == "ends" else 9)
    for column, row in ((0, 0), (8, 0), (3, 7)):
        expected = by_hand(config, weights, latent, config.low + column * step, config.low + row * step)
        assert picture[row, column] == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize("name", INITS)
def test_first_weights_follow_their_law(name):
    config = CPPNConfig(256, 3, init=name)
    kernel, bias = models.cppn_weights(config, 0)[1]
    deviation = np.sqrt(2 / 512) if name == "glorot" else 1.0
    assert kernel.std() == pytest.approx(deviation, rel=0.02)
    assert abs(kernel.mean()) < 5 * deviation / 256
    assert (bias.std() == pytest.approx(1, rel=0.2)) if name == "normal" else not bias.any()


@pytest.mark.parametrize("activation", [*ACTIVATIONS, "sin+gauss+relu"])
def test_the_model_and_the_picture_are_the_same_function(activation):
    config = replace(SMALL, activation=(activation, "tanh"))
    weights, latent = models.cppn_weights(config, 3), models.cppn_latent(config, 3)
    told = cppn_places.places(config, (7, 5), range(5))
    whole = np.concatenate([told.T, np.tile(latent, (35, 1))], axis=1)
    model = models.build_cppn(config, weights)
    picture = models.cppn_picture(config, weights, (7, 5), latent)
    assert picture.reshape(35, 3) == pytest.approx(np.asarray(model(whole)), abs=2e-3)
    assert picture.min() >= 0
    assert picture.max() <= 1


@pytest.mark.parametrize("size_px", [(1, 1), (5, 3), (3, 5), (181, 200), (1, 300)])
def test_any_size_in_pieces(size_px):
    picture = shown(SMALL, size_px)
    assert picture.shape == (size_px[1], size_px[0], 3)
    assert picture.dtype == np.float32
    assert np.isfinite(picture).all()


def test_a_picture_is_the_same_in_strips_of_any_height(monkeypatch):
    size_px = (150, PIECE // 150 + 20)
    whole = shown(SMALL, size_px)
    monkeypatch.setattr(cppn_places, "STRIP_POINTS", 1000)
    assert shown(SMALL, size_px) == pytest.approx(whole, abs=1e-6)


@pytest.mark.parametrize("size_px", [(20, 20), (31, 20), (20, 33)])
@pytest.mark.parametrize(
    ("symmetry", "moved"),
    [
        ("x", lambda p: p[:, ::-1]),
        ("y", lambda p: p[::-1]),
        ("both", lambda p: p[::-1, ::-1]),
        ("rotational", lambda p: p[::-1, ::-1]),
    ],
)
def test_symmetries(symmetry, moved, size_px):
    picture = shown(replace(SMALL, symmetry=symmetry, folds=4), size_px)
    assert picture == pytest.approx(moved(picture), abs=1e-4)
    assert np.ptp(picture) > 0.01
    if symmetry == "rotational" and size_px[0] == size_px[1]:
        assert picture == pytest.approx(np.rot90(picture), abs=1e-4)


def test_seeds_and_latents_matter_and_repeat():
    assert np.array_equal(shown(SMALL, seed=1), shown(SMALL, seed=1))
    assert not np.allclose(shown(SMALL, seed=1), shown(SMALL, seed=2), atol=0.01)
    weights = models.cppn_weights(SMALL, 1)
    one, other = (models.cppn_picture(SMALL, weights, (9, 9), models.cppn_latent(SMALL, 1, i)) for i in (0, 1))
    assert not np.allclose(one, other, atol=1e-3)


def test_what_is_chaotic_is_said():
    calm, wild = CPPNS["silk"], CPPNConfig(25, 9, ("tan",))
    assert not models.is_chaotic(calm, models.cppn_weights(calm, 0))
    assert models.is_chaotic(wild, models.cppn_weights(wild, 0))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"width": 0}, "width from 1"),
        ({"depth": 1000}, "depth from 1 to 256"),
        ({"activation": ("swish",)}, "activations of tanh"),
        ({"activation": ()}, "activations of tanh"),
        ({"inputs": ("x", "x")}, "each once"),
        ({"inputs": ()}, "inputs of x"),
        ({"low": 1.0}, "to a greater one"),
        ({"high": float("nan")}, "to a greater one"),
        ({"channels": 4}, "1 channel"),
        ({"init": "he"}, "init of normal"),
        ({"symmetry": "z"}, "symmetry of none"),
    ],
)
def test_wrong_settings_are_one_sentence(wrong, words):
    with pytest.raises(ModelsError, match=words):
        CPPNConfig(**wrong)


@pytest.mark.parametrize("size_px", [(0, 4), (4, -1)])
def test_wrong_sizes(size_px):
    with pytest.raises(ModelsError, match="at least 1 x 1"):
        shown(SMALL, size_px)


def test_sums_that_are_no_numbers_are_one_sentence():
    config = CPPNConfig(64, 200, ("relu",))
    with pytest.raises(ModelsError, match="stay numbers"):
        shown(config)
