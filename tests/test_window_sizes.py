"""The window at all sizes: text and graphics that suit it, nothing cut off, what can be put away."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from driving import action, child, press, settle, view_of
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.layers.close_up import CloseUp
from gui.main_window import MainWindow
from gui.pad.drawing_canvas import DrawingCanvas
from gui.paint.text import set_body_scale, system_line_height
from gui.paint.theme import colours_of
from gui.tabs import entries
from gui.widgets.combo_box import ComboBox
from gui.widgets.painted import Painted
from gui.widgets.steady_label import SteadyText
from gui.window.navigation import Navigation
from gui.window.text_scale import ZOOMS, body_scale, is_wide

PAGES = [entry.name for entry in entries()]
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def usual_text(qapp: QApplication) -> Iterator[None]:
    yield
    set_body_scale(1.0)


def resized(window: MainWindow, width: int, height: int, qtbot: QtBot) -> None:
    window.resize(width, height)
    qtbot.waitUntil(lambda: not window._resized.isActive(), timeout=5_000)
    settle()


def points() -> float:
    return QApplication.font().pointSizeF()


# Text


def test_text_grows_and_shrinks_with_the_window() -> None:
    unit = 14 / system_line_height()
    scales = [body_scale(QSize(*size), 100) * unit for size in ((1366, 768), (1920, 1080), (3840, 2160))]
    assert scales[0] == pytest.approx(1.0, abs=0.01) and 1.15 <= scales[1] <= 1.3 and 1.7 <= scales[2] <= 2.0
    assert body_scale(QSize(1024, 768), 100) * unit == pytest.approx(0.8, abs=0.01)
    assert body_scale(QSize(300, 200), 100) * unit == pytest.approx(0.6, abs=0.01)  # no smaller
    assert body_scale(QSize(1366, 300), 100) < 0.7  # the lower side rules
    assert body_scale(QSize(1366, 768), 150) * unit == pytest.approx(1.5, abs=0.01)


def test_only_a_large_window_says_what_each_page_is_for() -> None:
    for size, wide in (((1366, 768), False), ((1920, 1080), True), ((1499, 900), False)):
        assert is_wide(QSize(*size), body_scale(QSize(*size), 100)) is wide
    assert not is_wide(QSize(1920, 1080), 2.0)


def test_all_text_follows_the_window_titles_and_small_text_as_well(window: MainWindow, qtbot: QtBot) -> None:
    resized(window, 1366, 768, qtbot)
    usual = points()
    digit, verdict = child(window, QLabel, "answer_digit"), child(window, SteadyText, "answer_verdict")
    before = digit.font().pointSizeF() / verdict.font().pointSizeF()
    preview = window._pad.answer.input_preview.maximumWidth()
    resized(window, 1000, 700, qtbot)
    assert points() < 0.85 * usual
    assert verdict.font().pointSizeF() == pytest.approx(points())
    assert digit.font().pointSizeF() / verdict.font().pointSizeF() == pytest.approx(before, rel=0.02)
    assert digit.font().bold() and digit.minimumHeight() == digit.fontMetrics().height()
    assert window._pad.answer.input_preview.maximumWidth() < 0.9 * preview
    resized(window, 1366, 768, qtbot)
    assert points() == usual


def test_keys_make_text_and_graphics_larger_and_smaller_and_it_is_remembered(
    window: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    resized(window, 1366, 768, qtbot)
    usual, navigation = points(), child(window, Navigation).sizeHint().width()
    for _ in range(3):
        press(window.canvas, Qt.Key.Key_Plus, CONTROL)
    assert points() == pytest.approx(1.5 * usual, rel=0.05)
    assert child(window, Navigation).sizeHint().width() > 1.3 * navigation
    for _ in range(len(ZOOMS)):
        press(window.canvas, Qt.Key.Key_Plus, CONTROL)
    assert window._settings.zoom == ZOOMS[-1]
    press(window.canvas, Qt.Key.Key_0, CONTROL)
    assert points() == usual
    for _ in range(len(ZOOMS)):
        press(window.canvas, Qt.Key.Key_Minus, CONTROL)
    assert window._settings.zoom == ZOOMS[0]
    action(window, "larger").trigger()
    smaller = points()
    window.close()
    again = open_window()
    resized(again, 1366, 768, qtbot)
    assert points() == smaller


@pytest.mark.parametrize("damaged", ["101", "-5", "huge", "1000000000000"])
def test_a_zoom_that_makes_no_sense_is_the_usual_one(
    open_window: Callable[..., MainWindow], damaged: str
) -> None:
    window = open_window()
    window._settings.store.setValue("zoom", damaged)
    assert window._settings.zoom == 100


# Pages


def test_a_click_an_arrow_key_and_ctrl_with_a_number_change_the_page(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert window.page == "inspect" and child(window, QAbstractButton, "inspect_place").isChecked()
    QTest.mouseClick(child(window, QAbstractButton, "why_place"), Qt.MouseButton.LeftButton)
    assert window.page == "why" and not child(window, QAbstractButton, "inspect_place").isChecked()
    press(child(window, QAbstractButton, "why_place"), Qt.Key.Key_Down)
    assert window.page == "train"
    for number, name in enumerate(PAGES, start=1):
        press(window.canvas, Qt.Key(Qt.Key.Key_0 + number), CONTROL)
        assert window.page == name and child(window, QAbstractButton, f"{name}_place").isChecked()
        assert action(window, f"page_{name}").isChecked()


def test_a_page_says_what_it_is_for(window: MainWindow) -> None:
    for entry in entries():
        place = child(window, QAbstractButton, f"{entry.name}_place")
        assert entry.purpose in place.toolTip() and place.accessibleName() == entry.title
        assert 10 < len(entry.purpose) < 40


def test_keys_that_the_pad_does_not_know_are_the_pages(window: MainWindow, qtbot: QtBot) -> None:
    window.open_tab("inspect")
    view = view_of(window, "inspect")
    qtbot.waitUntil(lambda: window._engine.opened is not None)
    window.canvas.setFocus()
    first = view.place[0]
    press(window.canvas, Qt.Key.Key_PageDown)
    assert view.place[0] == first + 1


def test_whatever_takes_keys_shows_that_it_has_them(window: MainWindow, qtbot: QtBot) -> None:
    resized(window, 1366, 768, qtbot)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    ring = QColor(colours_of(window.palette()).accent)
    seen = set()
    for name in PAGES:
        window.open_tab(name)
        settle()
        for widget in (window.canvas, *view_of(window, name).findChildren(QWidget)):
            if not isinstance(widget, Painted | CloseUp | DrawingCanvas):
                continue
            if not widget.isVisible() or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                continue
            for has_keys in (True, False):
                (widget if has_keys else child(window, QAbstractButton, f"{name}_place")).setFocus()
                settle()
                edge = widget.grab().toImage().pixelColor(widget.width() // 2, 1)
                assert (edge == ring) == has_keys, widget.objectName()
            seen.add(type(widget).__name__)
    assert {"DrawingCanvas", "LayerStrip", "MapsView"} <= seen


# What can be put away


def test_a_presentation_shows_pad_and_page_alone_and_the_same_key_ends_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    parts = (window.menuBar(), window.statusBar(), child(window, Navigation))
    press(window.canvas, Qt.Key.Key_F11)
    assert window.isFullScreen() and not any(part.isVisible() for part in parts)
    assert window.canvas.isVisible()
    press(window.canvas, Qt.Key.Key_2, CONTROL)  # keys of hidden menus work
    assert window.page == "prepare"
    press(window.canvas, Qt.Key.Key_F11)
    assert not window.isFullScreen() and all(part.isVisible() for part in parts)


def test_a_ring_goes_with_the_pointer_and_is_in_nobodys_way(window: MainWindow, qtbot: QtBot) -> None:
    ring = child(window, QWidget, "pointer_ring")
    assert not ring.isVisible()
    action(window, "pointer_ring").trigger()
    for at in (QPoint(60, 60), QPoint(90, 120)):
        QTest.mouseMove(window.canvas, at)
        settle()
        wanted = window.canvas.mapTo(window, at)
        assert (ring.geometry().center() - wanted).manhattanLength() <= 2
    assert ring.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents) and ring.isVisible()
    action(window, "pointer_ring").trigger()
    assert not ring.isVisible()


def test_the_pad_and_the_tools_can_be_put_away_and_come_back_as_they_were(
    window: MainWindow, open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    resized(window, 1100, 700, qtbot)
    window.open_tab("inspect")
    settle()
    sizes = child(window, QSplitter, "window_splitter").sizes()
    tools = view_of(window, "inspect").tools
    press(window.canvas, Qt.Key.Key_F9)
    press(window, Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    assert not window.canvas.isVisible() and not tools.isVisible()
    window.close()
    again = open_window()
    resized(again, 1100, 700, qtbot)
    again.open_tab("inspect")
    settle()
    assert not again.canvas.isVisible() and not view_of(again, "inspect").tools.isVisible()
    press(again, Qt.Key.Key_F9)
    press(again, Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    assert again.canvas.isVisible() and view_of(again, "inspect").tools.isVisible()
    now = child(again, QSplitter, "window_splitter").sizes()
    assert now[0] == pytest.approx(sizes[0], abs=12)


def test_the_pad_has_its_width_back_with_the_usual_text(window: MainWindow, qtbot: QtBot) -> None:
    def pad() -> int:
        settle()
        return child(window, QSplitter, "window_splitter").sizes()[0]

    resized(window, 1366, 768, qtbot)
    usual = pad()
    while window._settings.zoom < 200:
        press(window.canvas, Qt.Key.Key_Plus, CONTROL)
        settle()
    assert pad() > 1.4 * usual
    press(window.canvas, Qt.Key.Key_F9)
    press(window, Qt.Key.Key_F9)
    assert pad() > 1.4 * usual
    press(window.canvas, Qt.Key.Key_0, CONTROL)
    assert pad() == pytest.approx(usual, abs=2)
    handle = child(window, QSplitter, "window_splitter").handle(1)  # whoever drags it has it so
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(4, 50))
    QTest.mouseMove(handle, QPoint(104, 50))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(104, 50))
    wide = pad()
    assert wide > usual + 60
    press(window.canvas, Qt.Key.Key_Plus, CONTROL)
    press(window.canvas, Qt.Key.Key_F9)
    press(window, Qt.Key.Key_0, CONTROL)
    press(window, Qt.Key.Key_F9)
    assert pad() == pytest.approx(wide, abs=2)


def test_a_message_moves_nothing(window: MainWindow, qtbot: QtBot) -> None:
    window.open_tab("inspect")
    settle()
    places = [(each, each.geometry()) for each in window.findChildren(QAbstractButton) if each.isVisible()]
    window._say("Something did not work. " * 12)
    settle()
    bar = child(window, QWidget, "message_bar")
    assert bar.isVisible() and bar.geometry().bottom() < window._pages.height()
    assert bar.height() >= bar.heightForWidth(bar.width())  # all of it can be read
    assert all(each.geometry() == place for each, place in places)
    window.resize(window.width() - 60, window.height())
    settle()
    assert bar.geometry().right() < window._pages.width()


# Nothing cut off


def cut_off(window: MainWindow) -> list[str]:
    """What is in sight of the window's words and does not fit its widget, or lies outside its page."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.width() <= 1:
            continue
        name = f"{type(widget).__name__} {widget.objectName()}"
        if isinstance(widget, QAbstractButton) and widget.text():
            lines = widget.text().replace("&", "").splitlines()
            needed = max(widget.fontMetrics().horizontalAdvance(line) for line in lines)
            if isinstance(widget, QPushButton) and not widget.icon().isNull():
                needed += widget.iconSize().width() + 4
            if needed > widget.width():
                found.append(f"{name}: {widget.text()!r} needs {needed} of {widget.width()}")
        if isinstance(widget, QLabel) and not widget.wordWrap() and "<" not in widget.text():
            needed = widget.sizeHint().width() if widget.text() else 0
            if needed > widget.width() + 1:
                found.append(f"{name}: {widget.text()!r} needs {needed} of {widget.width()}")
        if isinstance(widget, ComboBox) and "…" in widget.shown_text():
            found.append(f"{name}: {widget.currentText()!r} is shown as {widget.shown_text()!r}")
        if isinstance(widget, QTabBar) and widget.sizeHint().width() > widget.width() + 1:
            found.append(f"{name}: tabs need {widget.sizeHint().width()} of {widget.width()}")
        if isinstance(widget, QScrollArea) and widget.objectName().endswith("_scroll"):
            bar = widget.horizontalScrollBar()
            if bar.maximum() > 0:
                found.append(f"{name}: {bar.maximum()} pixels too wide")
    return found


