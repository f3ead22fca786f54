"""The dialogs of the Help menu."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
    QWidget,
)

from core import __version__
from gui.widgets.construct import STRETCH, in_column, in_row, named


class ShortcutsDialog(QDialog):
    """A page of all keys: those of the window's actions, and those of single views."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        actions = [
            self._row(action)
            for action in parent.findChildren(QAction)
            if action.shortcuts() and (not _is_one_of_ten(action) or action.data() == 0)
            if action.shortcutContext() == Qt.ShortcutContext.WindowShortcut
            if not action.objectName().startswith("page_")
        ]
        pages = [each for each in parent.findChildren(QAction) if each.objectName().startswith("page_")]
        actions.append((self.tr("A page, the first to the last"), f"Ctrl+1–{len(pages)}"))
        top = Qt.AlignmentFlag.AlignTop
        everywhere, on_pages = (QLabel(_table(keys), self) for keys in (actions, self._views()))
        text = self.tr(
            "Keys at the left work everywhere, those at the right on their page. Arrows, Space, Enter, Esc, "
            "digits and Delete act on what you clicked last. In a field where you type, letters, digits and "
            "the editing keys change the text."
        )
        note = named(QLabel(text, self, wordWrap=True), "shortcuts_note")
        note.setFixedWidth(everywhere.sizeHint().width())  # below the shorter table there is room
        left = in_column(everywhere, note, STRETCH, spacing=16)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        row = in_row(left, (on_pages, 0, top), spacing=32)
        in_column(row, buttons, on=self, margins=None)
        self.resize(self.sizeHint())  # Qt's first size is two thirds of the screen at most

    def _row(self, action: QAction) -> tuple[str, str]:
        """Return an action's text and keys; ten actions for ten digits take one row."""
        text = action.text().replace("&", "")
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        if _is_one_of_ten(action):
            words = self.tr("{first} to {last}")
            return text.replace("0", "0–9"), words.format(first=keys, last=keys.replace("0", "9"))
        return text, keys

    def _views(self) -> list[tuple[str, str]]:
        """Return what keys do in single views, and the keys; none for a view's name."""
        return [
            (self.tr("Inspect"), ""),
            (self.tr("Next or previous layer"), self.tr("Page Down, Page Up; in the strip → ←")),
            (self.tr("Keep the cell under the mouse"), self.tr("click")),
            (self.tr("Next cell; beyond the edge, the next channel's"), "← → ↑ ↓"),
            (self.tr("The same cell of another channel"), self.tr("Ctrl with ← → ↑ ↓")),
            (self.tr("Unpin the cell; then, back to all maps"), "Esc"),
            (self.tr("Zoom maps; move them"), self.tr("mouse wheel; drag")),
            (self.tr("Copy a cell's arithmetic, or its PyTorch"), "Ctrl+Shift+C, Ctrl+Shift+P"),
            (self.tr("Slide: play, step, back, to the start"), self.tr("Space, “.”, “,”, Home")),
            (self.tr("Change: another channel, off or on"), self.tr("arrows, Space")),
            (self.tr("Change: undo and redo changes of the network"), "Ctrl+Z, Ctrl+Y"),
            (self.tr("Prepare"), ""),
            (
                self.tr("Move a slider; farther; back to nothing varied"),
                self.tr("← →; Page Down, Page Up; 0"),
            ),
            (self.tr("Why"), ""),
            (self.tr("The digit to compare with; follow the drawing again"), self.tr("0–9, Delete")),
            (self.tr("Walk the terms; open one; back"), self.tr("↑ ↓, Enter, Esc")),
            (self.tr("Train"), ""),
            (self.tr("Rename the selected run"), "F2"),
            (self.tr("Compare"), ""),
            (self.tr("Another layer; large; back"), self.tr("→ ← or Page keys, Enter, Esc")),
            (self.tr("My digits"), ""),
            (self.tr("Another label for the selected digits"), "0–9"),
            (self.tr("Delete them; take that back"), self.tr("Delete, Ctrl+Z")),
            (self.tr("Put one on the pad"), self.tr("Enter")),
            (self.tr("Pad, once it was clicked or drawn on"), ""),
            (self.tr("Label the drawing, and keep it in My digits"), "0–9"),
            (self.tr("Erase"), self.tr("right mouse button")),
        ]


def _is_one_of_ten(action: QAction) -> bool:
    """Whether it does for one digit what nine others do for theirs."""
    return action.actionGroup() is not None and isinstance(action.data(), int)


def _table(keys: list[tuple[str, str]]) -> str:
    """Return all keys as a table; a row without a key is a heading."""
    rows = "".join(
        f"<tr><td>{what}</td><td>&nbsp;&nbsp;</td><td><b>{key}</b></td></tr>"
        if key
        else f"<tr><td colspan=3><br><b>{what}</b></td></tr>"
        for what, key in keys
    )
    return f"<table>{rows}</table>"


class AboutDialog(QMessageBox):
    """Version, licence, credits, and where things are kept."""

    def __init__(self, settings: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("about_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About LeNet Lab"))
        self.setText(self.tr("<h3>LeNet Lab {version}</h3>").format(version=__version__))
        text = self.tr(
            "<p>Draw a digit and look inside the convolutional network that reads it.</p>"
            "<p>MIT licence. MNIST is by Yann LeCun, Corinna Cortes and Christopher J. C. Burges; LeNet-5 by "
            "LeCun, Bottou, Bengio and Haffner (1998); the exercise follows <i>Dive into Deep Learning</i> "
            "(d2l.ai), chapter 7.6 (Chinese edition: 6.6).</p><p>Settings are kept in {settings}.</p>"
        )
        self.setInformativeText(text.format(settings=settings))
