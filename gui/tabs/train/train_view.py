"""The view of the Train tab: settings and runs at the left, the run at work at the right."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QSplitter, QTabWidget, QWidget

from core.records import ModelInfo, Prediction, Snapshot
from gui.layers.layer_strip import LayerStrip
from gui.layers.layer_values import limits, shown_values
from gui.paint.text import pixels
from gui.tabs.train.curves.curves_view import CurvesView
from gui.tabs.train.hint_bar import HintBar
from gui.tabs.train.runs.runs_list import RunsList
from gui.tabs.train.scrubber import Scrubber
from gui.tabs.train.setup.setup_form import SetupForm
from gui.tabs.train.transport import Transport
from gui.tabs.train.weights.weights_view import WeightsView
from gui.widgets.construct import framed, in_column, named, split
from gui.widgets.job_row import JobRow
from gui.window.figure import Figure, figure_of


class TrainView(QWidget):
    """Lays the tab's parts out; `gui.tabs.train.run_desk` connects them."""

    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("train_view")
        self.form = SetupForm(self)
        self.runs = RunsList(self)
        self.transport = Transport(self)
        self.hint_bar = HintBar(self)
        self.curves = CurvesView(self)
        self.weights = WeightsView(self)
        self.jobs = JobRow(self)
        self.scrubber = Scrubber(self)
        tip = self.tr("Click a layer to see it large in the Inspect tab")
        accessible = self.tr("All layers of the network in training")
        self.strip = named(LayerStrip(self), "train_strip", tip, accessible)
        layers = framed(named(QScrollArea(self), "train_strip_scroll"), self.strip)  # it is wide
        self._architecture = ""
        # To be shown once their views are visible:
        self._history_grew = False
        self._layers: tuple[ModelInfo, Prediction | None] | None = None
        self._unshown: Snapshot | None = None
        left, views = QTabWidget(self, documentMode=True), QTabWidget(self, documentMode=True)
        self.left = named(left, "train_left", accessible=self.tr("Settings and runs"))
        self.left.addTab(self.form, self.tr("Set up"))
        self.left.addTab(self.runs, self.tr("Runs"))
        self.views = named(views, "train_views", accessible=self.tr("Views of the run"))
        self.views.addTab(self.curves, self.tr("Curves"))
        self.views.addTab(self.weights, self.tr("Weights and gradients"))
        self.views.addTab(layers, self.tr("Layers"))
        right = QWidget(self)
        # Hint and progress stand where they move nothing that is clicked.
        in_column(
            self.transport, (self.views, 1), self.hint_bar, self.jobs, self.scrubber, on=right, spacing=4
        )
        self.splitter = named(QSplitter(Qt.Orientation.Horizontal, self), "train_splitter")
        split(self.splitter, (self.left, 0), (right, 1)).setSizes([pixels(self, 280), pixels(self, 700)])
        in_column(self.splitter, on=self, margins=(6, 4, 6, 4))
        self.views.currentChanged.connect(self._catch_up)
        self.runs.listed.connect(self.transport.set_has_runs)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._catch_up()
        self.shown.emit()

    # Hidden views are not updated: a run has news five times a second.

    def refresh_curves(self) -> None:
        """Show the curves of a history that has grown."""
        self._history_grew = True
        self._catch_up()

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Show the weights and gradients of a network in training."""
        self.weights.gradients.set_snapshot(snapshot)  # it keeps the norms of all steps
        self._unshown = snapshot
        self._catch_up()

    @Slot()
    def _catch_up(self) -> None:
        if self._history_grew and self.curves.isVisible():
            self._history_grew = False
            self.curves.refresh()
        if self._unshown is not None and self.weights.isVisible():
            snapshot, self._unshown = self._unshown, None
            self.weights.set_snapshot(snapshot)
        if self._layers is not None and self.strip.isVisible():
            layers, self._layers = self._layers, None
            self._show_layers(*layers)

    def clear_weights(self) -> None:
        """Forget the weights of a run."""
        self._unshown = None
        self.weights.clear()

    def figures(self) -> list[Figure]:
        """Return all curves or charts that are in sight, together and one by one; or the layers."""
        shown = self.views.currentWidget()
        charts = shown.charts() if isinstance(shown, CurvesView | WeightsView) else ()
        title = self.views.tabText(self.views.currentIndex())
        return [figure_of(title, shown), *(figure_of(chart.title, chart) for chart in charts)]

    def set_colours(self, maps: np.ndarray, kernels: np.ndarray) -> None:
        """Use these 256 colours for values, and those for weights; see `gui.paint.colours`."""
        self.strip.set_colours(maps)
        self.weights.set_colours(kernels)

    def show_layers(self, info: ModelInfo, prediction: Prediction | None) -> None:
        """Show the values of all layers of the followed network; none on bare paper."""
        self._layers = info, prediction
        self._catch_up()

    def clear_layers(self) -> None:
        """Show no layers, as no network is followed."""
        self._layers = None
        self.strip.set_values([], [])

    def _show_layers(self, info: ModelInfo, prediction: Prediction | None) -> None:
        if info.architecture != self._architecture:
            self._architecture = info.architecture
            self.strip.set_table(info.table)
        values = [] if prediction is None else shown_values(prediction)
        self.strip.set_values(values, limits(values))
