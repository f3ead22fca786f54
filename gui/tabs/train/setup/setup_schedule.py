"""A sketch of the learning rate over a run."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.training.config import TrainingConfig
from core.training.schedules import learning_rate
from gui.paint.curve_style import PLANNED_RATE, Curve
from gui.widgets.construct import named
from gui.widgets.plot import Plot

_CURVE = 48  # pixels high
_POINTS = 300  # more than it has pixels
_MARGIN = 20  # pixels: half of what stands below an end


class ScheduleSketch(Plot):
    """The learning rate from the first step to the last; 0 is at the bottom."""

    _is_smooth = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tip = self.tr("The learning rate from the first step (left) to the last; its foot is 0.")
        named(self, "schedule_sketch", tip, self.tr("The learning rate over the run"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.getPlotItem().layout.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        self.axes[0].hide()
        self._dress_axes(tickLength=0, tickTextOffset=3, hideOverlappingLabels=_MARGIN)
        self._config: TrainingConfig | None = None
        self.set_config(None)

    def set_config(self, config: TrainingConfig | None) -> None:
        """Draw a config's learning rates; None draws nothing."""
        self._config = config
        if config is None:
            self.axes[1].setTicks([[]])
            self.draw([])
            return
        least = config.learning_rate / 1000
        first, last = (f"{rate:.2g}" if rate > least else "≈ 0" for rate in self.rates(2))
        steps = self.tr("{steps} steps").format(steps=f"{config.steps:,}")
        self.axes[1].setTicks([[(0, first), (0.5, steps), (1, last)]])
        self.setXRange(0, 1, padding=0)
        self.setYRange(0, 1.06 * config.learning_rate, padding=0)
        rates = np.array(self.rates(_POINTS))
        self.draw([Curve("rate", "", PLANNED_RATE, np.linspace(0, 1, _POINTS), rates)])
        self.paint_anew()

    def rates(self, points: int) -> list[float]:
        """Return the learning rate at `points` steps, evenly over the run; empty without a config."""
        if self._config is None:
            return []
        config, last = self._config, max(points - 1, 1)
        steps = config.steps
        return [
            learning_rate(config.schedule, config.learning_rate, round(x / last * (steps - 1)), steps)
            for x in range(points)
        ]

    def sizeHint(self) -> QSize:
        return QSize(200, int(_CURVE + QFontMetricsF(self.font()).height() + 6))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())
