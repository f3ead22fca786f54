"""The presets do to a picture what their names say, as PyTorch's convolution applies them."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from core.explaining.kernels import presets_for, statistics

ODD = [3, 5, 7]


def preset(name: str, size: int) -> np.ndarray:
    return presets_for(size, std=0.1, seed=0)[name]


def filtered(picture: np.ndarray, kernel: np.ndarray, *, padded: bool = False) -> np.ndarray:
    """By PyTorch; without padding only where the whole kernel lies on the picture."""
    x = torch.from_numpy(picture.astype(np.float32))[None, None]
    padding = len(kernel) // 2 if padded else 0
    return F.conv2d(x, torch.from_numpy(kernel)[None, None], padding=padding)[0, 0].numpy()


@pytest.fixture
def noise() -> np.ndarray:
    return np.random.default_rng(0).random((28, 28), np.float32)


def ramp(across: float, down: float) -> np.ndarray:
    rows, columns = np.mgrid[:28, :28]
    return across * columns + down * rows


@pytest.mark.parametrize("size", [1, *ODD])
def test_identity_gives_the_picture_back(size: int, noise: np.ndarray) -> None:
    assert np.array_equal(filtered(noise, preset("identity", size), padded=True), noise)


@pytest.mark.parametrize(
    ("name", "size"), [("blur", 2), *itertools.product(["blur", "gaussian"], range(3, 8))]
)
def test_blurs_keep_the_brightness_and_lessen_the_contrast(name: str, size: int, noise: np.ndarray) -> None:
    blurred = filtered(noise, preset(name, size))
    np.testing.assert_allclose(filtered(np.full((28, 28), 0.7), preset(name, size)), 0.7, rtol=1e-5)
    assert blurred.std() < 0.7 * noise.std()


@pytest.mark.parametrize("size", range(3, 8))
def test_gaussian_is_symmetric_with_the_variance_it_tells(size: int) -> None:
    kernel = preset("gaussian", size).astype(float)
    place = np.arange(size) - (size - 1) / 2
    assert np.array_equal(kernel, kernel.T)
    assert np.array_equal(kernel, kernel[::-1])
    assert (kernel.sum(0) * place**2).sum() == pytest.approx((size - 1) / 4)


@pytest.mark.parametrize("size", ODD)
def test_sobel_measures_a_ramps_slope_in_its_own_direction_only(size: int) -> None:
    # Sobel's weights sum to 4 on either side, two pixels apart: eight times the slope.
    for name, across, down in [("sobel_vertical", 0.5, 0.25), ("sobel_horizontal", 0.25, 0.5)]:
        np.testing.assert_allclose(filtered(ramp(across, down), preset(name, size)), 8 * 0.5, rtol=1e-5)
        np.testing.assert_allclose(filtered(-ramp(across, down), preset(name, size)), -8 * 0.5, rtol=1e-5)


def test_sobel_vertical_answers_to_a_vertical_edge() -> None:
    picture = np.zeros((28, 28))
    picture[:, 14:] = 1
    assert filtered(picture, preset("sobel_vertical", 3)).max() == 4
    assert not filtered(picture, preset("sobel_horizontal", 3)).any()
    assert np.array_equal(preset("sobel_vertical", 3), preset("sobel_horizontal", 3).T)


@pytest.mark.parametrize("size", ODD)
def test_edge_sees_nothing_on_paper_or_a_ramp_but_a_dot(size: int) -> None:
    np.testing.assert_allclose(filtered(ramp(0.5, 0.25), preset("edge", size)), 0, atol=1e-4)
    dot = np.zeros((28, 28))
    dot[14, 14] = 1
    answer = filtered(dot, preset("edge", size), padded=True)
    assert (answer[14, 14], answer[13, 14], answer[13, 13]) == (4, -1, 0)


@pytest.mark.parametrize("size", ODD)
def test_sharpen_is_the_picture_plus_its_edges(size: int, noise: np.ndarray) -> None:
    edges = filtered(noise, preset("edge", size), padded=True)
    sharpened = filtered(noise, preset("sharpen", size), padded=True)
    np.testing.assert_allclose(sharpened, noise + edges, atol=1e-5)


@pytest.mark.parametrize("name", ["identity", "edge", "sobel_horizontal", "sobel_vertical", "sharpen"])
def test_a_larger_kernel_gives_what_three_by_three_gives(name: str, noise: np.ndarray) -> None:
    small = filtered(noise, preset(name, 3), padded=True)
    np.testing.assert_allclose(filtered(noise, preset(name, 5), padded=True), small, atol=1e-5)


def test_zero_gives_nothing(noise: np.ndarray) -> None:
    assert not filtered(noise, preset("zero", 5)).any()


def test_random_numbers_have_the_deviation_asked_for_and_follow_their_seed() -> None:
    kernel = presets_for(101, std=0.2, seed=7)["random"]
    assert kernel.std() == pytest.approx(0.2, rel=0.05)
    assert kernel.mean() == pytest.approx(0, abs=0.02)
    assert np.array_equal(kernel, presets_for(101, std=0.2, seed=7)["random"])
    assert not np.array_equal(kernel, presets_for(101, std=0.2, seed=8)["random"])


@pytest.mark.parametrize("size", range(1, 8))
def test_a_size_offers_what_makes_sense_for_it(size: int) -> None:
    offered = presets_for(size, std=0.1, seed=0)
    assert {"zero", "random"} <= set(offered)
    assert ("identity" in offered) == (size % 2 == 1)
    assert ({"edge", "sobel_horizontal", "sobel_vertical", "sharpen"} <= set(offered)) == (size in ODD)
    assert ("blur" in offered) == (size >= 2)
    assert ("gaussian" in offered) == (size >= 3)
    for kernel in offered.values():
        assert kernel.shape == (size, size) and kernel.dtype == np.float32
    assert len({kernel.tobytes() for kernel in offered.values()}) == len(offered)  # no two are the same


def test_presets_may_be_written_on() -> None:
    preset("edge", 3)[1, 1] = 99
    assert preset("edge", 3)[1, 1] == 4


def test_a_size_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        presets_for(0, std=0.1, seed=0)


def test_statistics_are_those_of_the_weights() -> None:
    figures = statistics(np.array([[1, -2], [3, 6]], np.float32))
    assert (figures.minimum, figures.maximum, figures.mean, figures.total) == (-2, 6, 2, 8)
    assert figures.std == pytest.approx(math.sqrt((1 + 16 + 1 + 16) / 4))
    assert figures.norm == pytest.approx(math.sqrt(50))


def test_the_norm_is_the_strongest_answer_to_a_patch_of_norm_one(noise: np.ndarray) -> None:
    kernel = preset("sobel_vertical", 5)
    norm = statistics(kernel).norm
    assert filtered(kernel / norm, kernel)[0, 0] == pytest.approx(norm)
    patch = noise[:5, :5] / np.linalg.norm(noise[:5, :5])
    assert abs(filtered(patch, kernel)[0, 0]) < norm


def test_a_kernel_without_weights_has_no_statistics() -> None:
    with pytest.raises(ValueError, match="zero-size"):
        statistics(np.zeros((0, 3), np.float32))
