"""A 28×28 picture, as large as there is room."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.paint.ink_colours import ink_image


class PictureView(QWidget):
    """Every pixel is a square of ink."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._picture = np.zeros((28, 28), np.float32)
        self._is_dimmed = False

    def set_picture(self, picture: np.ndarray | None) -> None:
        """Show a picture (28, 28) float32 in [0, 1]; None shows bare paper."""
        self._picture = np.zeros((28, 28), np.float32) if picture is None else picture
        self.update()

    def picture(self) -> np.ndarray:
        """What is shown."""
        return self._picture

    def set_dimmed(self, dimmed: bool) -> None:
        """Whether this is about a drawing that is not there any more."""
        if dimmed != self._is_dimmed:
            self._is_dimmed = dimmed
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(226, 226)

    def minimumSizeHint(self) -> QSize:
        return QSize(114, 114)

    def paintEvent(self, event: QPaintEvent) -> None:
        side = min(self.width(), self.height()) - 2
        square = QRectF((self.width() - side) // 2, (self.height() - side) // 2, side, side)
        with QPainter(self) as painter:
            painter.fillRect(square, self.palette().color(QPalette.ColorRole.Base))
            painter.setOpacity(0.35 if self._is_dimmed else 1.0)
            painter.drawImage(square, ink_image(self._picture, self.palette()))
            painter.setOpacity(1.0)
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
            painter.drawRect(square)
