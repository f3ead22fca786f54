"""Widgets and layouts with their properties, in one expression.

Qt's constructors take any property by keyword, but PySide's stubs know none that a class inherits (6.11), so
mypy refuses them.
"""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QGridLayout,
    QLayout,
    QScrollArea,
    QSplitter,
    QWidget,
)

_Named = TypeVar("_Named", bound=QWidget | QAction)
_Widget = TypeVar("_Widget", bound=QWidget)
_Button = TypeVar("_Button", bound=QAbstractButton)
_Layout = TypeVar("_Layout", bound=QLayout)
_Box = TypeVar("_Box", bound=QBoxLayout)


def named(widget: _Named, name: str, tip: str = "", accessible: str = "") -> _Named:
    """Return the widget or action, with an object name; with a tool tip and an accessible name, if given."""
    widget.setObjectName(name)
    if tip:
        widget.setToolTip(tip)
    if accessible and isinstance(widget, QWidget):
        widget.setAccessibleName(accessible)
    return widget


def clickable(
    widget: _Button, name: str, text: str, tip: str = "", clicked: object = None, margin: int | None = None
) -> _Button:
    """Return the button, `named` and with a text, its click connected to a signal or method.

    With a margin its least width is that of the text and this many pixels more, not Fusion's 80.
    """
    named(widget, name, tip).setText(text)
    if clicked is not None:
        widget.clicked.connect(clicked)
    if margin is not None:
        widget.setMinimumWidth(widget.fontMetrics().horizontalAdvance(text) + margin)
    return widget


def bold(widget: _Widget, scale: float = 1.0) -> _Widget:
    """Return the widget, its font bold and `scale` times as large."""
    font = widget.font()
    font.setBold(True)
    if scale != 1.0:
        font.setPointSizeF(font.pointSizeF() * scale)
    widget.setFont(font)
    return widget


def spaced(
    layout: _Layout,
    spacing: int | None = None,
    margins: tuple[int, int, int, int] = (0, 0, 0, 0),
    rows: int | None = None,
    columns: int | None = None,
) -> _Layout:
    """Return the layout, with these margins (left, top, right, bottom) and this spacing, in pixels.

    Spacing is the style's where not given; rows and columns are a grid's own spacings.
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


def filled(layout: _Box, *items: QWidget | QLayout | int | tuple[QWidget | QLayout, int]) -> _Box:
    """Return the layout with these items, from first to last.

    A pair is an item and its stretch; a number alone is empty room of that stretch.
    """
    for item in items:
        part, stretch = item if isinstance(item, tuple) else (item, 0)
        if isinstance(part, int):
            layout.addStretch(part)
        elif isinstance(part, QLayout):
            layout.addLayout(part, stretch)
        else:
            layout.addWidget(part, stretch)
    return layout


def split(splitter: QSplitter, *parts: tuple[QWidget, int]) -> QSplitter:
    """Return the splitter with these widgets and their stretches; none can be folded away."""
    for index, (widget, stretch) in enumerate(parts):
        splitter.addWidget(widget)
        splitter.setStretchFactor(index, stretch)
    splitter.setChildrenCollapsible(False)
    return splitter


def scrolled(area: QScrollArea, content: QWidget) -> QScrollArea:
    """Return the area, which scrolls its content up and down and has no frame."""
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidgetResizable(True)
    area.setWidget(content)
    return area
