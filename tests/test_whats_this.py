from __future__ import annotations

from collections.abc import Iterator

import pytest
from driving import LEFT_BUTTON, button, child, press, settle, view_of
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QWhatsThisClickedEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabWidget, QWhatsThis, QWidget
from pytestqt.qtbot import QtBot
from test_glossary import build_all

from gui.main_window import MainWindow
from gui.widgets.term_label import TermText
from gui.window.glossary_dialog import GlossaryDialog
from gui.window.whats_this import explained
from gui.words.glossary import parts
from gui.words.known_words import glossary


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What was explained; no yellow window opens, and the mode is left as it is then."""
    said: list[str] = []

    def show_text(place: QPoint, text: str, widget: QWidget) -> None:
        said.append(text)
        QWhatsThis.leaveWhatsThisMode()

    monkeypatch.setattr(QWhatsThis, "showText", show_text)
    yield said
    QWhatsThis.leaveWhatsThisMode()


def at(window: MainWindow, name: str, point: QPoint | None = None) -> str:
    widget = child(window, QWidget, name)
    return explained(widget, point or widget.rect().center())


def asks(widget: QWidget) -> bool:
    """Whether there is an explanation for the place below the mouse, as Qt asks at each move."""
    event = QHelpEvent(QEvent.Type.QueryWhatsThis, QPoint(1, 1), QPoint(1, 1))
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def begin(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(window.canvas, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    assert QWhatsThis.inWhatsThisMode()


def test_shift_f1_and_a_click_explain_and_do_nothing_else(
    window: MainWindow, qtbot: QtBot, told: list[str]
) -> None:
    before = window.canvas.ink().copy()
    begin(window, qtbot)
    QTest.mouseClick(window.canvas, LEFT_BUTTON)
    assert len(told) == 1 and "<b>Drawing</b>" in told[0] and "centre of mass" in told[0]
    assert not QWhatsThis.inWhatsThisMode() and (window.canvas.ink() == before).all()
    QTest.mouseClick(window.canvas, LEFT_BUTTON)
    settle()
    assert len(told) == 1 and (window.canvas.ink() != before).any()  # the next click draws
    assert not asks(window.canvas)


def test_qt_opens_its_window_beside_the_pointer(window: MainWindow, qtbot: QtBot) -> None:
    def opened() -> list[QWidget]:
        tops = QApplication.topLevelWidgets()
        return [each for each in tops if each.metaObject().className() == "QWhatsThat" and each.isVisible()]

    begin(window, qtbot)
    QTest.mouseClick(window.canvas, LEFT_BUTTON)
    qtbot.waitUntil(lambda: len(opened()) == 1)
    QWhatsThis.hideText()
    assert not QWhatsThis.inWhatsThisMode()


def test_escape_ends_it(window: MainWindow, qtbot: QtBot, told: list[str]) -> None:
    begin(window, qtbot)
    press(window.canvas, Qt.Key.Key_Escape)
    assert not QWhatsThis.inWhatsThisMode()
    QTest.mouseClick(button(window, "clear_button"), LEFT_BUTTON)
    assert told == []


def test_a_tab_s_bar_is_explained_too(window: MainWindow, qtbot: QtBot, told: list[str]) -> None:
    window.open_tab("why")
    bar = child(window, QTabWidget, "why_pages").tabBar()
    begin(window, qtbot)
    QTest.mouseClick(bar, LEFT_BUTTON, pos=bar.tabRect(1).center())
    assert "<b>Smallest change</b>" in told[0] and child(window, QTabWidget, "why_pages").currentIndex() == 0


def test_each_part_tells_its_title_its_sentences_and_its_ideas(window: MainWindow) -> None:
    build_all(window)
    for part in parts():
        for name in part.names:
            said = at(window, name, QPoint(-5, -5))  # beside all terms and tabs
            known = glossary().terms
            assert "<b>" in said and len(said) > 60
            if not child(window, QWidget, name).toolTip():
                for key in part.terms[:3]:
                    assert f'href="{key}"' in said or name.endswith("_button"), (name, said)
                    if known[key].section:
                        assert f"d2l {known[key].section}" in said


def test_nothing_in_the_window_has_no_explanation(window: MainWindow, qtbot: QtBot, told: list[str]) -> None:
    build_all(window)
    begin(window, qtbot)
    for widget in (window, *window.findChildren(QWidget)):
        if widget.window() is not window:
            continue
        said = explained(widget, QPoint(1, 1))
        assert "<b>" in said and "<b></b>" not in said
        assert asks(widget), widget.objectName()
    assert "how a network reads it" in explained(window, QPoint(0, 0))


def test_a_control_says_what_it_does_and_what_it_is_a_part_of(window: MainWindow) -> None:
    window.open_tab("train")
    said = at(window, "step_button")
    assert "<b>One step</b>" in said and "Learn from a single batch" in said and "The run: Start" in said
    assert "training step" in said and "d2l 12.5" in said
    said = at(window, "momentum_field")
    assert "<b>Momentum</b>" in said and "as a ball rolls on" in said
    assert said.index('href="momentum"') < said.index('href="sgd"')  # its own idea first
    assert said.count("href=") == 3
    assert "<b>Test digit</b>" in at(window, "test_digit_button")


def test_a_page_that_was_built_late_is_explained(window: MainWindow, qtbot: QtBot, told: list[str]) -> None:
    window.open_tab("compare")
    begin(window, qtbot)
    strip = child(window, QWidget, "compare_left_strip")
    QTest.mouseClick(strip, LEFT_BUTTON)
    assert "<b>All layers</b>" in told[0]


def test_a_dotted_word_is_explained_itself(window: MainWindow) -> None:
    label = child(window, TermText, "layer_explanation")
    (mark,) = [mark for mark in label.marks.marks() if mark.key == "kernel"]
    said = explained(label, mark.area.center().toPoint())
    assert "<b>kernel</b>" in said and glossary().terms["kernel"].text in said
    assert "<b>kernel</b>" not in explained(label, QPoint(label.width() - 1, label.height() - 1))


def test_a_link_in_an_explanation_opens_the_glossary(window: MainWindow) -> None:
    QApplication.sendEvent(window, QWhatsThisClickedEvent("softmax"))
    assert child(window, GlossaryDialog)._page.toPlainText().startswith("softmax")


def test_the_arithmetic_page_is_told_with_its_idea(window: MainWindow) -> None:
    view_of(window, "inspect").build_tool("arithmetic")
    said = at(window, "arithmetic_page", QPoint(1, 1))
    assert "<b>Arithmetic</b>" in said and 'href="cross_correlation"' in said
