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
        prediction = self._prediction
        rows = self._shown_rows()
        winner = -1 if prediction is None else prediction.digit
        tracks = self._tracks(len(rows))
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self.ground(tuple(rows), winner, self._classes, self._columns()))
            if prediction is not None:
                self._paint_bars(painter, prediction, rows, tracks)
                self._paint_numbers(painter, prediction, rows, tracks)

    def paint_ground(self, painter: QPainter) -> None:
        """Paint the names and the tracks of the bars."""
        palette, rows = self.palette(), self._shown_rows()
        room = self._columns()[0] - 6
        height = self.height() / len(rows)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        for row, (digit, track) in enumerate(zip(rows, self._tracks(len(rows)), strict=True)):
            painter.fillRect(track, palette.color(QPalette.ColorRole.AlternateBase))
            painter.setFont(self._bold_font() if self._wins(digit) else self.font())
            name = painter.fontMetrics().elidedText(
                self._classes[digit], Qt.TextElideMode.ElideRight, int(room)
            )
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, row * height, room, height), right, name)

    def _shown_rows(self) -> list[int]:
        probabilities = None if self._prediction is None else self._prediction.probabilities
        return self._rows or rows_of(probabilities, len(self._classes))

    def _tracks(self, rows: int) -> list[QRectF]:
        """Return for each row the rectangle that a bar of 100 % fills."""
        left, *behind = self._columns()
        height = self.height() / rows
        thickness = min(height - 4, pixels(self, _THICKEST))
        width = self.width() - left - sum(behind)
        return [
            QRectF(left, row * height + (height - thickness) / 2, width, thickness) for row in range(rows)
        ]

    def _columns(self) -> tuple[float, float, float, float]:
        """Return the widths of the name, and of percentage, difference and logit behind the bar."""
        text = quick_text(self.font())
        is_compared = self._prediction is not None and self._prediction.original is not None
        names = max(map(text.width, self._classes))
        return (
            max(min(names, self.width() / 3), text.width("0")) + 10,
            quick_text(self._bold_font()).width("> 99.9 %") + 12,
            text.width("−100.0 pp") + 8 if is_compared else 0.0,
            text.width("−00.00") + 8 if self._with_logits else 0.0,
        )

    def _wins(self, digit: int) -> bool:
        return self._prediction is not None and self._prediction.digit == digit

    def _bold_font(self) -> QFont:
        font = self.font()
        font.setBold(True)
        return font

    def _paint_bars(
        self, painter: QPainter, prediction: Prediction, rows: list[int], tracks: list[QRectF]
    ) -> None:
        palette = self.palette()
        painter.setPen(Qt.PenStyle.NoPen)
        others = []
        for digit, track in zip(rows, tracks, strict=True):
            bar = _part(track, float(prediction.probabilities[digit]))
            if self._wins(digit):
                painter.fillRect(bar, answer_colour(palette))
            else:
                others.append(bar)
        painter.setBrush(palette.color(QPalette.ColorRole.Mid))
        painter.drawRects(others)
        if prediction.original is not None:
            for digit, track in zip(rows, tracks, strict=True):
                before, now = float(prediction.original[digit]), float(prediction.probabilities[digit])
                self._paint_before(painter, track, before, now)

    def _paint_before(self, painter: QPainter, track: QRectF, before: float, now: float) -> None:
        """A line where the original's bar ends, unless both end at the same pixel."""
        if abs(before - now) * track.width() >= 1:
            line = QRectF(_part(track, before).right() - 1, track.top() - 1, 2, track.height() + 2)
            painter.fillRect(line, frame_colour(self.palette()))

    def _paint_numbers(
        self, painter: QPainter, prediction: Prediction, rows: list[int], tracks: list[QRectF]
    ) -> None:
        palette = self.palette()
        strong = palette.color(QPalette.ColorRole.WindowText)
        pale = palette.color(QPalette.ColorRole.PlaceholderText)
        _, share, difference, logit = self._columns()
        text, bold = quick_text(self.font()), quick_text(self._bold_font())
        text.begin(painter)
        for digit, track in zip(rows, tracks, strict=True):
            right, middle = track.right() + share, track.center().y()
            painter.setPen(strong)
            if self._wins(digit):
                bold.begin(painter)
                bold.draw(painter, right, middle, self._percent(float(prediction.probabilities[digit])))
                text.begin(painter)
            else:
                text.draw(painter, right, middle, self._percent(float(prediction.probabilities[digit])))
            if prediction.original is not None:
                points = self.difference(digit)
                is_changed = any(digit in points for digit in "123456789")
                painter.setPen(strong if is_changed else pale)
                text.draw(painter, right + difference, middle, points)
            if self._with_logits:
                painter.setPen(pale)
                logit_text = number(float(prediction.logits[digit]), 2)
                text.draw(painter, right + difference + logit, middle, logit_text)

    def _percent(self, probability: float) -> str:
        text = percent(probability) if math.isfinite(probability) else self.tr("NaN")
        return self.tr("{percent} %").format(percent=text)


def _part(track: QRectF, share: float) -> QRectF:
    """Return the left part, a share in [0, 1], of a track; empty for NaN."""
    return QRectF(track.left(), track.top(), track.width() * (share if share > 0 else 0), track.height())
