"""CPPNs that learn a picture."""

from dataclasses import replace

import numpy as np
import pytest

from models import FITS, FitConfig, ModelsError, cppn_picture, fit_cppn
from models.cppn_fit import _Pixels


@pytest.fixture(scope="module")
def picture():
    """A disc in a corner of a slope, uint8 (24, 32, 3)."""
    y, x = np.mgrid[:24, :32]
    disc = (x - 9) ** 2 + (y - 8) ** 2 < 30
    colours = np.stack([8 * x, 10 * y, 120 + 0 * x], -1)
    return np.where(disc[..., None], np.array([240, 60, 30]), colours).astype(np.uint8)


def alike(one, other):
    return all(np.array_equal(a, b) for x, y in zip(one, other, strict=True) for a, b in zip(x, y, strict=True))


def psnr(asked, weights, picture):
    shown = cppn_picture(asked.cppn, weights, (picture.shape[1], picture.shape[0]))
    return -10 * np.log10(np.mean((shown - picture / 255) ** 2))


@pytest.mark.parametrize("net", FITS)
def test_a_plain_network_shows_what_the_trained_one_does(picture, net):
    asked = FitConfig(net, 12, 3, 15)
    seen = []
    weights = fit_cppn(
        picture, asked, watch=lambda step, loss, config, known: seen.append((step, known)), at=(0, 7, 15)
    )
    assert [step for step, _ in seen] == [0, 7, 15]
    assert alike(seen[-1][1], weights)
    assert not np.array_equal(seen[0][1][0][0], weights[0][0])
    model = FITS[net].build(asked)
    places, _ = _Pixels(picture, asked)[0]
    expected = np.asarray(model(places, training=False)).reshape(picture.shape)
    shown = cppn_picture(asked.cppn, FITS[net].folded(model), (32, 24))
    assert np.abs(shown - expected).max() < 1e-4


def test_normalisation_that_has_learnt_is_folded(picture):
    asked = FitConfig("tanh", 12, 3)
    model = FITS["tanh"].build(asked)
    rng = np.random.default_rng(0)
    for layer in model.layers:
        if "normalization" in layer.name:
            layer.set_weights([rng.uniform(0.2, 1.5, 12) for _ in range(4)])
    places, _ = _Pixels(picture, asked)[0]
    expected = np.asarray(model(places, training=False)).reshape(picture.shape)
    assert np.abs(cppn_picture(asked.cppn, FITS["tanh"].folded(model), (32, 24)) - expected).max() < 1e-4


def test_the_posts_block_is_as_it_says():
    model = FITS["tanh"].build(FitConfig("tanh", 20, 6))
    assert [type(layer).__name__ for layer in model.layers] == ["Dense", "BatchNormalization"] * 6 + ["Dense"]
    drawn = np.concatenate([np.asarray(part).ravel() for part in model.layers[2].get_weights()])
    assert abs(drawn.std() - 1) < 0.1
    assert [layer.activation.__name__ for layer in model.layers[::2]] == ["tanh"] * 6 + ["sigmoid"]


def test_a_siren_keeps_its_spread_through_its_layers(picture):
    """Sitzmann et al. (2020), theorem 1.8: each sum has variance 1, so that its sine has variance about .43."""
    asked = FitConfig("siren", 256, 5)
    weights = FITS["siren"].folded(FITS["siren"].build(asked))
    values = _Pixels(picture, asked)[0][0]
    for number, (kernel, bias) in enumerate(weights[:-1]):
        sums = values @ kernel + bias
        values = np.sin(sums)
        assert number == 0 or 0.8 < (sums - bias).std() < 1.2
        assert 0.55 < values.std() < 0.8


def test_a_siren_learns_what_the_posts_block_only_begins_to(picture):
    siren, post = (FitConfig(net, 32, 3, 250) for net in ("siren", "tanh"))
    fitted = {asked.net: psnr(asked, fit_cppn(picture, asked), picture) for asked in (siren, post)}
    assert fitted["siren"] > 30
    assert fitted["siren"] > fitted["tanh"] + 8 > 18


def test_the_same_arguments_give_the_same_weights(picture):
    asked = FitConfig("siren", 8, 2, 12, batch=100)
    one, two, other = (fit_cppn(picture, each) for each in (asked, asked, replace(asked, seed=1)))
    assert alike(one, two)
    assert not np.array_equal(one[0][0], other[0][0])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"net": "relu"}, "expected a net of siren, tanh"),
        ({"width": 0}, "expected width from 1"),
        ({"hidden": 1000}, "expected hidden from 1 to 64"),
        ({"steps": 0}, "expected steps from 1"),
        ({"batch": 0}, "expected batch from 1"),
        ({"rate": 0.0}, "expected a learning rate"),
        ({"rate": float("nan")}, "expected a learning rate"),
        ({"seed": -1}, "expected a seed of 0 or more"),
    ],
)
def test_what_cannot_be_is_one_sentence(settings, words):
    with pytest.raises(ModelsError, match=words):
        FitConfig(**settings)


def test_what_is_no_picture_is_one_sentence():
    with pytest.raises(ModelsError, match="expected a picture"):
        fit_cppn(np.zeros((1, 2, 3), np.uint8), FitConfig())
