"""The answer to the drawing as it was prepared here, and the one on the pad."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from core.reading.variation_records import Prepared
from core.records import is_sure, leading
from gui.tabs.prepare import stage_words
from gui.widgets.construct import bold, in_column, named, spaced
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.steady_label import SteadyLabel
from gui.words.numbers import percent


class AnswerView(QWidget):
    """Both answers in words, and the probabilities as bars, each with a line where the pad's ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("prepared_answer")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setMinimumWidth(204)
        self._digit = named(
            SteadyLabel(self, widest="0?", alignment=Qt.AlignmentFlag.AlignHCenter), "prepared_digit"
        )
        bold(self._digit, 2.6)
        self._here = named(SteadyLabel(self), "prepared_verdict")
        self._on_pad = named(SteadyLabel(self), "prepared_on_pad", pale=True)
        tip = self.tr(
            "The network's answer to the picture at the left. The line across a bar is where it ends on "
            "the pad, where all steps are taken and nothing is varied; at the right stands the "
            "difference, in percentage points."
        )
        self.bars = named(ProbabilityBars(self), "prepared_bars", tip, small=True)
        head = spaced(QGridLayout(), rows=0, columns=8)
        head.addWidget(self._digit, 0, 0, 2, 1)
        head.addWidget(self._here, 0, 1)
        head.addWidget(self._on_pad, 1, 1)
        head.setColumnStretch(1, 1)
        in_column(head, (self.bars, 1), on=self, spacing=2, margins=(6, 0, 0, 0))

    def show_prepared(self, prepared: Prepared) -> None:
        """Show both answers."""
        prediction = prepared.prediction
        if prediction is None:
            self.bars.set_prediction(None)
            self._digit.set_text("–")
            self._here.set_text(stage_words.of_nothing(prepared))
        else:
            self.bars.set_prediction(replace(prediction, original=prepared.on_pad))
            digit, verdict = _read(prediction.probabilities)
            self._digit.set_text(digit)
            here = self.tr("{verdict} here") if verdict else self.tr("no answer: numbers too large")
            self._here.set_text(here.format(verdict=verdict))
        digit, verdict = _read(prepared.on_pad)
        on_pad = self.tr("on the pad {digit}, {verdict}") if verdict else ""
        self._on_pad.set_text(on_pad.format(digit=digit, verdict=verdict))


def _read(probabilities: np.ndarray) -> tuple[str, str]:
    """Return the digit, with a question mark where the network is not sure, and its probability."""
    if not np.isfinite(probabilities).all():
        return "–", ""
    digit, _ = leading(probabilities)
    shown = percent(float(probabilities[digit]))
    return f"{digit}" if is_sure(probabilities) else f"{digit}?", f"{shown} %"
