"""Every row of LOSSES under the same laws."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.losses import LOSSES

LOG2 = np.log(2.0)
AT_ZERO = {  # (critic, generator) where every logit is 0, which is D = 1/2 for the losses that are a probability
    "non-saturating": (2 * LOG2, LOG2),
    "minimax": (2 * LOG2, -LOG2),
    "least-squares": (0.5, 0.5),
    "hinge": (2.0, 0.0),
    "wasserstein": (0.0, 0.0),
    "relativistic": (LOG2, LOG2),
}


def slopes(function, real: float, fake: float):
    r, f = tf.constant([[real]], tf.float32), tf.constant([[fake]], tf.float32)
    with tf.GradientTape() as tape:
        tape.watch([r, f])
        value = function(r, f)
    by_real, by_fake = tape.gradient(value, [r, f], unconnected_gradients="zero")
    return float(value), float(by_real[0, 0]), float(by_fake[0, 0])


@pytest.fixture(params=list(LOSSES))
def loss(request):
    return LOSSES[request.param]


def test_every_loss_has_its_known_value():
    assert AT_ZERO.keys() == LOSSES.keys()


@pytest.mark.parametrize("name", list(AT_ZERO))
def test_the_value_at_zero(name):
    critic, generator = AT_ZERO[name]
    assert slopes(LOSSES[name].critic, 0, 0)[0] == pytest.approx(critic, abs=1e-6)
    assert slopes(LOSSES[name].generator, 0, 0)[0] == pytest.approx(generator, abs=1e-6)


@pytest.mark.parametrize("real", [-100.0, -1.0, 0.0, 0.5, 100.0])
@pytest.mark.parametrize("fake", [-100.0, -0.5, 0.0, 1.0, 100.0])
def test_finite_everywhere(loss, real, fake):
    assert np.isfinite([*slopes(loss.critic, real, fake), *slopes(loss.generator, real, fake)]).all()


def test_the_critic_never_stops_learning_from_its_mistakes(loss):
    _, by_real, by_fake = slopes(loss.critic, -100.0, 100.0)
    assert by_real < -0.5
    assert by_fake > 0.5


def test_the_generator_never_stops_learning_when_it_is_seen_through(loss):
    saturating = loss is LOSSES["minimax"]  # saturation is what sets it apart (Goodfellow et al. 2014, section 3)
    _, _, by_fake = slopes(loss.generator, 100.0, -100.0)
    assert (by_fake == pytest.approx(0.0, abs=1e-6)) if saturating else (by_fake < -0.5)


def test_signs(loss):
    _, by_real, by_fake = slopes(loss.critic, 0.2, 0.1)
    assert by_real < 0 < by_fake
    assert slopes(loss.generator, 0.2, 0.1)[2] < 0


def test_halves_add_up_to_the_critic(loss):
    rng = np.random.default_rng(0)
    real, fake = (keras.ops.convert_to_tensor(rng.normal(size=(7, 1)).astype("float32")) for _ in range(2))
    if loss.halves is None:
        assert loss is LOSSES["relativistic"]
    else:
        assert float(loss.halves[0](real) + loss.halves[1](fake)) == pytest.approx(
            float(loss.critic(real, fake)), abs=1e-6
        )
