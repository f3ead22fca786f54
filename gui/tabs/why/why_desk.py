"""What goes between the Why tab and the process that answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot

from core.errors import LabError
from core.processes import questions
from gui.processes.engine import Engine
from gui.processes.question import Question
from gui.tabs.why.drawing_question import CELL, CHANGE, EVIDENCE, FEEDING, OCCLUSION, DrawingQuestion
from gui.tabs.why.why_view import WhyView

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    EVIDENCE: questions.why,
    FEEDING: questions.feeding,
    CELL: questions.map_cell,
    OCCLUSION: questions.occlusion,
    CHANGE: questions.smallest_change,
}


class WhyDesk(QObject):
    """Puts the view's questions to the engine and brings the answers back, each with its question.

    Args:
        view: who asks.
        engine: what answers.
        parent: whose child this is.
    """

    def __init__(self, view: WhyView, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._questions = {name: Question(name, engine, self) for name in _FUNCTIONS}
        for question in self._questions.values():
            question.answered.connect(self._on_answered)
            question.failed.connect(self._on_failed)
        view.wanted.connect(self._on_wanted)

    @Slot(object)
    def _on_wanted(self, wanted: DrawingQuestion) -> None:
        function = _FUNCTIONS[wanted.question]
        self._questions[wanted.question].ask(wanted, function, wanted.picture, *wanted.arguments)

    @Slot(object, object)
    def _on_answered(self, answer: object, wanted: DrawingQuestion) -> None:
        self._view.show_answer(wanted, answer)

    @Slot(object, object)
    def _on_failed(self, error: LabError, wanted: DrawingQuestion) -> None:
        self._view.show_answer(wanted, error)
