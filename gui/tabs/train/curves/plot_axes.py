"""Axes with curves over the steps of a run, what the mouse does there, and the title above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QGraphicsItem,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.paint.curve_style import Curve
from gui.tabs.train.curves.curve_maths import on_axis
from gui.tabs.train.curves.plot_notes import NotedPlot
from gui.widgets.construct import named, spaced

pg.setConfigOptions(imageAxisOrder="row-major", antialias=False)

_AXIS_WIDTH = 44  # pixels, in all charts: steps stand above steps
_HEIGHT_FOR_EPOCHS = 150  # pixels, from which on there is room for a second row of numbers


class CountAxis(pg.AxisItem):  # type: ignore[misc]  # Any, to mypy
    """Whole numbers, thousands set apart; the first one says of what."""

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


class Plot(NotedPlot):
    """Axes and curves. The left button points at a step, the wheel zooms, the middle button moves along x."""

    step_pointed = Signal(float)
    zoomed = Signal(float, float)
    """By hand: the first and last step that are in sight."""

    def __init__(self, corner: Qt.AlignmentFlag, parent: QWidget) -> None:
        self._is_made = False  # pyqtgraph changes its palette while it makes itself
        self._steps, self._epochs = CountAxis(), CountAxis()
        super().__init__(corner, parent, axisItems={"bottom": self._steps}, enableMenu=False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(100, 60)
        self.hideButtons()
        self.view.disableAutoRange()
        self.view.sigRangeChangedManually.connect(self._on_range_changed)
        self.setMouseEnabled(x=True, y=False)
        self._items: dict[str, pg.PlotDataItem] = {}
        self._drawn: dict[str, Curve] = {}
        self._y_axis = (0.0, 1.0, False)
        self._limits = (0.0, 1.0, 0)
        self._make_axes()
        self._use_palette()
        self._is_made = True

    def _make_axes(self) -> None:
        self._steps.words = self.tr("step {count}")
        self._epochs.words = self.tr("epoch {count}")
        self.getPlotItem().layout.addItem(self._epochs, 4, 1)
        self._epochs.linkToView(self.view)
        left = self.getAxis("left")
        left.setWidth(_AXIS_WIDTH)
        left.enableAutoSIPrefix(False)
        for axis in (left, self._steps, self._epochs):
            axis.setTickFont(self.small_font())
            # A third level would be many more lines to paint.
            axis.setStyle(tickLength=-4, tickTextOffset=4, maxTickLevel=1, maxTextLevel=int(axis is left))
            # Axes change less often than curves, and to paint a chart's ones takes 1 ms.
            axis.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._epochs.setStyle(tickLength=0, tickTextOffset=0, tickAlpha=0)
        left.setGrid(40)

    def draw(self, curves: Sequence[Curve], low: float, high: float, log: bool = False) -> None:
        """Show these curves and no others, between two values; where `log`, y runs in powers of ten."""
        y_axis = (float(np.log10(low)), float(np.log10(high)), True) if log else (low, high, False)
        if y_axis != self._y_axis:
            self._y_axis = y_axis
            self.getAxis("left").setLogMode(y=log)
            self.setYRange(*y_axis[:2], padding=0)
            self.paint_anew()
        for name in self._items.keys() - {curve.name for curve in curves}:
            self.removeItem(self._items.pop(name))
            del self._drawn[name]
            self.paint_anew()
        for z, curve in enumerate(curves):
            y = on_axis(curve.values, *y_axis)
            if np.isnan(y).all():  # painting such a curve crashes pyqtgraph 0.14 (Qt 6.11)
                y = y[:0]
            self._draw_curve(replace(curve, steps=curve.steps[: len(y)].astype(np.float64), values=y), z)

    def _draw_curve(self, curve: Curve, z: int) -> None:
        if curve.name not in self._items:
            item = self._items[curve.name] = pg.PlotDataItem(connect="finite", dynamicRangeLimit=None)
            self.addItem(item, ignoreBounds=True)
        item, drawn = self._items[curve.name], self._drawn.get(curve.name)
        if item.zValue() != z:
            item.setZValue(z)
        if (
            drawn is None
            or drawn.style != curve.style
            or not np.array_equal(drawn.steps, curve.steps)
            or not np.array_equal(drawn.values, curve.values, equal_nan=True)
        ):
            self._drawn[curve.name] = curve
            self._dress(curve)

    def _dress(self, curve: Curve) -> None:
        pen = curve.style.pen(self.palette())
        marks = {"symbol": curve.style.symbol, "symbolSize": 5, "symbolBrush": pen.color(), "symbolPen": None}
        self._items[curve.name].setData(curve.steps, curve.values, pen=pen, **marks)
        self.paint_anew()

    def curve(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """What is drawn: x and y, float64 (n,), y as on the axis. Empty for an unknown curve."""
        drawn = self._drawn.get(name)
        return (np.empty(0), np.empty(0)) if drawn is None else (drawn.steps, drawn.values)

    def set_x_axis(self, whole: tuple[float, float], sight: tuple[float, float], epoch: int) -> None:
        """The steps as far as the wheel can go, those in sight, and how many make an epoch; 0: no epochs."""
        if self._limits != (*whole, epoch):
            self._limits = (*whole, epoch)
            self.setLimits(xMin=whole[0], xMax=whole[1], minXRange=min(8.0, whole[1] - whole[0]))
            self._epochs.setScale(1 / max(epoch, 1))
            self._show_epochs()
            self.paint_anew()
        if self.view.viewRange()[0] != list(sight):
            self.setXRange(*sight, padding=0)

    def _use_palette(self) -> None:
        self.paint_anew()
        palette = self.palette()
        self.setBackground(palette.color(QPalette.ColorRole.Base))
        for axis in (self.getAxis("left"), self._steps, self._epochs):
            axis.setPen(palette.color(QPalette.ColorRole.Mid))
            axis.setTickPen(palette.color(QPalette.ColorRole.PlaceholderText))
            axis.setTextPen(palette.color(QPalette.ColorRole.Text))
        self._epochs.setPen(None)
        for curve in self._drawn.values():
            self._dress(curve)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._is_made:
            self._use_palette()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:  # pyqtgraph calls it so, before there are axes
            self._show_epochs()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._point(event)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._point(event)
        else:
            super().mouseMoveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second of two quick presses points as the first did."""
        self.mousePressEvent(event)

    def _point(self, event: QMouseEvent) -> None:
        event.accept()
        self.step_pointed.emit(float(self.view.mapSceneToView(event.position()).x()))

    def _on_range_changed(self) -> None:
        self.zoomed.emit(*self.view.viewRange()[0])

    def _show_epochs(self) -> None:
        line = int(QFontMetricsF(self.small_font()).height())
        has_room = self.height() >= _HEIGHT_FOR_EPOCHS
        self._steps.setHeight(line + 5)
        self._epochs.setHeight(line if has_room else 0)
        self._epochs.setVisible(has_room and self._limits[2] > 0)


