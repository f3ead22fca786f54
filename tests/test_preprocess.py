"""Ink becomes the picture that MNIST's digits are, wherever and however large it was drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from example_digits import CENTRES, assert_is_picture, line
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from core.data.datasets import load_mnist
from core.ink.preprocess import BOX, crop, placement, to_mnist

any_ink = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=50))
some_ink = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=50)).filter(np.any)


@settings(deadline=None)
@given(any_ink)
def test_any_ink_becomes_a_28_by_28_picture_between_0_and_1(ink: np.ndarray) -> None:
    assert_is_picture(to_mnist(ink))


@pytest.mark.parametrize("shape", [(0, 0), (0, 9), (9, 0), (1, 1), (1, 5000), (5000, 1), (1500, 2000)])
@pytest.mark.parametrize("level", [0, 1, 255])
def test_extreme_sheets_become_pictures(shape: tuple[int, int], level: int) -> None:
    assert_is_picture(to_mnist(np.full(shape, level, np.uint8)))


@pytest.mark.parametrize(
    "arrange",
    [np.asfortranarray, lambda ink: np.repeat(ink, 2, axis=1)[:, ::2], lambda ink: ink[::-1].copy()[::-1]],
)
def test_the_order_of_the_inks_memory_does_not_matter(
    arrange: Callable[[np.ndarray], np.ndarray],
) -> None:
    ink = load_mnist("test").images[0]
    assert np.abs(to_mnist(arrange(ink)) - to_mnist(ink)).max() <= 1e-6


def test_ink_is_left_as_it_was() -> None:
    ink = load_mnist("test").images[0].copy()
    before = ink.copy()
    to_mnist(ink)
    assert np.array_equal(ink, before)


@settings(deadline=None)
@given(some_ink, st.tuples(*[st.integers(0, 60)] * 4))
def test_where_ink_lies_on_the_sheet_does_not_matter(ink: np.ndarray, margins: tuple[int, ...]) -> None:
    top, bottom, left, right = margins
    moved = np.pad(ink, ((top, bottom), (left, right)))
    assert np.abs(to_mnist(moved) - to_mnist(ink)).max() <= 1e-4


@settings(deadline=None)
@given(some_ink, st.integers(2, 6))
def test_ink_enlarged_pixel_by_pixel_gives_the_same_picture(ink: np.ndarray, times: int) -> None:
    larger = np.kron(ink, np.ones((times, times), np.uint8))
    assert np.abs(to_mnist(larger) - to_mnist(ink)).max() <= 1e-4


def test_how_large_a_stroke_is_drawn_does_not_matter() -> None:
    # Antialiasing moves the borders of the crop by a fraction of the smaller drawing's pixel, which is
    # BOX / longer side of the picture's. In 750 random strokes on sheets of 140 and 280 pixels the largest
    # difference of a value was 0.78 of that (and 0.23 in all), the largest mean over a picture 0.05 of it.
    random = np.random.default_rng(0)
    for _ in range(100):
        points, width = random.uniform(0.2, 0.8, (random.integers(2, 7), 2)), random.uniform(0.06, 0.10)
        small, large = line(points, width, 140), line(points, width, 280)
        pixel = BOX / max(crop(small).shape)
        difference = np.abs(to_mnist(large) - to_mnist(small))
        assert difference.max() <= pixel
        assert difference.mean() <= 0.1 * pixel


@settings(deadline=None)
@given(some_ink)
def test_all_ink_stays_in_the_picture(ink: np.ndarray) -> None:
    scale = BOX / max(crop(ink).shape)
    mass = ink.sum(dtype=float) / 255 * scale**2
    assert to_mnist(ink).sum(dtype=float) == pytest.approx(mass, rel=1e-3)


@settings(deadline=None)
@given(some_ink)
def test_the_centre_of_mass_lies_in_the_middle_unless_ink_reaches_the_pictures_border(
    ink: np.ndarray,
) -> None:
    picture = to_mnist(ink).astype(float)
    for axis in (0, 1):
        profile = picture.sum(1 - axis)
        if profile[0] == 0 and profile[-1] == 0:  # else it may have been kept from leaving the picture
            assert profile @ CENTRES / profile.sum() == pytest.approx(CENTRES[14], abs=0.01)


def test_lopsided_ink_stops_at_the_pictures_border() -> None:
    ink = np.zeros((200, 200), np.uint8)
    ink[:, :100] = 255
    ink[100, 100:] = 1  # its centre of mass lies a quarter of the way in, but it is as wide as it is high
    picture = to_mnist(ink)
    assert picture[:, -1].any()
    assert picture.sum(0) @ CENTRES / picture.sum() < CENTRES[14]


@pytest.mark.parametrize("shape", [(300, 100), (100, 300), (200, 200)])
def test_the_longer_side_is_20_pixels(shape: tuple[int, int]) -> None:
    picture = to_mnist(np.full(shape, 255, np.uint8))
    sides = picture.sum(0).max(), picture.sum(1).max()
    longer = max(shape)
    assert sides == pytest.approx((BOX * shape[0] / longer, BOX * shape[1] / longer), abs=0.01)


@pytest.mark.parametrize("size", [(56, 56), (40, 40), (96, 40), (14, 28)])
def test_in_a_picture_of_another_size_the_digit_takes_the_same_share(size: tuple[int, int]) -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[40:190, 90:190] = 255
    picture = to_mnist(ink, size=size).astype(float)
    assert picture.shape == size
    assert picture.sum(0).max() == pytest.approx(min(size) * BOX / 28, rel=0.01)  # as tall as that
    for axis in (0, 1):
        profile = picture.sum(1 - axis)
        centre = profile @ (np.arange(size[axis]) + 0.5) / profile.sum()
        assert centre == pytest.approx(size[axis] * CENTRES[14] / 28, abs=0.02)


def test_without_ink_the_picture_is_all_zeros() -> None:
    assert not to_mnist(np.zeros((280, 280), np.uint8)).any()


@pytest.mark.parametrize(
    "ink",
    [
        np.zeros((28, 28), np.float32),
        np.zeros((28, 28), np.int64),
        np.zeros((28, 28), bool),
        np.zeros(784, np.uint8),
        np.zeros((1, 28, 28), np.uint8),
        np.zeros((), np.uint8),
    ],
)
def test_what_is_not_two_dimensional_uint8_is_refused(ink: np.ndarray) -> None:
    with pytest.raises(ValueError, match="two-dimensional uint8"):
        to_mnist(ink)


def test_an_mnist_digit_enlarged_10_times_gives_the_digits_own_picture() -> None:
    for digit in load_mnist("test").images[:100]:
        enlarged = np.kron(digit, np.ones((10, 10), np.uint8))
        assert np.abs(to_mnist(enlarged) - to_mnist(digit)).max() <= 1e-4


def test_an_mnist_digit_enlarged_10_times_is_nearly_the_digit_again() -> None:
    # MNIST's digits were placed in whole pixels: the picture may lie up to one pixel beside them, and
    # between two pixels it is softer. Measured on 2,000 test digits: centres up to 1.0 apart.
    for digit in load_mnist("test").images[:100]:
        enlarged = np.asarray(Image.fromarray(digit).resize((280, 280), Image.Resampling.BICUBIC))
        picture, original = to_mnist(enlarged), digit / 255
        assert picture.sum() == pytest.approx(original.sum(), rel=0.10)
        for axis in (0, 1):
            moved = (picture.sum(axis) / picture.sum() - original.sum(axis) / original.sum()) @ CENTRES
            assert abs(moved) <= 1.1


@pytest.mark.parametrize(
    ("marks", "expected"),
    [([], (0, 0)), ([(3, 4)], (1, 1)), ([(3, 4), (7, 2)], (5, 3)), ([(0, 0), (9, 11)], (10, 12))],
)
def test_the_crop_is_the_smallest_rectangle_that_holds_the_ink(
    marks: list[tuple[int, int]], expected: tuple[int, int]
) -> None:
    ink = np.zeros((10, 12), np.uint8)
    for mark in marks:
        ink[mark] = 1
    cropped = crop(ink)
    assert cropped.size == np.prod(expected)
    if marks:
        assert cropped.shape == expected
        assert cropped.sum() == ink.sum()


@settings(deadline=None)
@given(arrays(np.uint8, (60, 50), elements=st.sampled_from([0, 0, 0, 255])).filter(np.any))
def test_the_placement_says_where_ink_comes_to_lie(ink: np.ndarray) -> None:
    where = placement(ink)
    assert where is not None
    mass = ink / 255.0
    total = mass.sum()
    row = where.top + where.scale * float((mass.sum(1) * (np.arange(60) + 0.5)).sum() / total)
    column = where.left + where.scale * float((mass.sum(0) * (np.arange(50) + 0.5)).sum() / total)
    picture = to_mnist(ink)
    if picture.max() < 1:  # where nothing was cut off, the centre of mass is kept
        assert float((picture.sum(1) * CENTRES).sum() / picture.sum()) == pytest.approx(row, abs=0.02)
        assert float((picture.sum(0) * CENTRES).sum() / picture.sum()) == pytest.approx(column, abs=0.02)


def test_bare_paper_has_no_placement() -> None:
    assert placement(np.zeros((280, 280), np.uint8)) is None
