from __future__ import annotations

import time

import pytest
from driving import action, child, press, settle, view_of
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QTabWidget, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.window.finder import Finder, Offer, find, offers, plain
from gui.window.glossary_dialog import GlossaryDialog

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def finder(window: MainWindow, qtbot: QtBot) -> Finder:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(window.canvas, Qt.Key.Key_K, CONTROL)
    found = child(window, Finder)
    qtbot.waitUntil(found.isVisible)
    return found


def field(finder: Finder) -> QLineEdit:
    return child(finder, QLineEdit, "finder_field")


def titles(finder: Finder) -> list[str]:
    tree = child(finder, QTreeWidget, "finder_list")
    items = [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]
    return [item.text(0) for item in items if item is not None]


def test_each_command_is_the_first_to_be_found_by_its_title(window: MainWindow) -> None:
    known = offers(window.menuBar(), {})
    assert len(known) > 60
    for offer in known:
        best = find(offer.title, known)[0]
        assert best.title == offer.title
    in_menus = {offer.action.objectName() for offer in known}
    named = {each.objectName() for each in window.findChildren(QAction) if each.shortcuts()}
    assert named <= in_menus  # whatever has a key can be found


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("dark mode", "theme_dark"),
        ("full screen", "presentation"),
        ("photo", "open_picture"),
        ("zoom in", "larger"),
        ("export", "save_drawing"),
        ("night", "theme_dark"),
        ("occlusion", "page_why"),
        ("epochs", "page_train"),
        ("own network", "open_weights"),
        ("page comp", "page_compare"),
        ("erase all", "clear"),
        ("test 7", "test_digit_7"),
    ],
)
def test_it_is_found_by_what_people_may_call_it(finder: Finder, typed: str, name: str) -> None:
    found = find(typed, finder._of_menus)
    assert name in [offer.action.objectName() for offer in found[:2] if offer.action]


def test_words_may_come_in_any_order_and_all_must_fit(window: MainWindow) -> None:
    known = offers(window.menuBar(), {})
    assert find("drawing save", known)[0].title == "Save drawing"
    some = [offer.title for offer in find("save elephant", known)]  # no offer has both
    assert some[0] == "Save drawing" and len(some) <= 12
    assert find("xyzzy elephant", known) == []
    assert find("", known) == known and find("   ", known) == known


def test_the_best_is_first() -> None:
    action_ = QAction()
    among = [
        Offer(title, where, words, action_.trigger, action_)
        for title, where, words in [
            ("Undone", "A", ""), ("Not at all", "A", "un"), ("A run", "A", ""), ("Train un", "A", ""),
            ("Un", "B", ""),
        ]
    ]  # fmt: skip
    assert [each.title for each in find("un", among)] == ["Un", "Undone", "Train un", "A run", "Not at all"]


def test_keys_find_a_page_and_enter_goes_there(window: MainWindow, finder: Finder, qtbot: QtBot) -> None:
    QTest.keyClicks(field(finder), "page prep")
    assert titles(finder)[0] == "Prepare"
    QTest.keyClick(field(finder), Qt.Key.Key_Return)
    assert window.page == "prepare"
    qtbot.waitUntil(lambda: not window.findChildren(Finder))


def test_arrows_choose_escape_leaves_all_as_it_was(window: MainWindow, finder: Finder, qtbot: QtBot) -> None:
    QTest.keyClicks(field(finder), "theme")
    tree = child(finder, QTreeWidget, "finder_list")
    first = titles(finder)
    assert set(first) >= {"Follow the system", "Light", "Dark"}
    QTest.keyClick(field(finder), Qt.Key.Key_Down)
    current = tree.currentItem()
    assert current is not None and current.text(0) == first[1] and field(finder).hasFocus()
    before = window.page
    QTest.keyClick(field(finder), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(Finder))
    assert window.page == before


def test_a_click_does_it(window: MainWindow, finder: Finder, qtbot: QtBot) -> None:
    QTest.keyClicks(field(finder), "logits")
    tree = child(finder, QTreeWidget, "finder_list")
    item = tree.topLevelItem(0)
    assert item is not None
    spot = tree.visualItemRect(item).topLeft() + QPoint(5, 5)
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert action(window, "show_logits").isChecked()


def test_what_cannot_be_done_now_is_shown_and_does_nothing(window: MainWindow, finder: Finder) -> None:
    assert not action(window, "redo").isEnabled()
    QTest.keyClicks(field(finder), "redo")
    assert titles(finder)[0] == "Redo"
    tree = child(finder, QTreeWidget, "finder_list")
    item = tree.topLevelItem(0)
    assert item is not None and item.isDisabled()
    tree.setCurrentItem(item)
    QTest.keyClick(field(finder), Qt.Key.Key_Return)
    assert finder.isVisible()


