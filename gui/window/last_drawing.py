"""Brings the last drawing back at the next start."""

from __future__ import annotations

import contextlib
import logging

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import LabError
from core.files.folders import user_folder
from core.files.limits import DIGITS
from core.ink.last_drawing import keep, kept
from core.ink.sample import SAMPLE
from gui.pad.drawing_canvas import DrawingCanvas
from gui.processes.job import Job
from gui.window.settings import Settings

_RESTED = 1000  # milliseconds without a change: then it is kept, as the computer may go down

_log = logging.getLogger(__name__)


class LastDrawing(QObject):
    """Keeps a canvas's drawing while it is to be remembered, and takes it away when it is not."""

    brought_back = Signal()
    """The drawing of last time is on the pad; or there is none to be."""

    def __init__(
        self, canvas: DrawingCanvas, settings: Settings, with_sample: bool, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._canvas, self._settings = canvas, settings
        self._path = user_folder("drawing") / "last.png"
        self._is_wanted = settings.remembers  # at this start, once
        self._with_sample = with_sample
        self._reading, self._writing = Job(DIGITS, self), Job(DIGITS, self)
        self._reading.finished.connect(self._on_read)
        self._reading.ended.connect(self._show_sample)  # where there was nothing, or it was damaged
        self._reading.ended.connect(self.brought_back)
        for job in (self._reading, self._writing):
            job.failed.connect(self._on_failed)
        self._timer = QTimer(self, singleShot=True, interval=_RESTED)
        self._timer.timeout.connect(self._keep_soon)
        canvas.ink_changed.connect(self._on_ink_changed)

    def begin(self) -> None:
        """Put a sample on the pad, unless a drawing of last time is to come."""
        if not (self._settings.remembers and self._settings.has_drawing):
            self._show_sample()

    @Slot()
    def _show_sample(self) -> None:
        if self._with_sample and self._is_untouched() and not self._canvas.is_sample():
            self._canvas.show_sample([SAMPLE])

    @Slot()
    def bring_back(self) -> None:
        """Put the drawing of last time on the pad, unless something was drawn meanwhile."""
        if self._is_wanted:
            self._is_wanted = False
            self._reading.start(kept, self._path)
        elif not self._reading.is_running:
            self.brought_back.emit()

    @Slot(object)
    def _on_read(self, ink: np.ndarray) -> None:
        if self._is_untouched():
            self._canvas.begin_with(ink)

    def _is_untouched(self) -> bool:
        return self._is_bare() and not self._canvas.can_undo()

    @Slot(object)
    def _on_ink_changed(self, ink: np.ndarray) -> None:
        self._timer.start()

    @Slot()
    def _keep_soon(self) -> None:
        if self._settings.remembers:
            self._writing.restart(keep, self._path, self._ink())

    @Slot(object)
    def _on_failed(self, error: LabError) -> None:
        _log.warning("the last drawing: %s", error)

    @Slot(bool)
    def set_remembered(self, is_remembered: bool) -> None:
        """Keep the drawing from now on, or no more: then the file goes."""
        self._settings.remembers = is_remembered
        self._writing.restart(keep, self._path, self._ink())

    def close(self) -> None:
        """Keep the drawing as it is: the window closes."""
        self._timer.stop()
        is_still_to_come = self._is_wanted or self._reading.is_running
        self._reading.ended.disconnect()  # nobody is to begin anything now
        self._reading.drop()
        self._writing.close()
        if is_still_to_come and self._is_untouched():
            return  # the one of last time was never on the pad
        with contextlib.suppress(LabError, OSError):
            keep(self._path, self._ink())

    def _ink(self) -> np.ndarray:
        """What is to be kept: bare paper where nothing is."""
        ink = self._canvas.ink()
        is_kept = self._settings.remembers and not self._is_bare()
        self._settings.has_drawing = is_kept
        return ink if is_kept else np.zeros_like(ink)

    def _is_bare(self) -> bool:
        return self._canvas.is_empty() or self._canvas.is_sample()
