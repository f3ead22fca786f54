"""The base of the tools beside the close-up."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from gui.tabs.inspect.subject import Subject


class Tool(QWidget):
    """A page beside the close-up; it gets a subject only while it is in sight."""

    follows_mouse = False
    """Whether the cell under the mouse is the subject while none is pinned."""

    @property
    def about(self) -> str:
        """What it is about, for a figure's caption; empty where its title says all."""
        return ""

    def show_subject(self, subject: Subject) -> None:
        """Show this subject; called at every answer and every change of place."""
        raise NotImplementedError

    def set_colours(self, maps: np.ndarray, kernels: np.ndarray) -> None:
        """Use these 256 colours for values, and those for weights; see `gui.paint.colours`."""
