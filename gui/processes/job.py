"""Work on files that may take seconds: a generator of records, run in a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import LabError
from core.my_digits.importing import Progress

_EMITTED_EVERY = 0.1  # seconds


class Job(QObject):
    """One piece of work at a time."""

    advanced = Signal(object)
    """A Progress, several times a second."""
    finished = Signal(object)
    """The last record that the work yielded."""
    failed = Signal(object)
    """A LabError."""
    ended = Signal()
    """The work is over, finished, failed or cancelled."""

    _yielded = Signal(object, object)  # a record, or the error that ended the work; whether it is the last

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._is_cancelled = False
        self._yielded.connect(self._on_yielded, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Whether work is under way."""
        return self._thread is not None

    def start(self, work: Iterator[Any]) -> None:
        """Begin, unless other work is under way; at its end `ended` follows `finished` or `failed`."""
        if self._thread is None:
            self._is_cancelled = False
            self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """Close the generator before its next record; it undoes what it has done."""
        self._is_cancelled = True

    def close(self) -> None:
        """Cancel, and wait a moment for the generator to undo its work: the window closes."""
        self.cancel()
        if self._thread is not None:
            self._thread.join(2.0)

    def _run(self, work: Any) -> None:
        last: Any = None
        emitted = 0.0
        try:
            for last in work:
                if self._is_cancelled and isinstance(last, Progress):  # else all is done
                    work.close()
                    last = None
                    break
                if isinstance(last, Progress) and time.monotonic() - emitted >= _EMITTED_EVERY:
                    emitted = time.monotonic()
                    self._yielded.emit(last, False)
        except Exception as error:  # raised again in the window's thread, which shows it
            last = error
        self._yielded.emit(last, True)

    @Slot(object, object)
    def _on_yielded(self, news: Any, is_last: bool) -> None:
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
