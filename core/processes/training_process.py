"""What runs in the training process: orders come in through a pipe, news of the work goes out.

Importing this loads no torch; `serve` does. The process ends when the other end of the pipe is closed,
however that came about; what has been learnt is on the disk then.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from core.errors import FileProblem, LabError
from core.my_digits.store import MyDigits
from core.records import EpochMetrics, RunResult, Snapshot
from core.teaching.teaching_records import LessonResult
from core.training import runs
from core.training.config import RANDOM_START, TrainingConfig
from core.training.runs import Run

if TYPE_CHECKING:
    from core.training.trainer import Trainer

TELL_EVERY = 0.2  # seconds: a snapshot takes about a millisecond, half a percent of that
KEEP_EVERY = 5.0  # seconds: so much is lost at most when the process is killed

_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory")  # PyTorch's words

_MEASURED = 0.5  # seconds of steps, to foretell how long an epoch takes


# Orders


class Command(Enum):
    """What can be asked of a run that is under way."""

    PAUSE = "pause"
    GO_ON = "go on"
    ONE_STEP = "one step"
    ONE_EPOCH = "one epoch"
    STOP = "stop"
    LEAVE = "leave"
    """Keep what has been learnt, and end the process."""


@dataclass(frozen=True)
class StartRun:
    """Begin a new run, kept in a folder of its own within `folder`."""

    config: TrainingConfig
    folder: Path


@dataclass(frozen=True)
class ResumeRun:
    """Take an unfinished run up from its checkpoint; with another largest learning rate, if one is given."""

    path: Path
    learning_rate: float | None = None


@dataclass(frozen=True)
class SetRates:
    """From the next step on, use another largest learning rate and another momentum."""

    learning_rate: float
    momentum: float


@dataclass(frozen=True)
class MeasureSpeed:
    """Foretell how long an epoch would take. Nothing is kept."""

    config: TrainingConfig


@dataclass(frozen=True)
class Teach:
    """Teach a network the digits of a collection; LessonProgress and a LessonResult follow.

    Nothing is kept. The digits do not come through the pipe: it takes no more at once than a process that is
    still starting has room for.
    """

    model: str
    """A shipped model's name, or the path of a file of weights."""
    folder: Path
    """Where the collection is."""


# News


@dataclass(frozen=True)
class SpeedMeasured:
    """How long an epoch of `config` takes on its device; or, where it cannot run, why not."""

    config: TrainingConfig
    seconds_per_epoch: float
    """0 where that is not known: an order broke measuring off."""
    problem: LabError | None = None


@dataclass(frozen=True)
class DigitsGenerated:
    """Before a run starts: so many of the pen digits that it is to learn from besides are there."""

    done: int
    wanted: int


@dataclass(frozen=True)
class RunStarted:
    """A run is at work, at step `step`: 0, or where its checkpoint was."""

    path: Path
    config: TrainingConfig
    steps: int
    steps_per_epoch: int
    step: int
    learning_rate: float
    momentum: float


@dataclass(frozen=True)
class RunPaused:
    """The run waits for an order. All that was learnt is kept."""

    step: int


@dataclass(frozen=True)
class RunEnded:
    """The run is over."""

    path: Path
    result: RunResult
    problem: LabError | None = None
    """What could not be kept, if anything."""


@dataclass(frozen=True)
class RunTroubled:
    """Something could not be kept; the run goes on all the same."""

    problem: LabError


@dataclass(frozen=True)
class RunFailed:
    """The run could not begin, or had to break off."""

    problem: LabError


@dataclass(frozen=True)
class TeachingEnded:
    """Teaching ended before its time: with a problem, or because it was stopped."""

    problem: LabError | None


class Pipe(Protocol):
    """One end of a `multiprocessing.Pipe`, or what stands for it in a test."""

    def send(self, record: Any, /) -> None:
        """Send a record; BrokenPipeError where nobody reads any more."""

    def recv(self) -> Any:
        """Wait for the next record; EOFError where nobody sends any more."""

    def poll(self, timeout: float | None = 0.0, /) -> bool:
        """Whether `recv` would return at once; waits for that for so many seconds at most."""


class _Leave(Exception):
    """The window, or the system, asks the process to end."""


_TO_LEAVE = (_Leave, EOFError, BrokenPipeError, ConnectionResetError)  # asked to, or the window has gone


