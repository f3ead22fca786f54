"""The selected kernel close up."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from gui.paint.number_grid import cell_at, common_power, factor, paint_number_grid
from gui.paint.text import small_font
from gui.widgets.painted import Painted
from gui.words.tool_tips import wrapped

_WIDEST_SHAPE = 1.7  # how many times as wide as high cells may be, for numbers to have room


class KernelCloseUp(Painted):
    """A kernel as a grid of numbers; its cells are square where the height allows."""

    weight_hovered = Signal(object)
    """The row and the column under the mouse; or None."""

    preferred_size = QSize(130, 130)
    smallest_size = QSize(60, 60)

    def __init__(self, parent: QWidget | None = None) -> None:
        tip = self.tr(
            "The selected kernel. At each place its weights are multiplied with the numbers that lie under "
            "them, and the products are added up: the more the numbers look like the kernel, the larger the "
            "sum."
        )
        accessible = self.tr("The selected kernel")
        super().__init__("kernel_close_up", accessible, wrapped(tip), parent, has_mouse=True)
        self._kernel = np.zeros((1, 1), np.float32)
        self._limit = 0.0

    def set_kernel(self, kernel: np.ndarray, limit: float) -> None:
        """Show a kernel (h, w) float32; `limit` gets the strongest colour."""
        self._kernel, self._limit = kernel, limit
        self.update()

    def grid_rect(self) -> QRectF:
        """Return the rectangle of the kernel."""
        rows, columns = self._kernel.shape
        across, height = (self.width() - 2) / columns, self.height() - 2 - self._factor_height()
        down = max(int(min(across, height / rows)), 1)
        across = max(int(min(across, down * _WIDEST_SHAPE)), 1)
        return QRectF(1, 1, columns * across, rows * down)

    def _factor_height(self) -> int:
        return QFontMetrics(small_font(self.font())).height() if common_power(self._kernel) else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            kernel, grid = self._kernel.astype(np.float64), self.grid_rect()
            power = common_power(self._kernel)
            paint_number_grid(painter, grid, kernel, self._limit, self._colours, power=power)
            painter.setFont(small_font(self.font()))
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            below = QRectF(grid.left(), grid.bottom(), grid.width(), self._factor_height())
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, factor(power))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.weight_hovered.emit(cell_at(self.grid_rect(), self._kernel.shape, event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.weight_hovered.emit(None)
