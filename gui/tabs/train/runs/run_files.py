"""Reads and writes a run's settings, weights and curves in files that the user names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QObject, Signal, Slot
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from core.errors import LabError
from core.files.atomic import write_bytes
from core.files.limits import RUNS
from core.training import config as configs
from core.training import runs
from core.training.config import TrainingConfig
from core.training.runs import Run, RunInfo
from gui.processes.job import Job
from gui.widgets.question_box import is_agreed
from gui.widgets.save_dialog import ask_where_to_save
from gui.window.settings import Settings
from gui.words.core_texts import in_words


class RunFiles(QObject):
    """Asks for a file, and reads or writes it; remembers the folder used last."""

    start_chosen = Signal(str)
    """The path of weights to start from."""
    settings_opened = Signal(object)
    """The TrainingConfig of a file."""
    begun = Signal(object)
    """A Job: work on files begins."""
    failed = Signal(str)
    noted = Signal(str)
    """A sentence."""

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings

    @Slot()
    def choose_start(self) -> None:
        """Ask for weights to start from."""
        path = self._ask_open(self.tr("Start from weights"), self.tr("Weights (*.safetensors)"))
        if path:
            self.start_chosen.emit(path)

    @Slot()
    def open_settings(self) -> None:
        """Ask for a file of settings, and read it."""
        path = self._ask_open(self.tr("Open settings"), self.tr("Settings (*.json)"))
        if path:
            self.work(configs.read, Path(path)).finished.connect(self.settings_opened)

    def save_settings(self, config: TrainingConfig) -> None:
        """Ask for a file, and save the settings as lenet-lab train --config reads them."""
        title, kind = self.tr("Save settings"), self.tr("Settings (*.json)")
        if path := self._ask_save(title, "lenet-lab-training.json", kind):
            self._write(path, (json.dumps(config.to_json(), indent=1) + "\n").encode())

    def find_weights(self, run: Path, then: Callable[[Path], None]) -> None:
        """Do something with the file of a run's weights; where there is none yet, say so."""

        def on_looked_at(info: RunInfo) -> None:
            if info.has_weights:
                then(Run(run).weights_path)
            else:
                text = self.tr(
                    "This run has no weights yet: they are kept when an epoch ends, or the run is stopped."
                )
                self.noted.emit(text)

        self.work(Run(run).info).finished.connect(on_looked_at)

    def save_weights(self, run: Path, name: str) -> None:
        """Ask for a file, and copy the weights of a run of that name there."""

        def ask(_: Path) -> None:
            kind = self.tr("Weights (*.safetensors)")
            if path := self._ask_save(self.tr("Save weights"), f"{_file_name(name)}.safetensors", kind):
                self.work(runs.save_weights, run, Path(path)).finished.connect(self._on_saved)

        self.find_weights(run, ask)

    def save_curves(self, run: Path, name: str) -> None:
        """Ask for a file, and save the curves of a run of that name as a table."""
        if path := self._ask_save(
            self.tr("Save curves"), f"{_file_name(name)}.csv", self.tr("Table (*.csv)")
        ):
            self.work(runs.save_curves, run, Path(path)).finished.connect(self._on_saved)

    def save_picture(self, picture: QImage, name: str) -> None:
        """Ask for a file, and save a picture of the curves of a run of that name."""
        name, kind = f"{_file_name(name)}.png", self.tr("Picture (*.png)")
        if path := self._ask_save(self.tr("Save picture of the curves"), name, kind):
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            QImageWriter(buffer, b"png").write(picture)
            self._write(path, bytes(buffer.data().data()))

    def confirm_deleting(self, name: str) -> bool:
        """Ask whether to delete a run, which cannot be undone."""
        question = self.tr("Remove the run “{name}” with its curves, snapshots and weights from the disk?")
        return is_agreed(self._window, self.tr("Delete run"), question.format(name=name))

    def work(self, function: Callable[..., Any], *arguments: Any) -> Job:
        """Do work on files in another process, and say what fails; see `Job.start`."""
        job = Job(RUNS, self)
        self.begun.emit(job)
        job.failed.connect(self._on_failed)
        job.ended.connect(job.deleteLater)
        job.start(function, *arguments)
        return job

    @Slot(object)
    def _on_failed(self, problem: LabError) -> None:
        self.failed.emit(in_words(problem))

    @Slot(object)
    def _on_saved(self, path: Path) -> None:
        self.noted.emit(self.tr("Saved {path}").format(path=path))

    def _ask_open(self, title: str, kind: str) -> str:
        path, _ = QFileDialog.getOpenFileName(self._window, title, self._settings.folder, kind)
        self._remember(path)
        return path

    def _ask_save(self, title: str, name: str, kind: str) -> str:
        chosen = ask_where_to_save(self._window, title, Path(self._settings.folder) / name, kind)
        path = "" if chosen is None else str(chosen)
        self._remember(path)
        return path

    def _remember(self, path: str) -> None:
        if path:
            self._settings.folder = str(Path(path).parent)

    def _write(self, path: str, content: bytes) -> None:
        try:
            write_bytes(Path(path), content)
        except OSError as error:
            self._report(Path(path), error)
        else:
            self._on_saved(Path(path))

    def _report(self, path: Path, error: OSError) -> None:
        text = self.tr("{path} could not be written ({reason}). Choose another folder, or free some space.")
        self.failed.emit(text.format(path=path, reason=error.strerror or error))


def _file_name(name: str) -> str:
    """A run's name as a file's name."""
    return re.sub(r"[^\w ,.+-]", "_", name).strip(" .")[:80] or "run"
