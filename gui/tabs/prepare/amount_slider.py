"""A slider with a neutral value that it can be reset to."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QStyle, QWidget

from gui.widgets.slider import Slider


class AmountSlider(Slider):
    """A double click, or the key 0, goes back to `neutral`, at which nothing is varied."""

    def __init__(self, neutral: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._neutral = neutral

    def reset(self) -> None:
        """Go back to the neutral value."""
        self.setValue(self._neutral)

    def half_a_handle(self) -> int:
        """Return half the handle's width: the distance of its middle from the widget's edge at either end."""
        return self.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength, None, self) // 2

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_0:
            self.reset()
        else:
            super().keyPressEvent(event)
