"""Each step on the way from ink to picture can be left out, and the picture is still well defined."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from example_digits import ALL_CHOICES, CENTRES, NO_STEP, assert_is_picture, brush_stroke
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from core.data.datasets import load_mnist
from core.ink.preprocess import BOX, CENTRE, SIZE, Box, Placement, Steps, crop, placement, stages, to_mnist

any_steps = st.sampled_from(ALL_CHOICES)
any_ink = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=40))
some_ink = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=40)).filter(np.any)


def centre_of(picture: np.ndarray) -> tuple[float, float]:
    """Of mass: down and right, from the picture's edge."""
    mass = picture.astype(float)
    rows, columns = mass.sum(1), mass.sum(0)
    return float(rows @ CENTRES / rows.sum()), float(columns @ CENTRES / columns.sum())


def before_there_were_steps(ink: np.ndarray) -> np.ndarray:
    """`to_mnist` as it was when all steps were always taken."""
    cropped = crop(ink)
    scale = BOX / max(cropped.shape)
    mass = cropped.astype(np.float32) / 255

    def resampling(profile: np.ndarray) -> np.ndarray:
        n = len(profile)
        centre = float(profile @ ((np.arange(n) + 0.5) * scale)) / float(profile.sum())
        start = float(min(max(14.5 - centre, 1.0), SIZE - 1 - n * scale))
        distance = np.clip(start + np.arange(n + 1) * scale - (np.arange(SIZE)[:, None] + 0.5), -1, 1)
        weights: np.ndarray = np.diff(distance - distance * np.abs(distance) / 2, axis=1).astype(np.float32)
        return weights

    picture: np.ndarray = np.clip(resampling(mass.sum(1)) @ mass @ resampling(mass.sum(0)).T, 0, 1)
    return picture


def test_with_all_steps_pictures_are_the_same_to_the_bit_as_before_there_were_steps() -> None:
    digits = load_mnist("test").images[:200]
    enlarged = [np.asarray(Image.fromarray(digit).resize((280, 280))) for digit in digits]
    for ink in (*digits, *enlarged, *(brush_stroke(seed) for seed in range(50))):
        assert np.array_equal(to_mnist(ink), before_there_were_steps(ink))


@settings(deadline=None)
@given(any_ink, any_steps)
def test_any_ink_becomes_a_picture_whichever_steps_are_left_out(ink: np.ndarray, steps: Steps) -> None:
    assert_is_picture(to_mnist(ink, steps))


@pytest.mark.parametrize("steps", ALL_CHOICES, ids=str)
@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (400, 280)])
def test_extreme_sheets_become_pictures_too(shape: tuple[int, int], steps: Steps) -> None:
    assert_is_picture(to_mnist(np.full(shape, 255, np.uint8), steps))


@settings(deadline=None)
@given(some_ink, any_steps)
def test_the_placement_says_where_each_pixel_comes_to_lie(ink: np.ndarray, steps: Steps) -> None:
    where = placement(ink, steps)
    assert where is not None
    expected = np.zeros((SIZE, SIZE))
    for target in np.ndindex(SIZE, SIZE):  # one source pixel for each of the picture's, found through it
        row = (target[0] + 0.5 - where.top) / where.scale
        column = (target[1] + 0.5 - where.left) / where.scale
        if any(abs(place - round(place)) < 1e-5 for place in (row, column)):
            expected[target] = np.nan  # the middle lies on a border: either side is right
        elif 0 <= row < ink.shape[0] and 0 <= column < ink.shape[1]:
            expected[target] = ink[int(row), int(column)] / 255
    picked = to_mnist(ink, Steps(steps.crop, steps.scale, steps.centre, antialias=False))
    known = np.isfinite(expected)
    assert np.allclose(picked[known], expected[known], atol=1e-6)


@pytest.mark.parametrize("steps", [steps for steps in ALL_CHOICES if steps.antialias], ids=str)
def test_antialiasing_keeps_mass_and_place(steps: Steps) -> None:
    ink = brush_stroke()
    where, picture = placement(ink, steps), to_mnist(ink, steps)
    assert where is not None
    mass = ink / 255.0
    assert picture.sum() == pytest.approx(mass.sum() * where.scale**2, rel=1e-3)
    row, column = (
        start + where.scale * float(mass.sum(axis) @ (np.arange(280) + 0.5)) / mass.sum()
        for start, axis in ((where.top, 1), (where.left, 0))
    )
    assert centre_of(picture) == pytest.approx((row, column), abs=0.01)


def test_with_no_step_at_all_the_sheet_is_reduced_as_it_is() -> None:
    ink = brush_stroke()
    near_zero: Any = pytest.approx(0, abs=1e-9)
    assert placement(ink, NO_STEP) == Placement(0.1, near_zero, near_zero)
    assert np.array_equal(to_mnist(ink, NO_STEP), ink[5::10, 5::10].astype(np.float32) / 255)


