"""The Kernels tool: a layer's weights, and the patches of digits that excite its channels."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QSpinBox, QWidget

from core.explaining.exciting_patches import ExcitingPatches
from core.records import INPUT, LayerSpec
from gui.layers.tiled_maps import Cell
from gui.paint.text import fit_to_text, pixels
from gui.tabs.inspect.kernels.channel_patches import ChannelPatches
from gui.tabs.inspect.kernels.kernel_close_up import KernelCloseUp
from gui.tabs.inspect.kernels.kernel_figures import KernelFigures
from gui.tabs.inspect.kernels.kernel_matrix import KernelsMatrix
from gui.tabs.inspect.layer_kernels import LayerKernels
from gui.tabs.inspect.subject import Subject
from gui.tabs.inspect.tool import Tool
from gui.widgets.construct import in_column, in_row, named, screen_only, spaced
from gui.widgets.legend import Legend
from gui.widgets.steady_label import SteadyLabel
from gui.words.numbers import figure, number
from gui.words.tool_tips import wrapped

_MATRIX_SHARE = 0.42  # of the width, at most
_LEGEND_WIDTH = 130  # pixels: beside it stands which kernel is shown
_BALANCED = 0.1  # of the weights without their signs: a sum below that share is called small


class KernelsTool(Tool):
    """All kernels of the selected layer, one of them close up with its figures, and its channel's patches.

    A layer without weights has patches alone.
    """

    channel_chosen = Signal(int)
    """Another channel (or unit) of the selected layer was chosen here."""
    digit_chosen = Signal(object)
    """The picture (H, W) uint8, 0 = paper, of a training digit that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kernels_tool")
        self._subject: Subject | None = None
        self._layer: LayerKernels | None = None
        self._limit = 0.0
        self._channel = 0
        self._input = 0
        self._pointed: tuple[str, object] = ("", None)
        self._wants_patches = False  # though nothing else has changed

        tip = self.tr("Which channel (or unit) of the layer: each looks for something of its own.")
        self._chooser = named(QSpinBox(self), "kernel_channel", tip)
        self._chooser.setWrapping(True)
        self._chooser.setRange(0, 0)
        self._chooser_label = QLabel(self)
        self._chooser_label.setBuddy(self._chooser)
        self._name = named(SteadyLabel(self), "kernel_name")
        tip = self.tr(
            "The colours of weights, which are others than those of values. Zero is the neutral "
            "one, and the layer's largest weight gets the strongest. A bias may lie beyond."
        )
        self._legend = named(Legend(self), "kernels_tool_legend", wrapped(tip))
        fit_to_text(self._legend, lambda it: it.setFixedWidth(pixels(it, _LEGEND_WIDTH)))
        self.matrix = KernelsMatrix(self)
        self.close_up = KernelCloseUp(self)
        self.patches = ChannelPatches(self)
        self._figures = KernelFigures(self)
        self._tip_of_maps = self.tr(
            "Where all under the kernel is equally bright, y is that brightness times the sum of the "
            "weights. Σ|w| is their sum without the signs. A sum that is small beside it comes of "
            "weights that nearly cancel out: such a kernel answers above all to changes from dark "
            "to bright."
        )
        self._tip_of_units = self.tr(
            "An input whose weight is above 0 raises y as it grows; one whose weight is below 0 lowers y."
        )
        self._sum = named(SteadyLabel(self), "kernel_sum_meaning", small=True)
        self._reading = screen_only(named(SteadyLabel(self), "kernel_reading"))
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = in_row(self._chooser_label, self._chooser, (self._name, 1), self._legend)
        self._kernel = QWidget(self)
        kernel = spaced(QGridLayout(self._kernel), rows=2, columns=6)
        kernel.addWidget(self._figures, 0, 0)
        kernel.addWidget(self.close_up, 0, 1)
        kernel.addWidget(self._sum, 1, 0, 1, 2)
        kernel.setColumnStretch(1, 1)
        kernel.setRowStretch(0, 1)
        right = in_column((self._kernel, 2), (self.patches, 3))
        body = in_row(self.matrix, (right, 1), spacing=6)
        page = QWidget(self)
        in_column(head, (body, 1), on=page, spacing=4, margins=(4, 4, 4, 2))
        scroll = QScrollArea(self)  # for windows that are too small for all of it
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        in_column(scroll, self._reading, on=self, spacing=0, margins=(0, 0, 0, 2))

    def _connect(self) -> None:
        self._chooser.valueChanged.connect(self._choose)
        self.matrix.kernel_chosen.connect(self._on_kernel_chosen)
        self.matrix.weight_hovered.connect(self._on_matrix_hovered)
        self.matrix.bias_hovered.connect(self._on_bias_hovered)
        self.close_up.weight_hovered.connect(self._on_close_up_hovered)
        self.patches.view.pointed.connect(self._on_patch_hovered)
        self.patches.view.digit_chosen.connect(self._on_digit_chosen)
        self.patches.silent_changed.connect(self.matrix.set_silent)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.matrix.set_most_width(int(self.width() * _MATRIX_SHARE))

    # Subject and patches

    def set_colours(self, maps: np.ndarray, kernels: np.ndarray) -> None:
        for view in (self.matrix, self.close_up, self._legend):
            view.set_colours(kernels)

    def show_subject(self, subject: Subject) -> None:
        before, self._subject = self._subject, subject
        if before is None or before.layers != subject.layers or before.layer != subject.layer:
            self._set_channels(subject.spec)
            cell = None
        elif before.network is subject.network and before.cell == subject.cell and not self._wants_patches:
            return
        else:
            cell = before.cell
        if subject.cell is not None and subject.cell != cell:
            self._channel = subject.cell.channel
        if before is None or before.network is not subject.network or before.layer != subject.layer:
            self._take_weights(subject)
        self._wants_patches = False
        self._show_channel()

    @Slot(object)
    def show_patches(self, patches: ExcitingPatches) -> None:
        """Show the patches that were found so far."""
        self.patches.take(patches)
        self._show_reading()

    @Slot()
    def forget_patches(self) -> None:
        """Drop the patches of the network before: another one was opened."""
        self.patches.forget()
        self._wants_patches = True

    def _set_channels(self, spec: LayerSpec) -> None:
        """Offer another layer's channels; the channel's number stays where it has one."""
        are_maps = len(spec.shape) == 3
        self._chooser_label.setText(self.tr("Channel") if are_maps else self.tr("Unit"))
        self._channel = self._channel if self._channel < spec.shape[0] else 0
        self._input = 0
        self._pointed = "", None
        with QSignalBlocker(self._chooser):
            self._chooser.setRange(0, spec.shape[0] - 1)

    def _take_weights(self, subject: Subject) -> None:
        self._layer = layer = LayerKernels.from_network(subject.network, subject.spec.name, INPUT)
        self._kernel.setVisible(layer is not None)
        self._legend.setVisible(layer is not None)
        self.matrix.setVisible(layer is not None and not layer.lie_on_units)
        if layer is not None:
            self._limit = layer.limit()
            self._legend.set_range(self._limit, signed=True)

    def _show_channel(self) -> None:
        """Show the chosen channel's kernel and its patches."""
        subject = self._subject
        assert subject is not None  # else there is nothing to choose
        with QSignalBlocker(self._chooser):
            self._chooser.setValue(self._channel)
        self._name.set_text(self._describe(subject))
        if self._layer is not None:
            self._show_kernels(self._layer)
        is_own = subject.spec in subject.network.layers
        for widget in (self.patches, self._chooser, self._chooser_label):
            widget.setVisible(is_own)
        if is_own:
            self.patches.show_channel(subject.network, subject.spec, self._channel)
        self._show_reading()

    def _show_kernels(self, layer: LayerKernels) -> None:
        _, inputs, *size = layer.kernels.shape
        if layer.slide:
            self.matrix.set_kernels(layer.kernels.reshape(-1, *size), inputs, layer.biases, self._limit)
            self.matrix.select(self._channel * inputs + self._input)
        else:
            self.matrix.set_kernels(layer.kernels[self._channel], None, None, self._limit)
            self.matrix.select(self._input)
        kernel = layer.kernels[self._channel, self._input]
        self.close_up.set_kernel(kernel, self._limit)
        self._figures.set_kernel(kernel, float(layer.biases[self._channel]))
        explain = self._explain_units if layer.lie_on_units else self._explain_sum
        self._sum.set_text(explain(kernel))
        self._sum.setToolTip(wrapped(self._tip_of_units if layer.lie_on_units else self._tip_of_maps))

    def _describe(self, subject: Subject) -> str:
        """Return the name of the shown kernel; or why there is none."""
        layer = self._layer
        if layer is None:
            return self.tr("{layer} has no weights, so it has no kernels.").format(layer=subject.spec.name)
        text = self.tr("← all of {source}") if layer.lie_on_units else self.tr("← {source} channel {input}")
        return text.format(source=layer.source, input=self._input)

    def _explain_sum(self, kernel: np.ndarray) -> str:
        """Return the meaning of the sum of a kernel's weights, judged by its share of Σ|w|."""
        weights = kernel.astype(np.float64)
        if not np.isfinite(weights).all():
            return self.tr("Not all weights are finite numbers.")
        total, most = weights.sum(), np.abs(weights).sum()
        if most == 0:
            return self.tr("All weights are 0: nothing comes out.")
        if total == 0:
            return self.tr("Sum 0: even brightness has no effect.")
        if abs(total) < _BALANCED * most:
            text = self.tr("Sum {share} of Σ|w|, nearly 0: even brightness hardly counts.")
            if self._layer is not None and self._layer.slide:
                text = self.tr("Sum {share} of Σ|w|, nearly 0: it answers to edges.")
        elif total > 0:
            text = self.tr("Sum {share} of Σ|w|: brighter input raises y.")
        else:
            text = self.tr("Sum {share} of Σ|w|: brighter input lowers y.")
        return text.format(share=self.tr("{percent} %").format(percent=number(total / most * 100, 0)))

    def _explain_units(self, weights: np.ndarray) -> str:
        """Return how many units speak for this one, and how many against: they have no brightness."""
        if not np.isfinite(weights).all():
            return self.tr("Not all weights are finite numbers.")
        text = self.tr("As they grow, {up} inputs raise y and {down} lower it.")
        return text.format(up=int((weights > 0).sum()), down=int((weights < 0).sum()))

    # Choosing

    @Slot(int)
    def _on_kernel_chosen(self, kernel: int) -> None:
        if self._layer is not None and self._layer.slide:
            self._choose(*divmod(kernel, self._layer.kernels.shape[1]))
        elif self._layer is not None:
            self._choose(self._channel, kernel)

    @Slot(int)
    def _choose(self, channel: int, input_channel: int | None = None) -> None:
        before, self._channel = self._channel, channel
        self._input = self._input if input_channel is None else input_channel
        self._show_channel()
        if channel != before:
            self.channel_chosen.emit(channel)

    # Mouse

    @Slot(object)
    def _on_matrix_hovered(self, cell: Cell | None) -> None:
        if cell is None or self._layer is None:
            self._point("", None)
        elif self._layer.slide:
            channel, source = divmod(cell.channel, self._layer.kernels.shape[1])
            self._point("weight", (channel, source, cell.row, cell.column))
        else:
            self._point("weight", (self._channel, cell.channel, cell.row, cell.column))

    @Slot(int)
    def _on_bias_hovered(self, channel: int) -> None:
        self._point("bias", channel)

    @Slot(object)
    def _on_close_up_hovered(self, place: tuple[int, int] | None) -> None:
        self._point("weight", None if place is None else (self._channel, self._input, *place))

    @Slot(object)
    def _on_patch_hovered(self, rank: int | None) -> None:
        if self._pointed != ("chosen", rank):  # else the words about the chosen one stay
            self._point("patch", rank)

    @Slot(object)
    def _on_digit_chosen(self, picture: np.ndarray) -> None:
        self._point("chosen", self._pointed[1])
        self.digit_chosen.emit(picture)

    def _point(self, kind: str, what: object) -> None:
        self._pointed = kind, what
        self._show_reading()

    def _show_reading(self) -> None:
        kind, what = self._pointed
        text = ""
        if kind == "chosen":
            text = self.tr("On the pad it is cropped and centred anew: numbers differ a little.")
        elif isinstance(what, tuple) and self._layer is not None:
            text = self._read_weight(self._layer, *what)
        elif isinstance(what, int) and kind == "patch":
            text = self.patches.read(what)
        elif isinstance(what, int) and self._layer is not None:
            text = self.tr("{layer} channel {channel}, bias: {bias}").format(
                layer=self._layer.layer, channel=what, bias=figure(float(self._layer.biases[what]), nan="NaN")
            )
        self._reading.set_text(text or self._hint())

    def _hint(self) -> str:
        if self._subject is None:
            return ""
        if self._layer is not None:
            return self.tr("Click a patch: its digit goes on the pad.")
        if self._subject.spec in self._subject.network.layers:
            return self.tr("Click a patch: its digit goes on the pad.")
        return self.tr("Choose one of the network's own layers above.")

    def _read_weight(self, layer: LayerKernels, channel: int, source: int, row: int, column: int) -> str:
        text = self.tr(
            "{layer} unit {channel} ← {source} channel {input}, row {row}, column {column}: {weight}"
        )
        if layer.lie_on_units:
            text = self.tr("{layer} unit {channel} ← {source} unit {unit}: {weight}")
        elif layer.slide:
            text = self.tr(
                "{layer} channel {channel} ← {source} channel {input}, row {row}, column {column}: {weight}"
            )
        return text.format(
            layer=layer.layer,
            channel=channel,
            source=layer.source,
            input=source,
            row=row,
            column=column,
            unit=row * layer.kernels.shape[3] + column,
            weight=figure(float(layer.kernels[channel, source, row, column]), nan="NaN"),
        )
