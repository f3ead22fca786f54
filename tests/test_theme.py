"""Colours: that text can be read on whatever it stands on, and that each thing has a colour of its own."""

from __future__ import annotations

from dataclasses import astuple, fields
from itertools import combinations

import pytest
from driving import settle
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.paint.colours import COLOUR_MAPS, colour_table
from gui.paint.icons import icon, picture
from gui.paint.text import set_body_scale
from gui.paint.theme import DARK, LIGHT, Colours, apply_theme, colours_of, is_dark

_GROUNDS = ("ground", "card", "paper", "track", "button", "hover", "accent_soft", "note")


def rgb(colour: str) -> tuple[int, int, int]:
    shown = QColor(colour)
    return shown.red(), shown.green(), shown.blue()


def luminance(colour: str) -> float:
    """WCAG 2.1's relative luminance."""
    shares = (value / 255 for value in rgb(colour))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", _GROUNDS)
def test_text_has_a_contrast_of_four_and_a_half_on_whatever_it_stands_on(
    colours: Colours, ground: str
) -> None:
    for ink in ("text", "secondary"):
        assert contrast(getattr(colours, ink), getattr(colours, ground)) >= 4.5, ink


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_warnings_links_and_the_main_button_can_be_read(colours: Colours) -> None:
    for ground in (colours.card, colours.paper, colours.ground):
        assert contrast(colours.warning, ground) >= 4.5
        assert contrast(colours.accent, ground) >= 4.5
        assert contrast(colours.frame, ground) >= 3  # a mark, no words (WCAG 1.4.11)
        assert contrast(colours.line, ground) >= 2.4
    assert contrast(colours.on_accent, colours.accent) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_selection_answer_frames_and_values_have_colours_of_their_own(dark: bool) -> None:
    colours = DARK if dark else LIGHT
    marks = [colours.accent, colours.answer, colours.frame, colours.data, colours.warning]
    for first, second in combinations(marks, 2):
        assert distance(first, second) > 60, (first, second)
    for name in COLOUR_MAPS[:2]:
        table = colour_table(name, dark, 0)
        strongest = [QColor(int(table[at]) & 0xFFFFFF).name() for at in (40, 214)]
        for value in strongest:
            assert distance(colours.frame, value) > 60


def distance(first: str, second: str) -> float:
    pairs = zip(rgb(first), rgb(second), strict=True)
    return float(sum((one - other) ** 2 for one, other in pairs) ** 0.5)


def test_every_colour_is_a_colour() -> None:
    assert len(fields(Colours)) == len(astuple(LIGHT))
    assert all(QColor(colour).isValid() for colour in (*astuple(LIGHT), *astuple(DARK)))


def test_windows_follow_a_change_of_theme(qtbot: QtBot) -> None:
    label, button = QLabel("words"), QPushButton("words")
    button.setProperty("main", True)
    for widget in (label, button):
        qtbot.addWidget(widget)
        widget.show()
    try:
        for theme, colours in (("dark", DARK), ("light", LIGHT)):
            apply_theme(theme)
            settle()
            assert is_dark(label.palette()) == (theme == "dark")
            assert colours_of(label.palette()) == colours
            assert label.palette().color(QPalette.ColorRole.Window) == QColor(colours.card)
            shown = button.grab().toImage()
            assert shown.pixelColor(shown.width() // 2, 4) == QColor(colours.accent)
    finally:
        apply_theme("system")


def test_an_icon_has_the_colour_of_the_text_beside_it_and_pales_when_disabled(qtbot: QtBot) -> None:
    assert picture("stop", 24, QColor("#123456").rgb()).toImage().pixelColor(12, 12) == QColor("#123456")
    button = QPushButton()
    button.setIcon(icon("stop"))
    qtbot.addWidget(button)
    button.show()
    seen = {}
    try:
        for theme in ("light", "dark"):
            apply_theme(theme)
            for is_enabled in (True, False):
                button.setEnabled(is_enabled)
                settle()
                seen[theme, is_enabled] = button.grab().toImage().pixelColor(button.rect().center()).name()
    finally:
        apply_theme("system")
    assert seen["light", True] == LIGHT.text and seen["dark", True] == DARK.text
    assert seen["light", False] == LIGHT.disabled and seen["dark", False] == DARK.disabled


def test_the_style_sheet_has_no_name_left_unfilled() -> None:
    apply_theme("system")
    app = QApplication.instance()
    assert isinstance(app, QApplication) and "$" not in app.styleSheet() and "{" in app.styleSheet()


@pytest.mark.parametrize("theme", ["system", "dark"])
def test_a_window_that_follows_the_system_takes_its_new_theme(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    window._settings.theme = theme
    applied: list[str] = []
    monkeypatch.setattr("gui.main_window.apply_theme", applied.append)
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    settle()
    assert applied == (["system"] if theme == "system" else [])


@pytest.mark.parametrize("scale", [0.72, 0.8, 0.85, 1.0, 1.2, 1.45, 1.85])
@pytest.mark.parametrize("is_checked", [False, True])
def test_a_choice_of_one_is_round_at_every_size_of_text(qtbot: QtBot, scale: float, is_checked: bool) -> None:
    """A radius that is more than half of the side would leave corners."""
    set_body_scale(scale)
    button = QRadioButton("")
    qtbot.addWidget(button)
    button.setChecked(is_checked)
    button.resize(60, 40)
    image = button.grab().toImage()
    ground = image.pixelColor(image.width() - 2, image.height() - 2)
    inked = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if abs(image.pixelColor(x, y).lightness() - ground.lightness()) > 40
    ]
    left, top = min(x for x, _ in inked), min(y for _, y in inked)
    right, bottom = max(x for x, _ in inked), max(y for _, y in inked)
    assert right - left > 6 and abs((right - left) - (bottom - top)) <= 1
    for corner in ((left, top), (right, top), (left, bottom), (right, bottom)):
        assert corner not in inked
