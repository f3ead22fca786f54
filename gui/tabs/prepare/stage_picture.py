"""The pictures of single steps from ink to picture."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.ink.preprocess import Box, Placement
from core.reading.variation_records import Prepared
from gui.paint.frames import paint_frame
from gui.paint.ink_colours import ink_image
from gui.paint.theme import frame_colour
from gui.widgets.construct import named
from gui.widgets.digit_picture import DigitPicture

_LARGEST = 190  # pixels
_MARK = 3.5  # pixels: the radius of the dot at the centre of mass


class StagePicture(DigitPicture):
    """A square as large as there is room; a subclass paints the drawing after a step."""

    preferred_size = QSize(96, 96)
    smallest_size = QSize(80, 80)

    def __init__(self, name: str, accessible: str, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, name, tip, accessible)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._prepared: Prepared | None = None

    def set_prepared(self, prepared: Prepared) -> None:
        """Show the steps of this drawing."""
        self._prepared = prepared
        self.update()

    def heightForWidth(self, width: int) -> int:
        return min(width, _LARGEST)

    def square(self) -> QRectF:
        """Return the picture's rectangle: at the left, as its heading and words are."""
        side = min(self.width(), self.height()) - 2
        return QRectF(1, 1, side, side)

    def _paint_picture(self, painter: QPainter, square: QRectF) -> None:
        if self._prepared is not None:
            hints = QPainter.RenderHint
            painter.setRenderHints(hints.SmoothPixmapTransform | hints.Antialiasing)
            self._paint_step(painter, square, self._prepared)

    # For subclasses

    def _paint_step(self, painter: QPainter, square: QRectF, prepared: Prepared) -> None:
        raise NotImplementedError

    def _colour(self, role: QPalette.ColorRole) -> QColor:
        return self.palette().color(role)

    def _paint_ink(self, painter: QPainter, target: QRectF, ink: np.ndarray) -> None:
        painter.drawImage(target, ink_image(ink, self.palette()))


class SheetPicture(StagePicture):
    """The sheet as it is."""

    with_crop = False

    def _paint_step(self, painter: QPainter, square: QRectF, prepared: Prepared) -> None:
        ink = prepared.varied.ink
        sheet, unit = _fitted(ink.shape, square)
        self._paint_ink(painter, sheet, ink)
        if self.with_crop and prepared.stages is not None:
            self._paint_crop(painter, sheet, _on(sheet, unit, prepared.stages.digit))

    def _paint_crop(self, painter: QPainter, sheet: QRectF, digit: QRectF) -> None:
        outside = (
            QRectF(sheet.topLeft(), QPointF(sheet.right(), digit.top())),
            QRectF(QPointF(sheet.left(), digit.top()), digit.bottomLeft()),
            QRectF(digit.topRight(), QPointF(sheet.right(), digit.bottom())),
            QRectF(QPointF(sheet.left(), digit.bottom()), sheet.bottomRight()),
        )
        for rect in outside:
            painter.fillRect(rect, self._colour(QPalette.ColorRole.Window))
            painter.fillRect(rect, QBrush(self._colour(QPalette.ColorRole.Mid), Qt.BrushStyle.BDiagPattern))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        paint_frame(painter, digit.adjusted(1, 1, -1, -1), self.palette())


class CropPicture(SheetPicture):
    """The sheet, hatched where it is cut away."""

    with_crop = True


class PlacedPicture(StagePicture):
    """The drawing in the network's picture, before it is made of its pixels."""

    is_centred = False
    """Whether it is centred already; else the box that it is to be scaled into is shown."""

    def _paint_step(self, painter: QPainter, square: QRectF, prepared: Prepared) -> None:
        if prepared.stages is None:
            return
        stages, unit = prepared.stages, square.width() / max(prepared.stages.picture.shape)
        where = stages.placed if self.is_centred else stages.scaled
        height, width = prepared.varied.ink.shape
        sheet = _placed(square, unit, where, Box(0, 0, height, width))
        self._paint_ink(painter, sheet, prepared.varied.ink)
        painter.setPen(QPen(self._colour(QPalette.ColorRole.Mid), 1))
        painter.drawRect(_placed(square, unit, where, stages.digit))
        painter.setPen(QPen(self._colour(QPalette.ColorRole.PlaceholderText), 1, Qt.PenStyle.DashLine))
        if self.is_centred:
            down, right = stages.target
            cross = square.topLeft() + QPointF(right, down) * unit
            painter.drawLine(QPointF(cross.x(), square.top()), QPointF(cross.x(), square.bottom()))
            painter.drawLine(QPointF(square.left(), cross.y()), QPointF(square.right(), cross.y()))
        else:
            edge = (min(stages.picture.shape) - stages.box) / 2 * unit
            painter.drawRect(square.adjusted(edge, edge, -edge, -edge))
        painter.setPen(QPen(self._colour(QPalette.ColorRole.Base), 1.5))
        painter.setBrush(frame_colour(self.palette()))
        down, right = stages.centre  # of mass
        mass = QPointF(where.left + right * where.scale, where.top + down * where.scale)
        painter.drawEllipse(square.topLeft() + mass * unit, _MARK, _MARK)


class CentredPicture(PlacedPicture):
    """The drawing where it is centred."""

    is_centred = True


class PixelsPicture(StagePicture):
    """The pixels that the network sees."""

    def _paint_step(self, painter: QPainter, square: QRectF, prepared: Prepared) -> None:
        if prepared.stages is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            self._paint_ink(painter, square, prepared.stages.picture)


def _placed(square: QRectF, unit: float, where: Placement, box: Box) -> QRectF:
    """Return where a rectangle of the sheet is in the network's picture."""
    corner = QPointF(where.left + box.left * where.scale, where.top + box.top * where.scale)
    size = QSizeF(box.width, box.height) * where.scale * unit
    return QRectF(square.topLeft() + corner * unit, size)


def _fitted(shape: tuple[int, ...], square: QRectF) -> tuple[QRectF, float]:
    """Return where a sheet (H, W) fills the square, and how large its pixels are there."""
    unit = square.width() / max(shape)
    height, width = shape[0] * unit, shape[1] * unit
    return QRectF(square.center().x() - width / 2, square.center().y() - height / 2, width, height), unit


def _on(sheet: QRectF, unit: float, box: Box) -> QRectF:
    corner = sheet.topLeft() + QPointF(box.left, box.top) * unit
    return QRectF(corner, QSizeF(box.width, box.height) * unit)
