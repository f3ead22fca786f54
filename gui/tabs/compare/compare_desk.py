"""What goes between the Compare tab, the process that answers, the pad, settings and files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from core.pen_digits.samples import SAMPLE_FORMS
from core.reading.comparison import PAD, WEIGHTS, NetworkChoice, default_choices
from core.records import ModelInfo, Moment, Prediction
from core.training import runs
from gui.pad.drawing_canvas import GRID, DrawingCanvas
from gui.processes.engine import Engine
from gui.tabs.compare import form_words
from gui.tabs.compare.compare_tab import CompareTab
from gui.tabs.compare.compared_side import LEFT, RIGHT, Side
from gui.tabs.compare.two_answers import TwoAnswers
from gui.window.settings import Settings

_FORM_SIZE = GRID * 5 // 7  # as MNIST's digits fill 20 of 28 pixels


class CompareDesk(QObject):
    """Chooses the two networks, has them answer while somebody looks, and draws forms to try.

    Args:
        tab: who shows it.
        engine: what answers.
        canvas: where forms are drawn.
        settings: which remember the two networks.
        folder: of the Train tab's runs.
        parent: whose child this is.
    """

    model_chosen = Signal(str)
    """The shipped name, or the path, of weights that the pad is to use from now on."""
    noted = Signal(str)
    """A line about what was done."""

    def __init__(
        self,
        tab: CompareTab,
        engine: Engine,
        canvas: DrawingCanvas,
        settings: Settings,
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.tab, self._canvas, self._settings, self._folder = tab, canvas, settings, folder
        self._is_drawing_form = False
        self._heads = tab.answers.heads
        self._answers = TwoAnswers(engine, self)
        self._answers.changed.connect(self._on_changed)
        for side, default in enumerate(default_choices()):
            chooser = self._heads[side].chooser
            chooser.set_choice(NetworkChoice.parse(settings.compared(side)) or default)
            chooser.choice_made.connect(self._on_choice_made)
            chooser.opening.connect(self._list_runs)
            self._heads[side].use_wanted.connect(self.model_chosen)
        self._heads[LEFT].file_wanted.connect(self._choose_left_file)
        self._heads[RIGHT].file_wanted.connect(self._choose_right_file)
        self._take_choices()
        tab.splitter.restoreState(settings.geometry("compare_splitter"))
        tab.splitter.splitterMoved.connect(self._on_splitter_moved)
        tab.form_chosen.connect(self._draw_form)
        tab.shown.connect(self._on_shown)
        canvas.ink_changed.connect(self._on_ink_changed)
        engine.loaded.connect(self._on_loaded)  # on bare paper, nothing is predicted
        engine.predicted.connect(self._on_predicted)

    def catch_up(self, info: ModelInfo | None, moment: Moment | None, prediction: Prediction | None) -> None:
        """What the pad's network is, and its newest answer, where the engine told of them before."""
        self._answers.catch_up(info, moment, prediction)
        self.tab.answers.set_opened(self._answers.opened)

    # Answers

    @Slot(object)
    def _on_loaded(self, info: ModelInfo) -> None:
        self._ask()

    @Slot(object)
    def _on_predicted(self, prediction: Prediction | None) -> None:
        self._ask()

    @Slot()
    def _on_shown(self) -> None:
        self._list_runs()
        self._ask()

    def _ask(self) -> None:
        """What is out of sight costs nothing."""
        if self.tab.isVisible():
            self._answers.ask()

    @Slot(object, object)
    def _on_changed(self, left: Side, right: Side) -> None:
        self.tab.show_sides(left, right)
        self.tab.answers.set_opened(self._answers.opened)

    # The two networks

    @Slot()
    def compare_pad(self) -> None:
        """Show the pad's network at the left, and offer what it may be compared with."""
        self._choose(LEFT, NetworkChoice(PAD))
        chooser = self._heads[RIGHT].chooser
        chooser.setFocus()
        chooser.showPopup()

    @Slot(object)
    def _on_choice_made(self, choice: NetworkChoice) -> None:
        self._take_choices()
        for side, head in enumerate(self._heads):
            self._settings.set_compared(side, head.chooser.choice.text())
        self._ask()

    def _choose(self, side: int, choice: NetworkChoice) -> None:
        self._heads[side].chooser.set_choice(choice)
        self._on_choice_made(choice)

    def _take_choices(self) -> None:
        self._answers.set_choices(*(head.chooser.choice for head in self._heads))
        self.tab.answers.set_opened(self._answers.opened)

    @Slot()
    def _list_runs(self) -> None:
        found = [
            (f"{info.name} · {info.created[:16].replace('T', ' ')}", str(runs.Run(info.path).weights_path))
            for info in runs.all_runs(self._folder)
            if runs.Run(info.path).weights_path.exists()
        ]
        for head in self._heads:
            head.chooser.set_runs(found)

    @Slot()
    def _choose_left_file(self) -> None:
        self._choose_file(LEFT)

    @Slot()
    def _choose_right_file(self) -> None:
        self._choose_file(RIGHT)

    def _choose_file(self, side: int) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self.tab,
            self.tr("Compare with weights"),
            self._settings.folder,
            self.tr("Weights (*.safetensors)"),
        )
        if path:
            self._settings.folder = str(Path(path).parent)
            self._choose(side, NetworkChoice(WEIGHTS, path))

    # Forms to try

    @Slot(str)
    def _draw_form(self, form: str) -> None:
        replaces = not self._canvas.is_empty()
        self._is_drawing_form = True
        self._canvas.draw([stroke * _FORM_SIZE + GRID / 2 for stroke in SAMPLE_FORMS[form].strokes()])
        self._is_drawing_form = False
        self.tab.show_lesson(form)
        if replaces:
            self.noted.emit(
                self.tr("{form} is on the pad. Undo brings your drawing back.").format(
                    form=form_words.title(form)
                )
            )

    @Slot(object)
    def _on_ink_changed(self, ink: np.ndarray) -> None:
        if not self._is_drawing_form:
            self.tab.show_lesson(None)  # what was said was about another drawing

    @Slot()
    def _on_splitter_moved(self) -> None:
        self._settings.set_geometry("compare_splitter", self.tab.splitter.saveState())
