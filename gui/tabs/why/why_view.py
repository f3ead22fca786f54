"""The view of the Why tab: the choice of two digits, and a page for each kind of explanation."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QTabWidget, QWidget

from core.errors import LabError
from core.explaining.evidence_records import ChangePath, Evidence, Feeding, MapCell
from core.records import NetworkState, Prediction
from gui.paint.text import TITLE, set_text
from gui.tabs.why import evidence_words
from gui.tabs.why.change_view import ChangeView
from gui.tabs.why.digit_chooser import DigitChooser
from gui.tabs.why.drawing_question import CELL, CHANGE, EVIDENCE, FEEDING, OCCLUSION, DrawingQuestion
from gui.tabs.why.evidence_view import EvidenceView
from gui.tabs.why.seen_view import SeenView
from gui.tabs.why.term_split import split_record
from gui.widgets.construct import STRETCH, in_column, in_row, named, stacked
from gui.widgets.empty_state import EmptyState
from gui.widgets.own_keys import keeps
from gui.widgets.steady_label import SteadyLabel
from gui.window.figure import Figure, figure_of
from gui.words.core_texts import in_words

_REST = 150  # milliseconds that the pen must rest before what takes long is asked for
_PATIENCE = 150  # milliseconds after which what is not answered yet is marked as old


class WhyView(QWidget):
    """Two digits to compare; below, pages for the evidence, the smallest change, and the familiarity.

    It asks with `wanted` while it is in sight, and is answered with `show_answer`.
    """

    wanted = Signal(object)
    """A question, as a DrawingQuestion."""
    picture_chosen = Signal(object)
    """A picture (H, W) float32 in [0, 1] that is to be drawn on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("why_tab")
        self._network: NetworkState | None = None
        self._prediction: Prediction | None = None
        self._is_behind = False  # something changed while it was out of sight
        self._newest: dict[str, DrawingQuestion] = {}
        self._unanswered: set[str] = set()
        self._changed: Prediction | None = None  # the one whose smallest change is shown, or looked for
        self._rest = self._timer("rest", _REST, self._ask_for_occlusion)
        self._patience = self._timer("patience", _PATIENCE, self._on_out_of_patience)
        self._make_choosers()
        self.result = named(SteadyLabel(self), "why_result")
        set_text(self.result, TITLE)
        self.evidence = EvidenceView(self)
        self.change = ChangeView(self)
        self.seen = SeenView(self)
        self.empty = EmptyState("why_message", self)
        self._lay_out()
        self._connect()
        self._say_what_to_do()

    def _timer(self, name: str, interval: int, slot: object) -> QTimer:
        timer = QTimer(self, interval=interval, singleShot=True)
        timer.setObjectName(name)
        timer.timeout.connect(slot)
        return timer

    def _make_choosers(self) -> None:
        text = self.tr("{digit}, the answer")
        tip = self.tr(
            "The digit to be explained. The first entry follows the network's answer while you draw."
        )
        accessible = self.tr("Why this digit")
        self.digit = named(DigitChooser(text, self.tr("the answer"), self), "why_digit", tip, accessible)
        text = self.tr("{digit}, the runner-up")
        tip = self.tr(
            "The digit to compare it with: reasons are always reasons for one thing rather than another. "
            "The first entry follows the drawing. Keys 0–9 choose one, Delete follows again."
        )
        accessible = self.tr("And not this digit")
        self.rival = named(DigitChooser(text, self.tr("the runner-up"), self), "why_rival", tip, accessible)

    def _lay_out(self) -> None:
        why, and_not, end = (
            QLabel(text, self) for text in (self.tr("Why"), self.tr("and not"), self.tr("?"))
        )
        question = in_row(why, self.digit, and_not, self.rival, end, STRETCH)
        self._explained = QWidget(self)
        self._evidence_pages = stacked(self, self.empty, self._explained)
        in_column(self.result, (self.evidence, 1), on=self._explained, margins=(6, 8, 6, 4))
        self.pages = named(QTabWidget(self, documentMode=True), "why_pages")
        self.pages.addTab(self._evidence_pages, self.tr("Evidence"))
        self.pages.addTab(self.change, self.tr("Smallest change"))
        self.pages.addTab(self.seen, self.tr("Seen before?"))
        self.pages.setTabToolTip(2, self.tr("Whether the drawing is like what the network has learnt from"))
        self.pages.setTabToolTip(0, self.tr("What speaks for one digit and what for the other"))
        self.pages.setTabToolTip(1, self.tr("How little must be drawn or erased for another answer"))
        in_column(question, (self.pages, 1), on=self, margins=(8, 8, 8, 4))

    def _connect(self) -> None:
        self.digit.digit_changed.connect(self._on_digits_chosen)
        self.rival.digit_changed.connect(self._on_digits_chosen)
        self.pages.currentChanged.connect(self._ask_for_evidence)
        self.evidence.feeding_wanted.connect(self._ask_for_feeding)
        self.evidence.cell_wanted.connect(self._ask_for_cell)
        self.evidence.occlusion_wanted.connect(self._ask_for_occlusion)
        self.change.change_wanted.connect(self._on_change_wanted)
        self.change.picture_chosen.connect(self.picture_chosen)

    # Network and answer

    def set_colours(self, maps: np.ndarray, kernels: np.ndarray) -> None:
        """Use these 256 colours for values, and those for weights."""
        self.evidence.set_colours(maps, kernels)
        self.change.set_colours(maps)

    def set_network(self, network: NetworkState) -> None:
        """Set the network that gives the next predictions."""
        self._network = network
        self.evidence.set_network(network)
        if self._prediction is None:
            self._say_what_to_do()

    def set_prediction(self, prediction: Prediction | None) -> None:
        """Explain this answer; None: nothing is drawn."""
        self._prediction = prediction
        if self.isVisible():
            self._explain()
        else:
            self._is_behind = True

    def showEvent(self, event: QShowEvent) -> None:
        if self._is_behind:
            self._explain()

    def hideEvent(self, event: QHideEvent) -> None:
        if self._rest.isActive():
            self._rest.stop()
            self._is_behind = True
        self.change.pause()

    def figures(self) -> list[Figure]:
        """Return the page that is in sight, unless it only says what to do."""
        if self.pages.currentWidget() is self._evidence_pages:
            if self._evidence_pages.currentWidget() is self.empty:
                return []
            return [figure_of(self.tr("Evidence"), self._explained)]
        return [figure_of(self.pages.tabText(self.pages.currentIndex()), self.pages.currentWidget())]

    # Asking

    def _explain(self) -> None:
        self._is_behind = False
        prediction = self._prediction
        self.change.set_askable(prediction is not None)
        if prediction is None:
            self._say_what_to_do()
            return
        for chooser in (self.digit, self.rival, self.change.target):
            chooser.set_classes(prediction.classes)
        self.digit.set_followed(prediction.digit)
        self._follow_runner_up()
        self.change.set_outdated(not _are_alike(prediction, self._changed))
        self._ask_for_evidence()

    def _follow_runner_up(self) -> None:
        """Let the rival be the digit with the largest logit besides the one that is explained."""
        if self._prediction is not None:
            logits = self._prediction.logits.copy()
            logits[self.digit.digit] = -np.inf
            self.rival.set_followed(int(np.nan_to_num(logits, nan=-np.inf).argmax()))
            if self.rival.digit == self.digit.digit and self.rival.is_following:
                self.rival.set_followed((self.digit.digit + 1) % len(logits))  # no answer at all: any other
        self.change.target.set_followed(self.rival.digit)

    @Slot()
    def _ask_for_evidence(self) -> None:
        if self.pages.currentWidget() is not self._evidence_pages:
            return  # out of sight; turning back to that page asks
        self._ask(EVIDENCE, self.digit.digit, self.rival.digit)
        if self.evidence.unit is not None:
            self._ask_for_feeding()
        self._ask_for_cell()
        if self.evidence.wants_occlusion and self._prediction is not None:
            self.evidence.dim_occlusion()
            self._rest.start()

    @Slot()
    def _ask_for_feeding(self) -> None:
        if self.evidence.unit is not None:
            self._ask(FEEDING, *self.evidence.unit)

    @Slot()
    def _ask_for_cell(self) -> None:
        if self.evidence.cell is not None:
            self._ask(CELL, *self.evidence.cell)

    @Slot()
    def _ask_for_occlusion(self) -> None:
        if self.evidence.wants_occlusion and self.isVisible():
            self._ask(OCCLUSION, self.digit.digit, self.rival.digit)

    @Slot()
    def _on_change_wanted(self) -> None:
        self._changed = self._prediction
        self.change.say_searching()
        self._ask(CHANGE, self.change.rival)

    def _ask(self, question: str, *arguments: object) -> None:
        if self._prediction is None:
            return
        asked = self._newest[question] = DrawingQuestion(question, self._prediction.trace.picture, arguments)
        if question in (EVIDENCE, FEEDING, CELL):
            self._unanswered.add(question)
            if not self._patience.isActive():
                self._patience.start()
        self.wanted.emit(asked)

    @Slot()
    def _on_out_of_patience(self) -> None:
        self.evidence.set_dimmed(True)

    # Answers

    @Slot(object, object)
    def show_answer(self, answer: object, asked: DrawingQuestion) -> None:
        """Show the answer to a question, or say why there is none, unless it is out of date."""
        is_newest = asked is self._newest.get(asked.question)
        if self._prediction is None:
            return
        if is_newest:
            self._settle(asked.question)
        if isinstance(answer, LabError):
            if is_newest:
                self._show_problem(asked.question, in_words(answer))
        elif isinstance(answer, Evidence):
            if asked.arguments == (self.digit.digit, self.rival.digit):
                self._show_evidence(asked.picture, answer)
        elif isinstance(answer, Feeding):
            self.evidence.show_feeding(asked.picture, answer)
        elif isinstance(answer, MapCell):
            self.evidence.show_cell(asked.picture, answer)
        elif isinstance(answer, ChangePath):
            if is_newest:
                self.change.show_path(answer)
                self.change.set_outdated(not _are_alike(self._prediction, self._changed))
        elif isinstance(answer, np.ndarray) and is_newest:
            self.evidence.show_occlusion(asked.picture, answer)

    def _settle(self, question: str) -> None:
        """Mark the evidence as up to date, unless another answer is to come."""
        self._unanswered.discard(question)
        if not self._unanswered:
            self._patience.stop()
            self.evidence.set_dimmed(False)

    def _show_evidence(self, picture: np.ndarray, evidence: Evidence) -> None:
        assert self._prediction is not None
        split = split_record(evidence)
        self.result.set_text(evidence_words.result(evidence, split, self._prediction.digit))
        self.evidence.show_evidence(picture, evidence)
        self._evidence_pages.setCurrentWidget(self._explained)

    def _show_problem(self, question: str, sentence: str) -> None:
        if question == CHANGE:
            self.change.clear(sentence)
        else:
            self._show_message(sentence)

    def _show_message(self, sentence: str, is_bare: bool = False) -> None:
        self.result.set_text("")
        self.empty.say(sentence, with_test_digit=is_bare)
        self._evidence_pages.setCurrentWidget(self.empty)

    def _say_what_to_do(self) -> None:
        self._newest.clear()
        self._unanswered.clear()
        self._patience.stop()
        self._rest.stop()
        self._changed = None
        sentence = self.tr(
            "Draw a digit at the left: this shows what in it speaks for the network's answer, and what "
            "for another one."
        )
        self._show_message(sentence, is_bare=True)
        self.change.set_askable(False)
        for chooser in (self.digit, self.rival, self.change.target):
            chooser.follow_nothing()

    # Choosing

    @Slot()
    def _on_digits_chosen(self) -> None:
        self._follow_runner_up()
        self._ask_for_evidence()

    def event(self, event: QEvent) -> bool:
        """Keep Delete from the window while the keys go here: there it clears the drawing."""
        return keeps(event, Qt.Key.Key_Delete) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let 0–9 choose the rival, and Delete let both digits follow the drawing again."""
        if event.text().isdecimal() and len(event.text()) == 1:
            self.rival.choose(int(event.text()))
        elif event.key() == Qt.Key.Key_Delete:
            self.digit.follow()
            self.rival.follow()
        else:
            super().keyPressEvent(event)


def _are_alike(first: Prediction, second: Prediction | None) -> bool:
    """Return whether they are the same network's answers to the same drawing."""
    return (
        second is not None
        and np.array_equal(first.trace.picture, second.trace.picture)
        and np.array_equal(first.logits, second.logits, equal_nan=True)
    )
