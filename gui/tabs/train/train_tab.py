"""The Train tab: its view and desk, connected with the inference process and the drawing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from core.errors import LabError
from core.files.folders import user_folder
from core.processes import questions
from core.records import Prediction
from core.training.config import Augmentation
from gui.processes.question import Question
from gui.processes.training_run import RunState
from gui.tabs.train.run_desk import RunDesk
from gui.tabs.train.runs.run_files import RunFiles
from gui.tabs.train.train_view import TrainView
from gui.window.figure import Figure
from gui.window.looks import Looks
from gui.window.tab import Context, Tab
from gui.words.core_texts import in_words


class TrainTab(Tab):
    """Sets runs up, drives them, and lets their networks answer the drawing."""

    def build(self, context: Context) -> QWidget:
        engine, canvas, settings = context.engine, context.canvas, context.settings
        self._context = context
        self._engine, self._canvas, self._settings = engine, canvas, settings
        view = self.view = TrainView()
        settings.restore_sizes(view.splitter)
        desk = self.desk = RunDesk(view, context.run, RunFiles(view, settings), user_folder("runs"), self)
        desk.open_run.followed.connect(engine.follow)
        desk.open_run.probabilities_wanted.connect(self._on_probabilities_wanted)
        desk.preview_wanted.connect(self._on_preview_wanted)
        desk.layers_wanted.connect(self._on_layers_wanted)
        desk.model_chosen.connect(self.model_chosen)
        desk.failed.connect(self.failed)
        desk.noted.connect(self.noted)
        view.strip.layer_selected.connect(context.show_layer)
        context.model_asked.connect(self._on_model_asked)
        context.run_ordered.connect(self._on_run_ordered)
        engine.predicted.connect(self._on_predicted)
        canvas.ink_changed.connect(desk.open_run.on_ink_changed)
        self._preview = self._question("augmentation preview", self._on_previewed)
        self._layers = self._question("layers", desk.show_table)
        self._question("devices of runs", self._on_devices_known).ask(None, questions.devices)
        self._probabilities = self._question("probabilities over a run", self._on_probabilities_read)
        return view

    def _question(self, name: str, on_answered: Any) -> Question:
        question = Question(name, self._engine, self)
        question.answered.connect(on_answered)
        question.failed.connect(self._on_failed)
        return question

    def apply_looks(self, looks: Looks) -> None:
        self.view.set_colours(looks.maps, looks.kernels)

    def figures(self) -> list[Figure]:
        return self.view.figures()

    def state(self) -> tuple[Any, ...]:
        return self.view.form.config(), self.view.transport.follow.isChecked(), self.desk.state()

    def restore(self, state: tuple[Any, ...]) -> None:
        config, follows, desk = state
        if config is not None:
            self.view.form.set_config(config)
        self.view.transport.follow.setChecked(follows)
        self.desk.restore(*desk)

    def advice(self) -> str:
        return self.view.hint_bar.text() if self.view.hint_bar.isVisibleTo(self.view) else ""

    def close(self) -> None:
        self._settings.remember_sizes(self.view.splitter)
        self.desk.close()

    @Slot(str)
    def _on_run_ordered(self, order: str) -> None:
        """A key was pressed, or the menu used, wherever one is: who starts a run is to see it."""
        is_over = self._context.run.state is RunState.IDLE
        self.view.transport.press(order)
        if is_over and order in ("start", "step", "epoch"):
            self._context.tab_wanted.emit("train")

    @Slot()
    def _on_model_asked(self) -> None:
        if self._engine.is_following:
            self.desk.open_run.push_aside()

    @Slot(object)
    def _on_predicted(self, prediction: Prediction | None) -> None:
        if self._engine.answering is not None and self._engine.answering.snapshot is not None:
            self.desk.open_run.show_moment(self._engine.answering, prediction)

    @Slot(object, int)
    def _on_preview_wanted(self, kinds: Augmentation, seed: int) -> None:
        self._preview.ask(None, questions.preview, kinds, seed)

    @Slot(object)
    def _on_previewed(self, digits: tuple[np.ndarray, np.ndarray]) -> None:
        self.view.form.set_preview(*digits)

    @Slot(object, object)
    def _on_devices_known(self, devices: tuple[str, ...], _about: object) -> None:
        self.view.form.set_devices(devices)

    @Slot(str)
    def _on_layers_wanted(self, architecture: str) -> None:
        self._layers.ask(None, questions.layers_of, architecture)

    @Slot(object, int)
    def _on_probabilities_wanted(self, path: Path, drawing: int) -> None:
        ink = self._canvas.ink()
        if ink.any():
            self._probabilities.ask(drawing, questions.probabilities_over, path, ink)

    @Slot(object, object)
    def _on_probabilities_read(
        self, answer: tuple[np.ndarray, np.ndarray, tuple[str, ...]], drawing: int
    ) -> None:
        self.desk.open_run.set_probabilities(drawing, *answer)

    @Slot(object)
    def _on_failed(self, error: LabError) -> None:
        self.failed.emit(in_words(error))