# Of screens, and of those whose pixels the system makes 1.5 or 2 times as large.
SIZES = [(1024, 768), (1100, 700), (1366, 768), (1920, 1080), (3840, 2160), (1280, 720), (960, 540)]
TINY = [(683, 512), (733, 467), (911, 512), (512, 384)]  # small ones made so: there pages scroll


@pytest.mark.parametrize("size", SIZES + TINY, ids=str)
def test_nothing_is_cut_off_on_any_page_at_any_usual_size(
    window: MainWindow, qtbot: QtBot, size: tuple[int, int]
) -> None:
    resized(window, *size, qtbot)
    assert (window.width(), window.height()) == size  # no page makes it larger
    wrong = {}
    for name in PAGES:
        window.open_tab(name)
        settle()
        settle()
        assert (window.width(), window.height()) == size
        found = cut_off(window)
        if size in TINY:
            found = [each for each in found if f"{name}_scroll: " not in each and "_chooser" not in each]
        if found:
            wrong[name] = found
    assert not wrong, "\n".join(f"{name}: {each}" for name, all_ in wrong.items() for each in all_)


def test_icons_grow_with_text(window: MainWindow, qtbot: QtBot) -> None:
    sides = {}
    for size in ((1366, 768), (3840, 2160), (1366, 768)):
        resized(window, *size, qtbot)
        window.open_tab("train")
        settle()
        names = "pen_button", "start_button", "stop_button"
        sides[size] = [child(window, QAbstractButton, name).iconSize().width() for name in names]
    small, large = sides.values()
    assert all(16 <= side <= 18 for side in small)
    assert all(side > 1.7 * before for side, before in zip(large, small, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", [{"QT_FONT_DPI": "144"}, {"QT_SCALE_FACTOR": "1.5"}, {"QT_SCALE_FACTOR": "2"}]
)
def test_nothing_is_cut_off_on_systems_with_larger_text_or_pixels(kind: dict[str, str]) -> None:
    """Qt learns of them as it starts."""
    which = "usual_size and (1024 or 1100 or 1366)"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k", which]
    done = subprocess.run(command, env=os.environ | kind, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


@pytest.mark.parametrize("zoom", [100, 125, 150])
def test_larger_text_has_the_room_that_it_needs(window: MainWindow, qtbot: QtBot, zoom: int) -> None:
    resized(window, 1024, 768, qtbot)
    while window._settings.zoom < zoom:
        press(window.canvas, Qt.Key.Key_Plus, CONTROL)
    action(window, "presentation").trigger()
    settle()
    assert window._pad_scroll.horizontalScrollBar().maximum() == 0
    window.open_tab("inspect")
    view = view_of(window, "inspect")
    view.select_layer(4)  # conv2
    wrong = {}
    for place, page in enumerate(view._tool_pages):
        view.tools.setCurrentIndex(place)
        settle()
        settle()
        found = [each for each in cut_off(window) if "inspect_scroll: " not in each]  # the page may scroll
        tool = view.build_tool()
        if tool.width() < tool.minimumSizeHint().width() or view.tools.tabBar().sizeHint().width() > (
            view.tools.width()
        ):
            found.append("the tool has too little room")
        if found:
            wrong[page.name] = found
    assert not wrong
    action(window, "presentation").trigger()


def test_a_click_beside_widgets_leaves_the_keys_where_they_are(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.canvas.setFocus()
    for name in PAGES:
        window.open_tab(name)
        settle()
        window.canvas.setFocus()
        for area in window.findChildren(QScrollArea):
            if area.isVisible():
                QTest.mouseClick(area.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
                assert not area.hasFocus(), area.objectName()


def test_tab_goes_through_the_pad_as_one_reads(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.canvas.setFocus()
    seen: list[str] = []
    widget: QWidget | None = window.canvas
    while len(seen) < 9:
        assert widget is not None
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
        assert widget is not None
        seen.append(widget.objectName())
    wanted = ["eraser_button", "brush_slider", "test_digit_button"]
    places = [seen.index(name) for name in wanted]
    assert places == sorted(places) and seen[0].endswith("_button"), seen


def test_the_keys_follow_the_chosen_page_in_the_navigation(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    place = child(window, QAbstractButton, "compare_place")
    place.setFocus()
    press(place, Qt.Key.Key_Space)
    assert window.page == "compare"
    press(place, Qt.Key.Key_1, CONTROL)
    assert child(window, QAbstractButton, "inspect_place").hasFocus()
    window.canvas.setFocus()
    press(window.canvas, Qt.Key.Key_2, CONTROL)
    assert window.canvas.hasFocus() and window.page == "prepare"
