"""The terms of a sum as bars, the largest first, down to the total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from core.finite import largest_finite
from gui.paint.images import ZERO, colour_indices, image_from_indices
from gui.paint.printing import is_printing
from gui.tabs.why.term_split import Split, rounded
from gui.widgets.painted import DIMMED, Painted
from gui.words.numbers import number, steady_peak

_FEWEST, _MOST = 3, 20  # terms with a row of their own
_STRENGTH = 90  # of a bar's colour, of 127
_ROW = 26  # pixels, where there is room
_ARROW = 12
_EDGE = 5  # pixels at either side: room for the ring of the keys


@dataclass(frozen=True)
class Row:
    """One row: its label and value and, of a term, the number of the unit or channel."""

    label: str
    value: float
    """As it is shown: all rows above the total add up to it."""
    index: int | None = None
    is_total: bool = False


class TermBars(Painted):
    """Bars right of zero are positive, those left of it negative; a click opens a term.

    As many terms as fit have a row of their own; one row stands for all the others.
    """

    opened = Signal(int)
    """The number of the unit or channel whose row was clicked, or on which Enter or Right was pressed."""
    pointed = Signal(object)
    """The number of the unit or channel under the mouse, or gone to with the keys; None for none."""
    left = Signal()
    """Left, Backspace or Escape was pressed, which go back up."""

    preferred_size = QSize(420, 15 * _ROW)

    def __init__(self, parent: QWidget | None = None) -> None:
        accessible = self.tr("What adds up to the number, the largest terms first")
        super().__init__("term_bars", accessible, parent=parent, has_keys=True, has_mouse=True)
        self._split: Split | None = None
        self._names = ("", "", "")
        self._sides = ("", "")
        self._can_open = False
        self._rows: list[Row] = []
        self._limit = 0.0
        self.marked: int | None = None  # a unit's or channel's number
        """The number of the unit or channel whose row is marked."""

    def show_sum(
        self, split: Split, names: tuple[str, str, str], sides: tuple[str, str], can_open: bool
    ) -> None:
        """Show a sum.

        `names` are the labels of a term, with a place for its `{number}`, of the remainder and of the total,
        `sides` what negative and positive terms do.
        """
        if names != self._names:
            self._limit = 0.0  # the scale is held while one draws, not from one number to another
        self._split, self._names, self._sides, self._can_open = split, names, sides, can_open
        self._make_rows()

    def forget_place(self) -> None:
        """Mark no row."""
        self.marked = None
        self.update()

    def rows(self) -> list[Row]:
        """Return the rows, from the top."""
        return self._rows

    def row_rect(self, row: int) -> QRectF:
        """Return the rectangle of a row."""
        return QRectF(0, self._header() + row * self._row_height(), self.width(), self._row_height())

    def minimumSizeHint(self) -> QSize:
        line = QFontMetricsF(self.font()).height() + 2
        return QSize(300, round(line * (_FEWEST + 4)))

    # The rows

    def _make_rows(self) -> None:
        self._rows = [] if self._split is None else self._rows_of(self._split)
        bars = [abs(row.value) for row in self._rows if not row.is_total]
        self._limit = steady_peak(float(np.nan_to_num(bars).max(initial=0.0)), self._limit)
        self.update()

    def _rows_of(self, split: Split) -> list[Row]:
        line = QFontMetricsF(self.font()).height() + 4
        room = int((self.height() - self._header()) / max(line, _ROW - 3))
        order = split.order()
        alone = order[: min(max(room - 3, _FEWEST), _MOST)]
        others = float(np.delete(split.terms, alone).sum(dtype=np.float64))
        parts = [*split.terms[alone].tolist(), split.remainder]
        (*shown, remainder), rest = rounded(split.total, parts, others, split.decimals)
        term, remainder_name, total = self._names
        return [
            *(Row(term.format(number=at), value, at) for at, value in zip(alone, shown, strict=True)),
            Row(self._others(len(split.terms) - len(alone), bool(alone)), rest),
            Row(remainder_name, remainder),
            Row(total, split.shown_total, is_total=True),
        ]

    def _others(self, count: int, besides: bool) -> str:
        is_maps = self._split is not None and (self._split.cells is not None or self._split.by_gradient)
        if not count:
            words = self.tr("rounding")
        elif not besides:
            words = self.tr("all {count} channels") if is_maps else self.tr("all {count} units")
        elif count == 1:
            words = self.tr("the other one, and rounding")
        elif is_maps:
            words = self.tr("the other {count} channels, and rounding")
        else:
            words = self.tr("the other {count} units, and rounding")
        return words.format(count=count)

    def resizeEvent(self, event: QEvent) -> None:
        self._make_rows()

    def _header(self) -> float:
        return QFontMetricsF(self.font()).height() + 4

    def _row_height(self) -> float:
        return min((self.height() - self._header()) / max(len(self._rows), 1), _ROW + 4)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._split is None:
            return
        with QPainter(self) as painter:
            painter.setOpacity(DIMMED if self._is_dimmed else 1.0)
            bars = self._bars()
            self._paint_sides(painter, bars)
            for at, row in enumerate(self._rows):
                self._paint_row(painter, self.row_rect(at), row, bars)
            bottom = self.row_rect(len(self._rows) - 1).top()
            painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
            painter.drawLine(QPointF(bars.center().x(), bars.top()), QPointF(bars.center().x(), bottom))
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawLine(QPointF(0, bottom), QPointF(self.width(), bottom))

    def _bars(self) -> QRectF:
        """Return the room for bars: right of labels and factors, left of the numbers."""
        left = _EDGE + self._label_width() + self._factors_width()
        right = self.width() - self._number_width() - _ARROW - _EDGE
        return QRectF(left, self._header(), max(right - left, 10.0), self.height() - self._header())

    def _label_width(self) -> float:
        metrics = QFontMetricsF(self.font())
        has_maps = self._split is not None and self._split.cells is not None
        width = metrics.horizontalAdvance(self._names[0].format(number="000")) + 8
        return width + (self._row_height() + 4 if has_maps else 0)

    def _factors_width(self) -> float:
        if self._split is None or self._split.factors is None:
            return 0.0
        return QFontMetricsF(self.font()).horizontalAdvance("00.000 × −0.000 =") + 8

    def _number_width(self) -> float:
        decimals = 2 if self._split is None else self._split.decimals
        bold = self.font()
        bold.setBold(True)
        return QFontMetricsF(bold).horizontalAdvance("−00." + "0" * decimals) + 6

    def _paint_sides(self, painter: QPainter, bars: QRectF) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        room = QRectF(0, 0, bars.center().x() - 6, self._header())
        painter.drawText(room, _RIGHT, self.tr("{words} ◂").format(words=self._sides[0]))
        room = QRectF(bars.center().x() + 6, 0, self.width(), self._header())
        painter.drawText(room, _LEFT, self.tr("▸ {words}").format(words=self._sides[1]))

    def _paint_row(self, painter: QPainter, rect: QRectF, row: Row, bars: QRectF) -> None:
        palette = self.palette()
        if row.index is not None and row.index == self.marked:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.AlternateBase))
            if self.hasFocus() and not is_printing():
                painter.setPen(palette.color(QPalette.ColorRole.Highlight))
                painter.drawRect(rect.adjusted(0.5, 0.5, -1.5, -1.5))
        rect = rect.adjusted(_EDGE, 0, -_EDGE, 0)
        font = self.font()
        font.setBold(row.is_total)
        painter.setFont(font)
        assert self._split is not None
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        column = QRectF(bars.right(), rect.top(), self._number_width(), rect.height())
        painter.drawText(column, _RIGHT, number(row.value, self._split.decimals))
        if row.is_total:
            painter.drawText(rect, _LEFT, row.label)
            return
        if row.index is None:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        self._paint_label(painter, rect, row, bars)
        self._paint_bar(painter, rect, row.value, bars)
        if row.index is not None and self._can_open:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(rect, _RIGHT, "›")

    def _paint_label(self, painter: QPainter, rect: QRectF, row: Row, bars: QRectF) -> None:
        split = self._split
        assert split is not None
        if row.index is None:
            room = QRectF(rect.left(), rect.top(), self.width() - bars.width() / 2, rect.height())
            painter.drawText(room, _LEFT, row.label)
            return
        left = 0.0
        if split.cells is not None:
            left = self._row_height() + 4
            room = QRectF(rect.left() + 1, rect.top() + 1, left - 6, rect.height() - 2)
            self._paint_map(painter, room, row.index)
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(rect.adjusted(left, 0, 0, 0), _LEFT, row.label)
        if split.factors is not None:
            given, weight = split.factors[:, row.index].tolist()
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            text = product_words(given, weight, row.value, split.decimals)
            painter.drawText(QRectF(0, rect.top(), bars.left() - 8, rect.height()), _RIGHT, text)

    def _paint_map(self, painter: QPainter, room: QRectF, channel: int) -> None:
        assert self._split is not None and self._split.cells is not None
        terms = self._split.cells[2]
        limit = largest_finite(terms)
        side = min(room.width(), room.height())
        square = QRectF(room.left(), room.center().y() - side / 2, side, side)
        painter.drawImage(square, image_from_indices(colour_indices(terms[channel], limit), self._colours))
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(square)

    def _paint_bar(self, painter: QPainter, rect: QRectF, value: float, bars: QRectF) -> None:
        share = 0.0 if self._limit <= 0 else min(max(value / self._limit, -1.0), 1.0)
        length = bars.width() / 2 * share
        bar = QRectF(bars.center().x(), rect.top() + 3, length, rect.height() - 6).normalized()
        index = ZERO + (_STRENGTH if value >= 0 else -_STRENGTH)
        painter.fillRect(bar, QColor.fromRgb(int(self._colours[index])))
        if bar.width() >= 1:  # a gray colour map's bars are as bright as the window
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
            painter.drawRect(bar)

    # Mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mark(self._term_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._mark(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._term_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._open(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go through the rows, Enter and Right open one, Left and Escape go back up."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._go(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right) and self.marked is not None:
            self._open(self.marked)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Backspace, Qt.Key.Key_Escape):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QEvent) -> None:
        self.update()

    focusInEvent = focusOutEvent

    def _go(self, step: int) -> None:
        terms = [row.index for row in self._rows if row.index is not None]
        if terms:
            before = terms.index(self.marked) if self.marked in terms else (-1 if step > 0 else len(terms))
            self._mark(terms[min(max(before + step, 0), len(terms) - 1)])

    def _open(self, index: int) -> None:
        if self._can_open:
            self.opened.emit(index)

    def _mark(self, index: int | None) -> None:
        if index != self.marked:
            self.marked = index
            opens = index is not None and self._can_open
            self.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)
            self.pointed.emit(index)
            self.update()

    def _term_at(self, point: QPointF) -> int | None:
        found = (row.index for at, row in enumerate(self._rows) if self.row_rect(at).contains(point))
        return next(found, None)


def product_words(given: float, weight: float, shown: float, decimals: int) -> str:
    """Return the factors of a term, with “=” where their rounded product is the shown term, else “≈”."""
    makes = round(round(given, 3) * round(weight, 3), decimals) == shown
    return f"{number(given, 3)} × {number(weight, 3)} {'=' if makes else '≈'}"


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