def test_what_is_not_there_is_said(finder: Finder) -> None:
    nothing = child(finder, QLabel, "finder_nothing")
    assert not nothing.isVisible()
    QTest.keyClicks(field(finder), "xyzzy")
    settle()
    assert nothing.isVisible() and "another word" in nothing.text()
    assert titles(finder) == ["Open the glossary"]
    field(finder).clear()
    assert not nothing.isVisible() and len(titles(finder)) > 60


def test_where_nothing_fits_enter_opens_the_glossary(window: MainWindow, finder: Finder) -> None:
    QTest.keyClicks(field(finder), "xyzzy")
    QTest.keyClick(field(finder), Qt.Key.Key_Return)
    settle()
    assert glossary_page(window)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("what do the colours mean", "Keep the ranges"),
        ("How does convolution work?", "convolution"),
        ("darker", "Dark"),
        ("my first network", "Start or go on with a run"),
        ("train slow", "Batch size"),
        ("lock range", "Keep the ranges"),
        ("zoom", "Inspect"),
        ("blue", "Blue – orange"),
        ("what is what", "What's This?"),
    ],
)
def test_questions_find_what_they_are_about(finder_with_train: Finder, typed: str, title: str) -> None:
    took = 0.0
    for at, letter in enumerate(typed):
        begun = time.perf_counter()
        QTest.keyClicks(field(finder_with_train), letter)
        took = max(took, time.perf_counter() - begun)
        assert titles(finder_with_train), typed[: at + 1]
    assert title in titles(finder_with_train)[:12] and "" not in titles(finder_with_train)
    assert took < 0.1  # 10 ms; cores may be busy


def test_titles_are_plain() -> None:
    assert plain("&Open picture…") == "Open picture"


# Terms, sections and settings


def go(finder: Finder, typed: str, title: str, where: str) -> None:
    """Type, walk down to what has this title and place, and press Enter."""
    QTest.keyClicks(field(finder), typed)
    tree = child(finder, QTreeWidget, "finder_list")
    rows = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    row = [(item.text(0), item.text(1)) for item in rows if item is not None].index((title, where))
    for _ in range(row):
        QTest.keyClick(field(finder), Qt.Key.Key_Down)
    QTest.keyClick(field(finder), Qt.Key.Key_Return)
    settle()


def glossary_page(window: MainWindow) -> str:
    dialog = child(window, GlossaryDialog)
    assert dialog.isVisible()
    return dialog._page.toPlainText()


def test_a_term_is_found_by_its_name_and_by_its_other_forms(window: MainWindow, finder: Finder) -> None:
    assert find("receptive field", finder._offers)[0].where == "Glossary"
    assert "kernel" in [offer.title for offer in find("filters", finder._offers)[:2]]
    go(finder, "recept", "receptive field", "Glossary")
    assert glossary_page(window).startswith("receptive field")


def test_a_section_is_found_by_number_and_title_and_opens_its_terms(
    window: MainWindow, finder: Finder
) -> None:
    assert find("padding and stride", finder._offers)[0].title == "7.3 Padding and Stride"
    go(finder, "7.3", "7.3 Padding and Stride", "Dive into Deep Learning")
    dialog = child(window, GlossaryDialog)
    assert dialog._found == ["stride", "padding"]


@pytest.fixture
def finder_with_train(window: MainWindow, qtbot: QtBot) -> Finder:
    window.open_tab("train")
    window.open_tab("inspect")
    settle()
    window._help.find()
    found = child(window, Finder)
    qtbot.waitUntil(found.isVisible)
    return found


def test_a_setting_is_gone_to_across_pages_tabs_sections_and_scrolling(
    window: MainWindow, finder_with_train: Finder, qtbot: QtBot
) -> None:
    child(window, QTabWidget, "train_left").setCurrentIndex(1)
    heading = child(window, QAbstractButton, "more_heading")
    heading.setChecked(False)
    go(finder_with_train, "weight dec", "Weight decay", "Train › Set up")
    target = child(window, QWidget, "weight_decay_field")
    assert window.page == "train" and heading.isChecked()
    assert window.focusWidget() is target or target.isAncestorOf(window.focusWidget())
    qtbot.waitUntil(lambda: target.visibleRegion().boundingRect().height() >= target.height() - 1)


