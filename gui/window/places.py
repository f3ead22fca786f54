"""The controls of the pages that have been built: what they are called, where they are, and the way there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QScrollBar,
    QStackedWidget,
    QTabBar,
    QTabWidget,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

_CONTROLS = (QAbstractButton, QComboBox, QAbstractSpinBox, QAbstractSlider, QLineEdit)
_WITHIN = (QAbstractSpinBox, QComboBox, QTabBar)  # Qt's own: their parts are none for people
_MARKUP = re.compile("<[^>]*>")


class Place(NamedTuple):
    """A control, or a page of a QTabWidget."""

    title: str
    where: str
    """The page and the tabs on the way to it."""
    words: str
    """What it is for."""
    widget: QWidget


def places(view: QWidget, page: str) -> Iterator[Place]:
    """Yield all places on the built view of a page with this title: each name of a control once."""
    known: set[tuple[str, str]] = set()
    for tabs in view.findChildren(QTabWidget):
        for index in range(tabs.count()):
            inner = tabs.widget(index)
            if inner is not None:
                title = plain_title(tabs.tabText(index))
                yield Place(title, _where(tabs, view, page), tabs.tabToolTip(index), inner)
    for widget in (widget for kind in _CONTROLS for widget in view.findChildren(kind)):
        if _can_be_gone_to(widget, view) and (title := _title(widget)):
            where = _where(widget, view, page)
            if (title, where) not in known:  # a slider and its number are one setting
                known.add((title, where))
                yield Place(title, where, _words(widget), widget)


def plain_title(text: str) -> str:
    """Return a control's text without its mark for the keyboard, its ellipsis, and further lines."""
    return text.replace("&", "").partition("\n")[0].removesuffix("…").strip()


def _can_be_gone_to(widget: QWidget, view: QWidget) -> bool:
    if isinstance(widget, QScrollBar) or isinstance(widget.parentWidget(), _WITHIN):
        return False
    if isinstance(widget, QToolButton) and widget.defaultAction() is not None:
        return False  # a menu offers it
    return all(not _is_put_away(each) for each in _way(widget, view))


def _is_put_away(widget: QWidget) -> bool:
    """Whether a widget is hidden for now, and neither by a tab, nor folded, nor put away with the tools."""
    if not widget.isHidden() or isinstance(widget, QTabWidget):
        return False
    parent = widget.parentWidget()
    return not (isinstance(parent, QStackedWidget) or hasattr(parent, "set_open"))


def _way(widget: QWidget, view: QWidget) -> list[QWidget]:
    """Return a widget and all around it within a view, the innermost first."""
    way = [widget]
    while way[-1] is not view and (parent := way[-1].parentWidget()) is not None:
        way.append(parent)
    return way


def _title(widget: QWidget) -> str:
    text = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
    return plain_title(text)


def _words(widget: QWidget) -> str:
    parent = widget.parentWidget()
    tips = (widget.toolTip(), widget.accessibleDescription(), parent.toolTip() if parent is not None else "")
    return next((_MARKUP.sub("", tip) for tip in tips if tip), "")


def _where(widget: QWidget, view: QWidget, page: str) -> str:
    titles = [page]
    for outer, inner in _tabs(widget, view):
        titles.append(plain_title(outer.tabText(outer.indexOf(inner))))
    return " › ".join(titles)


def _tabs(widget: QWidget, view: QWidget) -> list[tuple[QTabWidget, QWidget]]:
    """Return the tab widgets around a widget, the outermost first, and the page that it lies on."""
    way = _way(widget, view)
    found = []
    for each in reversed(way):
        if isinstance(each, QTabWidget):
            page = next((inner for inner in way if each.indexOf(inner) >= 0), None)
            if page is not None:
                found.append((each, page))
    return found


def reveal(widget: QWidget, view: QWidget, unfold: Callable[[], object]) -> None:
    """Bring a widget of a view that is in sight into sight, and give it the keys.

    `unfold` brings back the tools, where they have been put away.
    """
    for tabs, page in _tabs(widget, view):
        if tabs.isHidden():
            unfold()
        tabs.setCurrentWidget(page)
    for each in _way(widget, view)[1:]:
        open_ = getattr(each, "set_open", None)  # a section that folds
        if open_ is not None:
            open_(True)
    if widget.focusPolicy() != Qt.FocusPolicy.NoFocus or widget.focusProxy() is not None:
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
    QTimer.singleShot(0, lambda: _scroll_to(widget))  # layouts come first


def _scroll_to(widget: QWidget) -> None:
    if not isValid(widget):
        return
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget)
        around = around.parentWidget()
