"""A network as lines of code; that of the selected layer is highlighted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QListWidget, QListWidgetItem, QWidget

from core.export.scripts import Line
from gui.paint.text import fit_to_text
from gui.tabs.inspect.code.layer_facts import code_font
from gui.widgets.construct import named


class CodeListing(QListWidget):
    """Lines of code; those of layers can be clicked, or gone to with the arrow keys."""

    layer_chosen = Signal(int)
    """The layer, as in `Line.layer`, of the line that was clicked or gone to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tip = self.tr("The whole network. Click a line to look at its layer.")
        named(self, "code_listing", tip, self.tr("The network as code"))
        fit_to_text(self, lambda it: it.setFont(code_font(QApplication.font())))
        self.setUniformItemSizes(True)
        self._lines: tuple[Line, ...] = ()
        self._shown: int | None = None
        self.currentRowChanged.connect(self._on_row_changed)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """List this code, with no layer selected."""
        self._lines, self._shown = tuple(lines), None
        with QSignalBlocker(self):
            self.clear()
            for line in self._lines:
                item = QListWidgetItem(line.text, self)
                if line.layer is None:
                    item.setFlags(Qt.ItemFlag.NoItemFlags)

    def select(self, layer: int) -> None:
        """Highlight the layer's line, without a signal."""
        if layer == self._shown:
            return
        self._shown = layer
        row = self.currentRow()
        if row < 0 or self._lines[row].layer != layer:
            with QSignalBlocker(self):
                self.setCurrentRow([line.layer for line in self._lines].index(layer))

    @Slot(int)
    def _on_row_changed(self, row: int) -> None:
        layer = self._lines[row].layer if row >= 0 else None
        if layer is not None and layer != self._shown:
            self.layer_chosen.emit(layer)
