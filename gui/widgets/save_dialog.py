"""Asking where a file is to go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from gui.widgets.question_box import is_agreed
from gui.words import translate


def ask_where_to_save(parent: QWidget, title: str, suggested: Path, kinds: str) -> Path | None:
    """Return the chosen path, with the suffix of `suggested` where it was typed without one; or None.

    Qt's dialog asks before it replaces the file whose name was typed; this asks where a suffix was added.
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
    return is_agreed(parent, title, question.format(name=path.name))