def test_with_antialiasing_alone_the_sheet_is_what_an_image_library_makes_of_it() -> None:
    ink = brush_stroke()
    reduced = np.asarray(Image.fromarray(ink).resize((SIZE, SIZE), Image.Resampling.BILINEAR)) / 255
    # Pillow samples the triangle at pixels' middles where here it is integrated, and rounds to 8 bits.
    assert np.abs(to_mnist(ink, Steps(False, False, False)) - reduced).max() < 0.02


def test_without_antialiasing_no_gray_comes_in_that_was_not_in_the_ink() -> None:
    ink = np.where(brush_stroke() > 127, 255, 0).astype(np.uint8)
    for steps in ALL_CHOICES:
        grays = set(np.unique(to_mnist(ink, steps)))
        assert (grays <= {0.0, 1.0}) != steps.antialias


@pytest.mark.parametrize("cropped", [True, False])
@pytest.mark.parametrize("centre", [True, False])
def test_without_scaling_ink_of_half_the_size_stays_so(cropped: bool, centre: bool) -> None:
    sheet = np.zeros((280, 280), np.uint8)
    sheet[40:180, 60:200] = 255  # 140 of the sheet's 280 pixels: 14 of the picture's 28
    picture = to_mnist(sheet, Steps(cropped, scale=False, centre=centre))
    assert (picture.sum(0).max(), picture.sum(1).max()) == pytest.approx((14, 14), abs=0.01)
    assert to_mnist(sheet).sum(0).max() == pytest.approx(20, abs=0.01)


def test_without_cropping_the_whole_sheet_is_scaled_into_20_pixels() -> None:
    sheet = np.zeros((280, 280), np.uint8)
    sheet[40:180, 60:200] = 255
    where = placement(sheet, Steps(crop=False, centre=False))
    assert where is not None
    assert (where.scale, where.top, where.left) == pytest.approx((BOX / 280, 4, 4))
    assert to_mnist(sheet, Steps(crop=False)).sum(0).max() == pytest.approx(10, abs=0.01)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 5), st.integers(-4, 4), st.integers(-4, 4), any_steps)
def test_cropping_and_centring_undo_a_shift_and_without_both_it_stays(
    seed: int, down: int, right: int, steps: Steps
) -> None:
    ink = brush_stroke(seed, 140)
    moved = np.roll(ink, (5 * down, 5 * right), (0, 1))
    picture, other = to_mnist(ink, steps), to_mnist(moved, steps)
    if steps.crop or steps.centre:
        # Without antialiasing, ink at the border between two pixels may be picked or not.
        assert np.abs(other - picture).max() < 1e-4 or not steps.antialias
    elif not steps.scale:
        assert np.allclose(other, np.roll(picture, (down, right), (0, 1)), atol=1e-5)


def test_uncentred_digits_have_the_middle_of_their_rectangle_in_the_pictures_middle() -> None:
    ink = np.zeros((100, 100), np.uint8)
    ink[:50, :40] = 255
    ink[49, :50] = 255  # a broad L: its mass lies at the left
    picture = to_mnist(ink, Steps(centre=False))
    assert list(np.flatnonzero(picture.any(0))[[0, -1]]) == [3, 24]  # 20 pixels, and what antialiasing adds
    assert centre_of(picture)[1] < 13
    assert centre_of(to_mnist(ink))[1] == pytest.approx(CENTRE, abs=0.01)


def test_ink_that_the_picture_cannot_hold_lies_in_its_middle() -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[:, :140] = 255
    ink[0, -1] = 255  # without scaling: 28 by 28 pixels
    where = placement(ink, Steps(scale=False))
    near_zero: Any = pytest.approx(0, abs=1e-9)
    assert where == Placement(0.1, near_zero, near_zero)


def test_the_stages_tell_what_was_cropped_and_where_it_went() -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[40:180, 60:100] = 255
    ink[170:180, 60:160] = 255
    for steps in ALL_CHOICES:
        shown = stages(ink, steps)
        assert shown is not None
        assert shown.ink == Box(40, 60, 180, 160)
        assert shown.digit == (shown.ink if steps.crop else Box(0, 0, 280, 280))
        assert shown.placed == placement(ink, steps)
        assert (shown.scaled == shown.placed) or steps.centre
        assert np.array_equal(shown.picture, to_mnist(ink, steps))
        columns = (ink / 255.0).sum(0)
        assert shown.centre[1] == pytest.approx(columns @ (np.arange(280) + 0.5) / columns.sum())
    centred = stages(ink)
    assert centred is not None
    assert centred.placed.left + centred.centre[1] * centred.placed.scale == pytest.approx(CENTRE)


def test_bare_paper_has_no_stages() -> None:
    assert stages(np.zeros((280, 280), np.uint8)) is None
