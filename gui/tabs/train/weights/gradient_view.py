"""The norm of each layer's gradient: where gradients vanish, layers hardly learn."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from core.records import Snapshot
from gui.paint.theme import data_colour, frame_colour
from gui.tabs.train.chart import CENTRE, LEFT, RIGHT, Chart
from gui.words.numbers import figure, power_of_ten

_MOST_STEPS = 120  # a sparkline has hardly more pixels
_USUAL_DECADES = (-4, 1)  # of a LeNet that learns: its scale need not change
_OUTERMOST_DECADES = (-12, 6)

_HIGHEST_ROW = 40.0
_LEAST_WIDTH_WITH_COURSE = 190
_LEAST_WIDTH_OF_DECADE = 14
_LEAST_DECADES_OF_COURSE = 0.5  # a sparkline's height: a steady gradient must look steady

TOO_SMALL = 0.01
"""A gradient below this share of the network's largest one is called vanishing.

In runs with ReLUs conv1 kept 15 to 40 % of fc3's gradient; with sigmoids and SGD, 0.02 to 0.3 %.
"""
TOO_LARGE = 100.0
"""A gradient above this is called exploding: runs that learn stayed below 10."""


def vanishes(norm: float, largest: float) -> bool:
    """Return whether a gradient is next to nothing beside the network's largest one."""
    return norm == 0 or norm < TOO_SMALL * largest


