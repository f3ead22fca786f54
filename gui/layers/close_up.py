"""The base of both close-ups of a layer: its values, and the cell under the mouse."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import QWidget

from gui.layers.tiled_maps import Cell
from gui.widgets.painted import Painted


class CloseUp(Painted):
    """A view that fills its room with one layer."""

    cell_hovered = Signal(object)
    """The Cell under the mouse, or None."""
    cell_clicked = Signal(object)
    """The Cell that was clicked."""

    preferred_size = QSize(760, 300)
    smallest_size = QSize(200, 120)

    def __init__(self, name: str, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(name, accessible, parent=parent, has_keys=True, has_mouse=True)
        self._values: np.ndarray | None = None
        self._limit = 1.0
        self._marked: Cell | None = None

    def mark(self, cell: Cell | None) -> None:
        """Frame a cell, or none."""
        if cell != self._marked:
            self._marked = cell
            self.update()

    def set_values(self, values: np.ndarray | None, limit: float) -> None:
        """Show the layer's values; `limit` gets the strongest colour. None shows the layer without values."""
        self._values, self._limit = values, limit
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.cell_hovered.emit(None)
