"""One layer's maps, large: single maps, and numbers where a cell has room for them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui.layers.close_up import CloseUp
from gui.layers.map_pictures import MapPictures
from gui.layers.tiled_maps import Cell, TiledMaps
from gui.paint.colours import is_bright
from gui.paint.frames import paint_frame
from gui.paint.images import colour_indices
from gui.paint.quick_text import quick_text
from gui.paint.theme import frame_colour
from gui.words.numbers import number

_SMALLEST_NUMBERED_CELL = 24  # screen pixels: below that "−0.12" cannot be read


class MapsView(CloseUp):
    """All maps of a layer, or one of them, filling the widget. Values are (C, H, W)."""

    map_selected = Signal(object)
    """The channel whose map was clicked and now fills the view; None when all are back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._shape: tuple[int, int, int] = (1, 1, 1)
        self.channel: int | None = None
        """The channel whose map fills the view; None while all are shown."""
        self._maps = TiledMaps.fit(self._shape, QRectF(0, 0, 1, 1))
        self._pictures = MapPictures([self._maps])
        self._names: Sequence[str] = ("0",)
        self._together = 0
        self._is_bright = np.zeros(256, bool)  # of the colours: black text reads better than white
        super().__init__("maps_view", self.tr("The selected layer's maps"), parent)

    def set_shape(self, shape: tuple[int, int, int], names: Sequence[str] = (), together: int = 0) -> None:
        """Show a layer of this shape (C, H, W), all of its maps, without values.

        Maps have these names, or else their numbers; so many, one after the other, stand in one row.
        """
        self._shape, self._values = shape, None
        self._names, self._together = names or [str(channel) for channel in range(shape[0])], together
        self._show(None)

    @property
    def is_close(self) -> bool:
        """Whether one map fills the view, or some of it is out of sight."""
        return self.channel is not None or self.is_enlarged

    def show_all(self) -> None:
        """Bring all of the layer's maps back."""
        if self.is_close:
            self._show(None)
            self.map_selected.emit(None)

    def show_channel(self, channel: int) -> None:
        """Fill the view with one channel's map."""
        self._show(channel)
        self.map_selected.emit(channel)

    def _show(self, channel: int | None) -> None:
        self.channel = channel
        super().show_all()
        self.arrange()
        self._point_at(None)  # another cell lies under the mouse now

    def arrange(self) -> None:
        shape = self._shape if self.channel is None else (1, *self._shape[1:])
        room = QRectF(QPointF(), self._size).adjusted(2, 2, -2, -2)
        count, together = shape[0], self._together if self.channel is None else 0
        choices: list[int | None] = [None]
        if together:
            choices = [each for each in range(together, count + 1, together) if count % each == 0]
        fits = (
            TiledMaps.fit(shape, room, self.devicePixelRatioF(), columns, centred=True) for columns in choices
        )
        self._maps = max(fits, key=lambda maps: maps.scale)
        self._pictures = MapPictures([self._maps])
        self.viewport().update()

    def _shown_values(self) -> np.ndarray | None:
        if self._values is None or self.channel is None:
            return self._values
        return self._values[self.channel : self.channel + 1]

    def _shown_cell(self, cell: Cell | None) -> Cell | None:
        """Return a cell's place in the arrangement; None where its map is not shown."""
        if cell is None or self.channel is None:
            return cell
        return Cell(0, cell.row, cell.column) if cell.channel == self.channel else None

    def cell_at(self, position: QPointF) -> Cell | None:
        cell = self._maps.cell_at(self.before_zoom(position))
        if cell is None or self.channel is None:
            return cell
        return Cell(self.channel, cell.row, cell.column)

    def clicked(self, cell: Cell) -> None:
        if self.channel is None and self._shape[0] > 1:
            self.show_channel(cell.channel)
        super().clicked(cell)

    # Painting

    def paint_values(self, painter: QPainter) -> None:
        values = self._shown_values()
        self._pictures.colour(None if values is None else [values], [self._limit], self._colours)
        smooth = self._maps.is_smooth(self.devicePixelRatioF() * self._zoom)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(self._maps.rect, self._pictures.images[0])

    def paint_over(self, painter: QPainter) -> None:
        values = self._shown_values()
        self._paint_channels(painter, values)
        if values is not None and self._side >= _SMALLEST_NUMBERED_CELL:
            self._paint_numbers(painter, values)
        if (cell := self._shown_cell(self._marked)) is not None:
            paint_frame(painter, self.on_screen(self._maps.cell_rect(cell)), self.palette())
        if (cell := self._shown_cell(self._pointed)) is not None:
            self._paint_cross(painter, cell, values)

    @property
    def _side(self) -> float:
        """The width of a cell, in pixels."""
        return self._maps.scale * self._zoom

    def set_colours(self, colours: np.ndarray) -> None:
        self._is_bright = np.array([is_bright(colour) for colour in colours.tolist()])
        super().set_colours(colours)

    def _paint_channels(self, painter: QPainter, values: np.ndarray | None) -> None:
        """Number the maps, so that they can be found in the strip: dark on bright corners, else bright."""
        maps = self._maps
        if self.channel is not None or maps.count == 1:
            return
        corners = np.zeros(maps.count) if values is None else values[:, 0, 0]
        bright = self._is_bright[colour_indices(corners, self._limit)].tolist()
        first, step = self.on_screen(maps.cell_rect(Cell(0, 0, 0))), self._side
        left, top = first.left() + 3, first.top() + 1 + QFontMetricsF(self.font()).ascent()
        across, down = step * (maps.width + maps.gap), step * (maps.height + maps.gap)
        if painter.fontMetrics().horizontalAdvance(self._names[-1]) > across / 2:
            return  # they would hide the maps
        for pen, is_on_bright in ((Qt.GlobalColor.black, True), (Qt.GlobalColor.white, False)):
            painter.setPen(pen)
            for channel in range(maps.count):
                if bright[channel] == is_on_bright:
                    row, column = divmod(channel, maps.columns)
                    painter.drawText(QPointF(left + column * across, top + row * down), self._names[channel])

    def _paint_numbers(self, painter: QPainter, values: np.ndarray) -> None:
        """Write each cell's number that is in sight."""
        font = self.font()
        font.setPixelSize(int(min(self._side / 3.2, 16)))
        text = quick_text(font)
        text.begin(painter)
        is_dark = self._is_bright[colour_indices(values, self._limit)]
        side = self._side
        for channel, rows, columns in self._cells_in_sight():
            first = self.on_screen(self._maps.cell_rect(Cell(channel, 0, 0))).center()
            shown = [
                (first.x() + column * side, first.y() + row * side, is_dark[channel, row, column], value)
                for row in rows
                for column, value in zip(columns, values[channel, row, columns].tolist(), strict=True)
            ]
            for pen, on_bright in ((Qt.GlobalColor.black, True), (Qt.GlobalColor.white, False)):
                painter.setPen(pen)
                for x, y, dark, value in shown:
                    if dark == on_bright:
                        word = number(value, 2)
                        text.draw(painter, x + text.width(word) / 2, y, word)

    def _cells_in_sight(self) -> list[tuple[int, range, range]]:
        """Return each channel of whose cells something is in sight, and the rows and columns of those."""
        seen = QRectF(self.viewport().rect())
        cells = []
        for channel in range(self._maps.count):
            whole = self.on_screen(self._maps.map_rect(channel))
            part = whole.intersected(seen)
            if not part.isEmpty():
                first, last = _steps(part.top(), part.bottom(), whole.top(), self._side)
                rows = range(first, min(last, self._maps.height))
                first, last = _steps(part.left(), part.right(), whole.left(), self._side)
                cells.append((channel, rows, range(first, min(last, self._maps.width))))
        return cells

    def _paint_cross(self, painter: QPainter, cell: Cell, values: np.ndarray | None) -> None:
        """Lines along the pointed cell's row and column to its map's edges, and its place and value."""
        at = self.on_screen(self._maps.cell_rect(cell))
        edges = self.on_screen(self._maps.map_rect(cell.channel))
        colour = QColor(frame_colour(self.palette()))
        colour.setAlphaF(0.7)
        painter.setPen(QPen(colour, 1))
        middle = at.center()
        for x in ((edges.left(), at.left()), (at.right(), edges.right())):
            painter.drawLine(QPointF(x[0], middle.y()), QPointF(x[1], middle.y()))
        for y in ((edges.top(), at.top()), (at.bottom(), edges.bottom())):
            painter.drawLine(QPointF(middle.x(), y[0]), QPointF(middle.x(), y[1]))
        if values is not None:
            value = number(float(values[cell.channel, cell.row, cell.column]), 4)
            text = self.tr("{map} · row {row}, column {column}: {value}")
            name = self._names[cell.channel if self.channel is None else self.channel]
            self.paint_note(painter, at, text.format(map=name, row=cell.row, column=cell.column, value=value))


def _steps(start: float, end: float, origin: float, step: float) -> tuple[int, int]:
    """Return the first step that a stretch touches, and the one after the last."""
    return math.floor((start - origin) / step + 1e-6), math.ceil((end - origin) / step - 1e-6)
