"""A question that is answered with yes or no."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget


def is_agreed(parent: QWidget, title: str, question: str) -> bool:
    """Ask, and return whether the answer is yes. Enter and Escape say no."""
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, question, yes | no, parent)
    box.setDefaultButton(no)
    return box.exec() == yes
