"""Work on files that may take seconds, or never end, run in a file process."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import LabError
from core.files.limits import Limit
from core.processes.file_service import Done, Work
from gui.processes import file_process


class _Messenger(QObject):
    """Speaks for the thread, as long as that runs: a Job may be deleted before."""

    came = Signal(object)
    """A Progress, or Done."""


class Job(QObject):
    """One piece of work at a time, within a limit."""

    started = Signal()
    """Work has begun."""
    advanced = Signal(object)
    """A Progress, several times a second."""
    finished = Signal(object)
    """The last record that the work yielded."""
    failed = Signal(object)
    """A LabError."""
    ended = Signal()
    """The work is over, finished, failed, cancelled or dropped; and no other begins in its place."""

    def __init__(self, limit: Limit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limit = limit
        self._thread: threading.Thread | None = None
        self._is_cancelled = False
        self._is_dropped = False
        self._next: Work | None = None
        self._messenger = _Messenger()
        self._messenger.came.connect(self._on_came, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Whether work is under way."""
        return self._thread is not None

    def start(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Run a function of a module, or a record's method, unless other work is under way.

        It returns its result, or a generator that yields it last. At its end `ended` follows `finished` or
        `failed`. Arguments and records cross to another process.
        """
        if self._thread is None:
            self._begin(Work(function, arguments, self._limit))

    def restart(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Run this as `start` does, and drop what is under way."""
        if self._thread is None:
            self.start(function, *arguments)
        else:
            self.drop()
            self._next = Work(function, arguments, self._limit)

    def _begin(self, work: Work) -> None:
        self._is_cancelled = self._is_dropped = False
        self._thread = threading.Thread(target=self._run, args=(work, self._messenger), daemon=True)
        self._thread.start()
        self.started.emit()

    def drop(self) -> None:
        """Cancel, and tell nothing more of this work but its end: nobody waits for it any more."""
        self._is_cancelled = self._is_dropped = True
        self._next = None

    def cancel(self) -> None:
        """Close the generator at its next Progress; it undoes what it has done. Kill it if none comes."""
        self._is_cancelled = True
        self._next = None

    def close(self) -> None:
        """Cancel, and wait for that: the window closes."""
        self.cancel()
        if self._thread is not None:
            self._thread.join(3.0)

    def _run(self, work: Work, messenger: _Messenger) -> None:
        try:
            process = file_process.take()
        except OSError as error:
            reason = error.strerror or str(error)
            problem = LabError("The process that reads files cannot be started ({reason}).", reason=reason)
            messenger.came.emit(Done(problem))
            return
        with contextlib.suppress(RuntimeError):  # the program has ended, and Qt with it: nobody listens
            for record in process.records(work, lambda: self._is_cancelled):
                if isinstance(record, Done):
                    file_process.give_back(process)  # first: whoever hears of it may have more work
                messenger.came.emit(record)

    @Slot(object)
    def _on_came(self, record: Any) -> None:
        if not isinstance(record, Done):
            if not self._is_dropped:
                self.advanced.emit(record)
            return
        self._thread = None
        if self._next is not None:
            work, self._next = self._next, None
            self._begin(work)
            return
        try:
            if self._is_dropped or record.result is None:
                pass
            elif isinstance(record.result, LabError):
                self.failed.emit(record.result)
            else:
                self.finished.emit(record.result)
        finally:
            self.ended.emit()
