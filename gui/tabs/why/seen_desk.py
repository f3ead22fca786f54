"""The view of familiarity, joined to `Familiarity` and the engine."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from core.errors import LabError
from core.records import Prediction
from gui.pad.familiarity import Familiarity
from gui.processes.engine import Engine
from gui.tabs.why.seen_view import SeenView
from gui.words.core_texts import in_words


class SeenDesk(QObject):
    """Shows how familiar the newest drawing is, or why that is not known."""

    def __init__(
        self, view: SeenView, familiarity: Familiarity, engine: Engine, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._view, self._familiarity, self._engine = view, familiarity, engine
        self._percent = 0
        familiarity.resembled.connect(view.show_resemblance)
        familiarity.learning_advanced.connect(self._on_learning_advanced)
        familiarity.failed.connect(self._on_failed)
        engine.predicted.connect(self._on_predicted)
        view.shown.connect(self._on_shown)

    @Slot()
    def _on_shown(self) -> None:
        if self._engine.prediction is None:
            self._view.say_nothing_drawn()
        elif self._familiarity.is_learning:
            self._view.say_learning(self._familiarity.share)
        else:
            self._familiarity.ask()

    @Slot(float)
    def _on_learning_advanced(self, share: float) -> None:
        percent = round(share * 100)
        if percent != self._percent and self._view.isVisible() and self._engine.prediction is not None:
            self._view.say_learning(share)
        self._percent = percent

    @Slot(object)
    def _on_predicted(self, prediction: Prediction | None) -> None:
        if prediction is None:
            self._view.say_nothing_drawn()

    @Slot(object)
    def _on_failed(self, error: LabError) -> None:
        self._view.say(in_words(error))
