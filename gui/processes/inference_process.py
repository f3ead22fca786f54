"""The process in which networks answer: started at the first call, ended at once, started anew if it dies."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import LabError
from core.processes import inference
from gui.processes.spawning import spawning

_log = logging.getLogger(__name__)

_MOST_RESTARTS = 3  # in a row without an answer: then starting again would not help


def process_executor() -> Executor:
    """Return an executor with one spawned process, which is starting already and runs calls in order."""
    # The process gets this with its environment. With two of OpenBLAS's threads the picture of a drawing as
    # large as the sheet took 24 ms at the median while other programs used the cores; with one, 0.2 ms.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    executor = ProcessPoolExecutor(1, mp_context=spawning(), initializer=inference.start)

    writer = executor._result_queue._writer  # type: ignore[attr-defined]

    def leave_the_pipe_to_the_process(_: Future[int]) -> None:
        # Else nobody would ever hear of a process that is killed in the middle of an answer: the executor
        # (3.10 to 3.13) waits for the rest, which this process, with the same end in its hands, might write.
        writer.close()

    executor.submit(int).add_done_callback(leave_the_pipe_to_the_process)
    return executor


class InferenceProcess(QObject):
    """Runs calls in order, in one process that has a network open; in tests, in an executor without one."""

    returned = Signal(object)
    """The Future of a call: done."""
    opened = Signal(object)
    """The ModelInfo of a network that was opened, or opened anew."""
    not_opened = Signal(object)
    """A LabError: a network cannot be opened; the one before it is still open, if there was one."""
    died = Signal()
    """The process has ended by itself, while it was opening a network."""

    _done = Signal(object)  # from another thread

    def __init__(self, new_executor: Callable[[], Executor], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._new_executor = new_executor
        self._processes: set[multiprocessing.process.BaseProcess] = set()
        self._is_closed = False
        self._asked = ("", "")  # model and device that were asked for last
        self._running: tuple[str, str] | None = None  # … and those that are open
        self._openings: dict[Future[Any], tuple[str, str]] = {}  # under way, the newest last
        self._restarts = 0
        self.executor: Executor | None = None
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    @property
    def ids(self) -> list[int]:
        """The ids of the processes at work: one, or none."""
        return [process.pid for process in self._processes if process.pid is not None]

    @property
    def is_opening(self) -> bool:
        """Whether a network is being opened."""
        return bool(self._openings)

    @property
    def is_ready(self) -> bool:
        """Whether a network is open."""
        return self._running is not None

    @property
    def has_what_was_asked_for(self) -> bool:
        """Whether the network that is open is the one that was asked for last, on that device."""
        return self._asked == self._running

    def open(self, model: str, device: str) -> None:
        """Open a network; `opened`, `not_opened` or `died` follows."""
        self._asked = model, device
        self._openings[self.call(inference.open_model, model, device)] = self._asked

    def restart(self) -> bool:
        """After its death, start anew and open what was asked for last; no, if it dies again and again."""
        self._restarts += 1
        _log.warning("the inference process has ended by itself; restart %d", self._restarts)
        self.end()
        if self._restarts > _MOST_RESTARTS:
            self._restarts = 0
            return False
        self.open(*self._asked)
        return True

    def note_answer(self) -> None:
        """It has answered: if it dies now, that is no death in a row."""
        self._restarts = 0

    def call(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Run a function there; `returned` follows."""
        if self._is_closed:
            return Future()  # nobody waits for it
        if self.executor is None:
            before = set(multiprocessing.active_children())
            self.executor = self._new_executor()
            self._processes = set(multiprocessing.active_children()) - before
        try:
            future = self.executor.submit(function, *arguments)
        except BrokenExecutor as error:  # it died while idle
            future = Future()
            future.set_exception(error)
        future.add_done_callback(self._announce)
        return future

    def return_later(self, future: Future[Any]) -> None:
        """Let an answer that is here already come as those of the process do: through Qt's loop."""
        self._done.emit(future)

    def _announce(self, future: Future[Any]) -> None:
        if self.executor is not None:
            self._done.emit(future)

    @Slot(object)
    def _on_done(self, future: Future[Any]) -> None:
        if future not in self._openings:
            self.returned.emit(future)
            return
        asked = self._openings.pop(future)
        is_newest = not self._openings
        try:
            info = future.result()
        except (BrokenExecutor, CancelledError):
            if is_newest:
                self.died.emit()
        except LabError as error:
            if is_newest:
                self._asked = self._running or self._asked
                self.not_opened.emit(error)
        else:
            self._running = asked
            if is_newest:
                self.opened.emit(info)

    def end(self) -> None:
        """End the process at once; the next call starts another one."""
        self._openings.clear()
        self._running = None
        executor, self.executor = self.executor, None
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            process.kill()  # it may be importing torch for seconds, and has nothing to save
        self._processes.clear()

    def close(self) -> None:
        """End the process for good."""
        self._is_closed = True
        self.end()
