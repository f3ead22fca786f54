"""How many of the digits that came in the network reads, and whether turning them would help."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from core.my_digits.store import MyDigit
from core.my_digits.turning import Turn, turned_picture
from core.processes import questions
from gui.processes.engine import Engine
from gui.processes.question import Question

_MOST = 1000  # digits that are read of an import: each in seven ways takes a second
_AT_ONCE = 32  # digits in a question: some 5 ms, which an answer to the drawing may have to wait
_REST = 0.3  # seconds that nothing must have been drawn before a question is asked
_FEW = 0.6  # of the digits
# A turn that lets fewer more be read may do so by luck: of the digits, and in digits.
_MORE, _FEWEST_MORE = 0.2, 4


@dataclass(frozen=True, eq=False)
class Checked:
    """How the network reads digits that came in."""

    digits: Sequence[MyDigit]
    """All of them."""
    tried: int
    """How many of them were read."""
    read: int
    """Of these, how many the network reads as they are labelled."""
    turn: Turn | None = None
    """What would let it read many more; None where nothing would."""
    read_turned: int = 0
    """How many it would read then."""

    @property
    def are_few(self) -> bool:
        """Whether fewer are read than of digits that lie, and are labelled, as they should."""
        return self.read < _FEW * self.tried


class ImportCheck(QObject):
    """Reads digits as they are and, where few are read, in all ways in which they may have been turned."""

    checked = Signal(object)
    """A Checked. None follows where no network answers."""

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._digits: Sequence[MyDigit] = ()
        self._tried: Sequence[MyDigit] = ()
        self._is_emnist = False
        self._read: Counter[Turn | None] = Counter()
        self._waiting: deque[tuple[Turn | None, int]] = deque()  # a way, and the first digit to be read
        self._question = Question("import check", engine, self, rest=_REST)
        self._question.answered.connect(self._on_answered)
        self._question.failed.connect(self.cancel)

    def check(self, digits: Sequence[MyDigit], is_emnist: bool = False) -> None:
        """Read these digits, or some from all over them; `is_emnist` ones are expected to lie transposed."""
        self.cancel()
        if not digits or not self._engine.is_ready:
            return
        self._digits, self._is_emnist = digits, is_emnist
        chosen = np.linspace(0, len(digits) - 1, min(len(digits), _MOST)).astype(int)
        self._tried = [digits[number] for number in chosen]
        self._add(None)
        self._ask()

    @Slot()
    def cancel(self) -> None:
        """Read no more; no signal follows."""
        self._question.cancel()
        self._waiting.clear()
        self._read.clear()

    def _add(self, turn: Turn | None) -> None:
        self._waiting.extend((turn, start) for start in range(0, len(self._tried), _AT_ONCE))

    def _ask(self) -> None:
        turn, start = self._waiting.popleft()
        digits = self._tried[start : start + _AT_ONCE]
        pictures = [each.picture if turn is None else turned_picture(each.picture, turn) for each in digits]
        labels = np.array([each.label for each in digits])
        self._question.ask((turn, labels), questions.read_pictures, np.stack(pictures))

    @Slot(object, object)
    def _on_answered(
        self, answer: tuple[np.ndarray, np.ndarray], about: tuple[Turn | None, np.ndarray]
    ) -> None:
        turn, labels = about
        self._read[turn] += int((answer[0] == labels).sum())
        if not self._waiting and turn is None and self._is_worth_turning():
            for each in Turn:
                self._add(each)
        if self._waiting:
            self._ask()
        else:
            self.checked.emit(self._result())

    def _is_worth_turning(self) -> bool:
        return self._is_emnist or self._read[None] < _FEW * len(self._tried)

    def _result(self) -> Checked:
        tried, read = len(self._tried), self._read[None]
        best = max(Turn, key=lambda turn: self._read[turn])
        would, more = self._read[best], self._read[best] - read
        is_as_named = self._is_emnist and best is Turn.TRANSPOSE and more > 0
        helps = is_as_named or (would >= _FEW * tried and more >= max(_MORE * tried, _FEWEST_MORE))
        if not helps:
            return Checked(self._digits, tried, read)
        return Checked(self._digits, tried, read, best, would)
