"""What goes between the Inspect tab, the process that answers, and files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from core.errors import LabError
from core.export.scripts import save_script
from core.records import ModelInfo, Moment, NetworkState, Prediction
from gui.processes.engine import Engine
from gui.tabs.inspect.change.change_desk import ChangeDesk
from gui.tabs.inspect.inspect_view import InspectPanel
from gui.tabs.inspect.kernels.kernels_desk import KernelsDesk
from gui.widgets.save_dialog import ask_where_to_save
from gui.window.settings import Settings


class InspectDesk(QObject):
    """Joins the tab's tools to the engine."""

    noted = Signal(str)
    """A line about what was done."""
    failed = Signal(str)
    """A sentence about what did not work."""

    def __init__(
        self, panel: InspectPanel, engine: Engine, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._settings = settings
        self._network: NetworkState | None = None
        self._picture: np.ndarray | None = None  # the drawing as the network reads it
        self._opened_architecture = self._architecture = ""  # the latter of what answers
        self.change = ChangeDesk(panel.change, engine, self)
        self.kernels = KernelsDesk(panel.kernels, engine, self)
        for teller in (self.change, panel.arithmetic, panel.code):
            teller.noted.connect(self.noted)
        self.change.failed.connect(self.failed)
        panel.code.save_wanted.connect(self._choose_where_to_save)
        engine.loaded.connect(self._on_loaded)
        engine.moment_reached.connect(self._on_moment_reached)
        engine.opened_answers.connect(self._on_opened_answers)
        engine.network_changed.connect(self._on_network_changed)
        engine.network_changed.connect(panel.set_network)
        engine.predicted.connect(self._on_predicted)

    @Slot(object)
    def _on_loaded(self, info: ModelInfo) -> None:
        self._opened_architecture = info.architecture
        self._on_opened_answers()

    @Slot(object)
    def _on_moment_reached(self, moment: Moment) -> None:
        self._architecture = moment.info.architecture

    @Slot()
    def _on_opened_answers(self) -> None:
        self._architecture = self._opened_architecture

    @Slot(object)
    def _on_network_changed(self, network: NetworkState) -> None:
        self._network = network

    @Slot(object)
    def _on_predicted(self, prediction: Prediction | None) -> None:
        self._picture = None if prediction is None else prediction.trace.input

    @Slot()
    def _choose_where_to_save(self) -> None:
        path = ask_where_to_save(
            self._panel,
            self.tr("Save script"),
            Path(self._settings.folder) / "network.py",
            self.tr("Python (*.py)"),
        )
        if path is not None:
            self._settings.folder = str(path.parent)
            self.save_script(path)

    def save_script(self, path: Path) -> None:
        """Write the network that answers, and the drawing, as a script; `noted` or `failed` follows."""
        if self._network is None:
            return
        try:
            weights = save_script(path, self._network, self._architecture, self._picture)
        except LabError as error:
            self.failed.emit(str(error))
        else:
            self.noted.emit(
                self.tr("Saved: {script}, and {weights} beside it.").format(script=path, weights=weights.name)
            )
