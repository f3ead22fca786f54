"""The share of silent units in each activation layer."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from core.records import Snapshot
from gui.tabs.train.chart import LEFT, RIGHT, Chart
from gui.tabs.train.weights.layer_histogram import layer_weights

WORRYING = 0.5
"""A layer with a larger share of silent units is marked."""

_HIGHEST_ROW = 32.0
_LEAST_BAR = 40


class SilentView(Chart):
    """A row an activation layer: the share of its units that are silent."""

    smallest_size = QSize(170, 80)
    preferred_size = QSize(300, 120)

    def __init__(self, parent: QWidget | None = None) -> None:
        tip = self.tr(
            "A silent unit gives the same output for every digit, so the layers after it learn nothing "
            "from it. A ReLU that is never above zero is dead: it gets no gradient, and seldom comes "
            "back. A sigmoid is silent where it is always near 0 or 1, saturated. Too large a learning "
            "rate silences many. In convolutions, a unit is a whole channel."
        )
        super().__init__(
            "silent_view", self.tr("Share of silent units in each activation layer"), tip, parent
        )
        self._title = self.tr("Silent units")
        self._caption = self.tr("the same output for every digit: dead, or saturated")
        self._silent: dict[str, float] = {}
        self._outputs: list[tuple[int, bool]] = []  # of weighted layers: units, and whether they are channels

    def set_silent(self, silent: Mapping[str, float]) -> None:
        """Show the share, 0–1, of silent units per activation layer, in the network's order."""
        self._silent = dict(silent)
        self.setAccessibleDescription(", ".join(f"{layer}: {self.text(layer)}" for layer in silent))
        self.update()

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Take the numbers of units from a network's weights."""
        weights = layer_weights(snapshot.weights).values()
        outputs = [(values.shape[0], values.ndim == 4) for values in weights]
        if outputs != self._outputs:
            self._outputs = outputs
            self.update()

    def clear(self) -> None:
        """Forget the run."""
        self._outputs = []
        self.set_silent({})

    def text(self, layer: str) -> str:
        """Return the text of a layer at its full length."""
        return self._forms(layer)[0]

    def reading_at(self, point: QPointF) -> str:
        for layer, row in zip(self._silent, self._rows(), strict=True):
            if row.contains(point):
                return self.tr("{layer}: {text}").format(layer=layer, text=self.text(layer))
        return ""

    def _forms(self, layer: str) -> tuple[str, str, str]:
        """Return the text of a layer at three lengths, from the longest."""
        share = self._silent[layer]
        if not math.isfinite(share):
            return self.tr("not known"), "–", "–"
        percent = "< 1" if 0 < share < 0.005 else f"{share * 100:.0f}"
        short = self.tr("{percent} %").format(percent=percent)
        count, channels = self._units(layer)
        if count is None:
            return self.tr("{percent} % silent").format(percent=percent), short, short
        whole = self.tr("{silent} of {count} units silent ({percent} %)")
        if channels:
            whole = self.tr("{silent} of {count} channels silent ({percent} %)")
        facts = {"silent": round(share * count), "count": count, "percent": percent}
        return whole.format(**facts), self.tr("{silent} of {count} ({percent} %)").format(**facts), short

    def _units(self, layer: str) -> tuple[int | None, bool]:
        """Return a layer's number of units, if known, and whether they are channels.

        Each layer with weights but the last is followed by an activation, which has its units. A share that
        is no whole number of them shows that the network is built in another way.
        """
        if len(self._silent) != len(self._outputs) - 1:
            return None, False
        count, channels = self._outputs[list(self._silent).index(layer)]
        silent = self._silent[layer] * count
        return (count if abs(silent - round(silent)) < 0.01 else None), channels

    # Painting

    def _rows(self) -> list[QRectF]:
        return self._rows_of(len(self._silent), _HIGHEST_ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint_heading(painter)
            if not self._silent:
                self._say(painter, self.tr("Units are counted here at the end of each epoch of a run."))
                return
            metrics = QFontMetricsF(self.font())
            name = max(metrics.horizontalAdvance(layer) for layer in self._silent) + 8
            texts = self._texts(self.width() - name - _LEAST_BAR, metrics)
            text = max(metrics.horizontalAdvance(each) for each in texts) + 8
            for layer, row, words in zip(self._silent, self._rows(), texts, strict=True):
                track = QRectF(name, row.top() + 2, max(self.width() - name - text, 1.0), row.height() - 4)
                self._paint_row(painter, layer, row, track, words)

    def _texts(self, room: float, metrics: QFontMetricsF) -> tuple[str, ...]:
        """Return all layers' texts at the greatest length that leaves room for the bars."""
        forms = list(zip(*(self._forms(layer) for layer in self._silent), strict=True))
        for texts in forms:
            if max(metrics.horizontalAdvance(each) for each in texts) <= room:
                return texts
        return forms[-1]

    def _paint_row(self, painter: QPainter, layer: str, row: QRectF, track: QRectF, text: str) -> None:
        share = self._silent[layer]
        worrying = share > WORRYING
        painter.setPen(self._colour(QPalette.ColorRole.WindowText))
        painter.drawText(row, LEFT, layer)
        painter.fillRect(track, self._colour(QPalette.ColorRole.AlternateBase))
        if math.isfinite(share):
            bar = QRectF(track.topLeft(), track.size())
            bar.setWidth(track.width() * min(max(share, 0.0), 1.0))
            painter.fillRect(bar, self._warning() if worrying else self._colour(QPalette.ColorRole.Mid))
        if worrying:
            painter.setPen(self._warning())
        painter.drawText(row, RIGHT, text)
