"""The common part of the charts of a network in training: heading, sentence while empty, tool tips."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette

from gui.paint.text import small_font
from gui.paint.theme import warning_colour
from gui.widgets.painted import Painted

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter

_MOST_CAPTION_LINES = 3
_LINES_A_CAPTION_LINE = 5  # a chart's height, in lines, for each line of its caption


class Chart(Painted):
    """A title, a caption where there is room for it, and below them a subclass's painting."""

    smallest_size = QSize(150, 100)
    preferred_size = QSize(320, 180)

    _title = ""
    _caption = ""

    @property
    def title(self) -> str:
        """What the chart shows, in a few words."""
        return self._title

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
        """Return the area below the title and its caption."""
        height = self._caption_rect().bottom()
        return QRectF(0, height + 2, self.width(), max(self.height() - height - 2, 1.0))

    def _rows_of(self, count: int, highest: float, foot: float = 0.0) -> list[QRectF]:
        """Return that many rows below the heading, up to so high each, with room for a foot below them."""
        room = self._room_below_heading()
        height = min((room.height() - foot) / max(count, 1), highest)
        return [QRectF(0, room.top() + index * height, room.width(), height) for index in range(count)]

    def _caption_rect(self) -> QRectF:
        """Return the caption's place: beside the title, below it, or without height if it fits nowhere."""
        line = self._line()
        metrics = QFontMetricsF(self.font())
        left = QFontMetricsF(self._bold()).horizontalAdvance(self._title) + 10
        if left + metrics.horizontalAdvance(self._caption) <= self.width():
            return QRectF(left, 0, self.width() - left, line)
        lines = min(int(self.height() / line / _LINES_A_CAPTION_LINE), _MOST_CAPTION_LINES)
        room = QRectF(0, line, self.width(), lines * line)
        height = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self._caption).height()
        return QRectF(0, line, self.width(), height if height <= room.height() + 1 else 0)

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
        """Paint a sentence in place of values that are not there yet."""
        room = self._room_below_heading().adjusted(8, 0, -8, 0)
        painter.setPen(self._colour(QPalette.ColorRole.PlaceholderText))
        painter.drawText(room, CENTRE | Qt.TextFlag.TextWordWrap, sentence)
