"""The button that sets something moving, and stops it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QToolButton, QWidget

from gui.paint.icons import icon
from gui.paint.text import fit_to_text, pixels
from gui.widgets.construct import symbol

_WIDTH = 34


class PlayButton(QToolButton):
    """Checked while it plays; its sign says what a click does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setProperty("tight", True)
        fit_to_text(self, lambda it: it.setFixedWidth(pixels(it, _WIDTH)))
        symbol(self)
        self._show_sign(False)
        self.toggled.connect(self._show_sign)

    @Slot(bool)
    def _show_sign(self, is_playing: bool) -> None:
        self.setIcon(icon("pause" if is_playing else "play"))
