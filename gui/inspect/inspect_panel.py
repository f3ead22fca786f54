"""The Inspect tab: the strip of all layers, and the selected one close up."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.records import LayerSpec, ModelInfo, Prediction
from gui.inspect.layer_strip import LayerStrip
from gui.inspect.layer_values import limits, shown_layers, shown_values
from gui.inspect.legend import Legend
from gui.inspect.maps_view import MapsView
from gui.inspect.tiled_maps import Cell
from gui.inspect.units_view import UnitsView
from gui.numbers import number

_FIRST_SELECTED = 1  # the first layer after the input


class InspectPanel(QWidget):
    """Shows a network's layers, and what they give for the newest prediction."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspect_panel")
        self._layers: tuple[LayerSpec, ...] = ()
        self._values: list[np.ndarray] = []
        self._limits: list[float] = []
        self._selected = _FIRST_SELECTED
        self._channel: int | None = None
        self._shared_range = False
        self._hovered: tuple[int, Cell] | None = None

        self.strip = LayerStrip(self)
        self.maps_view = MapsView(self)
        self.units_view = UnitsView(self)
        self.legend = Legend(self)
        self.legend.setToolTip(
            self.tr(
                "Zero is always the neutral colour, so a silent map looks silent. The range is the "
                "largest value in this layer, or in all layers: choose in the View menu."
            )
        )
        self._title = QLabel(self)
        self._title.setObjectName("layer_title")
        self._title.setTextFormat(Qt.TextFormat.RichText)
        self._title.setWordWrap(True)
        self._explanation = QLabel(self)
        self._explanation.setObjectName("layer_explanation")
        self._explanation.setWordWrap(True)
        self._reading = QLabel(self)
        self._reading.setObjectName("cell_reading")
        self._all_maps = QPushButton(self.tr("All maps"), self)
        self._all_maps.setObjectName("all_maps_button")
        self._all_maps.setToolTip(self.tr("Back to all maps of this layer (Esc)"))
        self._all_maps.clicked.connect(self.maps_view.show_all)
        self._close_up = QStackedWidget(self)
        self._close_up.addWidget(self.maps_view)
        self._close_up.addWidget(self.units_view)
        self._message = QLabel(self)
        self._message.setObjectName("inspect_message")
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)

        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.setObjectName("inspect_splitter")
        self.splitter.addWidget(self.strip)
        self.splitter.addWidget(self._close_up_panel())
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 3)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._message)
        self._pages.addWidget(self.splitter)
        layout = QVBoxLayout(self)
        layout.addWidget(self._pages)

        self.strip.layer_selected.connect(self.select_layer)
        self.strip.cell_hovered.connect(self._on_cell_hovered)
        self.maps_view.cell_hovered.connect(self._on_close_up_hovered)
        self.units_view.cell_hovered.connect(self._on_close_up_hovered)
        self.maps_view.map_selected.connect(self._on_map_selected)

    def _close_up_panel(self) -> QWidget:
        words = QVBoxLayout()
        words.addWidget(self._title)
        words.addWidget(self._explanation)
        head = QHBoxLayout()
        head.addLayout(words, 1)
        head.addWidget(self.legend, 0, Qt.AlignmentFlag.AlignTop)
        foot = QHBoxLayout()
        foot.addWidget(self._reading, 1)
        foot.addWidget(self._all_maps)
        panel = QWidget(self)
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self._close_up, 1)
        layout.addLayout(foot)
        return panel

    # What is shown

    def set_message(self, text: str) -> None:
        """Show a sentence in place of layers: there is no network yet."""
        self._message.setText(text)
        self._pages.setCurrentWidget(self._message)

    def set_model(self, info: ModelInfo) -> None:
        """Show a network's layers, without values."""
        self._layers = shown_layers(info)
        self._values, self._limits = [], []
        self._hovered = None
        self.strip.set_layers(self._layers)
        self.select_layer(min(self._selected, len(self._layers) - 1))
        self._pages.setCurrentWidget(self.splitter)

    def set_prediction(self, prediction: Prediction | None) -> None:
        """Show what every layer gave; None empties them."""
        self._values = [] if prediction is None else shown_values(prediction)
        self._show_values()

    def set_shared_range(self, shared: bool) -> None:
        """Whether one range of colours serves all layers, or each layer has its own."""
        self._shared_range = shared
        self._show_values()

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours."""
        for view in (self.strip, self.maps_view, self.units_view, self.legend):
            view.set_colours(colours)

    @Slot(int)
    def select_layer(self, index: int) -> None:
        """Show a layer close up; 0 is the input."""
        self._selected, self._channel = index, None
        layer = self._layers[index]
        self.strip.select(index)
        if len(layer.shape) == 3:
            self.maps_view.set_shape(layer.shape)
            self._close_up.setCurrentWidget(self.maps_view)
        else:
            self.units_view.set_count(layer.shape[0])
            self._close_up.setCurrentWidget(self.units_view)
        self._show_title()
        self._show_values()

    def _show_values(self) -> None:
        self._limits = limits(self._values)
        if self._shared_range and self._limits:
            self._limits = [max(self._limits)] * len(self._limits)
        self.strip.set_values(self._values, self._limits)
        values = self._values[self._selected] if self._values else None
        limit = self._limits[self._selected] if self._values else 1.0
        view = self.maps_view if self._close_up.currentWidget() is self.maps_view else self.units_view
        view.set_values(values, limit)
        self.legend.set_range(None if values is None else limit, values is None or bool((values < 0).any()))
        self._show_reading()

    def _show_title(self) -> None:
        if not self._layers:
            return
        layer = self._layers[self._selected]
        shape = "×".join(str(size) for size in layer.shape)
        parts = [f"<b>{layer.name}</b>", shape]
        if self._channel is not None:
            parts[1] = self.tr("channel {channel} of {shape}").format(channel=self._channel, shape=shape)
        if layer.code:
            parts.append(f"<code>{layer.code}</code>")
        if layer.parameters and self._channel is None:
            parts.append(self.tr("{count} parameters").format(count=f"{layer.parameters:,}"))
        self._title.setText(" &nbsp;·&nbsp; ".join(parts))
        self._all_maps.setVisible(self._channel is not None)
        self._explanation.setText(self._explain(layer))

    def _explain(self, layer: LayerSpec) -> str:
        known = {
            "ReLU": self.tr("max(0, x) of every number x by itself: what is negative falls silent."),
            "Sigmoid": self.tr("1 / (1 + exp(−x)) of every number x by itself: all fall between 0 and 1."),
            "Tanh": self.tr("tanh(x) of every number x by itself: all fall between −1 and 1."),
            "MaxPool2d": self.tr(
                "The largest number of each window: that something was found matters, where exactly less."
            ),
            "AvgPool2d": self.tr(
                "The mean of each window's numbers: a coarser map, in which small shifts matter less."
            ),
        }
        return known.get(layer.code.partition("(")[0]) or {
            "input": self.tr(
                "Your drawing, cut out, scaled and centred: 28×28 pixels from 0, paper, to 1, ink."
            ),
            "convolution": self.tr(
                "Each map (channel) slides its own small kernel over the maps before it: "
                "strong where they look alike."
            ),
            "flatten": self.tr("The same numbers in one row, channel after channel."),
            "linear": self.tr("Each unit is a weighted sum of all numbers before it, plus a bias."),
            "softmax": self.tr(
                "Exponentials of the last layer's numbers, divided by their sum: they add up to 1."
            ),
        }.get(layer.kind, "")

    # Mouse

    @Slot(int, object)
    def _on_cell_hovered(self, index: int, cell: Cell | None) -> None:
        self._hovered = None if cell is None else (index, cell)
        self._show_reading()

    @Slot(object)
    def _on_close_up_hovered(self, cell: Cell | None) -> None:
        self._on_cell_hovered(self._selected, cell)

    @Slot(object)
    def _on_map_selected(self, channel: int | None) -> None:
        self._channel = channel
        self._show_title()

    def _show_reading(self) -> None:
        """Name the cell under the mouse and its value, as it is now."""
        if not self._values:
            self._reading.setText(self.tr("Draw a digit at the left: every layer follows the stroke."))
            return
        if self._hovered is None:
            self._reading.setText(
                self.tr(
                    "Click a layer above, then a map, to enlarge it. The wheel zooms; numbers appear in "
                    "cells with room for them."
                )
            )
            return
        index, cell = self._hovered
        layer, values = self._layers[index], self._values[index]
        if values.ndim == 3:
            text = self.tr("{layer}, channel {channel}, row {row}, column {column}: {value}")
            value = values[cell.channel, cell.row, cell.column]
        else:
            text = self.tr("{layer}, unit {channel}: {value}")
            value = values[cell.channel]
        self._reading.setText(
            text.format(
                layer=layer.name,
                channel=cell.channel,
                row=cell.row,
                column=cell.column,
                value=number(float(value), 4),
            )
        )
