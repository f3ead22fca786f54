"""A tab's page, empty until it is first seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gui.widgets.construct import named, spaced
from gui.widgets.late_import import LateImport
from gui.window.tab import Context, Tab

if TYPE_CHECKING:
    from gui.tabs import Entry


class LatePage(QFrame):
    """Imports and builds its tab once the empty page is painted: no tab delays the window's first picture."""

    built = Signal(object)
    """The Tab, with its page in sight."""

    def __init__(self, entry: Entry, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{entry.name}_page")
        self.setProperty("card", True)
        self.entry = entry
        self.tab: Tab | None = None
        self.view: QWidget | None = None
        self.state: Any = None
        """Given to the tab's `restore` when it is built; None for nothing."""
        self._context = context
        self._import = LateImport(entry.load, self.build, self)
        self._waiting = named(QLabel(self.tr("One moment…"), self), "page_waiting")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        spaced(QVBoxLayout(self)).addWidget(self._waiting)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.prepare()

    def prepare(self) -> None:
        """Import the tab in a thread, then build it, if it is not there yet."""
        if self.tab is None:
            self._import.begin()

    @Slot()
    def build(self) -> Tab:
        """Build the tab, if it is not there yet."""
        if self.tab is None:
            tab = self.tab = self.entry.load()(self)
            self.view = tab.build(self._context)
            tab.apply_looks(self._context.looks)
            self._waiting.hide()
            if tab.has_cards:
                self.setProperty("card", False)
                self.style().polish(self)
            layout = self.layout()
            assert layout is not None
            layout.addWidget(self.view)
            self.view.show()  # at once: what is asked next may be about what is in sight
            if self.state is not None:
                tab.restore(self.state)
            self.built.emit(tab)
        return self.tab
