"""The ten probabilities as bars."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.records import Prediction
from gui.numbers import number, percent

_CLASSES = 10


class ProbabilityBars(QWidget):
    """A row a class: digit, bar, percentage, and on demand the logit that it came from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probability_bars")
        self.setAccessibleName(self.tr("Probability of each digit"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._prediction: Prediction | None = None
        self._with_logits = False

    def set_prediction(self, prediction: Prediction | None) -> None:
        """Show a prediction's probabilities; None empties the bars."""
        self._prediction = prediction
        self.update()

    def set_logits_shown(self, shown: bool) -> None:
        """Whether each row ends with its logit."""
        self._with_logits = shown
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Room for ten rows of small text."""
        return QSize(160, _CLASSES * 14)

    def sizeHint(self) -> QSize:
        """Room for ten rows."""
        return QSize(280, _CLASSES * 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows."""
        palette = self.palette()
        with QPainter(self) as painter:
            metrics = QFontMetricsF(self.font())
            digit_width = metrics.horizontalAdvance("0") + 10
            percent_width = metrics.horizontalAdvance("> 99.9 %") + 12
            logit_width = metrics.horizontalAdvance("−00.00") + 8 if self._with_logits else 0.0
            row_height = self.height() / _CLASSES
            bar_room = self.width() - digit_width - percent_width - logit_width
            for digit in range(_CLASSES):
                top = digit * row_height
                track = QRectF(digit_width, top + 2, bar_room, row_height - 4)
                painter.fillRect(track, palette.color(QPalette.ColorRole.AlternateBase))
                label = QRectF(0, top, digit_width - 6, row_height)
                self._set_weight(painter, self._prediction is not None and self._prediction.digit == digit)
                painter.setPen(palette.color(QPalette.ColorRole.WindowText))
                painter.drawText(label, _RIGHT, str(digit))
                if self._prediction is not None:
                    self._paint_values(painter, digit, track, percent_width, logit_width)

    def _paint_values(
        self, painter: QPainter, digit: int, track: QRectF, percent_width: float, logit_width: float
    ) -> None:
        assert self._prediction is not None
        palette = self.palette()
        probability = float(self._prediction.probabilities[digit])
        wins = self._prediction.digit == digit
        role = QPalette.ColorRole.Highlight if wins else QPalette.ColorRole.Mid
        bar = QRectF(track.left(), track.top(), track.width() * probability, track.height())
        painter.fillRect(bar, palette.color(role))
        share = QRectF(track.right(), track.top() - 2, percent_width, track.height() + 4)
        painter.drawText(share, _RIGHT, self.tr("{percent} %").format(percent=percent(probability)))
        if self._with_logits:
            logit = QRectF(share.right(), share.top(), logit_width, share.height())
            value = number(float(self._prediction.logits[digit]), 2)
            self._set_weight(painter, False)
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(logit, _RIGHT, value)

    def _set_weight(self, painter: QPainter, bold: bool) -> None:
        font = self.font()
        font.setBold(bold)
        painter.setFont(font)


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
