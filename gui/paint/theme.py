"""Light and dark windows: their colours, the style of their controls, and what each colour is for.

Text keeps a contrast of 4.5:1 on whatever it stands on, so that a projector shows it (WCAG 2.1, 1.4.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

THEMES = ("system", "light", "dark")

_SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
_Role = QPalette.ColorRole


@dataclass(frozen=True)
class Colours:
    """What a window is painted with, each colour for one thing alone."""

    ground: str
    """Behind the cards."""
    card: str
    """What is read lies on it."""
    paper: str
    """Sheets, fields and plots."""
    track: str
    """Where a bar could reach, and every other row of a table."""
    border: str
    line: str
    """Axes and marks that carry no words."""
    text: str
    secondary: str
    """Explanations and captions."""
    disabled: str
    button: str
    hover: str
    accent: str
    """What is chosen, what has the keys, and the page's one main button."""
    on_accent: str
    accent_soft: str
    """Behind what is chosen."""
    answer: str
    """The bar of what the network reads."""
    data: str
    """Bars and marks of a chart that has one kind of them."""
    frame: str
    """Around the cells that are spoken of; told apart from every value's colour."""
    warning: str
    note: str
    """Behind a message."""


LIGHT = Colours(
    ground="#e9edf2", card="#ffffff", paper="#ffffff", track="#eff2f6", border="#ccd3dc", line="#8d97a5",
    text="#1a2029", secondary="#525c6b", disabled="#98a1ad", button="#f6f8fa", hover="#e6ebf1",
    accent="#0a6e69", on_accent="#ffffff", accent_soft="#d5ece9", answer="#2f3b4c", data="#5f7896",
    frame="#c2186b", warning="#b3261e", note="#fdf3d3",
)  # fmt: skip
DARK = Colours(
    ground="#16191d", card="#20242a", paper="#191c21", track="#2b3038", border="#3d444e", line="#7b8592",
    text="#eef1f5", secondary="#b0b8c4", disabled="#6c7480", button="#2d333b", hover="#39414b",
    accent="#4fc4ba", on_accent="#06211f", accent_soft="#1d4a48", answer="#d9e0ea", data="#93aac6",
    frame="#ff5cc8", warning="#ff9a8c", note="#463d1f",
)  # fmt: skip


def apply_theme(theme: str) -> None:
    """Make the application's windows follow one of `THEMES`."""
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(_SCHEMES[theme])
    # A Linux desktop without a theme of Qt's own does not know dark windows (seen with 6.11 on xcb).
    dark = theme == "dark" or (theme == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
    colours = DARK if dark else LIGHT
    QGuiApplication.setPalette(_palette(colours))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    # Else no widget with a style sheet would follow the application's font.
    app.setAttribute(Qt.ApplicationAttribute.AA_UseStyleSheetPropagationInWidgetStyles)
    style = _style(colours)
    if style != app.styleSheet():  # else all widgets of all windows would be styled anew
        app.setStyleSheet(style)


def print_colours() -> tuple[QPalette, str]:
    """Return the palette and style sheet of figures, which are light whatever the windows are."""
    return _palette(LIGHT), _style(LIGHT)


def _style(colours: Colours) -> str:
    tick = files("resources") / "icons" / ("tick_dark.svg" if colours is DARK else "tick_light.svg")
    return _STYLE.substitute(vars(colours), tick=tick)


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    for role, colour in {
        _Role.Window: colours.card,
        _Role.WindowText: colours.text,
        _Role.Base: colours.paper,
        _Role.AlternateBase: colours.track,
        _Role.Text: colours.text,
        _Role.PlaceholderText: colours.secondary,
        _Role.Button: colours.button,
        _Role.ButtonText: colours.text,
        _Role.BrightText: colours.warning,
        _Role.Light: colours.hover,
        _Role.Midlight: colours.hover,
        _Role.Mid: colours.line,
        _Role.Dark: colours.border,
        _Role.Shadow: colours.ground,
        _Role.Highlight: colours.accent,
        _Role.HighlightedText: colours.on_accent,
        _Role.Accent: colours.accent,
        _Role.Link: colours.accent,
        _Role.LinkVisited: colours.accent,
        _Role.ToolTipBase: colours.note,
        _Role.ToolTipText: colours.text,
    }.items():
        palette.setColor(role, QColor(colour))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, _Role.Highlight, QColor(colours.line))
    return palette


def is_dark(palette: QPalette) -> bool:
    """Whether windows of this palette are dark."""
    return palette.color(_Role.Window).lightness() < 128


def colours_of(palette: QPalette) -> Colours:
    """Return what windows of this palette are painted with."""
    return DARK if is_dark(palette) else LIGHT


def warning_colour(palette: QPalette) -> QColor:
    """Return the colour of warnings; it can be read on windows of this palette."""
    return QColor(colours_of(palette).warning)


def frame_colour(palette: QPalette) -> QColor:
    """Return the colour around cells that are spoken of."""
    return QColor(colours_of(palette).frame)


