"""A ring around the pointer, for those who follow on a projector."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.paint.text import pixels
from gui.paint.theme import frame_colour

_SIDE = 44


class PointerRing(QWidget):
    """Follows the mouse over a window, above all in it; what is clicked is what lies below."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("pointer_ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_on(self, is_on: bool) -> None:
        """Show the ring, or not."""
        app = QGuiApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self.setVisible(is_on)
        if is_on:
            side = pixels(self, _SIDE)
            self.resize(side, side)
            self.raise_()
            app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            centre = self.window().mapFromGlobal(event.globalPosition().toPoint())
            self.move(centre - QPoint(self.width() // 2, self.height() // 2))
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = QColor(frame_colour(self.palette()))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colour, 3))
            colour.setAlpha(40)
            painter.setBrush(colour)
            painter.drawEllipse(self.rect().adjusted(2, 2, -2, -2))
