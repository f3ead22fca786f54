"""The view of the Prepare tab: steps from ink to picture, and the answer to varied drawings."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from core.ink.preprocess import Steps
from core.reading.variation_records import Prepared, Sweep, Variation
from gui.tabs.prepare.prepared_answer import AnswerView
from gui.tabs.prepare.stages_view import StagesView
from gui.tabs.prepare.sweep_view import SweepView
from gui.widgets.construct import STRETCH, in_column, in_row, named, screen_only, spaced, stacked
from gui.widgets.empty_state import EmptyState
from gui.widgets.term_label import TermLabel
from gui.window.figure import Figure, figure_of

_COLUMNS = 3


class PrepareView(QWidget):
    """Above the steps and the answer they lead to; below a slider with a plot for each kind of variation."""

    changed = Signal()
    """A step was switched or a slider moved; the drawing is to be answered anew."""
    shown = Signal()
    """The view has come into sight."""
    hidden = Signal()
    """The view is out of sight."""
    ink_chosen = Signal(object)
    """The varied drawing, (H, W) uint8, is to come onto the pad."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("prepare_tab")
        self._prepared: Prepared | None = None
        self.stages = StagesView(self)
        self.answer = AnswerView(self)
        self._make_sweeps()
        self._make_note()
        self.empty = EmptyState("prepare_message", self)
        self._lay_out()
        self.stages.steps_changed.connect(self._on_steps_changed)
        self.say_nothing_drawn()

    def _make_sweeps(self) -> None:
        titles = {
            "right": (
                self.tr("Shift right"), self.tr("Move the drawing right or left; its sheet has 280 pixels.")
            ),
            "down": (
                self.tr("Shift down"), self.tr("Move the drawing down or up; its sheet has 280 pixels.")
            ),
            "rotation": (self.tr("Rotate"), self.tr("Turn the drawing, clockwise or the other way.")),
            "size": (self.tr("Size"), self.tr("Make the drawing larger or smaller.")),
            "thickness": (
                self.tr("Thickness"),
                self.tr("Make the strokes wider or thinner, by this number of the sheet's pixels."),
            ),
        }  # fmt: skip
        self.sweeps = {kind: SweepView(kind, *words, self) for kind, words in titles.items()}
        for view in self.sweeps.values():
            view.amount_changed.connect(self._on_amount_changed)

    def _make_note(self) -> None:
        text = self.tr(
            "Each slider varies your drawing before the steps above; the pad keeps it as it is. A plot "
            "shows the ten probabilities all along its slider while the others stay, and the strip above "
            "it which digit is read. Bold: the one read now. In colour: those read elsewhere, and the "
            "runner-up. Hatched: ink leaves the sheet."
        )
        self._note = screen_only(named(TermLabel(text, self, wordWrap=True), "prepare_note", pale=True))
        self.pad_button = named(
            QPushButton(self.tr("Put on the pad"), self),
            "put_varied_on_pad_button",
            self.tr("Go on with the varied drawing, as the first picture shows it; undo brings yours back"),
            clicked=self._on_pad_clicked,
        )
        text = self.tr("Reset the sliders")
        tip = self.tr("The drawing as it is on the pad; the steps stay as they are")
        self.reset_button = named(QPushButton(text, self), "reset_sliders_button", tip, clicked=self.reset)

    def _lay_out(self) -> None:
        above = in_row((self.stages, 13), (self.answer, 4), spacing=4)
        below = spaced(QGridLayout(), rows=6, columns=10)
        for index, view in enumerate(self.sweeps.values()):
            below.addWidget(view, index // _COLUMNS, index % _COLUMNS)
        for column in range(_COLUMNS):
            below.setColumnStretch(column, 1)
        note = in_column(self._note, STRETCH, self.reset_button, 4, self.pad_button)
        below.addLayout(note, 1, _COLUMNS - 1)
        self._work = QWidget(self)
        in_column(above, (below, 1), on=self._work, margins=(8, 8, 8, 4))
        self._pages = stacked(self, self.empty, self._work)
        in_column(self._pages, on=self)

    # Steps and sliders

    @property
    def steps(self) -> Steps:
        """The steps that are taken."""
        return self.stages.steps

    @property
    def variation(self) -> Variation:
        """The variation of the drawing."""
        return Variation(**{kind: view.amount for kind, view in self.sweeps.items()})

    @Slot()
    def reset(self) -> None:
        """Move all sliders to their neutral value."""
        for view in self.sweeps.values():
            view.pause()
            view.slider.reset()

    @Slot()
    def _on_steps_changed(self) -> None:
        for view in self.sweeps.values():
            view.set_steps(self.steps)
        self.changed.emit()

    @Slot()
    def _on_amount_changed(self) -> None:
        self._enable_buttons()
        self.changed.emit()

    def _enable_buttons(self) -> None:
        self.reset_button.setEnabled(self.variation != Variation())
        inked = self._prepared is not None and self._prepared.stages is not None
        self.pad_button.setEnabled(self.variation != Variation() and inked)

    @Slot()
    def _on_pad_clicked(self) -> None:
        if self._prepared is not None:
            ink = self._prepared.varied.ink
            self.reset()
            self.ink_chosen.emit(ink)

    def showEvent(self, event: QShowEvent) -> None:
        self.shown.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        for view in self.sweeps.values():
            view.pause()
        self.hidden.emit()

    def figures(self) -> list[Figure]:
        """Return the steps, each slider's plot, and all together; none before anything is drawn."""
        if self._pages.currentWidget() is self.empty:
            return []
        plots = [figure_of(view.title, view) for view in self.sweeps.values()]
        steps = figure_of(self.tr("From ink to picture"), self.stages)
        return [figure_of(self.tr("Prepare"), self._work), steps, *plots]

    # Answers

    def show_prepared(self, prepared: Prepared, variation: Variation, steps: Steps) -> None:
        """Show a drawing that was varied and prepared in this way, and its answer."""
        self._prepared = prepared
        self.stages.show_prepared(prepared, variation, steps)
        self.answer.show_prepared(prepared)
        self._enable_buttons()
        self._pages.setCurrentWidget(self._work)

    def show_sweep(self, sweep: Sweep) -> None:
        """Show the answers along one slider."""
        self.sweeps[sweep.kind].show_sweep(sweep)

    def set_sweeps_old(self) -> None:
        """Dim the plots: they are about an earlier drawing."""
        for view in self.sweeps.values():
            view.plot.set_dimmed(True)

    def say_nothing_drawn(self) -> None:
        """Say what to do, in place of pictures and plots."""
        sentence = self.tr(
            "Draw a digit at the left: this shows, step by step, how it becomes the picture that "
            "the network reads, what each step is worth, and how much the drawing may be shifted, turned "
            "or thickened before it is read as something else."
        )
        self.say(sentence, is_bare=True)

    def say(self, sentence: str, is_bare: bool = False) -> None:
        """Show a sentence in place of pictures and plots; `is_bare` where nothing is drawn."""
        if self._pages.currentWidget() is self.empty and self.empty.text == sentence:
            return  # on bare paper it comes several times a second while a network trains
        self._prepared = None
        self.empty.say(sentence, with_test_digit=is_bare)
        self._pages.setCurrentWidget(self.empty)
        for view in self.sweeps.values():
            view.plot.set_sweep(None)
        self._enable_buttons()
