"""The Why tab's questions to the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot

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
    """Puts the view's questions to the engine, and hands each answer back with its question."""

    def __init__(self, view: WhyView, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._questions = {name: Question(name, engine, self) for name in _FUNCTIONS}
        for question in self._questions.values():
            question.answered.connect(view.show_answer)
            question.failed.connect(view.show_answer)
        view.wanted.connect(self._on_wanted)

    @Slot(object)
    def _on_wanted(self, asked: DrawingQuestion) -> None:
        function = _FUNCTIONS[asked.question]
        self._questions[asked.question].ask(asked, function, asked.picture, *asked.arguments)
