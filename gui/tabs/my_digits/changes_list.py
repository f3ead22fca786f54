"""Digits whose prediction has changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from gui.paint.ink_colours import ink_image
from gui.paint.text import fit_to_text, pixels

_SIDE = 56
_MOST = 60


@dataclass(frozen=True, eq=False)
class Change:
    """A picture (28, 28) uint8 with its label, and the predicted digit before and now."""

    picture: np.ndarray
    label: int
    before: int
    now: int


class ChangesList(QListWidget):
    """A tile a digit: the picture, and below it before → now, with a tick or a cross."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        fit_to_text(self, ChangesList._make_room)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _make_room(self) -> None:
        side, line = pixels(self, _SIDE), self.fontMetrics().height()
        self.setIconSize(QSize(side, side))
        self.setGridSize(QSize(side + 6, side + line + 10))
        self.setMinimumHeight(side + line + 16)

    def sizeHint(self) -> QSize:
        return QSize(200, self.minimumHeight())

    def set_changes(self, changes: Iterable[Change]) -> None:
        """Show these changes, at most the first 60."""
        self.clear()
        for change in list(changes)[:_MOST]:
            picture = ink_image(change.picture, self.palette())
            item = QListWidgetItem(QIcon(QPixmap.fromImage(picture.scaled(_SIDE, _SIDE))), "", self)
            mark = "✓" if change.now == change.label else "✗"
            item.setText(f"{change.before} → {change.now} {mark}")
            text = self.tr("A {label}: read as {before} before, and as {now} now.")
            words = text.format(label=change.label, before=change.before, now=change.now)
            item.setToolTip(words)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
