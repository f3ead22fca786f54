"""The probabilities of the classes as bars."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.records import DIGITS, Prediction
from gui.paint.quick_text import quick_text
from gui.paint.text import pixels
from gui.paint.theme import answer_colour, frame_colour
from gui.widgets.painted import Painted
from gui.words.numbers import number, percent

MOST_ROWS = 12
"""Classes that have a row each; of more, the most likely ten have one."""
_ROWS_OF_MANY = 10
_THICKEST = 16  # pixels: thicker bars look like buttons

_Columns = tuple[float, float, float, float]


def rows_of(probabilities: np.ndarray | None, count: int) -> list[int]:
    """Return which of `count` classes have rows: all, in order, or else the most likely first."""
    if count <= MOST_ROWS:
        return list(range(count))
    if probabilities is None:
        return list(range(_ROWS_OF_MANY))
    order = np.argsort(-np.nan_to_num(probabilities), kind="stable")
    return [int(place) for place in order[:_ROWS_OF_MANY]]


class ProbabilityBars(Painted):
    """A row for each class: name, bar, percentage and, on demand, the logit.

    While a network answers that was changed by hand, a line marks the original's probability, and the row
    shows the difference.
    """

    preferred_size = QSize(280, 10 * 20)
    smallest_size = QSize(160, 10 * 14)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("probability_bars", self.tr("Probability of each class"), parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the ground covers all
        self._prediction: Prediction | None = None
        self._winner: int | None = None  # its digit
        self._with_logits = False
        self._classes = DIGITS
        self._rows: list[int] | None = None

    def set_rows(self, rows: list[int] | None) -> None:
        """Have rows of these classes; None chooses them by the prediction."""
        self._rows = rows

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Name the rows as a network's classes are called."""
        if classes != self._classes:
            self._classes, self._prediction, self._winner = classes, None, None
            self.update()

    def set_prediction(self, prediction: Prediction | None) -> None:
        """Show a prediction's probabilities; None empties the bars."""
        self._prediction, self._winner = prediction, None
        if prediction is not None:
            self._classes, self._winner = prediction.classes, prediction.digit
        self.update()

    def set_logits_shown(self, shown: bool) -> None:
        """Whether each row ends with its logit."""
        self._with_logits = shown
        self.update()

    def difference(self, digit: int) -> str:
        """Return the difference of a digit's probability from the original network's, in percentage points.

        Empty where nothing was changed, or nothing is drawn.
        """
        if self._prediction is None or self._prediction.original is None:
            return ""
        points = float(self._prediction.probabilities[digit] - self._prediction.original[digit]) * 100
        if not math.isfinite(points):
            return "–"
        text = number(points, 1)
        return self.tr("{points} pp").format(points=f"+{text}" if points >= 0.05 else text)

    def paintEvent(self, event: QPaintEvent) -> None:
        prediction, columns = self._prediction, self._columns()
        rows = self._tracks(columns)
        with QPainter(self) as painter:
            self.draw_ground(painter, tuple(rows), self._winner, self._classes, columns)
            if prediction is not None:
                self._paint_bars(painter, prediction, rows)
                self._paint_numbers(painter, prediction, rows, columns)

    def paint_ground(self, painter: QPainter) -> None:
        """Paint the names and the tracks of the bars."""
        palette, columns = self.palette(), self._columns()
        rows = self._tracks(columns)
        room = columns[0] - 6
        height = self.height() / len(rows)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        for digit, track in rows.items():
            painter.fillRect(track, palette.color(QPalette.ColorRole.AlternateBase))
            painter.setFont(self._bold_font() if digit == self._winner else self.font())
            name = painter.fontMetrics().elidedText(
                self._classes[digit], Qt.TextElideMode.ElideRight, int(room)
            )
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, track.center().y() - height / 2, room, height), right, name)

    def _columns(self) -> _Columns:
        """Return the widths of the name, and of percentage, difference and logit behind the bar."""
        text = quick_text(self.font())
        is_compared = self._prediction is not None and self._prediction.original is not None
        names = max(map(text.width, self._classes))
        return (
            max(min(names, self.width() / 3), text.width("0")) + 10,
            text.width("> 99.9 %") + 12,
            text.width("−100.0 pp") + 8 if is_compared else 0.0,
            text.width("−00.00") + 8 if self._with_logits else 0.0,
        )

    def _tracks(self, columns: _Columns) -> dict[int, QRectF]:
        """Return for each class that has a row the rectangle that a bar of 100 % fills."""
        probabilities = None if self._prediction is None else self._prediction.probabilities
        rows = self._rows or rows_of(probabilities, len(self._classes))
        height = self.height() / len(rows)
        thickness = min(height - 4, pixels(self, _THICKEST))
        left, width = columns[0], self.width() - sum(columns)
        above = (height - thickness) / 2
        return {digit: QRectF(left, row * height + above, width, thickness) for row, digit in enumerate(rows)}

    def _bold_font(self) -> QFont:
        font = self.font()
        font.setBold(True)
        return font

    def _paint_bars(self, painter: QPainter, prediction: Prediction, rows: dict[int, QRectF]) -> None:
        palette = self.palette()
        bars = {digit: _part(track, float(prediction.probabilities[digit])) for digit, track in rows.items()}
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Mid))
        painter.drawRects([bar for digit, bar in bars.items() if digit != self._winner])
        if self._winner in bars:
            painter.fillRect(bars[self._winner], answer_colour(palette))
        if prediction.original is not None:
            for digit, track in rows.items():
                before, now = float(prediction.original[digit]), float(prediction.probabilities[digit])
                self._paint_before(painter, track, before, now)

    def _paint_before(self, painter: QPainter, track: QRectF, before: float, now: float) -> None:
        """A line where the original's bar ends, unless both end at the same pixel."""
        if abs(before - now) * track.width() >= 1:
            line = QRectF(_part(track, before).right() - 1, track.top() - 1, 2, track.height() + 2)
            painter.fillRect(line, frame_colour(self.palette()))

    def _paint_numbers(
        self, painter: QPainter, prediction: Prediction, rows: dict[int, QRectF], columns: _Columns
    ) -> None:
        palette = self.palette()
        strong = palette.color(QPalette.ColorRole.WindowText)
        pale = palette.color(QPalette.ColorRole.PlaceholderText)
        _, share, difference, logit = columns
        form, nan = self.tr("{percent} %"), self.tr("NaN")
        text, bold = quick_text(self.font()), quick_text(self._bold_font())
        text.begin(painter)
        for digit, track in rows.items():
            right, middle = track.right() + share, track.center().y()
            probability = float(prediction.probabilities[digit])
            percentage = form.format(percent=percent(probability) if math.isfinite(probability) else nan)
            painter.setPen(strong)
            if digit == self._winner:
                bold.begin(painter)
                bold.draw(painter, right, middle, percentage)
                text.begin(painter)
            else:
                text.draw(painter, right, middle, percentage)
            if prediction.original is not None:
                points = self.difference(digit)
                painter.setPen(strong if any(figure in points for figure in "123456789") else pale)
                text.draw(painter, right + difference, middle, points)
            if self._with_logits:
                painter.setPen(pale)
                value = number(float(prediction.logits[digit]), 2)
                text.draw(painter, right + difference + logit, middle, value)


def _part(track: QRectF, share: float) -> QRectF:
    """Return the left part, a share in [0, 1], of a track; empty for NaN."""
    return QRectF(track.left(), track.top(), track.width() * (share if share > 0 else 0), track.height())
