"""A grid of pictures, each with a caption below it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from gui.paint.frames import paint_frame
from gui.paint.ink_colours import ink_image
from gui.paint.printing import is_printing
from gui.widgets.painted import ARROWS, DIMMED, Painted

_GAP = 8
_EDGE = 3  # pixels around all: room for the ring of the keys
_BELOW = 4  # pixels between a caption and the next picture
_WHOLE = 3  # from this many screen pixels on, each of a picture's pixels is as large as the next


class CaptionedGrid(Painted):
    """Pictures as large as they fit, with room for at least `places` of them.

    The mouse and the arrow keys go to a picture; a click or Enter chooses one.
    """

    pointed = Signal(object)
    """The rank, from 0, of the picture under the mouse or gone to with the keys; or None."""
    chosen = Signal(int)
    """The rank of the picture that was clicked, or on which Enter was pressed."""

    def __init__(
        self, name: str, accessible: str = "", tip: str = "", places: int = 1, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, accessible, tip, parent, has_keys=True, has_mouse=True)
        self._places = places
        self._pictures: Sequence[np.ndarray] = ()
        self._captions: Sequence[Sequence[str]] = ()
        self._current = 0
        self.marks_always = False
        """Whether the current picture is framed without the keyboard's focus, too."""

    def set_pictures(self, pictures: Sequence[np.ndarray], captions: Sequence[Sequence[str]]) -> None:
        """Show pictures (H, W) of one shape, each with the first of its captions that has room."""
        self._pictures, self._captions, self._is_dimmed = pictures, captions, False
        self._current = min(self._current, max(len(pictures) - 1, 0))
        self.update()

    # Geometry

    def room(self) -> QRectF:
        """Return the rectangle that pictures may fill."""
        aside = _EDGE + _GAP / 2  # captions are wider than pictures by half a gap
        return QRectF(self.rect()).adjusted(aside, _EDGE + 1, -aside, -_EDGE - 1)

    def picture_rect(self, rank: int) -> QRectF:
        """Return the rectangle of a picture; its caption is below."""
        side, columns = self._arrangement()
        row, column = divmod(rank, columns)
        left = self.room().left() + max(self.room().width() - columns * (side + _GAP) + _GAP, 0) // 2
        top = self.room().top() + row * (side + self._line() + _BELOW)
        corner = QPointF(left + column * (side + _GAP), top)
        height, width = self._pictures[0].shape if len(self._pictures) else (1, 1)
        scale = side / max(height, width)
        scale = math.floor(scale) if scale >= _WHOLE else scale
        return QRectF(corner + QPointF((side - width * scale) // 2, 0), QSizeF(width, height) * scale)

    def _line(self) -> float:
        return QFontMetricsF(self.font()).height()

    def _arrangement(self) -> tuple[float, int]:
        """Return the largest side that pictures can have, and how many are then side by side."""
        count, room = max(self._places, len(self._pictures)), self.room()

        def side_with(columns: int) -> float:
            rows = math.ceil(count / columns)
            across = (room.width() + _GAP) / columns - _GAP
            return min(across, (room.height() + _BELOW) / rows - self._line() - _BELOW)

        columns = max(range(1, count + 1), key=side_with)
        return float(max(math.floor(side_with(columns)), 8)), columns

    def _rank_at(self, point: QPointF) -> int | None:
        for rank in range(len(self._pictures)):
            if self.picture_rect(rank).adjusted(0, 0, 0, self._line()).contains(point):
                return rank
        return None

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setOpacity(DIMMED if self._is_dimmed else 1.0)
            side, _ = self._arrangement()
            for rank, picture in enumerate(self._pictures):
                rect = self.picture_rect(rank)
                painter.drawImage(rect, ink_image(picture, self.palette()))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
                painter.drawRect(rect.adjusted(-1, -1, 0, 0))
                painter.setPen(self.palette().color(self.foregroundRole()))
                below = QRectF(
                    rect.center().x() - side / 2 - _GAP / 2, rect.bottom() + 1, side + _GAP, self._line()
                )
                painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, self._caption(rank, below.width() - 4))
            if len(self._pictures) and (self.marks_always or (self.hasFocus() and not is_printing())):
                rect = self.picture_rect(self._current)
                paint_frame(painter, rect.adjusted(-1, -1, 1, 1), self.palette())

    def _caption(self, rank: int, room: float) -> str:
        metrics = QFontMetricsF(self.font())
        forms = self._captions[rank]
        return next((form for form in forms if metrics.horizontalAdvance(form) <= room), forms[-1])

    # Mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        rank = self._rank_at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if rank is None else Qt.CursorShape.PointingHandCursor)
        if rank is not None:
            self._go(rank)
        else:
            self.pointed.emit(None)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        rank = self._rank_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and rank is not None:
            self.chosen.emit(rank)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._arrangement()[1]
        down, right = ARROWS.get(event.key(), (0, 0))
        step = down * columns + right
        if step and 0 <= self._current + step < len(self._pictures):
            self._go(self._current + step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and len(self._pictures):
            self.chosen.emit(self._current)
        elif not step:
            super().keyPressEvent(event)

    def _go(self, rank: int) -> None:
        self._current = rank
        self.update()
        self.pointed.emit(rank)
