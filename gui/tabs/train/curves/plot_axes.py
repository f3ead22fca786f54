"""A plot over the steps of a run: its axes, its mouse, and the title above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from gui.paint.curve_style import Curve
from gui.tabs.train.curves.curve_maths import on_axis
from gui.tabs.train.curves.plot_notes import NotedPlot
from gui.widgets.construct import bold, in_column, in_row, named
from gui.widgets.term_label import TermLabel

_AXIS_WIDTH = 44  # pixels, in all charts: steps stand above steps
_HEIGHT_FOR_EPOCHS = 150  # pixels, from which on there is room for a second row of numbers


class CountAxis(pg.AxisItem):  # type: ignore[misc]  # Any, to mypy
    """Whole numbers with thousands separators; the first one has its unit."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.words = "{count}"

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        texts: list[str] = []
        words = self.words
        for value in values:
            count = round(value * scale, 6)
            if count <= 0 or count % 1:
                texts.append("0" if count == 0 else "")
            else:
                texts.append(words.format(count=f"{count:,.0f}"))
                words = "{count}"
        return texts


class RunPlot(NotedPlot):
    """Curves over steps. The left button points at one, the wheel zooms, the middle button moves along x."""

    zoomed = Signal(float, float)
    """The first and last visible step, after a zoom by hand."""

    def __init__(self, corner: Qt.AlignmentFlag, parent: QWidget) -> None:
        self._steps, self._epochs = CountAxis(), CountAxis()
        super().__init__(corner, parent, axisItems={"bottom": self._steps})
        self.setMinimumSize(100, 60)
        self.view.sigRangeChangedManually.connect(self._on_range_changed)
        self.setMouseEnabled(x=True, y=False)
        self._y_axis = (0.0, 1.0, False)
        self._limits = (0.0, 1.0, 0)
        self._make_axes()

    def _make_axes(self) -> None:
        self._steps.words = self.tr("step {count}")
        self._epochs.words = self.tr("epoch {count}")
        self.getPlotItem().layout.addItem(self._epochs, 4, 1)
        self._epochs.linkToView(self.view)
        self.axes.append(self._epochs)
        left = self.axes[0]
        left.setWidth(_AXIS_WIDTH)
        left.enableAutoSIPrefix(False)
        # A third level would be many more lines to paint.
        self._dress_axes(tickLength=-4, tickTextOffset=4, maxTickLevel=1, maxTextLevel=0)
        left.setStyle(maxTextLevel=1)
        self._epochs.setStyle(tickLength=0, tickTextOffset=0, tickAlpha=0)
        left.setGrid(40)
        self._use_palette()

    def draw_between(self, curves: Sequence[Curve], low: float, high: float, log: bool = False) -> None:
        """Show curves between two values of y, logarithmic if `log`."""
        y_axis = (float(np.log10(low)), float(np.log10(high)), True) if log else (low, high, False)
        if y_axis != self._y_axis:
            self._y_axis = y_axis
            self.axes[0].setLogMode(y=log)
            self.setYRange(*y_axis[:2], padding=0)
            self.paint_anew()
        placed = [on_axis(curve.values, *y_axis) for curve in curves]
        self.draw(
            [
                replace(curve, steps=curve.steps[: len(y)].astype(np.float64), values=y)
                for curve, y in zip(curves, placed, strict=True)
            ]
        )

    def set_x_axis(self, whole: tuple[float, float], sight: tuple[float, float], epoch: int) -> None:
        """Set the steps that the wheel can reach, those in sight, and the steps of an epoch, 0 for none."""
        if self._limits != (*whole, epoch):
            self._limits = (*whole, epoch)
            self.setLimits(xMin=whole[0], xMax=whole[1], minXRange=min(8.0, whole[1] - whole[0]))
            self._epochs.setScale(1 / max(epoch, 1))
            self._show_epochs()
            self.paint_anew()
        if self.view.viewRange()[0] != list(sight):
            self.setXRange(*sight, padding=0)

    def _use_palette(self) -> None:
        super()._use_palette()
        self._epochs.setPen(None)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:  # pyqtgraph calls it so, before there are axes
            self._show_epochs()

    def _on_range_changed(self) -> None:
        self.zoomed.emit(*self.view.viewRange()[0])

    def _show_epochs(self) -> None:
        line = int(QFontMetricsF(self.small_font()).height())
        has_room = self.height() >= _HEIGHT_FOR_EPOCHS
        self._steps.setHeight(line + 5)
        self._epochs.setHeight(line if has_room else 0)
        self._epochs.setVisible(has_room and self._limits[2] > 0)


class _EnlargeButton(QToolButton):
    """Four corners, painted: fonts do not agree on a sign for it."""

    def sizeHint(self) -> QSize:
        return QSize(20, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        role = QPalette.ColorRole.WindowText if self.underMouse() else QPalette.ColorRole.PlaceholderText
        at, to = (1.5, 5.5) if self.isChecked() else (5.5, 2.0)
        with QPainter(self) as painter:
            painter.setPen(QPen(self.palette().color(role), 1.5))
            painter.translate(self.width() / 2, self.height() / 2)
            for x, y in ((1, 1), (-1, 1), (-1, -1), (1, -1)):
                painter.drawPolyline(
                    [QPointF(x * to, y * at), QPointF(x * at, y * at), QPointF(x * at, y * to)]
                )


class PlotFrame(QWidget):
    """A plot under its title, with room for controls beside that; the tip is the idea behind the chart."""

    def __init__(self, name: str, corner: Qt.AlignmentFlag, title: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.title = title
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # equal room for all
        self.setMinimumSize(150, 90)
        self.plot = named(RunPlot(corner, self), f"{name}_plot", tip, title)
        heading = bold(named(TermLabel(title, self), f"{name}_title", tip))
        tip = self.tr("This chart alone, or all four again. A double click on the title does the same.")
        accessible = self.tr("Enlarge: {title}").format(title=title)
        button = _EnlargeButton(self)
        self.enlarge_button = named(button, f"{name}_enlarge", tip, accessible, checkable=True)
        self.header = in_row((heading, 1), self.enlarge_button, margins=(4, 0, 0, 0))
        in_column(self.header, (self.plot, 1), on=self, spacing=1)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < self.plot.y():
            self.enlarge_button.toggle()
