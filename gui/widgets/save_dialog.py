"""Asking where a file is to go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from gui.words import translate


def ask_where_to_save(parent: QWidget, title: str, suggested: Path, kinds: str) -> Path | None:
    """The path that was chosen, with the suffix of `suggested` where it was typed without one; or None.

    The dialog asks before a file is replaced, but about the name as it was typed: this asks about the rest.
    """
    text, _ = QFileDialog.getSaveFileName(parent, title, str(suggested), kinds)
    if not text:
        return None
    path = Path(text)
    if path.suffix:
        return path
    path = path.with_name(path.name + suggested.suffix)
    return path if not path.exists() or _may_replace(parent, title, path) else None


def _may_replace(parent: QWidget, title: str, path: Path) -> bool:
    question = translate("SaveDialog", "{name} exists already. Replace it?")
    answer = QMessageBox.question(parent, title, question.format(name=path.name))
    return answer == QMessageBox.StandardButton.Yes
