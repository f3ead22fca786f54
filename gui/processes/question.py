"""A question to the inference process: asked, answered, dropped when it is stale."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import LabError
from core.processes import questions
from gui.processes.engine import Engine

_works = itertools.count(1)


class Question(QObject):
    """The one way to ask the inference process; each asker has a Question and a name of its own.

    `ask` calls a function that returns at once; of several calls in a row, those that have not started are
    dropped in favour of the newest. `work` runs a generator that takes seconds: the process takes a step of
    it whenever the drawing leaves time.

    One call of each name waits at a time. A call starts after `rest` seconds without anything new on the pad:
    what nobody waits for should not delay an answer to the drawing.
    """

    answered = Signal(object, object)
    """The function's result, and the `about` of its `ask`."""
    advanced = Signal(object)
    """A value that the generator yielded."""
    finished = Signal()
    """`work` is done."""
    failed = Signal(object, object)
    """A LabError in place of a result, and the `about` of its `ask`; None for `work`, which has ended."""

    def __init__(self, name: str, engine: Engine, parent: QObject | None = None, rest: float = 0.0) -> None:
        super().__init__(parent)
        self._name, self._engine, self._rest = name, engine, rest
        self._asked: dict[int, Any] = {}  # what each question is about, by its number
        self._unasked: tuple[Any, ...] | None = None  # what it is about, and the call, until the pad rests
        self._work: tuple[Any, ...] | None = None  # a number, and what is to be called
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._ask_when_at_rest)
        engine.answered.connect(self._on_answered)
        engine.failed.connect(self._on_engine_failed)

    @property
    def is_running(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._asked) or self._unasked is not None

    def ask(self, about: Any, function: Callable[..., Any], *arguments: Any) -> None:
        """Call a function of `core.processes.questions` in the process; `answered` or `failed` follows.

        `about` is anything, and comes back with the result; the arguments are records and arrays.
        """
        self._unasked = about, function, *arguments
        self._ask_when_at_rest()

    def work(self, function: Callable[..., Iterator[Any]], *arguments: Any) -> None:
        """Run a generator in place of any earlier: `function(network, *arguments)` yields every few ms."""
        self._work = next(_works), function, *arguments
        self._take_step()

    def cancel(self) -> None:
        """Drop all calls; no signal follows."""
        self._asked.clear()
        self._unasked = self._work = None
        self._timer.stop()
        self._engine.forget(self._name)

    def _take_step(self) -> None:
        assert self._work is not None
        self.ask(self._work, questions.advance, self._name, *self._work)

    @Slot()
    def _ask_when_at_rest(self) -> None:
        assert self._unasked is not None
        missing = self._rest - self._engine.seconds_at_rest
        if missing > 0:
            self._timer.start(math.ceil(missing * 1000))
            return
        (about, *call), self._unasked = self._unasked, None
        self._asked[self._engine.ask(self._name, *call)] = about

    @Slot(int, object)
    def _on_answered(self, number: int, answer: Any) -> None:
        if number not in self._asked:
            return  # somebody else's, or not wanted any more
        about = self._asked[number]
        # Earlier ones were forgotten in favour of later ones.
        self._asked = {later: self._asked[later] for later in self._asked if later > number}
        if self._work is not None and about is self._work:
            self._on_step_taken(answer)
        elif isinstance(answer, LabError):
            self.failed.emit(answer, about)
        else:
            self.answered.emit(answer, about)

    def _on_step_taken(self, answer: Any) -> None:
        if isinstance(answer, LabError):
            self._work = None
            self.failed.emit(answer, None)
            return
        given, has_ended = answer
        if has_ended:
            self._work = None
            self.finished.emit()
            return
        work = self._work
        self.advanced.emit(given)
        if self._work is work:  # else it was cancelled, or begun anew
            self._take_step()

    @Slot(object)
    def _on_engine_failed(self, error: LabError) -> None:
        """Fail the newest call: no process will answer any more."""
        if not self._engine.is_ready and self.is_running:
            newest = self._unasked[0] if self._unasked else self._asked[max(self._asked)]
            about = None if self._work is not None else newest
            self.cancel()
            self.failed.emit(error, about)
