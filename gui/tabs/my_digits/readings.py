"""What the network that answers now reads in each of one's own digits."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import LabError
from core.my_digits.store import MyDigit
from core.processes import inference
from gui.processes.engine import Engine

_QUESTION = "my digits"
_AT_ONCE = 32  # digits in a question: some 5 ms, which an answer to the drawing may have to wait
_REST = 0.3  # seconds that nothing must have been drawn before a question is asked


@dataclass(frozen=True)
class Reading:
    """A digit that was read, and its probability."""

    digit: int
    probability: float


class Readings(QObject):
    """Asks in pieces, while somebody looks and nobody draws; anew when another network answers."""

    changed = Signal()
    """More is known, or other things."""

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._digits: Sequence[MyDigit] = ()
        self._known: dict[str, Reading] = {}  # by digest
        self._fresh: set[str] = set()  # those of the network that answers now
        self._asked: tuple[int, list[str]] | None = None
        self._is_outdated = False  # another network answers since the pass began
        self._is_wanted = False
        self._tokens = itertools.count(1)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._ask)
        engine.network_changed.connect(self._on_network_changed)
        engine.answered.connect(self._on_answered)
        engine.restarted.connect(self._on_restarted)

    def of(self, digit: MyDigit) -> Reading | None:
        """What a digit is read as; None while that is not known."""
        return self._known.get(digit.digest)

    def is_misread(self, digit: MyDigit) -> bool:
        """Whether a digit is known to be read as another."""
        reading = self._known.get(digit.digest)
        return reading is not None and reading.digit != digit.label

    def set_digits(self, digits: Sequence[MyDigit]) -> None:
        """These are to be read, in this order."""
        self._digits = digits
        self._ask()

    def set_wanted(self, wanted: bool) -> None:
        """Whether somebody looks."""
        self._is_wanted = wanted
        self._ask()

    @Slot(object)
    def _on_network_changed(self, _network: object) -> None:
        if self._asked is not None:
            self._is_outdated = True  # the pass goes on to its end: networks in training come too fast
        else:
            self._fresh.clear()
            self._ask()

    @Slot()
    def _on_restarted(self) -> None:
        self._fresh.clear()

    @Slot()
    def _ask(self) -> None:
        if self._asked is not None or not self._is_wanted or not self._engine.is_ready:
            return
        missing = _REST - self._engine.seconds_at_rest
        if missing > 0:
            self._timer.start(math.ceil(missing * 1000))
            return
        unread = [digit for digit in self._digits if digit.digest not in self._fresh][:_AT_ONCE]
        if unread:
            token = next(self._tokens)
            self._asked = token, [digit.digest for digit in unread]
            pictures = np.stack([digit.picture for digit in unread])
            self._engine.ask(_QUESTION, inference.read_pictures, token, pictures)
        elif self._is_outdated:
            self._is_outdated = False
            self._fresh.clear()
            self._ask()

    @Slot(str, object)
    def _on_answered(self, question: str, answer: Any) -> None:
        if question != _QUESTION or self._asked is None:
            return
        asked, self._asked = self._asked, None
        if isinstance(answer, LabError):
            return  # the window tells of it; another network is another chance
        token, digits, probabilities = answer
        if token == asked[0]:
            for digest, digit, probability in zip(asked[1], digits, probabilities, strict=True):
                self._known[digest] = Reading(int(digit), float(probability))
                self._fresh.add(digest)
            self.changed.emit()
        self._ask()
