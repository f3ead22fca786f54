"""Two networks' answers to one drawing, and the difference between them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.tabs.compare import compare_words
from gui.tabs.compare.compared_side import LEFT, RIGHT, ComparedSide
from gui.tabs.compare.difference_bars import DifferenceBars
from gui.tabs.compare.side_answer import AnswerView
from gui.tabs.compare.side_head import SideHead
from gui.widgets.construct import bold, in_row, named, spaced
from gui.widgets.probability_bars import rows_of
from gui.widgets.steady_label import SteadyLabel

NAMES = ("compare_left", "compare_right")
"""The first parts of the sides' object names."""


class AnswersView(QWidget):
    """A network's answer at the left and one at the right; a sentence below compares them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare_answers")
        self.heads = tuple(SideHead(side, NAMES[side], self) for side in (LEFT, RIGHT))
        self._answers = tuple(AnswerView(NAMES[side], side == RIGHT, self) for side in (LEFT, RIGHT))
        self.difference = DifferenceBars(self)
        text = self.tr("Difference\n◂ more at the left · at the right ▸")
        centre = Qt.AlignmentFlag.AlignHCenter
        self._heading = named(QLabel(text, self, alignment=centre), "difference_heading")
        self.sentence = bold(named(SteadyLabel(self), "compare_sentence"))
        layout = spaced(QGridLayout(self), rows=4, columns=12)
        layout.addLayout(in_row((self.heads[LEFT], 1), (self.heads[RIGHT], 1), spacing=12), 0, 0, 1, 3)
        middle = (self.heads[LEFT].origin, self._heading, self.heads[RIGHT].origin)
        bottom = (self._answers[LEFT], self.difference, self._answers[RIGHT])
        for column, stretch in enumerate((5, 2, 5)):
            layout.addWidget(middle[column], 1, column)
            layout.addWidget(bottom[column], 2, column)
            layout.setColumnStretch(column, stretch)
        layout.addWidget(self.sentence, 3, 0, 1, 3)
        layout.setRowStretch(2, 1)

    def show_sides(self, sides: tuple[ComparedSide, ComparedSide]) -> None:
        """Show both answers to a drawing."""
        left, right = (None if side.prediction is None else side.prediction.probabilities for side in sides)
        likely, are_alike = left if left is not None else right, False
        if left is not None and right is not None and left.shape == right.shape:
            likely, are_alike = np.maximum(left, right), True  # rows beside each other are of one class
        rows = rows_of(likely, 10 if likely is None else len(likely))
        for head, answer, side in zip(self.heads, self._answers, sides, strict=True):
            head.show_side(side)
            answer.show_side(side, rows if are_alike else None)
        self.difference.set_probabilities(left, right, rows)
        self.sentence.set_text(compare_words.difference(*sides))

    def set_opened(self, model: str) -> None:
        """Name the weights that answer on the pad unchanged; empty if there are none."""
        for head in self.heads:
            head.set_opened(model)
