"""Every layer of two networks: two strips one above the other, or one layer of both, large."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from core.records import LayerSpec
from gui.layers.layer_strip import LayerStrip
from gui.layers.layer_values import limits, shown_values
from gui.layers.tiled_maps import Cell
from gui.tabs.compare.close_pair import ClosePair
from gui.tabs.compare.compare_words import short_names
from gui.tabs.compare.compared_side import LEFT, RIGHT, ComparedSide
from gui.tabs.compare.side_caption import SideCaption
from gui.widgets.construct import in_column, in_row, named, stacked
from gui.widgets.steady_label import SteadyLabel
from gui.words.numbers import number

_FIRST_SELECTED = 1  # the first layer after the input
_LOWEST_STRIP = 118  # pixels: sixteen maps can still be told apart


class LayerPair(QWidget):
    """Both networks have the same colours, the same range and the same selected layer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer_pair")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._layers: list[tuple[LayerSpec, ...]] = [(), ()]
        self._values: list[list[np.ndarray]] = [[], []]
        self._limits: list[float] = []
        self._shared_range = False
        self._selected = _FIRST_SELECTED
        self._hovered: tuple[int, Cell] | None = None
        self.strips = tuple(LayerStrip(self) for _ in (LEFT, RIGHT))
        self._captions = tuple(SideCaption(side, self) for side in (LEFT, RIGHT))
        self.close_up = ClosePair(self)
        self._reading = named(SteadyLabel(self), "compare_reading")
        self._pages = stacked(self, self._strips_page(), self.close_up)
        in_column((self._pages, 1), self._reading, on=self, spacing=3)
        for strip in self.strips:
            strip.layer_selected.connect(self.select)
            strip.layer_clicked.connect(self._on_layer_clicked)
            strip.cell_hovered.connect(self._on_cell_hovered)
        self.close_up.left.connect(self.show_all)
        self.close_up.cell_hovered.connect(self._on_close_up_hovered)

    def _strips_page(self) -> QWidget:
        page, rows = QWidget(self), []
        names = (self.tr("All layers of the left network"), self.tr("All layers of the right network"))
        for side, strip in enumerate(self.strips):
            tip = self.tr("Click a layer to see it large, of both networks")
            named(strip, ("compare_left_strip", "compare_right_strip")[side], tip, names[side])
            strip.setMinimumSize(400, _LOWEST_STRIP)  # its own would make the window higher than screens
            rows.append((in_row(self._captions[side], (strip, 1), spacing=2), 1))
        in_column(*rows, on=page, spacing=4)
        return page

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours for values."""
        self.close_up.set_colours(colours)
        for strip in self.strips:
            strip.set_colours(colours)

    def set_shared_range(self, shared: bool) -> None:
        """Whether one range of colours serves all layers, or each layer has its own, for both networks."""
        self._shared_range = shared
        self._show_values()

    def show_sides(self, sides: tuple[ComparedSide, ComparedSide]) -> None:
        """Show the values of every layer of both networks."""
        names = short_names(sides[LEFT].name, sides[RIGHT].name)
        for caption, name in zip(self._captions, names, strict=True):
            caption.set_text(name)
        for side, shown in enumerate(sides):
            layers = () if shown.table is None else shown.table.shown
            if layers != self._layers[side]:
                self._layers[side] = layers
                self.strips[side].set_table(shown.table)
                self.select(self._selected)
            self._values[side] = [] if shown.prediction is None else shown_values(shown.prediction)
        self._show_values()

    def _show_values(self) -> None:
        of_sides = [limits(values) for values in self._values]
        count = max(map(len, of_sides))
        self._limits = [max(each[layer] for each in of_sides if layer < len(each)) for layer in range(count)]
        if self._shared_range and self._limits:
            self._limits = [max(self._limits)] * count
        for strip, values in zip(self.strips, self._values, strict=True):
            strip.set_values(values, self._limits[: len(values)])
        self._show_close_values()
        self._show_reading()

    def _show_close_values(self) -> None:
        if self._pages.currentWidget() is self.close_up:
            values = [each[self._selected] if self._selected < len(each) else None for each in self._values]
            limit = self._limits[self._selected] if self._selected < len(self._limits) else 1.0
            self.close_up.set_values(values, limit)

    # The selected layer

    @Slot(int)
    def select(self, index: int) -> None:
        """Select a layer in both strips; 0 is the input."""
        self._selected = min(index, max(max(map(len, self._layers)) - 1, 0))
        for strip in self.strips:
            strip.select(self._selected)
        if self._pages.currentWidget() is self.close_up:
            self.open_selected()

    def open_selected(self) -> None:
        """Show the selected layer of both networks large."""
        left, right = (
            layers[self._selected] if self._selected < len(layers) else None for layers in self._layers
        )
        self.close_up.show_layers((left, right))
        self._pages.setCurrentWidget(self.close_up)
        self._show_close_values()
        self._show_reading()

    @Slot(int)
    def _on_layer_clicked(self, index: int) -> None:
        self.open_selected()
        self.setFocus()  # the strip is out of sight now

    @Slot()
    def show_all(self) -> None:
        """Show the strips of all layers."""
        if self._pages.currentWidget() is self.close_up:
            self._pages.setCurrentIndex(0)
            self.strips[LEFT].setFocus()
            self._show_reading()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the selected layer; Page keys go to the next or the last one; Escape goes back."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_layer_clicked(self._selected)
        elif key == Qt.Key.Key_Escape:
            if not self.close_up.show_all_maps():
                self.show_all()
        elif key in _PAGES:
            self.select(max(self._selected + _PAGES[key], 0))
        else:
            super().keyPressEvent(event)

    # The cell under the mouse

    @Slot(int, object)
    def _on_cell_hovered(self, layer: int, cell: Cell | None) -> None:
        self._hovered = None if cell is None else (layer, cell)
        self._show_reading()

    @Slot(object)
    def _on_close_up_hovered(self, cell: Cell | None) -> None:
        self._on_cell_hovered(self._selected, cell)

    def _show_reading(self) -> None:
        """Name the cell under the mouse, with its value in both networks."""
        if self._hovered is None:
            words = self.tr(
                "The same colour means the same number in both networks. Click a layer to see it large."
            )
            if self._pages.currentWidget() is self.close_up:
                words = self.tr(
                    "Point at a cell to read both numbers; click a map to see it alone. Esc: back."
                )
            self._reading.set_text(words)
            return
        layer, cell = self._hovered
        words = self.tr("Unit {channel}: left {left}, right {right}")
        if any(len(layers[layer].shape) == 3 for layers in self._layers if layer < len(layers)):
            words = self.tr("Channel {channel}, row {row}, column {column}: left {left}, right {right}")
        left, right = (self._value(side, layer, cell) for side in (LEFT, RIGHT))
        place = {"channel": cell.channel, "row": cell.row, "column": cell.column}
        self._reading.set_text(words.format(**place, left=left, right=right))

    def _value(self, side: int, layer: int, cell: Cell) -> str:
        """Return a cell's value in one network; a dash where that has no such cell, or no answer."""
        if layer >= len(self._values[side]):
            return self.tr("–")
        values = self._values[side][layer]
        place = (cell.channel, cell.row, cell.column)[: values.ndim]
        if any(index >= size for index, size in zip(place, values.shape, strict=True)):
            return self.tr("–")
        return number(float(values[place]), 4)


_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