def test_an_inner_tab_is_gone_to(window: MainWindow, finder: Finder) -> None:
    go(finder, "slide", "Slide", "Inspect")
    tools = child(window, QTabWidget, "inspect_tools")
    assert tools.tabText(tools.currentIndex()) == "Slide"


def test_tools_that_were_put_away_come_back_for_what_is_in_them(window: MainWindow, qtbot: QtBot) -> None:
    view = view_of(window, "inspect")
    view.build_tool("slide")
    action(window, "fold_tools").setChecked(True)
    assert not view.tools.isVisible()
    window._help.find()
    go(child(window, Finder), "speed in", "Speed in cells a second", "Inspect › Slide")
    assert view.tools.isVisible() and not action(window, "fold_tools").isChecked()
    assert window.focusWidget() is child(window, QWidget, "speed_slider")


def test_only_what_can_be_gone_to_is_offered_and_each_once(window: MainWindow) -> None:
    assert not any(offer.where.startswith("Train ›") for offer in window._help._further())  # not built yet
    window.open_tab("train")
    window.open_tab("my_digits")
    offered = [(offer.title, offer.where) for offer in window._help._further()]
    assert len(set(offered)) == len(offered)
    there = dict.fromkeys(offered)
    for title in ("Momentum", "Learning rate", "Epochs", "Turn", "Schedule"):
        assert (title, "Train › Set up") in there
    assert ("Weights and gradients", "Train") in there
    assert ("Loss in powers of ten", "Train › Curves") in there
    titles = {title for title, _ in offered}
    assert "Scroll Left" not in titles and "Eraser" not in titles and "" not in titles
    assert not child(window, QWidget, "use_taught_button").isVisible() and "Use it on the pad" not in titles


def test_no_more_rows_are_shown_than_anyone_reads(window: MainWindow) -> None:
    finder_ = Finder(window.menuBar(), list(window._help._further()), window)
    finder_._field.setText("e")
    tree = child(finder_, QTreeWidget, "finder_list")
    assert tree.topLevelItemCount() == 40  # more rows would take longer than a frame
    finder_.close()


def test_settings_of_pages_that_were_never_seen_are_found_and_nothing_else_begins_for_it(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[object] = []
    monkeypatch.setattr(window._context.run, "measure_speed", measured.append)
    assert list(window._pages.tabs()) == ["inspect"]
    press(window.canvas, Qt.Key.Key_K, CONTROL)
    finder = child(window, Finder, "finder")
    typed = field(finder)
    QTest.keyClicks(typed, "weight decay")
    tree = child(finder, QTreeWidget, "finder_list")

    def wheres() -> list[str]:
        items = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
        return [item.text(1) for item in items if item is not None]

    qtbot.waitUntil(lambda: any(where.startswith("Train") for where in wheres()), timeout=30_000)
    qtbot.waitUntil(lambda: len(window._pages.tabs()) == len(window._pages.names), timeout=30_000)
    qtbot.wait(700)  # longer than the form waits before it measures
    assert not measured and window.page == "inspect"
    row = next(row for row, where in enumerate(wheres()) if where.startswith("Train"))
    for _ in range(row):
        press(typed, Qt.Key.Key_Down)
    press(typed, Qt.Key.Key_Return)
    assert window.page == "train"
    qtbot.waitUntil(lambda: bool(measured), timeout=10_000)


def test_pages_are_not_built_for_a_finder_that_was_closed(window: MainWindow, qtbot: QtBot) -> None:
    press(window.canvas, Qt.Key.Key_K, CONTROL)
    child(window, Finder, "finder").reject()
    before = len(window._pages.tabs())
    qtbot.wait(1500)
    assert len(window._pages.tabs()) <= before + 1  # the one that was begun


def test_what_somebody_went_to_stays_chosen_when_more_is_found(window: MainWindow) -> None:
    finder = Finder(window.menuBar(), [], window)
    typed, tree = field(finder), child(finder, QTreeWidget, "finder_list")
    typed.setText("run")
    press(typed, Qt.Key.Key_Down)

    def at(row: int) -> str:
        item = tree.currentItem() if row < 0 else tree.topLevelItem(row)
        assert item is not None
        return item.text(0)

    chosen = at(-1)
    more = Offer("Run", "Somewhere", "", lambda: None)
    finder.set_further([more])
    assert at(-1) == chosen and at(0) == "Run"
    while at(-1) != at(0):
        press(typed, Qt.Key.Key_Up)
    finder.set_further([Offer("Runs", "Here", "", lambda: None), more])
    assert at(-1) == at(0)
    finder.close()
