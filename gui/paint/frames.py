"""Frames that can be seen on any colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPalette


def paint_frames(painter: QPainter, rects: Sequence[QRectF], palette: QPalette) -> None:
    """Paint a frame in the palette's highlight around each rectangle, with one of the base colour outside."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for grown, role in ((1.0, QPalette.ColorRole.Base), (0.0, QPalette.ColorRole.Highlight)):
        painter.setPen(palette.color(role))
        painter.drawRects([rect.adjusted(-grown, -grown, grown - 1, grown - 1) for rect in rects])


def paint_frame(painter: QPainter, rect: QRectF, palette: QPalette) -> None:
    """Paint one frame."""
    paint_frames(painter, [rect], palette)
