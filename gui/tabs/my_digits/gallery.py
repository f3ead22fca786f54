"""The gallery of one's own digits, to look at, select, relabel, delete and put on the pad."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QListView, QMenu, QWidget

from core.my_digits.store import MyDigit
from gui.paint.text import fit_to_text
from gui.tabs.my_digits.digit_tile import DigitTile, tile_size
from gui.tabs.my_digits.gallery_model import GalleryModel
from gui.widgets.construct import named
from gui.widgets.own_keys import keeps


class Gallery(QListView):
    """A tile a digit; thousands of them scroll as smoothly as ten."""

    relabel_wanted = Signal(object, int)
    """MyDigits, and their new label."""
    delete_wanted = Signal(object)
    """MyDigits."""
    undo_wanted = Signal()
    digit_chosen = Signal(object)
    """The MyDigit to put on the pad."""
    selection_changed = Signal()

    def __init__(self, model: GalleryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tip = self.tr(
            "What the network sees of each digit; its label; ✓ where the network that answers now reads "
            "it so, ✗ and what it reads instead where not. Keys 0–9 give the selected ones another "
            "label, Delete deletes them, Ctrl+Z takes that back; a double click or Enter puts one on "
            "the pad."
        )
        named(self, "my_digits_gallery", tip, self.tr("My digits"))
        self._model = model
        self.setModel(model)
        self.setItemDelegate(DigitTile(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(500)
        fit_to_text(self, lambda it: it.setGridSize(tile_size(it.fontMetrics().height())))
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.activated.connect(self._on_activated)
        self.selectionModel().selectionChanged.connect(self.selection_changed)

    def selected(self) -> list[MyDigit]:
        """Return the selected digits, in the gallery's order."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [self._model.digit(row) for row in rows]

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.digit_chosen.emit(self._model.digit(index.row()))

    # Keys

    def event(self, event: QEvent) -> bool:
        """Take Delete and Undo for the gallery; elsewhere in the window they act on the drawing."""
        return keeps(event, Qt.Key.Key_Delete, QKeySequence.StandardKey.Undo) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        label = event.text()
        if len(label) == 1 and label in "0123456789":
            self._relabel(int(label))
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_selected()
        else:
            super().keyPressEvent(event)

    def _relabel(self, label: int) -> None:
        if digits := self.selected():
            self.relabel_wanted.emit(digits, label)

    @Slot()
    def delete_selected(self) -> None:
        """Ask to delete the selected digits."""
        if digits := self.selected():
            self.delete_wanted.emit(digits)

    @Slot()
    def choose_current(self) -> None:
        """Ask to put the first selected digit on the pad."""
        if digits := self.selected():
            self.digit_chosen.emit(digits[0])

    # Menu

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        digits = self.selected()
        if not digits:
            return
        menu = self.menu_for(digits)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(place))

    def menu_for(self, digits: Sequence[MyDigit]) -> QMenu:
        """Return the context menu for these digits."""
        menu = named(QMenu(self), "my_digits_context_menu")
        menu.addAction(self.tr("Put on the pad")).triggered.connect(self.choose_current)
        labels = menu.addMenu(self.tr("Label as"))
        for label in range(10):
            action = labels.addAction(str(label))
            action.setData(label)
            action.setCheckable(True)
            action.setChecked(all(digit.label == label for digit in digits))
        labels.triggered.connect(self._on_label_chosen)
        menu.addSeparator()
        menu.addAction(self.tr("Delete")).triggered.connect(self.delete_selected)
        return menu

    @Slot(QAction)
    def _on_label_chosen(self, action: QAction) -> None:
        self._relabel(action.data())
