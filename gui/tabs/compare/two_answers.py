"""Two networks' answers to the newest drawing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import LabError
from core.processes import questions
from core.reading.comparison import PAD, UNTRAINED, NetworkChoice
from core.records import ModelInfo, Prediction
from gui.processes.engine import Engine
from gui.processes.question import Question
from gui.tabs.compare import compare_words
from gui.tabs.compare.compared_side import ComparedSide
from gui.tabs.compare.network_chooser import title_of
from gui.words import model_names
from gui.words.core_texts import in_words

_PAUSE = 16  # milliseconds: no screen shows more, and painting all layers twice takes as long as half of that


@dataclass(frozen=True, eq=False)
class _Answers:
    """The answers of networks other than the pad's to a drawing.

    The picture is that which the pad's network reads; None: bare paper.
    """

    picture: np.ndarray | None
    sides: dict[NetworkChoice, ComparedSide] = field(default_factory=dict)

    def are_to(self, picture: np.ndarray | None) -> bool:
        if self.picture is None or picture is None:
            return self.picture is picture
        return np.array_equal(self.picture, picture)


class TwoAnswers(QObject):
    """Asks two networks at each `ask`; both answers are always to one drawing.

    The pad's own answer waits for the other one, which is asked for when the pad's is there.
    """

    changed = Signal(object, object)
    """The ComparedSide at the left and the one at the right."""

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._choices = NetworkChoice(PAD), NetworkChoice(PAD)
        self._known = _Answers(None)
        self._judged: Prediction | None = None  # by how familiar its drawing is
        self._shown: tuple[ComparedSide, ComparedSide] | None = None
        # Not at once: newer ink goes to the pad's network first.
        self._timer = QTimer(self, interval=_PAUSE, singleShot=True)
        self._timer.timeout.connect(self._ask)
        engine.loaded.connect(self._on_loaded)
        self._question = Question("compare", engine, self)
        self._question.answered.connect(self._on_answered)
        self._question.failed.connect(self._on_failed)

    @property
    def opened(self) -> str:
        """The name or path of the weights on the pad; empty if they are in training or changed by hand."""
        answering, prediction = self._engine.answering, self._engine.prediction
        is_changed = prediction is not None and prediction.original is not None
        return "" if answering is None or answering.snapshot or is_changed else answering.opened.model

    def set_choices(self, left: NetworkChoice, right: NetworkChoice) -> None:
        """Let these two networks answer from now on."""
        self._choices = left, right

    def ask(self) -> None:
        """Have both networks answer the newest drawing; `changed` follows."""
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _ask(self) -> None:
        prediction = self._engine.prediction
        picture = None if prediction is None else prediction.trace.picture
        others = tuple(dict.fromkeys(choice for choice in self._choices if choice.kind != PAD))
        pad = self._pad_side()
        if self._known.are_to(picture) and all(choice in self._known.sides for choice in others):
            self._emit_with(pad)  # the pad's network has changed, and not the drawing: as in training
        else:
            self._question.ask(
                (self._choices, picture, pad), questions.compare, others, self._engine.answered_ink
            )

    @Slot(object, object)
    def _on_answered(
        self,
        answers: list[tuple[ModelInfo, Prediction | None] | LabError],
        asked: tuple[tuple[NetworkChoice, ...], np.ndarray | None, ComparedSide],
    ) -> None:
        choices, picture, pad = asked
        if choices != self._choices:
            return  # another network was chosen meanwhile, and asked
        others = dict.fromkeys(choice for choice in choices if choice.kind != PAD)
        sides = {choice: _side(choice, answer) for choice, answer in zip(others, answers, strict=True)}
        self._known = _Answers(picture, sides)
        self._emit_with(pad)

    def judge(self, prediction: Prediction) -> None:
        """Take over from the pad how familiar the drawing is: what is a guess there is one here."""
        self._judged = prediction
        if self._shown is not None:
            self._emit(*self._shown)

    def _emit_with(self, pad: ComparedSide) -> None:
        left, right = (pad if choice.kind == PAD else self._known.sides[choice] for choice in self._choices)
        self._emit(left, right)

    def _emit(self, left: ComparedSide, right: ComparedSide) -> None:
        self._shown = left, right
        self.changed.emit(*map(self._with_familiarity, self._shown, self._choices))

    def _with_familiarity(self, side: ComparedSide, choice: NetworkChoice) -> ComparedSide:
        """Return a side that knows how familiar its drawing is; nothing is to an untrained network."""
        judged, prediction = self._judged, side.prediction
        if judged is None or prediction is None or choice.kind == UNTRAINED:
            return side
        if not np.array_equal(judged.trace.picture, prediction.trace.picture):
            return side
        return replace(side, prediction=replace(prediction, familiarity=judged.familiarity))

    @Slot(object)
    def _on_failed(self, error: LabError) -> None:
        """Show the failure at both sides: the process has died. A later answer may come all the same."""
        failed = {choice: ComparedSide(title_of(choice), problem=in_words(error)) for choice in self._choices}
        left, right = (self._pad_side() if choice.kind == PAD else failed[choice] for choice in self._choices)
        self._known = _Answers(None)
        self._emit(left, right)

    def _pad_side(self) -> ComparedSide:
        answering, prediction = self._engine.answering, self._engine.prediction
        if answering is None:
            return ComparedSide(title_of(NetworkChoice(PAD)))
        name, origin = model_names.title_of_answering(answering), compare_words.of_pad(answering, prediction)
        return ComparedSide(name, origin, answering.info.table, prediction)

    @Slot(object)
    def _on_loaded(self, info: ModelInfo) -> None:
        self._known = _Answers(None)  # another device answers, or another process


def _side(choice: NetworkChoice, answer: tuple[ModelInfo, Prediction | None] | LabError) -> ComparedSide:
    if isinstance(answer, LabError):
        return ComparedSide(title_of(choice), problem=in_words(answer))
    info, prediction = answer
    origin = compare_words.untrained() if choice.kind == UNTRAINED else compare_words.trained_on(info)
    title = title_of(choice) if choice.kind == UNTRAINED else model_names.title_of(info.name)
    return ComparedSide(title, compare_words.with_parameters(origin, info), info.table, prediction)
