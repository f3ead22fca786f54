"""A column that scrolls up and down."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from gui.widgets.construct import framed, named


class ScrollColumn(QScrollArea):
    """As wide as its content must be, and the bar beside it: nothing is cut off at the side."""

    def __init__(self, content: QWidget, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        framed(named(self, name), content)

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()  # there or not: nothing changes its size
        return QSize(self._content.minimumSizeHint().width() + bar, super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
