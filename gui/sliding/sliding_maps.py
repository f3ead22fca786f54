"""A window that slides over an input map, and the output map that fills in as it goes."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.layers.tiled_maps import Cell, TiledMaps
from gui.paint.images import colour_indices, image_from_indices
from gui.paint.number_grid import paint_hatch
from gui.paint.text import small_font
from gui.sliding.window_positions import Walk
from gui.widgets.painted import Painted
from gui.words.tool_tips import wrapped

_BETWEEN = 28  # pixels between the maps, for an arrow
_PADDING = Qt.BrushStyle.BDiagPattern
_NOT_YET = Qt.BrushStyle.Dense6Pattern
_NEVER = Qt.BrushStyle.DiagCrossPattern


class SlideMaps(Painted):
    """Input map left, with its padding, and the window in it; output map right, as far as it has come."""

    cell_hovered = Signal(object)
    """The output cell (row, column) whose window is under the mouse, or which is itself; None: neither."""

    def __init__(self, parent: QWidget | None = None) -> None:
        tip = self.tr(
            "Each place of the window gives one number of the output. Point at either map to move the window "
            "there."
        )
        accessible = self.tr("Input map with the sliding window, and output map")
        super().__init__("slide_maps", accessible, wrapped(tip), parent, has_keys=True, has_mouse=True)
        self.setMinimumHeight(90)
        self._walk: Walk | None = None
        self._before = self._after = np.zeros((1, 1), np.float32)
        self._limits = 1.0, 1.0
        self._captions = "", ""
        self._reached, self._at = 0, (0, 0)
        self._input = self._output = TiledMaps.fit((1, 1, 1), QRectF(0, 0, 1, 1))

    def set_walk(self, walk: Walk) -> None:
        """Make room for maps of these sizes."""
        self._walk = walk
        self._arrange()

    def set_maps(
        self, before: np.ndarray, after: np.ndarray, limits: tuple[float, float], captions: tuple[str, str]
    ) -> None:
        """Show an input map and an output map, with what they are and the values of strongest colour."""
        self._before, self._after, self._limits, self._captions = before, after, limits, captions
        self.update()

    def set_place(self, reached: int, at: tuple[int, int]) -> None:
        """Show the first `reached` cells of the output, row by row, and the one at the window's place."""
        self._reached, self._at = reached, at
        self.update()

    # Geometry

    def _arrange(self) -> None:
        if self._walk is None:
            return
        rows, columns = self._walk.window.padding
        height, width = self._walk.before
        caption = self._caption_height()
        across, down = (self.width() - _BETWEEN) / 2, self.height() - caption
        room = QRectF(0, caption, max(across, 1), max(down, 1))
        ratio = self.devicePixelRatioF()
        self._input = TiledMaps.fit((1, height + 2 * rows, width + 2 * columns), room, ratio, centred=True)
        room.moveLeft(across + _BETWEEN)
        self._output = TiledMaps.fit((1, *self._walk.after), room, ratio, centred=True)
        self.update()

    def _caption_height(self) -> int:
        return self.fontMetrics().height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _in_input(self, top: int, left: int, height: int, width: int) -> QRectF:
        """Return the rectangle of these cells of the input; the first one without padding is (0, 0)."""
        assert self._walk is not None
        rows, columns = self._walk.window.padding
        corner = self._input.cell_rect(Cell(0, top + rows, left + columns)).topLeft()
        return QRectF(corner, QSizeF(width, height) * self._input.scale)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._walk is None:
            return
        with QPainter(self) as painter:
            self._paint_captions(painter)
            self._paint_input(painter, self._walk)
            self._paint_output(painter, self._walk)

    def _paint_captions(self, painter: QPainter) -> None:
        painter.setFont(small_font(self.font()))
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        across = (self.width() - _BETWEEN) / 2
        for left, caption in zip((0.0, across + _BETWEEN), self._captions, strict=True):
            room = QRectF(left, 0, across, self._caption_height())
            shown = painter.fontMetrics().elidedText(caption, Qt.TextElideMode.ElideRight, int(across))
            painter.drawText(room, Qt.AlignmentFlag.AlignHCenter, shown)
        middle = QRectF(across, self._caption_height(), _BETWEEN, self.height() - self._caption_height())
        painter.setFont(self.font())
        painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, "→")

    def _paint_input(self, painter: QPainter, walk: Walk) -> None:
        height, width = walk.before
        paint_hatch(painter, self._input.rect, self._colours, _PADDING)
        indices = colour_indices(self._before, self._limits[0])
        painter.drawImage(self._in_input(0, 0, height, width), image_from_indices(indices, self._colours))
        for row in walk.missed(0):
            paint_hatch(painter, self._in_input(row, 0, 1, width), self._colours, _NEVER)
        for column in walk.missed(1):
            paint_hatch(painter, self._in_input(0, column, height, 1), self._colours, _NEVER)
        self._paint_frame(painter, self._in_input(*walk.corner(self._at), *walk.window.reach))

    def _paint_output(self, painter: QPainter, walk: Walk) -> None:
        paint_hatch(painter, self._output.rect, self._colours, _NOT_YET)
        image = image_from_indices(colour_indices(self._after, self._limits[1]), self._colours)
        rows, columns = walk.cell(self._reached)
        row, column = self._at
        shown = [(0, 0, rows, walk.after[1]), (rows, 0, 1, columns), (row, column, 1, 1)]
        for top, left, down, across in shown:
            if down and across:
                corner = self._output.cell_rect(Cell(0, top, left)).topLeft()
                target = QRectF(corner, QSizeF(across, down) * self._output.scale)
                painter.drawImage(target, image, QRectF(left, top, across, down))
        self._paint_frame(painter, self._output.cell_rect(Cell(0, row, column)))

    def _paint_frame(self, painter: QPainter, rect: QRectF) -> None:
        """Paint a frame in two colours, so that one of them can be seen on every value."""
        for colour, width, apart in ((Qt.GlobalColor.black, 1, 2), (Qt.GlobalColor.white, 2, 0.5)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRect(rect.adjusted(-apart, -apart, apart, apart))

    # Mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.cell_hovered.emit(self._cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.cell_hovered.emit(None)

    def _cell_at(self, position: QPointF) -> tuple[int, int] | None:
        if self._walk is None:
            return None
        cell = self._output.cell_at(position)
        if cell is not None:
            return cell.row, cell.column
        cell = self._input.cell_at(position)
        if cell is None:
            return None
        rows, columns = self._walk.window.padding
        return self._walk.nearest(cell.row - rows, cell.column - columns)
