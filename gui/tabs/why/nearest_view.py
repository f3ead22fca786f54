"""The training digits that a drawing is nearest to."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.records import Resemblance
from gui.paint.frames import paint_frame
from gui.paint.ink_colours import ink_image
from gui.words.numbers import number

_GAP = 10


class NearestView(QWidget):
    """Pictures, the nearest first, each with its label and how far it is from the drawing."""

    digit_chosen = Signal(object)
    """The picture (28, 28) uint8, 0 = paper, that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nearest_view")
        self.setAccessibleName(self.tr("The nearest training digits"))
        self.setToolTip(
            self.tr(
                "The training digits whose outputs of the last hidden layer are nearest to the drawing's, "
                "with their labels and the distance. Click one to put it on the pad."
            )
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._nearest: Resemblance | None = None
        self._current = 0
        self._is_dimmed = False

    def set_nearest(self, nearest: Resemblance | None) -> None:
        """Show these digits; None: none are known."""
        self._nearest, self._is_dimmed = nearest, False
        self._current = min(self._current, max(self._count() - 1, 0))
        self.update()

    def set_dimmed(self) -> None:
        """What is shown is about a drawing that is not there any more."""
        self._is_dimmed = True
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 220)

    def _count(self) -> int:
        return 0 if self._nearest is None else len(self._nearest.pictures)

    def _columns(self) -> int:
        return 3 if self._count() > 5 else max(self._count(), 1)

    def picture_rect(self, rank: int) -> QRectF:
        """Where a picture is drawn; its caption is below."""
        columns = self._columns()
        rows = math.ceil(max(self._count(), 1) / columns)
        line = QFontMetricsF(self.font()).height() + 4
        side = min((self.width() - 2) / columns - _GAP, (self.height() - 2) / rows - line - _GAP / 2)
        side = max(side // 28, 1) * 28  # every pixel as large as the next
        row, column = divmod(rank, columns)
        left = (self.width() - columns * (side + _GAP) + _GAP) / 2
        corner = QPointF(math.floor(left + column * (side + _GAP)), 1 + row * (side + line + _GAP / 2))
        return QRectF(corner.x(), corner.y(), side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        nearest = self._nearest
        if nearest is None:
            return
        palette = self.palette()
        line = QFontMetricsF(self.font()).height() + 2
        with QPainter(self) as painter:
            painter.setOpacity(0.35 if self._is_dimmed else 1.0)
            for rank, picture in enumerate(nearest.pictures):
                rect = self.picture_rect(rank)
                painter.drawImage(rect, ink_image(picture, palette))
                painter.setPen(palette.color(QPalette.ColorRole.Mid))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(rect)
                painter.setPen(palette.color(QPalette.ColorRole.WindowText))
                caption = self.tr("a {label}, distance {distance}").format(
                    label=nearest.labels[rank], distance=number(float(nearest.distances[rank]), 1)
                )
                below = QRectF(rect.left() - _GAP, rect.bottom() + 1, rect.width() + 2 * _GAP, line)
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, caption)
            if self.hasFocus() and self._count():
                paint_frame(painter, self.picture_rect(self._current), palette)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for rank in range(self._count()):
            if self.picture_rect(rank).contains(event.position()):
                self._current = rank
                self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._columns()
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        key = Qt.Key(event.key())
        if key in steps and self._count():
            self._current = min(max(self._current + steps[key], 0), self._count() - 1)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._count():
            self._choose()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        assert self._nearest is not None  # there is a picture to choose
        self.update()
        self.digit_chosen.emit(np.array(self._nearest.pictures[self._current]))
