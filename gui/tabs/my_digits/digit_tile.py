"""A tile of the gallery: the digit's picture, its label and its prediction."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.my_digits.store import MyDigit
from gui.paint.ink_colours import ink_image
from gui.paint.theme import warning_colour
from gui.tabs.my_digits.gallery_model import DIGIT, READING
from gui.tabs.my_digits.readings import Reading

_SIDE = 56  # of the picture: two screen pixels for one of 28
_MARGIN = 5


class DigitTile(QStyledItemDelegate):
    """The digit's 28×28 picture; below it the label, and in the corner the predicted digit."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return tile_size(option.fontMetrics.height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        digit, reading = index.data(DIGIT), index.data(READING)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if is_selected:
            painter.fillRect(option.rect.adjusted(1, 1, -1, -1), option.palette.highlight())
        picture = QRect(
            option.rect.topLeft() + QPoint((option.rect.width() - _SIDE) // 2, _MARGIN), QSize(_SIDE, _SIDE)
        )
        painter.drawImage(picture, ink_image(digit.small, option.palette))
        misread = reading is not None and reading.digit != digit.label
        self._paint_frame(painter, option.palette, picture, misread)
        caption = QRect(picture.left(), picture.bottom() + 2, _SIDE, option.fontMetrics.height())
        self._paint_caption(painter, option.palette, caption, digit, reading, is_selected)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(option.palette.color(QPalette.ColorRole.WindowText), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def _paint_frame(self, painter: QPainter, palette: QPalette, picture: QRect, misread: bool) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if misread:
            painter.setPen(QPen(warning_colour(palette), 2))
        else:
            painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.drawRect(picture.adjusted(-1, -1, 0, 0))

    def _paint_caption(
        self,
        painter: QPainter,
        palette: QPalette,
        rect: QRect,
        digit: MyDigit,
        reading: Reading | None,
        is_selected: bool,
    ) -> None:
        plain = palette.color(
            QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.WindowText
        )
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(plain)
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, str(digit.label))
        if reading is None:
            return
        if reading.digit == digit.label:
            font.setBold(False)
            painter.setFont(font)
            painter.setOpacity(0.6)
            text = "✓"
        else:
            painter.setPen(plain if is_selected else warning_colour(palette))
            text = f"✗ {reading.digit}"
        painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def tile_size(line: int) -> QSize:
    """Return a tile's size, with a line of text of this height."""
    return QSize(_SIDE + 2 * _MARGIN + 4, _SIDE + line + 2 * _MARGIN + 2)
