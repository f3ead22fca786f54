"""The choice of the output channel, and of the input channel that the window is shown on."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QSpinBox, QWidget

from gui.widgets.construct import STRETCH, in_row, named
from gui.words.tool_tips import wrapped


class SlideChannels(QWidget):
    """Both channels, and whether all inputs add up or the shown one stands alone."""

    chosen = Signal()
    """A channel was chosen, or whether all inputs add up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("slide_channels")
        self._mixes = False
        tip = self.tr("Which map of the layer before is shown, and slid over at the left.")
        self._input = self._chooser("input_channel", self.tr("Input channel"), tip)
        tip = self.tr(
            "Which map of this layer is made: each has a kernel of its own for every input channel."
        )
        self._output = self._chooser("output_channel", self.tr("Output channel"), tip)
        tip = self.tr(
            "On: the output is the layer's own, the sums over all input channels plus the bias. "
            "Off: only what the chosen input channel adds to it."
        )
        self._sum = named(QCheckBox(self.tr("Sum over all inputs"), self), "sum_box", wrapped(tip))
        self._sum.setChecked(True)
        self._sum.toggled.connect(self._on_changed)
        labels = QLabel(self.tr("Input"), self), QLabel(self.tr("Output"), self)
        for label, chooser in zip(labels, (self._input, self._output), strict=True):
            label.setBuddy(chooser)
        in_row(labels[0], self._input, labels[1], self._output, self._sum, STRETCH, on=self)

    @property
    def input(self) -> int:
        """The input channel."""
        return self._input.value() if self._mixes else self.output

    @property
    def output(self) -> int:
        """The output channel."""
        return self._output.value()

    @property
    def alone(self) -> bool:
        """Whether the output is the part of the chosen input channel alone."""
        return not self._sum.isHidden() and not self._sum.isChecked()

    def set_counts(self, inputs: int, outputs: int, mixes: bool) -> None:
        """Offer these channels; where a layer does not mix them, the input's is that of the output."""
        self._mixes = mixes
        for chooser, count in ((self._input, inputs), (self._output, outputs)):
            with QSignalBlocker(chooser):
                chooser.setRange(0, count - 1)
        self._input.setEnabled(mixes and inputs > 1)
        self._sum.setVisible(mixes and inputs > 1)
        self._output.setEnabled(outputs > 1)
        self._show_input()

    def choose_output(self, channel: int) -> None:
        """Choose this output channel, without a signal."""
        with QSignalBlocker(self._output):
            self._output.setValue(channel)
        self._show_input()

    def _chooser(self, name: str, title: str, explanation: str) -> QSpinBox:
        chooser = named(QSpinBox(self), name, wrapped(explanation), title)
        chooser.setWrapping(True)
        chooser.valueChanged.connect(self._on_changed)
        return chooser

    def _show_input(self) -> None:
        if not self._mixes:
            with QSignalBlocker(self._input):
                self._input.setValue(self.output)

    @Slot()
    def _on_changed(self) -> None:
        self._show_input()
        self.chosen.emit()
