"""The answer of one of two networks: the digit, large, and ten bars."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from gui.paint.text import fit_to_text
from gui.paint.theme import warning_colour
from gui.tabs.compare.compared_side import ComparedSide
from gui.widgets.construct import STRETCH, bold, in_column, in_row, named, stacked
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.steady_label import SteadyLabel, SteadyText
from gui.words.verdict import digit_and_verdict

_LARGER = 3.2  # the digit's letters, than others


class AnswerView(QWidget):
    """Its parts keep their places; where a network cannot answer, the reason stands in the bars' place.

    `name` begins all object names; mirrored, the digit stands at the right of the bars.
    """

    def __init__(self, name: str, mirrored: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.bars = named(ProbabilityBars(self), f"{name}_bars")
        # Not QLabels: their new texts would have the whole tab laid out and painted anew at every stroke.
        self._digit = named(SteadyLabel(self, alignment=Qt.AlignmentFlag.AlignHCenter), f"{name}_digit")
        bold(self._digit, _LARGER)
        self._verdict = named(SteadyText(2, self, Qt.AlignmentFlag.AlignHCenter), f"{name}_verdict")
        # Not a QLabel: a path that has no place to be broken at would be cut off, or make one side wider.
        self._problem = named(QPlainTextEdit(self), f"{name}_problem")
        self._problem.setReadOnly(True)
        self._problem.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._problem.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._problem.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._colour_problem()
        self._pages = stacked(self, self.bars, self._problem)
        words = QWidget(self)
        fit_to_text(
            words, lambda it: it.setFixedWidth(it.fontMetrics().horizontalAdvance("not sure: 8 or 9 —"))
        )
        in_column(STRETCH, self._digit, self._verdict, STRETCH, on=words, spacing=0)
        parts = ((words, 0), (self._pages, 1))
        in_row(*(reversed(parts) if mirrored else parts), on=self)

    def show_side(self, side: ComparedSide, rows: list[int] | None) -> None:
        """Show a side's answer, with rows of these classes, or why there is none."""
        prediction = side.prediction
        self.bars.set_rows(rows)
        # A network changed by hand is not compared here with itself before the change.
        self.bars.set_prediction(None if prediction is None else replace(prediction, original=None))
        if side.problem:
            digit, verdict = self.tr("–"), self.tr("no answer")
            self._show_problem(side.problem)
        elif prediction is None:
            digit, verdict = "", self.tr("nothing drawn yet")
        else:
            digit, verdict = digit_and_verdict(prediction)
        self._pages.setCurrentWidget(self._problem if side.problem else self.bars)
        self._digit.set_text(digit)
        self._verdict.set_text(verdict)

    def _show_problem(self, problem: str) -> None:
        words = self.tr("{problem}\nChoose another one; this is tried again when its file has changed.")
        text = words.format(problem=problem)
        if text != self._problem.toPlainText():  # else its selection would be lost at every stroke
            self._problem.setPlainText(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour_problem()

    def _colour_problem(self) -> None:
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Text, warning_colour(palette))
        palette.setColor(QPalette.ColorRole.Base, palette.color(QPalette.ColorRole.Window))
        self._problem.setPalette(palette)
