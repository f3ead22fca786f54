"""The patches of digits that excite a channel most, and the digit that one of them lies in."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.explaining.exciting_patches import SHOWN, ExcitingPatches
from gui.paint.frames import paint_frame
from gui.paint.ink_colours import ink_image
from gui.paint.theme import small_font
from gui.words.numbers import figure
from gui.words.tool_tips import wrapped

_PIXELS = 28
_GAP = 8
_MOST_OF_WIDTH = 0.42  # for the whole digit
_CENTRE = Qt.AlignmentFlag.AlignCenter


class PatchesView(QWidget):
    """Up to nine patches, the strongest first; at the right the whole digit with the patch framed.

    The whole digit is that of the patch under the mouse, or of the one chosen last with the keys. Where a
    patch is a whole digit already, there is none at the right.
    """

    patch_hovered = Signal(object)
    """The rank, from 0, of the patch under the mouse or walked to; or None."""
    digit_chosen = Signal(object)
    """The picture (28, 28) uint8, 0 = paper, that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("patches_view")
        self.setAccessibleName(self.tr("The patches that excite the channel most"))
        self.setToolTip(
            wrapped(
                self.tr(
                    "What this channel looks for: the parts of MNIST's training digits for which it gives "
                    "its largest numbers, each with the digit's label and that number. Point at one to see "
                    "where it lies in its digit; click it to put that digit on the pad. There it is cropped "
                    "and centred anew, as all ink is, so its numbers differ a little."
                )
            )
        )
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._found: ExcitingPatches | None = None
        self._channel = 0
        self._patches: list[np.ndarray] = []
        self._current = 0

    def set_patches(self, found: ExcitingPatches | None, channel: int) -> None:
        """Show a channel's patches; None: none are known yet."""
        if found is self._found and channel == self._channel:
            return
        self._found, self._channel = found, channel
        count = 0 if found is None else found.values.shape[1]
        self._patches = [] if found is None else [found.patch(channel, rank) for rank in range(count)]
        self._current = min(self._current, max(count - 1, 0))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 170)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 100)

    # Geometry

    def patch_rect(self, rank: int) -> QRectF:
        """Where a patch is drawn; its caption is below."""
        side, columns = self._arrangement()
        row, column = divmod(rank, columns)
        corner = QPointF(1 + column * (side + _GAP), 1 + row * (side + self._line() + 3))
        return QRectF(corner, self._patch_size(side))

    def digit_rect(self) -> QRectF:
        """Where the whole digit is drawn; empty where the patches are whole digits."""
        digit = self._digit_side()
        side, columns = self._arrangement()
        return QRectF(1 + columns * (side + _GAP) + _GAP, 1, digit, digit) if digit else QRectF()

    def _line(self) -> float:
        return QFontMetricsF(small_font(self.font())).height()

    def _are_whole_digits(self) -> bool:
        return bool(self._patches) and self._patches[0].shape == (_PIXELS, _PIXELS)

    def _digit_side(self) -> float:
        if self._are_whole_digits():
            return 0.0
        side = min(self.height() - 2 - self._line(), self.width() * _MOST_OF_WIDTH)
        return max(side // _PIXELS, 1) * _PIXELS

    def _arrangement(self) -> tuple[float, int]:
        """The largest side that patches can have, and how many are then side by side."""
        digit = self._digit_side()
        across = self.width() - 2 - (digit + 2 * _GAP if digit else 0)

        def side_with(columns: int) -> float:
            rows = math.ceil(SHOWN / columns)
            below = self._line() + 3
            return min((across - (columns - 1) * _GAP) / columns, (self.height() - 2 - rows * below) / rows)

        columns = max((3, 5, 9), key=side_with)
        return max(side_with(columns), 8.0), columns

    def _patch_size(self, side: float) -> QSizeF:
        """Of a patch within a square, with pixels of equal size where they are large enough."""
        height, width = self._patches[0].shape if self._patches else (1, 1)
        scale = side / max(height, width)
        if scale >= 3:
            scale = math.floor(scale)
        return QSizeF(width * scale, height * scale)

    def _patch_at(self, point: QPointF) -> int | None:
        for rank in range(len(self._patches)):
            if self.patch_rect(rank).adjusted(0, 0, 0, self._line()).contains(point):
                return rank
        return None

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._found is None:
            return
        with QPainter(self) as painter:
            painter.setFont(small_font(self.font()))
            for rank, patch in enumerate(self._patches):
                self._paint_patch(painter, rank, patch, self._found)
            if self._patches and not self._are_whole_digits():
                self._paint_digit(painter, self._found)

    def _paint_patch(self, painter: QPainter, rank: int, patch: np.ndarray, found: ExcitingPatches) -> None:
        rect = self.patch_rect(rank)
        self._paint_picture(painter, rect, patch)
        if rank == self._current:
            paint_frame(painter, rect.adjusted(-1, -1, 1, 1), self.palette())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        side, _ = self._arrangement()
        below = QRectF(rect.left(), rect.bottom() + 1, side + _GAP - 2, self._line())
        value, label = float(found.values[self._channel, rank]), found.labels[self._channel, rank]
        painter.drawText(below, 0, self._caption(painter.fontMetrics(), below.width(), label, value))

    def _caption(self, metrics: QFontMetrics, room: float, label: int, value: float) -> str:
        """The label and the value, with as many digits as there is room for."""
        for digits in (3, 2):
            caption = f"{label} · {figure(value, digits, 'NaN')}"
            if metrics.horizontalAdvance(caption) <= room:
                return caption
        return str(label)

    def _paint_digit(self, painter: QPainter, found: ExcitingPatches) -> None:
        rect, field = self.digit_rect(), found.field(self._channel, self._current)
        self._paint_picture(painter, rect, found.pictures[self._channel, self._current])
        scale = rect.width() / _PIXELS
        corner = rect.topLeft() + QPointF(field.left, field.top) * scale
        size = QSizeF(field.right - field.left, field.bottom - field.top) * scale
        paint_frame(painter, QRectF(corner, size), self.palette())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        at = self._channel, self._current
        text = self.tr("digit {number}, a {label}").format(number=found.digits[at], label=found.labels[at])
        below = QRectF(rect.left(), rect.bottom() + 1, rect.width(), self._line())
        painter.drawText(below, _CENTRE, text)

    def _paint_picture(self, painter: QPainter, rect: QRectF, picture: np.ndarray) -> None:
        painter.drawImage(rect, ink_image(picture, self.palette()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))

    # Mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        rank = self._patch_at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if rank is None else Qt.CursorShape.PointingHandCursor)
        if rank is not None:
            self._current = rank
            self.update()
        self.patch_hovered.emit(rank)

    def leaveEvent(self, event: QEvent) -> None:
        self.patch_hovered.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the digit of the patch under the mouse."""
        rank = self._patch_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and rank is not None:
            self._choose(rank)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys walk the patches, Enter chooses the digit."""
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key, 0) * self._arrangement()[1] or step
        if self._patches and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self._current)
        elif step and 0 <= self._current + step < len(self._patches):
            self._current += step
            self.update()
            self.patch_hovered.emit(self._current)
        elif not step:
            super().keyPressEvent(event)

    def _choose(self, rank: int) -> None:
        assert self._found is not None  # else there is no patch
        self.digit_chosen.emit(self._found.pictures[self._channel, rank])
