"""The records that pass between the window and the training process: orders in, news out. Loads no torch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from core.errors import LabError
from core.records import RunResult
from core.training.config import TrainingConfig

# Orders: from the window to the training process


class Command(Enum):
    """An order to a run that is under way."""

    PAUSE = "pause"
    GO_ON = "go on"
    ONE_STEP = "one step"
    ONE_EPOCH = "one epoch"
    STOP = "stop"
    LEAVE = "leave"
    """Keep what has been learnt, and end the process."""


@dataclass(frozen=True)
class StartRun:
    """Begin a new run and keep it in a folder of its own within `folder`."""

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
    """Measure how long an epoch would take. Nothing is kept."""

    config: TrainingConfig


@dataclass(frozen=True)
class Teach:
    """Teach a network the digits of a collection; TeachingProgress and a TeachingResult follow.

    Nothing is kept. The digits do not come through the pipe: it takes no more at once than a process that is
    still starting has room for.
    """

    model: str
    """A shipped model's name, or the path of a file of weights."""
    folder: Path
    """Where the collection is."""


# News: from the training process to the window


@dataclass(frozen=True)
class SpeedMeasured:
    """How long an epoch of `config` takes on its device; or, where it cannot run, why not."""

    config: TrainingConfig
    seconds_per_epoch: float
    """0 where that is not known: an order broke measuring off."""
    problem: LabError | None = None


@dataclass(frozen=True)
class DigitsGenerated:
    """Before a run starts: how many of the pen digits that it is to learn from as well are made."""

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
    """Why something could not be kept, if that happened."""


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
        """Whether `recv` would return at once; waits for that, but no longer than `timeout` seconds."""


class Leave(Exception):
    """The window, or the system, asks the training process to end."""


TO_LEAVE = (Leave, EOFError, BrokenPipeError, ConnectionResetError)
"""Why the process ends: it was asked to, or the window has gone."""


class Link:
    """The training process's end of the pipe, and whether the system asks the process to end."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self.send, self.has_order = pipe.send, pipe.poll
        self.asked_to_end = False

    def check(self) -> None:
        """Raise Leave where the system asks for the end."""
        if self.asked_to_end:
            raise Leave

    def next_order(self) -> Any:
        """Wait for the next order; raises one of `TO_LEAVE` where the process is to end."""
        while not self._pipe.poll(0.2):
            self.check()
        order = self._pipe.recv()
        if order is Command.LEAVE:
            raise Leave
        return order