class NormHistory:
    """The gradient norms of the steps so far, in the order of the steps."""

    def __init__(self) -> None:
        self._norms: dict[int, dict[str, float]] = {}
        self.decades = _USUAL_DECADES
        """Exponents of ten between which all norms lie but extreme ones; the range only widens."""

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of all layers that have had a gradient, in the network's order."""
        return tuple(dict.fromkeys(name for norms in self._norms.values() for name in norms))

    def add(self, step: int, norms: Mapping[str, float]) -> None:
        """Add a step's norms, which may be of an earlier step than the last."""
        if not norms:
            return
        is_newest = not self._norms or step > next(reversed(self._norms))
        self._norms[step] = dict(norms)
        if not is_newest:  # the user went back in the run
            self._norms = dict(sorted(self._norms.items()))
        if len(self._norms) > _MOST_STEPS:
            newest = next(reversed(self._norms))
            self._norms = {
                at: kept for i, (at, kept) in enumerate(self._norms.items()) if i % 2 == 0 or at == newest
            }
        for norm in norms.values():
            if math.isfinite(norm) and norm > 0:
                self._widen(math.log10(norm))

    def _widen(self, exponent: float) -> None:
        low, high = self.decades
        least, most = _OUTERMOST_DECADES
        self.decades = max(min(low, math.floor(exponent)), least), min(max(high, math.ceil(exponent)), most)

    def place(self, norm: float) -> float:
        """Return a norm's place on the scale from 0, the lower end, to 1, the upper end."""
        if math.isnan(norm) or norm <= 0:
            return 0.0
        low, high = self.decades
        return min(max((math.log10(norm) - low) / (high - low), 0.0), 1.0) if math.isfinite(norm) else 1.0

    def course(self, layer: str) -> tuple[np.ndarray, np.ndarray]:
        """Return a layer's steps (n,) and norms (n,), float64, without norms that are zero or not finite."""
        known = [(step, norms[layer]) for step, norms in self._norms.items() if layer in norms]
        table = np.array(known, float).reshape(-1, 2)
        drawn = np.isfinite(table[:, 1]) & (table[:, 1] > 0)
        return table[drawn, 0], table[drawn, 1]

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last step."""
        return (next(iter(self._norms)), next(reversed(self._norms))) if self._norms else (0, 0)


class GradientView(Chart):
    """A row a layer: its gradient's norm as a bar on a log scale, as a number, and over the run.

    A table, painted by hand: as a plot of pyqtgraph's the bars and courses alone take as long (2.0 ms both,
    medians, in turns), and names, numbers and verdicts would still have to be painted beside them.
    """

    smallest_size = QSize(170, 96)
    preferred_size = QSize(300, 170)

    def __init__(self, parent: QWidget | None = None) -> None:
        tip = self.tr(
            "The gradient says how the loss would change with each weight; its length, how hard the loss "
            "pulls at a layer. Going back through a sigmoid it shrinks to a quarter or less, so that the "
            "first layers of a sigmoid network get next to nothing: it vanishes. Plain SGD then hardly "
            "moves them; Adam divides by the gradient's usual size and makes up for much of it. "
            "Each step to the right on the scale is ten times as much; the line is the run so far."
        )
        super().__init__("gradient_view", self.tr("Length of each layer's gradient"), tip, parent)
        self._title = self.tr("Gradients")
        self._caption = self.tr("how hard the loss pulls at each layer")
        self._history = NormHistory()
        self._snapshot: Snapshot | None = None

    def set_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show a step's gradients, and add them to the course of the run; None shows none yet."""
        self._snapshot = snapshot
        if snapshot is not None:
            self._history.add(snapshot.step, snapshot.gradient_norms)
            norms = (f"{layer} {figure(norm)}" for layer, norm in snapshot.gradient_norms.items())
            self.setAccessibleDescription(", ".join(norms))
        self.update()

    def clear(self) -> None:
        """Forget the run."""
        self._history = NormHistory()
        self.setAccessibleDescription("")
        self.set_snapshot(None)

    def verdict(self, layer: str) -> str:
        """Return whether a layer's gradient vanishes or explodes, in words; empty if it does neither."""
        norms = {} if self._snapshot is None else self._snapshot.gradient_norms
        norm = norms.get(layer, 1.0)
        if not math.isfinite(norm):
            return self.tr("not finite")
        if vanishes(norm, max((each for each in norms.values() if math.isfinite(each)), default=0.0)):
            return self.tr("vanishing")
        return self.tr("exploding") if norm > TOO_LARGE else ""

    def reading_at(self, point: QPointF) -> str:
        if self._snapshot is None:
            return ""
        for layer, row in zip(self._history.layers, self._rows(), strict=True):
            if row.contains(point):
                return self._reading(layer, self._snapshot.gradient_norms.get(layer, math.nan))
        return ""

    def _reading(self, layer: str, norm: float) -> str:
        text = self.tr("{layer}: gradient of length {norm}").format(layer=layer, norm=figure(norm))
        if verdict := self.verdict(layer):
            text = self.tr("{reading}, {verdict}").format(reading=text, verdict=verdict)
        _, norms = self._history.course(layer)
        if len(norms):
            least, most = figure(float(norms.min())), figure(float(norms.max()))
            text += "\n" + self.tr("In this run so far: {least} to {most}").format(least=least, most=most)
        return text

    # Painting

    def _rows(self) -> list[QRectF]:
        """Return each layer's row; the scale has the last line."""
        return self._rows_of(len(self._history.layers), _HIGHEST_ROW, foot=self._line())

    def _columns(self, row: QRectF) -> tuple[QRectF, QRectF, QRectF, QRectF]:
        """Return the parts of a row for name, bar, number and course; the course may be empty."""
        metrics = QFontMetricsF(self.font())
        name = max(metrics.horizontalAdvance(layer) for layer in self._history.layers) + 8
        number = metrics.horizontalAdvance("0.0×10⁻⁰⁰") + 6
        course = min(row.width() * 0.26, 180.0) if row.width() >= _LEAST_WIDTH_WITH_COURSE else 0.0
        bar = max(row.width() - name - number - course - 8, 10.0)
        top, height = row.top(), row.height()
        return (
            QRectF(0, top, name, height),
            QRectF(name, top, bar, height),
            QRectF(name + bar, top, number, height),
            QRectF(row.width() - course, top, course, height),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint_heading(painter)
            if self._snapshot is None:
                text = self.tr("While a run trains, each layer's gradient shows here: how much it learns.")
                self._say(painter, text)
                return
            if not self._history.layers:
                self._say(painter, self.tr("Gradients come with the first step of training."))
                return
            rows = self._rows()
            self._paint_scale(painter, rows)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for layer, row in zip(self._history.layers, rows, strict=True):
                self._paint_row(painter, layer, row)

    def _paint_scale(self, painter: QPainter, rows: list[QRectF]) -> None:
        """Paint lines at powers of ten, and their numbers, as far as there is room."""
        low, high = self._history.decades
        _, bar, _, _ = self._columns(rows[0])
        decade = bar.width() / (high - low)
        painter.setFont(self._small())
        needed = QFontMetricsF(self._small()).horizontalAdvance(power_of_ten(low)) + 6
        every = math.ceil(needed / decade)
        for exponent in range(low, high + 1):
            x = bar.left() + (exponent - low) * decade
            with_label = (exponent - low) % every == 0
            if with_label or decade >= _LEAST_WIDTH_OF_DECADE:
                painter.setPen(self._colour(QPalette.ColorRole.Midlight))
                painter.drawLine(QLineF(x, bar.top(), x, rows[-1].bottom()))
            if with_label:
                painter.setPen(self._colour(QPalette.ColorRole.PlaceholderText))
                label = QRectF(x - needed, rows[-1].bottom() + 1, 2 * needed, self._line())
                painter.drawText(label, CENTRE, power_of_ten(exponent))

    def _paint_row(self, painter: QPainter, layer: str, row: QRectF) -> None:
        assert self._snapshot is not None
        norm = self._snapshot.gradient_norms.get(layer)
        verdict = self.verdict(layer)
        name, bar, value, course = self._columns(row)
        thickness = min(row.height() * 0.62, 18.0)
        length = 0.0 if norm is None else bar.width() * self._history.place(norm)
        filled = QRectF(bar.left(), row.center().y() - thickness / 2, length, thickness)
        painter.fillRect(filled, self._warning() if verdict else data_colour(self.palette()))
        painter.setFont(self.font())
        painter.setPen(self._colour(QPalette.ColorRole.WindowText))
        painter.drawText(name, LEFT, layer)
        if verdict:
            painter.setPen(self._warning())
        painter.drawText(value, RIGHT, "–" if norm is None else self._short(norm))
        free = QRectF(filled.right() + 4, row.top(), bar.right() - filled.right() - 4, row.height())
        if QFontMetricsF(self.font()).horizontalAdvance(verdict) <= free.width():
            painter.drawText(free, LEFT, verdict)
        elif verdict:
            painter.setFont(self._small())  # the verdict matters more than the course
            painter.drawText(course.adjusted(4, 0, 0, 0), LEFT, verdict)
            return
        if course.width() > 0:
            self._paint_course(painter, layer, course.adjusted(0, 2, -3, -2))

    def _short(self, norm: float) -> str:
        return self.tr("NaN") if math.isnan(norm) else figure(norm)

    def _paint_course(self, painter: QPainter, layer: str, box: QRectF) -> None:
        """Paint a layer's gradient over the run, on a log scale of its own, with a dot at the step shown."""
        steps, norms = self._history.course(layer)
        if not len(steps):
            return
        assert self._snapshot is not None
        first, last = self._history.span
        exponents = np.log10(norms)
        middle = (exponents.min() + exponents.max()) / 2
        decades = max(float(np.ptp(exponents)), _LEAST_DECADES_OF_COURSE)
        across = box.left() + (steps - first) * (box.width() / max(last - first, 1))
        down = box.center().y() - (exponents - middle) * (box.height() / decades)
        places = zip(across.tolist(), down.tolist(), strict=True)
        painter.setPen(QPen(self._colour(QPalette.ColorRole.PlaceholderText), 1))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in places]))
        for shown in np.flatnonzero(steps == self._snapshot.step):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(frame_colour(self.palette()))
            painter.drawEllipse(QPointF(across[shown], down[shown]), 2.5, 2.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
