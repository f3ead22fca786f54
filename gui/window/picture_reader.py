"""Finds the digits in pictures, in the file process; the newest wish is the one that counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import LabError
from core.files.limits import CLIPBOARD, PICTURE, Limit
from core.ink.sheets import Sheet, read_file, read_pixels
from gui.processes.job import Job
from gui.window.clipboard import read_clipboard

_PATIENCE = 500  # milliseconds until somebody who waits is told what for


class PictureReader(QObject):
    """Reads one picture at a time; another one takes its place."""

    found = Signal(object, str)
    """A Sheet, and the picture's name."""
    failed = Signal(object, object)
    """A LabError, and the path of the file that was read, or None."""
    waited = Signal(str)
    """It takes a while: a sentence."""
    ended = Signal()
    """Nothing is read any more: found, failed or cancelled."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = {limit: Job(limit, self) for limit in (PICTURE, CLIPBOARD)}
        for job in self._jobs.values():
            job.finished.connect(self._on_finished)
            job.failed.connect(self._on_failed)
        self._is_reading = False
        self._path: Path | None = None
        self._name = self._doing = ""
        self._timer = QTimer(self, singleShot=True, interval=_PATIENCE)
        self._timer.timeout.connect(self._on_waited)

    @property
    def is_reading(self) -> bool:
        """Whether a picture is being read."""
        return self._is_reading

    def read_file(self, path: Path) -> None:
        """Read a picture file."""
        self._path, self._name = path, path.name
        self._doing = self.tr("Reading {name}…").format(name=path.name)
        self._start(PICTURE, read_file, path)

    def read_pixels(self, pixels: np.ndarray) -> None:
        """Read a picture (H, W, 4) uint8: red, green, blue, opacity."""
        self._path, self._name = None, self.tr("The picture")
        self._doing = self.tr("Reading the picture…")
        self._start(PICTURE, read_pixels, pixels)

    def read_clipboard(self) -> None:
        """Read what another program has put on the clipboard."""
        self._path, self._name = None, self.tr("The picture")
        self._doing = self.tr("Waiting for the program that has the clipboard…")
        self._start(CLIPBOARD, read_clipboard)

    @Slot()
    def cancel(self) -> None:
        """Read no more."""
        for job in self._jobs.values():
            job.drop()
        if self._is_reading:
            self._end()

    def _start(self, limit: Limit, function: Callable[..., Iterator[Any]], *arguments: Any) -> None:
        self.cancel()
        self._is_reading = True
        self._jobs[limit].restart(function, *arguments)
        self._timer.start()

    @Slot(object)
    def _on_finished(self, result: Sheet | Path) -> None:
        self._end()
        if isinstance(result, Path):
            self.read_file(result)
        else:
            self.found.emit(result, self._name)

    @Slot(object)
    def _on_failed(self, error: LabError) -> None:
        self._end()
        self.failed.emit(error, self._path)

    def _end(self) -> None:
        self._timer.stop()
        self._is_reading = False
        self.ended.emit()

    @Slot()
    def _on_waited(self) -> None:
        self.waited.emit(self._doing)
