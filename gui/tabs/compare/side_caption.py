"""The name of a side's network, written upwards beside its layers."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.tabs.compare.compared_side import side_colour

_STRIPE = 3


class SideCaption(QWidget):
    """With a stripe in the side's colour; what does not fit is cut off with an ellipsis."""

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)

    def set_text(self, text: str) -> None:
        """Write another name."""
        if text != self._text:
            self._text = text
            self.setToolTip(text)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(_STRIPE + self.fontMetrics().height() + 3, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(0, 0, _STRIPE, self.height(), side_colour(self._side, self.palette()))
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.translate(0, self.height())
            painter.rotate(-90)
            text = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.height())
            room = QRect(0, _STRIPE + 2, self.height(), self.fontMetrics().height())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
