"""The Train tab as the window has it: empty until it is first shown, then the panel, and all behind it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.errors import LabError
from core.processes import inference
from core.records import Moment, Snapshot
from core.training.config import Augmentation
from gui.pad.drawing_canvas import DrawingCanvas
from gui.processes.engine import Engine
from gui.processes.training_run import TrainingRun
from gui.widgets.construct import spaced
from gui.window.settings import Settings

if TYPE_CHECKING:
    from gui.tabs.train.run_desk import RunDesk
    from gui.tabs.train.train_panel import TrainPanel

_PREVIEW, _LAYERS, _PROBABILITIES = "augmentation preview", "layers", "probabilities over a run"


class TrainTab(QWidget):
    """Joins the tab's desk to the engine that answers for its networks, and to the drawing."""

    model_chosen = Signal(str)
    """The path of weights that the pad is to use from now on."""
    failed = Signal(str)
    noted = Signal(str)
    """A sentence."""
    layer_chosen = Signal(int)
    """The index of a layer that is to be seen large; 0 is the input."""

    _imported = Signal()

    def __init__(
        self,
        engine: Engine,
        canvas: DrawingCanvas,
        settings: Settings,
        run: TrainingRun,
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("train_tab")
        self._engine = engine
        self._canvas = canvas
        self._settings = settings
        self._folder = folder
        self.run = run
        self.desk: RunDesk | None = None
        self.panel: TrainPanel | None = None
        self._colours = np.zeros(256, np.uint32)
        self._import: threading.Thread | None = None
        self._imported.connect(self.build, Qt.ConnectionType.QueuedConnection)
        self._waiting = QLabel(self.tr("One moment…"), self)
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = spaced(QVBoxLayout(self))
        layout.addWidget(self._waiting)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.desk is None and self._import is None:
            # In a thread: the import takes half a second, but then holds the window up for 30 to 60 ms only.
            self._import = threading.Thread(target=self._import_pyqtgraph, daemon=True)
            self._import.start()

    def _import_pyqtgraph(self) -> None:
        import pyqtgraph  # noqa: F401

        self._imported.emit()

    @Slot()
    def build(self) -> None:
        """Build the panel, if there is none yet."""
        if self.desk is not None:
            return
        from gui.tabs.train.run_desk import RunDesk
        from gui.tabs.train.runs.run_files import RunFiles
        from gui.tabs.train.train_panel import TrainPanel

        self.panel = TrainPanel(self)
        self.panel.set_colours(self._colours)
        self.panel.splitter.restoreState(self._settings.geometry("train_splitter"))
        files = RunFiles(self, self._settings)
        self.desk = RunDesk(self.panel, self.run, files, self._folder, self)
        self._waiting.hide()
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.panel)
        self._connect(self.desk)

    def _connect(self, desk: RunDesk) -> None:
        assert self.panel is not None
        engine = self._engine
        desk.open_run.followed.connect(self._on_followed)
        desk.preview_wanted.connect(self._on_preview_wanted)
        desk.layers_wanted.connect(self._on_layers_wanted)
        desk.open_run.probabilities_wanted.connect(self._on_probabilities_wanted)
        desk.model_chosen.connect(self.model_chosen)
        desk.failed.connect(self.failed)
        desk.noted.connect(self.noted)
        self.panel.strip.layer_selected.connect(self.layer_chosen)
        engine.moment_reached.connect(self._on_moment_reached)
        engine.answered.connect(self._on_answered)
        self._canvas.ink_changed.connect(desk.open_run.on_ink_changed)

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours for values."""
        self._colours = colours
        if self.panel is not None:
            self.panel.set_colours(colours)

    def stop_following(self) -> None:
        """The pad has got another network to answer."""
        if self.desk is not None and self._engine.is_following:
            self.desk.open_run.push_aside()

    def close_run(self) -> None:
        """Remember the tab's looks and end the training process; it keeps what has been learnt."""
        if self.panel is not None:
            self._settings.set_geometry("train_splitter", self.panel.splitter.saveState())
        if self.desk is not None:
            self.desk.close()
        self.run.close()

    @Slot(object)
    def _on_followed(self, snapshot: Snapshot | None) -> None:
        self._engine.follow(snapshot)

    @Slot(object, int)
    def _on_preview_wanted(self, kinds: Augmentation, seed: int) -> None:
        self._engine.ask(_PREVIEW, inference.preview, kinds, seed)

    @Slot(str)
    def _on_layers_wanted(self, architecture: str) -> None:
        self._engine.ask(_LAYERS, inference.layers_of, architecture)

    @Slot(object, int)
    def _on_probabilities_wanted(self, path: Path, token: int) -> None:
        ink = self._canvas.ink()
        if ink.any():
            self._engine.ask(_PROBABILITIES, inference.probabilities_over, path, ink, token)

    @Slot(object)
    def _on_moment_reached(self, moment: Moment) -> None:
        if self.desk is not None:
            self.desk.open_run.show_moment(moment)

    @Slot(str, object)
    def _on_answered(self, question: str, answer: Any) -> None:
        if question not in (_PREVIEW, _LAYERS, _PROBABILITIES):
            return  # somebody else's
        if isinstance(answer, LabError):
            self.failed.emit(str(answer))
        elif self.desk is None or self.panel is None:
            return
        elif question == _PREVIEW:
            self.panel.form.set_preview(*answer)
        elif question == _LAYERS:
            self.desk.show_table(answer)
        elif question == _PROBABILITIES:
            self.desk.open_run.set_probabilities(*answer)
