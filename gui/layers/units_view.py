"""A fully connected layer close up: a bar for each unit."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from gui.layers.close_up import CloseUp
from gui.layers.tiled_maps import Cell
from gui.paint.frames import paint_frame
from gui.paint.images import colour_indices
from gui.paint.theme import frame_colour
from gui.words.numbers import number

_MARGIN = 8
_NARROWEST_FRAME = 8  # screen pixels


class UnitsView(CloseUp):
    """Bars that go up for positive and down for negative values (N,), with numbers where they fit.

    A value at the limit of the range has the full height.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("units_view", self.tr("The selected layer's units"), parent)
        self._count = 1

    def set_count(self, count: int) -> None:
        """Show a layer of `count` units, without values."""
        self._count, self._values = count, None
        self.update()

    def _step(self) -> float:
        return (self.width() - 2 * _MARGIN) / self._count

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        metrics = QFontMetricsF(self.font())
        top, bottom = metrics.height() + 4, self.height() - 2 * metrics.height() - 6
        signed = self._values is not None and bool((self._values < 0).any())
        zero = (top + bottom) / 2 if signed else bottom
        with QPainter(self) as painter:
            if self._values is not None:
                self._paint_bars(painter, self._values, zero, zero - top)
            painter.setPen(palette.color(QPalette.ColorRole.Mid))
            painter.drawLine(_MARGIN, int(zero), self.width() - _MARGIN, int(zero))
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            self._paint_numbers_of_units(painter, self.height() - metrics.height() - 2, metrics)
            if self._marked is not None and self._marked.channel < self._count:
                self._paint_mark(painter, self._marked.channel, top, bottom)

    def _paint_mark(self, painter: QPainter, unit: int, top: float, bottom: float) -> None:
        """Paint a frame around the unit; where it would look like a bar itself, a triangle below it."""
        left, step = _MARGIN + unit * self._step(), self._step()
        if step >= _NARROWEST_FRAME:
            paint_frame(painter, QRectF(left, top, step, bottom - top), self.palette())
            return
        tip = QPointF(left + step / 2, bottom + 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(frame_colour(self.palette()))
        painter.drawPolygon([tip, tip + QPointF(-5, 9), tip + QPointF(5, 9)])

    def _paint_bars(self, painter: QPainter, values: np.ndarray, zero: float, room: float) -> None:
        step = self._step()
        height = room / self._limit if self._limit > 0 else 0.0
        indices = colour_indices(values, self._limit)
        line = QFontMetricsF(self.font()).height()
        decimals = 3 if self._limit <= 1 else 2
        with_values = step > QFontMetricsF(self.font()).horizontalAdvance("−00.00") + 4
        for unit, value in enumerate(values.tolist()):
            length = min(max(value * height, -room), room)
            bar = QRectF(_MARGIN + unit * step + step * 0.1, zero - length, step * 0.8, length).normalized()
            painter.fillRect(bar, QColor.fromRgb(int(self._colours[indices[unit]])))
            if with_values:
                above = value >= 0
                y = bar.top() - line if above else bar.bottom()
                text = QRectF(bar.center().x() - step / 2, y, step, line)
                painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
                painter.drawText(text, Qt.AlignmentFlag.AlignCenter, number(value, decimals))

    def _paint_numbers_of_units(self, painter: QPainter, top: float, metrics: QFontMetricsF) -> None:
        room = metrics.horizontalAdvance(str(self._count)) + 8
        steps = (1, 2, 5, 10, 20, 50, 100, 200, 500, self._count)
        every = next(n for n in steps if n * self._step() >= room or n >= self._count)
        for unit in range(0, self._count, every):
            centre = _MARGIN + (unit + 0.5) * self._step()
            rect = QRectF(centre - room, top, 2 * room, metrics.height())
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(unit))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.cell_hovered.emit(self._cell_at(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.cell_clicked.emit(cell)

    def _cell_at(self, x: float) -> Cell | None:
        unit = int((x - _MARGIN) // self._step())
        return Cell(unit, 0, 0) if 0 <= unit < self._count else None
