"""All kernels of a layer side by side: a row for each output channel, a column for each input channel."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.layers.map_pictures import MapPictures
from gui.layers.tiled_maps import TiledMaps
from gui.paint.frames import paint_frame
from gui.paint.number_grid import paint_number_grid
from gui.paint.text import small_font
from gui.paint.theme import warning_colour
from gui.widgets.painted import ARROWS, Painted
from gui.words.tool_tips import wrapped

_SPACE = 4  # pixels between the kernels and what stands beside them
_CENTRE = Qt.AlignmentFlag.AlignCenter


class KernelsMatrix(Painted):
    """Kernels as large as the height and a largest width allow.

    They are numbered row by row. Where there are biases, rows have their number before and their bias behind.
    """

    weight_hovered = Signal(object)
    """The Cell under the mouse, whose channel is the kernel's number; or None."""
    bias_hovered = Signal(int)
    """The row whose bias is under the mouse."""
    kernel_chosen = Signal(int)
    """The number of the kernel that was clicked, or gone to with the keys."""

    smallest_size = QSize(0, 120)

    def __init__(self, parent: QWidget | None = None) -> None:
        tip = self.tr(
            "Each little square is a kernel: the weights that slide over one input channel. The kernels of a "
            "row add up, with the bias at its end, to one output channel. Click a kernel, or walk with the "
            "arrow keys, to see it large."
        )
        accessible = self.tr("All kernels of the layer")
        super().__init__("kernels_matrix", accessible, wrapped(tip), parent, has_keys=True, has_mouse=True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._kernels = np.zeros((1, 1, 1), np.float32)
        self._columns: int | None = None
        self._biases: np.ndarray | None = None
        self._limit = 0.0
        self._selected = 0
        self._silent: frozenset[int] = frozenset()
        self._most_width = 200
        self._bias_title = self.tr("bias")
        self._left = self._behind = 0.0  # room for the rows' numbers and for biases
        self._maps = TiledMaps.fit((1, 1, 1), QRectF(0, 0, 1, 1))
        self._pictures = MapPictures([self._maps])

    def set_colours(self, colours: np.ndarray) -> None:
        super().set_colours(colours)
        self._make_image()

    def set_kernels(
        self, kernels: np.ndarray, columns: int | None, biases: np.ndarray | None, limit: float
    ) -> None:
        """Show kernels (N, h, w) float32, `columns` in a row, with biases (rows,) float32.

        Without `columns` they are arranged to fill the room best, and have no biases.
        """
        is_like_before = kernels.shape == self._kernels.shape and columns == self._columns
        self._kernels, self._columns, self._biases, self._limit = kernels, columns, biases, limit
        if not is_like_before:
            self._arrange()
        self._make_image()

    def select(self, kernel: int) -> None:
        """Frame a kernel."""
        self._selected = kernel
        self.update()

    def set_silent(self, rows: frozenset[int]) -> None:
        """Mark the rows whose channels no digit has excited."""
        if rows != self._silent:
            self._silent = rows
            self.update()

    def set_most_width(self, width: int) -> None:
        """Set the largest width in pixels."""
        if width != self._most_width:
            self._most_width = width
            self._arrange()

    def kernel_rect(self, kernel: int) -> QRectF:
        """Return the rectangle of a kernel."""
        return self._maps.map_rect(kernel)

    def bias_rect(self, row: int) -> QRectF:
        """Return the rectangle of a row's bias."""
        kernel = self.kernel_rect(row * self._maps.columns)
        return QRectF(self._maps.rect.right() + _SPACE, kernel.top(), self._behind - _SPACE, kernel.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    # Geometry

    def _arrange(self) -> None:
        metrics = QFontMetricsF(small_font(self.font()))
        left = behind = head = 0.0
        if self._biases is not None:
            left = math.ceil(metrics.horizontalAdvance(str(len(self._biases) - 1))) + _SPACE
            widest = max(metrics.horizontalAdvance(text) for text in ("−0.00", self._bias_title))
            behind, head = math.ceil(widest) + 4.0 + _SPACE, metrics.height()
        self._left, self._behind = left, behind
        room = QRectF(left, head, self._most_width - left - behind - 2, self.height() - head - 2)
        maps = TiledMaps.fit(self._kernels.shape, room, self.devicePixelRatioF(), self._columns)
        self._maps = replace(maps, rect=maps.rect.translated(left + 1 - maps.rect.left(), 1))
        self.setFixedWidth(math.ceil(self._maps.rect.right() + behind) + 1)
        self._make_image()

    # Painting

    def _make_image(self) -> None:
        if len(self._kernels) == self._maps.count:
            self._pictures = MapPictures([self._maps])
            self._pictures.colour([self._kernels.astype(np.float64)], [self._limit], self._colours)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            smooth = self._maps.is_smooth(self.devicePixelRatioF())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(self._maps.rect, self._pictures.images[0])
            if self._biases is not None:
                self._paint_titles(painter)
                self._paint_rows(painter, self._biases)
            paint_frame(painter, self.kernel_rect(self._selected).adjusted(-1, -1, 1, 1), self.palette())

    def _paint_titles(self, painter: QPainter) -> None:
        painter.setFont(small_font(self.font()))
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        height = self._maps.rect.top()
        bias = self.bias_rect(0)
        painter.drawText(QRectF(bias.left(), 0, bias.width(), height), _CENTRE, self._bias_title)
        first = self.kernel_rect(0)
        widest = painter.fontMetrics().horizontalAdvance(str(self._maps.columns - 1))
        if self._maps.columns > 1 and widest < first.width() + self._maps.scale:
            for column in range(self._maps.columns):
                kernel = self.kernel_rect(column).adjusted(-3, 0, 3, 0)
                painter.drawText(QRectF(kernel.left(), 0, kernel.width(), height), _CENTRE, str(column))

    def _paint_rows(self, painter: QPainter, biases: np.ndarray) -> None:
        font = small_font(self.font())
        readable = QFontMetricsF(font).height() <= self.kernel_rect(0).height() + self._maps.scale + 2
        palette = self.palette()
        chosen = self._selected // self._maps.columns
        for row in range(len(biases)):
            bias = self.bias_rect(row)
            paint_number_grid(painter, bias, biases[row : row + 1, None], self._limit, self._colours)
            if not readable:
                continue
            font.setBold(row == chosen)
            font.setStrikeOut(row in self._silent)
            painter.setFont(font)
            role = QPalette.ColorRole.WindowText if row == chosen else QPalette.ColorRole.PlaceholderText
            painter.setPen(warning_colour(palette) if row in self._silent else palette.color(role))
            number = QRectF(0, bias.top() - 4, self._left - _SPACE, bias.height() + 8)
            painter.drawText(number, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(row))

    # Mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        rows = range(0 if self._biases is None else len(self._biases))
        row = next((row for row in rows if self.bias_rect(row).contains(event.position())), None)
        if row is not None:
            self.bias_hovered.emit(row)
        else:
            self.weight_hovered.emit(self._maps.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.weight_hovered.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._maps.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.kernel_chosen.emit(cell.channel)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the arrow keys select the next kernel in their direction."""
        columns = self._maps.columns
        row, column = divmod(self._selected, columns)
        down, right = ARROWS.get(event.key(), (0, 0))
        target = (row + down) * columns + column + right
        if not (down or right):
            super().keyPressEvent(event)
        elif 0 <= column + right < columns and 0 <= target < len(self._kernels):
            self.kernel_chosen.emit(target)
