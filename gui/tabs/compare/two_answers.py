"""What two networks make of the newest drawing."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import LabError
from core.processes import inference
from core.reading.comparison import PAD, UNTRAINED, NetworkChoice
from core.records import ModelInfo, Moment, Prediction
from gui.processes.engine import Engine
from gui.tabs.compare import compare_words
from gui.tabs.compare.compared_side import Side
from gui.tabs.compare.network_chooser import title_of

_QUESTION = "compare"
_PAUSE = 16  # milliseconds: no screen shows more, and painting all layers twice takes as long as half of that


@dataclass(frozen=True, eq=False)
class _Answers:
    """What networks beside the pad's made of a picture (28, 28); None: of bare paper."""

    picture: np.ndarray | None
    sides: dict[NetworkChoice, Side] = field(default_factory=dict)

    def are_to(self, picture: np.ndarray | None) -> bool:
        if self.picture is None or picture is None:
            return self.picture is picture
        return np.array_equal(self.picture, picture)


class TwoAnswers(QObject):
    """Asks whenever it is told to; both sides are always answers to one drawing.

    The pad's own answer waits for the other one, which is asked for when the pad's is there.

    Args:
        engine: what answers.
        parent: whose child this is.
    """

    changed = Signal(object, object)
    """The Side at the left and the one at the right."""

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._choices = NetworkChoice(PAD), NetworkChoice(PAD)
        self._info: ModelInfo | None = None  # of the network that was opened
        self._moment: Moment | None = None  # of a network in training, while that answers
        self._prediction: Prediction | None = None  # the pad's newest
        self._tokens = itertools.count(1)
        # At each question: the choices, the picture, and the pad's side.
        self._asked: dict[int, tuple[tuple[NetworkChoice, ...], np.ndarray | None, Side]] = {}
        self._known = _Answers(None)
        # Not at once: what has been drawn meanwhile goes to the pad's network first.
        self._timer = QTimer(self, interval=_PAUSE, singleShot=True)
        self._timer.timeout.connect(self._ask)
        engine.loaded.connect(self._on_loaded)
        engine.moment_reached.connect(self._on_moment_reached)
        engine.opened_answers.connect(self._on_opened_answers)
        engine.predicted.connect(self._on_predicted)
        engine.answered.connect(self._on_answered)
        engine.failed.connect(self._on_failed)

    def catch_up(self, info: ModelInfo | None, moment: Moment | None, prediction: Prediction | None) -> None:
        """What the pad's network is, and its newest answer, where the engine told of them before."""
        self._info, self._moment, self._prediction = info, moment, prediction

    @property
    def opened(self) -> str:
        """The weights that answer on the pad as they were opened; empty where others do, or changed ones."""
        is_changed = self._prediction is not None and self._prediction.original is not None
        return "" if self._info is None or self._moment is not None or is_changed else self._info.model

    def set_choices(self, left: NetworkChoice, right: NetworkChoice) -> None:
        """These two networks answer from now on."""
        self._choices = left, right

    def ask(self) -> None:
        """Have both networks answer the newest drawing; `changed` follows."""
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _ask(self) -> None:
        picture = None if self._prediction is None else self._prediction.trace.input
        others = tuple(dict.fromkeys(choice for choice in self._choices if choice.kind != PAD))
        pad = self._pad_side()
        if self._known.are_to(picture) and all(choice in self._known.sides for choice in others):
            self._tell(pad)  # the pad's network has changed, and not the drawing: as in training
            return
        token = next(self._tokens)
        self._asked[token] = self._choices, picture, pad
        self._engine.ask(_QUESTION, inference.compare, token, others, picture)

    @Slot(str, object)
    def _on_answered(self, question: str, answer: Any) -> None:
        if question != _QUESTION:
            return
        if isinstance(answer, LabError):
            self._on_not_answered(answer)
            return
        token, answers = answer
        choices, picture, pad = self._asked[token]
        # Older ones were forgotten for the sake of newer ones.
        self._asked = {later: self._asked[later] for later in self._asked if later > token}
        if choices != self._choices:
            return  # another network was chosen meanwhile, and asked
        others = dict.fromkeys(choice for choice in choices if choice.kind != PAD)
        sides = {choice: _side(choice, given) for choice, given in zip(others, answers, strict=True)}
        self._known = _Answers(picture, sides)
        self._tell(pad)

    def _tell(self, pad: Side) -> None:
        left, right = (pad if choice.kind == PAD else self._known.sides[choice] for choice in self._choices)
        self.changed.emit(left, right)

    def _on_not_answered(self, error: LabError) -> None:
        """Something that concerns all: the process has died over it. A later answer may come all the same."""
        failed = {choice: Side(title_of(choice), problem=str(error)) for choice in self._choices}
        left, right = (self._pad_side() if choice.kind == PAD else failed[choice] for choice in self._choices)
        self._known = _Answers(None)
        self.changed.emit(left, right)

    def _pad_side(self) -> Side:
        name = title_of(NetworkChoice(PAD))
        info = self._info if self._moment is None else self._moment.info
        if info is None:
            return Side(name)
        return Side(
            name, compare_words.of_pad(info, self._moment, self._prediction), info.layers, self._prediction
        )

    # The pad's network

    @Slot(object)
    def _on_loaded(self, info: ModelInfo) -> None:
        self._info = info
        self._known = _Answers(None)  # another device answers, or another process

    @Slot(object)
    def _on_moment_reached(self, moment: Moment) -> None:
        self._moment = moment

    @Slot()
    def _on_opened_answers(self) -> None:
        self._moment = None

    @Slot(object)
    def _on_predicted(self, prediction: Prediction | None) -> None:
        self._prediction = prediction

    @Slot(object)
    def _on_failed(self, error: LabError) -> None:
        if self._asked and not self._engine.is_ready:  # nobody is there to answer
            self._on_not_answered(error)


def _side(choice: NetworkChoice, answer: tuple[ModelInfo, Prediction | None] | LabError) -> Side:
    if isinstance(answer, LabError):
        return Side(title_of(choice), problem=str(answer))
    info, prediction = answer
    origin = compare_words.untrained() if choice.kind == UNTRAINED else compare_words.trained_on(info)
    return Side(title_of(choice), compare_words.with_parameters(origin, info), info.layers, prediction)
