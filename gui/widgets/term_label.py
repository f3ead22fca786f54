"""Text with a dotted line below its terms: the mouse over one explains it, a click opens the glossary."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from html import escape
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QFont,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextLayout,
    QTextLine,
    QTextOption,
    QWhatsThisClickedEvent,
)
from PySide6.QtWidgets import QLabel, QToolTip, QWidget
from shiboken6 import isValid

from gui.paint.printing import is_printing
from gui.widgets.steady_label import SteadyText
from gui.words.known_words import Spot, glossary, is_at_hand, spots, tip

_NO_WRAP = 1 << 24  # pixels
_LATER = 400  # milliseconds
_DOTS = [1.0, 2.0]  # pixels of line, and of room
_HEARD = (
    QEvent.Type.ToolTip,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
)


class Mark(NamedTuple):
    """A term's place in a widget; one that is broken into two lines has two."""

    area: QRectF
    """Its letters."""
    base: float
    """The y of the line that letters stand on."""
    key: str


class Written(NamedTuple):
    """A text, and how it is laid out."""

    text: str
    room: QRect
    alignment: Qt.AlignmentFlag
    wraps: bool


class TermMarks:
    """The dotted lines below a widget's terms, and what the mouse does there.

    The widget paints its text itself, and keeps its size, its lines and its accessible text. A QTextLayout
    with the same font and width breaks the lines as Qt's painter does, and tells where the terms are.
    """

    def __init__(self, widget: QWidget, written: Callable[[], Written]) -> None:
        self._widget, self._written = widget, written
        self._pressed = ""
        self._points = False
        widget.setMouseTracking(True)

    def marks(self) -> tuple[Mark, ...]:
        """Return all terms and their places."""
        written = self._written()
        found = spots(written.text)
        if not found:
            return ()
        room, alignment = written.room, written.alignment.value
        return _marks(
            written.text, found, self._widget.font().toString(), self._widget.logicalDpiX(),
            room.getRect(), alignment, written.wraps,
        )  # fmt: skip

    def at(self, point: QPoint) -> str:
        """Return the key of the term at a point of the widget; empty where there is none."""
        return next((mark.key for mark in self.marks() if mark.area.contains(QPointF(point))), "")

    def paint(self) -> None:
        """Paint the lines, in the text's colour; a moment later where nothing needed the glossary so far."""
        if is_printing():
            return  # on paper nothing explains itself
        if not is_at_hand():
            QTimer.singleShot(_LATER, self._on_late)  # the window's first picture goes first
            return
        marks = self.marks()
        if not marks:
            return
        widget = self._widget
        pen = QPen(widget.palette().color(widget.foregroundRole()), 1)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(_DOTS)
        with QPainter(widget) as painter:
            painter.setPen(pen)
            for mark in marks:
                y = round(mark.base) + 2.5
                painter.drawLine(QPointF(mark.area.left(), y), QPointF(mark.area.right(), y))

    def _on_late(self) -> None:
        glossary()
        if isValid(self._widget):
            self._widget.update()

    def take(self, event: QEvent) -> bool:
        """Return whether an event is about a term, and do what it asks for."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            return self._show_tip(event)
        if isinstance(event, QMouseEvent):
            return self._take_mouse(event)
        return False

    def _show_tip(self, event: QHelpEvent) -> bool:
        key = self.at(event.pos())
        if key:
            own = self._widget.toolTip()
            own = own if own.startswith("<") else escape(own)
            rows = f"{tip(key)}<hr>{own}" if own else tip(key)
            QToolTip.showText(event.globalPos(), rows, self._widget)
        return bool(key)

    def _take_mouse(self, event: QMouseEvent) -> bool:
        key = self.at(event.position().toPoint())
        if event.type() == QEvent.Type.MouseMove:
            if bool(key) != self._points:
                self._points = bool(key)
                if key:
                    self._widget.setCursor(Qt.CursorShape.PointingHandCursor)
                else:
                    self._widget.unsetCursor()
            return False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if event.type() == QEvent.Type.MouseButtonPress:
            self._pressed = key
        elif event.type() == QEvent.Type.MouseButtonRelease and key and key == self._pressed:
            ask_for_term(self._widget, key)
        return bool(key)


def ask_for_term(widget: QWidget, key: str) -> None:
    """Tell the program's window, with Qt's own event for a link in an explanation, that a term is wanted."""
    top = widget
    while (parent := top.parentWidget()) is not None:
        top = parent
    QCoreApplication.sendEvent(top, QWhatsThisClickedEvent(key))


@lru_cache(maxsize=256)
def _marks(
    text: str,
    found: tuple[Spot, ...],
    font_name: str,
    dpi: int,
    room: tuple[int, int, int, int],
    alignment: int,
    wraps: bool,
) -> tuple[Mark, ...]:
    """Return where terms are that stand in a text; as QPainter.drawText lays it out (qt_format_text)."""
    font = QFont()
    font.fromString(font_name)
    left, top, width, height = room
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    mode = QTextOption.WrapMode
    option.setWrapMode(mode.WordWrap if wraps else mode.ManualWrap)
    layout.setTextOption(option)
    layout.beginLayout()
    lines, depth = [], 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width if wraps else _NO_WRAP)
        depth = float(-int(-depth // 1))  # lines begin at whole pixels
        line.setPosition(QPointF(0, depth))
        depth += line.height()
        lines.append(line)
    layout.endLayout()
    y = top + _offset(height - depth, alignment, Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignBottom)
    marks = []
    for line in lines:
        begins, ends = line.textStart(), line.textStart() + line.textLength()
        free = width - line.horizontalAdvance()
        x = left + _offset(free, alignment, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        for spot in found:
            start, end = max(spot.start, begins), min(spot.end, ends)
            end -= text[end - 1 : end] == " "  # where a line is broken, the space is the first one's
            if start < end:
                first, last = (x + _x(line, place) for place in (start, end))
                area = QRectF(QPointF(first, y + line.y()), QPointF(last, y + line.y() + line.height()))
                marks.append(Mark(area, y + line.y() + line.ascent(), spot.key))
    return tuple(marks)


def _x(line: QTextLine, place: int) -> float:
    """Return where a letter begins; PySide's stubs do not tell that it comes with the place."""
    found: tuple[float, int] = line.cursorToX(place)  # type: ignore[assignment]
    return found[0]


