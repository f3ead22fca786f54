"""A channel's part of a sum, cell by cell: output × weight = term."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from core.finite import largest_finite
from gui.paint.number_grid import cell_at, cell_rect, paint_number_grid
from gui.widgets.painted import ARROWS, DIMMED, Painted

_SIGN = 22  # pixels between two grids
_LARGEST = 320


class CellSums(Painted):
    """Three grids of numbers, output × weight = term, and a few words about the marked cell."""

    cell_chosen = Signal()
    """Another cell is `marked`: it was clicked, or gone to with the arrow keys."""
    left = Signal()
    """Backspace or Escape was pressed, which go back up."""

    preferred_size = QSize(420, 420)
    smallest_size = QSize(240, 200)

    def __init__(self, parent: QWidget | None = None) -> None:
        tip = self.tr(
            "Flattened, the channel's cells are inputs like any other: each has a weight of its own. Each "
            "grid has its own range of colours. Click a cell, or go to it with the arrow keys: the map over "
            "the drawing shows what the cell sees."
        )
        accessible = self.tr("What each cell of the channel adds")
        super().__init__("cell_sums", accessible, tip, parent, has_keys=True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._grids: np.ndarray | None = None
        self.marked: tuple[int, int] | None = None
        """The row and column of the marked cell."""
        self._words = ""
        self._kernels = self._colours

    def set_kernel_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours for weights."""
        self._kernels = colours
        self.update()

    def set_grids(self, grids: np.ndarray) -> None:
        """Show (3, H, W): each cell's output, weight and term."""
        self._grids = grids
        self.update()

    def grids(self) -> np.ndarray | None:
        """Return the grids that are shown."""
        return self._grids

    def mark(self, cell: tuple[int, int] | None) -> None:
        """Mark the cell at this row and column, or none, without a signal."""
        self.marked = cell
        self.update()

    def set_words(self, words: str) -> None:
        """Show these words about the marked cell."""
        if words != self._words:
            self._words = words
            self.setAccessibleDescription(words)
            self.update()

    def _title_height(self) -> float:
        return QFontMetricsF(self.font()).height() + 4

    def grid_rect(self, at: int) -> QRectF:
        """Return the rectangle of a grid: both factors side by side, the terms below at the left."""
        assert self._grids is not None  # there is a grid
        _, rows, columns = self._grids.shape
        line = self._title_height()
        room = (self.height() - 2 * line - 4) / 2
        width = min((self.width() - 2 * _SIGN - 2) / 2, room * columns / rows, _LARGEST)
        height = width * rows / columns
        left = _SIGN + (width + _SIGN if at == 1 else 0)
        return QRectF(left, line + (height + line + 2 if at == 2 else 0), width, height)

    def cell_rect(self, at: int, row: int, column: int) -> QRectF:
        """Return the rectangle of a cell in a grid."""
        assert self._grids is not None  # there is a grid
        return cell_rect(self.grid_rect(at), self._grids.shape[1:], row, column)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._grids is None:
            return
        with QPainter(self) as painter:
            painter.setOpacity(DIMMED if self._is_dimmed else 1.0)
            for at in range(3):
                self._paint_grid(painter, at)
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            below, beside = self.grid_rect(2), self.grid_rect(1)
            room = QRectF(beside.left(), below.top(), self.width() - beside.left(), below.height())
            painter.drawText(room, Qt.TextFlag.TextWordWrap, self._words)

    def _paint_grid(self, painter: QPainter, at: int) -> None:
        assert self._grids is not None
        grid, place, line = self._grids[at], self.grid_rect(at), self._title_height()
        title = (self.tr("what it gives"), self.tr("weight"), self.tr("what it adds"))[at]
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        above = QRectF(place.left(), place.top() - line, place.width(), line)
        painter.drawText(above, Qt.AlignmentFlag.AlignCenter, title)
        sign = QRectF(place.left() - _SIGN, place.top(), _SIGN, place.height())
        painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, ("", "×", "=")[at])
        limit = largest_finite(grid)
        colours = self._kernels if at == 1 else self._colours
        paint_number_grid(painter, place, grid, limit, colours, marked=self.marked)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(place)

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Mark the cell under the mouse, in whichever grid."""
        if event.button() == Qt.MouseButton.LeftButton and self._grids is not None:
            shape, point = self._grids.shape[1:], event.position()
            cells = [cell_at(self.grid_rect(at), shape, point) for at in range(3)]
            if cell := next(filter(None, cells), None):
                self._choose(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from cell to cell; Backspace and Escape go back up."""
        key = event.key()
        if key in ARROWS and self._grids is not None:
            (row, column), (down, right) = self.marked or (0, 0), ARROWS[key]
            _, rows, columns = self._grids.shape
            self._choose((min(max(row + down, 0), rows - 1), min(max(column + right, 0), columns - 1)))
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Escape):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _choose(self, cell: tuple[int, int]) -> None:
        if cell != self.marked:
            self.mark(cell)
            self.cell_chosen.emit()
