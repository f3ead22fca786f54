"""The Prepare tab: what it shows is what the network gets, its words are true, and nothing old looks new."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from driving import (
    INFO,
    SEVEN,
    HeldExecutor,
    InlineExecutor,
    child,
    click,
    settle,
    text,
    view_of,
    visible_text,
)
from example_digits import ALL_CHOICES, NO_STEP, four_drawn, mnist
from example_networks import shipped
from ink_replay import draw
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel, QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from core.errors import LabError
from core.ink.preprocess import ALL_STEPS, CENTRE, SIZE, Steps, placement, stages, to_mnist
from core.processes import inference, questions
from core.reading.classifier import answer
from core.reading.variation_records import RANGES, Reading, Sweep, Variation
from core.reading.variations import vary
from core.records import NetworkState, Prediction, Snapshot
from gui.main_window import MainWindow
from gui.pad.drawing_canvas import DrawingCanvas
from gui.paint.ink_colours import ink_colours
from gui.processes.engine import Engine
from gui.tabs import entries
from gui.tabs.prepare import stage_words, sweep_words
from gui.tabs.prepare.prepare_desk import PrepareDesk
from gui.tabs.prepare.prepare_view import PrepareView
from gui.tabs.prepare.stage_picture import StagePicture
from gui.tabs.prepare.sweep_plot import SweepPlot
from gui.tabs.prepare.sweep_view import SweepView
from gui.widgets.steady_label import SteadyLabel, SteadyText


class Bench:
    """A tab with a canvas, and an engine that runs here; and what it was asked."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.engine = Engine(new_executor=InlineExecutor)
        self.canvas = DrawingCanvas()
        self.tab = PrepareView()
        self.desk = PrepareDesk(self.tab, self.engine, self.canvas, self.tab)
        self.asked: list[str] = []
        self.states: list[NetworkState] = []
        ask = self.engine.ask

        def noted(question: str, function: Callable[..., object], *arguments: object) -> int:
            self.asked.append(question)
            return ask(question, function, *arguments)

        self.engine.ask = noted  # type: ignore[assignment,method-assign]
        self.engine.answering_changed.connect(lambda answering: self.states.append(answering.network))
        self.canvas.ink_changed.connect(self.engine.submit)
        qtbot.addWidget(self.canvas)
        qtbot.addWidget(self.tab)
        self.tab.resize(778, 620)  # what a window of 1100 × 700 leaves for it
        self.tab.show()
        with qtbot.waitSignal(self.engine.loaded, timeout=30_000):
            self.engine.open("lenet", "cpu")

    def place(self, ink: np.ndarray) -> None:
        """Draw, and wait until all is answered."""
        with self.qtbot.waitSignal(self.desk._sweeps.finished, timeout=20_000):
            self.canvas.place(ink)
        settle()

    def switch(self, step: str) -> None:
        child(self.tab, QCheckBox, f"{step}_switch").click()
        settle()

    def words(self, name: str) -> str:
        return text(self.tab, f"{name}_words")

    def said(self, name: str) -> str:
        return text(self.tab, name)

    def message(self) -> str:
        return visible_text(self.tab, "prepare_message")

    @property
    def on_pad(self) -> np.ndarray:
        assert self.shown.original is not None
        return self.shown.original

    @property
    def shown(self) -> Prediction:
        prediction = self.tab.answer.bars._prediction
        assert prediction is not None
        return prediction

    def sweep(self, kind: str) -> SweepView:
        return self.tab.sweeps[kind]


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    yield bench
    bench.desk._rest()
    bench.engine.close()
    del bench.engine.ask  # a circle of references, which would be collected in whichever thread


@pytest.fixture
def drawn(bench: Bench) -> Bench:
    """A 4 is on the pad, and its answer in the tab."""
    bench.canvas.place(four_drawn())
    settle()
    return bench


@pytest.fixture
def swept(bench: Bench) -> Bench:
    """A 4 is on the pad, and all plots are drawn."""
    bench.place(four_drawn())
    return bench


# The steps


def test_bare_paper_says_what_to_do_and_asks_nothing(bench: Bench) -> None:
    assert "Draw a digit" in bench.message()
    assert not bench.asked
    bench.place(four_drawn())
    assert not bench.message()
    bench.canvas.clear()
    assert "Draw a digit" in bench.message()


