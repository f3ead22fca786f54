"""The first convolution's kernels, as they are being learnt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from core.records import Snapshot
from gui.paint.colours import is_bright
from gui.paint.images import colour_indices, image_from_indices
from gui.tabs.train.chart import CENTRE, LEFT, Chart
from gui.widgets.construct import named
from gui.widgets.legend import Legend
from gui.words.numbers import figure, number, steady_limit

_SMALLEST_NUMBER = 7.0  # screen pixels: the font size below which numbers cannot be read
_NUMBERED_LIMITS = 0.001, 1000.0  # weights beyond these have too many digits for a cell
_LEAST_HEIGHT_WITH_LEGEND = 110
_GAP = 8
_RAGGED = 0.85  # for a full last row, kernels may be smaller by this factor


@dataclass(frozen=True, eq=False)
class Kernels:
    """A convolution's kernels for its first input channel: values (N, H, W) float64."""

    layer: str
    values: np.ndarray
    channels: int
    """The number of input channels."""

    @staticmethod
    def first_of(weights: Mapping[str, np.ndarray]) -> Kernels | None:
        """Return the kernels of a network's first convolution; None if it has none."""
        for name, values in weights.items():
            if values.ndim == 4 and values.size:
                return Kernels(name.removesuffix(".weight"), values[:, 0].astype(np.float64), values.shape[1])
        return None

    @property
    def finite(self) -> np.ndarray:
        """A mask of the finite values."""
        finite: np.ndarray = np.isfinite(self.values)
        return finite


