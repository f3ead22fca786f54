"""A line of text that changes many times a second."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget


class SteadyLabel(QWidget):
    """Keeps its size whatever it says; what does not fit is cut off with an ellipsis.

    A QLabel asks for its layout anew at every text, and a QTabWidget around it then repaints all that is in
    it: five times a second, that was half of the time spent on painting while a network trains.

    Args:
        widest: a text as long as any; None takes what room there is.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        widest: str | None = None,
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__(parent)
        self._text = ""
        self._widest = widest
        self._alignment = alignment | Qt.AlignmentFlag.AlignVCenter
        horizontal = QSizePolicy.Policy.Ignored if widest is None else QSizePolicy.Policy.Fixed
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """What it says."""
        return self._text

    def set_text(self, text: str) -> None:
        """Say something else."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._widest or "") + 4, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            shown = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), self._alignment, shown)

    def event(self, event: QEvent) -> bool:
        """Tell, under the mouse, what had to be cut off."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and not self.toolTip():
            cut = self.fontMetrics().horizontalAdvance(self._text) > self.width()
            QToolTip.showText(event.globalPos(), self._text if cut else "", self)
            return True
        return super().event(event)
