from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.paint.colours import COLOUR_MAPS, colour_table, is_bright
from gui.paint.images import (
    GAP,
    ZERO,
    colour_indices,
    gray_from_image,
    image_from_gray,
    image_from_indices,
    ramp,
    tile,
)


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (28, 27), (280, 280)])
def test_gray_goes_to_an_image_and_back(shape: tuple[int, int]) -> None:
    gray = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    np.testing.assert_array_equal(gray_from_image(image_from_gray(gray)), gray)


def test_an_image_lives_on_when_its_array_is_gone() -> None:
    image = image_from_gray(np.full((50, 50), 7, np.uint8))
    np.testing.assert_array_equal(gray_from_image(image), np.full((50, 50), 7))


def test_zero_is_neutral_and_the_limit_gets_the_strongest_colour() -> None:
    indices = colour_indices(np.array([-9.0, -2.0, -1.0, 0.0, 1.0, 2.0, 9.0]), 2.0)
    assert indices.tolist() == [0, 0, 64, ZERO, 191, 254, 254]


def test_a_silent_layer_and_values_that_are_no_numbers_are_neutral() -> None:
    assert (colour_indices(np.zeros(5), 0.0) == ZERO).all()
    assert (colour_indices(np.array([-3.0, 0.0, 3.0]), 0.0) == ZERO).all()
    assert colour_indices(np.array([np.nan, np.inf, -np.inf]), 1.0).tolist() == [ZERO, 254, 0]


@settings(deadline=None)
@given(
    count=st.integers(1, 20),
    height=st.integers(1, 6),
    width=st.integers(1, 6),
    columns=st.integers(1, 20),
    gap=st.integers(0, 1),
)
def test_every_map_stands_at_its_place_in_the_tiled_picture(
    count: int, height: int, width: int, columns: int, gap: int
) -> None:
    maps = np.random.default_rng(0).integers(0, 255, (count, height, width), np.uint8)
    picture = tile(maps, columns, gap, GAP)
    for channel in range(count):
        row, column = divmod(channel, columns)
        top, left = row * (height + gap), column * (width + gap)
        np.testing.assert_array_equal(picture[top : top + height, left : left + width], maps[channel])
    rows = -(-count // columns)
    assert picture.shape == (rows * (height + gap) - gap, columns * (width + gap) - gap)
    assert (picture == GAP).sum() == picture.size - maps.size


@pytest.mark.parametrize("name", COLOUR_MAPS)
@pytest.mark.parametrize("dark", [False, True])
def test_colour_maps_have_a_neutral_middle_and_get_stronger_towards_both_ends(name: str, dark: bool) -> None:
    table = colour_table(name, dark, gap=0xFF123456).tolist()
    assert len(table) == 256 and table[GAP] == 0xFF123456
    red, green, blue = (table[ZERO] >> shift & 255 for shift in (16, 8, 0))
    assert max(red, green, blue) - min(red, green, blue) <= 6
    luma = [0.299 * (c >> 16 & 255) + 0.587 * (c >> 8 & 255) + 0.114 * (c & 255) for c in table[:GAP]]
    for half in (luma[: ZERO + 1], luma[ZERO:]):
        steps = np.diff(half)
        assert (steps >= -1).all() or (steps <= 1).all()


def test_numbers_are_black_on_bright_cells_and_white_on_dark_ones() -> None:
    assert is_bright(0xFFFFFFFF) and not is_bright(0xFF000000)


def test_indices_become_their_colours() -> None:
    image = image_from_indices(np.array([[0, 255]], np.uint8), ramp(0xFF000000, 0xFFFFFFFF))
    assert [image.pixelColor(x, 0).lightness() for x in (0, 1)] == [0, 255]
