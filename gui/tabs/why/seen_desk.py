"""What goes between the view of familiarity and the process that answers."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import LabError
from core.processes import inference
from core.records import ModelInfo, Prediction
from gui.processes.engine import Engine
from gui.processes.long_question import LongQuestion
from gui.tabs.why.seen_view import SeenView

_RESEMBLANCE = "resemblance"
_JUDGED_AFTER = 150  # milliseconds that the pen must rest
_REST = 0.3  # seconds: between strokes, and after a network was opened


class SeenDesk(QObject):
    """Has the process get to know the training digits, and asks which of them a drawing is nearest to.

    Args:
        view: who shows it.
        engine: what answers.
        parent: whose child this is.
    """

    judged = Signal(object)
    """The newest Prediction once more, with its familiarity, when the pen has rested for a moment.

    Not with each answer: it takes the process as long again as the answer itself.
    """

    def __init__(self, view: SeenView, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._engine = engine
        self._prediction: Prediction | None = None
        self._tokens = itertools.count(1)
        self._asked: tuple[int, Prediction | None] = (0, None)
        self._share = 0.0
        self._timer = QTimer(self, interval=_JUDGED_AFTER, singleShot=True)
        self._timer.timeout.connect(self._ask)
        self._learning = LongQuestion("familiarity", engine, self, rest=_REST)
        self._learning.advanced.connect(self._on_advanced)
        self._learning.finished.connect(self._on_learnt)
        self._learning.failed.connect(self._on_failed)
        engine.loaded.connect(self._on_loaded)
        engine.predicted.connect(self._on_predicted)
        engine.answered.connect(self._on_answered)
        engine.failed.connect(self._on_engine_failed)
        view.shown.connect(self._ask)

    @Slot(object)
    def _on_loaded(self, info: ModelInfo) -> None:
        self._share = 0.0
        self._learning.start(inference.get_familiar)

    @Slot(object)
    def _on_advanced(self, share: float) -> None:
        if round(share * 100) != round(self._share * 100) and self._view.isVisible():
            self._view.say_learning(share)
        self._share = share

    @Slot()
    def _on_learnt(self) -> None:
        self._ask()  # what was drawn before can be judged now

    @Slot(object)
    def _on_failed(self, error: LabError) -> None:
        self._view.say_failed(str(error))

    @Slot(object)
    def _on_engine_failed(self, error: LabError) -> None:
        if not self._engine.is_ready:  # nobody is there to answer
            self._learning.cancel()
            self._view.say_failed(str(error))

    @Slot(object)
    def _on_predicted(self, prediction: Prediction | None) -> None:
        self._prediction = prediction
        if prediction is None:
            self._timer.stop()
            self._view.say_nothing_drawn()
        else:
            self._timer.start()

    @Slot()
    def _ask(self) -> None:
        if self._prediction is None:
            self._view.say_nothing_drawn()
        elif self._learning.is_running:
            self._view.say_learning(self._share)
        else:
            self._asked = next(self._tokens), self._prediction
            self._engine.ask(
                _RESEMBLANCE, inference.resemblance, self._asked[0], self._prediction.trace.input
            )

    @Slot(str, object)
    def _on_answered(self, question: str, answer: Any) -> None:
        if question != _RESEMBLANCE:
            return
        if isinstance(answer, LabError):
            self._view.say_failed(str(answer))
            return
        token, resemblance = answer
        number, prediction = self._asked
        if token == number and prediction is self._prediction and prediction is not None and resemblance:
            self._view.show_resemblance(prediction, resemblance)
            if not self._engine.is_following:  # it is the opened network to which the drawing is familiar
                self.judged.emit(replace(prediction, familiarity=resemblance.familiarity))
