"""One kernel, large, with its numbers."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.inspect.number_grid import paint_number_grid


class KernelCloseUp(QWidget):
    """A kernel as a grid of square cells that fills its room."""

    weight_hovered = Signal(object)
    """The row and the column under the mouse; or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kernel_close_up")
        self.setAccessibleName(self.tr("The selected kernel"))
        self.setToolTip(
            self.tr(
                "The selected kernel. At each place its weights are multiplied with the numbers that lie "
                "under them, and the products are added up: the more the numbers look like the kernel, the "
                "larger the sum."
            )
        )
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._kernel = np.zeros((1, 1), np.float32)
        self._limit = 0.0
        self._colours = np.zeros(256, np.uint32)

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours; see `gui.inspect.colours`."""
        self._colours = colours
        self.update()

    def set_kernel(self, kernel: np.ndarray, limit: float) -> None:
        """Show a kernel (h, w) float32; `limit` gets the strongest colour."""
        self._kernel, self._limit = kernel, limit
        self.update()

    def sizeHint(self) -> QSize:
        """Room for numbers in a kernel of 5×5."""
        return QSize(130, 130)

    def minimumSizeHint(self) -> QSize:
        """Room for colours that can be told apart."""
        return QSize(60, 60)

    def grid_rect(self) -> QRectF:
        """Where the kernel is drawn."""
        rows, columns = self._kernel.shape
        cell = max(min((self.width() - 2) / columns, (self.height() - 2) / rows), 1.0)
        cell = float(int(cell))
        return QRectF(1, 1, columns * cell, rows * cell)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the kernel."""
        with QPainter(self) as painter:
            kernel = self._kernel.astype(np.float64)
            paint_number_grid(painter, self.grid_rect(), kernel, self._limit, self._colours)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which weight is under the mouse."""
        self.weight_hovered.emit(self._place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """None is under the mouse any more."""
        self.weight_hovered.emit(None)

    def _place_at(self, point: QPointF) -> tuple[int, int] | None:
        grid = self.grid_rect()
        if not grid.contains(point):
            return None
        rows, columns = self._kernel.shape
        row = int((point.y() - grid.top()) / grid.height() * rows)
        column = int((point.x() - grid.left()) / grid.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)
