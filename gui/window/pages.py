"""The pages beside the pad, of which one is in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from gui.widgets.construct import framed, named
from gui.window.late_page import LatePage
from gui.window.tab import Context, Tab

if TYPE_CHECKING:
    from gui.tabs import Entry


class Pages(QStackedWidget):
    """A page for each tab. In a window too small for it, a page scrolls: no window grows for its pages."""

    changed = Signal(str)
    """The name of the page that is in sight now."""
    built = Signal(object)
    """A Tab, with its page in sight."""

    def __init__(self, entries: tuple[Entry, ...], context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pages")
        self._pages: dict[str, LatePage] = {}
        for entry in entries:
            page = self._pages[entry.name] = LatePage(entry, context, self)
            page.built.connect(self.built)
            self.addWidget(framed(named(QScrollArea(self), f"{entry.name}_scroll"), page))
        self.currentChanged.connect(self._on_changed)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all pages."""
        return tuple(self._pages)

    @property
    def name(self) -> str:
        """The name of the page that is in sight."""
        return self.names[self.currentIndex()]

    def page(self, name: str) -> LatePage:
        """Return a page by its name, one of `gui.tabs.entries`."""
        return self._pages[name]

    @Slot(str)
    def choose(self, name: str) -> None:
        """Bring a page to the front."""
        self.setCurrentIndex(self.names.index(name))

    def tabs(self) -> dict[str, Tab]:
        """Return the tabs that have been built, by name."""
        return {name: page.tab for name, page in self._pages.items() if page.tab is not None}

    @Slot(int)
    def _on_changed(self, index: int) -> None:
        self.changed.emit(self.name)
