"""What the Help menu opens."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
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


def _tr(text: str) -> str:
    return QCoreApplication.translate("HelpDialogs", text)


def show_shortcuts(parent: QWidget) -> None:
    """A page of all keys: those of the window's actions, and those of single views."""
    actions = [
        _row(action)
        for action in parent.findChildren(QAction)
        if action.shortcuts() and (not _is_one_of_ten(action) or action.data() == 0)
    ]
    views = [
        (_tr("Inspect"), ""),
        (_tr("Next or previous layer"), _tr("Page Down, Page Up; in the strip → ←")),
        (_tr("Keep the cell under the mouse"), _tr("click")),
        (_tr("Next cell; beyond the edge, the next channel's"), "← → ↑ ↓"),
        (_tr("The same cell of another channel"), _tr("Ctrl with ← → ↑ ↓")),
        (_tr("Let the cell go; then, back to all maps"), "Esc"),
        (_tr("Zoom maps; move them"), _tr("mouse wheel; drag")),
        (_tr("Copy a cell's arithmetic, or its PyTorch"), "Ctrl+Shift+C, Ctrl+Shift+P"),
        (_tr("Slide: play, step, back, to the start"), _tr("Space, “.”, “,”, Home")),
        (_tr("Change: another channel, off or on"), _tr("arrows, Space")),
        (_tr("Change: undo and redo changes of the network"), "Ctrl+Z, Ctrl+Y"),
        (_tr("Prepare"), ""),
        (_tr("Move a slider; farther; back to nothing varied"), _tr("← →; Page Down, Page Up; 0")),
        (_tr("Why"), ""),
        (_tr("The digit to compare with; follow the drawing again"), _tr("0–9, Delete")),
        (_tr("Walk the terms; open one; back"), _tr("↑ ↓, Enter, Esc")),
        (_tr("Train"), ""),
        (_tr("Start or go on; pause; stop"), "F5, F6, Shift+F5"),
        (_tr("One step; one epoch"), "F7, F8"),
        (_tr("Rename the selected run"), "F2"),
        (_tr("Compare"), ""),
        (_tr("Another layer; large; back"), _tr("→ ← or Page keys, Enter, Esc")),
        (_tr("My digits"), ""),
        (_tr("Another label for the selected digits"), "0–9"),
        (_tr("Delete them; take that back"), _tr("Delete, Ctrl+Z")),
        (_tr("Put one on the pad"), _tr("Enter")),
        (_tr("Pad"), ""),
        (_tr("Erase"), _tr("right mouse button")),
    ]
    dialog = QDialog(parent)
    dialog.setObjectName("shortcuts_dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_tr("Keyboard shortcuts"))
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
    """What an action does, and its keys; ten actions for ten digits take one row."""
    text = action.text().replace("&", "")
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    if _is_one_of_ten(action):
        return text.replace("0", "0–9"), _tr("{first} to {last}").format(
            first=keys, last=keys.replace("0", "9")
        )
    return text, keys


def _table(keys: list[tuple[str, str]]) -> str:
    """What the keys do, as a table; what has no key is a heading."""
    rows = "".join(
        f"<tr><td>{what}</td><td>&nbsp;&nbsp;</td><td><b>{key}</b></td></tr>"
        if key
        else f"<tr><td colspan=3><br><b>{what}</b></td></tr>"
        for what, key in keys
    )
    return f"<table>{rows}</table>"


def show_about(parent: QWidget, settings: Path) -> None:
    """Version, licence, credits, and where things are kept."""
    box = QMessageBox(parent)
    box.setObjectName("about_dialog")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(_tr("About LeNet Lab"))
    box.setText(_tr("<h3>LeNet Lab {version}</h3>").format(version=__version__))
    box.setInformativeText(
        _tr(
            "<p>Draw a digit and look inside the convolutional network that reads it.</p>"
            "<p>MIT licence. MNIST is by Yann LeCun, Corinna Cortes and Christopher J. C. Burges; LeNet-5 by "
            "LeCun, Bottou, Bengio and Haffner (1998); the exercise follows <i>Dive into Deep Learning</i> "
            "(d2l.ai), chapter 7.6.</p><p>Settings are kept in {settings}.</p>"
        ).format(settings=settings)
    )
    box.open()
