"""The curves of a training run: loss, accuracy, learning rate, and what becomes of the drawing on the pad."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.training.history import History
from gui.tabs.train.curves.curve_charts import AccuracyChart, DrawingChart, LossChart, RateChart, RunChart
from gui.tabs.train.curves.curve_run import NO_RUN, Overlay, Shown
from gui.widgets.construct import named, spaced
from gui.widgets.steady_label import SteadyLabel


class CurvesView(QWidget):
    """Four charts over the steps of a run; their legends tell the values at the cursor, or the latest."""

    step_chosen = Signal(int)
    """Somebody points at a step in a chart."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curves_view")
        self._shown = Shown()
        self._zoom: tuple[float, float] | None = None
        self.loss, self.accuracy = LossChart(self), AccuracyChart(self)
        self.rate, self.drawing = RateChart(self), DrawingChart(self)
        self._charts: tuple[RunChart, ...] = (self.loss, self.accuracy, self.rate, self.drawing)
        for chart in self._charts:
            chart.plot.pointed.connect(self._on_step_pointed)
            chart.plot.zoomed.connect(self._on_zoomed)
            chart.enlarge_button.toggled.connect(self._on_enlarge_toggled)
        self.loss.log_box.toggled.connect(self.refresh)
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        self.reading = named(
            SteadyLabel(self),
            "step_reading",
            self.tr("Click or drag in a chart to go back to a step: each legend tells the values there."),
        )
        self.fit_button = named(
            QToolButton(self),
            "show_whole_run",
            self.tr(
                "End the zoom. Over a chart the mouse wheel zooms, and its button moves along the steps."
            ),
        )
        self.fit_button.setText(self.tr("Show the whole run"))
        self.fit_button.clicked.connect(self.show_whole_run)
        for button in self.findChildren(QAbstractButton):
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # nothing moves when they come and go
            button.setSizePolicy(policy)
        top = spaced(QHBoxLayout(), margins=(4, 0, 0, 0))
        top.addWidget(self.reading, 1)
        top.addWidget(self.fit_button)
        grid = QGridLayout()
        grid.setSpacing(4)
        for index, chart in enumerate(self._charts):
            grid.addWidget(chart, index // 2, index % 2)
        layout = spaced(QVBoxLayout(self), 2)
        layout.addLayout(top)
        layout.addLayout(grid, 1)

    def set_history(self, history: History | None) -> None:
        """Show a run, all of it, without a cursor; None shows none."""
        self._shown.history = NO_RUN if history is None else history
        self._shown.cursor, self._shown.means = None, np.empty(0)
        self.show_whole_run()

    @Slot()
    def refresh(self) -> None:
        """Show what the run's history has got since."""
        shown = self._shown
        shown.smooth()
        whole, before = shown.whole(), shown.sight
        shown.sight = self._zoom or whole
        self.fit_button.setVisible(self._zoom is not None)
        per_epoch = 0 if shown.history is NO_RUN else shown.history.steps_per_epoch
        for chart in self._charts:
            chart.plot.set_x_axis(whole, shown.sight, per_epoch)
            if chart is not self.drawing or shown.sight != before:
                chart.draw(shown)
        self._read()

    def set_overlays(self, overlays: Sequence[tuple[str, History]]) -> None:
        """Draw earlier runs, by name, dashed beside this one: their mean loss, and validation accuracy."""
        self._shown.overlays = [Overlay.of(n, name, run) for n, (name, run) in enumerate(overlays)]
        self.refresh()

    def set_probabilities(self, steps: np.ndarray, probabilities: np.ndarray) -> None:
        """What the network made of the drawing at steps (n,), rising: probabilities (n, 10) in 0–1.

        Raises:
            ValueError: the shapes do not agree.
        """
        if probabilities.shape != (len(steps), 10):
            raise ValueError(f"probabilities must be ({len(steps)}, 10), got {probabilities.shape}")
        self._shown.probability_steps, self._shown.probabilities = steps, probabilities
        self.drawing.draw(self._shown)

    def set_target(self, accuracy: float) -> None:
        """The validation accuracy (0–1) that ends the run, as a line; 0 for none."""
        self._shown.target = accuracy
        self.accuracy.draw(self._shown)

    def set_cursor(self, step: int | None) -> None:
        """A line at a step in all charts, and the values there in the legends; None: the run's latest."""
        if step != self._shown.cursor:
            self._shown.cursor = step
            for chart in self._charts:
                chart.tell(self._shown)
            self._read()

    @Slot()
    def show_whole_run(self) -> None:
        """End the zoom."""
        self._zoom = None
        self.refresh()

    def to_image(self) -> QImage:
        """The charts as they are on the screen, without their buttons, at twice the size."""
        buttons = [button for button in self.findChildren(QAbstractButton) if not button.isHidden()]
        image = QImage(self.size() * 2, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(2)
        image.fill(self.palette().color(QPalette.ColorRole.Window))
        for button in buttons:
            button.hide()
        self.render(image)
        for button in buttons:
            button.show()
        return image

    def _read(self) -> None:
        """Say which step this is."""
        run, step = self._shown.history, self._shown.cursor
        words = self.tr("Looking back at step {step} of {steps}, epoch {epoch} of {epochs}")
        if step is None:
            words, step = self.tr("Step {step} of {steps}, epoch {epoch} of {epochs}"), run.step
        self.reading.set_text(
            words.format(
                step=f"{step:,}",
                steps=f"{run.steps:,}",
                epoch=max(-(-step // run.steps_per_epoch), 1),
                epochs=-(-run.steps // run.steps_per_epoch),
            )
            if run.step
            else ""
        )

    @Slot(float)
    def _on_step_pointed(self, place: float) -> None:
        if last := self._shown.history.step:
            self.step_chosen.emit(min(max(round(place), 0), last))

    @Slot(float, float)
    def _on_zoomed(self, first: float, last: float) -> None:
        whole = self._shown.whole()
        self._zoom = (first, last) if last - first < 0.999 * (whole[1] - whole[0]) else None
        self.refresh()

    @Slot(bool)
    def _on_enlarge_toggled(self, large: bool) -> None:
        for chart in self._charts:
            chart.setVisible(not large or chart.enlarge_button.isChecked())
