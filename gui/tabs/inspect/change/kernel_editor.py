"""The editor of one channel's or unit's weights."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
)

from core.explaining.kernels import presets_for
from gui.paint.text import fit_to_text, pixels
from gui.tabs.inspect.change.weight_grid import LARGEST_WEIGHT, WeightGrid
from gui.tabs.inspect.layer_kernels import LayerKernels
from gui.widgets.construct import in_column, in_row, named, spaced
from gui.widgets.steady_label import SteadyLabel
from gui.words.numbers import number

_BIAS_STEP = 0.05

_FIELD = 84  # pixels


class KernelEditor(QWidget):
    """A choice of a kernel; its weights and bias, which can be edited, or replaced by a preset."""

    weight_changed = Signal(str, int, int, object, float)
    """A weight was changed: layer, channel, input channel, (row, column), value."""
    kernel_chosen = Signal(str, int, int, object)
    """A kernel is to be replaced: layer, channel, input channel, values (h, w) float32."""
    bias_changed = Signal(str, int, float)
    """A bias was changed: layer, channel, value."""
    pointed = Signal(int)
    """The channel that was selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kernel_editor")
        self._layer: LayerKernels | None = None
        self._limit, self._std = 1.0, 0.0
        self._seed = 0
        self.grid = WeightGrid(self)
        self._channel_label, self._input_label = QLabel(self), QLabel(self)
        self._channel = named(QSpinBox(self), "kernel_channel")
        self._input = named(QSpinBox(self), "kernel_input")
        for chooser in (self._channel, self._input):
            chooser.setWrapping(True)
        tip = self.tr("Added to every sum of this channel: it moves what counts as strong up or down.")
        self._bias = named(
            QDoubleSpinBox(self, decimals=4, singleStep=_BIAS_STEP), "bias_field", tip, self.tr("Bias")
        )
        self._bias.setRange(-LARGEST_WEIGHT, LARGEST_WEIGHT)
        self._presets = named(
            QToolButton(self, popupMode=QToolButton.ToolButtonPopupMode.InstantPopup),
            "preset_button",
            self.tr("Replace the kernel by a well-known one: what it looks for, the channel will show."),
            text=self.tr("Preset"),
        )
        self._presets.setMenu(QMenu(self._presets))
        self._presets.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._note = named(SteadyLabel(self), "weight_note")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        form = spaced(QGridLayout(), rows=4, columns=6)
        bias_label = QLabel(self.tr("Bias"), self)
        for row, (label, field) in enumerate(
            ((self._channel_label, self._channel), (self._input_label, self._input), (bias_label, self._bias))
        ):
            label.setBuddy(field)
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            fit_to_text(field, lambda it: it.setMinimumWidth(pixels(it, _FIELD)))
            form.addWidget(label, row, 0)
            form.addWidget(field, row, 1)
        form.addWidget(self._presets, 3, 0, 1, 2)
        form.setRowStretch(4, 1)
        beside = QWidget(self)
        beside.setLayout(form)
        fit_to_text(beside, lambda it: it.setFixedWidth(_width_beside(it)))
        kernel = in_row((self.grid, 1), beside)
        in_column(self._note, (kernel, 1), on=self, spacing=2)

    def _connect(self) -> None:
        for field in (self._channel, self._input, self._bias):
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            field.installEventFilter(self)
        self._channel.valueChanged.connect(self._on_channel_chosen)
        self._input.valueChanged.connect(self._show_kernel)
        self._bias.valueChanged.connect(self._on_bias_edited)
        self._presets.menu().triggered.connect(self._on_preset_chosen)
        self.grid.value_changed.connect(self._on_value_changed)
        self.grid.place_changed.connect(self._say_place)
        self.grid.noted.connect(self._on_noted)

    @property
    def channel(self) -> int:
        """The channel whose weights are shown."""
        return self._channel.value()

    @property
    def input_channel(self) -> int:
        """The channel of the layer before that the shown kernel weights."""
        return self._input.value()

    def set_layer(self, layer: LayerKernels, original: LayerKernels) -> None:
        """Show another layer, from its first kernel on, with the range of colours of its original weights."""
        self.grid.stop_editing()
        self._layer = layer
        self._limit, self._std = original.limit(), float(original.kernels.std())
        count, inputs, height, width = layer.kernels.shape
        for chooser, most in ((self._channel, count), (self._input, inputs)):
            with QSignalBlocker(chooser):
                chooser.setRange(0, most - 1)
                chooser.setValue(0)
        self._channel_label.setText(self.tr("Channel") if layer.slide else self.tr("Unit"))
        self._input_label.setText(self.tr("Input channel"))
        self._channel.setAccessibleName(self._channel_label.text())
        self._input.setAccessibleName(self._input_label.text())
        self._channel.setToolTip(self.tr("Whose weights are shown. A click on its picture chooses it, too."))
        many = self.tr("Each channel has a kernel for every map of {source}; their sums are added up.")
        if not layer.slide:
            many = self.tr("Each unit has weights for every map of {source}, shown in the map's shape.")
        self._input.setToolTip("" if layer.lie_on_units else many.format(source=layer.source))
        for widget in (self._input_label, self._input):
            widget.setVisible(not layer.lie_on_units)
        self._offer_presets(height, width, not layer.slide)
        self.set_weights(layer)

    def set_weights(self, layer: LayerKernels) -> None:
        """Show new weights of the same layer."""
        self._layer = layer
        with QSignalBlocker(self._bias):
            if round(float(layer.biases[self.channel]), 4) != self._bias.value():
                self._bias.setValue(float(layer.biases[self.channel]))
        self._show_kernel()

    def set_kernel(self, channel: int, input_channel: int) -> None:
        """Show a kernel."""
        for chooser, value in ((self._channel, channel), (self._input, input_channel)):
            with QSignalBlocker(chooser):
                chooser.setValue(value)
        self._turn()

    def _turn(self) -> None:
        self.grid.stop_editing()
        if self._layer is not None:
            self.set_weights(self._layer)

    def _offer_presets(self, height: int, width: int, are_units: bool) -> None:
        titles = {
            "identity": self.tr("Identity: the map as it is"),
            "edge": self.tr("Edge (Laplacian)"),
            "sobel_horizontal": self.tr("Sobel, horizontal edges"),
            "sobel_vertical": self.tr("Sobel, vertical edges"),
            "sharpen": self.tr("Sharpen"),
            "blur": self.tr("Blur (mean)"),
            "gaussian": self.tr("Blur (Gaussian)"),
            "zero": self.tr("Zero"),
            "random": self.tr("Random, as strong as this layer's"),
        }
        menu = self._presets.menu()
        menu.clear()
        for name in presets_for(1 if are_units or height != width else height, 0.0, 0):
            if not (are_units and name == "identity"):
                action = named(menu.addAction(titles[name]), f"preset_{name}")
                action.setData(name)

    # Showing

    @Slot()
    def _show_kernel(self) -> None:
        if self._layer is not None:
            self.grid.set_values(self._layer.kernels[self.channel, self.input_channel], self._limit)
            self._say_place()

    @Slot()
    def _say_place(self) -> None:
        assert self._layer is not None  # there are numbers
        row, column = self.grid.place
        value = number(float(self._layer.kernels[self.channel, self.input_channel, row, column]), 4)
        if self._layer.lie_on_units:
            unit = row * self._layer.kernels.shape[3] + column
            text = self.tr("Weight of input {unit}: {value}").format(unit=unit, value=value)
        else:
            text = self.tr("Row {row}, column {column}: {value}").format(row=row, column=column, value=value)
        how = self.tr("Click a number and type.")
        self._note.set_text(f"{text}   ·   {how}")

    @Slot(str)
    def _on_noted(self, text: str) -> None:
        if text:
            self._note.set_text(text)
        else:
            self._say_place()

    # Changing

    @Slot(int)
    def _on_channel_chosen(self, channel: int) -> None:
        self._turn()
        self.pointed.emit(channel)

    @Slot(float)
    def _on_bias_edited(self, value: float) -> None:
        if self._layer is not None:
            self.bias_changed.emit(self._layer.layer, self.channel, value)

    @Slot(int, int, float)
    def _on_value_changed(self, row: int, column: int, value: float) -> None:
        if self._layer is not None:
            place = row, column
            self.weight_changed.emit(self._layer.layer, self.channel, self.input_channel, place, value)

    @Slot(QAction)
    def _on_preset_chosen(self, action: QAction) -> None:
        assert self._layer is not None  # the menu is empty without
        self.grid.stop_editing()
        height, width = self._layer.kernels.shape[2:]
        size = max(height, width)
        self._seed += 1
        kernel = presets_for(size, self._std, self._seed)[action.data()][:height, :width]
        self.kernel_chosen.emit(self._layer.layer, self.channel, self.input_channel, kernel)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel scroll the page, unless it is over a field that has the focus."""
        is_box_without_focus = isinstance(watched, QAbstractSpinBox) and not watched.hasFocus()
        if event.type() == QEvent.Type.Wheel and is_box_without_focus:
            event.ignore()
            return True
        return False


def _width_beside(widget: QWidget) -> int:
    return widget.fontMetrics().horizontalAdvance("Input channel") + pixels(widget, _FIELD + 20)
