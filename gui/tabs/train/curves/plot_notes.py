"""The notes in front of a plot's curves: a cursor, a legend with the values there, marks at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QStyle, QWidget

from gui.paint.curve_style import Curve, CurveStyle
from gui.tabs.train.chart import CENTRE, LEFT, RIGHT
from gui.widgets.plot import Plot

_MARK_WIDTH = 14  # pixels
_KEY_WIDTH = 20  # pixels, for the line before a name


@dataclass(frozen=True)
class LegendRow:
    """A curve's name and its value at the cursor."""

    name: str
    style: CurveStyle
    value: str


@dataclass(frozen=True)
class Notes:
    """Legend, marks and cursor of a plot; the message stands in the middle, in place of curves."""

    rows: Sequence[LegendRow] = ()
    marks: Sequence[Curve] = ()
    """Curves whose label stands where they end."""
    message: str = ""
    cursor: int | None = None
    """A step."""


class NotedPlot(Plot):
    """A plot with notes in front of it; the legend stands in a corner."""

    def __init__(self, corner: Qt.AlignmentFlag, parent: QWidget, **options: Any) -> None:
        super().__init__(parent, **options)
        self.notes = Notes()
        self._corner = corner

    def set_notes(self, notes: Notes) -> None:
        """Show these notes."""
        if notes != self.notes:
            self.notes = notes
            legend = "; ".join(f"{row.name} {row.value}" for row in notes.rows)
            self.setAccessibleDescription(notes.message or legend)
            self.viewport().update()

    def _paint_over(self, painter: QPainter, room: QRectF) -> None:
        if self.notes.message:
            painter.setFont(self.font())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            flags = int(CENTRE | Qt.TextFlag.TextWordWrap)
            painter.drawText(room.adjusted(8, 4, -8, -4), flags, self.notes.message)
            painter.setFont(self.small_font())
        if self.notes.cursor is not None:
            self._paint_cursor(painter, room, self.notes.cursor)
        self._paint_marks(painter, room)
        if self.notes.rows:
            right = -_MARK_WIDTH if self.notes.marks else -4
            self._paint_legend(painter, room.adjusted(4, 3, right, -3).toRect())

    def _paint_marks(self, painter: QPainter, room: QRectF) -> None:
        height = painter.fontMetrics().height() - 2
        free = room.bottom()
        for mark in sorted(self.notes.marks, key=lambda curve: curve.at(None)):  # none over another
            end = self.point(mark.steps[-1], mark.values[-1])
            if room.left() <= end.x() <= room.right():
                free = min(end.y() - height / 2, free - height)
                painter.setPen(mark.style.pen(self.palette()))
                rect = QRectF(min(end.x() + 2, room.right() - _MARK_WIDTH), free, _MARK_WIDTH, height)
                painter.drawText(rect, CENTRE, mark.label)

    def _paint_legend(self, painter: QPainter, room: QRect) -> None:
        metrics = painter.fontMetrics()
        height = metrics.height()
        rows = self.notes.rows[: max(1, room.height() // height)]
        values = max(metrics.horizontalAdvance(row.value) for row in rows) + 12
        names = max(metrics.horizontalAdvance(row.name) for row in rows)
        names = min(names, max(room.width() - values - _KEY_WIDTH, 0))
        size = QSize(_KEY_WIDTH + names + values, height * len(rows) + 2)
        box = QStyle.alignedRect(Qt.LayoutDirection.LeftToRight, self._corner, size, room)
        paper = self.palette().color(QPalette.ColorRole.Base)
        paper.setAlpha(170)  # on small charts, curves have to shine through
        painter.fillRect(box, paper)
        for index, row in enumerate(rows):
            line = QRect(box.left(), box.top() + 1 + index * height, box.width(), height)
            self._paint_key(painter, row.style, QPointF(line.left() + 9, line.center().y()))
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            name = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, names + 1)
            painter.drawText(line.adjusted(_KEY_WIDTH, 0, 0, 0), LEFT, name)
            painter.drawText(line.adjusted(0, 0, -4, 0), RIGHT, row.value)

    def _paint_key(self, painter: QPainter, style: CurveStyle, middle: QPointF) -> None:
        painter.setPen(style.pen(self.palette()))
        painter.drawLine(middle - QPointF(7, 0), middle + QPointF(7, 0))
        painter.setBrush(painter.pen().color())
        mark = QRectF(middle - QPointF(2.5, 2.5), middle + QPointF(2.5, 2.5))
        if style.symbol == "o":
            painter.drawEllipse(mark)
        elif style.symbol:
            painter.drawRect(mark)
