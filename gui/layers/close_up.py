"""What the two close-ups of a layer share: its values, its colours, and the cell under the mouse."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.layers.tiled_maps import Cell


class CloseUp(QWidget):
    """A view that fills its room with one layer."""

    cell_hovered = Signal(object)
    """The Cell under the mouse, or None."""
    cell_clicked = Signal(object)
    """The Cell that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._values: np.ndarray | None = None
        self._limit = 1.0
        self._colours = np.zeros(256, np.uint32)
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

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours."""
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(760, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def leaveEvent(self, event: QEvent) -> None:
        self.cell_hovered.emit(None)
