"""The probabilities of the classes as bars."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.records import DIGITS, Prediction
from gui.paint.text import pixels
from gui.paint.theme import answer_colour, frame_colour
from gui.widgets.painted import Painted
from gui.words.numbers import number, percent

MOST_ROWS = 12
"""Classes that have a row each; of more, the most likely ten have one."""
_ROWS_OF_MANY = 10
_THICKEST = 16  # pixels: thicker bars look like buttons


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
        self._prediction: Prediction | None = None
        self._with_logits = False
        self._classes = DIGITS
        self._rows: list[int] | None = None

    def set_rows(self, rows: list[int] | None) -> None:
        """Have rows of these classes; None chooses them by the prediction."""
        self._rows = rows

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Name the rows as a network's classes are called."""
        if classes != self._classes:
            self._classes, self._prediction = classes, None
            self.update()

    def set_prediction(self, prediction: Prediction | None) -> None:
        """Show a prediction's probabilities; None empties the bars."""
        self._prediction = prediction
        if prediction is not None:
            self._classes = prediction.classes
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
        palette = self.palette()
        with QPainter(self) as painter:
            digit_width, *columns = self._columns()
            probabilities = None if self._prediction is None else self._prediction.probabilities
            rows = self._rows or rows_of(probabilities, len(self._classes))
            row_height = self.height() / len(rows)
            thickness = min(row_height - 4, pixels(self, _THICKEST))
            bar_room = self.width() - digit_width - sum(columns)
            for row, digit in enumerate(rows):
                top = row * row_height
                track = QRectF(digit_width, top + (row_height - thickness) / 2, bar_room, thickness)
                painter.fillRect(track, palette.color(QPalette.ColorRole.AlternateBase))
                label = QRectF(0, top, digit_width - 6, row_height)
                self._set_weight(painter, self._wins(digit))
                painter.setPen(palette.color(QPalette.ColorRole.WindowText))
                elide = Qt.TextElideMode.ElideRight
                name = painter.fontMetrics().elidedText(self._classes[digit], elide, int(label.width()))
                painter.drawText(label, _RIGHT, name)
                if self._prediction is not None:
                    self._paint_values(painter, self._prediction, digit, track, columns)

    def _columns(self) -> tuple[float, float, float, float]:
        """Return the widths of the name, and of percentage, difference and logit behind the bar."""
        metrics = QFontMetricsF(self.font())
        is_compared = self._prediction is not None and self._prediction.original is not None
        names = max(metrics.horizontalAdvance(name) for name in self._classes)
        return (
            max(min(names, self.width() / 3), metrics.horizontalAdvance("0")) + 10,
            metrics.horizontalAdvance("> 99.9 %") + 12,
            metrics.horizontalAdvance("−100.0 pp") + 8 if is_compared else 0.0,
            metrics.horizontalAdvance("−00.00") + 8 if self._with_logits else 0.0,
        )

    def _wins(self, digit: int) -> bool:
        return self._prediction is not None and self._prediction.digit == digit

    def _paint_values(
        self, painter: QPainter, prediction: Prediction, digit: int, track: QRectF, columns: list[float]
    ) -> None:
        palette = self.palette()
        probability = float(prediction.probabilities[digit])
        colour = answer_colour(palette) if self._wins(digit) else palette.color(QPalette.ColorRole.Mid)
        painter.fillRect(_part(track, probability), colour)
        if prediction.original is not None:
            self._paint_before(painter, track, float(prediction.original[digit]), probability)
        share, difference, logit = (
            QRectF(track.right() + sum(columns[:column]), track.top() - 2, width, track.height() + 4)
            for column, width in enumerate(columns)
        )
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        text = percent(probability) if math.isfinite(probability) else self.tr("NaN")
        painter.drawText(share, _RIGHT, self.tr("{percent} %").format(percent=text))
        self._set_weight(painter, False)
        if prediction.original is not None:
            self._paint_difference(painter, difference, self.difference(digit))
        if self._with_logits:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(logit, _RIGHT, number(float(prediction.logits[digit]), 2))

    def _paint_before(self, painter: QPainter, track: QRectF, before: float, now: float) -> None:
        """A line where the original's bar ends, unless both end at the same pixel."""
        if abs(before - now) * track.width() >= 1:
            line = QRectF(_part(track, before).right() - 1, track.top() - 1, 2, track.height() + 2)
            painter.fillRect(line, frame_colour(self.palette()))

    def _paint_difference(self, painter: QPainter, rect: QRectF, text: str) -> None:
        unchanged = not any(digit in text for digit in "123456789")
        role = QPalette.ColorRole.PlaceholderText if unchanged else QPalette.ColorRole.WindowText
        painter.setPen(self.palette().color(role))
        painter.drawText(rect, _RIGHT, text)

    def _set_weight(self, painter: QPainter, bold: bool) -> None:
        font = self.font()
        font.setBold(bold)
        painter.setFont(font)


def _part(track: QRectF, share: float) -> QRectF:
    """Return the left part, a share in [0, 1], of a track; empty for NaN."""
    return QRectF(track.left(), track.top(), track.width() * (share if share > 0 else 0), track.height())


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