def test_with_all_steps_it_shows_the_answer_on_the_pad(drawn: Bench) -> None:
    expected = answer(shipped("lenet"), four_drawn())
    assert np.array_equal(drawn.shown.probabilities, expected.probabilities)
    assert np.array_equal(drawn.on_pad, expected.probabilities)
    assert drawn.said("prepared_digit") == "4"
    assert drawn.said("prepared_on_pad").startswith("on the pad 4, ")


@pytest.mark.parametrize("steps", ALL_CHOICES, ids=str)
def test_switched_off_steps_are_left_out_and_the_pads_answer_stands_beside(
    drawn: Bench, steps: Steps
) -> None:
    for step, is_taken in vars(steps).items():
        if not is_taken:
            drawn.switch(step)
    assert drawn.tab.steps == steps
    assert np.array_equal(
        drawn.shown.probabilities, answer(shipped("lenet"), four_drawn(), steps).probabilities
    )
    assert np.array_equal(drawn.on_pad, answer(shipped("lenet"), four_drawn()).probabilities)
    for step, is_taken in vars(steps).items():
        if step != "antialias":
            assert ("Not " in drawn.words(step)) != is_taken
    assert_all_words_have_room(drawn.tab)


def assert_all_words_have_room(tab: PrepareView) -> None:
    for words in tab.findChildren(SteadyText):
        assert words.is_whole(), words.text()
    for label in tab.findChildren(SteadyLabel):
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width(), label.text()


def test_the_words_below_each_picture_have_room_whatever_is_drawn(drawn: Bench) -> None:
    random = np.random.default_rng(0)
    for digit in mnist("test").images[:40]:
        ink = np.roll(np.kron(digit, np.ones((10, 10), np.uint8)), random.integers(-60, 60, 2), (0, 1))
        varied = vary(ink, Variation(size=int(random.integers(40, 160))))
        for steps in ALL_CHOICES:
            found = stages(varied.ink, steps)
            assert found is not None
            for step, say in (
                ("crop", stage_words.of_crop), ("scale", stage_words.of_scale),
                ("centre", stage_words.of_centre), ("antialias", stage_words.of_antialias),
            ):  # fmt: skip
                words = child(drawn.tab, SteadyText, f"{step}_words")
                words.set_text(say(found, steps))
                assert words.is_whole(), words.text()


@pytest.mark.parametrize("index", range(5))
def test_words_tell_how_far_beside_mnists_digits_an_uncentred_one_lies(index: int) -> None:
    ink = np.roll(np.kron(mnist("test").images[index], np.ones((10, 10), np.uint8)), (17, -23), (0, 1))
    for steps in (Steps(centre=False), Steps(crop=False, centre=False)):
        found = stages(ink, steps)
        assert found is not None
        picture, middles = to_mnist(ink, steps).astype(float), np.arange(SIZE) + 0.5
        right = picture.sum(0) @ middles / picture.sum() - CENTRE
        down = picture.sum(1) @ middles / picture.sum() - CENTRE
        words = stage_words.of_centre(found, steps)
        for amount, forth, back in ((right, "right", "left"), (down, "down", "up")):
            told = re.search(rf"([\d.]+) px ({forth}|{back})", words)
            if told is None:
                assert abs(amount) < 0.06
            else:
                assert float(told[1]) == pytest.approx(abs(amount), abs=0.07)
                assert told[2] == (forth if amount > 0 else back)


def test_words_tell_the_size_of_a_digit_that_was_not_scaled(drawn: Bench) -> None:
    longer = max(np.ptp(np.argwhere(four_drawn()), axis=0) + 1)
    drawn.switch("scale")
    assert f"the digit is {longer / 10:.1f} px" in drawn.words("scale")
    drawn.switch("scale")
    drawn.switch("crop")
    assert f"the digit only {longer / 14:.1f}" in drawn.words("scale")


