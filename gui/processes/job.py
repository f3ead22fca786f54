"""Work on files that may take seconds: a generator of records, run in a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import LabError
from core.my_digits.importing import Progress

_TOLD_EVERY = 0.1  # seconds


class Job(QObject):
    """One piece of work at a time."""

    advanced = Signal(object)
    """A Progress, several times a second."""
    finished = Signal(object)
    """The record that the work gave at its end."""
    failed = Signal(object)
    """A LabError."""
    ended = Signal()
    """The work is over, finished, failed or cancelled."""

    _told = Signal(object, object)  # what the work gave, and whether that was the last

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._is_cancelled = False
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Whether there is work under way."""
        return self._thread is not None

    def start(self, work: Iterator[Any]) -> None:
        """Begin, unless other work is under way; `ended` follows, after one of the others."""
        if self._thread is None:
            self._is_cancelled = False
            self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """Close the generator before its next record: it takes back what it has done."""
        self._is_cancelled = True

    def close(self) -> None:
        """The window closes: cancel, and wait a moment for what is taken back."""
        self.cancel()
        if self._thread is not None:
            self._thread.join(2.0)

    def _run(self, work: Any) -> None:
        last: Any = None
        told = 0.0
        try:
            for last in work:
                if self._is_cancelled and isinstance(last, Progress):  # else all is done
                    work.close()
                    last = None
                    break
                if isinstance(last, Progress) and time.monotonic() - told >= _TOLD_EVERY:
                    told = time.monotonic()
                    self._told.emit(last, False)
        except Exception as error:  # it belongs to the window's thread, which shows it
            last = error
        self._told.emit(last, True)

    @Slot(object, object)
    def _on_told(self, news: Any, is_last: bool) -> None:
        if not is_last:
            self.advanced.emit(news)
            return
        self._thread = None
        try:
            if isinstance(news, LabError):
                self.failed.emit(news)
            elif isinstance(news, Exception):
                raise news
            elif news is not None:
                self.finished.emit(news)
        finally:
            self.ended.emit()
