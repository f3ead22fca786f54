"""A colour scale: the ends of its range, and zero."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.paint.images import ZERO, image_from_indices
from gui.paint.quick_text import quick_text
from gui.widgets.painted import Painted

_BAR = 10  # pixels high


class Legend(Painted):
    """A colour bar with the numbers of its ends below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("legend", self.tr("Colour legend"), parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._limit: float | None = None
        self._signed = True

    def set_range(self, limit: float | None, signed: bool) -> None:
        """Set the range: from −limit, or 0 where no value is negative, to limit; None: no values yet."""
        self._limit, self._signed = limit, signed
        self.update()

    def set_range_of(self, values: np.ndarray | None, limit: float) -> None:
        """Set the range of these values, whose strongest colour has the limit; None: no values yet."""
        self.set_range(None if values is None else limit, values is None or bool((values < 0).any()))

    def sizeHint(self) -> QSize:
        return QSize(180, int(_BAR + 2 + QFontMetricsF(self.font()).height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self.draw_ground(painter, self._signed, self._colours.tobytes())
            if self._limit is None:
                return
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            text, middle, right = quick_text(self.font()), self._middle(), self.width()
            text.begin(painter)
            end = f"{self._limit:.3g}"
            text.draw(painter, right, middle, end)
            if self._signed:
                text.draw(painter, text.width(f"−{end}"), middle, f"−{end}")
                text.draw(painter, (right + text.width("0")) / 2, middle, "0")
            else:
                text.draw(painter, text.width("0"), middle, "0")

    def _middle(self) -> float:
        """Return where the middle of the numbers' line is."""
        return _BAR + 1 + QFontMetricsF(self.font()).height() / 2

    def paint_ground(self, painter: QPainter) -> None:
        """Paint the bar of colours."""
        indices = np.arange(0 if self._signed else ZERO, 2 * ZERO + 1, dtype=np.uint8)[None]
        painter.drawImage(QRectF(0, 0, self.width(), _BAR), image_from_indices(indices, self._colours))
