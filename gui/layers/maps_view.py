"""One layer's maps, large: zoom, single maps, and numbers where a cell has room for them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from gui.layers.close_up import CloseUp
from gui.layers.map_pictures import MapPictures
from gui.layers.tiled_maps import Cell, TiledMaps
from gui.paint.colours import is_bright
from gui.paint.frames import paint_frame
from gui.paint.images import colour_indices
from gui.words.numbers import number

_SMALLEST_NUMBERED_CELL = 24  # screen pixels: below that "−0.12" cannot be read
_STEEPEST_ZOOM = 40.0


class MapsView(CloseUp):
    """All maps of a layer, or one of them, filling the widget; the wheel zooms, dragging moves.

    Values are (C, H, W).
    """

    map_selected = Signal(object)
    """The channel whose map was clicked and now fills the view; None when all are back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("maps_view", self.tr("The selected layer's maps"), parent)
        self._shape: tuple[int, int, int] = (1, 1, 1)
        self.channel: int | None = None
        """The channel whose map fills the view; None while all are shown."""
        self._maps = TiledMaps.fit(self._shape, QRectF(0, 0, 1, 1))
        self._pictures = MapPictures([self._maps])
        self._is_bright = np.zeros(256, bool)  # of the colours: black text reads better than white
        self._zoom = 1.0
        self._origin = QPointF()  # the view's corner in the zoomed picture
        self._pressed_at: QPointF | None = None
        self._dragged_from: QPointF | None = None

    def set_shape(self, shape: tuple[int, int, int]) -> None:
        """Show a layer of this shape (C, H, W), all of its maps, without values."""
        self._shape, self._values = shape, None
        self._show(None)

    @property
    def is_close(self) -> bool:
        """Whether one map fills the view, or the wheel has zoomed."""
        return self.channel is not None or self._zoom != 1.0

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
        self._zoom, self._origin = 1.0, QPointF()
        self._arrange()
        self.cell_hovered.emit(None)  # another cell lies under the mouse now

    def _arrange(self) -> None:
        shape = self._shape if self.channel is None else (1, *self._shape[1:])
        room = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        self._maps = TiledMaps.fit(shape, room, self.devicePixelRatioF(), centred=True)
        self._pictures = MapPictures([self._maps])
        self.update()

    def _shown_values(self) -> np.ndarray | None:
        if self._values is None or self.channel is None:
            return self._values
        return self._values[self.channel : self.channel + 1]

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        self._keep_in_sight()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        values = self._shown_values()
        maps = self._maps
        self._pictures.colour(None if values is None else [values], [self._limit], self._colours)
        with QPainter(self) as painter:
            painter.translate(-self._origin)
            painter.scale(self._zoom, self._zoom)
            smooth = maps.is_smooth(self.devicePixelRatioF() * self._zoom)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(maps.rect, self._pictures.images[0])
            painter.resetTransform()
            self._paint_channels(painter, values)
            if values is not None and maps.scale * self._zoom >= _SMALLEST_NUMBERED_CELL:
                self._paint_numbers(painter, values)
            self._paint_marked(painter)

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
        first, step = self._on_screen(maps.cell_rect(Cell(0, 0, 0))), maps.scale * self._zoom
        left, top = first.left() + 3, first.top() + 1 + QFontMetricsF(self.font()).ascent()
        across, down = step * (maps.width + maps.gap), step * (maps.height + maps.gap)
        for pen, is_on_bright in ((Qt.GlobalColor.black, True), (Qt.GlobalColor.white, False)):
            painter.setPen(pen)
            for channel in range(maps.count):
                if bright[channel] == is_on_bright:
                    row, column = divmod(channel, maps.columns)
                    painter.drawText(QPointF(left + column * across, top + row * down), str(channel))

    def _paint_numbers(self, painter: QPainter, values: np.ndarray) -> None:
        side = self._maps.scale * self._zoom
        font = self.font()
        font.setPixelSize(int(min(side / 3.2, 16)))
        painter.setFont(font)
        indices = colour_indices(values, self._limit)
        visible = QRectF(self.rect())
        for (channel, row, column), value in np.ndenumerate(values):
            rect = self._on_screen(self._maps.cell_rect(Cell(channel, row, column)))
            if rect.intersects(visible):
                dark_text = self._is_bright[indices[channel, row, column]]
                painter.setPen(Qt.GlobalColor.black if dark_text else Qt.GlobalColor.white)
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, number(float(value), 2))
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))

    def _paint_marked(self, painter: QPainter) -> None:
        cell = self._marked
        if cell is None or (self.channel is not None and cell.channel != self.channel):
            return
        shown = cell if self.channel is None else Cell(0, cell.row, cell.column)
        paint_frame(painter, self._on_screen(self._maps.cell_rect(shown)), self.palette())

    def _on_screen(self, rect: QRectF) -> QRectF:
        return QRectF(rect.topLeft() * self._zoom - self._origin, rect.size() * self._zoom)

    def _cell_at(self, position: QPointF) -> Cell | None:
        cell = self._maps.cell_at((position + self._origin) / self._zoom)
        if cell is None or self.channel is None:
            return cell
        return Cell(self.channel, cell.row, cell.column)

    # Mouse and keys

    def wheelEvent(self, event: QWheelEvent) -> None:
        factor = 1.0015 ** event.angleDelta().y()
        zoom = min(max(self._zoom * factor, 1.0), _STEEPEST_ZOOM)
        at = event.position()
        self._origin = (at + self._origin) * (zoom / self._zoom) - at
        self._zoom = zoom
        self._keep_in_sight()
        event.accept()

    def _keep_in_sight(self) -> None:
        most = QPointF(self.width() * (self._zoom - 1), self.height() * (self._zoom - 1))
        x, y = min(max(self._origin.x(), 0.0), most.x()), min(max(self._origin.y(), 0.0), most.y())
        self._origin = QPointF(x, y)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = self._dragged_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None and self._zoom > 1:
            self._origin -= event.position() - self._dragged_from
            self._dragged_from = event.position()
            self._keep_in_sight()
        self.cell_hovered.emit(self._cell_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed_at, self._pressed_at, self._dragged_from = self._pressed_at, None, None
        if pressed_at is None or (event.position() - pressed_at).manhattanLength() > 4:
            return
        cell = self._cell_at(event.position())
        if cell is None:
            return
        if self.channel is None and self._shape[0] > 1:
            self.show_channel(cell.channel)
        self.cell_clicked.emit(cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_all()
