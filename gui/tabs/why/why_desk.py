"""What goes between the Why tab and the process that answers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot

from core.errors import LabError
from core.processes import inference
from gui.processes.engine import Engine
from gui.tabs.why.wanted import CELL, CHANGE, EVIDENCE, FEEDING, OCCLUSION, Wanted
from gui.tabs.why.why_tab import WhyTab

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    EVIDENCE: inference.why,
    FEEDING: inference.feeding,
    CELL: inference.map_cell,
    OCCLUSION: inference.occlusion,
    CHANGE: inference.smallest_change,
}


class WhyDesk(QObject):
    """Puts the tab's questions to the engine and brings the answers back, each with its question.

    Args:
        tab: who asks.
        engine: what answers.
        parent: whose child this is.
    """

    def __init__(self, tab: WhyTab, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tab = tab
        self._engine = engine
        self._tokens = itertools.count(1)
        self._asked: dict[str, dict[int, Wanted]] = {question: {} for question in _FUNCTIONS}
        tab.wanted.connect(self._on_wanted)
        engine.answered.connect(self._on_answered)
        engine.failed.connect(self._on_failed)

    @Slot(object)
    def _on_wanted(self, wanted: Wanted) -> None:
        token = next(self._tokens)
        self._asked[wanted.question][token] = wanted
        function = _FUNCTIONS[wanted.question]
        self._engine.ask(wanted.question, function, token, wanted.picture, *wanted.arguments)

    @Slot(str, object)
    def _on_answered(self, question: str, answer: Any) -> None:
        if question not in self._asked:
            return
        if isinstance(answer, LabError):
            self._say_failed(question, answer)
            return
        token, given = answer
        asked = self._asked[question]
        # Older ones were forgotten for the sake of newer ones.
        self._asked[question] = {later: asked[later] for later in asked if later > token}
        self._tab.show_answer(asked[token], given)

    @Slot(object)
    def _on_failed(self, error: LabError) -> None:
        if not self._engine.is_ready:  # nobody is there to answer
            for question in self._asked:
                self._say_failed(question, error)

    def _say_failed(self, question: str, error: LabError) -> None:
        """Of the newest question of that name; should it be answered after all, that is shown instead."""
        asked = self._asked[question]
        if asked:
            self._tab.show_answer(asked[max(asked)], error)
