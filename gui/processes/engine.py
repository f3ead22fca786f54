"""The inference process, seen from Qt: ink in, predictions out, and the process always there."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import LabError
from core.processes import inference
from core.records import Moment, NetworkState, Snapshot

_MOST_RESTARTS = 3  # in a row without an answer: then starting again would not help


def process_executor() -> Executor:
    """One spawned process, already starting, that runs calls in order."""
    # The process gets this with its environment. With two of OpenBLAS's threads the picture of a drawing as
    # large as the sheet took 24 ms at the median while other programs used the cores; with one, 0.2 ms.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    executor = ProcessPoolExecutor(
        1, mp_context=multiprocessing.get_context("spawn"), initializer=inference.start
    )

    writer = executor._result_queue._writer  # type: ignore[attr-defined]

    def leave_the_pipe_to_the_process(_: Future[int]) -> None:
        # Else nobody would ever hear of a process that is killed in the middle of an answer: the executor
        # (3.10 to 3.13) waits for the rest, which this process, with the same end in its hands, might write.
        writer.close()

    executor.submit(int).add_done_callback(leave_the_pipe_to_the_process)
    return executor


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
    moment_reached = Signal(object)
    """The Moment of a network in training that is followed now; `predicted` comes with it."""
    opened_answers = Signal()
    """No network in training is followed any more: the one that was opened answers again."""
    network_changed = Signal(object)
    """The NetworkState that answers from the next prediction on: opened, changed by hand, or in training."""
    answered = Signal(str, object)
    """What was asked, and what the function gave; or the LabError that it raised."""

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
        self._is_closed = False
        self._submitted_at = time.monotonic()
        self._opened: NetworkState | None = None
        # What answers in place of the network that was opened: one in training, or one changed by hand.
        self._substitute: Snapshot | NetworkState | None = None
        self._sent: Snapshot | NetworkState | None = None  # the one that the process has
        self._requested: Snapshot | NetworkState | None = None  # the one that `_request` is about
        self._announced: object = None  # the one that `network_changed` told last
        self._questions: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {}  # not asked yet
        self._asking: tuple[str, Callable[..., Any], tuple[Any, ...], Future[Any]] | None = None
        self._asked_again: set[str] = set()  # questions under which the process has died
        self._returned.connect(self._on_returned, Qt.ConnectionType.QueuedConnection)

    @property
    def process_ids(self) -> list[int]:
        """The numbers of the processes at work: one, or none."""
        return [process.pid for process in self._processes if process.pid is not None]

    @property
    def is_following(self) -> bool:
        """Whether a network in training answers in place of the one that was opened."""
        return isinstance(self._substitute, Snapshot)

    @property
    def seconds_at_rest(self) -> float:
        """How long nothing new was drawn, or opened."""
        return time.monotonic() - self._submitted_at

    @property
    def is_ready(self) -> bool:
        """Whether a network is loaded that will answer."""
        return self._running is not None

    def open(self, model: str, device: str) -> None:
        """Load a network (a shipped name, or a path) on a device; `loaded` or `failed` follows.

        Changes made by hand to the network before it end once it is there; one that is followed stays.
        """
        self._asked = model, device
        self._request = None  # an answer of the network before it would come too late
        self._waiting = self._ink is not None or self._substitute is not None
        self._sent = None  # it moves to the new device as well
        self._opening = self._call(inference.open_model, model, device)

    def follow(self, snapshot: Snapshot | None) -> None:
        """Let a network in training answer, as it is now; None: again the network that was opened."""
        if snapshot is not None or self.is_following:
            self._answer_with(snapshot)

    def edit(self, state: NetworkState | None) -> None:
        """Let the opened network answer as it was changed by hand; None: as it was opened."""
        if state is not None or isinstance(self._substitute, NetworkState):
            self._answer_with(state)

    def _answer_with(self, substitute: Snapshot | NetworkState | None) -> None:
        was_following = self.is_following
        self._substitute = substitute
        self._waiting = True
        if was_following and not self.is_following:
            self._request = None  # the answer of the network in training would come too late
            self.opened_answers.emit()
        self._send_newest()

    def ask(self, question: str, function: Callable[..., Any], *arguments: Any) -> None:
        """Run a function in the process, after what is under way; `answered` follows.

        One question is asked at a time, and one not asked yet is forgotten in favour of a newer one of the
        same name: the drawing comes first.
        """
        self._questions[question] = function, arguments
        self._ask_next()

    def submit(self, ink: np.ndarray) -> None:
        """Ask for the answer to ink (H, W) uint8; ink not yet sent is forgotten in its favour."""
        self._submitted_at = time.monotonic()
        if ink.any():
            self._ink, self._waiting = ink, True
            self._send_newest()
        else:
            self._ink, self._request = None, None
            self.predicted.emit(None)
            self._waiting = self._substitute is not None  # it must be reached all the same
            self._send_newest()

    def close(self) -> None:
        """End the process at once; nothing starts another one."""
        self._is_closed = True
        self._end_process()

    def _end_process(self) -> None:
        executor, self._executor = self._executor, None
        self._opening = self._request = self._asking = self._sent = None
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            process.kill()  # it may be importing torch for seconds, and has nothing to save
        self._processes.clear()

    def _call(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        if self._is_closed:
            return Future()  # nobody waits for it
        if self._executor is None:
            before = set(multiprocessing.active_children())
            self._executor = self._new_executor()
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
            self._waiting, self._requested = False, self._substitute
            new = None if self._substitute is self._sent else self._substitute
            self._sent = self._substitute
            if self._substitute is None:
                self._request = self._call(inference.classify, self._ink)
            elif isinstance(self._substitute, Snapshot):
                self._request = self._call(inference.classify_in_training, new, self._ink)
            else:
                self._request = self._call(inference.classify_edited, new, self._ink)

    def _ask_next(self) -> None:
        if self._asking is None and self._opening is None and self._running and self._questions:
            question, (function, arguments) = next(iter(self._questions.items()))
            del self._questions[question]
            self._asking = question, function, arguments, self._call(function, *arguments)

    @Slot(object)
    def _on_returned(self, future: Future[Any]) -> None:
        if future is self._opening:
            self._opening = None
            self._on_opened(future)
        elif future is self._request:
            self._request = None
            self._on_answered(future)
        elif self._asking and future is self._asking[-1]:
            self._on_question_answered(future)
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
            if isinstance(self._substitute, NetworkState):  # what was changed was the network before
                self._substitute = None
            self._opened = NetworkState(info.layers, info.weights)
            self._submitted_at = time.monotonic()
            self.loaded.emit(info)
            if not self._waiting and self._request is None:  # else the first answer tells
                self._announce_network(self._opened, self._opened)
        self._send_newest()
        self._ask_next()

    def _on_answered(self, future: Future[Any]) -> None:
        try:
            prediction = future.result()
        except (BrokenExecutor, CancelledError):
            self._restart()
            return
        except LabError as error:  # what was to answer does not fit
            self._sent = None  # the process has not taken it
            if self._requested is self._substitute:
                self._answer_with(None)  # else the answer to an earlier drawing would stay
            self.failed.emit(error)
            self._send_newest()
            return
        self._restarts = 0
        if isinstance(self._requested, Snapshot):
            info, prediction = prediction
            self.moment_reached.emit(Moment(self._requested, info, prediction))
            self._announce_network(self._requested, NetworkState(info.layers, self._requested.weights))
        else:
            state = self._requested or self._opened
            self._announce_network(state, state)
        self.predicted.emit(prediction)
        self._send_newest()

    def _announce_network(self, source: Snapshot | NetworkState | None, state: NetworkState | None) -> None:
        """Tell once which network answers from now on."""
        if source is not self._announced:
            self._announced = source
            self.network_changed.emit(state)

    def _on_question_answered(self, future: Future[Any]) -> None:
        assert self._asking is not None
        answer: Any = LabError("Something went wrong over this that should not have; it was given up.")
        try:
            answer = future.result()
        except (BrokenExecutor, CancelledError):
            self._restart()
            return
        except LabError as error:
            answer = error
        finally:  # whatever was raised, the next question has its turn
            if self._asking is not None and future is self._asking[-1]:
                question, self._asking = self._asking[0], None
                self._asked_again.discard(question)
                self.answered.emit(question, answer)
                self._ask_next()

    def forget(self, question: str) -> None:
        """What was to be asked is not wanted any more, if it has not been asked yet."""
        self._questions.pop(question, None)

    def _restart(self) -> None:
        self._ask_again()
        self._end_process()
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

    def _ask_again(self) -> None:
        """A question that was under way when the process died is put once more, but not for ever."""
        if self._asking is None:
            return
        question, function, arguments, _ = self._asking
        if question not in self._asked_again:
            self._asked_again.add(question)
            self._questions.setdefault(question, (function, arguments))
        else:
            self._asked_again.discard(question)
            self.answered.emit(
                question,
                LabError("The process that runs the network has ended twice over this; it was given up."),
            )
