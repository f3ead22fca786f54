"""A few lines of text that change many times a second."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class SteadyText(QWidget):
    """Wraps its words and keeps its room whatever it says; see `gui.widgets.steady_label.SteadyLabel`.

    Args:
        lines: for how many lines there is room.
        alignment: of the lines between the left and the right edge.
    """

    def __init__(
        self,
        lines: int,
        parent: QWidget | None = None,
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__(parent)
        self._alignment = alignment
        self._text = ""
        self._lines = lines
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """What it says."""
        return self._text

    def set_text(self, text: str) -> None:
        """Say something else."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def is_whole(self) -> bool:
        """Whether all words have room."""
        flags = int(Qt.TextFlag.TextWordWrap)
        room = QRectF(0, 0, self.width(), 10_000)
        needed = QFontMetricsF(self.font()).boundingRect(room, flags, self._text)
        return needed.height() <= self.height()

    def sizeHint(self) -> QSize:
        # In small fonts a line may be half a pixel higher than the whole number that QFontMetrics gives.
        return QSize(100, math.ceil(QFontMetricsF(self.font()).lineSpacing() * self._lines) + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.rect(), int(Qt.TextFlag.TextWordWrap) | int(self._alignment), self._text)
