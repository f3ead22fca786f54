"""What's This?: a click on anything in the window says what it is, and which idea is behind it."""

from __future__ import annotations

from html import escape
from itertools import takewhile

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTabBar, QToolButton, QWhatsThis, QWidget

from gui.widgets.term_label import TermLabel, TermText
from gui.words import translate
from gui.words.glossary import Part, parts
from gui.words.known_words import book_section, glossary, spots

_ASKED = (QEvent.Type.QueryWhatsThis, QEvent.Type.WhatsThis)
_MOST_IDEAS = 3


class WhatsThis(QObject):
    """Qt's mode in which a click explains. It hears all questions first, and answers them in one place.

    Some of Qt's widgets, such as QTabBar, swallow the question where they know no answer: so it listens to
    the application, as long as the mode lasts.
    """

    def __init__(self, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window

    def begin(self) -> None:
        """Let the next click explain what it is on."""
        app = QApplication.instance()
        assert app is not None
        QWhatsThis.enterWhatsThisMode()
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LeaveWhatsThisMode and watched is self._window:
            app = QApplication.instance()
            if app is not None:
                app.removeEventFilter(self)
        if event.type() not in _ASKED or not isinstance(event, QHelpEvent):
            return False
        if not (isinstance(watched, QWidget) and watched.window() is self._window):
            return False
        event.accept()
        if event.type() == QEvent.Type.WhatsThis:
            QWhatsThis.showText(event.globalPos(), explained(watched, event.pos()), self._window)
        return True


def explained(widget: QWidget, point: QPoint) -> str:
    """Return, as HTML, what is at a point of a widget, and the ideas behind it."""
    if isinstance(widget, TermLabel | TermText) and (key := widget.marks.at(point)):
        term = glossary().terms[key]
        return _told(term.name, [term.text], [key])
    above = _with_parents(widget)
    known = {name: part for part in parts() for name in part.names}
    part = next((known[each.objectName()] for each in above if each.objectName() in known), None)
    # A control within a part says itself what it does.
    below = takewhile(lambda each: each.objectName() not in known, above)
    own = next(((each, tip) for each in below if (tip := _tip(each, widget, point))), None)
    title = "" if own is None else _name(own[0], widget, point)
    if own is None or (part is not None and title == part.title):
        return _of_part(part)
    about = [spot.key for spot in spots(title)]
    told = [own[1]] + ([f"{part.title}: {part.text}"] if part else [])
    return _told(title or (part.title if part else ""), told, [*about, *(part.terms if part else ())])


def _of_part(part: Part | None) -> str:
    if part is None:
        title = translate("WhatsThis", "LeNet Lab")
        text = translate(
            "WhatsThis", "Draw a digit at the left, and see at the right how a network reads it."
        )
        return _told(title, [text], [])
    return _told(part.title, [part.text], part.terms)


def _told(title: str, paragraphs: list[str], keys: list[str] | tuple[str, ...]) -> str:
    """Return a title, paragraphs, and the ideas that the keys name."""
    rows = [f"<b>{escape(title)}</b>"] if title else []
    rows += [each if each.startswith("<") else escape(each) for each in paragraphs]
    ideas = []
    for key in list(dict.fromkeys(keys))[:_MOST_IDEAS]:
        term = glossary().terms[key]
        section = f" ({escape(book_section(term.section))})" if term.section else ""
        ideas.append(f'<a href="{key}">{escape(term.name)}</a>{section}')
    if ideas:
        rows.append(translate("WhatsThis", "The idea: {ideas}").format(ideas=", ".join(ideas)))
    return "<qt>" + "".join(f"<p>{row}</p>" for row in rows) + "</qt>"


def _with_parents(widget: QWidget) -> list[QWidget]:
    found = [widget]
    while not found[-1].isWindow() and (parent := found[-1].parentWidget()) is not None:
        found.append(parent)
    return found


def _tip(widget: QWidget, asked: QWidget, point: QPoint) -> str:
    """Return what a widget says of itself, most of all its tool tip."""
    if isinstance(widget, QTabBar):
        tab = widget.tabAt(asked.mapTo(widget, point))
        return widget.tabToolTip(tab) or widget.tabText(tab)
    action = widget.defaultAction() if isinstance(widget, QToolButton) else None
    if action is not None:
        return action.statusTip() or action.toolTip()
    return widget.toolTip() or widget.accessibleDescription()


def _name(widget: QWidget, asked: QWidget, point: QPoint) -> str:
    """Return what a widget is called."""
    if isinstance(widget, QTabBar):
        return widget.tabText(widget.tabAt(asked.mapTo(widget, point)))
    if isinstance(widget, QAbstractButton | QLabel) and widget.text() and "<" not in widget.text():
        return widget.text().replace("&", "")
    named = next((each.accessibleName() for each in (widget, asked) if each.accessibleName()), "")
    if named:
        return named
    inner = widget.findChild(QLabel)
    return inner.text() if inner is not None and "<" not in inner.text() else ""
