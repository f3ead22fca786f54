"""What the Help menu opens."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QMessageBox, QVBoxLayout, QWidget

from core import __version__


def _tr(text: str) -> str:
    return QCoreApplication.translate("HelpDialogs", text)


def show_shortcuts(parent: QWidget) -> None:
    """A page of all keys: those of the window's actions, and those of single views."""
    keys = [
        (action.text().replace("&", ""), shortcut.toString(QKeySequence.SequenceFormat.NativeText))
        for action in parent.findChildren(QAction)
        for shortcut in action.shortcuts()[:1]
    ]
    keys += [
        (_tr("Next or previous layer, in the strip of layers"), "← →"),
        (_tr("Next or previous map, where one fills the view"), "← →"),
        (_tr("Back to all maps of the layer"), "Esc"),
        (_tr("Zoom maps"), _tr("mouse wheel")),
        (_tr("Erase"), _tr("right mouse button")),
        (_tr("Train tab: start, or go on"), "F5"),
        (_tr("Train tab: pause"), "F6"),
        (_tr("Train tab: one step"), "F7"),
        (_tr("Train tab: one epoch"), "F8"),
        (_tr("Train tab: stop"), "Shift+F5"),
        (_tr("Train tab: rename the selected run"), "F2"),
    ]
    rows = "".join(
        f"<tr><td>{what}</td><td>&nbsp;&nbsp;</td><td><b>{key}</b></td></tr>" for what, key in keys
    )
    dialog = QDialog(parent)
    dialog.setObjectName("shortcuts_dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_tr("Keyboard shortcuts"))
    layout = QVBoxLayout(dialog)
    layout.addWidget(QLabel(f"<table>{rows}</table>", dialog))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    layout.addWidget(buttons)
    dialog.open()


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
