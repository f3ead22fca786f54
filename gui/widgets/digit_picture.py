"""A digit's picture, as large as it fits."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from core.explaining.receptive_field import Field
from gui.paint.frames import paint_frames
from gui.paint.ink_colours import ink_image
from gui.widgets.painted import DIMMED, Painted

_PIXELS = 28  # of most pictures


class DigitPicture(Painted):
    """A picture of ink, some of whose pixels can be framed; it lies in a square."""

    preferred_size = QSize(8 * _PIXELS + 2, 8 * _PIXELS + 2)
    smallest_size = QSize(4 * _PIXELS + 2, 4 * _PIXELS + 2)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._picture = np.zeros((_PIXELS, _PIXELS), np.float32)
        self._field: Field | None = None

    def set_picture(self, picture: np.ndarray | None) -> None:
        """Show a picture (H, W), uint8 or float in [0, 1]; None shows bare paper."""
        self._picture = np.zeros_like(self._picture) if picture is None else picture
        self.update()

    def picture(self) -> np.ndarray:
        """Return the picture that is shown."""
        return self._picture

    def set_field(self, field: Field | None) -> None:
        """Frame these pixels; None frames nothing."""
        if field != self._field:
            self._field = field
            self.update()

    def square(self) -> QRectF:
        """Return the picture's rectangle: in the middle, as large as it fits within a border of a pixel."""
        rows, columns = self._picture.shape
        side = min(self.width(), self.height()) - 2
        width, height = side * columns // max(rows, columns), side * rows // max(rows, columns)
        return QRectF((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    @property
    def pixel(self) -> float:
        """The width of one of the picture's pixels on the screen."""
        return self.square().width() / self._picture.shape[1]

    def field_rect(self, field: Field) -> QRectF:
        """Return the rectangle of these pixels."""
        step = self.pixel
        size = QSizeF(field.right - field.left, field.bottom - field.top) * step
        return QRectF(self.square().topLeft() + QPointF(field.left, field.top) * step, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        square = self.square()
        with QPainter(self) as painter:
            painter.fillRect(square, self.palette().color(QPalette.ColorRole.Base))
            painter.save()
            painter.setClipRect(square)
            painter.setOpacity(DIMMED if self._is_dimmed else 1.0)
            self._paint_picture(painter, square)
            painter.restore()
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
            painter.drawRect(square.adjusted(-1, -1, 0, 0))
            paint_frames(painter, self._frames(), self.palette())

    # For subclasses

    def _paint_picture(self, painter: QPainter, square: QRectF) -> None:
        painter.drawImage(square, ink_image(self._picture, self.palette()))

    def _frames(self) -> list[QRectF]:
        return [] if self._field is None else [self.field_rect(self._field)]
