"""Finds commands, settings, terms and sections of the book, as one types what they might be called."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QMenu,
    QMenuBar,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from gui.paint.text import fit_to_text, pixels
from gui.widgets.construct import in_column, message, named
from gui.window.other_names import also_called, small_words

_WIDTH, _HEIGHT = 560, 360  # pixels
_NEAR = 12  # offers that have some of the words alone
_SHORT = 4  # letters: up to there, a word's last s is no plural's
_MOST, _ALL = 40, 100  # rows: each takes time at each letter, and nobody reads so far
_WALKING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


@dataclass(frozen=True)
class Offer:
    """Something that can be done."""

    title: str
    where: str
    """The menus or tabs on the way to it, the last one last."""
    words: str
    """What it is for, and what people may call it."""
    do: Callable[[], object]
    action: QAction | None = None
    """The menu's."""

    @cached_property
    def everything(self) -> str:
        """All of its words, each after a space."""
        text = f" {self.title} {self.where} {self.words}".casefold()
        return text.replace("(", " ").replace("“", " ")

    @property
    def is_possible(self) -> bool:
        """Whether it can be done now."""
        return self.action is None or self.action.isEnabled()

    @property
    def keys(self) -> str:
        """The keys that do it as well."""
        if self.action is None:
            return ""
        return self.action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def offers(bar: QMenuBar, also: dict[str, str]) -> list[Offer]:
    """Return whatever the menus offer now; `also` are further words by an action's name."""
    return [offer for action in bar.actions() for offer in _offers(action, (), also)]


def _offers(action: QAction, way: tuple[str, ...], also: dict[str, str]) -> Iterator[Offer]:
    menu = action.menu()
    if isinstance(menu, QMenu):
        for each in menu.actions():
            yield from _offers(each, (*way, plain(action.text())), also)
    elif action.text() and action.isVisible() and not action.isSeparator():
        words = f"{action.statusTip()} {also.get(action.objectName(), '')}"
        yield Offer(plain(action.text()), " › ".join(way), words, action.trigger, action)


def plain(text: str) -> str:
    """Return an action's text without its mark for the keyboard and its ellipsis."""
    return text.replace("&", "").removesuffix("…")


def find(wanted: str, among: Sequence[Offer], small: Container[str] = ()) -> list[Offer]:
    """Return the offers that have all of the wanted words, or their beginnings: the best first.

    Words that are `small` need not be there. Where no offer has all others, those that have most of them.
    """
    words = wanted.casefold().replace("?", " ").split()
    telling = [word for word in words if word not in small] or words
    singular = [word.removesuffix("s") if len(word) > _SHORT else word for word in telling]
    return _all_of((words, telling), among) or _all_of((singular,), among) or _nearest(singular, among)


def _all_of(forms: Sequence[list[str]], among: Sequence[Offer]) -> list[Offer]:
    """Return the offers that have all words of one of the forms, the best first."""
    ranked = []
    for place, offer in enumerate(among):
        ranks = [rank for words in forms if (rank := _rank(words, offer)) is not None]
        if ranks:
            ranked.append((min(ranks), place))
    return [among[place] for _, place in sorted(ranked)]


def _rank(words: list[str], offer: Offer) -> int | None:
    """Return 0 for the best offer; None where a word is not in it."""
    if not all(word in offer.everything for word in words):
        return None
    title = offer.title.casefold()
    if title.startswith(" ".join(words)):
        return 0 if title == " ".join(words) else 1
    if all(any(part.startswith(word) for part in title.split()) for word in words):
        return 2
    return 3 if all(word in title for word in words) else 4


def _nearest(words: list[str], among: Sequence[Offer]) -> list[Offer]:
    """Return a few offers that have most of the words; those first that have them in the title."""
    ranked = []
    for place, offer in enumerate(among):
        found = sum(f" {word}" in offer.everything for word in words)
        if found:
            in_title = sum(f" {word}" in f" {offer.title.casefold()}" for word in words)
            ranked.append((-found, -in_title, place))
    ranked.sort()
    most = ranked[0][0] if ranked else 0
    return [among[place] for found, _, place in ranked[:_NEAR] if found == most]


class Finder(QDialog):
    """A field to type in, and below it what fits; Enter does it."""

    def __init__(self, bar: QMenuBar, further: Sequence[Offer], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("finder")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Find"))
        self._of_menus = offers(bar, also_called())
        self._offers = [*self._of_menus, *further]
        self._small = small_words()
        self._field = named(QLineEdit(self), "finder_field", accessible=self.tr("What to find"))
        self._field.setPlaceholderText(self.tr("A command, a setting, a network, a term, a section…"))
        self._field.setClearButtonEnabled(True)
        self._list = named(QTreeWidget(self), "finder_list", accessible=self.tr("What was found"))
        self._list.setColumnCount(3)
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay in the field
        header = self._list.header()
        header.setStretchLastSection(False)
        header.setResizeContentsPrecision(0)  # to measure rows out of sight takes longer than all else
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self._nothing = message(self, "finder_nothing")
        self._nothing.hide()
        in_column(self._field, (self._list, 1), self._nothing, on=self, spacing=6, margins=(8, 8, 8, 8))
        fit_to_text(self, lambda it: it.resize(pixels(it, _WIDTH), pixels(it, _HEIGHT)))
        self._field.installEventFilter(self)
        self._field.textChanged.connect(self._show_found)
        self._field.returnPressed.connect(self._do)
        self._list.itemClicked.connect(self._do)
        self._show_found("")

    def set_further(self, further: Sequence[Offer]) -> None:
        """Find among these, besides what the menus offer; what somebody went to stays chosen."""
        item = self._list.currentItem()
        is_first = item is None or item is self._list.topLevelItem(0)
        chosen = "" if item is None or is_first else item.text(0)
        self._offers = [*self._of_menus, *further]
        self._show_found(self._field.text())
        for same in self._list.findItems(chosen, Qt.MatchFlag.MatchExactly, 0)[:1]:
            self._list.setCurrentItem(same)

    @Slot(str)
    def _show_found(self, text: str) -> None:
        found = find(text, self._offers, self._small)[: _MOST if text.strip() else _ALL]
        is_nothing = not found
        if is_nothing:
            found = [
                replace(offer, title=self.tr("Open the glossary"))
                for offer in self._offers
                if offer.action is not None and offer.action.objectName() == "glossary"
            ]
        items = []
        for offer in found:
            item = QTreeWidgetItem([offer.title, offer.where, offer.keys])
            item.setData(0, Qt.ItemDataRole.UserRole, offer)
            item.setToolTip(0, offer.action.statusTip() if offer.action is not None else "")
            item.setDisabled(not offer.is_possible)
            items.append(item)
        self._list.clear()
        self._list.addTopLevelItems(items)
        if (first := self._list.topLevelItem(0)) is not None:
            self._list.setCurrentItem(first)
        self._nothing.setVisible(is_nothing)
        self._nothing.setText(self.tr("Nothing is called so. Try another word, or look in the glossary."))

    @Slot()
    def _do(self) -> None:
        """Do what is chosen, if it can be done now."""
        item = self._list.currentItem()
        if item is not None and not item.isDisabled():
            offer: Offer = item.data(0, Qt.ItemDataRole.UserRole)
            self.accept()
            offer.do()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _WALKING:
            self._list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)