def answer_colour(palette: QPalette) -> QColor:
    """Return the colour of the bar of what the network reads."""
    return QColor(colours_of(palette).answer)


def data_colour(palette: QPalette) -> QColor:
    """Return the colour of a chart's bars where they are all of one kind."""
    return QColor(colours_of(palette).data)


# What Fusion paints well by the palette, it paints: fields, boxes and lists.
_STYLE = Template("""
QMainWindow, QMenuBar, QStatusBar, QWidget#rooms {
    background: $ground;
}
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: 4px; }
QMenuBar::item:selected { background: $hover; color: $text; }
QStatusBar::item { border: none; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $border; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $line; border: 2px solid $card; border-radius: 5px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: $secondary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: $note; color: $text; border: 1px solid $border; padding: 4px; }

QFrame[card="true"] { background: $card; border: 1px solid $border; border-radius: 8px; }
QFrame#tour { border: 2px solid $accent; }
QFrame[note="true"] { background: $note; border: 1px solid $border; border-radius: 6px; }

QPushButton, QToolButton {
    background: $button; color: $text; border: 1px solid $border; border-radius: 5px; padding: 3px 10px;
}
QToolButton { padding: 3px 6px; }
QPushButton[tight="true"], QToolButton[tight="true"] { padding: 3px 0; }
QToolButton[popupMode="1"] { padding-right: 20px; }
QToolButton::menu-button { border: none; width: 18px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $border; }
QPushButton:checked, QToolButton:checked { background: $accent_soft; border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; background: transparent; }
QPushButton:focus, QToolButton:focus { border: 2px solid $accent; padding: 2px 9px; }
QToolButton:focus { padding: 2px 5px; }
QPushButton[tight="true"]:focus, QToolButton[tight="true"]:focus { padding: 2px 0; }
QPushButton[main="true"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: bold; }
QPushButton[menu="true"], QToolButton[popupMode="2"] { padding-right: 20px; }
QPushButton::menu-indicator, QToolButton::menu-indicator {
    subcontrol-origin: border; subcontrol-position: center right; right: 6px; width: 10px;
}
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton[main="true"]:hover { border-color: $text; }
QPushButton[main="true"]:focus { border-color: $text; }
QPushButton[main="true"]:disabled { background: $track; color: $disabled; border-color: $border; }
QToolButton:autoRaise { background: transparent; border-color: transparent; }
QToolButton[autoRaise="true"] { background: transparent; border-color: transparent; }
QToolButton[autoRaise="true"]:hover { background: $hover; }
QToolButton[autoRaise="true"]:checked { background: $accent_soft; border-color: $accent; }
QToolButton[autoRaise="true"]:focus { border-color: $accent; }

QTabWidget::pane { border: none; }
QTabBar { qproperty-drawBase: 0; }
QListView::item:disabled { color: $secondary; }
QTabBar::tab {
    background: $button; color: $text; border: 1px solid $border; border-right-width: 0;
    padding: 4px 11px; margin-bottom: 4px;
}
QTabBar::tab:first { border-top-left-radius: 6px; border-bottom-left-radius: 6px; }
QTabBar::tab:last { border-right-width: 1px; border-top-right-radius: 6px; border-bottom-right-radius: 6px; }
QTabBar::tab:only-one { border-radius: 6px; }
QTabBar::tab:hover { background: $hover; }
QTabBar::tab:selected { background: $accent_soft; }
QTabBar:focus { outline: none; }
QTabBar::tab:selected:focus { border: 2px solid $accent; padding: 3px 10px; }

QAbstractItemView:focus, QAbstractScrollArea:focus { border: 2px solid $accent; }
QGraphicsView:focus { border: none; }
QCheckBox::indicator, QTreeView::indicator {
    width: 0.85em; height: 0.85em; border: 1px solid $secondary; border-radius: 3px; background: $paper;
}
QRadioButton::indicator {
    width: 0.85em; height: 0.85em; border: 1px solid $secondary; border-radius: 0.42em; background: $paper;
}
QRadioButton::indicator:checked {
    width: 0.45em; height: 0.45em; border: 0.25em solid $accent; border-radius: 0.44em;
}
QRadioButton::indicator:disabled { border-color: $disabled; }
QRadioButton::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked, QTreeView::indicator:checked {
    background: $accent; border-color: $accent; image: url($tick);
}
QCheckBox::indicator:disabled { border-color: $disabled; }
QCheckBox::indicator:checked:disabled { background: $disabled; }
QCheckBox::indicator:focus { border: 2px solid $accent; }
QSlider::groove:horizontal { height: 0.25em; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { border-radius: 2px; background: $accent; }
QSlider::sub-page:horizontal:disabled { background: $disabled; }
QSlider::handle:horizontal {
    width: 0.95em; margin: -0.4em 0; border: 1px solid $line; border-radius: 0.45em; background: $button;
}
QSlider::handle:horizontal:hover { background: $hover; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; }
""")
