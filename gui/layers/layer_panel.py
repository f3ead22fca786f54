"""One layer of a network, or its kernels, to choose from all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from core.finite import largest_finite
from core.records import NetworkState
from gui.layers.large_view import LargeView
from gui.layers.tiled_maps import Cell
from gui.widgets.combo_box import ComboBox
from gui.widgets.construct import STRETCH, in_column, in_row, named, symbol
from gui.widgets.legend import Legend


class Sight(NamedTuple):
    """What a panel can show: the values of a layer, or the kernels of a convolution."""

    layer: int
    """The layer's index."""
    name: str
    shape: tuple[int, ...]
    kernels: np.ndarray | None = None
    """(C, h, w), the kernels of all outputs one after the other; None for the layer's values."""
    inputs: int = 0
    """How many kernels each output has."""

    @property
    def names(self) -> list[str]:
        """What kernels are called: the output, and the input that it reads."""
        if self.kernels is None:
            return []
        return [f"{place // self.inputs}←{place % self.inputs}" for place in range(len(self.kernels))]


def sights_of(network: NetworkState) -> list[Sight]:
    """Return all that can be shown of a network: its layers, then the kernels of its convolutions."""
    layers = network.table.shown
    found = [Sight(place, layer.name, layer.shape) for place, layer in enumerate(layers)]
    for place, layer in enumerate(layers):
        weights = network.weights.get(f"{layer.name}.weight")
        if layer.kind == "convolution" and weights is not None:
            kernels = weights.reshape(-1, *weights.shape[2:])
            found.append(Sight(place, layer.name, kernels.shape, kernels, weights.shape[1]))
    return found


def are_alike(some: Sequence[Sight], others: Sequence[Sight]) -> bool:
    """Whether these are the same layers and kernels, with whatever weights."""
    return [each[:3] for each in some] == [each[:3] for each in others]


class LayerPanel(QWidget):
    """One layer, or the kernels of one, which can be chosen, with its scale."""

    chosen = Signal()
    left = Signal(object)
    """This panel is not wanted any more."""
    cell_hovered = Signal(int, object)
    """The layer's index, and the Cell in it under the mouse; or None."""
    cell_clicked = Signal(int, object)
    """The layer's index, and the Cell in it that was clicked."""

    def __init__(self, layer: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sights: Sequence[Sight] = ()
        self._at = layer
        self._colours = np.zeros(256, np.uint32), np.zeros(256, np.uint32)
        tip = self.tr("The layer, or its kernels, that are shown here")
        self._choice = named(ComboBox(18, self), "panel_layer", tip, tip)
        self.legend = named(Legend(self), "panel_legend")
        tip = self.tr("Take this layer away")
        self.leave = named(QToolButton(self), "panel_leave", tip, tip, clicked=self._on_leave)
        self.leave.setAutoRaise(True)
        symbol(self.leave, "remove")
        tip = self.tr("Back to all maps of this layer (Esc)")
        self._all_maps = named(QToolButton(self), "panel_all_maps", tip)
        self._all_maps.hide()
        self.view = LargeView(self, "panel")
        head = in_row(self._choice, self._all_maps, STRETCH, self.legend, self.leave, spacing=8)
        in_column(head, (self.view, 1), on=self, spacing=6, margins=(6, 6, 6, 6))
        self._choice.currentIndexChanged.connect(self._on_chosen)
        self._all_maps.clicked.connect(self.view.show_all)
        self.view.map_selected.connect(self._on_map_selected)
        self.view.cell_hovered.connect(self._on_hovered)
        self.view.cell_clicked.connect(self._on_clicked)

    @property
    def sight(self) -> Sight:
        """What is shown."""
        return self._sights[self._at]

    @property
    def layer(self) -> int:
        """The index of the layer that is shown, or whose kernels are."""
        return self.sight.layer

    @property
    def shows_kernels(self) -> bool:
        """Whether it shows kernels, not values."""
        return self.sight.kernels is not None

    def set_sights(self, sights: Sequence[Sight]) -> None:
        """Offer these; what was chosen stays where there is something of its name."""
        before = self.sight if self._sights else None
        was_like_this, self._sights = are_alike(self._sights, sights), sights
        if was_like_this:  # other weights: kernels are painted with the next values
            return
        self._at = min(self._at, len(sights) - 1)
        for place, sight in enumerate(sights):
            is_kernels = sight.kernels is not None
            if before and (sight.name, is_kernels) == (before.name, before.kernels is not None):
                self._at = place
        with QSignalBlocker(self._choice):
            self._choice.clear()
            for sight in sights:
                shape = "×".join(str(size) for size in sight.shape)
                shown = self.tr("{name} · {shape}")
                if sight.kernels is not None:
                    shown = self.tr("{name}, kernels · {shape}")
                self._choice.addItem(shown.format(name=sight.name, shape=shape))
            self._choice.setCurrentIndex(self._at)
        self._show_sight()

    def _show_sight(self) -> None:
        self._all_maps.hide()
        self.view.show_layer(self.sight.shape, self.sight.names, self.sight.inputs)
        self._use_colours()

    def set_colours(self, maps: np.ndarray, kernels: np.ndarray) -> None:
        """Use these 256 colours for values, and those for weights."""
        self._colours = maps, kernels
        self._use_colours()

    def _use_colours(self) -> None:
        if self._sights:
            colours = self._colours[self.shows_kernels]
            self.view.set_colours(colours)
            self.legend.set_colours(colours)

    def set_values(self, values: Sequence[np.ndarray], limits: Sequence[float]) -> None:
        """Show the values of all layers, of which this shows one; or none. Kernels are always there."""
        own: np.ndarray | None = self.sight.kernels
        limit = 1.0
        if own is not None:
            limit = largest_finite(own)
        elif values:
            own, limit = values[self.layer], limits[self.layer]
        self.view.set_values(own, limit)
        self.legend.set_range_of(own, limit)

    @Slot(object)
    def _on_map_selected(self, channel: int | None) -> None:
        """Say which map is shown alone; the same button leads back."""
        self._all_maps.setVisible(channel is not None)
        if channel is None:
            return
        if self.shows_kernels:
            text = self.tr("Kernel {name} · all kernels").format(name=self.sight.names[channel])
        else:
            text = self.tr("Channel {channel} · all maps").format(channel=channel)
        self._all_maps.setText(text)

    @Slot(int)
    def _on_chosen(self, place: int) -> None:
        self._at = place
        self._show_sight()
        self.chosen.emit()

    @Slot()
    def _on_leave(self) -> None:
        self.left.emit(self)

    @Slot(object)
    def _on_hovered(self, cell: Cell | None) -> None:
        if not self.shows_kernels:
            self.cell_hovered.emit(self.layer, cell)

    @Slot(object)
    def _on_clicked(self, cell: Cell) -> None:
        if not self.shows_kernels:
            self.cell_clicked.emit(self.layer, cell)
