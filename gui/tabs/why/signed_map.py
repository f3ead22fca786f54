"""A signed value for each pixel, over the drawing."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from core.explaining.receptive_field import Field
from gui.paint.images import colour_indices
from gui.paint.ink_colours import ink_colours, ink_image
from gui.widgets.construct import named
from gui.widgets.digit_picture import DigitPicture
from gui.words.numbers import rounded_up

_FAINT = 0.22  # of the ink, where a value is near zero
_COVERING = 0.25  # of the limit: from there on, a value's colour hides the ink
_ENDS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)  # that scales may have, times powers of ten


def colour_limit(largest: float) -> float:
    """Return the value of the strongest colour for a map whose largest is `largest`.

    In small steps: with a limit far above its values, a map is pale.
    """
    return rounded_up(largest, _ENDS)


class SignedMap(DigitPicture):
    """The strongest colours are at ±limit; where values are near zero, the drawing shows faintly."""

    pixel_pointed = Signal(object)
    """The row and column under the mouse; None for none."""

    def __init__(self, name: str, accessible: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, name, tip, accessible)
        self.setMouseTracking(True)
        self._values: np.ndarray | None = None
        self._limit = 1.0
        self.pointed: tuple[int, int] | None = None
        """The row and column under the mouse."""

    def set_values(self, picture: np.ndarray, values: np.ndarray | None, limit: float) -> None:
        """Show values (H, W) over their picture (H, W) in [0, 1]; None: the picture alone."""
        self._values, self._limit = values, limit
        self.set_picture(picture)

    def _paint_picture(self, painter: QPainter, square: QRectF) -> None:
        painter.drawImage(square, self._image())

    def _frames(self) -> list[QRectF]:
        if self.pointed is None:
            return super()._frames()
        row, column = self.pointed
        return [*super()._frames(), self.field_rect(Field(row, column, row + 1, column + 1))]

    def _image(self) -> QImage:
        if self._values is None:
            return ink_image(_FAINT * self._picture, self.palette())
        signed = _channels(self._colours[colour_indices(self._values, self._limit)])
        inked = _channels(ink_colours(self.palette())[255])
        strength = np.abs(np.nan_to_num(self._values)) / (_COVERING * self._limit or 1.0)
        share = (_FAINT * self._picture * (1 - strength.clip(0, 1)))[..., None]
        mixed = (signed + (inked - signed) * share).round().astype(np.uint32)
        colours = 0xFF000000 | mixed[..., 0] << 16 | mixed[..., 1] << 8 | mixed[..., 2]
        height, width = colours.shape
        pixels = np.ascontiguousarray(colours, np.uint32)
        return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        rows, columns = self._picture.shape
        at = (event.position() - self.square().topLeft()) / self.pixel
        inside = QRectF(0, 0, columns, rows).contains(QPointF(at))
        self._point((min(int(at.y()), rows - 1), min(int(at.x()), columns - 1)) if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    def _point(self, pixel: tuple[int, int] | None) -> None:
        if pixel != self.pointed:
            self.pointed = pixel
            self.pixel_pointed.emit(pixel)
            self.update()


def _channels(colours: np.ndarray) -> np.ndarray:
    """Return red, green and blue of RGB colours uint32: (…, 3) float."""
    return np.stack([colours >> shift & 255 for shift in (16, 8, 0)], -1).astype(np.float32)
