"""Ten probabilities along a slider, and which digit is read where."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.reading.variation_records import RANGES, Reading, Sweep
from gui.paint.curve_style import digit_style
from gui.paint.theme import small_font
from gui.tabs.prepare import sweep_words
from gui.words.numbers import percent

LEFT = 38  # pixels, for the numbers of the axis
RIGHT = 16  # for half of the last amount's
_TICKS = 5
_LOST = 0.01  # from this share of lost ink on, the plot is hatched
_OLD = 0.35  # how opaque an answer to an earlier drawing is


class SweepPlot(QWidget):
    """Curves over the amounts of one kind of variation; above them a strip with the digit that is read.

    The digits that are read anywhere, or are next to it now, have their colours; the others are faint.
    """

    pointed = Signal(int)
    """The amount under the pressed mouse button."""
    reset_wanted = Signal()
    """A double click."""

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._kind = kind
        self._range = RANGES[kind]
        self._neutral = sweep_words.neutral(kind)
        self._sweep: Sweep | None = None
        self._readings: list[Reading] = []
        self._at = self._neutral
        self._is_old = False

    @property
    def sweep(self) -> Sweep | None:
        """What is shown."""
        return self._sweep

    @property
    def is_old(self) -> bool:
        """Whether it is about an earlier drawing."""
        return self._is_old

    def set_sweep(self, sweep: Sweep | None) -> None:
        """Show these answers; None shows none."""
        self._sweep, self._is_old = sweep, False
        self._readings = [] if sweep is None else sweep.readings()
        self.update()

    def set_old(self) -> None:
        """What is shown is about an earlier drawing."""
        if not self._is_old:
            self._is_old = True
            self.update()

    def set_amount(self, amount: int) -> None:
        """Mark this one."""
        if amount != self._at:
            self._at = amount
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 130)

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 84)

    # Where things are

    def room(self) -> QRectF:
        """Where the curves are."""
        line = QFontMetricsF(small_font(self.font())).height()
        top = line + 3
        return QRectF(LEFT, top, self.width() - LEFT - RIGHT, self.height() - top - line - 3)

    def point(self, amount: float, probability: float) -> QPointF:
        """Where a probability at an amount is drawn."""
        room = self.room()
        share = (amount - self._range.low) / (self._range.high - self._range.low)
        return QPointF(room.left() + room.width() * share, room.bottom() - room.height() * probability)

    def _amount_at(self, x: float) -> int:
        room = self.room()
        share = min(max((x - room.left()) / max(room.width(), 1), 0), 1)
        return round(self._range.low + share * (self._range.high - self._range.low))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(small_font(self.font()))
            room = self.room()
            painter.fillRect(room, self._colour(QPalette.ColorRole.Base))
            if self._sweep is not None:
                painter.setOpacity(_OLD if self._is_old else 1.0)
                self._paint_lost(painter, room, self._sweep)
            self._paint_axes(painter, room)
            if self._sweep is not None:
                self._paint_readings(painter, room)
                self._paint_curves(painter, self._sweep)
                painter.setOpacity(1.0)
            self._paint_amount(painter, room)

    def _colour(self, role: QPalette.ColorRole) -> QColor:
        return self.palette().color(role)

    def _paint_axes(self, painter: QPainter, room: QRectF) -> None:
        line = painter.fontMetrics().height()
        for share in (0.0, 0.5, 1.0):
            y = room.bottom() - room.height() * share
            painter.setPen(QPen(self._colour(QPalette.ColorRole.Mid), 0.5))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(self._colour(QPalette.ColorRole.WindowText))
            text = self.tr("{share} %").format(share=round(100 * share))
            painter.drawText(QRectF(0, y - line / 2, LEFT - 4, line), _RIGHT_ALIGNED, text)
        for amount in np.linspace(self._range.low, self._range.high, _TICKS).round().astype(int).tolist():
            x = self.point(amount, 0).x()
            painter.setPen(QPen(self._colour(QPalette.ColorRole.Mid), 1))
            top = room.top() if amount == self._neutral else room.bottom()
            painter.drawLine(QPointF(x, top), QPointF(x, room.bottom() + 3))
            painter.setPen(self._colour(QPalette.ColorRole.WindowText))
            text = sweep_words.tick(self._kind, amount)
            painter.drawText(QRectF(x - 30, room.bottom() + 3, 60, line), Qt.AlignmentFlag.AlignHCenter, text)

    def _paint_lost(self, painter: QPainter, room: QRectF, sweep: Sweep) -> None:
        """Hatch the amounts for which ink has left the sheet."""
        half = self._range.step / 2
        brush = QBrush(self._colour(QPalette.ColorRole.Mid), Qt.BrushStyle.BDiagPattern)
        lost = np.flatnonzero(sweep.lost > _LOST)
        for stretch in np.split(lost, np.flatnonzero(np.diff(lost) > 1) + 1):
            if len(stretch):
                left = self.point(float(sweep.amounts[stretch[0]]) - half, 0).x()
                right = self.point(float(sweep.amounts[stretch[-1]]) + half, 0).x()
                rect = QRectF(left, room.top(), right - left, room.height()).intersected(room)
                painter.fillRect(rect.toAlignedRect(), brush)

    def _paint_readings(self, painter: QPainter, room: QRectF) -> None:
        """The strip above the curves, and a line where one reading gives way to another."""
        strip = room.top() - 2
        for reading in self._readings:
            left, right = self.point(reading.first, 0).x(), self.point(reading.last, 0).x()
            colour = digit_style(reading.digit).pen(self.palette()).color()
            colour.setAlpha(110)
            rect = QRectF(left, 0, right - left, strip)
            painter.fillRect(rect.adjusted(0.5, 0, -0.5, 0), colour)
            painter.setPen(self._colour(QPalette.ColorRole.WindowText))
            if rect.width() >= painter.fontMetrics().horizontalAdvance("0"):
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(reading.digit))
            painter.setPen(QPen(self._colour(QPalette.ColorRole.PlaceholderText), 1, Qt.PenStyle.DotLine))
            for border in (reading.first, reading.last):
                if self._range.low < border < self._range.high:
                    x = self.point(border, 0).x()
                    painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))

    def _paint_curves(self, painter: QPainter, sweep: Sweep) -> None:
        begin, end = self.point(self._range.low, 0), self.point(self._range.high, 1)
        shares = (sweep.amounts - self._range.low) / (self._range.high - self._range.low)
        xs = begin.x() + (end.x() - begin.x()) * shares
        ys = begin.y() + (end.y() - begin.y()) * sweep.probabilities
        likely = self._likely(sweep)
        told = {reading.digit for reading in self._readings} | set(likely[:2])
        faint = QPen(self._colour(QPalette.ColorRole.Mid), 1)
        for digit in sorted(range(10), key=lambda digit: (digit in told, digit in likely[:1])):
            width = 2.5 if digit in likely[:1] else 1.5
            pen = digit_style(digit, width).pen(self.palette()) if digit in told else faint
            self._paint_curve(painter, xs, ys[:, digit], pen)

    def _paint_curve(self, painter: QPainter, xs: np.ndarray, ys: np.ndarray, pen: QPen) -> None:
        """Through points (n,), with gaps where y is NaN."""
        painter.setPen(pen)
        known = np.isfinite(ys)
        borders = np.flatnonzero(np.diff(known)) + 1
        for stretch in np.split(np.arange(len(ys)), borders):
            if known[stretch[0]]:
                points = zip(xs[stretch].tolist(), ys[stretch].tolist(), strict=True)
                painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))

    def _paint_amount(self, painter: QPainter, room: QRectF) -> None:
        x = self.point(self._at, 0).x()
        painter.setPen(QPen(self._colour(QPalette.ColorRole.WindowText), 1))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom() + 3))
        if self._sweep is None or self._is_old:
            return
        painter.setPen(QPen(self._colour(QPalette.ColorRole.Base), 1))
        for digit in reversed(self._likely(self._sweep)[:2]):
            painter.setBrush(digit_style(digit).pen(self.palette()).color())
            painter.drawEllipse(self.point(self._at, self._probabilities(self._sweep)[digit]), 3.5, 3.5)

    def _likely(self, sweep: Sweep) -> list[int]:
        """All digits, the most probable at the present amount first; none where nothing is read there."""
        values = self._probabilities(sweep)
        return np.argsort(values)[::-1].tolist() if np.isfinite(values).all() else []

    def _probabilities(self, sweep: Sweep, amount: int | None = None) -> np.ndarray:
        """As the curves have them at an amount: float64 (10,)."""
        at = self._at if amount is None else amount
        return np.array(
            [np.interp(at, sweep.amounts, curve) for curve in sweep.probabilities.T.astype(float)]
        )

    # Pointing

    def reading_at(self, x: float) -> str:
        """What the curves say at a place."""
        if self._sweep is None:
            return ""
        amount = self._amount_at(x)
        values = self._probabilities(self._sweep, amount)
        if not np.isfinite(values).all():
            return ""
        told = ", ".join(
            self.tr("{digit}: {percent} %").format(digit=digit, percent=percent(float(values[digit])))
            for digit in np.argsort(values)[::-1][:3].tolist()
        )
        return self.tr("At {amount}: {told}").format(amount=sweep_words.amount(self._kind, amount), told=told)

    def event(self, event: QEvent) -> bool:
        """Over the curves the tool tip tells what they say there."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            reading = self.reading_at(event.pos().x()) if self.room().contains(QPointF(event.pos())) else ""
            if reading:
                QToolTip.showText(event.globalPos(), reading, self)
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.pointed.emit(self._amount_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_wanted.emit()


_RIGHT_ALIGNED = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
