"""The pages of the window, to choose from: an icon, a name, and one line that says what for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from gui.paint.icons import picture
from gui.paint.text import pixels, small_font
from gui.paint.theme import colours_of
from gui.widgets.construct import STRETCH, in_column, named

if TYPE_CHECKING:
    from gui.tabs import Entry


_ICON = 22
_GAP = 8


class Navigation(QWidget):
    """A column of pages, of which one is chosen. Narrow, it leaves the lines to the tool tips."""

    chosen = Signal(str)
    """The name of the page that was clicked, or gone to with the arrow keys."""

    def __init__(self, pages: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "navigation", accessible=self.tr("Pages"))
        self._group = QButtonGroup(self)
        self._places = {}
        for number, page in enumerate(pages, start=1):
            keys = self.tr("{purpose} (Ctrl+{number})").format(purpose=page.purpose, number=number)
            place = named(_Place(page, self), f"{page.name}_place", keys, page.title)
            self._places[page.name] = place
            self._group.addButton(place)
        in_column(*self._places.values(), STRETCH, on=self, spacing=4)
        self._group.buttonToggled.connect(self._on_toggled)

    def choose(self, name: str) -> None:
        """Mark a page as the chosen one; `chosen` follows where it was not."""
        had_keys = any(place.hasFocus() for place in self._places.values())
        self._places[name].setChecked(True)
        if had_keys:
            self._places[name].setFocus()

    def set_wide(self, is_wide: bool) -> None:
        """Whether each page says what it is for."""
        for place in self._places.values():
            place.set_wide(is_wide)

    @Slot(QAbstractButton, bool)
    def _on_toggled(self, place: QAbstractButton, is_chosen: bool) -> None:
        if is_chosen:
            self.chosen.emit(place.objectName().removesuffix("_place"))


class _Place(QAbstractButton):
    def __init__(self, page: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._is_wide = False
        self.setText(page.title)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_wide(self, is_wide: bool) -> None:
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            self.updateGeometry()
            self.update()

    def _name_font(self) -> QFont:
        font = self.font() if self._is_wide else small_font(self.font())
        font.setBold(True)
        return font

    def sizeHint(self) -> QSize:
        gap, side = pixels(self, _GAP), pixels(self, _ICON)
        name = QFontMetrics(self._name_font())
        purpose = QFontMetrics(small_font(self.font()))
        if self._is_wide:
            words = max(name.horizontalAdvance(self.text()), purpose.horizontalAdvance(self._page.purpose))
            return QSize(side + words + 3 * gap + 2, name.height() + purpose.height() + gap + 4)
        width = max(name.horizontalAdvance(self.text()), pixels(self, 52)) + 2 * gap
        return QSize(width, side + name.height() + 2 * gap)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            room = self.rect().adjusted(1, 1, -1, -1)
            if self.isChecked() or self.underMouse():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours.accent_soft if self.isChecked() else colours.hover))
                painter.drawRoundedRect(room, 6, 6)
            if self.hasFocus():
                painter.setPen(QPen(QColor(colours.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(room, 6, 6)
            self._paint_words(painter, colours.text, colours.secondary)

    def _paint_words(self, painter: QPainter, text: str, secondary: str) -> None:
        gap, side = pixels(self, _GAP), pixels(self, _ICON)
        painter.setPen(QColor(text))
        painter.setFont(self._name_font())
        line = painter.fontMetrics().height()
        if not self._is_wide:
            self._paint_icon(painter, QPoint((self.width() - side) // 2, gap - 1), side, text)
            foot = QRect(0, gap + side, self.width(), line + gap // 2)
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, self.text())
            return
        self._paint_icon(painter, QPoint(gap, (self.height() - side) // 2), side, text)
        words = QRect(2 * gap + side, gap // 2 + 1, self.width(), line)
        painter.drawText(words, self.text())
        painter.setFont(small_font(self.font()))
        painter.setPen(QColor(secondary))
        painter.drawText(words.translated(0, line + 2), self._page.purpose)

    def _paint_icon(self, painter: QPainter, at: QPoint, side: int, colour: str) -> None:
        shown = picture(self._page.name, round(side * self.devicePixelRatioF()), QColor(colour).rgb())
        painter.drawPixmap(QRect(at, QSize(side, side)), shown)
