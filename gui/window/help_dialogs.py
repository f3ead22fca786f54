"""The dialogs of the Help menu."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from core import __version__
from gui.widgets.construct import named
from gui.words import translate


def show_shortcuts(parent: QWidget) -> None:
    """A page of all keys: those of the window's actions, and those of single views."""
    actions = [
        _row(action)
        for action in parent.findChildren(QAction)
        if action.shortcuts() and (not _is_one_of_ten(action) or action.data() == 0)
    ]
    views = [
        (translate("HelpDialogs", "Inspect"), ""),
        (
            translate("HelpDialogs", "Next or previous layer"),
            translate("HelpDialogs", "Page Down, Page Up; in the strip → ←"),
        ),
        (translate("HelpDialogs", "Keep the cell under the mouse"), translate("HelpDialogs", "click")),
        (translate("HelpDialogs", "Next cell; beyond the edge, the next channel's"), "← → ↑ ↓"),
        (
            translate("HelpDialogs", "The same cell of another channel"),
            translate("HelpDialogs", "Ctrl with ← → ↑ ↓"),
        ),
        (translate("HelpDialogs", "Let the cell go; then, back to all maps"), "Esc"),
        (translate("HelpDialogs", "Zoom maps; move them"), translate("HelpDialogs", "mouse wheel; drag")),
        (translate("HelpDialogs", "Copy a cell's arithmetic, or its PyTorch"), "Ctrl+Shift+C, Ctrl+Shift+P"),
        (
            translate("HelpDialogs", "Slide: play, step, back, to the start"),
            translate("HelpDialogs", "Space, “.”, “,”, Home"),
        ),
        (
            translate("HelpDialogs", "Change: another channel, off or on"),
            translate("HelpDialogs", "arrows, Space"),
        ),
        (translate("HelpDialogs", "Change: undo and redo changes of the network"), "Ctrl+Z, Ctrl+Y"),
        (translate("HelpDialogs", "Prepare"), ""),
        (
            translate("HelpDialogs", "Move a slider; farther; back to nothing varied"),
            translate("HelpDialogs", "← →; Page Down, Page Up; 0"),
        ),
        (translate("HelpDialogs", "Why"), ""),
        (
            translate("HelpDialogs", "The digit to compare with; follow the drawing again"),
            translate("HelpDialogs", "0–9, Delete"),
        ),
        (
            translate("HelpDialogs", "Walk the terms; open one; back"),
            translate("HelpDialogs", "↑ ↓, Enter, Esc"),
        ),
        (translate("HelpDialogs", "Train"), ""),
        (translate("HelpDialogs", "Start or go on; pause; stop"), "F5, F6, Shift+F5"),
        (translate("HelpDialogs", "One step; one epoch"), "F7, F8"),
        (translate("HelpDialogs", "Rename the selected run"), "F2"),
        (translate("HelpDialogs", "Compare"), ""),
        (
            translate("HelpDialogs", "Another layer; large; back"),
            translate("HelpDialogs", "→ ← or Page keys, Enter, Esc"),
        ),
        (translate("HelpDialogs", "My digits"), ""),
        (translate("HelpDialogs", "Another label for the selected digits"), "0–9"),
        (translate("HelpDialogs", "Delete them; take that back"), translate("HelpDialogs", "Delete, Ctrl+Z")),
        (translate("HelpDialogs", "Put one on the pad"), translate("HelpDialogs", "Enter")),
        (translate("HelpDialogs", "Pad"), ""),
        (translate("HelpDialogs", "Erase"), translate("HelpDialogs", "right mouse button")),
    ]
    dialog = named(QDialog(parent), "shortcuts_dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(translate("HelpDialogs", "Keyboard shortcuts"))
    tables = QHBoxLayout()
    tables.setSpacing(32)
    for keys in (actions, views):
        tables.addWidget(QLabel(_table(keys), dialog), 0, Qt.AlignmentFlag.AlignTop)
    layout = QVBoxLayout(dialog)
    layout.addLayout(tables)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    layout.addWidget(buttons)
    dialog.open()


def _is_one_of_ten(action: QAction) -> bool:
    """Whether it does for one digit what nine others do for theirs."""
    return action.actionGroup() is not None and isinstance(action.data(), int)


def _row(action: QAction) -> tuple[str, str]:
    """Return an action's text and keys; ten actions for ten digits take one row."""
    text = action.text().replace("&", "")
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    if _is_one_of_ten(action):
        return text.replace("0", "0–9"), translate("HelpDialogs", "{first} to {last}").format(
            first=keys, last=keys.replace("0", "9")
        )
    return text, keys


def _table(keys: list[tuple[str, str]]) -> str:
    """Return all keys as a table; a row without a key is a heading."""
    rows = "".join(
        f"<tr><td>{what}</td><td>&nbsp;&nbsp;</td><td><b>{key}</b></td></tr>"
        if key
        else f"<tr><td colspan=3><br><b>{what}</b></td></tr>"
        for what, key in keys
    )
    return f"<table>{rows}</table>"


def show_about(parent: QWidget, settings: Path) -> None:
    """Version, licence, credits, and where things are kept."""
    box = named(QMessageBox(parent), "about_dialog")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(translate("HelpDialogs", "About LeNet Lab"))
    box.setText(translate("HelpDialogs", "<h3>LeNet Lab {version}</h3>").format(version=__version__))
    box.setInformativeText(
        translate(
            "HelpDialogs",
            "<p>Draw a digit and look inside the convolutional network that reads it.</p>"
            "<p>MIT licence. MNIST is by Yann LeCun, Corinna Cortes and Christopher J. C. Burges; LeNet-5 by "
            "LeCun, Bottou, Bengio and Haffner (1998); the exercise follows <i>Dive into Deep Learning</i> "
            "(d2l.ai), chapter 7.6.</p><p>Settings are kept in {settings}.</p>",
        ).format(settings=settings)
    )
    box.open()
