"""Three sizes of text: title, body, small. They grow and shrink together, and drawn sizes with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

TITLE = 1.2
"""How much larger a title is than the body."""
_SMALL = 0.85
_SMALLEST = 6.5  # points
_BODY_HEIGHT = 14  # pixels of a line of body text for which sizes in the source are meant
_SYSTEM_SIZE = "system_text_size"  # points, kept by the application: its own font changes
_SCALE, _BOLD = "text_scale", "text_bold"  # what a widget keeps of `set_text`

_Widget = TypeVar("_Widget", bound=QWidget)
_fitted: WeakKeyDictionary[QWidget, list[Callable[[Any], object]]] = WeakKeyDictionary()


def small_font(font: QFont) -> QFont:
    """Return a smaller font for axes, legends and captions."""
    small = QFont(font)
    small.setPointSizeF(max(font.pointSizeF() * _SMALL, _SMALLEST))
    return small


def set_text(widget: QWidget, scale: float = 1.0, is_bold: bool = False) -> None:
    """Give a widget text `scale` times as large as the body, bold or not, now and whenever that changes."""
    widget.setProperty(_SCALE, scale)
    widget.setProperty(_BOLD, is_bold)
    _apply(widget)


def set_small_text(widget: QWidget) -> None:
    """Give a widget small text."""
    set_text(widget, _SMALL)


def _apply(widget: QWidget) -> None:
    font = QApplication.font()
    font.setPointSizeF(max(font.pointSizeF() * widget.property(_SCALE), _SMALLEST))
    font.setBold(widget.property(_BOLD))
    widget.setFont(font)


def fit_to_text(widget: _Widget, fit: Callable[[_Widget], object]) -> _Widget:
    """Give a widget a size that depends on its text's, now and whenever that changes; return the widget.

    `fit` must not hold the widget: it gets it.
    """
    fit(widget)
    _fitted.setdefault(widget, []).append(fit)
    return widget


def system_line_height() -> float:
    """Return the height in pixels of a line of the system's own font, whatever the window uses."""
    return QFontMetricsF(_system_font()).height()


def set_body_scale(scale: float) -> bool:
    """Make the body text of all windows `scale` times as large as the system's; return whether it was not."""
    font = _system_font()
    font.setPointSizeF(max(font.pointSizeF() * scale, _SMALLEST))
    if font == QApplication.font():
        return False
    QApplication.setFont(font)
    # At once: what follows asks widgets how large their text is.
    QApplication.sendPostedEvents(None, QEvent.Type.ApplicationFontChange.value)
    for widget in QApplication.allWidgets():
        if widget.property(_SCALE) is not None:
            _apply(widget)
    for widget, fits in list(_fitted.items()):
        for fit in fits:
            if isValid(widget):
                fit(widget)
    return True


def _system_font() -> QFont:
    app = QApplication.instance()
    assert app is not None
    font = QApplication.font()
    if app.property(_SYSTEM_SIZE) is None:
        app.setProperty(_SYSTEM_SIZE, font.pointSizeF())
    font.setPointSizeF(app.property(_SYSTEM_SIZE))
    return font


def pixels(widget: QWidget, size: float) -> int:
    """Return a size that is meant for usual text, in pixels, for a widget's own: graphics grow with words."""
    return round(size * widget.fontMetrics().height() / _BODY_HEIGHT)


def scaled(widget: QWidget, size: QSize) -> QSize:
    """Return a width and height likewise."""
    return QSize(pixels(widget, size.width()), pixels(widget, size.height()))
