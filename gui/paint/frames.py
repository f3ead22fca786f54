"""Frames around what is looked at, that can be seen on any colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPalette


def paint_frames(painter: QPainter, rects: Sequence[QRectF], palette: QPalette) -> None:
    """Lines in the palette's highlight around `rects`, each with one of the paper's colour outside it."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for grown, role in ((1.0, QPalette.ColorRole.Base), (0.0, QPalette.ColorRole.Highlight)):
        painter.setPen(palette.color(role))
        painter.drawRects([rect.adjusted(-grown, -grown, grown - 1, grown - 1) for rect in rects])


def paint_frame(painter: QPainter, rect: QRectF, palette: QPalette) -> None:
    """One of them."""
    paint_frames(painter, [rect], palette)
