"""What is asked of an import: what labels the pictures, and whether they are to be turned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QRadioButton,
    QWidget,
)

from core.my_digits.labelling import Rule
from core.my_digits.picture_folders import Survey
from core.my_digits.turning import Turn, turned_picture
from gui.tabs.my_digits.import_check import Checked
from gui.widgets.construct import bold, in_column, in_row, named, spaced
from gui.widgets.digit_picture import DigitPicture

_SIDE = 74  # pixels, of an example
_EXAMPLES = 8


class _Examples(QWidget):
    """A row of small pictures, each with a line of text above or below it."""

    def __init__(self, pictures: Sequence[np.ndarray], parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = spaced(QGridLayout(self), rows=2, columns=6)
        for column, picture in enumerate(pictures):
            shown = DigitPicture(self)
            shown.setFixedSize(QSize(_SIDE, _SIDE))
            shown.set_picture(picture)
            self._grid.addWidget(shown, 0, column)

    def add_line(self, line: Sequence[QLabel]) -> None:
        """Write below each picture."""
        row = self._grid.rowCount()
        for column, label in enumerate(line):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setFixedWidth(_SIDE)
            self._grid.addWidget(label, row, column)


class SurveyDialog(QDialog):
    """Eight pictures with the labels that each rule would give them, and the choice of a rule."""

    def __init__(self, survey: Survey, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("survey_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Which digits are these?"))
        self.survey = survey
        text = self.tr(
            "It is not certain which digits these {count} pictures show. Choose what tells it, and look "
            "whether the examples are labelled right. Nothing has come in yet."
        )
        words = QLabel(text.format(count=f"{survey.pictures:,}"), self, wordWrap=True)
        examples = _Examples([example.picture for example in survey.examples], self)
        self._labels = [bold(QLabel(self), 1.5) for _ in survey.examples]
        for number, label in enumerate(self._labels):
            label.setObjectName(f"example_{number}")
        examples.add_line(self._labels)
        examples.add_line([self._name(example.name) for example in survey.examples])
        self._rules = QButtonGroup(self)
        buttons = []
        for number, rule in enumerate(survey.rules):
            button = named(
                QRadioButton(self._rule_in_words(number), self), f"rule_{rule.value.replace(' ', '_')}"
            )
            self._rules.addButton(button, number)
            buttons.append(button)
        self._counts = named(QLabel(self, wordWrap=True), "survey_counts", small=True)
        hint = self.tr(
            "If nothing tells it, cancel. Then sort the pictures into folders 0 to 9, or put a table "
            "labels.csv beside them, with a line for each: its name, a comma, its digit."
        )
        other = named(QLabel(hint, self, wordWrap=True), "survey_hint", small=True, pale=True)
        choices = QDialogButtonBox(self)
        take = choices.addButton(self.tr("Import"), QDialogButtonBox.ButtonRole.AcceptRole)
        named(take, "survey_import_button")
        give_up = choices.addButton(QDialogButtonBox.StandardButton.Cancel)
        named(give_up, "survey_cancel_button")
        choices.accepted.connect(self.accept)
        choices.rejected.connect(self.reject)
        self._rules.idToggled.connect(self._on_toggled)
        in_column(words, 6, examples, 6, *buttons, self._counts, 6, other, 6, choices, on=self, margins=None)
        labelled = [sum(each) for each in survey.counts]
        buttons[labelled.index(max(labelled))].setChecked(True)

    @property
    def rule(self) -> Rule:
        """The rule that is chosen."""
        return self.survey.rules[self._rules.checkedId()]

    def _name(self, name: str) -> QLabel:
        label = named(QLabel(self), "", name, small=True)
        metrics = label.fontMetrics()
        label.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, _SIDE))
        return label

    def _rule_in_words(self, number: int) -> str:
        words = {
            Rule.TABLE: self.tr("A table beside them: it labels {labelled} of {count}"),
            Rule.FOLDER: self.tr("The name of the folder that they are in: it labels {labelled} of {count}"),
            Rule.OUTER_FOLDER: self.tr("The name of the outermost folder: it labels {labelled} of {count}"),
            Rule.FIRST_NUMBER: self.tr(
                "The first number in the file's name: it labels {labelled} of {count}"
            ),
            Rule.LAST_NUMBER: self.tr("The last number in the file's name: it labels {labelled} of {count}"),
        }[self.survey.rules[number]]
        labelled = sum(self.survey.counts[number])
        return words.format(labelled=f"{labelled:,}", count=f"{self.survey.pictures:,}")

    @Slot(int, bool)
    def _on_toggled(self, number: int, is_on: bool) -> None:
        if not is_on:
            return
        for label, example in zip(self._labels, self.survey.examples, strict=True):
            digit = example.labels[number]
            label.setText("–" if digit is None else str(digit))
        counts = self.survey.counts[number]
        listed = ", ".join(f"{digit}: {count:,}" for digit, count in enumerate(counts) if count)
        self._counts.setText(self.tr("How many of each digit: {listed}").format(listed=listed))


class TurnDialog(QDialog):
    """Digits that came in as they are and as they would be when turned, and the choice."""

    def __init__(self, checked: Checked, parent: QWidget) -> None:
        super().__init__(parent)
        assert checked.turn is not None
        self.setObjectName("turn_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Do these digits lie as they should?"))
        self.checked = checked
        words = named(QLabel(self._in_words(checked), self, wordWrap=True), "turn_words")
        some = checked.digits[:: max(len(checked.digits) // _EXAMPLES, 1)][:_EXAMPLES]
        before = _Examples([digit.picture for digit in some], self)
        after = _Examples([turned_picture(digit.picture, checked.turn) for digit in some], self)
        after.add_line([bold(QLabel(str(digit.label), self)) for digit in some])
        choices = QDialogButtonBox(self)
        turn = choices.addButton(self._button_words(checked.turn), QDialogButtonBox.ButtonRole.AcceptRole)
        named(turn, "turn_button")
        leave = choices.addButton(self.tr("Leave them as they are"), QDialogButtonBox.ButtonRole.RejectRole)
        named(leave, "leave_button")
        choices.accepted.connect(self.accept)
        choices.rejected.connect(self.reject)
        captions = [QLabel(self.tr("As they are, and as they would be:"), self)]
        rows = (captions[0], before, after)
        in_column(words, 6, *rows, 6, in_row(choices), on=self, margins=None)

    def _in_words(self, checked: Checked) -> str:
        assert checked.turn is not None
        text = self.tr("The network reads {read} of {tried} digits that came in.")
        would = {
            Turn.TRANSPOSE: self.tr(
                "With rows and columns exchanged, as EMNIST's have to be, it would read {would}."
            ),
            Turn.LEFT: self.tr("Turned a quarter to the left, it would read {would}."),
            Turn.RIGHT: self.tr("Turned a quarter to the right, it would read {would}."),
            Turn.HALF: self.tr("Turned upside down, it would read {would}."),
            Turn.MIRROR: self.tr("Mirrored left to right, it would read {would}."),
            Turn.INVERT: self.tr("With ink and paper exchanged, it would read {would}."),
        }[checked.turn]
        figures = {"read": checked.read, "tried": checked.tried, "would": checked.read_turned}
        return f"{text} {would}".format(**{name: f"{figure:,}" for name, figure in figures.items()})

    def _button_words(self, turn: Turn) -> str:
        if turn is Turn.MIRROR:
            return self.tr("Mirror them")
        return self.tr("Exchange ink and paper") if turn is Turn.INVERT else self.tr("Turn them")
