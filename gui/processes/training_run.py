"""The training process, seen from Qt: orders go in, news of a run, or of teaching, comes out."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
from collections.abc import Callable
from enum import Enum
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import LabError
from core.processes import orders
from core.processes.orders import Command
from core.processes.training_service import serve_process
from core.records import EpochMetrics, Snapshot, StepMetrics
from core.teaching.teaching_records import TeachingProgress, TeachingResult
from core.training.config import TrainingConfig
from gui.processes.spawning import spawning

_LONGEST_FAREWELL = 3.0  # seconds for the process to save the weights
_ENDS = (orders.RunEnded, orders.RunFailed, TeachingResult, orders.TeachingEnded)
_PROBLEMS = (orders.RunTroubled, orders.RunFailed, orders.TeachingEnded)  # signals carry their LabError


class Worker(Protocol):
    """A process that serves a pipe; in tests a thread."""

    @property
    def exitcode(self) -> int | None:
        """The exit code; None while it runs."""

    def is_alive(self) -> bool:
        """Whether it runs."""

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end."""

    def kill(self) -> None:
        """End it at once."""


def start_process(pipe: Connection) -> Worker:
    """Start a process that serves the pipe."""
    # Daemonic: were the window to end without `close`, it would not be waited for.
    worker = spawning().Process(target=serve_process, args=(pipe,), daemon=True)
    worker.start()
    pipe.close()  # this end belongs to the process now; were it open here, its death would go unnoticed
    return worker


