"""The parts of a page of arithmetic: text, lines, grids, rows of tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QStaticText

from gui.paint.images import ZERO
from gui.paint.number_grid import common_power, factor, paint_kernel, paint_number_grid
from gui.paint.text import small_font

_Role = QPalette.ColorRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_SIGN = 12  # pixels for “×” and “=” between grids
_GAP = 6  # below a part
_WIDEST_TABLE = 560.0  # beyond that, the eye loses the row


@dataclass(frozen=True, eq=False)
class Paper:
    """The width, font and colours that parts are painted with."""

    width: float
    font: QFont
    palette: QPalette
    maps: np.ndarray
    """256 colours for values."""
    kernels: np.ndarray
    """256 colours for weights."""

    @cached_property
    def line(self) -> float:
        """The height of a line of text."""
        return math.ceil(QFontMetricsF(self.font).height()) + 1.0

    @cached_property
    def small_line(self) -> float:
        """The height of a line of small text."""
        return math.ceil(QFontMetricsF(small_font(self.font)).height()) + 1.0

    def colour(self, role: QPalette.ColorRole) -> QColor:
        """Return one of the window's colours."""
        return self.palette.color(role)


class Part(Protocol):
    """A part as wide as the page; its height depends on the page's width, never on live numbers."""

    def height(self, paper: Paper) -> float:
        """Return the height in pixels, with the gap below."""

    def paint(self, painter: QPainter, top: float, paper: Paper) -> None:
        """Paint it at the page's left border. The painter has, and keeps, the page's font."""


@dataclass(frozen=True)
class Words(Part):
    """Wrapped text that does not change with the numbers."""

    text: str
    is_note: bool = False
    """Smaller and paler."""
    is_bold: bool = False

    def _font(self, paper: Paper) -> QFont:
        font = small_font(paper.font) if self.is_note else QFont(paper.font)
        font.setBold(self.is_bold)
        return font

    def height(self, paper: Paper) -> float:
        return math.ceil(self._wrapped(paper).size().height()) + _GAP

    def paint(self, painter: QPainter, top: float, paper: Paper) -> None:
        painter.setFont(self._font(paper))
        painter.setPen(paper.colour(_Role.PlaceholderText if self.is_note else _Role.WindowText))
        painter.drawStaticText(QPointF(0, top), self._wrapped(paper))
        painter.setFont(paper.font)

    def _wrapped(self, paper: Paper) -> QStaticText:
        return _wrapped(self.text, self._font(paper).toString(), paper.width)


@lru_cache(maxsize=256)  # breaking lines takes most of the time
def _wrapped(text: str, font: str, width: float) -> QStaticText:
    described = QFont()
    described.fromString(font)
    wrapped = QStaticText(text)
    wrapped.setTextFormat(Qt.TextFormat.PlainText)
    wrapped.setTextWidth(width)
    wrapped.prepare(font=described)
    return wrapped


@dataclass(frozen=True)
class Line(Part):
    """A line with live numbers; the end of a long one is cut off with an ellipsis."""

    text: str

    def height(self, paper: Paper) -> float:
        return paper.line + 2

    def paint(self, painter: QPainter, top: float, paper: Paper) -> None:
        painter.setPen(paper.colour(_Role.WindowText))
        shown = painter.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideRight, int(paper.width))
        painter.drawText(QRectF(0, top, paper.width, paper.line), Qt.AlignmentFlag.AlignVCenter, shown)


@dataclass(frozen=True)
class Summands(Part):
    """Short texts, each in a place of the same width, so that none moves when another changes."""

    texts: tuple[str, ...]
    widest: str

    def _columns(self, paper: Paper) -> tuple[int, float]:
        widest = max(self.widest, *self.texts, key=len)
        slot = QFontMetricsF(paper.font).horizontalAdvance("0" * len(widest))
        return max(int(paper.width / slot), 1), slot

    def height(self, paper: Paper) -> float:
        columns, _ = self._columns(paper)
        return math.ceil(len(self.texts) / columns) * paper.line + 2

    def paint(self, painter: QPainter, top: float, paper: Paper) -> None:
        columns, slot = self._columns(paper)
        painter.setPen(paper.colour(_Role.WindowText))
        for at, text in enumerate(self.texts):
            row, column = divmod(at, columns)
            place = QRectF(column * slot, top + row * paper.line, slot - 4, paper.line)
            painter.drawText(place, _RIGHT, text)


