"""A fully connected layer close up: a bar for each unit."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPalette
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
        self._count = 1
        super().__init__("units_view", self.tr("The selected layer's units"), parent)
        self._is_flat = True

    def set_count(self, count: int) -> None:
        """Show a layer of `count` units, without values."""
        self._count, self._values = count, None
        self.show_all()

    def cell_at(self, position: QPointF) -> Cell | None:
        unit = int((self.before_zoom(position).x() - _MARGIN) // self._step())
        return Cell(unit, 0, 0) if 0 <= unit < self._count else None

    def _step(self) -> float:
        """The width of a unit's place before it is enlarged."""
        return (self._size.width() - 2 * _MARGIN) / self._count

    def _place(self, unit: int) -> tuple[float, float]:
        """Return where a unit's place begins on the screen, and how wide it is."""
        step = self._step()
        return (_MARGIN + unit * step) * self._zoom - self._origin.x(), step * self._zoom

    def _levels(self) -> tuple[float, float, float]:
        """Return the y of the tallest bar's top, of zero, and of the lowest bar's foot."""
        line = QFontMetricsF(self.font()).height()
        top, bottom = line + 4, self._size.height() - 2 * line - 6
        signed = self._values is not None and bool((self._values < 0).any())
        return top, (top + bottom) / 2 if signed else bottom, bottom

    # Painting

    def paint_values(self, painter: QPainter) -> None:
        if self._values is None:
            return
        step, (_, zero, _) = self._step(), self._levels()
        for unit, (length, index) in enumerate(zip(self._lengths(), self._indices(), strict=True)):
            bar = QRectF(_MARGIN + unit * step + step * 0.1, zero - length, step * 0.8, length).normalized()
            painter.fillRect(bar, QColor.fromRgb(int(self._colours[index])))

    def _lengths(self) -> list[float]:
        """Return each bar's length in pixels, with its sign."""
        assert self._values is not None
        top, zero, _ = self._levels()
        room = zero - top
        height = room / self._limit if self._limit > 0 else 0.0
        return [min(max(value * height, -room), room) for value in self._values.tolist()]

    def _indices(self) -> np.ndarray:
        assert self._values is not None
        return colour_indices(self._values, self._limit)

    def paint_over(self, painter: QPainter) -> None:
        palette, width = self.palette(), self.viewport().width()
        top, zero, bottom = self._levels()
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.drawLine(QPointF(_MARGIN, int(zero)), QPointF(width - _MARGIN, int(zero)))
        if self._values is not None:
            self._paint_values_of_units(painter, self._values, zero)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        self._paint_numbers_of_units(painter)
        if self._marked is not None and self._marked.channel < self._count:
            self._paint_mark(painter, self._marked.channel, top, bottom)
        if self._pointed is not None and self._values is not None and not self._has_numbers():
            left, step = self._place(self._pointed.channel)
            text = self.tr("unit {unit}: {value}")
            value = number(float(self._values[self._pointed.channel]), 4)
            beside = QRectF(left, (top + bottom) / 2, step, 1)
            self.paint_note(painter, beside, text.format(unit=self._pointed.channel, value=value))

    def _has_numbers(self) -> bool:
        """Whether each bar has room for its number."""
        return self._place(0)[1] > QFontMetricsF(self.font()).horizontalAdvance("−00.00") + 4

    def _units_in_sight(self) -> range:
        first, step = self._place(0)
        begin, end = int(-first // step), int((self._size.width() - first) // step) + 1
        return range(max(begin, 0), min(end, self._count))

    def _paint_values_of_units(self, painter: QPainter, values: np.ndarray, zero: float) -> None:
        if not self._has_numbers():
            return
        line = QFontMetricsF(self.font()).height()
        decimals = 3 if self._limit <= 1 else 2
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        lengths = self._lengths()
        for unit in self._units_in_sight():
            left, step = self._place(unit)
            end = zero - lengths[unit]
            y = end - line if values[unit] >= 0 else end
            text = number(float(values[unit]), decimals)
            painter.drawText(QRectF(left, y, step, line), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_numbers_of_units(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(self.font())
        room, width = metrics.horizontalAdvance(str(self._count)) + 8, self._place(0)[1]
        steps = (1, 2, 5, 10, 20, 50, 100, 200, 500, self._count)
        every = next(n for n in steps if n * width >= room or n >= self._count)
        top = self._size.height() - metrics.height() - 2
        for unit in self._units_in_sight():
            if unit % every == 0:
                left, step = self._place(unit)
                rect = QRectF(left + step / 2 - room, top, 2 * room, metrics.height())
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(unit))

    def _paint_mark(self, painter: QPainter, unit: int, top: float, bottom: float) -> None:
        """Paint a frame around the unit; where it would look like a bar itself, a triangle below it."""
        left, step = self._place(unit)
        if step >= _NARROWEST_FRAME:
            paint_frame(painter, QRectF(left, top, step, bottom - top), self.palette())
            return
        tip = QPointF(left + step / 2, bottom + 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(frame_colour(self.palette()))
        painter.drawPolygon([tip, tip + QPointF(-5, 9), tip + QPointF(5, 9)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
