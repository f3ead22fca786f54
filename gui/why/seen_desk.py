"""What goes between the view of familiarity and the process that answers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Slot

from core import inference
from core.errors import LabError
from core.records import ModelInfo, Prediction
from gui.engine import Engine
from gui.long_question import LongQuestion
from gui.why.seen_view import SeenView

_RESEMBLANCE = "resemblance"


class SeenDesk(QObject):
    """Has the process get to know the training digits, and asks which of them a drawing is nearest to.

    Args:
        view: who shows it.
        engine: what answers.
        ink: gives the drawing as it is now, (H, W) uint8.
        parent: whose child this is.
    """

    def __init__(
        self, view: SeenView, engine: Engine, ink: Callable[[], np.ndarray], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._engine = engine
        self._ink = ink
        self._prediction: Prediction | None = None
        self._tokens = itertools.count(1)
        self._asked: tuple[int, Prediction | None] = (0, None)
        self._share = 0.0
        self._learning = LongQuestion("familiarity", engine, self)
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
        ink = self._ink()
        if ink.any():
            self._engine.submit(ink)  # its familiarity can be told now
        else:
            self._ask()

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
        self._ask()

    @Slot()
    def _ask(self) -> None:
        if not self._view.isVisible():
            return
        if self._learning.is_running:
            self._view.say_learning(self._share)
        elif self._prediction is None:
            self._view.say_nothing_drawn()
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
