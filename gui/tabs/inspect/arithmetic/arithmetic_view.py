"""The page of a cell's arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QStyle, QWidget

from gui.tabs.inspect.arithmetic.page_parts import Paper, Part
from gui.widgets.construct import named

_MARGIN = 6


class ArithmeticView(QAbstractScrollArea):
    """Parts, one below the other, that scroll; those out of sight are not painted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "arithmetic_view", accessible=self.tr("The arithmetic of the cell"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the arrow keys to the view around
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self._maps = self._kernels = np.zeros(256, np.uint32)
        self._parts: Sequence[Part] = ()
        self._tops: list[float] = [0.0]
        self._paper = self._new_paper()

    def set_colours(self, maps: np.ndarray, kernels: np.ndarray) -> None:
        """Use these 256 colours for values, and those for weights."""
        self._maps, self._kernels = maps, kernels
        self._lay_out()

    def set_parts(self, parts: Sequence[Part]) -> None:
        """Show these parts, from the top; the page stays where it was scrolled to."""
        self._parts = parts
        self._measure()

    def parts(self) -> Sequence[Part]:
        """Return the parts that are shown."""
        return self._parts

    def _new_paper(self) -> Paper:
        # Without room for the scroll bar, a page that fits might no longer fit beside it.
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        width = max(self.width() - bar - 2 * _MARGIN, 40)
        return Paper(width, self.font(), self.palette(), self._maps, self._kernels)

    def _lay_out(self) -> None:
        self._paper = self._new_paper()
        self._measure()

    def _measure(self) -> None:
        heights = [part.height(self._paper) for part in self._parts]
        self._tops = list(accumulate(heights, initial=float(_MARGIN)))
        bar, room = self.verticalScrollBar(), self.viewport().height()
        end = max(round(self._tops[-1]) - room, 0)
        if (bar.maximum(), bar.pageStep()) != (end, room):
            bar.setRange(0, end)
            bar.setPageStep(room)
            bar.setSingleStep(round(self._paper.line) * 2)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        scrolled, room = self.verticalScrollBar().value(), self.viewport().height()
        with QPainter(self.viewport()) as painter:
            painter.setFont(self._paper.font)
            painter.translate(_MARGIN, -scrolled)
            for part, top, bottom in zip(self._parts, self._tops, self._tops[1:], strict=False):
                if bottom >= scrolled and top <= scrolled + room:
                    part.paint(painter, top, self._paper)
