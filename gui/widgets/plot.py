"""Axes in the window's colours, with curves: the base of all plots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPicture, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QWidget

from gui.paint.curve_style import Curve
from gui.paint.printing import is_printing
from gui.paint.text import small_font
from gui.widgets.painted import DIMMED

pg.setConfigOptions(imageAxisOrder="row-major", antialias=False)


class Plot(pg.PlotWidget):  # type: ignore[misc]  # Any, to mypy
    """Axes and curves are painted into a picture when they change: what moves over them costs little.

    A subclass paints below the curves in `drawBackground` and above them in `drawForeground`, both in the
    widget's pixels and in that picture; what moves, in `_paint_over`.
    """

    pointed = Signal(float)
    """The x under the pressed left button."""

    _is_smooth = False
    """Whether curves, of few points, are antialiased, and as thick on every screen."""
    # Axes change less often than curves, and to paint a chart's ones takes 1 ms.
    _axis_cache = QGraphicsItem.CacheMode.DeviceCoordinateCache

    def __init__(self, parent: QWidget | None = None, **options: Any) -> None:
        self._is_made = False  # pyqtgraph changes its palette while it makes itself
        super().__init__(parent, enableMenu=False, **options)
        self.view = self.getPlotItem().getViewBox()
        self._items: dict[str, pg.PlotDataItem] = {}
        self._drawn: dict[str, Curve] = {}
        self._picture: QPixmap | None = None
        self._ratio = 1.0  # pixels of screen or picture in one of the window's
        self._is_dimmed = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        self.view.disableAutoRange()
        self.view.sigRangeChanged.connect(self.paint_anew)
        self.view.sigResized.connect(self.paint_anew)
        self.axes = [self.getAxis("left"), self.getAxis("bottom")]
        self._is_made = True
        self._use_palette()

    def _dress_axes(self, **style: Any) -> None:
        """Give the axes the small font, and a style of pyqtgraph's."""
        for axis in self.axes:
            axis.setTickFont(self.small_font())
            axis.setStyle(**style)
            axis.setCacheMode(self._axis_cache)

    def set_axes_shown(self, are_shown: bool) -> None:
        """Show the axes and their grid, or nothing: without curves their numbers would be invented."""
        for axis in self.axes:
            if (axis.opacity() > 0) != are_shown:
                axis.setOpacity(1.0 if are_shown else 0.0)
                self.paint_anew()

    def draw(self, curves: Sequence[Curve]) -> None:
        """Show these curves and no others, the last one in front."""
        for name in self._items.keys() - {curve.name for curve in curves}:
            self.removeItem(self._items.pop(name))
            del self._drawn[name]
            self.paint_anew()
        for z, curve in enumerate(curves):
            self._draw_curve(curve, z)

    def _draw_curve(self, curve: Curve, z: int) -> None:
        if curve.name not in self._items:
            item = self._items[curve.name] = pg.PlotDataItem(connect="finite", dynamicRangeLimit=None)
            self.addItem(item, ignoreBounds=True)
        item, drawn = self._items[curve.name], self._drawn.get(curve.name)
        if item.zValue() != z:
            item.setZValue(z)
            self.paint_anew()
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
        is_smooth = self._is_smooth or is_printing()
        if is_smooth:  # the others would take longer: thick lines are not Qt's fast ones
            pen.setWidthF(pen.widthF() * self._ratio)
        marks = {"symbol": curve.style.symbol, "symbolSize": 5, "symbolBrush": pen.color(), "symbolPen": None}
        # Painting a curve without any number crashes pyqtgraph 0.14 (Qt 6.11).
        known = slice(0 if np.isnan(curve.values).all() else None)
        item = self._items[curve.name]
        item.setData(curve.steps[known], curve.values[known], pen=pen, antialias=is_smooth, **marks)
        if curve.style.filled:
            faint = QColor(pen.color())
            faint.setAlpha(50)
            item.setFillLevel(0)
            item.setFillBrush(faint)
        self.paint_anew()

    def _dress_curves(self) -> None:
        for curve in self._drawn.values():
            self._dress(curve)

    def curve(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return a curve's x and y, float64 (n,), y as on the axis; empty for an unknown curve."""
        drawn = self._drawn.get(name)
        return (np.empty(0), np.empty(0)) if drawn is None else (drawn.steps, drawn.values)

    def set_dimmed(self, dimmed: bool) -> None:
        """Dim what is about a drawing that is not there any more."""
        if dimmed != self._is_dimmed:
            self._is_dimmed = dimmed
            self.viewport().update()

    def small_font(self) -> QFont:
        """Return the font of axes and legends."""
        return small_font(self.font())

    def point(self, x: float, y: float) -> QPointF:
        """Return where a point of the axes is in the widget."""
        return QPointF(self.view.mapViewToScene(QPointF(x, y)))

    def room(self) -> QRectF:
        """Return the rectangle of the curves."""
        return QRectF(self.view.sceneBoundingRect())

    # Painting

    def paint_anew(self) -> None:
        """Paint axes and curves anew at the next paint event."""
        self._picture = None
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            ratio = painter.deviceTransform().m11()
            if ratio != self._ratio:
                self._ratio = ratio
                self._dress_curves()
            painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Base))
            painter.setOpacity(DIMMED if self._is_dimmed else 1.0)
            if is_printing():
                self._print(painter)
            else:
                self._draw_picture(painter, ratio)
            painter.setOpacity(1.0)
            painter.setFont(self.small_font())
            self._paint_over(painter, self.room())

    def _draw_picture(self, painter: QPainter, ratio: float) -> None:
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(self.viewport().size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            with QPainter(self._picture) as picture_painter:
                self._paint_scene(picture_painter)
        painter.drawPixmap(0, 0, self._picture)

    def _print(self, painter: QPainter) -> None:
        """Paint axes and curves themselves, for a figure; the screen's next picture of them is a new one.

        By way of a record: a painter that `QWidget.render` shares with a view's paint event paints no items.
        """
        for axis in self.axes:
            axis.setCacheMode(QGraphicsItem.CacheMode.NoCache)
        self._dress_curves()
        for item in self._items.values():  # marks as paths, not as pieces of pyqtgraph's picture of them
            item.scatter.setExportMode(True, {"antialias": True})
        record = QPicture()
        with QPainter(record) as recorder:
            self._paint_scene(recorder)
        painter.drawPicture(0, 0, record)
        for axis in self.axes:
            axis.setCacheMode(self._axis_cache)
        for item in self._items.values():
            item.scatter.setExportMode(False)
        self._ratio = 0.0  # the curves are to be dressed for the screen again

    def _paint_scene(self, painter: QPainter) -> None:
        self.render(painter, QRectF(self.viewport().rect()), self.viewport().rect())

    def _paint_over(self, painter: QPainter, room: QRectF) -> None:
        """For subclasses: what moves over the curves."""

    def _paint_cursor(self, painter: QPainter, room: QRectF, x: float) -> None:
        at = self.point(x, 0).x()
        if room.left() <= at <= room.right():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 0))
            painter.drawLine(QPointF(at, room.top()), QPointF(at, room.bottom()))

    def _use_palette(self) -> None:
        self.paint_anew()
        palette = self.palette()
        self.setBackground(palette.color(QPalette.ColorRole.Base))
        for axis in self.axes:
            axis.setPen(palette.color(QPalette.ColorRole.Mid))
            axis.setTickPen(palette.color(QPalette.ColorRole.PlaceholderText))
            axis.setTextPen(palette.color(QPalette.ColorRole.Text))
        self._dress_curves()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._is_made:
            self._use_palette()

    # Pointing

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
        self.pointed.emit(float(self.view.mapSceneToView(event.position()).x()))
