"""The view of a run's curves: loss, accuracy, learning rate, and the drawing's probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QToolButton, QWidget

from core.training.history import History
from gui.tabs.train.curves.curve_charts import AccuracyChart, DrawingChart, LossChart, RateChart, RunChart
from gui.tabs.train.curves.curve_run import NO_RUN, Overlay, Shown
from gui.widgets.construct import in_column, in_row, named, spaced
from gui.widgets.steady_label import SteadyLabel


class CurvesView(QWidget):
    """Four charts over the steps of a run; their legends have the values at the cursor, or the latest."""

    step_chosen = Signal(int)
    """The step that the user points at in a chart."""

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
        tip = self.tr("Click or drag in a chart to go back to a step: each legend tells the values there.")
        self.reading = named(SteadyLabel(self), "step_reading", tip)
        text = self.tr("Show the whole run")
        tip = self.tr(
            "End the zoom. Over a chart the mouse wheel zooms, and its button moves along the steps."
        )
        self.fit_button = named(
            QToolButton(self), "show_whole_run", tip, text=text, clicked=self.show_whole_run
        )
        for button in self.findChildren(QAbstractButton):
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # nothing moves when they come and go
            button.setSizePolicy(policy)
        top = in_row((self.reading, 1), self.fit_button, margins=(4, 0, 0, 0))
        grid = spaced(QGridLayout(), 4)
        for index, chart in enumerate(self._charts):
            grid.addWidget(chart, *divmod(index, 2))
        in_column(top, (grid, 1), on=self, spacing=2)

    def charts(self) -> tuple[RunChart, ...]:
        """Return the charts, whether in sight or not."""
        return self._charts

    def set_history(self, history: History | None) -> None:
        """Show a run, all of it, without a cursor; None shows none."""
        self._shown.history = NO_RUN if history is None else history
        self._shown.cursor, self._shown.means = None, np.empty(0)
        self.show_whole_run()

    @Slot()
    def refresh(self) -> None:
        """Show the run's history as it is now."""
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
        self._show_step()

    def set_overlays(self, overlays: Sequence[tuple[str, History]]) -> None:
        """Draw earlier runs, by name, dashed beside this one: their mean loss, and validation accuracy."""
        self._shown.overlays = [Overlay.of(n, name, run) for n, (name, run) in enumerate(overlays)]
        self.refresh()

    def set_probabilities(
        self, steps: np.ndarray, probabilities: np.ndarray, classes: tuple[str, ...]
    ) -> None:
        """Show the drawing's probabilities (n, K), 0–1, of K classes at rising steps (n,).

        Raises:
            ValueError: the shapes do not agree.
        """
        if probabilities.shape != (len(steps), len(classes)):
            wanted = len(steps), len(classes)
            raise ValueError(f"probabilities must be {wanted}, got {probabilities.shape}")
        shown = self._shown
        shown.probability_steps, shown.probabilities, shown.classes = steps, probabilities, classes
        self.drawing.draw(self._shown)

    def set_target(self, accuracy: float) -> None:
        """Draw a line at the validation accuracy (0–1) that ends the run; 0 for none."""
        self._shown.target = accuracy
        self.accuracy.draw(self._shown)

    def set_cursor(self, step: int | None) -> None:
        """Draw a line at a step, with the values there in the legends; None: the latest values."""
        if step != self._shown.cursor:
            self._shown.cursor = step
            for chart in self._charts:
                chart.show_values(self._shown)
            self._show_step()

    @Slot()
    def show_whole_run(self) -> None:
        """End the zoom."""
        self._zoom = None
        self.refresh()

    def to_image(self) -> QImage:
        """Return the charts as they are on the screen, without their buttons, at twice the size."""
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

    def _show_step(self) -> None:
        run, step = self._shown.history, self._shown.cursor
        words = self.tr("Looking back at step {step} of {steps}, epoch {epoch} of {epochs}")
        if step is None:
            words, step = self.tr("Step {step} of {steps}, epoch {epoch} of {epochs}"), run.step
        epoch, epochs = max(-(-step // run.steps_per_epoch), 1), -(-run.steps // run.steps_per_epoch)
        text = words.format(step=f"{step:,}", steps=f"{run.steps:,}", epoch=epoch, epochs=epochs)
        self.reading.set_text(text if run.step else "")

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