def test_pictures_show_the_drawing_where_each_step_puts_it(drawn: Bench) -> None:
    drawn.switch("antialias")  # all pixels are ink or paper's gray levels as they are
    found = stages(four_drawn(), Steps(antialias=False))
    assert found is not None
    for name, where in (("scale_picture", found.scaled), ("centre_picture", found.placed)):
        picture = child(drawn.tab, StagePicture, name)
        square, seen = picture.square(), picture.grab().toImage()
        unit = square.width() / SIZE
        ink = np.argwhere(four_drawn() == 255)
        for row, column in ink[:: len(ink) // 40]:
            at = square.topLeft() + QPointF(
                (where.left + (column + 0.5) * where.scale) * unit,
                (where.top + (row + 0.5) * where.scale) * unit,
            )
            neighbours = [seen.pixelColor((at + QPointF(x, y)).toPoint()) for x in (-1, 0) for y in (-1, 0)]
            assert min(colour.lightness() for colour in neighbours) < 150
    pixels = child(drawn.tab, StagePicture, "prepared_picture")
    square, seen = pixels.square(), pixels.grab().toImage()
    for row, column in itertools.product(range(2, SIZE - 2, 3), repeat=2):
        at = square.topLeft() + QPointF(column + 0.5, row + 0.5) * (square.width() / SIZE)
        expected = QColor(int(ink_colours(pixels.palette())[round(255 * float(found.picture[row, column]))]))
        assert seen.pixelColor(at.toPoint()).lightness() == pytest.approx(expected.lightness(), abs=3)


def test_what_is_cut_away_is_hatched(drawn: Bench) -> None:
    picture = child(drawn.tab, StagePicture, "crop_picture")

    def corner() -> set[str]:
        seen = picture.grab().toImage()
        return {seen.pixelColor(x, y).name() for x in range(4, 14) for y in range(4, 14)}

    paper = picture.palette().base().color().name()
    assert len(corner()) > 1
    drawn.switch("crop")
    assert corner() == {paper}


# Sliders


def test_a_slider_varies_the_drawing_here_and_not_on_the_pad(swept: Bench) -> None:
    swept.sweep("rotation").slider.setValue(33)
    swept.sweep("thickness").slider.setValue(-6)
    settle()
    variation = Variation(rotation=33, thickness=-6)
    assert swept.tab.variation == variation
    varied = vary(four_drawn(), variation).ink
    assert np.array_equal(swept.shown.probabilities, answer(shipped("lenet"), varied).probabilities)
    assert np.array_equal(swept.canvas.ink(), four_drawn())
    assert "varied" in swept.words("ink")
    assert swept.said("rotation_amount") == "+33°"


def test_ink_that_has_left_the_sheet_is_told(swept: Bench) -> None:
    swept.sweep("right").slider.setValue(100)
    settle()
    share = vary(four_drawn(), Variation(right=100)).lost
    assert share > 0.05
    assert swept.words("ink") == f"{round(100 * share)} % of the ink has left the sheet and is lost."


def test_the_plots_show_the_answers_along_each_slider(swept: Bench) -> None:
    for kind, view in swept.tab.sweeps.items():
        sweep = view.plot.sweep
        assert sweep is not None and not view.plot.is_old
        for at in range(0, len(sweep.amounts), 9):
            ink = vary(four_drawn(), replace(Variation(), **{kind: int(sweep.amounts[at])})).ink
            assert np.allclose(
                sweep.probabilities[at], answer(shipped("lenet"), ink).probabilities, atol=1e-5
            )


def test_plots_follow_the_other_sliders_and_the_steps(swept: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(swept.desk._sweeps.finished, timeout=20_000):
        swept.sweep("right").slider.setValue(30)
    with qtbot.waitSignal(swept.desk._sweeps.finished, timeout=20_000):
        for step in vars(ALL_STEPS):
            swept.switch(step)
    qtbot.waitUntil(lambda: not swept.desk._sweeps.is_running, timeout=20_000)
    sweep = swept.sweep("down").plot.sweep
    assert sweep is not None
    at = int(np.flatnonzero(sweep.amounts == -20)[0])
    expected = answer(shipped("lenet"), vary(four_drawn(), Variation(right=30, down=-20)).ink, NO_STEP)
    assert np.allclose(sweep.probabilities[at], expected.probabilities, atol=1e-5)


def test_a_plot_is_clicked_and_dragged_as_the_slider_is(swept: Bench) -> None:
    view = swept.sweep("rotation")
    click(view.plot.viewport(), view.plot.point(90, 0.5).toPoint())
    assert view.amount == pytest.approx(90, abs=2)
    QTest.mousePress(view.plot.viewport(), Qt.MouseButton.LeftButton, pos=view.plot.point(0, 0.5).toPoint())
    QTest.mouseMove(view.plot.viewport(), view.plot.point(-60, 0.2).toPoint())
    QTest.mouseRelease(view.plot.viewport(), Qt.MouseButton.LeftButton)
    settle()
    assert view.amount == pytest.approx(-60, abs=2)
    click(view.plot.viewport(), view.plot.point(-60, 0.5).toPoint(), twice=True)
    assert view.amount == 0


def test_the_handle_stands_below_the_place_in_the_plot(swept: Bench) -> None:
    view = swept.sweep("size")
    for amount in (RANGES["size"].low, 100, RANGES["size"].high):
        view.slider.setValue(amount)
        settle()
        span = view.slider.width() - 2 * view.slider.half_a_handle()
        share = (amount - RANGES["size"].low) / (RANGES["size"].high - RANGES["size"].low)
        handle = view.slider.mapTo(view, QPoint(round(view.slider.half_a_handle() + span * share), 0)).x()
        place = view.plot.mapTo(view, view.plot.point(amount, 0).toPoint()).x()
        assert abs(handle - place) <= 1


def test_keys_move_a_slider_and_0_and_a_double_click_go_back(swept: Bench) -> None:
    slider = swept.sweep("size").slider
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == 101
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    assert slider.value() > 101
    QTest.keyClick(slider, Qt.Key.Key_0)
    assert slider.value() == 100
    slider.setValue(130)
    click(slider, slider.rect().center(), twice=True)
    assert slider.value() == 100


def test_the_sliders_are_reset_and_the_steps_stay(swept: Bench) -> None:
    swept.switch("crop")
    reset = child(swept.tab, QPushButton, "reset_sliders_button")
    assert reset is not None and not reset.isEnabled()
    swept.sweep("down").slider.setValue(12)
    settle()
    reset.click()
    settle()
    assert swept.tab.variation == Variation()
    assert swept.tab.steps == Steps(crop=False)
    assert not reset.isEnabled()


def test_the_varied_drawing_comes_onto_the_pad_and_undo_brings_the_other_back(swept: Bench) -> None:
    button = child(swept.tab, QPushButton, "put_varied_on_pad_button")
    assert button is not None and not button.isEnabled()
    swept.sweep("rotation").slider.setValue(20)
    settle()
    button.click()
    settle()
    assert np.array_equal(swept.canvas.ink(), vary(four_drawn(), Variation(rotation=20)).ink)
    assert swept.tab.variation == Variation()  # else it would be varied twice
    swept.canvas.undo()
    assert np.array_equal(swept.canvas.ink(), four_drawn())


def test_a_slider_plays_from_end_to_end_and_comes_back(swept: Bench, qtbot: QtBot) -> None:
    view = swept.sweep("thickness")
    view.slider.setValue(4)
    amounts: list[int] = []
    view.slider.valueChanged.connect(amounts.append)
    view._timer.setInterval(0)
    view.play_button.click()
    qtbot.waitUntil(lambda: not view.play_button.isChecked(), timeout=20_000)
    assert amounts == [*RANGES["thickness"].amounts, 4]


def test_playing_ends_where_nobody_looks(swept: Bench) -> None:
    view = swept.sweep("thickness")
    view.play_button.click()
    swept.tab.hide()
    assert not view.play_button.isChecked()


# Words and curves


def sweep_of(digits: list[int], kind: str = "right") -> Sweep:
    """One that reads these digits, one after the other, over the amounts of its kind; −1 reads none."""
    amounts = RANGES[kind].amounts
    rows = np.full((len(amounts), 10), 0.01, np.float32)
    for part, digit in zip(np.array_split(np.arange(len(amounts)), len(digits)), digits, strict=True):
        rows[part, max(digit, 0)] = 0.91 if digit >= 0 else np.nan
    inked: np.ndarray = np.asarray(np.isfinite(rows).all(1))
    return Sweep(kind, amounts, rows, np.zeros(len(amounts)), inked)


@pytest.mark.parametrize(
    ("digits", "at", "words"),
    [
        ([4], 0, "Read as 4 all along."),
        ([9, 4, 7], 0, "Read as 4 from −32 px to +38 px; before that as 9, then as 7."),
        ([9, 4, 7], -80, "Read as 9 up to −32 px; from there on as 4."),
        ([9, 4, 7], 90, "Read as 7 from +38 px on; before that as 4."),
        ([-1, 4], 90, "Read as 4 wherever ink is left."),
        ([-1, 4], -90, "No ink is left here."),
        ([-1], 0, "No ink is left here."),
    ],
)
def test_words_tell_where_the_answer_flips(digits: list[int], at: int, words: str) -> None:
    assert sweep_words.readings(sweep_of(digits), at) == words


def test_a_network_without_finite_numbers_is_told_from_bare_paper() -> None:
    sweep = sweep_of([-1])
    inked = replace(sweep, inked=np.ones(len(sweep.amounts), bool))
    assert "numbers are too large" in sweep_words.readings(inked, 0)


def test_words_under_a_plot_are_those_of_its_curves(swept: Bench) -> None:
    view = swept.sweep("rotation")
    sweep = view.plot.sweep
    assert sweep is not None
    here = next(reading for reading in sweep.readings() if reading.first <= 0 <= reading.last)
    assert here.digit == 4
    assert view.words.text().startswith(
        f"Read as 4 from {sweep_words.amount('rotation', here.first)} to "
        f"{sweep_words.amount('rotation', here.last)};"
    )
    beyond = sweep.readings()[sweep.readings().index(here) + 1]
    view.slider.setValue(int(here.last) + 1)
    settle()
    assert view.words.text().startswith(f"Read as {beyond.digit} ")


@pytest.mark.parametrize(
    "steps", [Steps(*taken) for taken in itertools.product([True, False], repeat=4)], ids=str
)
def test_words_name_the_steps_that_undo_a_variation_and_without_them_it_counts(steps: Steps) -> None:
    ink = np.roll(four_drawn(), (5, -5), (0, 1))
    for kind, variation in (("right", Variation(right=20)), ("size", Variation(size=70))):
        said = sweep_words.undone(kind, steps)
        before, after = placement(ink, steps), placement(vary(ink, variation).ink, steps)
        assert before is not None and after is not None
        first, second = to_mnist(ink, steps), to_mnist(vary(ink, variation).ink, steps)
        changes = float(np.abs(first - second).mean())
        assert (changes < 0.02) == bool(said), changes
        for step, is_taken in vars(steps).items():
            if f"{step.capitalize()} " in said.partition(":")[0]:
                assert is_taken


@pytest.mark.parametrize(
    "sweep",
    [sweep_of([3]), sweep_of([-1]), sweep_of([1, -1, 2, 9]), sweep_of([5, -1]), sweep_of([0, 1, 2] * 13)],
)
def test_any_answers_can_be_painted(qtbot: QtBot, sweep: Sweep) -> None:
    plot = SweepPlot("right")
    qtbot.addWidget(plot)
    for width, height in ((60, 40), (150, 84), (900, 500)):
        plot.resize(width, height)
        for amount in (-100, 3, 100):
            plot.set_sweep(sweep)
            plot.set_amount(amount)
            assert not plot.grab().isNull()
        plot.set_dimmed(True)
        assert not plot.grab().isNull()
        plot.set_sweep(None)
        assert not plot.grab().isNull()


def test_the_strip_names_the_digits_by_their_colours(qtbot: QtBot) -> None:
    plot = SweepPlot("right")
    qtbot.addWidget(plot)
    plot.resize(400, 200)
    plot.set_sweep(sweep_of([9, 4]))
    seen = plot.grab().toImage()

    def strip(amount: int) -> QColor:
        return seen.pixelColor(QPoint(plot.point(amount, 0).toPoint().x(), 3))

    assert strip(-90) == strip(-30)
    assert strip(30) == strip(90)
    assert strip(-30) != strip(30)


def test_a_tool_tip_reads_the_curves(qtbot: QtBot) -> None:
    plot = SweepPlot("right")
    qtbot.addWidget(plot)
    plot.resize(400, 200)
    assert plot.reading_at(200) == ""
    plot.set_sweep(sweep_of([9, 4]))
    assert plot.reading_at(plot.point(50, 0).x()).startswith("At +50 px: 4: 91.0 %")
    plot.set_sweep(sweep_of([-1]))
    assert plot.reading_at(200) == ""


# When it asks, and what


def test_nothing_is_asked_while_the_tab_is_not_in_sight_and_it_catches_up(bench: Bench, qtbot: QtBot) -> None:
    bench.tab.hide()
    bench.canvas.place(four_drawn())
    settle()
    assert not bench.asked
    with qtbot.waitSignal(bench.desk._sweeps.finished, timeout=20_000):
        bench.tab.show()
    assert np.array_equal(bench.shown.probabilities, answer(shipped("lenet"), four_drawn()).probabilities)


def test_hiding_the_tab_ends_the_round_that_is_under_way(bench: Bench) -> None:
    bench.canvas.place(four_drawn())
    bench.tab.hide()
    assert not bench.desk._sweeps.is_running
    settle()
    before = len(bench.asked)
    bench.canvas.place(np.rot90(four_drawn()).copy())
    settle()
    assert len(bench.asked) == before


def test_while_one_draws_the_answer_follows_and_the_plots_wait_for_the_pen_to_rest(swept: Bench) -> None:
    swept.canvas.show()
    swept.desk._sweeps._rest = 3600  # however slow this machine is, the pen does not rest
    QTest.mousePress(swept.canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    for x in range(100, 160, 10):
        swept.asked.clear()
        QTest.mouseMove(swept.canvas, QPoint(x, 120))
        settle()
        ink = swept.canvas.ink()
        assert np.array_equal(swept.shown.probabilities, answer(shipped("lenet"), ink).probabilities)
        assert "sweeps" not in swept.asked
        assert all(view.plot.is_old for view in swept.tab.sweeps.values())
    swept.desk._sweeps._rest = 0.15
    with swept.qtbot.waitSignal(swept.desk._sweeps.finished, timeout=20_000):
        QTest.mouseMove(swept.canvas, QPoint(170, 130))
        QTest.mouseRelease(swept.canvas, Qt.MouseButton.LeftButton)
    assert not any(view.plot.is_old for view in swept.tab.sweeps.values())


def test_another_network_is_asked_about_the_same_drawing(swept: Bench, qtbot: QtBot) -> None:
    state = swept.states[-1]
    off = NetworkState(state.table, state.weights, {"conv2": frozenset(range(16))})
    before = swept.sweep("rotation").plot.sweep
    with qtbot.waitSignal(swept.desk._sweeps.finished, timeout=20_000):
        swept.engine.edit(off)
    changed = inference.networks.answering
    assert np.array_equal(swept.shown.probabilities, answer(changed, four_drawn()).probabilities)
    after = swept.sweep("rotation").plot.sweep
    assert before is not None and after is not None
    assert not np.allclose(before.probabilities, after.probabilities)


def test_a_network_in_training_answers_here_too(swept: Bench, qtbot: QtBot) -> None:
    weights = {name: value * 0.5 for name, value in swept.states[-1].weights.items()}
    with qtbot.waitSignal(swept.desk._sweeps.finished, timeout=20_000):
        swept.engine.follow(Snapshot("lenet", 7, weights, {}))
    changed = inference.networks.answering
    assert np.array_equal(swept.shown.probabilities, answer(changed, four_drawn()).probabilities)
    assert not np.array_equal(swept.shown.probabilities, answer(shipped("lenet"), four_drawn()).probabilities)


def test_numbers_that_are_too_large_are_told(swept: Bench, qtbot: QtBot) -> None:
    weights = {name: np.full_like(value, np.nan) for name, value in swept.states[-1].weights.items()}
    with qtbot.waitSignal(swept.desk._sweeps.finished, timeout=20_000):
        swept.engine.follow(Snapshot("lenet", 7, weights, {}))
    assert swept.said("prepared_digit") == "–"
    assert swept.said("prepared_verdict") == "no answer: numbers too large"
    assert swept.said("prepared_on_pad") == ""
    assert "numbers are too large" in swept.words("thickness")
    assert not swept.tab.grab().isNull()


def test_where_no_ink_is_left_that_is_told_and_nothing_goes_onto_the_pad(swept: Bench, qtbot: QtBot) -> None:
    thin = np.zeros((280, 280), np.uint8)
    thin[60:200, 135:145] = 255
    swept.place(thin)
    swept.sweep("thickness").slider.setValue(-20)
    settle()
    assert swept.said("prepared_verdict") == "no ink is left: too thin"
    for kind in ("thickness", "right"):
        qtbot.waitUntil(lambda kind=kind: swept.words(kind) == "No ink is left here.", timeout=20_000)
    assert swept.words("crop") == ""
    button = child(swept.tab, QPushButton, "put_varied_on_pad_button")
    assert button is not None and not button.isEnabled()
    assert not swept.tab.grab().isNull()
    swept.sweep("thickness").slider.setValue(0)
    settle()
    assert swept.said("prepared_digit") != "–"


def test_a_failure_is_told_in_place_of_all_and_the_next_answer_ends_that(swept: Bench) -> None:
    swept.desk._prepared.failed.emit(LabError("The process has ended twice over this."), None)
    assert swept.message() == "The process has ended twice over this."
    swept.place(np.rot90(four_drawn()).copy())
    assert not swept.message()
    swept.engine._process._running = None
    swept.engine.failed.emit(LabError("The process ends again and again."))
    assert swept.message() == "The process ends again and again."
    assert not swept.desk._sweeps.is_running


def test_an_answer_that_comes_when_the_paper_is_bare_is_not_shown(qtbot: QtBot) -> None:
    executor = HeldExecutor()
    engine = Engine(new_executor=lambda: executor)
    canvas, tab = DrawingCanvas(), PrepareView()
    desk = PrepareDesk(tab, engine, canvas, tab)
    for widget in (canvas, tab):
        qtbot.addWidget(widget)
    canvas.ink_changed.connect(engine.submit)
    engine.open("lenet", "cpu")
    executor.answer(INFO)
    tab.show()
    canvas.place(four_drawn())
    executor.answer(answer(shipped("lenet"), four_drawn()))
    function, arguments, future = executor.calls[-1]
    assert function is questions.prepare
    canvas.clear()
    inference.open_model("lenet", "cpu")
    future.set_result(function(*arguments))
    settle()
    message = child(tab, QLabel, "prepare_message")
    assert message is not None and message.isVisible()
    assert not desk._is_drawn
    engine.close()


# In the window


def test_a_seven_drawn_with_the_mouse_is_prepared_in_the_window(window: MainWindow, qtbot: QtBot) -> None:
    window.open_tab("prepare")
    desk = window.findChild(PrepareDesk)
    assert desk is not None
    with qtbot.waitSignal(desk._sweeps.finished, timeout=30_000):
        draw(window.canvas, SEVEN)
    label = child(window, SteadyLabel, "prepared_digit")
    assert label is not None and label.text() == "7"
    view_of(window, "prepare").sweeps["right"].slider.setValue(15)
    settle()
    before = window.canvas.ink()
    view_of(window, "prepare").pad_button.click()
    assert np.array_equal(window.canvas.ink(), np.roll(before, 15, 1))
    window._menus.undo.trigger()
    assert np.array_equal(window.canvas.ink(), before)


def test_it_stands_between_looking_inside_and_asking_why() -> None:
    names = [entry.name for entry in entries()]
    assert names[names.index("inspect") + 1] == "prepare"
    assert names[names.index("prepare") + 1] == "why"


def test_every_control_has_a_name_and_a_tool_tip(drawn: Bench) -> None:
    controls: list[QWidget] = [
        *drawn.tab.findChildren(QAbstractButton), *drawn.tab.findChildren(QSlider),
        *drawn.tab.findChildren(SweepPlot),
    ]  # fmt: skip
    assert len(controls) == 4 + 5 + 2 + 5 + 5 + 1  # the last one where nothing is drawn
    for control in controls:
        assert control.objectName() and control.toolTip(), control
        assert control.accessibleName() or getattr(control, "text", str)(), control


def test_readings_have_ends() -> None:
    assert sweep_of([4]).readings() == [Reading(4, -100, 100)]
