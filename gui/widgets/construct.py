"""Widgets and layouts with their properties, in one expression.

Qt's constructors take any property by keyword, but PySide's stubs know none that a class inherits (6.11), so
mypy refuses them.
"""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QLayout, QWidget

_Named = TypeVar("_Named", bound=QWidget | QAction)
_Layout = TypeVar("_Layout", bound=QLayout)


def named(widget: _Named, name: str, tip: str = "", accessible: str = "") -> _Named:
    """The widget or action, with an object name; and with a tool tip and an accessible name, where given."""
    widget.setObjectName(name)
    if tip:
        widget.setToolTip(tip)
    if accessible and isinstance(widget, QWidget):
        widget.setAccessibleName(accessible)
    return widget


def spaced(
    layout: _Layout,
    spacing: int | None = None,
    margins: tuple[int, int, int, int] = (0, 0, 0, 0),
    rows: int | None = None,
    columns: int | None = None,
) -> _Layout:
    """The layout, with these margins (left, top, right, bottom) and this spacing, in pixels.

    Args:
        layout: what is returned.
        spacing: between its items; the style's, where not given.
        margins: around them.
        rows: between a grid's rows.
        columns: between a grid's columns.
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
