"""What the charts of a network in training share: a heading, a sentence while empty, tool tips by place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPalette
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.paint.theme import small_font, warning_colour

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter

_MOST_CAPTION_LINES = 3
_LINES_A_CAPTION_LINE = 5  # so many lines high must a chart be for each line of its caption


class Chart(QWidget):
    """A title, a caption that explains it where there is room, and below that what a subclass paints."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._title = ""
        self._caption = ""

    def reading_at(self, point: QPointF) -> str:
        """What the chart says about the thing at a point; empty where there is nothing."""
        return ""

    def event(self, event: QEvent) -> bool:
        """Tool tips tell about the thing under the mouse; the widget's own one tells what all of it is."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            reading = self.reading_at(QPointF(event.pos()))
            if reading:
                QToolTip.showText(event.globalPos(), reading, self)
                return True
        return super().event(event)

    # For subclasses

    def _line(self) -> float:
        return QFontMetricsF(self.font()).height()

    def _colour(self, role: QPalette.ColorRole) -> QColor:
        return self.palette().color(role)

    def _warning(self) -> QColor:
        return warning_colour(self.palette())

    def _bold(self) -> QFont:
        font = self.font()
        font.setBold(True)
        return font

    def _small(self) -> QFont:
        return small_font(self.font())

    def _room_below_heading(self) -> QRectF:
        """What the title and its caption leave free."""
        height = self._caption_rect().bottom()
        return QRectF(0, height + 2, self.width(), max(self.height() - height - 2, 1.0))

    def _caption_rect(self) -> QRectF:
        """Beside the title if it fits there, below it if there is room, else without height."""
        line = self._line()
        metrics = QFontMetricsF(self.font())
        left = QFontMetricsF(self._bold()).horizontalAdvance(self._title) + 10
        if left + metrics.horizontalAdvance(self._caption) <= self.width():
            return QRectF(left, 0, self.width() - left, line)
        lines = min(int(self.height() / line / _LINES_A_CAPTION_LINE), _MOST_CAPTION_LINES)
        room = QRectF(0, line, self.width(), lines * line)
        needed = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self._caption)
        if needed.height() > room.height() + 1:
            return QRectF(0, line, self.width(), 0)
        return QRectF(0, line, self.width(), needed.height())

    def _paint_heading(self, painter: QPainter) -> None:
        caption = self._caption_rect()
        painter.setFont(self._bold())
        painter.setPen(self._colour(QPalette.ColorRole.WindowText))
        painter.drawText(QRectF(0, 0, self.width(), self._line()), LEFT, self._title)
        painter.setFont(self.font())
        if caption.height() > 0:
            painter.setPen(self._colour(QPalette.ColorRole.PlaceholderText))
            painter.drawText(caption, LEFT | Qt.TextFlag.TextWordWrap, self._caption)

    def _say(self, painter: QPainter, sentence: str) -> None:
        """A sentence in the place of what is not there yet."""
        room = self._room_below_heading().adjusted(8, 0, -8, 0)
        painter.setPen(self._colour(QPalette.ColorRole.PlaceholderText))
        painter.drawText(room, CENTRE | Qt.TextFlag.TextWordWrap, sentence)
