"""Pictures of latents: as one array or as a stream, shrunk towards the middle or not."""

import numpy as np
import pytest

import models
from models import ModelsError, NetworkConfig, build_pair


@pytest.fixture(scope="module")
def generator():
    return build_pair(NetworkConfig("compact", size=16, latent=8, width=4), 1)[0]


def test_a_stream_is_the_same_pictures_a_batch_at_a_time(generator):
    z = models.latents(10, 8, 0)
    parts = list(models.drawn(generator, z, batch=4))
    assert [len(part) for part in parts] == [4, 4, 2]
    assert np.array_equal(np.concatenate(parts), models.draw(generator, z, batch=4))


def test_a_stream_draws_no_more_than_is_asked_for(generator, monkeypatch):
    asked = []
    real = generator.predict_on_batch
    monkeypatch.setattr(generator, "predict_on_batch", lambda z: asked.append(len(z)) or real(z))
    stream = models.drawn(generator, models.latents(100, 8, 0), batch=4)
    next(stream)
    assert asked == [4]


def test_truncation_shrinks_the_latents_and_one_changes_nothing(generator):
    z = models.latents(6, 8, 0)
    plain = models.draw(generator, z)
    assert np.array_equal(plain, models.draw(generator, z, truncation=1.0))
    half = models.draw(generator, z, truncation=0.5)
    assert np.array_equal(half, models.draw(generator, z * np.float32(0.5)))
    assert half.astype(float).std(axis=0).mean() < plain.astype(float).std(axis=0).mean()
    assert np.array_equal(
        models.sample(generator, count=6, seed=3, truncation=0.5),
        models.draw(generator, models.latents(6, 8, 3), truncation=0.5),
    )


@pytest.mark.parametrize("truncation", [0.0, -0.5, 1.01, float("nan")])
def test_a_truncation_out_of_range_is_said(generator, truncation):
    with pytest.raises(ModelsError, match="truncation"):
        models.drawn(generator, models.latents(2, 8, 0), truncation=truncation)
