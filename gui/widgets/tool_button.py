"""A button that shows plainly whether its tool is the chosen one."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QToolButton


class ToolButton(QToolButton):
    """Underlined while checked: Fusion's own mark cannot be seen in dark windows."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isChecked():
            with QPainter(self) as painter:
                line = QRect(6, self.height() - 6, self.width() - 12, 2)
                painter.fillRect(line, self.palette().color(QPalette.ColorRole.Highlight))
