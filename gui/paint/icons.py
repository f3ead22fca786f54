"""The program's own icons: one drawing each, in the colour of the text beside it."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer


def icon(name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """Return `resources/icons/{name}.svg`, which follows light and dark, and pales when it is disabled."""
    return QIcon(_Engine(name, role))


@lru_cache(maxsize=256)
def picture(name: str, side: int, colour: int) -> QPixmap:
    """Return an icon, `side` pixels of the screen wide and high, in an RGB colour."""
    shown = QPixmap(side, side)
    shown.fill(Qt.GlobalColor.transparent)
    drawing = files("resources") / "icons" / f"{name}.svg"
    if not drawing.is_file():
        return shown  # a new page, say, whose icon is still to be drawn
    with QPainter(shown) as painter:
        QSvgRenderer(str(drawing)).render(painter)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(shown.rect(), QColor(colour))
    return shown


class _Engine(QIconEngine):
    def __init__(self, name: str, role: QPalette.ColorRole) -> None:
        super().__init__()
        self._name, self._role = name, role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        side = min(rect.width(), rect.height())
        shown = QRect(0, 0, side, side)
        shown.moveCenter(rect.center())
        painter.drawPixmap(shown, picture(self._name, round(side * ratio), self._colour(mode).rgb()))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return picture(self._name, min(size.width(), size.height()), self._colour(mode).rgb())

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._role)

    def _colour(self, mode: QIcon.Mode) -> QColor:
        palette = QGuiApplication.palette()
        if mode == QIcon.Mode.Disabled:
            return palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
        return palette.color(QPalette.ColorGroup.Active, self._role)
