"""How values look: their colours, and whether all layers share one range."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPalette

from gui.paint.colours import colour_table, for_kernels
from gui.paint.theme import is_dark
from gui.window.settings import Settings


class Looks(QObject):
    """The View menu's choices for all that shows a network's values."""

    changed = Signal()

    def __init__(self, settings: Settings, palette: QPalette, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._palette = settings, palette
        self._make_tables()

    def _make_tables(self) -> None:
        palette, name = self._palette, self._settings.colour_map
        gap = palette.window().color().rgb()
        self.maps: np.ndarray = colour_table(name, is_dark(palette), gap)
        """256 colours for values."""
        self.kernels: np.ndarray = colour_table(for_kernels(name), is_dark(palette), gap)
        """256 colours for weights."""

    @property
    def palette(self) -> QPalette:
        """The palette that the colours suit."""
        return self._palette

    @property
    def shared_range(self) -> bool:
        """Whether a colour means the same value in every layer."""
        return self._settings.shared_range

    def set_palette(self, palette: QPalette) -> None:
        """The window has become light or dark."""
        self._palette = palette
        self._make_tables()
        self.changed.emit()

    def set_colour_map(self, name: str) -> None:
        """Use one of `gui.paint.colours.COLOUR_MAPS`."""
        self._settings.colour_map = name
        self._make_tables()
        self.changed.emit()

    def set_shared_range(self, shared: bool) -> None:
        """Let all layers share one range of colours, or let each have its own."""
        self._settings.shared_range = shared
        self.changed.emit()
