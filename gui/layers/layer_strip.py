"""All layers from left to right, each as one picture of its maps."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from core.explaining.receptive_field import Field
from core.records import LayerSpec, NetworkTable
from gui.layers.column_widths import shared_out
from gui.layers.layer_groups import groups_of, leads_on
from gui.layers.layer_values import ranges
from gui.layers.map_pictures import MapPictures
from gui.layers.tiled_maps import Cell, TiledMaps
from gui.paint.frames import paint_frames
from gui.paint.images import ZERO
from gui.paint.printing import is_printing
from gui.paint.quick_text import quick_text
from gui.paint.text import pixels, small_font
from gui.widgets.painted import Painted

_MARGIN = 5  # pixels beside a picture
_BETWEEN = 14  # pixels between two groups
_MOST_LINES = 60  # of connections: more cannot be told apart
_MOST_NAMED = 24  # classes whose names have room beside one another
_FLATTEST, _TALLEST = 0.26, 0.42  # heights on paper, of the width: two such strips fill no page
_HEIGHT_STEP = 6  # pixels
_BESIDE = 8  # pixels beside a column's words


class Line(NamedTuple):
    """A connection between two layers, whose strength is a number of either sign.

    Its ends are cells, or channels: their maps, or units.
    """

    from_layer: int
    """The layer's place."""
    source: Cell | int
    to_layer: int
    target: Cell | int
    strength: float


