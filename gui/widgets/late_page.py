"""A tab whose content is made when it is first shown."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.widgets.construct import spaced


class LatePage(QWidget):
    """Its content takes up to a tenth of a second to import and build: the window does not wait for that."""

    needed = Signal()
    """Somebody looks, and there is nothing here yet."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._layout = spaced(QVBoxLayout(self))

    def set_content(self, content: QWidget) -> None:
        """This is to be seen here."""
        self._layout.addWidget(content)
        content.show()  # at once: what is asked next may be about what is in sight

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._layout.isEmpty():
            self.needed.emit()
