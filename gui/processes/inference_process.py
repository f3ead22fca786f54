"""The process in which networks answer: started at the first call, ended at once."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.processes import inference
from gui.processes.spawning import spawning


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
    """Runs calls in order, in one process; in tests, in an executor that needs none."""

    returned = Signal(object)
    """The Future of a call: done. From another thread, so connect it as queued."""

    def __init__(self, new_executor: Callable[[], Executor], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._new_executor = new_executor
        self._processes: set[multiprocessing.process.BaseProcess] = set()
        self._is_closed = False
        self.executor: Executor | None = None

    @property
    def ids(self) -> list[int]:
        """The ids of the processes at work: one, or none."""
        return [process.pid for process in self._processes if process.pid is not None]

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

    def _announce(self, future: Future[Any]) -> None:
        if self.executor is not None:
            self.returned.emit(future)

    def end(self) -> None:
        """End the process at once; the next call starts another one."""
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
