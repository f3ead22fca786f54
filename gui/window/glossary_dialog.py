"""The glossary: every term of the field that the window uses, with its section of Dive into Deep Learning."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QUrl, Slot
from PySide6.QtGui import QKeyEvent, QPalette, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QTextBrowser, QWidget

from gui.paint.text import fit_to_text, pixels
from gui.widgets.construct import in_column, in_row, message, named
from gui.words.glossary import Term
from gui.words.known_words import book_section, glossary, marked

_WIDTH, _HEIGHT, _NAMES = 640, 420, 220  # pixels
_WALKING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def matching(wanted: str) -> list[Term]:
    """Return the terms that fit: by name first, then by section, then by what their sentences say.

    `7.3` gives the terms of that section.
    """
    known = glossary()
    wanted = " ".join(wanted.casefold().split())
    if wanted in known.sections:
        return known.of_section(wanted)
    ranked = [(_rank(wanted, term), term) for term in known.terms.values()]
    fitting = [(rank, term) for rank, term in ranked if rank is not None]
    return [term for _, term in sorted(fitting, key=lambda each: each[0])]


def _rank(wanted: str, term: Term) -> int | None:
    forms = [form.casefold() for form in (term.name, *term.also)]
    section = glossary().sections.get(term.section)
    title = f"{section.number} {section.title}".casefold() if section else ""
    tests = (
        any(form.startswith(wanted) for form in forms),
        any(wanted in form for form in forms),
        wanted in title,
        all(word in term.text.casefold() for word in wanted.split()),
    )
    return next((rank for rank, fits in enumerate(tests) if fits), None)


class GlossaryDialog(QDialog):
    """A field to search in, the terms that fit, and the chosen one's sentences."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("glossary_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Glossary"))
        self._field = named(QLineEdit(self), "glossary_field", accessible=self.tr("Term to find"))
        self._field.setPlaceholderText(self.tr("A term, or a section such as 7.3"))
        self._field.setClearButtonEnabled(True)
        self._found: list[str] = []  # the keys of the terms in the list
        self._list = named(QListWidget(self), "glossary_list", accessible=self.tr("Terms"))
        self._page = named(QTextBrowser(self), "glossary_page", accessible=self.tr("Explanation"))
        self._page.setOpenLinks(False)
        self._nothing = message(self, "glossary_nothing")
        self._nothing.setText(self.tr("There is no such term here. Try another word."))
        in_column(
            self._field, (in_row(self._list, (self._page, 1), spacing=6), 1), (self._nothing, 1),
            on=self, spacing=6, margins=(8, 8, 8, 8),
        )  # fmt: skip
        fit_to_text(self, lambda it: it.resize(pixels(it, _WIDTH), pixels(it, _HEIGHT)))
        fit_to_text(self._list, lambda it: it.setFixedWidth(pixels(it, _NAMES)))
        self._field.installEventFilter(self)
        self._field.textChanged.connect(self._show_matching)
        self._list.currentRowChanged.connect(self._on_chosen)
        self._page.anchorClicked.connect(self._on_link)
        self._show_matching("")

    def open_at(self, wanted: str) -> None:
        """Show the term of this key, or the terms of a section's number; empty: all as it is."""
        known = glossary()
        if wanted in known.sections:
            self._field.setText(wanted)
        elif wanted in known.terms:
            self._field.clear()
            self._choose(wanted)
        self.show()
        self.raise_()
        self.activateWindow()
        self._field.setFocus()
        self._field.selectAll()

    def _choose(self, key: str) -> None:
        self._list.setCurrentRow(self._found.index(key))

    @Slot(str)
    def _show_matching(self, wanted: str) -> None:
        found = matching(wanted)
        if not wanted.strip():
            found.sort(key=lambda term: term.name.casefold())
        with QSignalBlocker(self._list):
            self._list.clear()
            self._list.addItems([term.name for term in found])
        self._found = [term.key for term in found]
        self._list.setVisible(bool(found))
        self._page.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self._list.setCurrentRow(0)

    @Slot(int)
    def _on_chosen(self, row: int) -> None:
        if row >= 0:
            self._page.setHtml(self._told(glossary().terms[self._found[row]]))
            self._dot_links()

    def _told(self, term: Term) -> str:
        parts = [f"<h3>{escape(term.name)}</h3>", f"<p>{marked(term.text, term.key)}</p>"]
        if section := glossary().sections.get(term.section):
            where = self.tr("{section}, {title}").format(
                section=book_section(section.number), title=section.title
            )
            if section.chinese:
                where += " " + self.tr("(Chinese edition: {number})").format(number=section.chinese)
            parts.append(f"<p>{escape(where)}</p>")
        return "".join(parts)

    def _dot_links(self) -> None:
        """Links look as terms do everywhere: dotted, in the text's colour."""
        look = QTextCharFormat()
        look.setForeground(self.palette().color(QPalette.ColorRole.Text))
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        document = self._page.document()
        for number in range(document.blockCount()):
            piece = document.findBlockByNumber(number).begin()
            while not piece.atEnd():
                letters = piece.fragment()
                if letters.charFormat().isAnchor():
                    cursor = QTextCursor(document)
                    cursor.setPosition(letters.position())
                    keep = QTextCursor.MoveMode.KeepAnchor
                    cursor.setPosition(letters.position() + letters.length(), keep)
                    cursor.mergeCharFormat(look)
                piece += 1

    @Slot(QUrl)
    def _on_link(self, address: QUrl) -> None:
        self.open_at(address.toString())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk the list with the keys of the field, as in the finder."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _WALKING:
            self._list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.close()
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "_page"):
            self._on_chosen(self._list.currentRow())
