"""What helps: the finder, the glossary, What's This?, the keys, and what the program is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QWhatsThisClickedEvent
from PySide6.QtWidgets import QMainWindow, QWidget
from shiboken6 import isValid

from gui.window.menus import WindowMenus
from gui.window.pages import Pages
from gui.window.settings import Settings

if TYPE_CHECKING:
    from gui.window.finder import Finder, Offer
    from gui.window.whats_this import WhatsThis


class HelpDesk(QObject):
    """Opens the dialogs of the Help menu, which are imported when they are first wanted."""

    def __init__(self, window: QMainWindow, menus: WindowMenus, pages: Pages, settings: Settings) -> None:
        super().__init__(pages)
        self._window, self._menus, self._pages, self._settings = window, menus, pages, settings
        self._whats_this: WhatsThis | None = None
        self._finder: Finder | None = None
        pages.built.connect(self._on_page_built)
        window.installEventFilter(self)
        menus.find.triggered.connect(self.find)
        menus.glossary.triggered.connect(self.open_glossary)
        menus.whats_this.triggered.connect(self.explain_the_next_click)
        menus.shortcuts.triggered.connect(self.show_shortcuts)
        menus.about.triggered.connect(self.show_about)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the glossary where somebody clicked on a term, or on a link in an explanation."""
        if event.type() == QEvent.Type.WhatsThisClicked and isinstance(event, QWhatsThisClickedEvent):
            self._open_at(event.href())
            return True
        return False

    @Slot()
    def find(self) -> None:
        """Open the finder: commands, settings of all pages, terms and sections.

        Pages that were never seen are built while it is open, one after the other.
        """
        from gui.window.finder import Finder

        finder = self._finder = Finder(self._window.menuBar(), list(self._further()), self._window)
        finder.open()
        self._build_next()

    def _is_finding(self) -> bool:
        return self._finder is not None and isValid(self._finder) and self._finder.isVisible()

    @Slot()
    def _build_next(self) -> None:
        """Build a page that is not there yet, while the finder is open: its settings are offered then."""
        if not self._is_finding():
            return
        missing = (self._pages.page(name) for name in self._pages.names)
        page = next((each for each in missing if each.tab is None), None)
        if page is not None:
            page.prepare()

    @Slot()
    def _on_page_built(self) -> None:
        if self._finder is not None and self._is_finding():
            self._finder.set_further(list(self._further()))
            QTimer.singleShot(0, self._build_next)

    def _further(self) -> Iterator[Offer]:
        from gui.window.finder import Offer
        from gui.window.other_names import also_called
        from gui.window.places import places
        from gui.words.known_words import glossary

        also = also_called()
        for name in self._pages.tabs():
            page = self._pages.page(name)
            if page.view is not None:
                for place in places(page.view, page.entry.title):
                    go = partial(self._go_to, name, place.widget)
                    words = f"{place.words} {also.get(place.widget.objectName(), '')}"
                    yield Offer(place.title, place.where, words, go)
        known, where = glossary(), self.tr("Glossary")
        for term in known.terms.values():
            words = " ".join((*term.also, term.section))
            yield Offer(term.name, where, words, partial(self._open_at, term.key))
        for section in known.sections.values():
            names = " ".join(term.name for term in known.of_section(section.number))
            title = f"{section.number} {section.title}"
            yield Offer(
                title, self.tr("Dive into Deep Learning"), names, partial(self._open_at, section.number)
            )

    def _go_to(self, name: str, widget: QWidget) -> None:
        from gui.window.places import reveal

        self._pages.choose(name)
        view = self._pages.page(name).view
        assert view is not None
        reveal(widget, view, partial(self._menus.fold_tools.setChecked, False))

    @Slot()
    def open_glossary(self) -> None:
        """Open the glossary, or bring it to the front."""
        self._open_at("")

    def _open_at(self, wanted: str) -> None:
        """Open it at a term's key or a section's number."""
        from gui.window.glossary_dialog import GlossaryDialog

        dialog = self._window.findChild(GlossaryDialog) or GlossaryDialog(self._window)
        dialog.open_at(wanted)

    @Slot()
    def explain_the_next_click(self) -> None:
        """Let the next click say what it is on, instead of what it does."""
        from gui.window.whats_this import WhatsThis

        if self._whats_this is None:
            self._whats_this = WhatsThis(self._window, self)
        self._whats_this.begin()

    @Slot()
    def show_shortcuts(self) -> None:
        """Show all keys."""
        from gui.window.help_dialogs import ShortcutsDialog

        ShortcutsDialog(self._window).open()

    @Slot()
    def show_about(self) -> None:
        """Show version, licence, and where things are kept."""
        from gui.window.help_dialogs import AboutDialog

        AboutDialog(self._settings.path, self._window).open()