class _EnlargeButton(QToolButton):
    """Four corners; painted, as fonts do not agree on a sign for it."""

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
    """A plot with a title that tells the idea behind it, and room for controls beside that."""

    def __init__(self, name: str, corner: Qt.AlignmentFlag, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # equal room for all
        self.setMinimumSize(150, 90)
        self.plot = named(Plot(corner, self), f"{name}_plot")
        self._title = QLabel(self)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self.enlarge_button = named(
            _EnlargeButton(self),
            f"{name}_enlarge",
            self.tr("This chart alone, or all four again. A double click on the title does the same."),
        )
        self.enlarge_button.setCheckable(True)
        self.header = spaced(QHBoxLayout(), margins=(4, 0, 0, 0))
        self.header.addWidget(self._title, 1)
        self.header.addWidget(self.enlarge_button)
        layout = spaced(QVBoxLayout(self), 1)
        layout.addLayout(self.header)
        layout.addWidget(self.plot, 1)

    def set_title(self, title: str, tip: str) -> None:
        """What the chart shows, and the idea behind it."""
        self._title.setText(title)
        self._title.setToolTip(tip)
        self.plot.setAccessibleName(title)
        self.plot.setToolTip(tip)
        self.enlarge_button.setAccessibleName(self.tr("Enlarge: {title}").format(title=title))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < self.plot.y():
            self.enlarge_button.toggle()
