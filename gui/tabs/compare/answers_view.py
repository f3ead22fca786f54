"""Two answers to one drawing, and between them the difference."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.tabs.compare import compare_words
from gui.tabs.compare.compared_side import LEFT, RIGHT, Side
from gui.tabs.compare.difference_bars import DifferenceBars
from gui.tabs.compare.side_answer import AnswerView
from gui.tabs.compare.side_head import SideHead
from gui.widgets.construct import named, spaced
from gui.widgets.steady_label import SteadyLabel

NAMES = ("compare_left", "compare_right")
"""The first parts of the sides' object names."""


class AnswersView(QWidget):
    """A side each at the left and the right; a sentence below says what they read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare_answers")
        self.heads = tuple(SideHead(side, NAMES[side], self) for side in (LEFT, RIGHT))
        self._answers = tuple(AnswerView(NAMES[side], side == RIGHT, self) for side in (LEFT, RIGHT))
        self.difference = DifferenceBars(self)
        self.difference.setToolTip(
            self.tr(
                "For each digit the left network's probability less the right one's, in percentage points "
                "(pp). The bar points to the network that gives the digit more."
            )
        )
        self._heading = named(
            QLabel(self.tr("Difference\n◂ left gives more · right ▸"), self), "difference_heading"
        )
        self._heading.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
        self.sentence = named(SteadyLabel(self), "compare_sentence")
        font = self.font()
        font.setBold(True)
        self.sentence.setFont(font)
        layout = spaced(QGridLayout(self), rows=4, columns=12)
        layout.addWidget(self.heads[LEFT], 0, 0)
        layout.addWidget(self._heading, 0, 1)
        layout.addWidget(self.heads[RIGHT], 0, 2)
        layout.addWidget(self._answers[LEFT], 1, 0)
        layout.addWidget(self.difference, 1, 1)
        layout.addWidget(self._answers[RIGHT], 1, 2)
        layout.addWidget(self.sentence, 2, 0, 1, 3)
        for column, stretch in enumerate((5, 2, 5)):
            layout.setColumnStretch(column, stretch)
        layout.setRowStretch(1, 1)

    def show_sides(self, sides: tuple[Side, Side]) -> None:
        """Show both answers; they are to the same drawing."""
        for head, answer, side in zip(self.heads, self._answers, sides, strict=True):
            head.show_side(side)
            answer.show_side(side)
        left, right = (None if side.prediction is None else side.prediction.probabilities for side in sides)
        self.difference.set_probabilities(left, right)
        self.sentence.set_text(compare_words.difference(*sides))

    def set_opened(self, model: str) -> None:
        """The weights that answer on the pad as they were opened; empty where something else does."""
        for head in self.heads:
            head.set_opened(model)
