"""The tour, done by doing it, and “What now?” in every state it knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from driving import action, child, click, click_button, message, press, settle, tab_of, text, view_of
from ink_replay import draw
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from core.records import Prediction
from core.training.hints import Hint
from gui.layers.layer_strip import LayerStrip
from gui.layers.maps_view import MapsView
from gui.layers.tiled_maps import Cell
from gui.main_window import MainWindow
from gui.processes.training_run import RunState
from gui.tabs import entries
from gui.widgets.empty_state import EmptyState
from gui.window.settings import Settings
from gui.window.tour import Tour
from gui.window.what_now import NextStep, next_step

STROKE = [np.array([[70.0, 60.0], [140.0, 58.0], [205.0, 60.0], [140.0, 180.0], [120.0, 230.0]])]
STEPS = ("draw", "layer", "cell", "why", "train", "")


def tour_of(window: MainWindow) -> Tour:
    return child(window, Tour, "tour")


def has_tour(window: MainWindow) -> bool:
    return any(tour.isVisible() for tour in window.findChildren(Tour))


def rect_in(window: MainWindow, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def assert_points_at(window: MainWindow, name: str) -> None:
    """The outline is around the part of that name, and the card beside it, in the window."""
    tour = tour_of(window)
    tour._follow()
    part = next(each for each in window.findChildren(QWidget, name) if each.isVisible())
    outline = child(window, QWidget, "tour_outline")
    assert outline.isVisible() and rect_in(window, outline).contains(rect_in(window, part))
    assert outline.width() <= part.width() + 12
    assert window.rect().contains(tour.geometry())
    assert not tour.geometry().intersects(rect_in(window, part)) or part.width() > window.width() / 2


def test_each_step_of_the_tour_is_done_by_doing_it(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = open_window(with_sample=True)
    assert "Five steps" in message(window)
    click_button(window, "message_button")
    tour = tour_of(window)
    assert tour.step == "draw" and "1 of 5" in text(window, "tour_count")
    assert text(window, "tour_next") == "Skip"
    assert_points_at(window, "drawing_canvas")
    draw(window.canvas, STROKE)
    settle()
    assert text(window, "tour_title").startswith("✓") and text(window, "tour_next") == "Next"

    click_button(window, "tour_next")
    assert tour.step == "layer" and not text(window, "tour_title").startswith("✓")
    strip = child(window, LayerStrip, "layer_strip")
    assert_points_at(window, "layer_strip")
    click(strip, strip._columns[4].center())
    assert text(window, "tour_title").startswith("✓")

    click_button(window, "tour_next")
    assert_points_at(window, "large_view")
    maps = child(window, MapsView, "maps_view")
    click(maps, maps._maps.cell_rect(Cell(3, 4, 5)).center())
    assert text(window, "tour_title").startswith("✓")

    click_button(window, "tour_next")
    assert_points_at(window, "why_place")
    click(child(window, QAbstractButton, "why_place"))
    assert window.page == "why" and text(window, "tour_title").startswith("✓")

    click_button(window, "tour_next")
    assert_points_at(window, "train_place")
    click(child(window, QAbstractButton, "train_place"))
    window.open_tab("train")
    settle()
    assert_points_at(window, "start_button")
    assert not text(window, "tour_title").startswith("✓")
    click_button(window, "start_button")
    qtbot.waitUntil(lambda: text(window, "tour_title").startswith("✓"), timeout=60_000)
    assert not any(
        tour.geometry().intersects(rect_in(window, child(window, QWidget, name)))
        for name in ("transport", "tour_outline")
    )
    window._context.run.stop()

    click_button(window, "tour_next")
    assert tour.step == "" and not child(window, QWidget, "tour_outline").isVisible()
    assert text(window, "tour_next") == "Close" and "Ctrl+K" in text(window, "tour_text")
    click_button(window, "tour_next")
    settle()
    assert not has_tour(window)
    qtbot.waitUntil(lambda: window._context.run.state is RunState.IDLE, timeout=60_000)


def test_what_is_not_asked_for_does_not_end_a_step(
    open_window: Callable[..., MainWindow],
) -> None:
    window = open_window(with_sample=True)
    action(window, "tour").trigger()
    tour = tour_of(window)
    for name in STEPS[1:]:
        tour.did(name)
        assert not text(window, "tour_title").startswith("✓")
    draw(window.canvas, STROKE[:1])
    assert text(window, "tour_title").startswith("✓")
    action(window, "tour").trigger()
    action(window, "clear").trigger()  # no digit, though it can be undone
    newest = window.findChildren(Tour)[-1]
    assert newest is not tour and newest.isVisible() and not text(newest, "tour_title").startswith("✓")


@pytest.mark.parametrize("at", range(6))
def test_the_tour_can_be_left_at_any_step_and_begun_again(
    open_window: Callable[..., MainWindow], at: int
) -> None:
    window = open_window(with_sample=True)
    action(window, "tour").trigger()
    for step in STEPS[:at]:
        assert tour_of(window).step == step
        click_button(window, "tour_next")
    tour = tour_of(window)
    assert tour.step == STEPS[at]
    if at % 2:
        tour.setFocus()
        press(tour, Qt.Key.Key_Escape)
    else:
        click_button(window, "tour_next" if at == 5 else "tour_leave")
    assert not has_tour(window)
    draw(window.canvas, STROKE)  # nothing of it is left that listens
    action(window, "tour").trigger()
    action(window, "tour").trigger()
    settle()
    shown = [each for each in window.findChildren(Tour) if each.isVisible()]
    assert [each.step for each in shown] == ["draw"]
    outlines = [each for each in window.findChildren(QWidget, "tour_outline") if each.isVisible()]
    assert len(outlines) == 1


def test_a_tour_brings_back_what_was_put_away_and_stays_in_any_window(
    open_window: Callable[..., MainWindow],
) -> None:
    window = open_window(with_sample=True)
    action(window, "fold_pad").trigger()
    action(window, "fold_tools").trigger()
    action(window, "tour").trigger()
    assert window.canvas.isVisible() and not action(window, "fold_tools").isChecked()
    for size in ((1024, 700), (1920, 1000)):
        window.resize(*size)
        settle()
        assert_points_at(window, "drawing_canvas")
    action(window, "fold_pad").trigger()  # while the tour points at it
    tour_of(window)._follow()
    assert not child(window, QWidget, "tour_outline").isVisible()
    assert window.rect().contains(tour_of(window).geometry())


def test_the_tour_is_offered_at_the_first_start_alone(open_window: Callable[..., MainWindow]) -> None:
    first = open_window(with_sample=True)
    assert "Five steps" in message(first)
    first.close()
    second = open_window(with_sample=True)
    assert message(second) == "" and Settings().tour_offered


def test_a_tour_ends_with_its_window(open_window: Callable[..., MainWindow]) -> None:
    window = open_window(with_sample=True)
    action(window, "tour").trigger()
    window.close()
    settle()


# What now?


@pytest.fixture
def sure(seven_drawn: tuple[MainWindow, Prediction]) -> Prediction:
    return seven_drawn[1]


def hesitant(prediction: Prediction) -> Prediction:
    shares = np.full(10, 0.01, np.float32)
    shares[3], shares[8] = 0.5, 0.42
    return replace(prediction, probabilities=shares)


def goal(page: str = "inspect", said: dict[str, str] | None = None, **state: object) -> NextStep:
    known = {"is_sample": False, "is_ready": True, "prediction": None, **state}
    return next_step(page, advice=said or {}, **known)  # type: ignore[arg-type]


def test_the_next_step_follows_from_the_state(sure: Prediction) -> None:
    unlike = replace(sure, familiarity=0.0)
    assert unlike.is_unlike_digits
    assert goal(is_ready=False, is_sample=True).goal == ""
    assert goal(is_sample=True).goal == "tour"
    assert goal().goal == "test digit"
    assert goal(prediction=hesitant(sure)).goal == "why"
    assert "3 and 8" in goal(prediction=hesitant(sure)).text
    assert goal(prediction=unlike).goal == "why" and "guess" in goal(prediction=unlike).text
    said = {"train": "The loss stays.", "my_digits": "Two are misread."}
    assert goal(prediction=unlike, said=said) == ("The loss stays.", "Open Train", "train")
    only = {"train": "", "my_digits": "Two are misread."}
    assert goal(prediction=unlike, said=only).goal == "why"
    assert goal(prediction=sure, said=only) == ("Two are misread.", "Open My digits", "my_digits")
    nonsense = replace(sure, probabilities=np.full(10, np.nan, np.float32))
    assert "too large" in goal(prediction=nonsense).text
    assert goal("why", prediction=unlike).goal == "my_digits"
    for entry in entries():
        step = goal(entry.name, prediction=sure)
        assert step.text and step.goal != entry.name and bool(step.button) == bool(step.goal)


def test_what_now_offers_a_test_digit_on_bare_paper_and_shows_it(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "what_now").trigger()
    assert message(window).startswith("Nothing is drawn")
    click_button(window, "message_button")
    qtbot.waitUntil(lambda: not window.canvas.is_empty(), timeout=20_000)
    assert message(window) == ""


def test_what_now_leads_from_an_answer_to_its_reasons(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, prediction = seven_drawn
    window._context.familiarity.judged.emit(replace(prediction, familiarity=0.0))
    press(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
    assert "guess" in message(window)
    click_button(window, "message_button")
    assert window.page == "why"


def test_a_run_that_does_not_learn_comes_first(seven_drawn: tuple[MainWindow, Prediction]) -> None:
    window, _ = seven_drawn
    window.open_tab("train")
    bar = view_of(window, "train").hint_bar
    window.open_tab("inspect")
    assert tab_of(window, "train").advice() == ""
    bar.set_hint(Hint("diverged", 0.01))
    action(window, "what_now").trigger()
    assert message(window) == bar.text() != ""
    click_button(window, "message_button")
    assert window.page == "train"
    click(bar._close)
    assert tab_of(window, "train").advice() == ""


def test_misread_digits_that_were_not_taught_are_offered(
    seven_drawn: tuple[MainWindow, Prediction], qtbot: QtBot
) -> None:
    window, _ = seven_drawn
    window.open_tab("my_digits")
    tab = tab_of(window, "my_digits")
    assert tab.advice() == ""
    window._context.collection.keep(window.canvas.ink(), 3)  # it is a seven
    qtbot.waitUntil(lambda: bool(tab.advice()), timeout=20_000)
    window.open_tab("inspect")
    action(window, "what_now").trigger()
    assert "misread" in message(window) and message(window).startswith("One ")
    click_button(window, "message_button")
    assert window.page == "my_digits"


@pytest.mark.parametrize("page", ["why", "prepare"])
def test_an_empty_page_says_what_will_be_there_and_brings_a_digit(
    window: MainWindow, qtbot: QtBot, page: str
) -> None:
    window.open_tab(page)
    settle()
    name = f"{page}_message"
    assert text(window, name).startswith("Draw a digit at the left: this shows")
    click_button(window, f"{name}_button")
    qtbot.waitUntil(lambda: not window.canvas.is_empty(), timeout=20_000)
    qtbot.waitUntil(lambda: not child(window, QWidget, name).isVisible(), timeout=20_000)
    action(window, "clear").trigger()
    settle()
    assert child(window, QWidget, f"{name}_button").isVisible()


def test_the_network_of_the_menu_is_a_click_away_while_one_in_training_answers(
    seven_drawn: tuple[MainWindow, Prediction], qtbot: QtBot
) -> None:
    window, _ = seven_drawn
    back = child(window, QAbstractButton, "answer_back_button")
    assert not back.isVisible()
    window.open_tab("train")
    click_button(window, "start_button")
    qtbot.waitUntil(back.isVisible, timeout=60_000)
    window._context.run.pause()
    click_button(window, "answer_back_button")
    qtbot.waitUntil(lambda: not window._engine.is_following, timeout=20_000)
    qtbot.waitUntil(lambda: not back.isVisible(), timeout=20_000)
    window._context.run.stop()
    qtbot.waitUntil(lambda: window._context.run.state is RunState.IDLE, timeout=60_000)


def test_an_empty_state_has_a_button_only_where_a_test_digit_would_do(qtbot: QtBot) -> None:
    empty = EmptyState("nothing")
    qtbot.addWidget(empty)
    empty.show()
    for wanted in (True, False):
        empty.say("Nothing is here.", with_test_digit=wanted)
        assert child(empty, QAbstractButton, "nothing_button").isVisible() == wanted
