"""The program's own icons: one drawing each, in the colour of the text beside it."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer


def icon(name: str) -> QIcon:
    """Return `resources/icons/{name}.svg`, which follows light and dark, and pales when it is disabled."""
    return QIcon(_Engine(name))


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
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        side = min(rect.width(), rect.height())
        shown = QRect(0, 0, side, side)
        shown.moveCenter(rect.center())
        painter.drawPixmap(shown, picture(self._name, round(side * ratio), _colour(mode).rgb()))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return picture(self._name, min(size.width(), size.height()), _colour(mode).rgb())

    def clone(self) -> QIconEngine:
        return _Engine(self._name)


def _colour(mode: QIcon.Mode) -> QColor:
    is_disabled = mode == QIcon.Mode.Disabled
    group = QPalette.ColorGroup.Disabled if is_disabled else QPalette.ColorGroup.Active
    return QGuiApplication.palette().color(group, QPalette.ColorRole.ButtonText)
