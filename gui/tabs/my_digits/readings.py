"""The network's predictions for one's own digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from core.my_digits.store import MyDigit
from core.processes import questions
from core.records import Answering
from gui.processes.engine import Engine
from gui.processes.question import Question

_AT_ONCE = 32  # digits in a question: some 5 ms, which an answer to the drawing may have to wait
_REST = 0.3  # seconds that nothing must have been drawn before a question is asked


@dataclass(frozen=True)
class Reading:
    """The predicted digit, and its probability."""

    digit: int
    probability: float


class Readings(QObject):
    """Classifies in batches, while the tab is visible and nobody draws; anew when another network answers."""

    changed = Signal()

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._digits: Sequence[MyDigit] = ()
        self._known: dict[str, Reading] = {}  # by digest
        self._fresh: set[str] = set()  # digests that the present network has read
        self._reader: Answering | None = None
        self._is_outdated = False  # another network answers since the pass began
        self._is_wanted = False
        self._question = Question("my digits", engine, self, rest=_REST)
        self._question.answered.connect(self._on_answered)
        engine.answering_changed.connect(self._on_answering_changed)
        engine.restarted.connect(self._on_restarted)

    @property
    def reader(self) -> Answering | None:
        """The network that has read the newest of them."""
        return self._reader

    def of(self, digit: MyDigit) -> Reading | None:
        """Return a digit's reading; None while it is not known."""
        return self._known.get(digit.digest)

    def is_misread(self, digit: MyDigit) -> bool:
        """Return whether a digit is known to be read as another."""
        reading = self.of(digit)
        return reading is not None and reading.digit != digit.label

    def set_digits(self, digits: Sequence[MyDigit]) -> None:
        """Read these digits, in this order; forget others."""
        self._digits = digits
        here = {digit.digest for digit in digits}
        self._known = {digest: reading for digest, reading in self._known.items() if digest in here}
        self._fresh &= here
        self._ask()

    def set_wanted(self, wanted: bool) -> None:
        """Read now, or wait: whether the tab is visible."""
        self._is_wanted = wanted
        self._ask()

    @Slot(object)
    def _on_answering_changed(self, _answering: object) -> None:
        if self._question.is_running:
            self._is_outdated = True  # the pass goes on to its end: networks in training come too fast
        else:
            self._fresh.clear()
            self._ask()

    @Slot()
    def _on_restarted(self) -> None:
        self._fresh.clear()

    def _ask(self) -> None:
        if self._question.is_running or not self._is_wanted or not self._engine.is_ready:
            return
        unread = [digit for digit in self._digits if digit.digest not in self._fresh][:_AT_ONCE]
        if unread:
            pictures = np.stack([digit.picture for digit in unread])
            self._question.ask([digit.digest for digit in unread], questions.read_pictures, pictures)
        elif self._is_outdated:
            self._is_outdated = False
            self._fresh.clear()
            self._ask()

    @Slot(object, object)
    def _on_answered(self, answer: tuple[np.ndarray, np.ndarray], digests: list[str]) -> None:
        for digest, digit, probability in zip(digests, *answer, strict=True):
            self._known[digest] = Reading(int(digit), float(probability))
            self._fresh.add(digest)
        self._reader = self._engine.answering
        self.changed.emit()
        self._ask()
