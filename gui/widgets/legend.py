"""A colour scale: the ends of its range, and zero."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.paint.images import ZERO, image_from_indices
from gui.widgets.painted import Painted


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

    def sizeHint(self) -> QSize:
        return QSize(180, int(12 + QFontMetricsF(self.font()).height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics = QFontMetricsF(self.font())
        indices = np.arange(0 if self._signed else ZERO, 2 * ZERO + 1, dtype=np.uint8)[None]
        bar = QRectF(0, 0, self.width(), 10)
        text = QRectF(0, 11, self.width(), metrics.height())
        with QPainter(self) as painter:
            painter.drawImage(bar, image_from_indices(indices, self._colours))
            if self._limit is None:
                return
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            end = f"{self._limit:.3g}"
            painter.drawText(text, Qt.AlignmentFlag.AlignRight, end)
            if self._signed:
                painter.drawText(text, Qt.AlignmentFlag.AlignLeft, f"−{end}")
                painter.drawText(text, Qt.AlignmentFlag.AlignHCenter, "0")
            else:
                painter.drawText(text, Qt.AlignmentFlag.AlignLeft, "0")