class KernelsView(Chart):
    """All kernels side by side, as large as fits, in one range of colours whose middle is zero."""

    smallest_size = QSize(120, 100)
    preferred_size = QSize(400, 300)

    def __init__(self, parent: QWidget | None = None) -> None:
        tip = self.tr(
            "The weights of the first convolution. Each kernel slides over the drawing and answers where "
            "the drawing looks like it; training turns random dots into detectors of edges and strokes. "
            "Zero is the neutral colour, and all kernels share one range, which changes seldom."
        )
        super().__init__("kernels_view", self.tr("The first convolution's kernels"), tip, parent)
        self._title = self.tr("Kernels")
        self._legend = named(Legend(self), "kernels_legend")
        self._legend.hide()
        self._kernels: Kernels | None = None
        self.limit = 0.0
        """The value of the strongest colour; 0 if all are zero."""
        self._is_empty = True
        self.images: list[QImage] = []
        """Each kernel as a picture of one pixel a weight."""

    def set_colours(self, colours: np.ndarray) -> None:
        super().set_colours(colours)
        self._legend.set_colours(colours)
        self._make_images()

    def set_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show the kernels of a network in training; None shows none yet."""
        self._is_empty = snapshot is None
        self._kernels = None if snapshot is None else Kernels.first_of(snapshot.weights)
        self._caption = ""
        if self._kernels is not None and snapshot is not None:
            finite = np.abs(self._kernels.values[self._kernels.finite])
            self.limit = steady_limit(float(finite.max(initial=0.0)), self.limit)
            self._legend.set_range(self.limit, signed=True)
            self._caption = self._caption_of(self._kernels, snapshot.step)
        self._place_legend()
        self._make_images()

    def clear(self) -> None:
        """Forget the kernels and their range."""
        self.limit = 0.0
        self.set_snapshot(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_legend()

    def reading_at(self, point: QPointF) -> str:
        kernels = self._kernels
        if kernels is None:
            return ""
        for channel, square in enumerate(self._squares(kernels)):
            if square.contains(point):
                _, height, width = kernels.values.shape
                row = min(int((point.y() - square.top()) / square.height() * height), height - 1)
                column = min(int((point.x() - square.left()) / square.width() * width), width - 1)
                weight = figure(float(kernels.values[channel, row, column]))
                return self.tr("{layer}, kernel {channel}, row {row}, column {column}: {weight}").format(
                    layer=kernels.layer, channel=channel, row=row, column=column, weight=weight
                )
        return ""

    def _caption_of(self, kernels: Kernels, step: int) -> str:
        count, height, width = kernels.values.shape
        words = self.tr("{layer}: {count} of {height}×{width} after step {step}")
        text = words.format(layer=kernels.layer, count=count, height=height, width=width, step=f"{step:,}")
        if kernels.channels > 1:
            words = self.tr("{kernels}, for input channel 0 of {channels}")
            text = words.format(kernels=text, channels=kernels.channels)
        return text

    def _make_images(self) -> None:
        self.images = []
        if self._kernels is not None:
            shown = np.where(self._kernels.finite, self._kernels.values, 0.0)
            limit = self.limit if self.limit > 1e-300 else 0.0  # whose reciprocal is still finite
            self.images = [image_from_indices(each, self._colours) for each in colour_indices(shown, limit)]
        self.update()

    # Geometry

    def _place_legend(self) -> None:
        shown = self._kernels is not None and self.height() >= _LEAST_HEIGHT_WITH_LEGEND
        height = self._legend.sizeHint().height()
        self._legend.setGeometry(0, self.height() - height, min(180, self.width()), height)
        self._legend.setVisible(shown)

    def _squares(self, kernels: Kernels) -> list[QRectF]:
        """Return each kernel's place, below its number, in the number of columns that makes them largest."""
        count, height, width = kernels.values.shape
        room = self._room_below_heading()
        if self._legend.isVisibleTo(self):
            room.setBottom(self._legend.geometry().top() - 4)
        head = QFontMetricsF(self._small()).height()

        def scale_with(columns: int) -> float:
            rows = math.ceil(count / columns)
            across = (room.width() - (columns - 1) * _GAP) / (columns * width)
            down = (room.height() - rows * head - (rows - 1) * 2) / (rows * height)
            scale = max(min(across, down), 0.5)
            return float(math.floor(scale)) if scale >= 4 else scale  # whole pixels: cells of one size

        def tidy_scale_with(columns: int) -> float:
            return scale_with(columns) * (1.0 if count % columns == 0 else _RAGGED)

        columns = max(range(count, 0, -1), key=tidy_scale_with)  # of equals, the wider
        cell = scale_with(columns)
        across, down = width * cell + _GAP, height * cell + head + 2
        return [
            QRectF(i % columns * across, room.top() + head + i // columns * down, width * cell, height * cell)
            for i in range(count)
        ]

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint_heading(painter)
            kernels = self._kernels
            if self._is_empty:
                text = self.tr("While a run trains, the first layer's kernels take shape here, live.")
                self._say(painter, text)
            elif kernels is None:
                self._say(painter, self.tr("This network has no convolution, so it has no kernels to show."))
            else:
                squares = self._squares(kernels)
                self._paint_kernels(painter, squares)
                self._paint_not_finite(painter, kernels, squares)
                self._paint_weights(painter, kernels, squares)
                self._paint_range(painter, kernels)

    def _paint_kernels(self, painter: QPainter, squares: list[QRectF]) -> None:
        painter.setFont(self._small())
        head = QFontMetricsF(self._small()).height()
        labelled = squares[0].width() >= painter.fontMetrics().horizontalAdvance(str(len(squares)))
        for channel, (image, square) in enumerate(zip(self.images, squares, strict=True)):
            painter.drawImage(square, image)
            painter.setPen(self._colour(QPalette.ColorRole.Mid))
            painter.drawRect(square.adjusted(-0.5, -0.5, -0.5, -0.5))
            if labelled:
                painter.setPen(self._colour(QPalette.ColorRole.PlaceholderText))
                above = QRectF(square.left(), square.top() - head, square.width(), head)
                painter.drawText(above, LEFT, str(channel))

    def _paint_not_finite(self, painter: QPainter, kernels: Kernels, squares: list[QRectF]) -> None:
        """Cross out weights that are not finite: they have no colour."""
        painter.setPen(QPen(self._warning(), 2))
        for channel, row, column in np.argwhere(~kernels.finite).tolist():
            cell = _cell(squares[channel], kernels, row, column).adjusted(2, 2, -2, -2)
            painter.drawLine(cell.topLeft(), cell.bottomRight())
            painter.drawLine(cell.topRight(), cell.bottomLeft())

    def _paint_weights(self, painter: QPainter, kernels: Kernels, squares: list[QRectF]) -> None:
        """Write each weight as a number, if there is room for all."""
        least, most = _NUMBERED_LIMITS
        if not least <= self.limit <= most:
            return
        decimals = min(max(1 - math.floor(math.log10(self.limit)), 1), 4)
        letters = len(number(self.limit, decimals)) + 1
        size = squares[0].width() / kernels.values.shape[2] * 1.6 / letters
        if size < _SMALLEST_NUMBER:
            return
        font = self.font()
        font.setPixelSize(int(min(size, 16)))
        painter.setFont(font)
        pens = [QColor(Qt.GlobalColor.black), QColor(Qt.GlobalColor.white)]
        for channel, square in enumerate(squares):
            image = self.images[channel]
            for (row, column), value in np.ndenumerate(kernels.values[channel]):
                if math.isfinite(value):
                    painter.setPen(pens[0 if is_bright(image.pixel(column, row)) else 1])
                    painter.drawText(_cell(square, kernels, row, column), CENTRE, number(value, decimals))

    def _paint_range(self, painter: QPainter, kernels: Kernels) -> None:
        """Write the least and the largest weight beside the legend."""
        legend = self._legend.geometry()
        text = self._range_text(kernels)
        room = QRectF(legend.right() + 14, legend.top(), self.width() - legend.right() - 14, legend.height())
        painter.setFont(self.font())
        if self._legend.isVisibleTo(self) and painter.fontMetrics().horizontalAdvance(text) <= room.width():
            painter.setPen(self._colour(QPalette.ColorRole.PlaceholderText))
            painter.drawText(room, LEFT, text)

    def _range_text(self, kernels: Kernels) -> str:
        finite = kernels.values[kernels.finite]
        if not finite.size:
            return self.tr("no weight is a finite number")
        words = self.tr("weights from {least} to {most}")
        text = words.format(least=figure(float(finite.min())), most=figure(float(finite.max())))
        if finite.size < kernels.values.size:
            text += self.tr("; {count} not finite").format(count=kernels.values.size - finite.size)
        return text


def _cell(square: QRectF, kernels: Kernels, row: int, column: int) -> QRectF:
    _, height, width = kernels.values.shape
    across, down = square.width() / width, square.height() / height
    return QRectF(square.left() + column * across, square.top() + row * down, across, down)
