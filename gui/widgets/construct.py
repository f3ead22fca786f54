"""Widgets and layouts with their properties, in one expression.

Qt's constructors take any property by keyword, but PySide's stubs know none that a class inherits (6.11), so
mypy refuses them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QSize, Qt, SignalInstance
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from gui.paint.icons import icon
from gui.paint.text import fit_to_text, pixels, set_small_text, set_text
from gui.widgets.term_label import TermLabel

STRETCH = None
"""Among the items of a row or column: empty room that grows."""
SCREEN_ONLY = "screen_only"
"""The property of a widget that figures leave out."""

_Placed = QWidget | QLayout
_Item = _Placed | int | None | tuple[_Placed, int] | tuple[_Placed, int, Qt.AlignmentFlag]
_Margins = tuple[int, int, int, int]
_Named = TypeVar("_Named", bound=QWidget | QAction)
_Widget = TypeVar("_Widget", bound=QWidget)
_Button = TypeVar("_Button", bound=QAbstractButton)
_Layout = TypeVar("_Layout", bound=QLayout)
_Box = TypeVar("_Box", bound=QBoxLayout)
_ICON = 16  # pixels on a side


def named(
    widget: _Named,
    name: str,
    tip: str = "",
    accessible: str = "",
    *,
    text: str = "",
    clicked: SignalInstance | Callable[..., Any] | None = None,
    checkable: bool = False,
    small: bool = False,
    pale: bool = False,
) -> _Named:
    """Return the widget or action with an object name, tool tip and accessible name, and its look.

    `text`, the slot or signal for `clicked`, and `checkable` are of buttons; `small` is the font of captions,
    `pale` the colour of placeholders.
    """
    widget.setObjectName(name)
    if tip:
        widget.setToolTip(tip)
    if isinstance(widget, QAbstractButton):
        if checkable:
            widget.setCheckable(True)
        if text:
            widget.setText(text)
        if clicked is not None:
            widget.clicked.connect(clicked)
    if isinstance(widget, QWidget):
        if accessible:
            widget.setAccessibleName(accessible)
        if small:
            set_small_text(widget)
        if pale:
            widget.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return widget


def spaced(
    layout: _Layout,
    spacing: int | None = None,
    margins: _Margins = (0, 0, 0, 0),
    rows: int | None = None,
    columns: int | None = None,
) -> _Layout:
    """Return the layout, with these margins (left, top, right, bottom) and this spacing, in pixels.

    `rows` and `columns` are the spacings of a grid. The style's spacing is kept where none is given.
    """
    layout.setContentsMargins(*margins)
    if spacing is not None:
        layout.setSpacing(spacing)
    if isinstance(layout, QGridLayout):
        if rows is not None:
            layout.setVerticalSpacing(rows)
        if columns is not None:
            layout.setHorizontalSpacing(columns)
    return layout


def in_row(
    *items: _Item,
    on: QWidget | None = None,
    spacing: int | None = None,
    margins: _Margins | None = (0, 0, 0, 0),
) -> QHBoxLayout:
    """Return a layout with these items side by side.

    Args:
        items: widgets and layouts, each alone or with its stretch and alignment; pixels of empty room; or
            `STRETCH`.
        on: the widget that gets the layout.
        spacing: in pixels, between the items; None: the style's.
        margins: in pixels, left, top, right and bottom; None: the style's.
    """
    return _filled(QHBoxLayout() if on is None else QHBoxLayout(on), items, spacing, margins)


def in_column(
    *items: _Item,
    on: QWidget | None = None,
    spacing: int | None = None,
    margins: _Margins | None = (0, 0, 0, 0),
) -> QVBoxLayout:
    """Return a layout with these items one below the other; see `in_row`."""
    return _filled(QVBoxLayout() if on is None else QVBoxLayout(on), items, spacing, margins)


def _filled(layout: _Box, items: tuple[_Item, ...], spacing: int | None, margins: _Margins | None) -> _Box:
    if margins is not None:
        spaced(layout, margins=margins)
    if spacing is not None:
        layout.setSpacing(spacing)
    for item in items:
        if item is STRETCH:
            layout.addStretch()
        elif isinstance(item, int):
            layout.addSpacing(item)
        else:
            placed, *rest = item if isinstance(item, tuple) else (item,)
            add = layout.addWidget if isinstance(placed, QWidget) else layout.addLayout
            add(placed, *rest)  # type: ignore[arg-type]  # the stubs have no common type
    return layout


def card(parent: QWidget, *items: _Item, spacing: int = 6, margin: int = 8) -> QFrame:
    """Return a quiet frame with these items one below the other; see `in_row`."""
    frame = QFrame(parent)
    frame.setProperty("card", True)
    in_column(*items, on=frame, spacing=spacing, margins=(margin, margin, margin, margin))
    return frame


def stacked(parent: QWidget, *pages: QWidget) -> QStackedWidget:
    """Return pages of which one is in sight, the first to begin with."""
    stack = QStackedWidget(parent)
    for page in pages:
        stack.addWidget(page)
    return stack


def message(parent: QWidget, name: str, text: str = "", margin: int = 0) -> TermLabel:
    """Return a label for a sentence that stands in place of a whole view."""
    centre = Qt.AlignmentFlag.AlignCenter
    return named(TermLabel(text, parent, alignment=centre, wordWrap=True, margin=margin), name)


def bold(widget: _Widget, scale: float = 1.0) -> _Widget:
    """Return the widget, its font bold and `scale` times as large."""
    set_text(widget, scale, is_bold=True)
    return widget


def leaves_keys(button: _Button) -> _Button:
    """Return the button, which a click does not give the keys: they stay with the view around it."""
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def symbol(button: _Button, name: str = "") -> _Button:
    """Give a button an icon, or only the size of the one that it has: as large as its text asks for."""
    if name:
        button.setIcon(icon(name))
    return fit_to_text(button, lambda it: it.setIconSize(QSize(1, 1) * pixels(it, _ICON)))


def narrow(button: _Button, margin: int) -> _Button:
    """Return the button, at least as wide as its text and this many pixels of usual text more."""
    button.setProperty("tight", True)
    words = button.text()
    return fit_to_text(
        button,
        lambda it: it.setMinimumWidth(it.fontMetrics().horizontalAdvance(words) + pixels(it, margin)),
    )


def screen_only(widget: _Widget) -> _Widget:
    """Return the widget, which figures leave out: it says what to do, or is there to be used."""
    widget.setProperty(SCREEN_ONLY, True)
    return widget


def split(splitter: QSplitter, *parts: tuple[QWidget, int]) -> QSplitter:
    """Return the splitter with these widgets and their stretches; none can be folded away."""
    for index, (widget, stretch) in enumerate(parts):
        splitter.addWidget(widget)
        splitter.setStretchFactor(index, stretch)
    splitter.setChildrenCollapsible(False)
    return splitter


def exchange(first: QWidget, second: QWidget, shows_second: bool) -> None:
    """Show the second of two widgets in the first's place, or the first; the keys go with it.

    Else Qt gives them to whatever comes next, and the space bar does what nobody meant.
    """
    shown, hidden = (second, first) if shows_second else (first, second)
    had_keys = hidden.hasFocus()
    shown.show()
    if had_keys:
        shown.setFocus()
    hidden.hide()


def framed(area: QScrollArea, content: QWidget) -> QScrollArea:
    """Return the area, which has no frame of its own, and scrolls only where its content has no room."""
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a click beside its widgets leaves the keys where they are
    area.setWidgetResizable(True)
    area.setWidget(content)
    for widget in (area.viewport(), content):
        widget.setAutoFillBackground(False)
    return area