@dataclass(frozen=True, eq=False)
class Grid:
    """A small map of numbers."""

    values: np.ndarray
    """(h, w)."""
    limit: float
    is_kernel: bool = False
    padding: np.ndarray | None = None
    marked: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class Grids(Part):
    """Grids side by side with signs between them, under a caption at the left and a result at the right."""

    caption: str
    result: str
    grids: tuple[Grid, ...]
    signs: tuple[str, ...] = ()
    decimals: int = 2
    largest_cell: int = 34

    def _side(self, paper: Paper) -> int:
        columns = sum(grid.values.shape[1] for grid in self.grids)
        return max(min(int((paper.width - len(self.signs) * _SIGN) / columns), self.largest_cell), 2)

    def height(self, paper: Paper) -> float:
        return paper.line + self._side(paper) * len(self.grids[0].values) + paper.small_line + 2

    def paint(self, painter: QPainter, top: float, paper: Paper) -> None:
        side = self._side(paper)
        left = 0.0
        for grid, sign in zip(self.grids, (*self.signs, ""), strict=True):
            rows, columns = grid.values.shape
            rect = QRectF(left, top + paper.line, columns * side, rows * side)
            power = common_power(grid.values)
            if grid.is_kernel:
                paint_kernel(painter, rect, grid.values, grid.limit, paper.kernels, self.decimals, power)
            else:
                paint_number_grid(
                    painter, rect, grid.values, grid.limit, paper.maps, padding=grid.padding,
                    marked=grid.marked, decimals=self.decimals, power=power,
                )  # fmt: skip
            painter.setPen(paper.colour(_Role.Mid))
            painter.drawRect(rect)
            self._paint_factor(painter, rect, power, paper)
            painter.setPen(paper.colour(_Role.WindowText))
            between = QRectF(rect.right(), rect.top(), _SIGN, rect.height())
            painter.drawText(between, Qt.AlignmentFlag.AlignCenter, sign)
            left = rect.right() + _SIGN
        caption = QRectF(0, top, max(left - _SIGN, paper.width / 2), paper.line)
        painter.drawText(caption, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.caption)
        painter.drawText(caption, _RIGHT, self.result)

    def _paint_factor(self, painter: QPainter, grid: QRectF, power: int, paper: Paper) -> None:
        below = QRectF(grid.left(), grid.bottom() + 1, grid.width(), paper.small_line)
        painter.setFont(small_font(paper.font))
        painter.setPen(paper.colour(_Role.WindowText))
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, factor(power))
        painter.setFont(paper.font)


@dataclass(frozen=True)
class Row(Part):
    """A row of a table: a name, numbers in columns, and a bar from −1 to 1 about its middle."""

    name: str
    numbers: tuple[str, ...]
    bar: float | None = None
    is_bold: bool = False
    is_head: bool = False
    """Names the columns."""
    has_bars: bool = True
    """Whether the table keeps room for bars."""
    widest: str = "≈ −0.0000"
    """A text as wide as the table's columns."""

    def height(self, paper: Paper) -> float:
        return paper.line + 2

    def paint(self, painter: QPainter, top: float, paper: Paper) -> None:
        font = QFont(paper.font)
        font.setBold(self.is_bold)
        painter.setFont(font)
        painter.setPen(paper.colour(_Role.PlaceholderText if self.is_head else _Role.WindowText))
        width = min(paper.width, _WIDEST_TABLE)
        bars = width * 0.15 if self.has_bars else 0.0
        column = QFontMetricsF(paper.font).horizontalAdvance(self.widest) + 6
        first = max(width - bars - len(self.numbers) * column, 40.0)
        name = painter.fontMetrics().elidedText(self.name, Qt.TextElideMode.ElideRight, int(first - 4))
        painter.drawText(QRectF(0, top, first, paper.line), Qt.AlignmentFlag.AlignVCenter, name)
        for at, text in enumerate(self.numbers):
            painter.drawText(QRectF(first + at * column, top, column, paper.line), _RIGHT, text)
        if self.bar is not None:
            self._paint_bar(painter, QRectF(width - bars + 8, top + 2, bars - 8, paper.line - 4), paper)
        painter.setFont(paper.font)

    def _paint_bar(self, painter: QPainter, room: QRectF, paper: Paper) -> None:
        share = min(max(self.bar or 0.0, -1.0), 1.0)
        middle, half = room.center().x(), room.width() / 2
        bar = QRectF(middle, room.top(), share * half, room.height()).normalized()
        painter.fillRect(bar, QColor.fromRgb(int(paper.maps[ZERO + round(share * ZERO * 0.7)])))
        painter.setPen(paper.colour(_Role.Mid))
        painter.drawLine(QPointF(middle, room.top() - 2), QPointF(middle, room.bottom() + 3))
