"""Eight digits as they are, and as the network meets them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.images import image_from_gray

_COUNT = 8
_GAP = 1.0
_LARGEST = 56.0  # pixels; two screen pixels for each of the digit's


class AugmentationPreview(QWidget):
    """Two rows of tiles, dark ink on light paper: above before, below after the changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("augmentation_preview")
        self.setAccessibleName(self.tr("Digits before and after augmentation"))
        self.setToolTip(
            self.tr(
                "Above: digits as MNIST has them. Below: the same ones after random changes, as the network "
                "meets them. Every digit is changed anew in every epoch."
            )
        )
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._rows: tuple[np.ndarray, ...] = ()

    def set_digits(self, before: np.ndarray, after: np.ndarray) -> None:
        """Show digits (8, 28, 28) float32 from 0, paper, to 1, ink.

        Raises:
            ValueError: the two are not of this shape.
        """
        for digits in (before, after):
            if digits.shape != (_COUNT, 28, 28):
                raise ValueError(f"digits must be ({_COUNT}, 28, 28), got {digits.shape}")
        self._rows = tuple((255 * (1 - digits.clip(0, 1))).astype(np.uint8) for digits in (before, after))
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Tiles are square."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Two rows of tiles, each under its caption."""
        return int(2 * (self._side(width) + self._line()) + 4)

    def sizeHint(self) -> QSize:
        """One screen pixel for each of a digit's pixels."""
        return QSize(_COUNT * 29, self.heightForWidth(_COUNT * 29))

    def minimumSizeHint(self) -> QSize:
        """Small enough for a narrow column."""
        return QSize(_COUNT * 16, self.heightForWidth(_COUNT * 16))

    def _side(self, width: float) -> float:
        return min((width - (_COUNT - 1) * _GAP) / _COUNT, _LARGEST)

    def _line(self) -> float:
        return QFontMetricsF(self.font()).height() + 1

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both rows; empty frames where there are no digits yet."""
        side, line = self._side(self.width()), self._line()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            for row, caption in enumerate((self.tr("as written"), self.tr("as the network meets them"))):
                top = row * (side + line + 2)
                painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
                painter.drawText(QRectF(0, top, self.width(), line), Qt.AlignmentFlag.AlignLeft, caption)
                self._paint_tiles(painter, row, top + line, side)

    def _paint_tiles(self, painter: QPainter, row: int, top: float, side: float) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        for column in range(_COUNT):
            tile = QRectF(column * (side + _GAP), top, side, side)
            if self._rows:
                painter.drawImage(tile, image_from_gray(self._rows[row][column]))
            else:
                painter.drawRect(tile.adjusted(0.5, 0.5, -0.5, -0.5))
