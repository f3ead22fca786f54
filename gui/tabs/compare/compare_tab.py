"""The Compare tab: its view connected with the inference process, the pad, settings and files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from core.files.folders import user_folder
from core.files.limits import RUNS
from core.pen_digits.samples import SAMPLE_FORMS
from core.reading.comparison import PAD, WEIGHTS, NetworkChoice, default_choices
from core.records import Prediction
from core.training import runs
from core.training.runs import RunInfo
from gui.pad.drawing_canvas import GRID
from gui.processes.job import Job
from gui.tabs.compare import form_words
from gui.tabs.compare.compare_view import CompareView
from gui.tabs.compare.compared_side import LEFT, RIGHT, ComparedSide
from gui.tabs.compare.two_answers import TwoAnswers
from gui.window.figure import Figure
from gui.window.looks import Looks
from gui.window.tab import Context, Tab

_FORM_SIZE = GRID * 5 // 7  # as MNIST's digits fill 20 of 28 pixels


class CompareTab(Tab):
    """Two networks answer the same drawing, and their layers show where they differ."""

    def build(self, context: Context) -> QWidget:
        engine, settings = context.engine, context.settings
        view = self.view = CompareView()
        self._canvas, self._settings = context.canvas, settings
        self._is_drawing_form = False
        self._heads = view.answers.heads
        self._answers = TwoAnswers(engine, self)
        self._answers.changed.connect(self._on_changed)
        self._listing = Job(RUNS, self)
        self._listing.finished.connect(self._on_listed)
        on_pad = engine.opened.model if engine.opened else settings.model
        for side, default in enumerate(default_choices(on_pad)):
            chooser = self._heads[side].chooser
            remembered = NetworkChoice.parse(settings.compared(side))
            if remembered is None:
                settings.forget_compared(side)
            chooser.set_choice(remembered or default)
            chooser.choice_made.connect(self._on_choice_made)
            chooser.opening.connect(self._list_runs)
            self._heads[side].use_wanted.connect(self.model_chosen)
            self._heads[side].file_wanted.connect(partial(self._choose_file, side))
        self._take_choices()
        settings.restore_sizes(view.splitter)
        view.splitter.splitterMoved.connect(self._on_splitter_moved)
        view.form_chosen.connect(self._draw_form)
        view.shown.connect(self._on_shown)
        context.comparison_wanted.connect(self._compare_pad)
        context.canvas.ink_changed.connect(self._on_ink_changed)
        engine.loaded.connect(self._ask)  # on bare paper, nothing is predicted
        engine.predicted.connect(self._ask)
        context.familiarity.judged.connect(self._on_judged)
        return view

    def apply_looks(self, looks: Looks) -> None:
        self.view.set_colours(looks.maps)
        self.view.layers.set_shared_range(looks.shared_range)

    def figures(self) -> list[Figure]:
        return self.view.figures()

    def close(self) -> None:
        self._listing.drop()

    # Answers

    @Slot()
    def _on_shown(self) -> None:
        self._list_runs()
        self._ask()

    @Slot()
    def _ask(self) -> None:
        """Have both networks answer, if anybody sees it."""
        if self.view.isVisible():
            self._answers.ask()

    @Slot(object)
    def _on_judged(self, prediction: Prediction) -> None:
        self._answers.judge(prediction)

    @Slot(object, object)
    def _on_changed(self, left: ComparedSide, right: ComparedSide) -> None:
        self.view.show_sides(left, right)
        for head, side in zip(self._heads, (left, right), strict=True):
            head.chooser.set_title(side.name)
        self.view.answers.set_opened(self._answers.opened)

    # The two networks

    @Slot()
    def _compare_pad(self) -> None:
        """Show the pad's network at the left, and open the list of networks at the right."""
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
        self.view.answers.set_opened(self._answers.opened)

    @Slot()
    def _list_runs(self) -> None:
        self._listing.restart(runs.all_runs, user_folder("runs"))

    @Slot(object)
    def _on_listed(self, infos: list[RunInfo]) -> None:
        with_weights = [
            (f"{info.name} · {info.created[:16].replace('T', ' ')}", str(runs.Run(info.path).weights_path))
            for info in infos
            if info.has_weights
        ]
        for head in self._heads:
            head.chooser.set_runs(with_weights)

    def _choose_file(self, side: int) -> None:
        title, kinds = self.tr("Compare with weights"), self.tr("Weights (*.safetensors)")
        path, _ = QFileDialog.getOpenFileName(self.view, title, self._settings.folder, kinds)
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
        self.view.show_lesson(form)
        if replaces:
            words = self.tr("{form} is on the pad. Undo brings your drawing back.")
            self.noted.emit(words.format(form=form_words.title(form)))

    @Slot(object)
    def _on_ink_changed(self, ink: np.ndarray) -> None:
        if not self._is_drawing_form:
            self.view.show_lesson(None)  # the lesson was about another drawing

    @Slot()
    def _on_splitter_moved(self) -> None:
        self._settings.remember_sizes(self.view.splitter)
