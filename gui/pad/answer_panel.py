"""The network's answer to the drawing: the digit, how sure it is, and all ten probabilities."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from core.records import Prediction
from gui.pad.modified_bar import ModifiedBar
from gui.paint.text import fit_to_text
from gui.widgets.construct import STRETCH, bold, in_column, in_row, leaves_keys, named
from gui.widgets.digit_picture import DigitPicture
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.steady_label import SteadyLabel, SteadyText
from gui.words.verdict import digit_and_verdict


class AnswerPanel(QWidget):
    """The predicted digit, large; the network's picture; ten bars. Empty without a drawing."""

    model_wanted = Signal()
    """The network of the Model menu is to answer again, not the one in training."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("answer_panel")
        tip = self.tr(
            "What the network sees: your drawing cropped, scaled to 20 pixels, and moved so that its "
            "centre of mass lies in the middle of 28×28 pixels, just as MNIST's digits were made."
        )
        title = self.tr("What the network sees")
        self.input_preview = named(DigitPicture(self), "input_preview", tip, title)
        # Four for each pixel at usual text.
        fit_to_text(self.input_preview, lambda it: it.setMaximumSize(it.minimumSizeHint()))
        self.input_preview.setMinimumSize(1, 1)  # in a low window it shrinks, and no words lie over it
        tip = self.tr(
            "Softmax of the last layer's ten outputs, the logits. They always add up to 100 %, "
            "even for a drawing that is no digit at all. While the network is changed by hand, the bar "
            "is what it gives now, the line across what the original gives, and at the right stands "
            "the difference. pp: percentage points; from 90 % to 80 % is −10 pp."
        )
        self.bars = ProbabilityBars(self)
        self.bars.setToolTip(tip)
        centre = Qt.AlignmentFlag.AlignCenter
        self._digit = bold(named(QLabel(self, alignment=centre), "answer_digit"), 5)
        # Empty or not, all stays in place.
        fit_to_text(self._digit, lambda it: it.setMinimumHeight(it.fontMetrics().height()))
        tip = self.tr(
            "How sure the network is by its own numbers; “a guess” where the drawing is odder than "
            "nearly all digits it has learnt from. Why → Seen before? tells more."
        )
        self._verdict = named(SteadyText(3, self, Qt.AlignmentFlag.AlignHCenter), "answer_verdict", tip)
        source = SteadyLabel(self, alignment=Qt.AlignmentFlag.AlignHCenter)
        self._source = named(source, "answer_source", pale=True)
        tip = self.tr("Let the network of the Model menu answer again; the run goes on, or stays as it is")
        self._back = leaves_keys(named(QToolButton(self), "answer_back_button", tip, text=self.tr("Back")))
        self._back.clicked.connect(self.model_wanted)
        policy = self._back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._back.setSizePolicy(policy)
        self._back.hide()
        self.modified_bar = ModifiedBar(self)
        sources = QGridLayout()  # one place for both, and always there: nothing moves under a pen
        sources.addLayout(in_row((self._source, 1), self._back), 0, 0)
        sources.addWidget(self.modified_bar, 0, 0)

        caption = named(QLabel(title, self, alignment=centre), "input_caption")
        picture = in_column((self.input_preview, 0, Qt.AlignmentFlag.AlignHCenter), caption, spacing=2)
        words = in_column(STRETCH, self._digit, self._verdict, STRETCH, spacing=0)
        top = in_row((words, 1), picture)
        in_column(top, sources, (self.bars, 1), on=self, spacing=2)
        self.set_prediction(None)

    def set_prediction(self, prediction: Prediction | None) -> None:
        """Show a prediction; None empties the panel."""
        self.bars.set_prediction(prediction)
        self.input_preview.set_picture(None if prediction is None else prediction.trace.picture)
        if prediction is None:
            self._digit.clear()
            self._verdict.set_text(self.tr("nothing drawn yet"))
            return
        digit, verdict = digit_and_verdict(prediction)
        self._digit.setText(digit)
        self._verdict.set_text(verdict)

    def set_source(self, text: str) -> None:
        """Say which network answers, where it is not the one of the Model menu; empty says nothing."""
        self._source.set_text(text)
        self._back.setVisible(bool(text))

    def set_waiting(self, text: str) -> None:
        """Say, in the verdict's place, why there is no answer yet."""
        self._verdict.set_text(text)
