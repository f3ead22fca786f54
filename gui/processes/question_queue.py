"""Questions that wait for the inference process, and the one that it is at."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from core.errors import LabError


class _Question(NamedTuple):
    name: str
    number: int
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


class QuestionQueue(QObject):
    """One question is asked at a time; one that waits is dropped in favour of a newer one of its name."""

    answered = Signal(int, object)
    """A question's number, and the function's result, or the LabError that it raised."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._waiting: dict[str, _Question] = {}  # by name
        self._asking: tuple[_Question, Future[Any]] | None = None
        self._asked_again = 0  # the number of the question under which the process has died

    def add(self, name: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> int:
        """Let a question wait; its number."""
        question = _Question(name, next(self._numbers), function, arguments)
        self._waiting[name] = question
        return question.number

    def forget(self, name: str) -> None:
        """Drop the question of this name, if it has not been asked yet."""
        self._waiting.pop(name, None)

    @property
    def has_next(self) -> bool:
        """Whether a question can be asked now."""
        return self._asking is None and bool(self._waiting)

    def ask_next(self, call: Callable[..., Future[Any]]) -> None:
        """Ask the question that waits longest: `call(function, *arguments)`."""
        question = self._waiting.pop(next(iter(self._waiting)))
        self._asking = question, call(question.function, *question.arguments)

    def is_at(self, future: Future[Any]) -> bool:
        """Whether this is the answer that is awaited."""
        return self._asking is not None and future is self._asking[1]

    def on_returned(self, future: Future[Any]) -> None:
        """Tell the answer that is awaited.

        Raises:
            BrokenExecutor, CancelledError: the process has died; the question is still the one it is at.
            Exception: what nobody foresaw; it was told as a LabError.
        """
        assert self._asking is not None
        error = future.exception()  # raises CancelledError
        if isinstance(error, BrokenExecutor):
            raise error
        number, self._asking = self._asking[0].number, None
        if error is None:
            self.answered.emit(number, future.result())
        elif isinstance(error, LabError):
            self.answered.emit(number, error)
        else:
            self.answered.emit(
                number, LabError("Something went wrong over this that should not have; it was given up.")
            )
            raise error

    def put_back(self) -> None:
        """The process has died: ask the question once more; the second time it fails."""
        if self._asking is None:
            return
        question, self._asking = self._asking[0], None
        if question.number != self._asked_again:
            self._asked_again = question.number
            self._waiting.setdefault(question.name, question)
        else:
            self.answered.emit(
                question.number,
                LabError("The process that runs the network has ended twice over this; it was given up."),
            )

    def leave(self) -> None:
        """The process ends: nobody waits for its answer."""
        self._asking = None
