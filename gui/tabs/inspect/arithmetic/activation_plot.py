"""The graph of an activation function, with the cell's point."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen, QPolygonF

from gui.paint.theme import frame_colour
from gui.tabs.inspect.arithmetic.page_parts import Paper, Part
from gui.words.numbers import round_figure, rounded_up

_Role = QPalette.ColorRole
_HEIGHT = 150
_WIDTH = 260
_SHORTEST_REACH = 4.0  # where a sigmoid is nearly flat
_ENDS = {"Sigmoid": (0.0, 1.0), "Tanh": (-1.0, 1.0)}  # asymptotes


@dataclass(frozen=True)
class FunctionPlot(Part):
    """y = f(x) about x = 0, as far as the point is.

    Painted by hand: it lies in a page of text, and in the first view, which must not wait 0.4 s for
    pyqtgraph. Pyqtgraph's picture took 0.94 ms at every answer in place of 0.40 (medians, in turns).
    """

    function: str
    """`ReLU`, `Sigmoid` or `Tanh`."""
    x: float
    y: float

    def height(self, paper: Paper) -> float:
        return _HEIGHT

    def paint(self, painter: QPainter, top: float, paper: Paper) -> None:
        reach = max(rounded_up(abs(self.x)), _SHORTEST_REACH)
        xs = np.linspace(-reach, reach, 81)  # with a point at 0, where ReLU has its corner
        ys = _FUNCTIONS[self.function](xs)
        low, high = _ENDS.get(self.function, (0.0, reach))
        room = QRectF(6, top + 4, min(paper.width - 12, _WIDTH), _HEIGHT - paper.line - 10)
        axes = _Axes(room, reach, low, high)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, axes, paper)
        painter.setPen(QPen(paper.colour(_Role.WindowText), 1.5))
        points = [axes.at(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
        painter.drawPolyline(QPolygonF(points))
        if math.isfinite(self.x) and math.isfinite(self.y):
            self._paint_point(painter, axes, paper)
        painter.restore()

    def _paint_axes(self, painter: QPainter, axes: _Axes, paper: Paper) -> None:
        painter.setPen(paper.colour(_Role.Mid))
        painter.drawLine(axes.at(-axes.reach, 0), axes.at(axes.reach, 0))
        painter.drawLine(axes.at(0, axes.low), axes.at(0, axes.high))
        painter.setPen(paper.colour(_Role.PlaceholderText))
        below = QRectF(axes.room.left(), axes.room.bottom() + 2, axes.room.width(), paper.line)
        ends = round_figure(-axes.reach), f"x = {round_figure(0)}", round_figure(axes.reach)
        sides = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight
        for side, end in zip(sides, ends, strict=True):
            painter.drawText(below, side, end)
        peak = axes.at(0, axes.high)
        beside = QRectF(peak.x() - 66, peak.y(), 60, paper.line)
        painter.drawText(beside, Qt.AlignmentFlag.AlignRight, f"y = {round_figure(axes.high)}")

    def _paint_point(self, painter: QPainter, axes: _Axes, paper: Paper) -> None:
        point = axes.at(self.x, self.y)
        painter.setPen(QPen(frame_colour(paper.palette), 1, Qt.PenStyle.DashLine))
        painter.drawLine(axes.at(self.x, 0), point)
        painter.drawLine(axes.at(0, self.y), point)
        painter.setPen(paper.colour(_Role.Window))
        painter.setBrush(frame_colour(paper.palette))
        painter.drawEllipse(point, 5, 5)


@dataclass(frozen=True)
class _Axes:
    """The axes' scales: x from −reach to reach, y from low to high."""

    room: QRectF
    reach: float
    low: float
    high: float

    def at(self, x: float, y: float) -> QPointF:
        across = (x + self.reach) / (2 * self.reach)
        up = (y - self.low) / (self.high - self.low)
        return self.room.bottomLeft() + QPointF(across * self.room.width(), -up * self.room.height())


_FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "ReLU": lambda xs: np.maximum(xs, 0),
    "Sigmoid": lambda xs: 1 / (1 + np.exp(-np.clip(xs, -80, 80))),
    "Tanh": np.tanh,
}
