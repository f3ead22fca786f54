"""A small map as a grid of coloured cells with their numbers: windows, kernels, products."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from core.finite import largest_finite
from gui.paint.colours import is_bright
from gui.paint.images import GAP, colour_indices, image_from_indices
from gui.paint.printing import is_printing
from gui.words.numbers import number, power_of_ten

_SMALLEST_TEXT = 7  # pixels: nobody reads smaller numbers
_LARGEST_TEXT = 14
_SMALL = 0.1  # grids with nothing larger are shown as multiples of a power of ten
_MOST_DECIMALS = 9
_HATCH = QColor(128, 128, 128)  # can be seen on the gaps of light and of dark windows


def paint_number_grid(
    painter: QPainter,
    rect: QRectF,
    values: np.ndarray,
    limit: float,
    colours: np.ndarray,
    *,
    padding: np.ndarray | None = None,
    marked: tuple[int, int] | None = None,
    decimals: int = 2,
    power: int = 0,
) -> None:
    """Paint values (H, W) as cells that fill `rect`, with numbers where they can be read.

    Args:
        painter: keeps its pen, brush and font.
        rect: the rectangle of the grid.
        values: NaN gets the colour of zero, an infinite one that of its end.
        limit: the value that gets the strongest colour.
        colours: 256 colours uint32, as `gui.paint.images` uses them.
        padding: (H, W) bool, the cells beyond the border of a map: hatched, without a number.
        marked: the row and column of the cell that gets a frame.
        decimals: of the numbers; more where the largest would have less than two digits that are not zero,
            fewer where they do not fit, and no numbers where not even one decimal fits.
        power: numbers are shown as multiples of 10 to this power, see `common_power`; the caller paints
            `factor(power)` beside the grid.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    with np.errstate(over="ignore"):  # what overflows has the colour of its end, too
        indices = colour_indices(values, limit)
    painter.drawImage(rect, image_from_indices(indices, colours))
    shown = np.ones(values.shape, bool)
    if padding is not None and padding.any():
        shown = ~padding
        for row, column in np.argwhere(padding).tolist():
            paint_hatch(painter, cell_rect(rect, values.shape, row, column), colours)
    numbers = values if power == 0 else values.astype(np.float64) * 10.0**-power
    _paint_numbers(painter, rect, numbers, colours[indices], shown, decimals)
    if marked is not None:
        _paint_frame(painter, cell_rect(rect, values.shape, *marked))
    painter.restore()


def paint_kernel(
    painter: QPainter,
    rect: QRectF,
    weights: np.ndarray,
    limit: float,
    colours: np.ndarray,
    decimals: int = 2,
    power: int = 0,
) -> None:
    """Paint as `paint_number_grid` does, from a cache: weights stay the same while one draws."""
    if is_printing():
        paint_number_grid(painter, rect, weights, limit, colours, decimals=decimals, power=power)
        return
    ratio = painter.device().devicePixelRatio()
    key = np.ascontiguousarray(weights, np.float32).tobytes(), weights.shape, colours.tobytes()
    size = round(rect.width()), round(rect.height())
    family = painter.font().family()
    painter.drawImage(rect.topLeft(), _kernel_picture(*key, size, limit, decimals, power, family, ratio))


@lru_cache(maxsize=128)
def _kernel_picture(
    weights: bytes,
    shape: tuple[int, ...],
    colours: bytes,
    size: tuple[int, int],
    limit: float,
    decimals: int,
    power: int,
    family: str,
    ratio: float,
) -> QImage:
    picture = _blank(size, ratio)
    values = np.frombuffer(weights, np.float32).reshape(shape)
    table = np.frombuffer(colours, np.uint32)
    with QPainter(picture) as painter:
        painter.setFont(QFont(family))
        paint_number_grid(painter, QRectF(0, 0, *size), values, limit, table, decimals=decimals, power=power)
    return picture


def _blank(size: tuple[int, int], ratio: float) -> QImage:
    picture = QImage(
        math.ceil(size[0] * ratio), math.ceil(size[1] * ratio), QImage.Format.Format_ARGB32_Premultiplied
    )
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def common_power(values: np.ndarray) -> int:
    """Return the power of ten that leaves the largest of tiny values one digit before the point; else 0."""
    largest = largest_finite(values)
    return math.floor(math.log10(largest)) if 0 < largest < _SMALL else 0


def factor(power: int) -> str:
    """Return the factor of a grid's numbers as text, `×10⁻³`; empty for 0."""
    return f"×{power_of_ten(power)}" if power else ""


