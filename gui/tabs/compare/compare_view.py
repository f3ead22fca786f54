"""The Compare tab: two networks answer the same drawing, and their layers show where they differ."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from gui.tabs.compare import form_words
from gui.tabs.compare.answers_view import AnswersView
from gui.tabs.compare.compared_side import ComparedSide
from gui.tabs.compare.form_row import FormRow
from gui.tabs.compare.layer_pair import LayerPair
from gui.widgets.construct import in_column, named, split
from gui.widgets.term_label import TermText
from gui.window.figure import Figure, figure_of


class CompareView(QWidget):
    """Forms to try, with what they teach; two answers; the layers of both networks."""

    form_chosen = Signal(str)
    """The name of the form of `core.pen_digits.samples` to draw."""
    shown = Signal()
    """The view has become visible."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare_tab")
        self._lesson = named(TermText(2, self), "compare_lesson")
        self._lesson.set_text(form_words.general())
        self._forms = FormRow(self)
        self._forms.form_chosen.connect(self.form_chosen)
        self.answers = AnswersView(self)
        self.layers = LayerPair(self)
        self.splitter = named(QSplitter(Qt.Orientation.Vertical, self), "compare_splitter")
        split(self.splitter, (self.answers, 1), (self.layers, 1))
        parts = (self._lesson, self._forms, (self.splitter, 1))
        in_column(*parts, on=self, spacing=4, margins=(8, 6, 8, 2))

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours for values; see `gui.paint.colours`."""
        self.layers.set_colours(colours)

    def figures(self) -> list[Figure]:
        """Return the answers, and the layers."""
        answers = figure_of(self.tr("Two networks' answers"), self.answers)
        return [answers, figure_of(self.tr("Two networks' layers"), self.layers)]

    def show_sides(self, left: ComparedSide, right: ComparedSide) -> None:
        """Show two networks' answers to the same drawing."""
        self.answers.show_sides((left, right))
        self.layers.show_sides((left, right))

    def show_lesson(self, form: str | None) -> None:
        """Show the lesson of the form that was drawn; None: that of all forms."""
        self._lesson.set_text(form_words.general() if form is None else form_words.note(form))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()
