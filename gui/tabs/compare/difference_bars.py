"""The difference of two networks' probabilities, as bars."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, qGray
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.tabs.compare.compared_side import LEFT, RIGHT, side_colour
from gui.widgets.painted import Painted
from gui.words.numbers import number

_GAP = 6
_DARK = 112  # of 255: on the darker violet white letters have the larger contrast, on amber black ones


class DifferenceBars(Painted):
    """A row a class: a bar from the middle, which is 0, towards the network that gives the digit more.

    The rows stand beside those of `gui.widgets.probability_bars`.
    """

    preferred_size = QSize(180, 10 * 20)

    def __init__(self, parent: QWidget | None = None) -> None:
        accessible = self.tr("Difference of the two networks' probabilities")
        tip = self.tr(
            "For each digit the left network's probability less the right one's, in percentage points "
            "(pp). The bar points to the network that gives the digit more."
        )
        super().__init__("difference_bars", accessible, tip, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.differences: np.ndarray | None = None
        """Probabilities (K,) of the left network less those of the right one; None where one is missing, or
        where they tell other classes apart."""
        self._rows = list(range(10))

    def set_probabilities(self, left: np.ndarray | None, right: np.ndarray | None, rows: list[int]) -> None:
        """Show the difference of probabilities (K,), of these classes; None empties the bars."""
        self.differences = None
        if left is not None and right is not None and left.shape == right.shape:
            self.differences = left - right
        self._rows = rows
        self.update()

    def points(self, digit: int) -> str:
        """Return the text of a digit's difference in percentage points."""
        if self.differences is None:
            return ""
        value = float(self.differences[digit])
        points = number(abs(value) * 100, 1)
        return self.tr("{points} pp").format(points=points) if np.isfinite(value) else "–"

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * self.fontMetrics().horizontalAdvance("100.0 pp") + 4 * _GAP, 10 * 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        height, middle = self.height() / len(self._rows), self.width() / 2
        with QPainter(self) as painter:
            for row, digit in enumerate(self._rows):
                track = QRectF(0, row * height + 2, self.width(), height - 4)
                painter.fillRect(track, palette.color(QPalette.ColorRole.AlternateBase))
                if self.differences is not None:
                    self._paint_row(painter, track, digit, float(np.nan_to_num(self.differences[digit])))
            painter.fillRect(QRectF(middle - 0.5, 0, 1, self.height()), palette.color(QPalette.ColorRole.Mid))

    def _paint_row(self, painter: QPainter, track: QRectF, digit: int, difference: float) -> None:
        """The bar on one side of the middle, and its number at that side's edge, legible on the bar too."""
        middle, length = track.center().x(), abs(difference) * track.width() / 2
        is_left = difference > 0
        start = middle - length if is_left else middle
        bar = QRectF(start, track.top(), length, track.height())
        colour = side_colour(LEFT if is_left else RIGHT, self.palette())
        painter.fillRect(bar, colour)
        text = self.points(digit)
        is_none = not any(figure in text for figure in "123456789")
        role = QPalette.ColorRole.PlaceholderText if is_none else QPalette.ColorRole.WindowText
        half = QRectF(0 if is_left else middle, track.top() - 2, track.width() / 2, track.height() + 4)
        side = Qt.AlignmentFlag.AlignLeft if is_left else Qt.AlignmentFlag.AlignRight
        place, where = half.adjusted(_GAP, 0, -_GAP, 0), side | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(self.palette().color(role))
        painter.drawText(place, where, text)
        painter.save()
        painter.setClipRect(bar)
        painter.fillRect(bar, colour)
        painter.setPen(Qt.GlobalColor.black if qGray(colour.rgb()) > _DARK else Qt.GlobalColor.white)
        painter.drawText(place, where, text)
        painter.restore()
