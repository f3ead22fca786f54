"""A kernel's statistics."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.explaining.kernels import statistics
from gui.paint.text import set_small_text
from gui.widgets.construct import named, spaced
from gui.widgets.steady_label import SteadyLabel
from gui.words.numbers import figure
from gui.words.tool_tips import wrapped


class KernelFigures(QWidget):
    """A row for each figure: minimum, maximum, mean and so on, and the bias."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kernel_figures")
        self._values: dict[str, SteadyLabel] = {}
        layout = spaced(QGridLayout(self), rows=0)
        for row, (name, title, meaning) in enumerate(self._titles()):
            label = QLabel(title, self)
            label.setToolTip(wrapped(meaning))
            value = SteadyLabel(self, widest="−0.0×10⁻⁰⁰", alignment=Qt.AlignmentFlag.AlignRight)
            self._values[name] = named(value, f"kernel_{name}", wrapped(meaning), small=True)
            set_small_text(label)  # beside a style sheet, a parent's font is not always its children's
            layout.addWidget(label, row, 0)
            layout.addWidget(value, row, 1)
        layout.setRowStretch(len(self._values), 1)

    def _titles(self) -> list[tuple[str, str, str]]:
        return [
            ("minimum", self.tr("min"), self.tr("The smallest weight.")),
            ("maximum", self.tr("max"), self.tr("The largest weight.")),
            ("mean", self.tr("mean"), self.tr("The sum of all weights divided by how many there are.")),
            ("std", self.tr("std"), self.tr("Standard deviation: how far weights lie from their mean.")),
            ("total", self.tr("sum"), self.tr("What the kernel gives where all that lies under it is 1.")),
            (
                "norm", self.tr("L2 norm"),
                self.tr(
                    "The root of the sum of the weights' squares: the strongest answer that the kernel can "
                    "give to numbers whose own L2 norm is 1."
                ),
            ),
            (
                "bias", self.tr("bias"),
                self.tr("Added once to what all kernels of the channel give together."),
            ),
        ]  # fmt: skip

    def set_kernel(self, kernel: np.ndarray, bias: float) -> None:
        """Show the figures of a kernel (h, w) float32, and its channel's bias."""
        with np.errstate(invalid="ignore"):  # of infinite weights
            figures = asdict(statistics(kernel))
        for name, value in self._values.items():
            value.set_text(figure(figures.get(name, bias), nan="NaN"))