class LayerStrip(Painted):
    """A column for each layer: name and shape, the picture, and the value of the strongest colour."""

    layer_selected = Signal(int)
    """The index of the layer that was clicked or gone to with the keys."""
    layer_clicked = Signal(int)
    """The index of the layer that was clicked; it is selected already."""
    cell_hovered = Signal(int, object)
    """A layer's index, and the Cell in it under the mouse; or None."""
    cell_clicked = Signal(int, object)
    """A layer's index, and the Cell in it that was clicked."""

    preferred_size = QSize(760, 270)
    smallest_size = QSize(620, 180)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("layer_strip", self.tr("All layers"), parent=parent, has_keys=True, has_mouse=True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the ground covers all
        self._layers: tuple[LayerSpec, ...] = ()
        self._classes: tuple[str, ...] = ()
        self._values: Sequence[np.ndarray] = ()
        self._limits: Sequence[float] = ()
        self._columns: list[QRectF] = []
        self._groups: list[range] = []
        self._maps: list[TiledMaps] = []
        self._pictures = MapPictures([])
        self._smooth: list[bool] = []  # whose cells are smaller than the screen's pixels
        self._are_stale = True  # they do not show these values yet
        self._feet: list[str] = []
        self._head = 0  # the height of names and shapes
        self._selected = 0
        self._is_on_paper = False
        self._fields: dict[str, Field] = {}
        self._lines: list[Line] = []
        self._frames: dict[int, list[QRectF]] = {}
        self.walks_layers = True
        """Whether Left and Right select another layer; else the parent gets these keys."""

    def set_table(self, table: NetworkTable | None) -> None:
        """Show a network's layers, still without values; None shows none."""
        self._layers, self._classes = ((), ()) if table is None else (table.shown, table.classes)
        self._values, self._limits = (), ()
        self._lines = []
        self._arrange()

    def set_values(self, values: Sequence[np.ndarray], limits: Sequence[float]) -> None:
        """Show a value array for each layer, and the value that gets its strongest colour; or none."""
        self._values, self._limits = values, limits
        self._are_stale = True
        self.update(0, self._head, self.width(), self.height() - self._head)

    def select(self, index: int) -> None:
        """Mark a layer, without a signal."""
        self._selected = index
        self.update()

    def set_colours(self, colours: np.ndarray) -> None:
        self._are_stale = True
        super().set_colours(colours)

    def set_fields(self, fields: dict[str, Field]) -> None:
        """Frame these fields of the layers that have these names: what a cell depends on."""
        if fields != self._fields:
            self._fields = fields
            self._place_frames()
            self.update()

    def set_connections(self, lines: Sequence[Line]) -> None:
        """Draw these connections, the strongest of them, in the colours of values; none for no line."""
        finite = [line for line in lines if math.isfinite(line.strength) and line.strength]
        strongest = sorted(finite, key=lambda line: abs(line.strength))[-_MOST_LINES:]
        if strongest != self._lines:  # mostly there are none, before and now: at each stroke
            self._lines = strongest
            self.update()

    def _place_frames(self) -> None:
        self._frames = {
            index: self._maps[index].field_rects(self._fields[layer.name])
            for index, layer in enumerate(self._layers)
            if layer.name in self._fields and index < len(self._maps)
        }

    def _arrange(self) -> None:
        """Divide the width: a layer of maps gets more than one of units, large maps more than small."""
        self._columns, self._maps = [], []
        self._place_layers()
        self._pictures, self._are_stale = MapPictures(self._maps), True
        ratio = self.devicePixelRatioF()
        self._smooth = [maps.is_smooth(ratio) for maps in self._maps]
        self._place_frames()
        self.update()

    def _place_layers(self) -> None:
        self._groups = []
        if not self._layers:
            return
        weights = [0.72 + 0.024 * layer.shape[2] if len(layer.shape) == 3 else 0.7 for layer in self._layers]
        metrics = QFontMetricsF(small_font(self.font()))
        self._head = int(2 * metrics.height() + 8)
        self._groups = groups_of(self._layers)
        starts = {group.start for group in self._groups[1:]}
        gap = pixels(self, _BETWEEN)
        least = [self._width_of_words(layer, metrics) if self._is_on_paper else 0.0 for layer in self._layers]
        widths = shared_out(self.width() - gap * len(starts), weights, least)
        left = 0.0
        arranged: dict[int, int] = {}  # a channel keeps its place from layer to layer
        for place, (layer, width) in enumerate(zip(self._layers, widths, strict=True)):
            left += gap if place in starts else 0
            column = QRectF(left, 0, width, self.height())
            room = column.adjusted(_MARGIN, self._head, -_MARGIN, -(metrics.height() + 6))
            columns = None
            if self._are_classes(layer):
                widest = max(metrics.horizontalAdvance(name) for name in self._classes)
                room.setLeft(room.left() + min(widest, room.width() / 2) + 4)  # for their names
                columns = 1
            self._columns.append(column)
            if len(layer.shape) == 3:
                columns = arranged.get(layer.shape[0])
            maps = TiledMaps.fit(layer.shape, room, self.devicePixelRatioF(), columns)
            arranged.setdefault(layer.shape[0], maps.columns)
            self._maps.append(maps)
            left += width

    def _width_of_words(self, layer: LayerSpec, metrics: QFontMetricsF) -> float:
        alike = self._layers[-2:] if self._are_classes(layer) else (layer,)  # their cells are as large
        words = (*(each.name for each in alike), _shape_of(layer), "±0.00")
        return max(map(metrics.horizontalAdvance, words)) + _BESIDE

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._are_stale:
            self._show_values()
        with QPainter(self) as painter:
            self.draw_ground(painter, self._selected, self._layers, self._classes)
            was_smooth = False
            for maps, image, smooth in zip(self._maps, self._pictures.images, self._smooth, strict=True):
                if smooth != was_smooth:
                    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
                    was_smooth = smooth
                painter.drawImage(maps.rect, image)
            if self._lines:
                self._paint_lines(painter)
            for rects in self._frames.values():
                paint_frames(painter, rects, self.palette())
            self._paint_feet(painter)

    def _show_values(self) -> None:
        self._pictures.colour(self._values or None, self._limits, self._colours)
        signs = ("±" if low < 0 else "≤ " for low, _ in ranges(self._values))
        self._feet = [f"{sign}{limit:.3g}" for sign, limit in zip(signs, self._limits, strict=True)]
        self._are_stale = False

    def paint_ground(self, painter: QPainter) -> None:
        """Paint groups, arrows, names, shapes, classes, and the selection."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_groups(painter)
        self._paint_arrows(painter)
        font = small_font(self.font())
        painter.setFont(font)
        line = QFontMetricsF(font).height()
        if self._columns and not is_printing():
            self._paint_frame(painter, self._columns[self._selected])
        for layer, column, maps in zip(self._layers, self._columns, self._maps, strict=True):
            self._paint_head(painter, layer, column, line)
            if self._are_classes(layer):
                self._paint_classes(painter, maps, column.left())

    def _paint_groups(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.AlternateBase))
        for group in self._groups:
            together = self._columns[group[0]].united(self._columns[group[-1]])
            painter.drawRoundedRect(together, 6, 6)

    def _paint_arrows(self, painter: QPainter) -> None:
        """An arrow where a layer leads on to the next one: small within a group."""
        side = pixels(self, _BETWEEN) / 2
        starts = {group.start for group in self._groups}
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place, (before, layer) in enumerate(pairwise(self._layers), start=1):
            if not leads_on(before, layer):
                continue
            is_between = place in starts
            role = QPalette.ColorRole.PlaceholderText if is_between else QPalette.ColorRole.Mid
            painter.setPen(QPen(self.palette().color(role), 1.6))
            size = side if is_between else side * 0.55
            x = (self._columns[place - 1].right() + self._columns[place].left()) / 2 + size / 2
            y = self._head + (self.height() - self._head) * 0.4
            tip = QPointF(x, y)
            painter.drawPolyline([tip + QPointF(-size, -size), tip, tip + QPointF(-size, size)])

    def _paint_frame(self, painter: QPainter, column: QRectF) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.Highlight))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(column.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _paint_head(self, painter: QPainter, layer: LayerSpec, column: QRectF, line: float) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        _draw_fitted(painter, QRectF(column.left(), 3, column.width(), line), layer.name)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        place = QRectF(column.left(), 3 + line, column.width(), line)
        _draw_fitted(painter, place, _shape_of(layer))

    def _are_classes(self, layer: LayerSpec) -> bool:
        """Whether a layer's units stand for the classes: those of the last one, and of the softmax."""
        return 0 < len(self._classes) <= _MOST_NAMED and layer in self._layers[-2:]

    def _paint_classes(self, painter: QPainter, maps: TiledMaps, left: float) -> None:
        """Name units beside their cells: they stand for the classes."""
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        metrics = painter.fontMetrics()
        for unit, name in enumerate(self._classes):
            cell = maps.cell_rect(Cell(unit, 0, 0))
            label = QRectF(left, cell.top(), cell.left() - 4 - left, cell.height())
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(label.width()))
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_lines(self, painter: QPainter) -> None:
        """Thin and pale where weak, thick and deep where strong, beside the strongest on that side."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        limits: dict[tuple[int, int], float] = {}
        for line in self._lines:
            pair = line.from_layer, line.to_layer
            limits[pair] = max(limits.get(pair, 0.0), abs(line.strength))
        for line in self._lines:
            share = abs(line.strength) / limits[line.from_layer, line.to_layer]
            side = 1 if line.strength > 0 else -1
            colour = QColor.fromRgb(int(self._colours[ZERO + side * round(ZERO * (0.5 + 0.35 * share))]))
            colour.setAlphaF(0.25 + 0.7 * share)
            width = pixels(self, 10) / 10 * (0.6 + 2.6 * share)
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            start, end = self._end(line.from_layer, line.source), self._end(line.to_layer, line.target)
            painter.drawLine(start, end)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _end(self, layer: int, place: Cell | int) -> QPointF:
        """Return where a line ends: at a cell, or in the middle of a map."""
        maps = self._maps[layer]
        rect = maps.map_rect(place) if isinstance(place, int) else maps.cell_rect(place)
        return rect.center()

    def _paint_feet(self, painter: QPainter) -> None:
        font = small_font(self.font())
        text, line = quick_text(font), QFontMetricsF(font).height()
        text.begin(painter)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for column, foot in zip(self._columns, self._feet, strict=False):
            width = text.width(foot)
            top = column.bottom() - line - 3
            if width > column.width():
                _draw_fitted(painter, QRectF(column.left(), top, column.width(), line), foot)
            else:
                text.draw(painter, column.center().x() + width / 2, top + line / 2, foot)

    def reading_at(self, point: QPointF) -> str:
        index = self._column_at(point)
        if index is None:
            return ""
        layer = self._layers[index]
        shape = "×".join(str(size) for size in layer.shape)
        if len(layer.shape) == 3:
            maps = self.tr("{name}: {channels} maps of {size} numbers.")
            size = "×".join(str(size) for size in layer.shape[1:])
            text = maps.format(name=layer.name, channels=layer.shape[0], size=size)
        else:
            text = self.tr("{name}: {count} numbers.").format(name=layer.name, count=shape)
        if not self._limits:
            return text
        colours = self.tr("{layer} The strongest colour means {limit}; the palest, zero.")
        return colours.format(layer=text, limit=f"{self._limits[index]:.3g}")

    @contextlib.contextmanager
    def on_paper(self, widest: int) -> Iterator[None]:
        """Have a layout for figures inside: words fit, and pictures leave little of the height empty."""
        size = self.size()
        width = min(size.width(), max(widest, self.minimumSizeHint().width()))
        heights = range(round(width * _FLATTEST), round(width * _TALLEST), _HEIGHT_STEP)
        self._is_on_paper = True
        try:
            self.resize(width, max(heights, key=lambda height: self._filled(width, height)))
            self._arrange()
            yield
        finally:
            self._is_on_paper = False
            self.resize(size)
            self._arrange()

    def _filled(self, width: int, height: int) -> float:
        """Take a size, and return how many columns the pictures fill then, by their heights."""
        self.resize(width, height)
        room = height - self._head - QFontMetricsF(small_font(self.font())).height()
        return sum(min(maps.rect.height() / room, 1.0) for maps in self._maps)

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._column_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._go_to(index)
            self.layer_clicked.emit(index)
            cell = self._maps[index].cell_at(event.position())
            if cell is not None:
                self.cell_clicked.emit(index, cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._column_at(event.position())
        cell = None if index is None else self._maps[index].cell_at(event.position())
        self.cell_hovered.emit(-1 if index is None else index, cell)

    def leaveEvent(self, event: QEvent) -> None:
        self.cell_hovered.emit(-1, None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and self._layers and self.walks_layers:
            self._go_to(min(max(self._selected + steps[Qt.Key(event.key())], 0), len(self._layers) - 1))
        else:
            super().keyPressEvent(event)

    def _go_to(self, index: int) -> None:
        self.select(index)
        self.layer_selected.emit(index)

    def _column_at(self, point: QPointF) -> int | None:
        return next((index for index, column in enumerate(self._columns) if column.contains(point)), None)


def _shape_of(layer: LayerSpec) -> str:
    return "×".join(str(size) for size in layer.shape)


def _draw_fitted(painter: QPainter, rect: QRectF, text: str) -> None:
    """Draw text in the middle of a rectangle, in a font as small as it must be to fit."""
    font = painter.font()
    width = painter.fontMetrics().horizontalAdvance(text) + _BESIDE
    if width > rect.width():
        smaller = QFont(font)
        smaller.setPointSizeF(font.pointSizeF() * max(rect.width() / width, 0.5))
        painter.setFont(smaller)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(font)
