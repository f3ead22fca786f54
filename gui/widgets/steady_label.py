"""Text that changes many times a second."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

_WRAPPED = int(Qt.TextFlag.TextWordWrap)


class _Steady(QWidget):
    """Keeps its size whatever its text.

    A QLabel asks for its layout anew at every text, and a QTabWidget around it then repaints all that is in
    it: five times a second, that was half of the time spent on painting while a network trains.
    """

    def __init__(
        self, width: QSizePolicy.Policy, alignment: Qt.AlignmentFlag, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self._text = ""
        self._alignment = alignment
        self.setSizePolicy(width, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return the text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class SteadyLabel(_Steady):
    """One line, as wide as the text `widest`, or as there is room; the rest is cut off with an ellipsis."""

    def __init__(
        self,
        parent: QWidget | None = None,
        widest: str | None = None,
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        width = QSizePolicy.Policy.Ignored if widest is None else QSizePolicy.Policy.Fixed
        super().__init__(width, alignment | Qt.AlignmentFlag.AlignVCenter, parent)
        self._widest = widest

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._widest or "") + 4, metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            shown = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), self._alignment, shown)

    def event(self, event: QEvent) -> bool:
        """Show the whole text as the tool tip where it is cut off."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and not self.toolTip():
            cut = self.fontMetrics().horizontalAdvance(self._text) > self.width()
            QToolTip.showText(event.globalPos(), self._text if cut else "", self)
            return True
        return super().event(event)


class SteadyText(_Steady):
    """Wrapped text, with room for a fixed number of lines."""

    def __init__(
        self,
        lines: int,
        parent: QWidget | None = None,
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__(QSizePolicy.Policy.Ignored, alignment, parent)
        self._lines = lines

    def is_whole(self) -> bool:
        """Return whether the whole text fits."""
        room = QRectF(0, 0, self.width(), 10_000)
        needed = QFontMetricsF(self.font()).boundingRect(room, _WRAPPED, self._text)
        return needed.height() <= self.height()

    def sizeHint(self) -> QSize:
        # In small fonts a line may be half a pixel higher than the whole number that QFontMetrics gives.
        return QSize(100, math.ceil(QFontMetricsF(self.font()).lineSpacing() * self._lines) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.rect(), _WRAPPED | int(self._alignment), self._text)
