"""The arithmetic at one position of a sliding window: window × kernel = products, and their sum."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.explaining.cells import CellExplanation
from gui.paint.number_grid import common_power, factor, paint_number_grid
from gui.paint.text import small_font
from gui.tabs.inspect.arithmetic.decimals import exact, relation, rounded_sum
from gui.widgets.construct import named
from gui.words.tool_tips import wrapped

_SIGN = 14  # pixels for × and =
_LARGEST_CELL = 44
_WIDEST_SHAPE = 1.7  # how many times as wide as high cells may be, for numbers to have room
_DECIMALS = 3


class SlideArithmetic(QWidget):
    """The window's numbers, for a convolution those of the kernel and the products, and the result."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tip = self.tr(
            "What the window sees, times the kernel's weights, cell by cell. The products are added "
            "up, over all input channels, and the bias comes on top. A pooling keeps the largest "
            "number, or the mean."
        )
        named(self, "slide_arithmetic", wrapped(tip))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(115)  # numbers in five rows, and the sum
        self._maps = self._kernels = np.zeros(256, np.uint32)
        self._cell: CellExplanation | None = None
        self._text = ""
        self._channel, self._alone = 0, False
        self._limits = 1.0, 1.0

    def set_colours(self, maps: np.ndarray, kernels: np.ndarray) -> None:
        """Use these 256 colours for values, and those for weights."""
        self._maps, self._kernels = maps, kernels
        self.update()

    def set_cell(self, cell: CellExplanation, channel: int, alone: bool, limits: tuple[float, float]) -> None:
        """Show how a cell of a convolution or a pooling comes about.

        The numbers are those of an input channel; `alone` stops at its part. The limits are the values of
        strongest colour for window and kernel; products get that of their product.
        """
        self._cell, self._channel, self._alone, self._limits = cell, channel, alone, limits
        with np.errstate(invalid="ignore"):  # ∞ − ∞
            text = self._sum_of(cell)
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
        self.update()

    def text(self) -> str:
        """Return the result in words."""
        return self._text

    def _sum_of(self, cell: CellExplanation) -> str:
        if cell.is_switched_off:
            return self.tr("channel {channel} is switched off: 0").format(channel=cell.index[0])
        if cell.weights is None:
            text = self.tr("the mean of {count}: {value}")
            if cell.layer.takes_largest:
                text = self.tr("the largest of {count}: {value}")
            return text.format(count=cell.terms.size, value=_written(cell.value))
        sums = cell.sums
        part, value = _written(float(sums[self._channel])), _written(cell.value)
        if self._alone:
            text = self.tr("Σ {part}: what input channel {channel} adds")
            return text.format(part=part, channel=self._channel)
        bias = "" if cell.bias is None else self.tr(" + bias {bias}").format(bias=_written(cell.bias))
        total = float(sums.sum())
        shown = rounded_sum([total] if cell.bias is None else [total, cell.bias], _DECIMALS)
        sign = relation(shown, cell.value, _DECIMALS)
        if len(sums) == 1:
            text = self.tr("Σ {part}{bias} {sign} {value}")
        else:
            text = self.tr("Σ {part}; all {count} channels {total}{bias} {sign} {value}")
        return text.format(
            part=part, count=len(sums), total=_written(total), bias=bias, sign=sign, value=value
        )

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._cell is None:
            return
        with QPainter(self) as painter:
            line = painter.fontMetrics().height() + 4
            factors = QFontMetricsF(small_font(self.font())).height()  # they come and go
            room = QRectF(self.rect()).adjusted(0, 2, 0, -line - factors)
            if self._cell.weights is None:
                self._paint_pooling(painter, room, self._cell)
            else:
                self._paint_convolution(painter, room, self._cell)
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            below = QRectF(0, room.bottom() + factors, self.width(), line)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._text)

    def _paint_convolution(self, painter: QPainter, room: QRectF, cell: CellExplanation) -> None:
        assert cell.weights is not None
        channel, padding = self._channel, cell.is_padding
        first, second, third = _grids(room, cell.terms.shape[1:], 3)
        window, kernel = self._limits
        self._paint_grid(painter, first, cell.inputs[channel], window, self._maps, padding=padding)
        self._paint_sign(painter, first, "×")
        self._paint_grid(painter, second, cell.weights[channel], kernel, self._kernels)
        self._paint_sign(painter, second, "=")
        self._paint_grid(painter, third, cell.terms[channel], window * kernel, self._maps)

    def _paint_pooling(self, painter: QPainter, room: QRectF, cell: CellExplanation) -> None:
        (grid,) = _grids(room, cell.terms.shape, 1)
        marked = None
        if cell.layer.takes_largest:
            row, column = divmod(int(cell.terms.argmax()), cell.terms.shape[1])
            marked = row, column
        self._paint_grid(
            painter, grid, cell.terms, self._limits[0], self._maps, padding=cell.is_padding, marked=marked
        )

    def _paint_grid(
        self,
        painter: QPainter,
        rect: QRectF,
        values: np.ndarray,
        limit: float,
        colours: np.ndarray,
        padding: np.ndarray | None = None,
        marked: tuple[int, int] | None = None,
    ) -> None:
        """Paint a grid, and below it the power of ten that its numbers are multiples of."""
        power = common_power(values)
        paint_number_grid(painter, rect, values, limit, colours, padding=padding, marked=marked, power=power)
        if power:
            painter.setFont(small_font(self.font()))
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            below = QRectF(rect.left(), rect.bottom(), rect.width(), painter.fontMetrics().height())
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, factor(power))
            painter.setFont(self.font())

    def _paint_sign(self, painter: QPainter, grid: QRectF, sign: str) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(
            QRectF(grid.right(), grid.top(), _SIGN, grid.height()), Qt.AlignmentFlag.AlignCenter, sign
        )


def _grids(room: QRectF, shape: tuple[int, ...], count: int) -> list[QRectF]:
    """Return the rectangles of `count` grids of `shape` side by side, with square cells if they fit."""
    height, width = shape
    across = (room.width() - (count - 1) * _SIGN) / count / width
    down = math.floor(max(min(across, room.height() / height, _LARGEST_CELL), 1.0))
    across = math.floor(max(min(across, down * _WIDEST_SHAPE, _LARGEST_CELL), 1.0))
    whole = count * width * across + (count - 1) * _SIGN
    left = math.floor(room.center().x() - whole / 2)
    top = math.floor(room.center().y() - height * down / 2)
    return [
        QRectF(left + index * (width * across + _SIGN), top, width * across, height * down)
        for index in range(count)
    ]


def _written(value: float) -> str:
    return exact(value, _DECIMALS)
