"""Widgets that are painted by hand."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.widgets.construct import named

DIMMED = 0.35
"""How opaque a picture is that is about an earlier drawing."""


class Painted(QWidget):
    """Fills its room; has colours for values, and can be dimmed. A subclass paints.

    Args:
        name: the object name.
        accessible: the accessible name.
        tip: the tool tip.
        parent: the parent widget.
        has_keys: whether it takes the keyboard's focus.
        has_mouse: whether the mouse is followed with no button pressed.
    """

    preferred_size = QSize()
    smallest_size = QSize()

    def __init__(
        self,
        name: str = "",
        accessible: str = "",
        tip: str = "",
        parent: QWidget | None = None,
        *,
        has_keys: bool = False,
        has_mouse: bool = False,
    ) -> None:
        super().__init__(parent, mouseTracking=has_mouse)
        named(self, name, tip, accessible)
        if has_keys:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._colours = np.zeros(256, np.uint32)
        self._is_dimmed = False

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours; see `gui.paint.colours`."""
        self._colours = colours
        self.update()

    def set_dimmed(self, dimmed: bool) -> None:
        """Dim what is about a drawing that is not there any more."""
        if dimmed != self._is_dimmed:
            self._is_dimmed = dimmed
            self.update()

    def sizeHint(self) -> QSize:
        return self.preferred_size

    def minimumSizeHint(self) -> QSize:
        return self.smallest_size