def serve(pipe: Pipe) -> None:
    """Follow orders until there is nobody to give them."""
    asked_to_end = _prepare_process()
    with contextlib.suppress(*_TO_LEAVE):
        order = _next_order(pipe, asked_to_end)
        _leave_a_core()
        while True:
            if isinstance(order, MeasureSpeed):
                pipe.send(_measure_speed(order.config, pipe))
            elif isinstance(order, StartRun | ResumeRun):
                _train(order, pipe, asked_to_end)
            elif isinstance(order, Teach):
                _teach(order, pipe, asked_to_end)
            # Else it was meant for a run that has ended meanwhile.
            order = _next_order(pipe, asked_to_end)


def _prepare_process() -> list[bool]:
    """Make room for the window's process; gives a list that is not empty once the system asks for the end."""
    asked_to_end: list[bool] = []
    with contextlib.suppress(ValueError):  # not in the main thread: a test
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the shell is for the window to answer
        signal.signal(signal.SIGTERM, lambda *_: asked_to_end.append(True))
        if hasattr(os, "nice"):
            os.nice(10)  # the window and the answers come first
    return asked_to_end


def _leave_a_core() -> None:
    """Train on one core less than there are.

    With all of two cores, a window that is drawn on made the two threads wait for each other: 1 to 13 steps
    a second, against 40 to 50 on one thread. Such threads wait by spinning, which priorities do not help.
    """
    import torch

    torch.set_num_threads(max(1, torch.get_num_threads() - 1))


def _next_order(pipe: Pipe, asked_to_end: list[bool]) -> Any:
    while not pipe.poll(0.2):
        if asked_to_end:
            raise _Leave
    order = pipe.recv()
    if order is Command.LEAVE:
        raise _Leave
    return order


def _measure_speed(config: TrainingConfig, pipe: Pipe) -> SpeedMeasured:
    """Measure for half a second; an order that waits breaks it off."""
    from core.training.trainer import Trainer

    try:
        # Generated digits are learnt from as fast as others, and take long to make.
        trainer = Trainer(replace(config, pen_digits=0))
        epochs = config.steps_per_epoch / trainer.config.steps_per_epoch  # of this trainer in one of the run
        steps = min(3, trainer.steps_per_epoch)
        for _ in range(steps):  # warm up
            if not pipe.poll():
                trainer.advance()
        trainer.report()
        begun, started = trainer.step, time.perf_counter()
        while time.perf_counter() - started < _MEASURED and not trainer.at_end_of_epoch and not pipe.poll():
            trainer.advance()
        trainer.report()  # waits for a GPU
        if trainer.step > begun:
            per_step = (time.perf_counter() - started) / (trainer.step - begun)
        elif trainer.at_end_of_epoch:  # an epoch as short as that
            per_step = trainer.seconds / trainer.step
        else:
            return SpeedMeasured(config, 0.0)
        return SpeedMeasured(config, per_step * trainer.steps_per_epoch * epochs)
    except Exception as error:
        return SpeedMeasured(config, 0.0, _as_problem(error))


def _train(order: StartRun | ResumeRun, pipe: Pipe, asked_to_end: list[bool]) -> None:
    try:
        from core.training.trainer import Trainer

        if isinstance(order, StartRun):
            trainer = Trainer(order.config, pen_digits=_generated(order.config, pipe, asked_to_end))
            run = runs.create(order.folder, order.config, trainer.steps, trainer.steps_per_epoch)
        else:
            run = Run(order.path)
            config = run.info().config
            # All weights come from the checkpoint: a file that the run once started from may be gone.
            pen_digits = _generated(config, pipe, asked_to_end)
            trainer = Trainer(replace(config, start=RANDOM_START), pen_digits=pen_digits)
            trainer.config = config
            trainer.restore(*run.load_state())
            if order.learning_rate is not None:
                trainer.set_rates(order.learning_rate, trainer.momentum)
            run.cut(trainer.step)
            run.finish(None)
        _Driver(trainer, run, pipe, asked_to_end).drive()
    except _TO_LEAVE:
        raise
    except Exception as error:
        pipe.send(RunFailed(_as_problem(error)))


def _generated(
    config: TrainingConfig, pipe: Pipe, asked_to_end: list[bool]
) -> Iterator[tuple[np.ndarray, int]]:
    """The pen digits that a config asks for; tells while they are made how far that is."""
    from core.pen_digits.generator import generate

    told = time.monotonic()
    for done, digit in enumerate(generate(config.pen_digits, config.seed)):
        if asked_to_end:
            raise _Leave
        if time.monotonic() - told >= TELL_EVERY:
            pipe.send(DigitsGenerated(done, config.pen_digits))
            told = time.monotonic()
        yield digit


