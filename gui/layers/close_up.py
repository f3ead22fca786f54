"""The base of both close-ups of a layer: a pyqtgraph view with its values, to move about in."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGestureEvent, QPinchGesture, QWidget

from gui.layers.tiled_maps import Cell
from gui.paint.frames import paint_focus
from gui.paint.printing import is_printing
from gui.widgets.construct import named
from gui.widgets.painted import ARROWS

_STEEPEST_ZOOM = 40.0
_STEP = 1.25  # that a key zooms
_DRAGGED = 4  # pixels: what moved further was no click
_PAN = 0.2  # of what is in sight, that a key moves


class _Values(pg.GraphicsObject):  # type: ignore[misc]  # Any, to mypy
    """What a close-up paints of its values: one item, since many are what costs."""

    def __init__(self, view: CloseUp) -> None:
        super().__init__()
        self._view = view
        self.room = QRectF()

    def boundingRect(self) -> QRectF:
        return self.room

    def paint(self, painter: QPainter, *_: object) -> None:
        self._view.paint_values(painter)


class CloseUp(pg.GraphicsView):  # type: ignore[misc]  # Any, to mypy
    """Fills its room with one layer, to look at closely.

    Wheel, two fingers, + and − enlarge it; dragging and Shift with arrows move it.
    A subclass paints the values, in the widget's pixels as they are while nothing is enlarged
    (`paint_values`), and over them what keeps its size, in the widget's pixels (`paint_over`).
    """

    cell_hovered = Signal(object)
    """The Cell under the mouse, or None."""
    cell_clicked = Signal(object)
    """The Cell that was clicked."""

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        self._is_made = False  # pyqtgraph calls it before it is
        super().__init__(parent)
        named(self, name, accessible=accessible)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._values: np.ndarray | None = None
        self._limit = 1.0
        self._marked: Cell | None = None
        self._pointed: Cell | None = None
        self._colours = np.zeros(256, np.uint32)
        self._pressed_at: QPointF | None = None
        self._dragged_from: QPointF | None = None
        self._size = QSize(1, 1)
        self._is_flat = False  # whether it is enlarged in width alone
        self._zoom, self._origin = 1.0, QPointF()  # the corner of what is in sight, in its enlarged pixels
        # No ViewBox: with its items a stroke took 0.1 ms longer, of 0.3.
        self.setCentralItem(None)
        self._item = _Values(self)
        self.addItem(self._item)
        # Else the cards below it are painted with it, at every stroke.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        self._is_made = True
        self._use_palette()

    # For subclasses

    def paint_values(self, painter: QPainter) -> None:
        """Paint the values, in pixels before they are enlarged."""
        raise NotImplementedError

    def paint_over(self, painter: QPainter) -> None:
        """Paint names, numbers and frames, in the widget's pixels."""
        raise NotImplementedError

    def cell_at(self, position: QPointF) -> Cell | None:
        """Return the cell at a point of the widget."""
        raise NotImplementedError

    def arrange(self) -> None:
        """Divide the room anew: the widget has another size."""

    # What is shown

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours; see `gui.paint.colours`."""
        self._colours = colours
        self.viewport().update()

    def mark(self, cell: Cell | None) -> None:
        """Frame a cell, or none."""
        if cell != self._marked:
            self._marked = cell
            self.viewport().update()

    def set_values(self, values: np.ndarray | None, limit: float) -> None:
        """Show the layer's values; `limit` gets the strongest colour. None shows the layer without values."""
        self._values, self._limit = values, limit
        self.viewport().update()

    # Moving about

    @property
    def is_enlarged(self) -> bool:
        """Whether less than all is in sight."""
        return self._zoom > 1.0 + 1e-6

    def show_all(self) -> None:
        """Bring all of the layer into sight."""
        self._move(1.0, QPointF())

    def enlarge(self, factor: float, about: QPointF) -> None:
        """Enlarge by a factor, or less where it ends; what is at a point of the widget stays there."""
        zoom = min(max(self._zoom * factor, 1.0), _STEEPEST_ZOOM)
        self._move(zoom, (about + self._origin) * (zoom / self._zoom) - about)

    def _move(self, zoom: float, origin: QPointF) -> None:
        """Show what lies at `origin` in the enlarged picture, or as near to it as it goes."""
        down = 1.0 if self._is_flat else zoom
        x = min(max(origin.x(), 0.0), self._size.width() * (zoom - 1))
        y = min(max(origin.y(), 0.0), self._size.height() * (down - 1))
        self._zoom, self._origin = zoom, QPointF(x, y)
        self._item.setTransform(QTransform(zoom, 0, 0, down, -x, -y))
        self.viewport().update()

    def on_screen(self, rect: QRectF) -> QRectF:
        """Return where a rectangle of `paint_values` is in the widget."""
        return QRectF(rect.topLeft() * self._zoom - self._origin, rect.size() * self._zoom)

    def before_zoom(self, point: QPointF) -> QPointF:
        """Return where a point of the widget is for `paint_values`."""
        return (point + self._origin) / self._zoom

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if not self._is_made:
            return
        before = self._size
        self._size = size = self.viewport().size().expandedTo(QSize(1, 1))
        self._item.prepareGeometryChange()
        self._item.room = QRectF(QPointF(), size)
        self.arrange()
        across, down = size.width() / before.width(), size.height() / before.height()
        self._move(self._zoom, QPointF(self._origin.x() * across, self._origin.y() * down))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What it does not know is its parent's."""
        key, middle = event.key(), QRectF(self.viewport().rect()).center()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal) and not _with_control(event):
            self.enlarge(_STEP, middle)
        elif key == Qt.Key.Key_Minus and not _with_control(event):
            self.enlarge(1 / _STEP, middle)
        elif key in ARROWS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            down, right = ARROWS[key]
            far = QPointF(right * self._size.width() * _PAN, down * self._size.height() * _PAN)
            self._move(self._zoom, self._origin + far)
        else:
            event.ignore()

    def viewportEvent(self, event: QEvent) -> bool:
        """Two fingers on a trackpad or a screen enlarge."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.enlarge(1 + event.value(), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.enlarge(pinch.scaleFactor(), self.mapFromGlobal(pinch.centerPoint()))
                return True
        return bool(super().viewportEvent(event))

    # Mouse: pyqtgraph's scene would look for items under it at each move, and there is one

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.enlarge(1.0015 ** event.angleDelta().y(), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = self._dragged_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None and self.is_enlarged:
            self._move(self._zoom, self._origin + self._dragged_from - event.position())
            self._dragged_from = event.position()
        self._point_at(self.cell_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed_at, self._pressed_at, self._dragged_from = self._pressed_at, None, None
        if pressed_at is None or (event.position() - pressed_at).manhattanLength() > _DRAGGED:
            return
        if (cell := self.cell_at(event.position())) is not None:
            self.clicked(cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """All comes into sight."""
        self.show_all()

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def _point_at(self, cell: Cell | None) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.viewport().update()
        self.cell_hovered.emit(cell)

    def clicked(self, cell: Cell) -> None:
        """A cell was clicked."""
        self.cell_clicked.emit(cell)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint by the scene; in a figure without it: a painter that is shared with it paints no items."""
        if not is_printing():
            super().paintEvent(event)
            return
        with QPainter(self.viewport()) as painter:
            painter.fillRect(self.viewport().rect(), self.palette().color(QPalette.ColorRole.Window))
            painter.save()
            painter.setTransform(self._item.transform(), True)
            self.paint_values(painter)
            painter.restore()
            painter.setFont(self.font())
            self.paint_over(painter)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        painter.setFont(self.font())
        self.paint_over(painter)
        if self.hasFocus():
            paint_focus(painter, QRectF(self.viewport().rect()), self.palette())

    def paint_note(self, painter: QPainter, beside: QRectF, text: str) -> None:
        """Paint a line of text beside a rectangle, on the side where there is room."""
        painter.setFont(self.font())
        metrics = QFontMetricsF(self.font())
        note = QRectF(0, 0, metrics.horizontalAdvance(text) + 10, metrics.height() + 4)
        note.moveBottomLeft(beside.topRight() + QPointF(6, -6))
        if note.right() > self.viewport().width():
            note.moveRight(beside.left() - 6)
        if note.top() < 0:
            note.moveTop(beside.bottom() + 6)
        palette = self.palette()
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.setBrush(palette.color(QPalette.ColorRole.ToolTipBase))
        painter.drawRoundedRect(note, 4, 4)
        painter.setPen(palette.color(QPalette.ColorRole.ToolTipText))
        painter.drawText(note, Qt.AlignmentFlag.AlignCenter, text)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def close(self) -> bool:
        """Close it as Qt does: pyqtgraph's takes away what Qt's events still go to, which crashes."""
        return QWidget.close(self)

    def _use_palette(self) -> None:
        self.setBackground(self.palette().color(QPalette.ColorRole.Window))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._is_made:
            self._use_palette()


def _with_control(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
