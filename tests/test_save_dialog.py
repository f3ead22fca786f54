"""Asking where a file is to go never loses the one that is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.save_dialog import ask_where_to_save

YES, NO = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No


@pytest.mark.parametrize(
    ("typed", "exists", "answer", "expected"),
    [
        ("mine", False, None, "mine.safetensors"),
        ("mine.safetensors", True, None, "mine.safetensors"),  # the dialog itself has asked
        ("mine", True, YES, "mine.safetensors"),
        ("mine", True, NO, None),
        ("", False, None, None),
    ],
)
def test_a_file_is_replaced_only_by_consent(
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    exists: bool,
    answer: QMessageBox.StandardButton | None,
    expected: str | None,
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    if exists:
        (tmp_path / "mine.safetensors").write_bytes(b"old")
    asked: list[object] = []
    path = str(tmp_path / typed) if typed else ""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (path, ""))
    monkeypatch.setattr(QMessageBox, "exec", lambda *_: asked.append(1) or answer)
    chosen = ask_where_to_save(parent, "Save", tmp_path / "changed.safetensors", "Weights (*.safetensors)")
    assert chosen == (None if expected is None else tmp_path / expected)
    assert bool(asked) == (answer is not None)
