"""Histograms of each layer's weights, now and before training."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from core.records import Snapshot
from gui.paint.theme import data_colour
from gui.tabs.train.chart import CENTRE, LEFT, RIGHT, Chart
from gui.tabs.train.weights.layer_histogram import Counts, LayerHistogram, layer_histogram, layer_weights
from gui.words.numbers import figure, round_figure, steady_peak

_GAP = 10
_BEST_ASPECT = 2.2


class WeightHistograms(Chart):
    """A histogram a layer: filled as the weights are now, dashed as they were before training.

    Painted by hand: as pyqtgraph's plots, five take 9.6 to 16 ms an update in place of 3.4 to 7.6, sixteen 34
    in place of 12 (medians of two runs, in turns), up to five times a second while a network trains.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        tip = self.tr(
            "How many of a layer's weights have which value. Training starts from small random weights "
            "(dashed) and moves them apart (filled): a histogram that stays on its dashed line "
            "belongs to a layer that learns nothing. σ is the standard deviation, how widely "
            "the weights are spread. Biases are not counted."
        )
        super().__init__("weight_histograms", self.tr("Histograms of each layer's weights"), tip, parent)
        self._title = self.tr("Weights of each layer")
        self._caption = self.tr("filled: now · dashed: before training")
        self._weights: dict[str, np.ndarray] = {}
        self._initial: dict[str, np.ndarray] = {}
        self.histograms: list[LayerHistogram] = []
        """In the network's order."""
        self._peaks: dict[str, float] = {}
        self._is_empty = True

    def set_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show the weights of a network in training; None shows none yet."""
        self._is_empty = snapshot is None
        self._weights = {} if snapshot is None else layer_weights(snapshot.weights)
        self._count()

    def set_initial(self, weights: Mapping[str, np.ndarray]) -> None:
        """Compare with the weights before training."""
        self._initial = layer_weights(weights)
        self._count()

    def clear(self) -> None:
        """Forget all weights and their ranges."""
        self._initial, self._peaks, self.histograms = {}, {}, []
        self.set_snapshot(None)

    def _count(self) -> None:
        limits = {histogram.layer: histogram.limit for histogram in self.histograms}
        self.histograms = []
        for layer, weights in self._weights.items():
            initial = self._initial.get(layer)
            if initial is not None and initial.shape != weights.shape:
                initial = None  # of another network
            histogram = layer_histogram(layer, weights, initial, limits.get(layer, 0.0))
            self.histograms.append(histogram)
            self._peaks[layer] = steady_peak(histogram.highest, self._peaks.get(layer, 0.0))
        self.update()

    def reading_at(self, point: QPointF) -> str:
        for histogram, box in zip(self.histograms, self._boxes(), strict=True):
            if box.contains(point):
                return self._reading(histogram)
        return ""

    def _reading(self, histogram: LayerHistogram) -> str:
        now, size = histogram.now, f"{histogram.size:,}"
        lines = [self.tr("{layer}: {count} weights").format(layer=histogram.layer, count=size)]
        text = self.tr("{when}: mean {mean}, standard deviation σ {deviation}")
        for when, counts in ((self.tr("now"), now), (self.tr("before training"), histogram.initial)):
            if counts is not None:
                mean, deviation = figure(counts.mean), figure(counts.deviation)
                lines.append(text.format(when=when, mean=mean, deviation=deviation))
        if now.beyond:
            text = self.tr("{count} beyond ±{limit}, counted in the outermost bars")
            lines.append(text.format(count=now.beyond, limit=round_figure(histogram.limit)))
        if now.not_finite:
            lines.append(self.tr("{count} are no finite numbers").format(count=now.not_finite))
        return "\n".join(lines)

    # Painting

    def _boxes(self) -> list[QRectF]:
        """Return each histogram's place, with its name and axis, in columns that suit the widget."""
        count, room = len(self.histograms), self._room_below_heading()
        if not count:
            return []

        def size(columns: int) -> tuple[float, float]:
            rows = math.ceil(count / columns)
            return (room.width() + _GAP) / columns - _GAP, (room.height() + 4) / rows - 4

        def plot_size(columns: int) -> float:
            width, height = size(columns)
            return min(width / _BEST_ASPECT, height - 2 * self._line())

        columns = max(range(1, count + 1), key=plot_size)
        width, height = size(columns)
        across, down = width + _GAP, height + 4
        return [
            QRectF(i % columns * across, room.top() + i // columns * down, width, height)
            for i in range(count)
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint_heading(painter)
            if self._is_empty:
                self._say(painter, self.tr("While a run trains, each layer's weights spread out here."))
            elif not self.histograms:
                self._say(painter, self.tr("This network has no layer with weights."))
            boxes = self._boxes()
            axis = QFontMetricsF(self._small()).height()
            font, summaries = self._summaries(boxes)
            for histogram, box, summary in zip(self.histograms, boxes, summaries, strict=True):
                self._paint_figures(painter, histogram, box, font, summary)
                self._paint_plot(painter, histogram, box.adjusted(0, self._line() + 1, 0, -axis - 1))
                self._paint_axis(painter, histogram, box.adjusted(0, box.height() - axis, 0, 0))

    def _paint_figures(
        self, painter: QPainter, histogram: LayerHistogram, box: QRectF, font: QFont, text: str
    ) -> None:
        """Write the layer's name, and its summary beside it."""
        line = QRectF(box.left(), box.top(), box.width(), self._line())
        painter.setFont(self.font())
        painter.setPen(self._colour(QPalette.ColorRole.WindowText))
        painter.drawText(line, LEFT, histogram.layer)
        if histogram.now.not_finite:
            painter.setPen(self._warning())
        painter.setFont(font)
        painter.drawText(line, RIGHT, text)

    def _summaries(self, boxes: list[QRectF]) -> tuple[QFont, list[str]]:
        """Return all layers' summaries at the greatest length that fits for all, and the font."""
        forms = list(zip(*(self._forms(histogram) for histogram in self.histograms), strict=True))
        names = QFontMetricsF(self.font())
        rooms = [
            box.width() - names.horizontalAdvance(histogram.layer) - 4
            for histogram, box in zip(self.histograms, boxes, strict=True)
        ]
        for font, texts in itertools.product((self.font(), self._small()), forms):
            metrics = QFontMetricsF(font)
            if all(metrics.horizontalAdvance(text) <= room for text, room in zip(texts, rooms, strict=True)):
                return font, list(texts)
        return self._small(), list(forms[-1]) if forms else []

    def _forms(self, histogram: LayerHistogram) -> tuple[str, str, str]:
        """Return the summary of a layer's weights at three lengths, from the longest."""
        if histogram.now.not_finite:
            count = f"{histogram.now.not_finite:,}"
            return self.tr("{count} not finite").format(count=count), self.tr("NaN/∞"), self.tr("NaN")
        now = figure(histogram.now.deviation, 2)
        short = self.tr("σ {deviation}").format(deviation=now)
        if histogram.initial is None:
            return short, short, ""
        before = figure(histogram.initial.deviation, 2)
        return self.tr("σ {before} → {now}").format(before=before, now=now), short, ""

    def _paint_plot(self, painter: QPainter, histogram: LayerHistogram, plot: QRectF) -> None:
        scale = plot.height() / max(self._peaks[histogram.layer], 1.0)
        painter.fillRect(plot, self._colour(QPalette.ColorRole.AlternateBase))
        painter.setPen(QPen(self._colour(QPalette.ColorRole.Mid), 1))
        painter.drawLine(QLineF(plot.center().x(), plot.top(), plot.center().x(), plot.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(data_colour(self.palette()))
        painter.drawPolygon(_outline(histogram.now, plot, scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if histogram.initial is not None:
            painter.setPen(QPen(self._colour(QPalette.ColorRole.WindowText), 1, Qt.PenStyle.DashLine))
            painter.drawPolyline(_outline(histogram.initial, plot, scale))
        painter.setPen(QPen(self._colour(QPalette.ColorRole.Mid), 1))
        painter.drawLine(QLineF(plot.bottomLeft(), plot.bottomRight()))

    def _paint_axis(self, painter: QPainter, histogram: LayerHistogram, line: QRectF) -> None:
        painter.setFont(self._small())
        painter.setPen(self._colour(QPalette.ColorRole.PlaceholderText))
        end = round_figure(histogram.limit)
        painter.drawText(line, LEFT, f"−{end}")
        painter.drawText(line, CENTRE, "0")
        painter.drawText(line, RIGHT, end)


def _outline(counts: Counts, plot: QRectF, scale: float) -> QPolygonF:
    """Return the bars' common outline, from the plot's lower left to its lower right corner."""
    step, bottom = plot.width() / len(counts.bins), plot.bottom()
    points = [plot.bottomLeft()]
    for index, count in enumerate(counts.bins.tolist()):
        top = bottom - count * scale
        points.append(QPointF(plot.left() + index * step, top))
        points.append(QPointF(plot.left() + (index + 1) * step, top))
    points.append(plot.bottomRight())
    return QPolygonF(points)
