"""Widgets that are painted by hand."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.paint.frames import paint_focus
from gui.paint.printing import is_printing
from gui.paint.text import scaled
from gui.widgets.construct import named

DIMMED = 0.35
"""How opaque a picture is that is about an earlier drawing."""


ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
}  # fmt: skip
"""Rows down and columns to the right that each arrow key goes."""


class Painted(QWidget):
    """Fills its room; has colours for values, and can be dimmed. A subclass paints.

    With `has_keys` it can have the focus, with `has_mouse` it follows the mouse with no button pressed.
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
        self.setAutoFillBackground(True)  # else the card below it is painted with it, at every stroke
        self._colours = np.zeros(256, np.uint32)
        self._is_dimmed = False
        self._kept: tuple[object, QPixmap] | None = None  # the ground, and what it was painted for

    def set_colours(self, colours: np.ndarray) -> None:
        """Use these 256 colours; see `gui.paint.colours`."""
        self._colours = colours
        self.update()

    def set_dimmed(self, dimmed: bool) -> None:
        """Dim what is about a drawing that is not there any more."""
        if dimmed != self._is_dimmed:
            self._is_dimmed = dimmed
            self.update()

    def draw_ground(self, painter: QPainter, *of: object) -> None:
        """Draw what `paint_ground` paints from a picture, made anew for another `of`, size, palette or font.

        In a figure it is painted itself: there text is text.
        """
        if not is_printing():
            painter.drawPixmap(0, 0, self._ground(*of))
            return
        painter.save()
        painter.fillRect(self.rect(), self.palette().color(self.backgroundRole()))
        painter.setFont(self.font())
        self.paint_ground(painter)
        painter.restore()

    def _ground(self, *of: object) -> QPixmap:
        key = (self.size(), self.devicePixelRatioF(), of)
        if self._kept is None or self._kept[0] != key:
            ground = QPixmap(self.size() * self.devicePixelRatioF())
            ground.setDevicePixelRatio(self.devicePixelRatioF())
            ground.fill(self.palette().color(self.backgroundRole()))
            with QPainter(ground) as painter:
                painter.setFont(self.font())
                self.paint_ground(painter)
            self._kept = (key, ground)
        return self._kept[1]

    def paint_ground(self, painter: QPainter) -> None:
        """Paint what stays while values change, for `draw_ground`."""

    def reading_at(self, point: QPointF) -> str:
        """Return the tool tip of what is at a point; empty for the widget's own."""
        return ""

    def event(self, event: QEvent) -> bool:
        """Show what is under the mouse as a tool tip; paint a ring over all while it has the keys."""
        if event.type() == QEvent.Type.Paint and self.hasFocus() and not is_printing():
            is_done = super().event(event)
            with QPainter(self) as painter:
                paint_focus(painter, QRectF(self.rect()), self.palette())
            return is_done
        if isinstance(event, QHelpEvent) and (reading := self.reading_at(QPointF(event.pos()))):
            QToolTip.showText(event.globalPos(), reading, self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Arrange what is painted anew where text is larger or smaller now."""
        super().changeEvent(event)
        self._kept = None
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
            if self.isVisible():
                self.resizeEvent(QResizeEvent(self.size(), self.size()))

    def sizeHint(self) -> QSize:
        return scaled(self, self.preferred_size)

    def minimumSizeHint(self) -> QSize:
        return scaled(self, self.smallest_size)
