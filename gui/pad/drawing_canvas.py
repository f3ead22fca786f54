"""The sheet that one draws on, with mouse, pen or finger."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QEventPoint,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.ink.digit_png import SHEET, on_sheet
from gui.paint.frames import paint_focus
from gui.paint.images import gray_from_image, image_from_gray
from gui.paint.ink_colours import ink_colours
from gui.paint.printing import is_printing
from gui.paint.text import fit_to_text, pixels
from gui.paint.theme import frame_colour
from gui.widgets.construct import named

GRID = SHEET  # the sheet's own pixels on a side, whatever the widget's size or the screen's scale
THINNEST, THICKEST = 8, 40  # brush widths, in the sheet's pixels
DEFAULT_BRUSH = 24  # of 14, 20 and 26, wider ones read more pen digits: MNIST's strokes are thick
_MOST_UNDOS = 200  # 78 kB each
_HINT_ABOVE_EDGE = 8  # pixels
_SMALLEST = 180  # pixels on a side, on the screen


class DrawingCanvas(QWidget):
    """A square sheet of ink: 280 × 280 gray levels, 0 = paper, 255 = ink."""

    ink_changed = Signal(object)
    """The sheet after every change, as `ink()` gives it."""
    history_changed = Signal()
    """`can_undo` or `can_redo` may have changed."""
    dropped = Signal(object)
    """The QMimeData of a file or picture that was dropped on the sheet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "drawing_canvas", accessible=self.tr("Drawing"))
        fit_to_text(self, lambda it: it.setMinimumSize(QSize(1, 1) * pixels(it, _SMALLEST)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAutoFillBackground(True)  # else all that lies below is painted at every stroke
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAcceptDrops(True)
        self._sheet = _blank()
        self._is_bare = True  # nothing is on the sheet: the hint lies on bare paper
        self._is_sample = False  # what is on it is nobody's drawing
        self._past: list[QImage] = []
        self._frame: QRectF | None = None  # around a cell's receptive field
        self._future: list[QImage] = []
        self._last: QPointF | None = None  # where the stroke in progress has come to
        self._finger: int | None = None  # the finger that draws it, by its id; None: mouse or pen
        self._brush = DEFAULT_BRUSH
        self._erasing = False
        self._stroke_erases = False

    def ink(self) -> np.ndarray:
        """A copy of the sheet: (280, 280) uint8, 0 = paper."""
        return gray_from_image(self._sheet)

    def is_empty(self) -> bool:
        """Whether the sheet is bare paper."""
        return self._is_bare

    def is_sample(self) -> bool:
        """Whether a sample is on the sheet: it goes when one draws, and is nobody's to keep."""
        return self._is_sample

    def can_undo(self) -> bool:
        """Whether `undo` would change anything."""
        return bool(self._past)

    def can_redo(self) -> bool:
        """Whether `redo` would change anything."""
        return bool(self._future)

    def brush(self) -> int:
        """The brush's width in the sheet's pixels."""
        return self._brush

    def set_brush(self, width: int) -> None:
        """Draw the next strokes `width` of the sheet's pixels wide (8–40; beyond that it is clamped)."""
        self._brush = min(max(width, THINNEST), THICKEST)

    def set_erasing(self, erasing: bool) -> None:
        """Whether the next strokes take ink away."""
        self._erasing = erasing

    def clear(self) -> None:
        """Take all ink away; can be undone, unless it was a sample."""
        if self._is_sample:
            self._show(_blank())
        elif not self.is_empty():
            self._replace(_blank())

    def place(self, ink: np.ndarray) -> None:
        """Put ink (H, W) uint8 of any size in the sheet's place, as `on_sheet` has it; can be undone."""
        self._replace(image_from_gray(on_sheet(ink)))

    def begin_with(self, ink: np.ndarray) -> None:
        """Show ink (280, 280) uint8 as if nothing had been drawn before: there is nothing to undo."""
        self._show(image_from_gray(ink))

    def show_sample(self, strokes: list[np.ndarray]) -> None:
        """Put strokes (n, 2) on the sheet until something else comes; see `is_sample`."""
        self._show(_drawn(strokes, DEFAULT_BRUSH), is_sample=True)

    def draw(self, strokes: list[np.ndarray]) -> None:
        """Put strokes (n, 2), in the sheet's pixels and as wide as the brush, in its place; can be undone."""
        self._replace(_drawn(strokes, self._brush))

    def undo(self) -> None:
        """Go back to before the last stroke, or other change."""
        if self._past:
            self._finish_stroke()
            self._future.append(self._sheet)
            self._show(self._past.pop())

    def redo(self) -> None:
        """Do again what was undone last."""
        if self._future:
            self._finish_stroke()
            self._past.append(self._sheet)
            self._show(self._future.pop())

    # Strokes

    def _begin_stroke(self, point: QPointF, pressure: float, erases: bool, finger: int | None = None) -> None:
        self._remember()
        self._last, self._finger = point, finger
        self._stroke_erases = erases
        self._stroke_to(point, pressure)

    def _stroke_to(self, point: QPointF, pressure: float) -> None:
        """Draw from where the stroke has come to, to `point` on the sheet; pressure is 0–1."""
        if self._last is None:
            return
        width = self._brush * (0.4 + 0.6 * pressure)
        colour = Qt.GlobalColor.black if self._stroke_erases else Qt.GlobalColor.white
        with QPainter(self._sheet) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(_pen(colour, width))
            if point == self._last:
                painter.drawPoint(point)
            else:
                painter.drawLine(self._last, point)
        dirty = QRectF(self._last, point).normalized().adjusted(-width, -width, width, width)
        self._last = point
        scale = self._paper().width() / GRID
        corner = self._paper().topLeft()
        area = QRectF(corner + dirty.topLeft() * scale, dirty.size() * scale)
        self._on_sheet_changed(area.toAlignedRect().adjusted(-1, -1, 1, 1))

    def _finish_stroke(self) -> None:
        self._last = self._finger = None

    def _remember(self) -> None:
        if self._is_sample:  # one begins on bare paper
            self._sheet, self._is_sample = _blank(), False
            self.update()
        self._past.append(QImage(self._sheet))
        del self._past[:-_MOST_UNDOS]
        self._future.clear()
        self.history_changed.emit()

    def _replace(self, sheet: QImage) -> None:
        self._finish_stroke()
        self._remember()
        self._show(sheet)

    def _show(self, sheet: QImage, is_sample: bool = False) -> None:
        self._sheet, self._is_sample = sheet, is_sample
        self.history_changed.emit()
        self._on_sheet_changed(self.rect())

    def _on_sheet_changed(self, area: QRect) -> None:
        """Paint that part of the widget anew, or all where the hint comes or goes, and tell of the ink."""
        ink = self.ink()
        was_bare, self._is_bare = self._is_bare, not ink.any()
        self.update(self.rect() if self._is_bare != was_bare else area)
        self.ink_changed.emit(ink)

    def _on_sheet(self, position: QPointF) -> QPointF:
        """Return a point of the widget in the sheet's own grid, as fine as the screen and the device are."""
        paper = self._paper()
        return (position - paper.topLeft()) * (GRID / paper.width())

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke: the left button draws, the right one erases."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            erases = self._erasing or event.button() == Qt.MouseButton.RightButton
            self._begin_stroke(self._on_sheet(event.position()), 1.0, erases)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._finger is None:
            self._stroke_to(self._on_sheet(event.position()), 1.0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._finger is None:
            self._finish_stroke()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen draws by pressure; its other end erases."""
        point, pressure = self._on_sheet(event.position()), event.pressure()
        if event.type() == QEvent.Type.TabletPress:
            tip = event.pointerType() == QPointingDevice.PointerType.Eraser
            self._begin_stroke(point, pressure, self._erasing or tip)
        elif event.type() == QEvent.Type.TabletMove:
            self._stroke_to(point, pressure)
        else:
            self._finish_stroke()
        event.accept()  # or Qt sends the same as mouse events, and strokes double

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            self._on_touch(event)
            event.accept()
            return True
        return super().event(event)

    def _on_touch(self, event: QTouchEvent) -> None:
        """One finger draws, the one that came down first; a palm, or a hand beside a pen, leaves no ink."""
        if self._finger is not None and event.type() in (QEvent.Type.TouchBegin, QEvent.Type.TouchCancel):
            is_cancelled = event.type() == QEvent.Type.TouchCancel
            if is_cancelled or self._finger not in [finger.id() for finger in event.points()]:
                self._finish_stroke()  # the system has taken the finger away, and may not have said so
        for finger in event.points():
            at, state = self._on_sheet(finger.position()), finger.state()
            if state == QEventPoint.State.Pressed and self._last is None:
                self._begin_stroke(at, 1.0, self._erasing, finger.id())
            elif finger.id() == self._finger and state == QEventPoint.State.Updated:
                self._stroke_to(at, 1.0)
            elif finger.id() == self._finger and state == QEventPoint.State.Released:
                self._finish_stroke()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    # Looks

    def sizeHint(self) -> QSize:
        return QSize(GRID, GRID)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return width

    def _paper(self) -> QRectF:
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, 0, side, side)

    def set_frame(self, frame: QRectF | None) -> None:
        """Frame a part of the drawing, in the sheet's pixels; None frames nothing."""
        if frame != self._frame:
            self._frame = frame
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            self._paint_ink(painter, event.rect())
            painter.setPen(palette.color(QPalette.ColorRole.Mid))
            painter.drawRect(self._paper().adjusted(0.5, 0.5, -0.5, -0.5))
            if self.hasFocus() and not is_printing():
                paint_focus(painter, self._paper(), palette)
            if self._frame is not None:
                self._paint_framed(painter, self._frame)
            if is_printing():
                return
            if self._is_bare:
                painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
                hint = self.tr("Draw a digit here,\nor press R for one of MNIST's")
                painter.drawText(self._paper(), Qt.AlignmentFlag.AlignCenter, hint)
            if self._is_sample:
                painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
                below = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
                hint = self.tr("A sample: draw over it")
                painter.drawText(self._paper().adjusted(0, 0, 0, -_HINT_ABOVE_EDGE), below, hint)

    def _paint_ink(self, painter: QPainter, area: QRect) -> None:
        """Paint the ink of a part of the widget: a stroke changes little, and only that gets colours."""
        paper = self._paper()
        scale = paper.width() / GRID
        part = QRectF((QPointF(area.topLeft()) - paper.topLeft()) / scale, QSizeF(area.size()) / scale)
        # Two pixels more, as what is drawn smoothly also looks at those around.
        part = part.adjusted(-2, -2, 2, 2).intersected(QRectF(self._sheet.rect()))
        box = part.toAlignedRect()
        rows, columns = slice(box.top(), box.bottom() + 1), slice(box.left(), box.right() + 1)
        pixels = np.zeros((GRID, GRID), np.uint32)
        pixels[rows, columns] = ink_colours(self.palette())[gray_from_image(self._sheet)[rows, columns]]
        painter.setClipRect(area)
        painter.drawImage(paper, QImage(pixels.data, GRID, GRID, 4 * GRID, QImage.Format.Format_RGB32))
        painter.setClipping(False)

    def _paint_framed(self, painter: QPainter, frame: QRectF) -> None:
        paper = self._paper()
        scale = paper.width() / GRID
        framed = QRectF(paper.topLeft() + frame.topLeft() * scale, frame.size() * scale)
        painter.setPen(QPen(frame_colour(self.palette()), 1.5, Qt.PenStyle.DashLine))
        painter.drawRect(framed.intersected(paper.adjusted(2, 2, -2, -2)))


def _pen(colour: Qt.GlobalColor, width: float) -> QPen:
    ends, joins = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    return QPen(QColor(colour), width, Qt.PenStyle.SolidLine, ends, joins)


def _drawn(strokes: list[np.ndarray], width: float) -> QImage:
    """A sheet with strokes (n, 2) on it."""
    sheet = _blank()
    with QPainter(sheet) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(_pen(Qt.GlobalColor.white, width))
        for stroke in strokes:
            painter.drawPolyline([QPointF(x, y) for x, y in stroke.tolist()])
    return sheet


def _blank() -> QImage:
    sheet = QImage(GRID, GRID, QImage.Format.Format_Grayscale8)
    sheet.fill(Qt.GlobalColor.black)
    return sheet
