"""A channel's share in a sum, cell by cell: what it gives, times its weights, is what it adds."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.inspect.number_grid import paint_number_grid

_SIGN = 22  # pixels between two grids
_LARGEST = 260


class CellSums(QWidget):
    """Three grids of numbers in a row: output × weight = term."""

    left = Signal()
    """One wants to go back up: Left, Backspace or Escape."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cell_sums")
        self.setAccessibleName(self.tr("What each cell of the channel adds"))
        self.setToolTip(
            self.tr(
                "Flattened, the channel's cells are inputs like any other: each has a weight of its own. "
                "Each grid has its own range of colours."
            )
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._grids: np.ndarray | None = None
        self._is_dimmed = False
        self._colours = np.zeros(256, np.uint32)

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours."""
        self._colours = colours
        self.update()

    def set_grids(self, grids: np.ndarray | None) -> None:
        """Show (3, H, W): what each cell gives, its weight, its term."""
        self._grids = grids
        self.update()

    def grids(self) -> np.ndarray | None:
        """What is shown."""
        return self._grids

    def set_dimmed(self, dimmed: bool) -> None:
        """Whether this is about a drawing that is not there any more."""
        if dimmed != self._is_dimmed:
            self._is_dimmed = dimmed
            self.update()

    def sizeHint(self) -> QSize:
        """Room for three grids of five by five."""
        return QSize(420, 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the grids, the signs between them, and what they are."""
        if self._grids is None:
            return
        line = QFontMetricsF(self.font()).height() + 4
        _, rows, columns = self._grids.shape
        width = min((self.width() - 2 * _SIGN - 2) / 3, (self.height() - line) * columns / rows, _LARGEST)
        height = width * rows / columns
        titles = (self.tr("what it gives"), self.tr("weight"), self.tr("what it adds"))
        with QPainter(self) as painter:
            painter.setOpacity(0.35 if self._is_dimmed else 1.0)
            for at, (grid, title) in enumerate(zip(self._grids, titles, strict=True)):
                left = 1 + at * (width + _SIGN)
                painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
                painter.drawText(QRectF(left, 0, width, line), Qt.AlignmentFlag.AlignCenter, title)
                if at:
                    sign = QRectF(left - _SIGN, line, _SIGN, height)
                    painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, "×="[at - 1])
                limit = float(np.abs(np.nan_to_num(grid)).max(initial=0.0))
                place = QRectF(left, line, width, height)
                paint_number_grid(painter, place, grid, limit, self._colours)
                painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
                painter.drawRect(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left, Backspace and Escape go back up."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Backspace, Qt.Key.Key_Escape):
            self.left.emit()
        else:
            super().keyPressEvent(event)
