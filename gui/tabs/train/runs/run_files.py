"""Reads and writes a run's settings, weights and curves in files that the user names."""

from __future__ import annotations

import json
import re
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject, Signal, Slot
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from core.errors import FileProblem
from core.files.atomic import write_bytes
from core.training import config as configs
from core.training.config import TrainingConfig
from core.training.runs import Run
from gui.widgets.save_dialog import ask_where_to_save
from gui.window.settings import Settings
from gui.words.core_texts import in_words


class RunFiles(QObject):
    """Asks for a file, and reads or writes it; remembers the folder used last."""

    start_chosen = Signal(str)
    """The path of weights to start from."""
    settings_opened = Signal(object)
    """The TrainingConfig of a file."""
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
            try:
                self.settings_opened.emit(configs.read(Path(path)))
            except FileProblem as problem:
                self.failed.emit(in_words(problem))

    def save_settings(self, config: TrainingConfig) -> None:
        """Ask for a file, and save the settings as lenet-lab train --config reads them."""
        title, kind = self.tr("Save settings"), self.tr("Settings (*.json)")
        if path := self._ask_save(title, "lenet-lab-training.json", kind):
            self._write(path, (json.dumps(config.to_json(), indent=1) + "\n").encode())

    def weights_of(self, run: Path) -> Path | None:
        """Return the file of a run's weights; say so, and return None, if there is none yet."""
        if Run(run).has_weights:
            return Run(run).weights_path
        text = self.tr(
            "This run has no weights yet: they are kept when an epoch ends, or the run is stopped."
        )
        self.noted.emit(text)
        return None

    @Slot(object)
    def save_weights(self, run: Path) -> None:
        """Ask for a file, and copy a run's weights there."""
        if self.weights_of(run) is None:
            return
        name, kind = f"{self._name_of(run)}.safetensors", self.tr("Weights (*.safetensors)")
        if path := self._ask_save(self.tr("Save weights"), name, kind):
            try:
                self._write(path, Run(run).read_weights())
            except FileProblem as problem:
                self.failed.emit(in_words(problem))

    @Slot(object)
    def save_curves(self, run: Path) -> None:
        """Ask for a file, and save a run's curves as a table."""
        try:
            table = Run(run).history().to_csv()
        except FileProblem as problem:
            self.failed.emit(in_words(problem))
            return
        name, kind = f"{self._name_of(run)}.csv", self.tr("Table (*.csv)")
        if path := self._ask_save(self.tr("Save curves"), name, kind):
            self._write(path, table.encode())

    def save_picture(self, picture: QImage, run: Path) -> None:
        """Ask for a file, and save a picture of a run's curves."""
        name, kind = f"{self._name_of(run)}.png", self.tr("Picture (*.png)")
        if path := self._ask_save(self.tr("Save picture of the curves"), name, kind):
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            QImageWriter(buffer, b"png").write(picture)
            self._write(path, bytes(buffer.data().data()))

    def confirm_deleting(self, name: str) -> bool:
        """Ask whether to delete a run, which cannot be undone."""
        yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
        question = self.tr("Remove the run “{name}” with its curves, snapshots and weights from the disk?")
        title, question = self.tr("Delete run"), question.format(name=name)
        return QMessageBox.question(self._window, title, question, yes | no, no) == yes

    def _name_of(self, run: Path) -> str:
        """Return a run's name as a file's name; its folder's if it has none."""
        try:
            name = re.sub(r"[^\w ,.+-]", "_", Run(run).info().name).strip(" .")[:80]
        except FileProblem:
            name = ""
        return name or run.name

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
            self.noted.emit(self.tr("Saved {path}").format(path=path))

    def _report(self, path: Path, error: OSError) -> None:
        text = self.tr("{path} could not be written ({reason}). Choose another folder, or free some space.")
        self.failed.emit(text.format(path=path, reason=error.strerror or error))
