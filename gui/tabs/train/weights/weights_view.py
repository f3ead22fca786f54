"""The inside of a network in training: kernels, weights, gradients, silent units."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.records import Snapshot
from gui.paint.text import scaled
from gui.tabs.train.chart import Chart
from gui.tabs.train.weights.gradient_view import GradientView
from gui.tabs.train.weights.kernels_view import KernelsView
from gui.tabs.train.weights.silent_view import SilentView
from gui.tabs.train.weights.weight_histograms import WeightHistograms
from gui.widgets.construct import in_column, in_row

_WIDE = 2.1  # width over height, from which on kernels and histograms stand side by side


class WeightsView(QWidget):
    """Four charts that follow the snapshots of a run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("weights_view")
        self.kernels = KernelsView(self)
        self.histograms = WeightHistograms(self)
        self.gradients = GradientView(self)
        self.silent = SilentView(self)
        self._charts = (self.kernels, self.histograms, self.gradients, self.silent)
        self._weights = in_row((self.kernels, 4), (self.histograms, 5), spacing=18)
        learning = in_column((self.gradients, 4), (self.silent, 3), spacing=8)
        self._layout = in_row((self._weights, 17), (learning, 9), on=self, spacing=18, margins=(6, 4, 6, 4))
        # Else it would insist on the width that kernels and histograms need side by side.
        self._layout.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)

    def charts(self) -> tuple[Chart, ...]:
        """Return the charts, the largest first."""
        return self._charts

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Show a network in training. Older steps may come again."""
        for chart in self._charts:
            chart.set_snapshot(snapshot)

    def set_initial(self, weights: Mapping[str, np.ndarray]) -> None:
        """Compare with the state dict before training."""
        self.histograms.set_initial(weights)

    def set_silent(self, silent: Mapping[str, float]) -> None:
        """Show the share, 0–1, of silent units per activation layer."""
        self.silent.set_silent(silent)

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours for kernels; see `gui.paint.colours`."""
        self.kernels.set_colours(colours)

    def clear(self) -> None:
        """Forget the run."""
        for chart in self._charts:
            chart.clear()

    def minimumSizeHint(self) -> QSize:
        return scaled(self, QSize(440, 240))

    def sizeHint(self) -> QSize:
        return scaled(self, QSize(800, 340))

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.width() > _WIDE * self.height()
        direction = QHBoxLayout.Direction.LeftToRight if wide else QHBoxLayout.Direction.TopToBottom
        if self._weights.direction() != direction:
            self._weights.setDirection(direction)
            self._weights.setSpacing(18 if wide else 8)
            self._layout.setStretch(0, 17 if wide else 10)
            self._layout.activate()  # now: the layout has answered this event already
