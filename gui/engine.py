"""The inference process, seen from Qt: ink in, predictions out, and the process always there."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot

from core import inference
from core.errors import LabError

_MOST_RESTARTS = 3  # in a row without an answer: then starting again would not help


def process_executor() -> Executor:
    """One spawned process that runs calls in order."""
    return ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), initializer=inference.start
    )


class Engine(QObject):
    """Answers the newest ink with the network last opened. At most one request is under way."""

    loaded = Signal(object)
    """A network is ready: its ModelInfo."""
    predicted = Signal(object)
    """The Prediction for the newest ink so far; None for bare paper."""
    failed = Signal(object)
    """A LabError: what was asked for last did not work; what was there before still does."""
    restarted = Signal()
    """The process had ended by itself; another one is loading the network."""

    _returned = Signal(object)  # a future, from the executor's thread

    def __init__(
        self, parent: QObject | None = None, new_executor: Callable[[], Executor] = process_executor
    ) -> None:
        super().__init__(parent)
        self._new_executor = new_executor
        self._executor: Executor | None = None
        self._processes: set[multiprocessing.process.BaseProcess] = set()
        self._asked = ("", "")  # model and device that were asked for last
        self._running: tuple[str, str] | None = None  # … and that answer
        self._opening: Future[Any] | None = None
        self._request: Future[Any] | None = None
        self._ink: np.ndarray | None = None  # the newest; None for bare paper
        self._waiting = False  # whether the newest ink has not been sent yet
        self._restarts = 0
        self._returned.connect(self._on_returned, Qt.ConnectionType.QueuedConnection)

    @property
    def process_ids(self) -> list[int]:
        """The numbers of the processes at work: one, or none."""
        return [process.pid for process in self._processes if process.pid is not None]

    @property
    def is_ready(self) -> bool:
        """Whether a network is loaded that will answer."""
        return self._running is not None

    def open(self, model: str, device: str) -> None:
        """Load a network (a shipped name, or a path) on a device; `loaded` or `failed` follows."""
        self._asked = model, device
        self._request = None  # an answer of the network before it would come too late
        self._waiting = self._ink is not None
        self._opening = self._call(inference.open_model, model, device)

    def submit(self, ink: np.ndarray) -> None:
        """Ask for the answer to ink (H, W) uint8; ink not yet sent is forgotten in its favour."""
        if ink.any():
            self._ink, self._waiting = ink, True
            self._send_newest()
        else:
            self._ink, self._waiting, self._request = None, False, None
            self.predicted.emit(None)

    def close(self) -> None:
        """End the process at once."""
        executor, self._executor = self._executor, None
        self._opening = self._request = None
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            process.kill()  # it may be importing torch for seconds, and has nothing to save
        self._processes.clear()

    def _call(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        if self._executor is None:
            self._executor = self._new_executor()
            before = set(multiprocessing.active_children())
            self._executor.submit(int)  # starts the process
            self._processes = set(multiprocessing.active_children()) - before
        try:
            future = self._executor.submit(function, *arguments)
        except BrokenExecutor as error:  # it died while idle
            future = Future()
            future.set_exception(error)
        future.add_done_callback(self._announce)
        return future

    def _announce(self, future: Future[Any]) -> None:
        if self._executor is not None:
            self._returned.emit(future)

    def _send_newest(self) -> None:
        if self._waiting and self._request is None and self._opening is None and self._running:
            self._waiting = False
            self._request = self._call(inference.classify, self._ink)

    @Slot(object)
    def _on_returned(self, future: Future[Any]) -> None:
        if future is self._opening:
            self._opening = None
            self._on_opened(future)
        elif future is self._request:
            self._request = None
            self._on_answered(future)
        # Else nobody waits for it any more: the paper is bare, or another network was asked for.

    def _on_opened(self, future: Future[Any]) -> None:
        try:
            info = future.result()
        except (BrokenExecutor, CancelledError):
            self._restart()
            return
        except LabError as error:
            if self._running:
                self._asked = self._running
            self.failed.emit(error)
        else:
            self._running = self._asked
            self.loaded.emit(info)
        self._send_newest()

    def _on_answered(self, future: Future[Any]) -> None:
        try:
            prediction = future.result()
        except (BrokenExecutor, CancelledError):
            self._restart()
            return
        self._restarts = 0
        self.predicted.emit(prediction)
        self._send_newest()

    def _restart(self) -> None:
        self.close()
        self._running = None
        self._restarts += 1
        if self._restarts > _MOST_RESTARTS:
            self.failed.emit(
                LabError(
                    "The process that runs the network ends again and again. Your drawing is kept. "
                    "Is the computer out of memory? Choose a network in the Model menu to try again."
                )
            )
            self._restarts = 0
            return
        self.restarted.emit()
        self.open(*self._asked)
