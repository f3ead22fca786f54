"""Widgets as they are to be in a figure, for a moment: light, and as large as all that scrolls in them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QPushButton,
    QScrollBar,
    QSlider,
    QToolButton,
    QWidget,
)

from gui.paint.printing import FitsPaper, printing
from gui.paint.theme import is_dark, print_colours
from gui.widgets.construct import SCREEN_ONLY
from gui.window.figure import Figure
from gui.window.looks import Looks

_TALLEST = 20_000
"""Pixels: what scrolls farther is cut off there."""
_ROUNDS = 4  # a view that is given room may lay itself out anew, and need other room
_CONTROLS = (QPushButton, QToolButton, QScrollBar, QSlider)
_NEVER = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
_StyledGround = Qt.WidgetAttribute.WA_StyledBackground
_Hidden = Qt.WidgetAttribute.WA_WState_Hidden
_OwnPalette = Qt.WidgetAttribute.WA_SetPalette


@contextlib.contextmanager
def posed(figure: Figure, looks: Looks, widest: int) -> Iterator[None]:
    """Let a figure's widgets be light, whole, and without controls or marks of the keys inside.

    Those that have a layout for paper get it; `widest` is how many pixels across they may have.

    Nothing of it is seen: the window is not painted before all is as it was. Its updates stay on, as without
    them Qt renders nothing that the widgets contain. Another theme for the whole program would take 0.6 s
    there and 0.6 s back; this takes milliseconds.
    """
    with contextlib.ExitStack() as stack:
        if is_dark(figure.main.palette()):
            stack.enter_context(_light(figure.widgets, looks))
        stack.enter_context(_without_keys(figure.widgets))
        if isinstance(figure.main, FitsPaper):
            stack.enter_context(figure.main.on_paper(widest))
        stack.enter_context(_whole(figure.main))
        for widget in figure.widgets[:-1]:
            stack.enter_context(_as_wide(widget, figure.main.width()))
        controls = [each for widget in figure.widgets for each in _controls_in(widget)]
        stack.enter_context(_left_out(controls))
        stack.enter_context(printing())
        yield


@contextlib.contextmanager
def _light(widgets: Iterable[QWidget], looks: Looks) -> Iterator[None]:
    palette, style = print_colours()
    before = [
        (each, each.palette() if each.testAttribute(_OwnPalette) else QPalette(), each.styleSheet())
        for each in widgets
    ]
    dark = looks.palette
    try:
        for widget, _, _ in before:
            widget.setPalette(palette)
            widget.setStyleSheet(style)
        looks.set_palette(palette)
        yield
    finally:
        for widget, own_palette, own_style in before:
            widget.setStyleSheet(own_style)
            widget.setPalette(own_palette)
        looks.set_palette(dark)


class _Unframed(QObject):
    """Keeps a scroll area from painting itself: that is its frame alone, as what scrolls is a child."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return event.type() == QEvent.Type.Paint


@contextlib.contextmanager
def _without_keys(widgets: Iterable[QWidget]) -> Iterator[None]:
    """Leave out the frame that the style gives to what scrolls and has the keys, who keeps them."""
    focused = QApplication.focusWidget()
    if not isinstance(focused, QAbstractScrollArea) or not any(
        each is focused or each.isAncestorOf(focused) for each in widgets
    ):
        yield
        return
    unframed, has_ground = _Unframed(), focused.testAttribute(_StyledGround)
    focused.installEventFilter(unframed)
    focused.setAttribute(_StyledGround, False)  # which has the frame, too
    try:
        yield
    finally:
        focused.setAttribute(_StyledGround, has_ground)
        focused.removeEventFilter(unframed)


@contextlib.contextmanager
def _whole(widget: QWidget) -> Iterator[None]:
    """Make a widget so large that nothing in it needs to scroll."""
    size, areas = widget.size(), _scrolling_in(widget)
    places = [(area, area.horizontalScrollBar().value(), area.verticalScrollBar().value()) for area in areas]
    try:
        for _ in range(_ROUNDS):
            right, down = _hidden_part(areas)
            if not (right or down) or widget.height() >= _TALLEST:
                break
            widget.resize(widget.width() + right, min(widget.height() + down, _TALLEST))
        yield
    finally:
        if widget.size() != size:
            widget.resize(size)
            for area, x, y in places:
                if isinstance(area, QAbstractItemView):
                    area.doItemsLayout()
                area.horizontalScrollBar().setValue(x)
                area.verticalScrollBar().setValue(y)


def _scrolling_in(widget: QWidget) -> list[QAbstractScrollArea]:
    areas = widget.findChildren(QAbstractScrollArea)
    if isinstance(widget, QAbstractScrollArea):
        areas.append(widget)
    return [area for area in areas if area.isVisible()]


def _hidden_part(areas: Iterable[QAbstractScrollArea]) -> tuple[int, int]:
    """Return how many pixels, across and down, are missing at most."""
    right = down = 0
    for area in areas:
        x, y = area.horizontalScrollBar(), area.verticalScrollBar()
        line = 1
        if isinstance(area, QAbstractItemView):
            area.doItemsLayout()
            if area.verticalScrollMode() == QAbstractItemView.ScrollMode.ScrollPerItem:
                line = max(area.sizeHintForRow(0), 1)
        if area.horizontalScrollBarPolicy() != _NEVER:
            right = max(right, x.maximum() - x.minimum())
        if area.verticalScrollBarPolicy() != _NEVER:  # a plot's scene is larger than what it shows
            down = max(down, (y.maximum() - y.minimum()) * line)
    return right, down


@contextlib.contextmanager
def _as_wide(widget: QWidget, width: int) -> Iterator[None]:
    size = widget.size()
    try:
        if widget.hasHeightForWidth():
            widget.resize(width, max(widget.heightForWidth(width), 1))
        else:
            widget.resize(width, size.height())
        yield
    finally:
        widget.resize(size)


def _controls_in(widget: QWidget) -> list[QWidget]:
    return [
        each
        for each in widget.findChildren(QWidget)
        if each.isVisible() and (isinstance(each, _CONTROLS) or each.property(SCREEN_ONLY))
    ]


@contextlib.contextmanager
def _left_out(widgets: Iterable[QWidget]) -> Iterator[None]:
    """Let what contains these widgets be painted without them.

    Hidden as usual, they would give their places and the keys away.
    """
    widgets = list(widgets)
    try:
        for widget in widgets:
            widget.setAttribute(_Hidden, True)
        yield
    finally:
        for widget in widgets:
            widget.setAttribute(_Hidden, False)
