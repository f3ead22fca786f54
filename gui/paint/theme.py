"""Light and dark windows, and the colours and fonts that depend on them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

THEMES = ("system", "light", "dark")

_SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
_Role = QPalette.ColorRole
_DARK = {
    _Role.Window: "#323232",
    _Role.WindowText: "#f0f0f0",
    _Role.Base: "#242424",
    _Role.AlternateBase: "#2b2b2b",
    _Role.Text: "#f0f0f0",
    _Role.PlaceholderText: "#9a9a9a",
    _Role.Button: "#464646",
    _Role.ButtonText: "#f0f0f0",
    _Role.BrightText: "#ffffff",
    _Role.Light: "#4b4b4b",
    _Role.Midlight: "#414141",
    _Role.Mid: "#5a5a5a",
    _Role.Dark: "#222222",
    _Role.Shadow: "#141414",
    _Role.Highlight: "#308cc6",
    _Role.HighlightedText: "#ffffff",
    _Role.Link: "#6cb6ee",
    _Role.ToolTipBase: "#3f3f2e",
    _Role.ToolTipText: "#f0f0f0",
}


def apply_theme(theme: str) -> None:
    """Make the application's windows follow one of `THEMES`."""
    scheme = _SCHEMES[theme]
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(scheme)
    palette = QPalette()  # the system's
    if scheme == Qt.ColorScheme.Dark and hints.colorScheme() != scheme:
        # A Linux desktop without a theme of Qt's own does not know dark windows (seen with 6.11 on xcb).
        for role, colour in _DARK.items():
            palette.setColor(role, QColor(colour))
        for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#7a7a7a"))
    QGuiApplication.setPalette(palette)
    boxes = QPalette(palette)
    if is_dark(palette):  # Fusion's own empty boxes cannot be told from what is around them
        boxes.setColor(_Role.Base, QColor("#5a5a5a"))
    QApplication.setPalette(boxes, "QCheckBox")  # type: ignore[arg-type]  # the stub wants bytes, the call not


def is_dark(palette: QPalette) -> bool:
    """Whether windows of this palette are dark."""
    return palette.color(_Role.Window).lightness() < 128


def warning_colour(palette: QPalette) -> QColor:
    """Return the colour of warnings; it can be read on windows of this palette."""
    return QColor("#ff9a8c" if is_dark(palette) else "#b3261e")


def small_font(font: QFont) -> QFont:
    """Return a smaller font for axes, legends and captions."""
    small = QFont(font)
    small.setPointSizeF(max(font.pointSizeF() * 0.85, 6.5))
    return small
