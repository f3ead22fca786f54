"""One layer, large: its maps, or its units."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.layers.tiled_maps import Cell
from gui.paint.text import scaled
from gui.widgets.late_import import LateImport

if TYPE_CHECKING:
    from gui.layers.maps_view import MapsView
    from gui.layers.units_view import UnitsView


class LargeView(QStackedWidget):
    """A MapsView or a UnitsView, whichever the layer asks for.

    Both are pyqtgraph's, which takes a fifth of a second to import: in a thread, once this is painted, empty.
    """

    cell_hovered = Signal(object)
    """The Cell under the mouse, or None."""
    cell_clicked = Signal(object)
    """The Cell that was clicked."""
    map_selected = Signal(object)
    """The channel whose map fills the view now; None when all are back."""

    def __init__(self, parent: QWidget | None = None, name: str = "") -> None:
        super().__init__(parent)
        self.setObjectName(name or "large_view")
        self._prefix = f"{name}_" if name else ""
        self._shape: tuple[int, ...] = (1,)
        self._names: Sequence[str] = ()
        self._together = 0
        self._channel: int | None = None
        self._values: np.ndarray | None = None
        self._limit = 1.0
        self._marked: Cell | None = None
        self._colours: np.ndarray | None = None
        self._views: tuple[MapsView, UnitsView] | None = None
        self._import = LateImport(_load, self.build, self)
        if "pyqtgraph" in sys.modules:
            self.build()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._views is None:
            self._import.begin()

    @Slot()
    def build(self) -> None:
        """Make the views, if they are not there yet."""
        if self._views is not None:
            return
        from gui.layers.maps_view import MapsView
        from gui.layers.units_view import UnitsView

        maps = MapsView(self)
        self._views = maps, UnitsView(self)
        for view in self._views:
            view.setObjectName(f"{self._prefix}{view.objectName()}")
            view.cell_hovered.connect(self.cell_hovered)
            view.cell_clicked.connect(self.cell_clicked)
            self.addWidget(view)
        maps.map_selected.connect(self._on_map_selected)
        channel = self._channel
        if self._colours is not None:
            self.set_colours(self._colours)
        self.show_layer(self._shape, self._names, self._together)
        if channel is not None:
            self.show_channel(channel)
        self.set_values(self._values, self._limit)
        self.mark(self._marked)

    # What is shown

    @property
    def has_maps(self) -> bool:
        """Whether the layer has maps, rather than units."""
        return len(self._shape) == 3

    @property
    def channel(self) -> int | None:
        """The channel whose map fills the view; None while all are shown."""
        return self._channel

    @property
    def is_close(self) -> bool:
        """Whether one map fills the view, or some of the layer is out of sight."""
        view = self._views and self._views[0 if self.has_maps else 1]
        return self._channel is not None or bool(view and view.is_enlarged)

    def show_layer(self, shape: tuple[int, ...], names: Sequence[str] = (), together: int = 0) -> None:
        """Show a layer of this shape (C, H, W) or (N,), all of it, without values.

        Maps have these names, or else their numbers; so many, one after the other, stand in one row.
        """
        self._shape, self._channel = shape, None
        self._names, self._together = names, together
        if self._views is None:
            return
        maps, units = self._views
        if len(shape) == 3:
            maps.set_shape((shape[0], shape[1], shape[2]), names, together)
            self.setCurrentWidget(maps)
        else:
            units.set_count(shape[0])
            self.setCurrentWidget(units)

    def show_channel(self, channel: int) -> None:
        """Fill the view with one channel's map, where the layer has maps."""
        if self.has_maps and self._views is not None:
            self._views[0].show_channel(channel)
        elif self.has_maps:
            self._on_map_selected(channel)

    def show_all(self) -> None:
        """Bring all of the layer back."""
        if self._views is None:
            if self._channel is not None:
                self._on_map_selected(None)
        else:
            self._views[0 if self.has_maps else 1].show_all()

    def _on_map_selected(self, channel: int | None) -> None:
        self._channel = channel
        self.map_selected.emit(channel)

    def set_values(self, values: np.ndarray | None, limit: float) -> None:
        """Show the layer's values; `limit` gets the strongest colour. None shows the layer without values."""
        self._values, self._limit = values, limit
        if self._views is not None:
            self._views[0 if self.has_maps else 1].set_values(values, limit)

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours; see `gui.paint.colours`."""
        self._colours = colours
        for view in self._views or ():
            view.set_colours(colours)

    def mark(self, cell: Cell | None) -> None:
        """Frame a cell, or none."""
        self._marked = cell
        for view in self._views or ():
            view.mark(cell)

    def sizeHint(self) -> QSize:
        return scaled(self, QSize(760, 300))

    def minimumSizeHint(self) -> QSize:
        return scaled(self, QSize(200, 120))


def _load() -> None:
    for name in ("gui.layers.maps_view", "gui.layers.units_view"):
        import_module(name)
