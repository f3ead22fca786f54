"""Grids of numbers: what is painted where."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from gui.paint import number_grid
from gui.paint.colours import colour_table
from gui.paint.number_grid import common_power, factor, paint_number_grid
from gui.words.numbers import number

GAP = 0xFF123456
COLOURS = colour_table("blue-orange", False, GAP)


@pytest.fixture(autouse=True)
def application(qtbot: QtBot) -> None:
    """Fonts need one."""


def painted(values: np.ndarray, side: int = 40, **options: object) -> np.ndarray:
    """The picture (H, W) of a grid with cells of so many pixels, as ARGB."""
    height, width = values.shape
    image = QImage(width * side, height * side, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    with QPainter(image) as painter:
        rect = QRectF(0, 0, width * side, height * side)
        paint_number_grid(painter, rect, values, 1.0, COLOURS, **options)  # type: ignore[arg-type]
    pixels = np.frombuffer(image.constBits(), np.uint32)
    return pixels.reshape(image.height(), image.bytesPerLine() // 4).copy()


def corners(picture: np.ndarray, side: int = 40) -> np.ndarray:
    """A pixel of each cell where there is no number."""
    return picture[2::side, 2::side]


def has_number(picture: np.ndarray, row: int, column: int, side: int = 40) -> bool:
    cell = picture[row * side + 4 : (row + 1) * side - 4, column * side + 1 : (column + 1) * side - 1]
    return len(np.unique(cell)) > 1


def test_each_cell_has_its_colour_and_its_number() -> None:
    values = np.array([[-1.0, 0.0, 1.0], [0.5, 2.0, -0.25]], np.float32)
    picture = painted(values)
    expected = COLOURS[[[0, 127, 254], [191, 254, 95]]]
    np.testing.assert_array_equal(corners(picture), expected)
    assert all(has_number(picture, row, column) for row in range(2) for column in range(3))


def test_cells_that_are_too_small_have_no_numbers() -> None:
    picture = painted(np.full((2, 2), 0.5, np.float32), side=10)
    assert len(np.unique(picture)) == 1


def test_padding_is_hatched_and_has_no_number() -> None:
    padding = np.array([[True, False]])
    picture = painted(np.zeros((1, 2), np.float32), padding=padding)
    assert GAP in picture[:, :40]
    assert GAP not in picture[:, 40:]
    assert len(np.unique(picture[:, :40])) > 1  # the hatch
    black = 0xFF000000
    assert black not in picture[:, :40]
    assert black in picture[:, 40:]


def test_the_marked_cell_alone_has_a_frame() -> None:
    plain = painted(np.zeros((2, 2), np.float32))
    marked = painted(np.zeros((2, 2), np.float32), marked=(1, 0))
    differs = plain != marked
    assert differs[42:80, 0:38].any()
    assert not differs[:38].any()
    assert not differs[:, 44:].any()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
def test_what_is_no_number_is_painted_too(value: float) -> None:
    picture = painted(np.full((2, 2), value, np.float32), side=60)
    expected = {np.inf: 254, -np.inf: 0, 3e38: 254}.get(value, 127)
    assert (corners(picture, 60) == COLOURS[expected]).all()


def test_a_silent_grid_is_neutral() -> None:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        paint_number_grid(painter, QRectF(0, 0, 40, 40), np.zeros((1, 1), np.float32), 0.0, COLOURS)
    assert image.pixel(1, 1) == int(COLOURS[127])


def test_the_painter_keeps_its_font_and_pen() -> None:
    image = QImage(80, 80, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        font = QFont(painter.font())
        font.setPointSize(23)
        painter.setFont(font)
        painter.setPen(QColor("green"))
        grid = np.ones((2, 2), np.float32)
        paint_number_grid(painter, QRectF(0, 0, 80, 80), grid, 1.0, COLOURS, marked=(0, 0))
        assert painter.font().pointSize() == 23
        assert painter.pen().color() == QColor("green")


@pytest.mark.parametrize(
    ("largest", "power", "text"),
    [(0.5, 0, ""), (0.016, -2, "×10⁻²"), (0.0032, -3, "×10⁻³"), (4e-7, -7, "×10⁻⁷"), (0, 0, "")],
)
def test_tiny_values_have_a_power_of_ten_in_common(largest: float, power: int, text: str) -> None:
    values = np.array([[largest, -largest / 7, np.nan, np.inf]], np.float32)
    assert common_power(values) == power
    assert factor(power) == text


def test_the_largest_of_a_grid_has_two_digits_that_are_not_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        number_grid, "number", lambda value, decimals: told.append(number(value, decimals)) or ""
    )
    number_grid._picture.cache_clear()
    painted(np.array([[0.0158, -0.0041]]))
    assert told == ["0.016", "−0.004"]
    told.clear()
    painted(np.array([[0.00158, -0.00041]]), power=-3)
    assert told == ["1.58", "−0.41"]
    number_grid._picture.cache_clear()


def test_numbers_are_written_with_a_true_minus_and_by_their_names() -> None:
    assert [number(value, 2) for value in (-0.234, -0.001, np.nan, np.inf, -np.inf)] == [
        "−0.23",
        "0.00",
        "NaN",
        "∞",
        "−∞",
    ]
