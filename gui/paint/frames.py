"""Frames that can be seen on any colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen

from gui.paint.theme import frame_colour

_RING = 2.0  # pixels


def paint_frames(painter: QPainter, rects: Sequence[QRectF], palette: QPalette) -> None:
    """Paint a frame around each rectangle, with one in the colour of paper outside it."""
    if not rects:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for grown, colour in ((1.0, palette.color(QPalette.ColorRole.Base)), (0.0, frame_colour(palette))):
        painter.setPen(colour)
        painter.drawRects([rect.adjusted(-grown, -grown, grown - 1, grown - 1) for rect in rects])


def paint_focus(painter: QPainter, rect: QRectF, palette: QPalette) -> None:
    """Paint a ring within the edge of a rectangle: what lies there has the keys."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), _RING))
    painter.drawRect(rect.adjusted(_RING / 2, _RING / 2, -_RING / 2, -_RING / 2))


def paint_frame(painter: QPainter, rect: QRectF, palette: QPalette) -> None:
    """Paint one frame."""
    paint_frames(painter, [rect], palette)