class RunState(Enum):
    """The state of the run, or that a network is being taught: then there can be no run."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    TEACHING = "teaching"


class TrainingRun(QObject):
    """One run, or teaching, at a time, in a process that is started when first needed."""

    state_changed = Signal(object)
    """The RunState."""
    digits_generated = Signal(object)
    """A DigitsGenerated, several times a second: pen digits are generated before a run starts."""
    started = Signal(object)
    """A RunStarted: a run has begun, or goes on."""
    advanced = Signal(object)
    """StepMetrics, several times a second."""
    epoch_ended = Signal(object)
    """EpochMetrics."""
    snapshot_taken = Signal(object)
    """A Snapshot, several times a second."""
    ended = Signal(object)
    """A RunEnded."""
    troubled = Signal(object)
    """A LabError: something could not be saved; the run goes on."""
    failed = Signal(object)
    """A LabError: the run could not begin or was broken off, or its process has ended."""
    speed_measured = Signal(object)
    """A SpeedMeasured."""
    teaching_advanced = Signal(object)
    """A TeachingProgress, several times a second."""
    taught = Signal(object)
    """A TeachingResult: teaching is done."""
    teaching_ended = Signal(object)
    """Teaching ended early: a LabError, or None if it was stopped."""

    _received = Signal(object, object)  # a worker, and its news; None when its pipe has closed

    def __init__(
        self, parent: QObject | None = None, new_worker: Callable[[Connection], Worker] = start_process
    ) -> None:
        super().__init__(parent)
        self._new_worker = new_worker
        self._worker: Worker | None = None
        self._pipe: Connection | None = None
        self._state = RunState.IDLE
        self._is_closed = False
        self._measuring: TrainingConfig | None = None
        self._to_measure: TrainingConfig | None = None
        self._has_begun = False  # to teach; before that, the process is loading
        self._received.connect(self._on_received, Qt.ConnectionType.QueuedConnection)
        self._signals = {
            orders.SpeedMeasured: self.speed_measured,
            orders.DigitsGenerated: self.digits_generated,
            orders.RunStarted: self.started,
            orders.RunEnded: self.ended,
            orders.RunTroubled: self.troubled,
            orders.RunFailed: self.failed,
            StepMetrics: self.advanced,
            EpochMetrics: self.epoch_ended,
            Snapshot: self.snapshot_taken,
            TeachingProgress: self.teaching_advanced,
            TeachingResult: self.taught,
            orders.TeachingEnded: self.teaching_ended,
        }

    @property
    def state(self) -> RunState:
        """Whether a run is at work, waits, or teaching is under way."""
        return self._state

    @property
    def process_id(self) -> int | None:
        """The process's id, if there is one."""
        return getattr(self._worker, "pid", None)

    # Orders

    def start(self, config: TrainingConfig, folder: Path, only: Command | None = None) -> None:
        """Begin a new run, saved within `folder`; `started` or `failed` follows.

        With ONE_STEP or ONE_EPOCH it waits after that.
        """
        if self._state is RunState.IDLE:
            self._begin(orders.StartRun(config, folder))
            if only is not None:
                self._send(only)

    def resume(self, path: Path, learning_rate: float | None = None) -> None:
        """Go on with an unfinished run, with another rate if given; `started` or `failed` follows."""
        if self._state is RunState.IDLE:
            self._begin(orders.ResumeRun(path, learning_rate))

    def teach(self, model: str, folder: Path) -> None:
        """Teach a network a folder's digits, if no run is at work; `taught` or `teaching_ended` follows."""
        if self._state is RunState.IDLE:
            self._has_begun = False
            self._set_state(RunState.TEACHING)
            self._send(orders.Teach(model, folder))

    def pause(self) -> None:
        """Wait after this step."""
        self._order(Command.PAUSE)

    def go_on(self) -> None:
        """Run on after a pause."""
        self._order(Command.GO_ON)

    def one_step(self) -> None:
        """Train on one batch, then wait."""
        self._order(Command.ONE_STEP)

    def one_epoch(self) -> None:
        """Run to the end of the epoch, then wait."""
        self._order(Command.ONE_EPOCH)

    def stop(self) -> None:
        """End teaching, or the run, which can be resumed; if it is still starting, kill the process."""
        if self._is_starting:
            self._give_up()
        elif self._state is RunState.TEACHING:
            self._send(Command.STOP)
        else:
            self._order(Command.STOP)

    @property
    def _is_starting(self) -> bool:
        """Whether the process is loading, and would not read an order for seconds."""
        return self._state is RunState.STARTING or (self._state is RunState.TEACHING and not self._has_begun)

    def _give_up(self) -> None:
        worker, state = self._worker, self._state
        self._worker = self._pipe = self._measuring = None
        if worker is not None:
            worker.kill()
        self._set_state(RunState.IDLE)
        if state is RunState.TEACHING:
            self.teaching_ended.emit(None)

    def set_rates(self, learning_rate: float, momentum: float) -> None:
        """Use another learning rate and momentum from the next step on."""
        if self._state is not RunState.IDLE:
            self._send(orders.SetRates(learning_rate, momentum))

    def measure_speed(self, config: TrainingConfig) -> None:
        """Measure how long an epoch takes with the newest config; `speed_measured` follows.

        If a run or teaching interrupts this, it is done after them.
        """
        self._to_measure = config
        self._measure_next()

    def close(self) -> None:
        """End the process, which saves the weights first."""
        worker = self._worker
        self._is_closed = True
        if worker is not None:
            self._send(Command.LEAVE)
            self._worker = self._pipe = None
            worker.join(0.2 if self._state in (RunState.IDLE, RunState.TEACHING) else _LONGEST_FAREWELL)
            if worker.is_alive():
                worker.kill()
                worker.join(0.5)  # until the system has taken it away
        self._state = RunState.IDLE

    def _begin(self, order: orders.StartRun | orders.ResumeRun) -> None:
        self._set_state(RunState.STARTING)
        self._send(order)

    def _order(self, command: Command) -> None:
        if self._state in (RunState.RUNNING, RunState.PAUSED):
            self._send(command)
            if command in (Command.GO_ON, Command.ONE_STEP, Command.ONE_EPOCH):
                self._set_state(RunState.RUNNING)

    def _measure_next(self) -> None:
        if self._to_measure is not None and not self._measuring and self._state is RunState.IDLE:
            self._measuring, self._to_measure = self._to_measure, None
            self._send(orders.MeasureSpeed(self._measuring))

    # The process

    def _send(self, order: Any) -> None:
        if self._worker is None and (self._is_closed or not self._start_worker()):
            return
        assert self._pipe is not None
        with contextlib.suppress(OSError):  # the process is dying; its pipe tells so in a moment
            self._pipe.send(order)

    def _start_worker(self) -> bool:
        """Start a process; return whether the system let it."""
        try:
            self._pipe, theirs = multiprocessing.Pipe()
            self._worker = worker = self._new_worker(theirs)
        except OSError as error:
            state = self._state
            self._worker = self._pipe = self._measuring = None
            self._set_state(RunState.IDLE)
            reason = error.strerror or str(error)
            problem = LabError("The training process cannot be started ({reason}).", reason=reason)
            (self.teaching_ended if state is RunState.TEACHING else self.failed).emit(problem)
            return False
        threading.Thread(target=self._read, args=(worker, self._pipe), daemon=True).start()
        return True

    def _read(self, worker: Worker, pipe: Connection) -> None:
        """Emit what the process sends, in a thread, until its pipe closes."""
        news: Any = True
        while news is not None:
            try:
                news = pipe.recv()
            except (EOFError, OSError):
                news = None
            if self._worker is not worker:
                return  # closed
            self._received.emit(worker, news)

    @Slot(object, object)
    def _on_received(self, worker: Worker, news: Any) -> None:
        if worker is not self._worker:
            return
        if news is None:
            self._on_process_ended(worker)
            return
        if isinstance(news, orders.RunStarted):
            self._set_state(RunState.RUNNING)
        elif isinstance(news, orders.RunPaused):
            self._set_state(RunState.PAUSED)
        elif isinstance(news, orders.SpeedMeasured):
            if not news.seconds_per_epoch and news.problem is None:  # another order was in a hurry
                self._to_measure = self._to_measure or self._measuring
            self._measuring = None
        elif isinstance(news, TeachingProgress):
            self._has_begun = True
        elif isinstance(news, _ENDS):
            self._set_state(RunState.IDLE)
        if type(news) in self._signals:
            self._signals[type(news)].emit(news.problem if isinstance(news, _PROBLEMS) else news)
        self._measure_next()

    def _on_process_ended(self, worker: Worker) -> None:
        worker.join(1.0)
        state = self._state
        self._worker = self._pipe = None
        measured, self._measuring = self._measuring, None
        self._set_state(RunState.IDLE)
        problem = LabError(
            "The training process has ended unexpectedly (exit code {code}). Perhaps the computer is out of "
            "memory. What a run has learnt up to its last checkpoint is kept: it can go on from Runs.",
            code=worker.exitcode,
        )
        if measured is not None:
            self.speed_measured.emit(orders.SpeedMeasured(measured, 0.0, problem))
        if state is RunState.TEACHING:
            self.teaching_ended.emit(
                LabError(
                    "The training process has ended unexpectedly (exit code {code}). Perhaps the computer is "
                    "out of memory. The network is as it was, and so are My digits: teach it once more.",
                    code=worker.exitcode,
                )
            )
        elif state is not RunState.IDLE:
            self.failed.emit(problem)

    def _set_state(self, state: RunState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)