def _offset(free: float, alignment: int, middle: Qt.AlignmentFlag, end: Qt.AlignmentFlag) -> float:
    return free if alignment & end.value else free / 2 if alignment & middle.value else 0


class TermLabel(QLabel):
    """A QLabel of plain text with dotted terms; a text with markup is shown as any QLabel shows it."""

    def __init__(self, text: str = "", parent: QWidget | None = None, **properties: object) -> None:
        super().__init__(text, parent, **properties)  # type: ignore[call-overload]  # see gui.widgets.construct
        self.marks = TermMarks(self, self._written)

    def _written(self) -> Written:
        text = self.text()
        if "<" in text and self.textFormat() != Qt.TextFormat.PlainText:
            text = ""  # it may have markup
        margin = self.margin()
        room = self.contentsRect().adjusted(margin, margin, -margin, -margin)
        return Written(text, room, self.alignment(), self.wordWrap())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.marks.paint()

    def event(self, event: QEvent) -> bool:
        return (event.type() in _HEARD and self.marks.take(event)) or super().event(event)


class TermText(SteadyText):
    """A SteadyText with dotted terms."""

    def __init__(
        self,
        lines: int,
        parent: QWidget | None = None,
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__(lines, parent, alignment)
        self.marks = TermMarks(self, self._written)

    def _written(self) -> Written:
        return Written(self.text(), self.rect(), self._alignment, True)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.marks.paint()

    def event(self, event: QEvent) -> bool:
        return (event.type() in _HEARD and self.marks.take(event)) or super().event(event)
