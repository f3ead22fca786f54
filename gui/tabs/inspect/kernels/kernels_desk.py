"""The Kernels tool's questions to the engine."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from core.processes import questions
from gui.processes.engine import Engine
from gui.processes.question import Question
from gui.tabs.inspect.kernels.kernels_tool import KernelsTool


class KernelsDesk(QObject):
    """Asks for the patches that the tool wants, between answers to the drawing."""

    def __init__(self, tool: KernelsTool, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._question = Question("exciting_patches", engine, self)
        self._question.advanced.connect(tool.show_patches)
        self._question.failed.connect(tool.patches.fail)
        tool.patches.wanted.connect(self._on_patches_wanted)
        tool.patches.cancelled.connect(self._question.cancel)
        engine.loaded.connect(tool.forget_patches)

    @Slot(str)
    def _on_patches_wanted(self, layer: str) -> None:
        self._question.work(questions.patches, layer)
