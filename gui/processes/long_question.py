"""A question to the inference process that takes seconds, put in steps so that the drawing never waits."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import LabError
from core.processes import inference
from gui.processes.engine import Engine

_tokens = itertools.count(1)


class LongQuestion(QObject):
    """Long work about the network that answers, one step after the other between answers to the drawing.

    Args:
        name: of the question; one is under way under each name.
        engine: what is asked.
        parent: whose child this is.
        rest: seconds that nothing must have been drawn before a step is asked for: what nobody waits for
            should not make an answer late by even one step.
    """

    advanced = Signal(object)
    """What a step gave."""
    finished = Signal()
    """All is done."""
    failed = Signal(object)
    """A LabError: the work has ended before its time."""

    def __init__(self, name: str, engine: Engine, parent: QObject | None = None, rest: float = 0.0) -> None:
        super().__init__(parent)
        self._rest = rest
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        self._name = name
        self._engine = engine
        self._work: tuple[Callable[..., Iterator[Any]], tuple[Any, ...]] | None = None
        self._token = 0
        engine.answered.connect(self._on_answered)

    @property
    def is_running(self) -> bool:
        """Whether the work is under way."""
        return self._work is not None

    def start(self, function: Callable[..., Iterator[Any]], *arguments: Any) -> None:
        """Begin: `function(network, *arguments)`, a module's own, yields after a few milliseconds each."""
        self._work, self._token = (function, arguments), next(_tokens)
        self._go_on()

    def cancel(self) -> None:
        """Give the work up; nothing follows."""
        self._work = None
        self._timer.stop()
        self._engine.forget(self._name)

    @Slot()
    def _go_on(self) -> None:
        assert self._work is not None
        missing = self._rest - self._engine.seconds_at_rest
        if missing > 0:
            self._timer.start(math.ceil(missing * 1000))
            return
        function, arguments = self._work
        self._engine.ask(self._name, inference.advance, self._name, self._token, function, *arguments)

    @Slot(str, object)
    def _on_answered(self, question: str, answer: Any) -> None:
        if question != self._name or self._work is None:
            return
        if isinstance(answer, LabError):
            self._work = None
            self.failed.emit(answer)
            return
        token, given, has_ended = answer
        if token != self._token:  # of work given up meanwhile
            return
        if has_ended:
            self._work = None
            self.finished.emit()
            return
        self.advanced.emit(given)
        if self._work is not None:
            self._go_on()
