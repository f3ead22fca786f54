"""Probabilities along the way from a drawing to its smallest change, and beyond."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.explaining.evidence_records import ChangePath
from gui.paint.theme import small_font

LEFT = 44  # pixels, for the numbers of the axis
RIGHT = 30  # for the digits' names
_TOP = 4


class PathPlot(QWidget):
    """A curve for each of both digits, faint ones for the others; where the answer flips is marked."""

    pointed = Signal(int)
    """Which picture of the way is under the pressed mouse button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("path_plot")
        self.setAccessibleName(self.tr("The probabilities along the way"))
        self.setToolTip(
            self.tr(
                "How the network's answer changes on the straight way from the drawing to the changed "
                "picture. Faint: the other digits. Click to go to a point."
            )
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._path: ChangePath | None = None
        self._at = 0

    def set_path(self, path: ChangePath | None) -> None:
        """Show a way; None shows nothing."""
        self._path = path
        self.update()

    def set_position(self, at: int) -> None:
        """Mark this picture of the way."""
        self._at = at
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(500, 130)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 80)

    def point(self, at: int, probability: float) -> QPointF:
        """Where a picture's probability is drawn."""
        room = self._room()
        last = 1 if self._path is None else len(self._path.positions) - 1
        return QPointF(room.left() + room.width() * at / last, room.bottom() - room.height() * probability)

    def _room(self) -> QRectF:
        bottom = 2 * QFontMetricsF(small_font(self.font())).height() + 2
        return QRectF(LEFT, _TOP, self.width() - LEFT - RIGHT, self.height() - _TOP - bottom)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(small_font(self.font()))
            room = self._room()
            painter.fillRect(room, self.palette().color(QPalette.ColorRole.Base))
            self._paint_axis(painter, room)
            if self._path is not None:
                self._paint_flip(painter, room, self._path)
                self._paint_curves(painter, self._path)
                self._paint_place(painter, room, self._path)

    def _paint_axis(self, painter: QPainter, room: QRectF) -> None:
        line = painter.fontMetrics().height()
        for share in (0.0, 0.5, 1.0):
            y = room.bottom() - room.height() * share
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            label = QRectF(0, min(max(y - line / 2, 0), room.bottom() - line / 2), LEFT - 5, line)
            painter.drawText(label, _RIGHT_ALIGNED, self.tr("{share} %").format(share=round(100 * share)))

    def _paint_flip(self, painter: QPainter, room: QRectF, path: ChangePath) -> None:
        line = painter.fontMetrics().height()
        x = self.point(path.flip, 0).x()
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom() + 3))
        texts = (
            (room.left(), Qt.AlignmentFlag.AlignLeft, self.tr("the drawing")),
            (x, Qt.AlignmentFlag.AlignHCenter, self.tr("read as {rival} from here").format(rival=path.rival)),
            (
                room.right(),
                Qt.AlignmentFlag.AlignRight,
                self.tr("{share} %").format(share=round(100 * float(path.positions[-1]))),
            ),
        )
        for at, alignment, text in texts:
            width = painter.fontMetrics().horizontalAdvance(text) + 4
            shift = {
                Qt.AlignmentFlag.AlignLeft: 0.0, Qt.AlignmentFlag.AlignHCenter: -width / 2,
                Qt.AlignmentFlag.AlignRight: -float(width),
            }[alignment]  # fmt: skip
            painter.drawText(QRectF(at + shift, room.bottom() + 3, width, line), alignment, text)

    def _paint_curves(self, painter: QPainter, path: ChangePath) -> None:
        palette = self.palette()
        others = [digit for digit in range(10) if digit not in (path.digit, path.rival)]
        for digit in others:
            self._paint_curve(painter, path, digit, QPen(palette.color(QPalette.ColorRole.Mid), 1))
        for digit, role in (
            (path.digit, QPalette.ColorRole.WindowText),
            (path.rival, QPalette.ColorRole.Highlight),
        ):
            self._paint_curve(painter, path, digit, QPen(palette.color(role), 2))
            end = self.point(len(path.positions) - 1, float(path.probabilities[-1, digit]))
            line = painter.fontMetrics().height()
            label = QRectF(end.x() + 6, end.y() - line / 2, RIGHT - 6, line)
            painter.drawText(label, Qt.AlignmentFlag.AlignLeft, str(digit))

    def _paint_curve(self, painter: QPainter, path: ChangePath, digit: int, pen: QPen) -> None:
        painter.setPen(pen)
        values = np.nan_to_num(path.probabilities[:, digit]).tolist()
        painter.drawPolyline(QPolygonF([self.point(at, value) for at, value in enumerate(values)]))

    def _paint_place(self, painter: QPainter, room: QRectF, path: ChangePath) -> None:
        x = self.point(self._at, 0).x()
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 1))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Base), 1))
        for digit, role in (
            (path.digit, QPalette.ColorRole.WindowText),
            (path.rival, QPalette.ColorRole.Highlight),
        ):
            painter.setBrush(self.palette().color(role))
            painter.drawEllipse(self.point(self._at, float(path.probabilities[self._at, digit])), 4, 4)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._path is not None:
            room, last = self._room(), len(self._path.positions) - 1
            at = round((event.position().x() - room.left()) / max(room.width(), 1) * last)
            self.pointed.emit(min(max(at, 0), last))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)


_RIGHT_ALIGNED = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
