"""The switches of a layer's channels or units."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.layers.map_pictures import MapPictures
from gui.layers.tiled_maps import TiledMaps
from gui.paint.printing import is_printing
from gui.paint.text import small_font
from gui.paint.theme import warning_colour
from gui.widgets.painted import ARROWS, Painted

_MARGIN = 3
_NUMBERED_FROM = 30  # screen pixels: smaller pictures have no room for their number


class ChannelSwitches(Painted):
    """A small picture for each channel, a cell for each unit; a click switches it off, and crosses it out."""

    switched = Signal(int, bool)
    """A channel, and whether it is to be on."""
    pointed = Signal(int)
    """The channel that was selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("channel_switches", self.tr("Channels on and off"), parent=parent, has_keys=True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._shape: tuple[int, ...] = (1, 1, 1)
        self._values: np.ndarray | None = None
        self._limit = 1.0
        self._off: frozenset[int] = frozenset()
        self._edited: frozenset[int] = frozenset()
        self.current = 0
        """The selected channel, which keys switch."""
        self._tiles = TiledMaps.fit(self._shape, QRectF(0, 0, 1, 1))
        self._pictures = MapPictures([self._tiles])
        self._height = 96

    def set_shape(self, shape: tuple[int, ...]) -> None:
        """Show a layer of this shape, (C, H, W) or (N,), all on and without values."""
        self._shape, self._values, self.current = shape, None, 0
        self._off = self._edited = frozenset()
        self._arrange()

    def set_values(self, values: np.ndarray | None, limit: float) -> None:
        """Show the channels' values, (C, H, W) or (N,); `limit` gets the strongest colour."""
        self._values, self._limit = values, limit
        self.update()

    def set_changes(self, off: frozenset[int], edited: frozenset[int]) -> None:
        """Cross the channels out that are off; mark those whose weights were edited."""
        self._off, self._edited = off, edited
        self._describe()
        self.update()

    def set_current(self, channel: int) -> None:
        """Select a channel, without a signal."""
        self.current = min(channel, self._shape[0] - 1)
        self._describe()
        self.update()

    def set_room(self, width: int, height: int) -> None:
        """Be as high as the pictures are in a room of this size."""
        room = QRectF(0, 0, width - 2 * _MARGIN, height - 2 * _MARGIN)
        pictures = TiledMaps.fit(self._shape, room, self.devicePixelRatioF()).rect
        height = math.ceil(pictures.height()) + 2 * _MARGIN
        if height != self._height:
            self._height = height
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(300, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self._height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        self._tiles = TiledMaps.fit(self._shape, room, self.devicePixelRatioF(), centred=True)
        self._pictures = MapPictures([self._tiles])
        self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self._words(self.current))

    def _words(self, channel: int) -> str:
        kind = self.tr("Channel {channel}") if len(self._shape) == 3 else self.tr("Unit {channel}")
        parts = [kind.format(channel=channel)]
        if channel in self._off:
            parts.append(self.tr("off: its outputs are 0, whatever comes in"))
        if channel in self._edited:
            parts.append(self.tr("its weights were edited"))
        return ", ".join(parts)

    # Painting

    def channel_rect(self, channel: int) -> QRectF:
        """Return the rectangle of a channel's picture."""
        return self._tiles.map_rect(channel)

    def paintEvent(self, event: QPaintEvent) -> None:
        tiles = self._tiles
        values = None if self._values is None else [self._values]
        self._pictures.colour(values, [self._limit], self._colours)
        with QPainter(self) as painter:
            smooth = tiles.is_smooth(self.devicePixelRatioF())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(tiles.rect, self._pictures.images[0])
            painter.setFont(small_font(self.font()))
            painter.setPen(self.palette().mid().color())
            for channel in range(tiles.count):
                painter.drawRect(self.channel_rect(channel).adjusted(0, 0, -1, -1))
            for channel in sorted(self._off):
                self._paint_cross(painter, self.channel_rect(channel))
            for channel in sorted(self._edited):
                self._paint_edited(painter, self.channel_rect(channel))
            if min(tiles.width, tiles.height) * tiles.scale >= _NUMBERED_FROM:
                for channel in range(tiles.count):
                    self._paint_number(painter, self.channel_rect(channel).topLeft(), str(channel))
            painter.setPen(
                QPen(self.palette().highlight().color(), 3 if self.hasFocus() and not is_printing() else 2)
            )
            painter.drawRect(self.channel_rect(self.current).adjusted(-1, -1, 0, 0))

    def _paint_number(self, painter: QPainter, corner: QPointF, text: str) -> None:
        """Paint a number on a ground of its own, so that it can be read on any colour."""
        size = painter.fontMetrics().boundingRect(text).size()
        ground = QRectF(corner.x(), corner.y(), size.width() + 5, size.height())
        colour = QColor(self.palette().window().color())
        colour.setAlpha(220)
        painter.fillRect(ground, colour)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_cross(self, painter: QPainter, rect: QRectF) -> None:
        veil = QColor(self.palette().window().color())
        veil.setAlpha(150)
        painter.fillRect(rect, veil)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = rect.adjusted(2, 2, -2, -2)
        painter.setPen(QPen(warning_colour(self.palette()), 3 if rect.width() >= _NUMBERED_FROM else 1.5))
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())
        painter.restore()

    def _paint_edited(self, painter: QPainter, rect: QRectF) -> None:
        """Mark an edited channel with a triangle in the corner."""
        side = min(max(rect.width() / 5, 4.0), 10.0)
        corner = rect.bottomRight()
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().highlight())
        painter.drawPolygon([corner, corner - QPointF(side, 0), corner - QPointF(0, side)])
        painter.restore()

    # Mouse and keys

    def _channel_at(self, point: QPointF) -> int | None:
        cell = self._tiles.cell_at(point)
        return None if cell is None else cell.channel

    def _toggle(self) -> None:
        self.switched.emit(self.current, self.current in self._off)

    def _turn_to(self, channel: int) -> None:
        self.set_current(channel)
        self.pointed.emit(channel)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        channel = self._channel_at(event.position())
        if channel is None or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        self._turn_to(channel)
        if event.button() == Qt.MouseButton.LeftButton:
            self._toggle()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let arrows select other channels, and Space switch the selected one."""
        if event.key() in ARROWS:
            down, right = ARROWS[event.key()]
            target = self.current + down * self._tiles.columns + right
            if 0 <= target < self._shape[0]:
                self._turn_to(target)
        elif event.key() == Qt.Key.Key_Space:
            self._toggle()
        else:
            super().keyPressEvent(event)

    def reading_at(self, point: QPointF) -> str:
        """Return what a click on the channel at a point does."""
        channel = self._channel_at(point)
        if channel is None:
            return ""
        if channel in self._off:
            todo = self.tr("Click to switch it on again.")
        else:
            todo = self.tr("Click to switch it off: its outputs will be 0, whatever comes in.")
        chooses = self.tr("The right button chooses it without switching.")
        return f"{self._words(channel)}\n{todo}\n{chooses}"
