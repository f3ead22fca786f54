"""Layers side by side in a window of their own, for a second screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QSplitter, QToolButton, QWidget

from core.records import LayerSpec
from gui.layers.large_view import LargeView
from gui.layers.tiled_maps import Cell
from gui.paint.text import pixels
from gui.widgets.combo_box import ComboBox
from gui.widgets.construct import STRETCH, in_column, in_row, named, symbol
from gui.widgets.legend import Legend

_MOST = 4  # side by side: more leave none of them large
_WIDTH, _HEIGHT = 560, 480  # pixels


class LayerPanel(QWidget):
    """One layer, which can be chosen, with its scale."""

    chosen = Signal()
    left = Signal(object)
    """This panel is not wanted any more."""
    cell_hovered = Signal(int, object)
    """The layer's index, and the Cell in it under the mouse; or None."""
    cell_clicked = Signal(int, object)
    """The layer's index, and the Cell in it that was clicked."""

    def __init__(self, layer: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shapes: list[tuple[int, ...]] = []
        self.layer = layer
        """The index of the layer."""
        tip = self.tr("The layer that is shown here")
        self._choice = named(ComboBox(16, self), "panel_layer", tip, tip)
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

    def set_layers(self, layers: Sequence[LayerSpec]) -> None:
        """Offer these layers; the one that was chosen stays where there is one of its name."""
        before = self._choice.currentData()
        names = [layer.name for layer in layers]
        self._shapes = [layer.shape for layer in layers]
        self.layer = names.index(before) if before in names else min(self.layer, len(names) - 1)
        self._choice.blockSignals(True)
        self._choice.clear()
        for layer in layers:
            shape = "×".join(str(size) for size in layer.shape)
            self._choice.addItem(self.tr("{name} · {shape}").format(name=layer.name, shape=shape), layer.name)
        self._choice.setCurrentIndex(self.layer)
        self._choice.blockSignals(False)
        self.view.show_layer(self._shapes[self.layer])

    def set_values(self, values: Sequence[np.ndarray], limits: Sequence[float]) -> None:
        """Show the values of all layers, of which this shows one; or none."""
        own = values[self.layer] if values else None
        limit = limits[self.layer] if values else 1.0
        self.view.set_values(own, limit)
        self.legend.set_range(None if own is None else limit, own is None or bool((own < 0).any()))

    @Slot(object)
    def _on_map_selected(self, channel: int | None) -> None:
        """Say which map is shown alone; the same button leads back."""
        self._all_maps.setVisible(channel is not None)
        if channel is not None:
            self._all_maps.setText(self.tr("Channel {channel} · all maps").format(channel=channel))

    @Slot(int)
    def _on_chosen(self, layer: int) -> None:
        self.layer = layer
        self._all_maps.hide()
        self.view.show_layer(self._shapes[layer])
        self.chosen.emit()

    @Slot()
    def _on_leave(self) -> None:
        self.left.emit(self)

    @Slot(object)
    def _on_hovered(self, cell: Cell | None) -> None:
        self.cell_hovered.emit(self.layer, cell)

    @Slot(object)
    def _on_clicked(self, cell: Cell) -> None:
        self.cell_clicked.emit(self.layer, cell)


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
        self._layers: Sequence[LayerSpec] = ()
        self._shown: tuple[Sequence[np.ndarray], Sequence[float]] = ((), ())
        self._colours = np.zeros(256, np.uint32)
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

    def set_layers(self, layers: Sequence[LayerSpec]) -> None:
        """Offer these layers, without values."""
        self._layers, self._shown = layers, ((), ())
        for panel in self.panels:
            panel.set_layers(layers)

    def add(self, layer: int) -> None:
        """Show one more layer, at the right."""
        panel = LayerPanel(min(layer, len(self._layers) - 1), self)
        self.panels.append(panel)
        self._splitter.addWidget(panel)
        panel.set_layers(self._layers)
        panel.view.set_colours(self._colours)
        panel.legend.set_colours(self._colours)
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
            panel.view.mark(cell if panel.layer == layer else None)

    def _show_values(self) -> None:
        for panel in self.panels:
            panel.set_values(*self._shown)

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours."""
        self._colours = colours
        for panel in self.panels:
            panel.view.set_colours(colours)
            panel.legend.set_colours(colours)

    @Slot()
    def _on_add(self) -> None:
        self.add(self.panels[-1].layer + 1)

    @Slot(object)
    def _on_left(self, panel: LayerPanel) -> None:
        self.panels.remove(panel)
        panel.hide()
        panel.deleteLater()
        self._count_panels()

    def _count_panels(self) -> None:
        names = ", ".join(self._layers[panel.layer].name for panel in self.panels)
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
