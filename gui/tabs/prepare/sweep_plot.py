"""The plot of the answers along one kind of variation."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from core.reading.variation_records import RANGES, Reading, Sweep
from gui.paint.curve_style import digit_style
from gui.tabs.prepare import sweep_words
from gui.widgets.probability_plot import RIGHT, ProbabilityPlot
from gui.words.numbers import percent

_TICKS = 5
_LOST = 0.01  # from this share of lost ink on, the plot is hatched


class SweepPlot(ProbabilityPlot):
    """Curves over the amounts of one kind of variation; above them a strip with the digit that is read.

    The digits that are read anywhere, or are next to it now, have their colours.
    """

    reset_wanted = Signal()
    """A double click."""

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._range = RANGES[kind]
        self.sweep: Sweep | None = None
        """The answers that are shown; None for none."""
        self._readings: list[Reading] = []
        self._strip = QFontMetricsF(self.small_font()).height() + 1
        self.getPlotItem().layout.setContentsMargins(0, self._strip + 2, RIGHT, 0)
        ticks = np.linspace(self._range.low, self._range.high, _TICKS).round().astype(int).tolist()
        self.set_slider(self._range.low, self._range.high, [(at, sweep_words.tick(kind, at)) for at in ticks])
        self.set_amount(sweep_words.neutral(kind))

    @property
    def is_old(self) -> bool:
        """Whether the answers are about an earlier drawing."""
        return self._is_dimmed

    def set_sweep(self, sweep: Sweep | None) -> None:
        """Show these answers; None shows none."""
        self.sweep = sweep
        self._readings = [] if sweep is None else sweep.readings()
        self.set_dimmed(False)
        self.paint_anew()
        self._show()

    def set_amount(self, amount: int) -> None:
        """Mark this amount."""
        self.set_place(amount)
        self._show()

    def sizeHint(self) -> QSize:
        return QSize(240, 130)

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 84)

    def _show(self) -> None:
        if self.sweep is None:
            self.set_curves()
            return
        values = np.array([np.interp(self._at, self.sweep.amounts, p) for p in self.sweep.probabilities.T])
        likely = np.argsort(values)[::-1].tolist() if np.isfinite(values).all() else []
        coloured = {reading.digit for reading in self._readings} | set(likely[:2])
        self.set_curves(self.sweep.amounts, self.sweep.probabilities, coloured, likely[:1], likely[1::-1])

    def _name(self, digit: int) -> str:
        assert self.sweep is not None
        return self.sweep.classes[digit]

    # Painting

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Hatch the amounts at which ink has left the sheet, and mark the one that changes nothing."""
        super().drawBackground(painter, rect)
        room, mid = self.room(), self.palette().color(QPalette.ColorRole.Mid)
        half = self._range.step / 2
        lost = np.flatnonzero(self.sweep.lost > _LOST) if self.sweep is not None else np.empty(0, int)
        for stretch in np.split(lost, np.flatnonzero(np.diff(lost) > 1) + 1):
            if len(stretch) and self.sweep is not None:
                left = self.point(float(self.sweep.amounts[stretch[0]]) - half, 0).x()
                right = self.point(float(self.sweep.amounts[stretch[-1]]) + half, 0).x()
                hatched = QRectF(left, room.top(), right - left, room.height()).intersected(room)
                painter.fillRect(hatched.toAlignedRect(), QBrush(mid, Qt.BrushStyle.BDiagPattern))
        x = self.point(sweep_words.neutral(self._kind), 0).x()
        painter.setPen(mid)
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Paint the strip above the curves, and a line where the answer flips."""
        room = self.room()
        painter.setFont(self.small_font())
        for reading in self._readings:
            left, right = self.point(reading.first, 0).x(), self.point(reading.last, 0).x()
            strip = QRectF(left, 0, right - left, self._strip)
            painter.fillRect(strip.adjusted(0.5, 0, -0.5, 0), _pale(reading.digit, self.palette()))
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            if strip.width() >= painter.fontMetrics().horizontalAdvance(self._name(reading.digit)):
                painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, self._name(reading.digit))
            border = self.palette().color(QPalette.ColorRole.PlaceholderText)
            painter.setPen(QPen(border, 1, Qt.PenStyle.DotLine))
            for amount, x in ((reading.first, left), (reading.last, right)):
                if self._range.low < amount < self._range.high:
                    painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))

    # Pointing

    def reading_at(self, x: float) -> str:
        """Return the largest probabilities at a place, in words."""
        if self.sweep is None:
            return ""
        place = self.view.mapSceneToView(QPointF(x, 0)).x()
        amount = round(min(max(float(place), self._range.low), self._range.high))
        values = self.probabilities_at(amount)
        if not np.isfinite(values).all():
            return ""
        largest = ", ".join(
            self.tr("{digit}: {percent} %").format(
                digit=self._name(digit), percent=percent(float(values[digit]))
            )
            for digit in np.argsort(values)[::-1][:3].tolist()
        )
        at = sweep_words.amount(self._kind, amount)
        return str(self.tr("At {amount}: {largest}").format(amount=at, largest=largest))

    def viewportEvent(self, event: QEvent) -> bool:
        """Show over the curves their values as the tool tip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            reading = self.reading_at(event.pos().x()) if self.room().contains(QPointF(event.pos())) else ""
            if reading:
                QToolTip.showText(event.globalPos(), reading, self)
                return True
        return bool(super().viewportEvent(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_wanted.emit()


def _pale(digit: int, palette: QPalette) -> QColor:
    colour = digit_style(digit).pen(palette).color()
    colour.setAlpha(110)
    return colour