def _teach(order: Teach, pipe: Pipe, asked_to_end: list[bool]) -> None:
    """Pass on what teaching tells; an order to stop breaks it off."""
    try:
        from core.teaching.teacher import teach_collection

        for news in teach_collection(MyDigits(order.folder), order.model):
            pipe.send(news)
            if isinstance(news, LessonResult):
                return  # what is asked for from now on is asked of the next
            while pipe.poll() or asked_to_end:
                if asked_to_end or (said := pipe.recv()) is Command.LEAVE:
                    raise _Leave
                if said is Command.STOP:
                    pipe.send(TeachingEnded(None))
                    return
    except _TO_LEAVE:
        raise
    except Exception as error:
        pipe.send(TeachingEnded(_as_teaching_problem(error)))


class _Driver:
    """Advances a run, tells the window of it, keeps it on the disk, and follows orders between two steps."""

    def __init__(self, trainer: Trainer, run: Run, pipe: Pipe, asked_to_end: list[bool]) -> None:
        self._trainer = trainer
        self._run = run
        self._pipe = pipe
        self._asked_to_end = asked_to_end
        self._pause_at: int | None = None  # a step; None: run on
        self._paused = False
        self._told = self._kept = time.monotonic()
        self._next_snapshot = trainer.step
        self._spacing = max(1, -(-trainer.steps // (runs.MOST_SNAPSHOTS - 2)))
        self._problem: LabError | None = None  # what could not be kept
        self._unsaved: EpochMetrics | None = None  # the result so far, where it is newer than its file
        self._weights_kept = 0.0

    def drive(self) -> None:
        """Train until the run is over."""
        trainer = self._trainer
        started = RunStarted(
            path=self._run.path,
            config=trainer.config,
            steps=trainer.steps,
            steps_per_epoch=trainer.steps_per_epoch,
            step=trainer.step,
            learning_rate=trainer.learning_rate,
            momentum=trainer.momentum,
        )
        try:
            self._pipe.send(started)
            self._tell()
            self._keep()
            while trainer.ended is None:
                self._follow_orders()
                if trainer.ended is None:
                    self._advance()
        except _TO_LEAVE:
            self._keep_for_later()
            raise
        self._end()

    def _advance(self) -> None:
        trainer = self._trainer
        if not trainer.at_end_of_epoch:  # else it was left just there, and is taken up again
            trainer.advance()
        if trainer.at_end_of_epoch:
            self._report()
            if trainer.ended is None:
                self._end_epoch()
        if trainer.step == self._pause_at:
            self._paused, self._pause_at = True, None
        now = time.monotonic()
        if self._paused or now - self._told >= TELL_EVERY:
            self._tell()
        if trainer.ended is None and now - self._kept >= KEEP_EVERY:
            self._report_and_keep()
        if self._paused and trainer.ended is None:
            self._on_paused()

    def _on_paused(self) -> None:
        self._report_and_keep()
        self._pipe.send(RunPaused(self._trainer.step))

    # Orders

    def _follow_orders(self) -> None:
        while self._trainer.ended is None and (self._paused or self._pipe.poll()):
            self._follow(_next_order(self._pipe, self._asked_to_end))
        if self._asked_to_end:
            raise _Leave

    def _follow(self, order: Any) -> None:
        trainer = self._trainer
        if isinstance(order, SetRates):
            trainer.set_rates(order.learning_rate, order.momentum)
        elif order is Command.PAUSE and not self._paused:
            self._paused, self._pause_at = True, None
            self._tell()
            self._on_paused()
        elif order is Command.GO_ON:
            self._paused, self._pause_at = False, None
        elif order is Command.ONE_STEP:
            self._paused, self._pause_at = False, trainer.step + 1
        elif order is Command.ONE_EPOCH:
            self._paused = False
            self._pause_at = (trainer.epoch + 1) * trainer.steps_per_epoch
        elif order is Command.STOP:
            self._report_and_keep()
            trainer.ended = trainer.ended or "stopped"

    # Telling

    def _report(self) -> None:
        metrics = self._trainer.report()
        if len(metrics.losses):
            self._on_disk(self._run.append, metrics)  # first: the window may have gone
            self._pipe.send(metrics)

    def _tell(self) -> None:
        """Send what is new, the network included, several times a second."""
        self._report()
        snapshot = self._trainer.snapshot()
        if self._trainer.ended != "diverged":  # what is not finite is of no use to look at
            self._pipe.send(snapshot)
            if self._trainer.step >= self._next_snapshot:
                self._keep_snapshot(snapshot)
        self._told = time.monotonic()

    def _keep_snapshot(self, snapshot: Snapshot) -> None:
        self._on_disk(self._run.save_snapshot, snapshot)
        self._next_snapshot = snapshot.step + self._spacing

    def _end_epoch(self) -> None:
        trainer = self._trainer
        metrics = trainer.end_epoch()
        if trainer.ended != "diverged":
            self._on_disk(self._run.append, metrics)
            if not trainer.config.patience or trainer.best_epoch == metrics.epoch:
                self._unsaved = metrics
            if time.monotonic() - self._weights_kept >= TELL_EVERY:  # epochs may be as short as a step
                self._keep_result()
        self._pipe.send(replace(metrics, weights={}))  # the window has snapshots

    # Keeping

    def _report_and_keep(self) -> None:
        self._report()
        if self._trainer.ended is None:
            self._keep()

    def _keep_for_later(self) -> None:
        """Keep all there is, though the window may have gone and cannot be told."""
        with contextlib.suppress(OSError):
            self._report()
        with contextlib.suppress(OSError):
            self._keep_result()
            if self._trainer.ended is None:
                self._keep()
            else:
                self._end()

    def _keep_result(self) -> None:
        if self._unsaved is not None:
            metrics, self._unsaved = self._unsaved, None
            self._on_disk(self._run.save_weights, metrics.weights, metrics)
            self._weights_kept = time.monotonic()

    def _keep(self) -> None:
        self._on_disk(self._run.save_state, *self._trainer.state())
        self._kept = time.monotonic()

    def _on_disk(self, write: Any, *arguments: Any) -> None:
        """Write; where that fails, say so once and train on: the window has the newest weights."""
        try:
            write(*arguments)
        except FileProblem as problem:
            if self._problem is None:
                self._problem = problem
                self._pipe.send(RunTroubled(problem))

    def _end(self) -> None:
        trainer = self._trainer
        assert trainer.ended is not None
        if trainer.ended in ("stopped", "diverged"):
            result = RunResult(trainer.ended, trainer.step, None, None, trainer.validation_accuracy)
        else:
            result = trainer.test()
        self._keep_result()
        self._on_disk(self._run.finish, result)
        if trainer.ended == "stopped":
            self._keep_stopped_weights()
        if trainer.ended != "diverged":
            snapshot = trainer.snapshot()
            self._on_disk(self._run.save_snapshot, snapshot)
            self._pipe.send(snapshot)
        self._pipe.send(RunEnded(self._run.path, result, self._problem))

    def _keep_stopped_weights(self) -> None:
        trainer = self._trainer
        has_best = trainer.config.patience and trainer.best_epoch
        if not has_best and trainer.step != trainer.epoch * trainer.steps_per_epoch:  # else they are kept
            self._on_disk(self._run.save_weights, trainer.weights(), None)


def _as_problem(error: Exception) -> LabError:
    """What a person is told of a run's failure."""
    if isinstance(error, LabError):
        return error
    if _is_out_of_memory(error):
        return LabError(
            "There is not enough memory for this run. A smaller batch size needs less; "
            "what was learnt up to the last checkpoint is kept."
        )
    traceback.print_exc(file=sys.stderr)
    return LabError(
        "Training broke off for a reason that nobody foresaw ({error}). "
        "What was learnt up to the last checkpoint is kept.",
        error=f"{type(error).__name__}: {error}",
    )


def _as_teaching_problem(error: Exception) -> LabError:
    """What a person is told of a failure to teach."""
    if isinstance(error, LabError):
        return error
    if _is_out_of_memory(error):
        return LabError(
            "There is not enough memory to teach that. The network is as it was, and so are My digits. "
            "Close other programs, and try again."
        )
    traceback.print_exc(file=sys.stderr)
    return LabError(
        "Teaching broke off for a reason that nobody foresaw ({error}). The network is as it was, and so are "
        "My digits.",
        error=f"{type(error).__name__}: {error}",
    )


def _is_out_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or any(words in str(error).lower() for words in _OUT_OF_MEMORY)
