"""Layers side by side in a window of their own, for a second screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QSplitter, QToolButton, QWidget

from core.records import NetworkState
from gui.layers.layer_panel import LayerPanel, Sight, are_alike, sights_of
from gui.layers.tiled_maps import Cell
from gui.paint.text import pixels
from gui.widgets.construct import STRETCH, in_column, in_row, named, symbol

_MOST = 4  # side by side: more leave none of them large
_WIDTH, _HEIGHT = 560, 480  # pixels


class LayerWindow(QWidget):
    """One to four layers side by side; they follow the drawing as those of the page do."""

    closed = Signal(object)
    """This window was closed."""
    cell_hovered = Signal(int, object)
    """A layer's index, and the Cell in it under the mouse; or None."""
    cell_clicked = Signal(int, object)
    """A layer's index, and the Cell in it that was clicked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("layer_window")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._sights: Sequence[Sight] = ()
        self._shown: tuple[Sequence[np.ndarray], Sequence[float]] = ((), ())
        self._colours = np.zeros(256, np.uint32), np.zeros(256, np.uint32)
        self.panels: list[LayerPanel] = []
        """From left to right."""
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setChildrenCollapsible(False)
        tip = self.tr("Another layer beside these")
        self._add = named(QToolButton(self), "add_panel", tip, text=self.tr("Add a layer"))
        self._add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        symbol(self._add, "add").clicked.connect(self._on_add)
        foot = in_row(self._add, STRETCH)
        in_column((self._splitter, 1), foot, on=self, spacing=4, margins=(6, 6, 6, 6))
        self.resize(pixels(self, _WIDTH), pixels(self, _HEIGHT))
        QGuiApplication.instance().screenRemoved.connect(self.come_back)  # type: ignore[union-attr]

    def set_network(self, network: NetworkState) -> None:
        """Offer a network's layers and kernels; values come with its next answer."""
        sights = sights_of(network)
        if not are_alike(sights, self._sights):
            self._shown = (), ()
        self._sights = sights
        for panel in self.panels:
            panel.set_sights(self._sights)
        if self.panels:
            self._on_chosen()

    def add(self, layer: int) -> None:
        """Show one more layer, at the right."""
        panel = LayerPanel(layer, self)
        self.panels.append(panel)
        self._splitter.addWidget(panel)
        panel.set_sights(self._sights)
        panel.set_colours(*self._colours)
        panel.set_values(*self._shown)
        panel.chosen.connect(self._on_chosen)
        panel.left.connect(self._on_left)
        panel.cell_hovered.connect(self.cell_hovered)
        panel.cell_clicked.connect(self.cell_clicked)
        self._count_panels()

    def set_values(self, values: Sequence[np.ndarray], limits: Sequence[float]) -> None:
        """Show a value array for each layer, and the value that gets its strongest colour; or none."""
        self._shown = values, limits
        self._show_values()

    @Slot()
    def _on_chosen(self) -> None:
        self._show_values()
        self._count_panels()

    def mark(self, layer: int, cell: Cell | None) -> None:
        """Frame a cell of the layer of this index, where it is shown; or none."""
        for panel in self.panels:
            panel.view.mark(cell if panel.layer == layer and not panel.shows_kernels else None)

    def _show_values(self) -> None:
        for panel in self.panels:
            panel.set_values(*self._shown)

    def set_colours(self, maps: np.ndarray, kernels: np.ndarray) -> None:
        """Use these 256 colours for values, and those for weights."""
        self._colours = maps, kernels
        for panel in self.panels:
            panel.set_colours(maps, kernels)

    @Slot()
    def _on_add(self) -> None:
        last = self.panels[-1].layer
        self.add(min(last + 1, max(sight.layer for sight in self._sights)))

    @Slot(object)
    def _on_left(self, panel: LayerPanel) -> None:
        self.panels.remove(panel)
        panel.hide()
        panel.deleteLater()
        self._count_panels()

    def _count_panels(self) -> None:
        names = ", ".join(panel.sight.name for panel in self.panels)
        self.setWindowTitle(self.tr("{layers} – LeNet Lab").format(layers=names))
        self._add.setEnabled(len(self.panels) < _MOST)
        for panel in self.panels:
            panel.leave.setVisible(len(self.panels) > 1)

    @Slot()
    def come_back(self) -> None:
        """Move to the main window's screen, if the one that this window was on is not there any more."""
        if any(screen.geometry().intersects(self.frameGeometry()) for screen in QGuiApplication.screens()):
            return
        parent = self.parentWidget()
        screen = parent.window().screen() if parent is not None else QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        self.resize(self.size().boundedTo(room.size()))
        self.move(room.topLeft())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape shows all maps again; where all are shown, it closes, as Ctrl+W does."""
        if event.matches(QKeySequence.StandardKey.Close):
            self.close()
        elif event.key() == Qt.Key.Key_Escape:
            are_close = [panel for panel in self.panels if panel.view.is_close]
            for panel in are_close:
                panel.view.show_all()
            if not are_close:
                self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit(self)