def cell_rect(rect: QRectF, shape: tuple[int, ...], row: int, column: int) -> QRectF:
    """Return the rectangle of one cell of a grid (H, W) that fills `rect`."""
    across, down = rect.width() / shape[1], rect.height() / shape[0]
    return QRectF(rect.left() + column * across, rect.top() + row * down, across, down)


def cell_at(rect: QRectF, shape: tuple[int, ...], point: QPointF) -> tuple[int, int] | None:
    """Return the row and column of the cell at a point; None beside the grid."""
    if not rect.contains(point):
        return None
    row = int((point.y() - rect.top()) / rect.height() * shape[0])
    column = int((point.x() - rect.left()) / rect.width() * shape[1])
    return min(row, shape[0] - 1), min(column, shape[1] - 1)


def paint_hatch(
    painter: QPainter, rect: QRectF, colours: np.ndarray, pattern: Qt.BrushStyle = Qt.BrushStyle.BDiagPattern
) -> None:
    """Hatch a rectangle, in gray on the colour of gaps."""
    painter.fillRect(rect, QColor.fromRgb(int(colours[GAP])))
    painter.fillRect(rect, QBrush(_HATCH, pattern))


def _paint_frame(painter: QPainter, cell: QRectF) -> None:
    """A frame in two colours: one of them stands out on every cell."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((Qt.GlobalColor.black, 4), (Qt.GlobalColor.white, 2)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawRect(cell.adjusted(1.5, 1.5, -1.5, -1.5))


def _paint_numbers(
    painter: QPainter,
    rect: QRectF,
    values: np.ndarray,
    cell_colours: np.ndarray,
    shown: np.ndarray,
    decimals: int,
) -> None:
    height, width = values.shape
    across, down = rect.width() / width, rect.height() / height
    largest = largest_finite(values)
    most = decimals
    if largest:  # it may need more for two digits that are not zero
        most = max(decimals, min(1 - math.floor(math.log10(largest)), _MOST_DECIMALS))
    family = painter.font().family()
    size, decimals = _text_size(family, across, down, len(str(int(largest))), most, min(decimals, 1))
    if size == 0:
        return
    room = int(across), size + 4  # no higher than the text: what is transparent costs time too
    ratio = painter.device().devicePixelRatio()
    columns = [round(rect.left() + column * across) for column in range(width)]
    rows = [round(rect.top() + (row + 0.5) * down - room[1] / 2) for row in range(height)]
    numbers, behind = values.round(decimals).tolist(), cell_colours.tolist()
    is_text = is_printing()
    for row, column in np.argwhere(shown).tolist():
        value, is_on_bright = numbers[row][column], is_bright(behind[row][column])
        if value != value:
            value = math.nan  # each NaN is another one; the cache finds only the same
        if is_text:
            at = QRectF(columns[column], rows[row], *room)
            _paint_number(painter, at, value, decimals, is_on_bright, family, size)
        else:
            picture = _picture(value, decimals, is_on_bright, family, size, room, ratio)
            painter.drawImage(columns[column], rows[row], picture)


@lru_cache(maxsize=256)
def _text_size(
    family: str, across: float, down: float, whole_digits: int, most: int, fewest: int
) -> tuple[int, int]:
    """Return the height in pixels of the largest text that fits a cell, 0 for none, and its decimals."""
    font = QFont(family)
    font.setPixelSize(100)
    metrics = QFontMetricsF(font)
    for decimals in range(most, fewest - 1, -1):
        widest = "−" + "0" * whole_digits + ("." + "0" * decimals if decimals else "")
        fitting = (across - 1) * 100 / metrics.horizontalAdvance(widest)
        size = int(min(fitting, down * 0.75, _LARGEST_TEXT))
        if size >= _SMALLEST_TEXT:
            return size, decimals
    return 0, 0


@lru_cache(maxsize=2048)  # drawing a picture takes a fifth of the time that drawing its text does; 10 MB
def _picture(
    value: float,
    decimals: int,
    is_on_bright: bool,
    family: str,
    size: int,
    room: tuple[int, int],
    ratio: float,
) -> QImage:
    """Return a picture of a number in the middle of `room`, (width, height) in pixels, without a ground."""
    picture = _blank(room, ratio)
    with QPainter(picture) as painter:
        _paint_number(painter, QRectF(0, 0, *room), value, decimals, is_on_bright, family, size)
    return picture


def _paint_number(
    painter: QPainter, rect: QRectF, value: float, decimals: int, is_on_bright: bool, family: str, size: int
) -> None:
    font = QFont(family)
    font.setPixelSize(size)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.black if is_on_bright else Qt.GlobalColor.white)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, number(value, decimals))
