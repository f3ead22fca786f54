"""One layer of two networks, large, side by side."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QToolButton, QWidget

from core.records import LayerSpec
from gui.layers.large_view import LargeView
from gui.layers.tiled_maps import Cell
from gui.tabs.compare.compared_side import LEFT, RIGHT, side_colour
from gui.widgets.construct import in_row, named, spaced
from gui.widgets.legend import Legend

_STRIPE = 3


class ClosePair(QWidget):
    """Both views have the same colours and the same range, mark the same cell and open the same map."""

    left = Signal()
    cell_hovered = Signal(object)
    """The Cell under the mouse in either view, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("close_pair")
        text, tip = self.tr("All layers"), self.tr("Back to all layers of both networks (Esc)")
        back = named(QToolButton(self), "all_layers_button", tip, text=text, clicked=self.left)
        self._channels = [0, 0]
        self._title = named(QLabel(self), "close_pair_title")
        tip = self.tr("One range for both networks: the same colour is the same number.")
        self.legend = named(Legend(self), "close_pair_legend", tip)
        head = in_row(back, (self._title, 1), self.legend, spacing=10)
        self.views = LargeView(self, "close_left"), LargeView(self, "close_right")
        self._stripes = tuple(QFrame(self) for _ in (LEFT, RIGHT))
        layout = spaced(QGridLayout(self), rows=3, columns=12)
        layout.addLayout(head, 0, 0, 1, 2)
        for side, view in enumerate(self.views):
            self._stripes[side].setFixedHeight(_STRIPE)
            self._stripes[side].setAutoFillBackground(True)
            view.cell_hovered.connect(self._on_cell_hovered)
            view.map_selected.connect(self._on_map_selected)
            layout.addWidget(self._stripes[side], 1, side)
            layout.addWidget(view, 2, side)
            layout.setColumnStretch(side, 1)
        layout.setRowStretch(2, 1)

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours."""
        self.legend.set_colours(colours)
        for view in self.views:
            view.set_colours(colours)
        for side in (LEFT, RIGHT):
            palette = self._stripes[side].palette()
            palette.setColor(QPalette.ColorRole.Window, side_colour(side, self.palette()))
            self._stripes[side].setPalette(palette)

    def show_layers(self, layers: tuple[LayerSpec | None, LayerSpec | None]) -> None:
        """Show a layer of each network, without values; None where one is not known."""
        self._channels = [0 if layer is None else layer.shape[0] for layer in layers]
        names = [layer.name for layer in layers if layer is not None]
        shapes = ["×".join(map(str, layer.shape)) for layer in layers if layer is not None]
        name, shape = " | ".join(dict.fromkeys(names)), " | ".join(dict.fromkeys(shapes))
        self._title.setText(self.tr("<b>{name}</b> &nbsp;·&nbsp; {shape}").format(name=name, shape=shape))
        for view, layer in zip(self.views, layers, strict=True):
            view.show_layer((1,) if layer is None else layer.shape)

    def show_all_maps(self) -> bool:
        """Show all maps again; return whether one was alone, or enlarged."""
        are_close = [view for view in self.views if view.is_close]
        for view in are_close:
            view.show_all()
        return bool(are_close)

    def set_values(self, values: list[np.ndarray | None], limit: float) -> None:
        """Show each layer's values (C, H, W) or (N,) in one range; None where there are none."""
        for view, each in zip(self.views, values, strict=True):
            view.set_values(each, limit)
        known = [each for each in values if each is not None]
        signed = not known or any(bool((each < 0).any()) for each in known)
        self.legend.set_range(limit if known else None, signed)

    @Slot(object)
    def _on_map_selected(self, channel: int | None) -> None:
        """Open in both views the map that was opened in one, where there is one; None: all maps."""
        for view, count in zip(self.views, self._channels, strict=True):
            if channel is None:
                view.show_all()
            elif channel < count and view.channel != channel:
                view.show_channel(channel)

    @Slot(object)
    def _on_cell_hovered(self, cell: Cell | None) -> None:
        for view in self.views:
            view.mark(cell)
        self.cell_hovered.emit(cell)
