"""Every row of LOSSES and of PENALTIES under the same laws."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from models import ModelsError, StepConfig
from models.losses import LOSSES
from models.penalties import PENALTIES, gradient_penalty

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


def test_the_slopes_of_the_dirac_game(loss):
    """At logits of 0; they set the critical damping, and so what restlessness means."""
    assert slopes(loss.critic, 0.0, 0.0)[2] == pytest.approx(loss.slopes[0], abs=1e-6)
    assert -slopes(loss.generator, 0.0, 0.0)[2] == pytest.approx(loss.slopes[1], abs=1e-6)


@pytest.mark.parametrize("smoothing", [0.1, 0.3, 0.5])
def test_smoothing_moves_the_target_of_real_alone(loss, smoothing):
    if loss.towards is None:
        name = next(name for name, row in LOSSES.items() if row is loss)
        with pytest.raises(ModelsError, match=r"train.smoothing=0 with the \w+ loss"):
            StepConfig(loss=name, smoothing=smoothing)
        return
    smoothed = loss.smoothed(smoothing)
    entropy = loss is not LOSSES["least-squares"]
    best = np.log((1 - smoothing) / smoothing) if entropy else 1 - smoothing
    assert slopes(smoothed.critic, best, 0.3)[1] == pytest.approx(0.0, abs=1e-6)
    assert slopes(smoothed.critic, best - 0.5, 0.3)[1] < 0 < slopes(smoothed.critic, best + 0.5, 0.3)[1]
    assert slopes(smoothed.critic, best, 0.3)[2] == slopes(loss.critic, best, 0.3)[2]
    logits = tf.constant([[0.4], [-1.3]])
    assert float(loss.towards(logits, 1.0)) == pytest.approx(float(loss.halves[0](logits)), abs=1e-6)
    assert float(sum(half(logits) for half in smoothed.halves)) == pytest.approx(float(smoothed.critic(logits, logits)))


ASKED = {  # of a critic whose gradient has length 3 everywhere
    "r1_gamma": 4.5,
    "r2_gamma": 4.5,
    "gp_weight": 4.0,
}


def test_every_penalty_has_its_known_value():
    assert ASKED.keys() == PENALTIES.keys()


@pytest.mark.parametrize("name", list(ASKED))
def test_what_a_penalty_asks_of_a_plane(name):
    critic = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    critic.set_weights([np.array([[1.0], [2.0], [0.0], [-2.0]], np.float32), np.zeros(1, np.float32)])
    from models.gan import backend

    real, fake = (np.random.default_rng(i).normal(size=(5, 2, 2, 1)).astype(np.float32) for i in range(2))
    points = PENALTIES[name].points(tf.constant(real), tf.constant(fake), keras.random.SeedGenerator(1))
    value = gradient_penalty(critic, points, PENALTIES[name].of, backend)
    assert float(value) == pytest.approx(ASKED[name], rel=1e-5)


def test_where_a_penalty_is_taken():
    real, fake = (np.random.default_rng(i).normal(size=(64, 2, 2, 1)).astype(np.float32) for i in range(2))
    seed = keras.random.SeedGenerator(1)
    at = {name: np.asarray(row.points(tf.constant(real), tf.constant(fake), seed)) for name, row in PENALTIES.items()}
    assert np.array_equal(at["r1_gamma"], real)
    assert np.array_equal(at["r2_gamma"], fake)
    share = ((at["gp_weight"] - fake) / (real - fake)).reshape(64, 4)
    assert np.allclose(share, share[:, :1], atol=1e-3)
    assert 0 <= share.min() < 0.1 < 0.9 < share.max() <= 1 + 1e-3
    assert [row.half for row in PENALTIES.values()] == ["real", "fake", "fake"]


def test_a_flat_critic_has_a_finite_gradient_under_every_penalty():
    critic = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    critic.set_weights([np.zeros((4, 1), np.float32), np.zeros(1, np.float32)])
    from models.gan import backend

    for row in PENALTIES.values():
        with tf.GradientTape() as tape:
            value = gradient_penalty(critic, tf.ones((3, 2, 2, 1)), row.of, backend)
        slope = tape.gradient(value, critic.trainable_variables[0].value)
        assert np.isfinite(float(value))
        assert np.isfinite(slope.numpy()).all()
