"""The frame around a cell's receptive field, on the drawing and on the network's picture."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, QTimer, Slot

from core.explaining.receptive_field import Field
from core.ink import preprocess
from gui.pad.drawing_canvas import DrawingCanvas
from gui.widgets.digit_picture import DigitPicture

_PAUSE = 50  # milliseconds: while one draws, the frame follows this often, not at each move


class FieldFrame(QObject):
    """Frames a Field on the network's picture, and on the drawing, which cropping has moved and scaled."""

    def __init__(self, canvas: DrawingCanvas, picture: DigitPicture, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._picture = canvas, picture
        self._field: Field | None = None
        self._timer = QTimer(self, interval=_PAUSE, singleShot=True)
        self._timer.timeout.connect(self._show)

    @Slot(object)
    def set_field(self, field: Field | None) -> None:
        """Frame this field; None frames nothing."""
        self._field = field
        self._show()

    @Slot()
    def follow(self) -> None:
        """Move the frame soon, as the drawing has changed."""
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _show(self) -> None:
        field = self._field
        self._picture.set_field(field)
        size = self._picture.picture().shape
        placement = None if field is None else preprocess.placement(self._canvas.ink(), size=size)
        if field is None or placement is None:
            self._canvas.set_frame(None)
            return
        corner = QPointF(field.left - placement.left, field.top - placement.top)
        extent = QSizeF(field.right - field.left, field.bottom - field.top)
        self._canvas.set_frame(QRectF(corner / placement.scale, extent / placement.scale))
