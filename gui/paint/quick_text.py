"""Short texts that change with every stroke, such as numbers."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter


class QuickText:
    """Paints texts of one font, as wide as their letters are one by one.

    Qt finds a text's place in a rectangle by laying it out twice; this is three times as fast.
    """

    def __init__(self, font: QFont) -> None:
        self._font = font
        self._metrics = QFontMetricsF(font)
        self._widths: dict[str, float] = {}  # of letters
        self._below = (self._metrics.ascent() - self._metrics.descent()) / 2

    def width(self, text: str) -> float:
        """Return a text's width."""
        try:
            return sum([self._widths[letter] for letter in text])
        except KeyError:
            self._widths |= {letter: self._metrics.horizontalAdvance(letter) for letter in text}
            return self.width(text)

    def begin(self, painter: QPainter) -> None:
        """Give a painter the font, before `draw`."""
        painter.setFont(self._font)

    def draw(self, painter: QPainter, right: float, middle: float, text: str) -> None:
        """Draw a text that ends at `right`, with the middle of its line at `middle`."""
        painter.drawText(QPointF(right - self.width(text), middle + self._below), text)


@lru_cache(maxsize=32)  # those in use; a font that is changed later is another key
def quick_text(font: QFont) -> QuickText:
    """Return what paints texts of a font."""
    return QuickText(QFont(font))
