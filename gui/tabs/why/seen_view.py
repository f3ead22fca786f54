"""The view of a drawing's familiarity."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from core.records import UNFAMILIAR, Prediction, Resemblance
from gui.tabs.why.nearest_view import NearestView
from gui.widgets.construct import in_column, named
from gui.widgets.term_label import TermLabel
from gui.words.numbers import percent


class SeenView(QWidget):
    """A sentence on the drawing's familiarity, and the nine training digits that are nearest to it."""

    shown = Signal()
    """It has come into sight, and may not be up to date."""
    digit_chosen = Signal(object)
    """A training digit (H, W) uint8 that is to be put on the pad."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("seen_view")
        self._verdict = named(QLabel(self, wordWrap=True), "seen_verdict")
        tip = self.tr(
            "How unusual: in its outlines, in the maps where the convolutions end, at the last hidden "
            "layer and in the logits together, beside digits of the class that the network names."
        )
        self._meaning = named(TermLabel(parent=self, wordWrap=True), "seen_meaning", small=True, tip=tip)
        self.nearest = NearestView(self)
        self.nearest.digit_chosen.connect(self.digit_chosen)
        top = Qt.AlignmentFlag.AlignTop
        parts = ((self._verdict, 0, top), (self._meaning, 0, top), (self.nearest, 1))
        in_column(*parts, on=self, margins=(6, 8, 6, 4))
        self.say_nothing_drawn()

    def say_nothing_drawn(self) -> None:
        """Say what to do: there is no drawing to compare."""
        self.say(self.tr("Draw something at the left: this shows which training digits it is nearest to."))

    def say_learning(self, share: float) -> None:
        """Say what share, in [0, 1], of the training digits has been looked at."""
        text = self.tr("Getting to know the training digits: {percent} %…")
        self.say(text.format(percent=round(share * 100)))

    def say(self, sentence: str) -> None:
        """Show a sentence in place of the nearest digits."""
        self._verdict.setText(sentence)
        self._meaning.hide()
        self.nearest.set_nearest(None)

    @Slot(object, object)
    def show_resemblance(self, prediction: Prediction, resemblance: Resemblance) -> None:
        """Show the familiarity of a prediction's drawing."""
        fields = {
            "digit": prediction.name,
            "percent": percent(float(prediction.probabilities.max())),
            "share": percent(resemblance.familiarity),
        }
        if resemblance.is_unlike_digits:
            text = self.tr(
                "<b>This is unlike the digits that the network has learnt from:</b> of those, {share} % are "
                "as unusual. That it says {digit} with {percent} % means little: softmax shares 100 % out "
                "among the classes, whatever is drawn."
            )
        else:
            text = self.tr(
                "<b>This looks familiar:</b> {share} % of the training digits are as unusual, or more so."
            )
        self._verdict.setText(text.format(**fields))
        self._meaning.setText(
            self.tr(
                "Compared with {held_out} held-back training digits. If fewer than {limit} % of them are as "
                "unusual, the answer is called a guess. With the shipped LeNet, that happens to 1.8 % of "
                "MNIST's test digits and to 90 % of 2,000 generated scribbles, shapes, faces, signs and "
                "letters.\n"
                "Distance: between the {count} outputs of the last hidden layer, for the drawing and for the "
                "training digit."
            ).format(
                held_out="6,000", limit=f"{UNFAMILIAR * 100:g}", count=prediction.trace.layers[-2].values.size
            )
        )
        self._meaning.show()
        self.nearest.set_nearest(resemblance)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.nearest.set_dimmed(True)
