"""The 28×28 picture that the network reads."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.explaining.receptive_field import Field
from gui.paint.frames import paint_frame
from gui.paint.ink_colours import ink_image

_PIXELS = 28


class InputPreview(QWidget):
    """Shows the drawing as the network gets it: cropped, scaled, centred."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("input_preview")
        self.setAccessibleName(self.tr("What the network sees"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._picture = np.zeros((_PIXELS, _PIXELS), np.float32)
        self._field: Field | None = None

    def set_picture(self, picture: np.ndarray | None) -> None:
        """Show a picture (28, 28) float32 in [0, 1]; None shows bare paper."""
        self._picture = np.zeros((_PIXELS, _PIXELS), np.float32) if picture is None else picture
        self.update()

    def set_field(self, field: Field | None) -> None:
        """Frame the pixels that a cell depends on; None frames nothing."""
        if field != self._field:
            self._field = field
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(4 * _PIXELS + 2, 4 * _PIXELS + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        side = min(self.width(), self.height()) - 2
        target = QRect(1, 1, side, side)
        with QPainter(self) as painter:
            painter.drawImage(target, ink_image(self._picture, self.palette()))
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
            painter.drawRect(0, 0, side + 1, side + 1)
            if self._field is not None:
                scale = side / _PIXELS
                top, left = self._field.top, self._field.left
                size = QSizeF(self._field.right - left, self._field.bottom - top) * scale
                paint_frame(painter, QRectF(QPointF(1 + left * scale, 1 + top * scale), size), self.palette())
