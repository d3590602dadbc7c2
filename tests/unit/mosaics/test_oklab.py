import numpy as np
import pytest

from mosaics.oklab import LINEAR_OF_BYTE, mean_oklab, to_linear, to_oklab, to_srgb


def test_known_colours():
    got = to_oklab(np.array([[1, 1, 1], [0, 0, 0], [1, 0, 0], [0, 0, 1]]))
    want = [[1, 0, 0], [0, 0, 0], [0.627955, 0.224863, 0.125846], [0.452014, -0.032457, -0.311528]]
    assert np.allclose(got, want, atol=1e-5)


def test_curve_goes_both_ways():
    values = np.linspace(0, 1, 1001)
    assert np.allclose(to_srgb(to_linear(values)), values, atol=1e-6)
    assert LINEAR_OF_BYTE[0] == 0
    assert LINEAR_OF_BYTE[255] == 1


def test_mean_over_pixels():
    images = np.random.default_rng(0).integers(0, 256, (3, 4, 5, 3)).astype(np.uint8)
    assert np.allclose(mean_oklab(images), to_oklab(images / 255).mean(axis=(1, 2)), atol=1e-5)


@pytest.mark.parametrize("period", [2, 3, 4, 16])
def test_mean_of_large_pictures_is_not_led_astray_by_stripes(period):
    stripes = np.zeros((2, 200, 256, 3), np.uint8)
    stripes[0, :, ::period] = 255
    stripes[1, ::period] = 255
    whole = to_oklab(stripes / 255).mean(axis=(1, 2))
    assert np.abs(mean_oklab(stripes) - whole).max() < 0.02
