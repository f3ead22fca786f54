"""The Why tab: its sums add up as they are shown, its maps are the network's, and nothing old looks new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from driving import HeldExecutor, InlineExecutor, child, click, press, settle, visible_text
from example_digits import four, mnist
from example_networks import shipped
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QRadioButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from core.errors import LabError
from core.explaining import evidence, smallest_change
from core.ink.preprocess import to_mnist
from core.networks.table import Network
from core.records import Answering, NetworkState, Prediction
from gui.paint.colours import colour_table
from gui.processes.engine import Engine
from gui.tabs.why import evidence_words
from gui.tabs.why.cell_sums import CellSums
from gui.tabs.why.drawing_question import CELL, CHANGE, EVIDENCE, FEEDING, OCCLUSION, DrawingQuestion
from gui.tabs.why.signed_map import SignedMap
from gui.tabs.why.term_bars import TermBars, product_words
from gui.tabs.why.term_split import rounded, split_record
from gui.tabs.why.why_desk import WhyDesk
from gui.tabs.why.why_view import WhyView
from gui.widgets.steady_label import SteadyText

COLOURS = colour_table("blue-orange", dark=False, gap=0xFF808080)
KERNEL_COLOURS = colour_table("purple-green", dark=False, gap=0xFF808080)
BLANK = np.zeros((28, 28), np.uint8)


class Desk:
    """A tab in sight with an engine that runs here, and what the tab has asked."""

    def __init__(self, qtbot: QtBot, model: str) -> None:
        self.engine = Engine(new_executor=InlineExecutor)
        self.view = WhyView()
        qtbot.addWidget(self.view)
        self.desk = WhyDesk(self.view, self.engine, self.view)
        self.asked: list[DrawingQuestion] = []
        self.predictions: list[Prediction | None] = []
        self.states: list[NetworkState] = []
        self.view.wanted.connect(self.asked.append)
        self.engine.answering_changed.connect(self._on_answering_changed)
        self.engine.predicted.connect(self.predictions.append)
        self.engine.predicted.connect(self.view.set_prediction)
        self.view.set_colours(COLOURS, KERNEL_COLOURS)
        self.view.resize(780, 600)
        self.view.show()
        with qtbot.waitSignal(self.engine.loaded):
            self.engine.open(model, "cpu")
        settle()

    def _on_answering_changed(self, answering: Answering) -> None:
        self.states.append(answering.network)
        self.view.set_network(answering.network)

    def fail(self, question: str) -> None:
        self.desk._questions[question].failed.emit(LabError("The process has ended."), self.asked[-1])

    def draw(self, ink: np.ndarray) -> None:
        self.engine.submit(ink)
        settle()

    @property
    def bars(self) -> TermBars:
        return self.view.evidence.bars

    def click_row(self, at: int) -> None:
        click(self.bars, self.bars.row_rect(at).center())

    def count(self, question: str) -> int:
        return sum(wanted.question == question for wanted in self.asked)

    def problem(self) -> str:
        return visible_text(self.view, "why_message")


def pixel(map_: SignedMap, row: int, column: int) -> QPoint:
    square = map_.square()
    step = square.width() / 28
    return (square.topLeft() + QPointF((column + 0.5) * step, (row + 0.5) * step)).toPoint()


def values_of(map_: SignedMap) -> np.ndarray:
    assert map_._values is not None
    return map_._values


def place_names(desk: Desk) -> list[str]:
    buttons = (child(desk.view, QToolButton, f"crumb_{depth}") for depth in range(4))
    return [button.text() for button in buttons if button.isVisible()]


@pytest.fixture
def open_desk(qtbot: QtBot) -> Callable[..., Desk]:
    return lambda model="lenet": Desk(qtbot, model)


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """A tab that explains why a 4 is no 9."""
    opened = open_desk()
    opened.draw(four())
    return opened


def assert_adds_up(bars: TermBars) -> None:
    """And each term is rounded as it is, the largest first; only the others' row takes the rounding."""
    split = bars._split
    assert split is not None
    exact = [abs(float(split.terms[row.index])) for row in bars.rows() if row.index is not None]
    assert exact == sorted(exact, reverse=True)
    for row in bars.rows():
        if row.index is not None:
            assert row.value == round(float(split.terms[row.index]), split.decimals)
    *parts, total = (Decimal(f"{row.value:.6f}") for row in bars.rows())
    assert bars.rows()[-1].is_total
    assert sum(parts) == total


# The sum


@given(
    alone=st.lists(st.floats(-20, 20), max_size=20),
    rest=st.floats(-20, 20),
    decimals=st.integers(0, 4),
)
def test_terms_are_rounded_as_they_are_and_the_rest_makes_them_add_up(
    alone: list[float], rest: float, decimals: int
) -> None:
    total = sum(alone) + rest
    terms, remaining = rounded(total, alone, rest, decimals)
    step = 10.0**-decimals
    assert terms == [round(term, decimals) for term in alone]
    assert sum(terms) + remaining == pytest.approx(round(total, decimals), abs=step / 100)
    assert remaining == pytest.approx(rest, abs=(len(alone) + 2) * step / 2)


def test_terms_that_are_no_parts_of_the_total_are_rounded_as_usual() -> None:
    assert rounded(0.0, [1.234, 2.0], 0.336, 2) == ([1.23, 2.0], 0.34)


def test_two_factors_are_said_to_make_a_term_only_if_they_do_as_they_are_shown() -> None:
    assert product_words(0.9743, 2.0479, 2.0, 2) == "0.974 × 2.048 ≈"  # 1.9953 → 2.00, 0.974 × 2.048 → 1.99
    assert product_words(3.8564, 1.0024, 3.87, 2) == "3.856 × 1.002 ≈"
    assert product_words(3.8561, 1.002, 3.86, 2) == "3.856 × 1.002 ="
    assert product_words(2.0, -0.25, -0.5, 2) == "2.000 × −0.250 ="


def test_the_head_line_says_where_rounded_logits_do_not_make_the_rounded_difference() -> None:
    found = evidence.why(shipped("lenet"), to_mnist(four()), 4, 9)
    for of_four, of_nine, words in (
        (4.874, -1.134, "4's logit is 4.87, 9's is −1.13. These make the difference of ≈ 6.01:"),
        (4.87, -1.13, "4's logit is 4.87, 9's is −1.13. These make the difference of 6.00:"),
    ):
        logits = found.logits.copy()
        logits[[4, 9]] = of_four, of_nine
        changed = replace(found, logits=logits)
        assert evidence_words.result(changed, split_record(changed), 4).endswith(words)


@pytest.mark.parametrize("model", ["lenet", "lenet_sigmoid"])
def test_a_sentence_tells_the_result_and_the_rows_add_up_to_it(
    model: str, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(model)
    for ink in mnist("test").images[:8]:
        desk.draw(ink)
        prediction = desk.predictions[-1]
        assert prediction is not None
        rival = int(np.argsort(prediction.logits)[-2])
        difference = desk.bars.rows()[-1].value
        text = desk.view.result.text()
        assert text.startswith(f"The network reads {prediction.digit}, not {rival}:")
        assert f"{difference:.2f}:" in text
        assert difference == pytest.approx(float(np.ptp(np.sort(prediction.logits)[-2:])), abs=0.00501)
        assert f", which is {difference:.2f}." in desk.view.evidence.map_view.words.text()
        assert_adds_up(desk.bars)


def test_rows_are_what_the_units_give_times_the_difference_of_their_weights(desk: Desk) -> None:
    prediction, weights = desk.predictions[-1], desk.states[-1].weights["fc3.weight"]
    assert prediction is not None
    given = next(layer.values for layer in prediction.trace.layers if layer.name == "relu4")
    terms = given * (weights[4] - weights[9])
    rows = [row for row in desk.bars.rows() if row.index is not None]
    assert [row.index for row in rows] == np.argsort(-np.abs(terms), kind="stable")[: len(rows)].tolist()
    np.testing.assert_allclose([row.value for row in rows], terms[[row.index for row in rows]], atol=0.00501)


def test_more_room_shows_more_units(desk: Desk) -> None:
    before = len(desk.bars.rows())
    desk.view.resize(1500, 950)
    settle()
    assert len(desk.bars.rows()) > before
    assert_adds_up(desk.bars)


def test_the_difference_is_split_over_the_channels_of_each_layer_of_maps(desk: Desk) -> None:
    over = desk.view.evidence.over
    texts = [over.itemText(at) for at in range(over.count())]
    assert texts[0] == "units of relu4"
    assert [text.removeprefix("channels of ") for text in texts[1:]] == [
        "pool2", "relu2", "conv2", "pool1", "relu1", "conv1",
    ]  # fmt: skip
    for at in range(1, over.count()):
        over.setCurrentIndex(at)
        assert_adds_up(desk.bars)
        assert "leave out" in desk.bars.rows()[-2].label
        assert "rounding" in desk.bars.rows()[-3].label
    channels = desk.view.evidence._evidence.channels["conv1"]
    shown = {row.index: row.value for row in desk.bars.rows() if row.index is not None}
    for channel, value in shown.items():
        assert value == pytest.approx(float(channels[channel]), abs=0.00501)


# The way down


def test_clicks_lead_from_the_difference_to_the_cells_that_feed_it_and_crumbs_lead_back(desk: Desk) -> None:
    first = desk.bars.rows()[0].index
    desk.click_row(0)
    second = desk.bars.rows()[0].index
    assert place_names(desk) == ["4 − 9", f"fc2 unit {first}"]
    assert_adds_up(desk.bars)
    desk.click_row(0)
    channel = desk.bars.rows()[0].index
    sum_of_channel = desk.bars.rows()[0].value
    assert place_names(desk)[-1] == f"fc1 unit {second}"
    assert_adds_up(desk.bars)
    desk.click_row(0)
    assert place_names(desk)[-1] == f"pool2 channel {channel}"
    cells = child(desk.view, CellSums)
    assert cells.isVisible()
    given, weights, terms = cells.grids()
    np.testing.assert_allclose(given * weights, terms)
    assert terms.sum() == pytest.approx(sum_of_channel, abs=0.00501)
    click(child(desk.view, QToolButton, "crumb_1"))
    assert place_names(desk) == ["4 − 9", f"fc2 unit {first}"]
    assert desk.bars.isVisible()


def open_channel(desk: Desk) -> CellSums:
    for _ in range(3):
        desk.click_row(0)
    cells = child(desk.view, CellSums)
    assert cells.isVisible()
    return cells


def expected_cell(desk: Desk) -> np.ndarray:
    wanted = [wanted for wanted in desk.asked if wanted.question == CELL][-1]
    network = shipped("lenet")
    found = evidence.map_cell(network, wanted.picture, *wanted.arguments)
    assert (found.row, found.column) == child(desk.view, CellSums).marked
    return found.input_x_gradient


def test_a_channel_opens_at_the_cell_that_adds_most_and_the_map_is_about_it(desk: Desk) -> None:
    cells = open_channel(desk)
    view = desk.view.evidence.map_view
    assert cells.marked is not None
    given, _, terms = cells.grids()
    assert np.abs(terms[cells.marked]) == np.abs(terms).max()
    np.testing.assert_allclose(values_of(view.map), expected_cell(desk), atol=1e-6)
    value, term = given[cells.marked], terms[cells.marked]
    unit = place_names(desk)[-2].replace(" unit", "'s unit")
    assert f"gives {value:.3f} and so adds {term:.3f} to {unit}" in view.words.text().replace("−", "-")
    field = view.map._field
    assert field is not None
    assert (field.bottom - field.top, field.right - field.left) <= (16, 16)
    click(child(desk.view, QToolButton, "crumb_2"))
    assert view.map._field is None
    assert "The pixels add up to" in view.words.text()


def test_clicks_and_arrow_keys_choose_the_cell_and_escape_goes_back_up(desk: Desk) -> None:
    cells = open_channel(desk)
    shown = desk.view.evidence.map_view.map
    for at in range(3):
        click(cells, cells.cell_rect(at, at, 1).center())
        assert cells.marked == (at, 1)
        np.testing.assert_allclose(values_of(shown), expected_cell(desk), atol=1e-6)
    for key, place in (
        (Qt.Key.Key_Left, (2, 0)), (Qt.Key.Key_Left, (2, 0)), (Qt.Key.Key_Down, (3, 0)),
        (Qt.Key.Key_Up, (2, 0)), (Qt.Key.Key_Right, (2, 1)),
    ):  # fmt: skip
        press(cells, key)
        assert cells.marked == place
    np.testing.assert_allclose(values_of(shown), expected_cell(desk), atol=1e-6)
    press(cells, Qt.Key.Key_Escape)
    assert desk.bars.isVisible()


def test_a_chosen_cell_stays_in_view_while_one_draws(desk: Desk) -> None:
    cells = open_channel(desk)
    click(cells, cells.cell_rect(0, 2, 3).center())
    desk.draw(mnist("test").images[24])
    assert cells.marked == (2, 3)
    np.testing.assert_allclose(values_of(desk.view.evidence.map_view.map), expected_cell(desk), atol=1e-6)
    prediction = desk.predictions[-1]
    assert prediction is not None
    np.testing.assert_array_equal(desk.view.evidence.map_view.map._picture, prediction.trace.picture)


def test_weights_have_the_colours_of_kernels(desk: Desk) -> None:
    cells = open_channel(desk)
    picture = cells.grab().toImage()
    _, weights, _ = cells.grids()
    row, column = np.unravel_index(np.abs(weights).argmax(), weights.shape)
    corner = cells.cell_rect(1, int(row), int(column)).topLeft() + QPointF(5, 5)
    end = KERNEL_COLOURS[254 if weights[row, column] > 0 else 0]
    assert picture.pixel(corner.toPoint()) == end


def test_the_same_map_has_the_same_scale_whatever_was_shown_before(desk: Desk) -> None:
    shown = desk.view.evidence.map_view.map
    before = shown._limit
    desk.click_row(0)
    press(desk.bars, Qt.Key.Key_Escape)
    assert shown._limit == before
    for number in range(20, 26):
        desk.draw(mnist("test").images[number])
    desk.draw(four())
    assert shown._limit == before


def test_a_traced_unit_gets_what_the_network_gives_it(desk: Desk) -> None:
    unit = desk.bars.rows()[0].index
    desk.click_row(0)
    prediction = desk.predictions[-1]
    assert prediction is not None and unit is not None
    value = next(layer.values for layer in prediction.trace.layers if layer.name == "fc2")[unit]
    assert desk.bars.rows()[-1].value == pytest.approx(float(value), abs=0.0051)
    assert f"gets {value:.2f}" in desk.view.evidence.caption.text()


def test_keys_go_through_the_rows_down_and_back_up(desk: Desk) -> None:
    desk.bars.setFocus()
    rows = [row.index for row in desk.bars.rows()]
    press(desk.bars, Qt.Key.Key_Down)
    press(desk.bars, Qt.Key.Key_Down)
    assert desk.bars.marked == rows[1]
    assert f"unit {rows[1]} gives" in desk.view.evidence.reading.text()
    press(desk.bars, Qt.Key.Key_Return)
    assert place_names(desk)[-1] == f"fc2 unit {rows[1]}"
    press(desk.bars, Qt.Key.Key_Left)
    assert place_names(desk) == ["4 − 9"]
    assert [row.index for row in desk.bars.rows()] == rows


def test_a_traced_unit_stays_in_view_while_one_draws(desk: Desk) -> None:
    unit = desk.bars.rows()[0].index
    desk.click_row(0)
    before = desk.bars.rows()
    desk.draw(mnist("test").images[24])
    assert place_names(desk)[-1] == f"fc2 unit {unit}"
    assert desk.bars.rows() != before
    assert_adds_up(desk.bars)


def test_a_unit_that_is_switched_off_is_said_to_be(desk: Desk) -> None:
    unit = desk.bars.rows()[0].index
    assert unit is not None
    desk.click_row(0)
    state = desk.states[-1]
    desk.engine.edit(NetworkState(state.table, state.weights, {"relu4": frozenset({unit})}))
    settle()
    assert "switched off" in desk.view.evidence.caption.text()


# The map


def test_the_map_tells_a_pixels_number_and_what_all_add_up_to(desk: Desk) -> None:
    shown = desk.view.evidence._evidence
    assert shown is not None
    row, column = np.unravel_index(np.abs(shown.input_x_gradient).argmax(), (28, 28))
    QTest.mouseMove(
        desk.view.evidence.map_view.map, pixel(desk.view.evidence.map_view.map, int(row), int(column))
    )
    settle()
    value = f"{shown.input_x_gradient[row, column]:+.3f}".replace("-", "−")
    assert f"row {row}, column {column}: {value}" in desk.view.evidence.map_view.reading()
    words = desk.view.evidence.map_view.words.text()
    mapped = float(shown.input_x_gradient.sum())
    assert f", which is {shown.difference:.2f}. The pixels add up to {mapped:.2f}." in words
    assert "from the biases" in words


def test_occlusion_comes_when_the_pen_rests(desk: Desk, qtbot: QtBot) -> None:
    click(child(desk.view, QRadioButton, "occlusion_button"))
    view = desk.view.evidence.map_view
    assert desk.count(OCCLUSION) == 1
    picture = to_mnist(four())
    expected = evidence.occlusion(shipped("lenet"), picture, 4, 9)
    np.testing.assert_allclose(values_of(view.map), expected, atol=1e-4)
    assert "sum of these numbers has no meaning" in view.words.text()
    assert "one sign" not in view.words.text()  # a 4 that is nearly a 9
    desk.draw(mnist("test").images[24])
    assert view.map._is_dimmed
    assert desk.count(OCCLUSION) == 1
    qtbot.waitUntil(lambda: not view.map._is_dimmed)
    assert desk.count(OCCLUSION) == 2


@pytest.mark.parametrize(
    ("falls", "said"),
    [
        ([[5, 4], [-0.5, 0.4]], "a clear 7 becomes less clear"),
        ([[-5, -4], [0.5, -0.4]], "7's lead grows"),
        ([[5, 4], [-2, -2]], ""),
        ([[-5, 4], [0, 0]], ""),
        ([[0, 0], [0, 0]], ""),
        (None, ""),
    ],
)
def test_a_map_of_one_sign_is_explained(falls: list[list[float]] | None, said: str) -> None:
    values = None if falls is None else np.array(falls, np.float32)
    words = evidence_words.occlusion_words("7", "1", values)
    assert words.startswith("How far 7's lead over 1, in logits, falls")
    assert ("one sign" in words) == bool(said) and said in words


def test_the_ring_of_the_keys_covers_no_letter(desk: Desk) -> None:
    bars = desk.bars
    bars.clearFocus()
    plain = image_of(bars)
    inner = plain[3:-3, 3:-3]
    assert (plain[3:-3, :3] == plain[3:-3, -3:]).all()  # nothing but what goes from edge to edge
    bars.setFocus(Qt.FocusReason.TabFocusReason)
    assert bars.hasFocus() and (image_of(bars)[3:-3, 3:-3] == inner).all()


def image_of(widget: QWidget) -> np.ndarray:
    """Its pixels (H, W, 4)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


def test_occlusion_is_for_two_digits_not_for_a_unit(desk: Desk) -> None:
    button = child(desk.view, QRadioButton, "occlusion_button")
    click(button)
    desk.click_row(0)
    assert not button.isEnabled() and not button.isChecked()
    assert "gradient" in desk.view.evidence.map_view.words.text()
    assert visible_text(desk.view, "occlusion_reason") == "(only for 4 − 9)"
    assert "not for one unit. Choose “4 − 9” above the bars" in button.toolTip()
    press(desk.bars, Qt.Key.Key_Left)
    assert visible_text(desk.view, "occlusion_reason") == "" and "5×5" in button.toolTip()
    assert button.isEnabled() and button.isChecked()
    assert "5×5" in desk.view.evidence.map_view.words.text()


@pytest.mark.parametrize("model", ["lenet", "lenet_sigmoid"])
def test_all_words_have_room(model: str, open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(model)
    desk.draw(four())

    def check() -> None:
        settle()
        for text in desk.view.findChildren(SteadyText):
            assert not text.isVisible() or text.is_whole(), text.text()

    check()
    desk.view.evidence.over.setCurrentIndex(3)
    check()
    desk.view.evidence.over.setCurrentIndex(0)
    click(child(desk.view, QRadioButton, "occlusion_button"))
    check()
    for _ in range(3):
        desk.click_row(0)
        check()
    desk.view.pages.setCurrentWidget(desk.view.change)
    check()
    click(desk.view.change.find_button)
    check()
    desk.draw(mnist("test").images[24])
    check()


# The two digits


def test_both_digits_follow_the_drawing_until_one_is_chosen(desk: Desk) -> None:
    assert (desk.view.digit.digit, desk.view.rival.digit) == (4, 9)
    desk.bars.setFocus()
    press(desk.bars, Qt.Key.Key_7)
    assert desk.view.rival.digit == 7
    assert "not 7" in desk.view.result.text()
    desk.draw(mnist("test").images[1])
    prediction = desk.predictions[-1]
    assert prediction is not None
    assert (desk.view.digit.digit, desk.view.rival.digit) == (prediction.digit, 7)
    press(desk.bars, Qt.Key.Key_Delete)
    assert desk.view.rival.digit == int(np.argsort(prediction.logits)[-2])


def test_another_digit_than_the_answer_can_be_explained(desk: Desk) -> None:
    desk.view.digit.choose(9)
    settle()
    assert desk.view.rival.digit == 4
    assert desk.view.result.text().startswith("The network reads 4. Of 9 and 4: ")
    assert desk.bars.rows()[-1].value < 0
    assert_adds_up(desk.bars)


def test_a_digit_is_not_compared_with_itself(desk: Desk) -> None:
    desk.view.rival.choose(4)
    settle()
    assert "not compared with itself" in desk.problem()
    desk.view.rival.choose(9)
    settle()
    assert desk.problem() == ""


# Bare paper, errors, and what is old


def test_bare_paper_says_what_to_do(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    assert "Draw a digit" in desk.problem()
    assert not desk.view.change.find_button.isEnabled()
    desk.draw(four())
    assert desk.problem() == ""
    desk.draw(BLANK)
    assert "Draw a digit" in desk.problem()
    assert desk.view.digit.currentText() == "the answer"
    assert desk.view.rival.currentText() == "the runner-up"
    assert desk.view.change.target.currentText() == "as above"


def test_a_network_whose_weights_are_no_numbers_is_said_to_have_no_reasons(desk: Desk) -> None:
    state = desk.states[-1]
    weights = {name: np.full_like(value, np.nan) for name, value in state.weights.items()}
    desk.engine.edit(NetworkState(state.table, weights))
    settle()
    assert "no finite numbers" in desk.problem()
    desk.engine.edit(None)
    settle()
    assert desk.problem() == ""


def test_a_dead_network_has_nothing_to_say(desk: Desk) -> None:
    state = desk.states[-1]
    weights = {name: np.zeros_like(value) for name, value in state.weights.items()}
    desk.engine.edit(NetworkState(state.table, weights))
    settle()
    assert [row.value for row in desk.bars.rows()] == [0.0, 0.0, 0.0]
    desk.view.pages.setCurrentWidget(desk.view.change)
    click(desk.view.change.find_button)
    assert "gradient is zero" in desk.view.change.words.text()


def test_nothing_is_asked_while_nobody_looks(desk: Desk) -> None:
    asked = len(desk.asked)
    desk.view.hide()
    desk.draw(mnist("test").images[24])
    assert len(desk.asked) == asked
    desk.view.show()
    settle()
    prediction = desk.predictions[-1]
    assert prediction is not None
    assert desk.asked[-1].picture is prediction.trace.picture


def answered(network: Network, wanted: DrawingQuestion) -> object:
    functions: dict[str, Callable[..., object]] = {EVIDENCE: evidence.why, FEEDING: evidence.feeding}
    return functions[wanted.question](network, wanted.picture, *wanted.arguments)


def test_what_is_not_about_the_newest_drawing_is_dimmed_when_it_stays(desk: Desk, qtbot: QtBot) -> None:
    held = HeldExecutor()
    desk.engine._process.executor, inline = held, desk.engine._process.executor
    prediction = desk.predictions[-1]
    desk.view.set_prediction(prediction)
    assert desk.count(EVIDENCE) == 2
    assert not desk.bars._is_dimmed
    qtbot.waitUntil(lambda: desk.bars._is_dimmed)
    network = shipped("lenet")
    held.answer(answered(network, desk.asked[-1]))
    settle()
    assert not desk.bars._is_dimmed
    desk.engine._process.executor = inline


def test_an_answer_about_other_digits_is_not_shown(desk: Desk) -> None:
    wanted = desk.asked[-1]
    network = shipped("lenet")
    late = DrawingQuestion(EVIDENCE, wanted.picture, (4, 7))
    before = desk.view.result.text()
    desk.view.show_answer(answered(network, late), late)
    assert desk.view.result.text() == before


def test_another_network_of_other_layers_begins_at_the_top(desk: Desk, qtbot: QtBot) -> None:
    desk.click_row(0)
    with qtbot.waitSignal(desk.engine.loaded):
        desk.engine.open("lenet_sigmoid", "cpu")
    settle()
    assert len(place_names(desk)) == 1
    assert "sigmoid4" in desk.view.evidence.over.itemText(0)
    assert_adds_up(desk.bars)


def test_trouble_with_the_process_is_told_and_an_answer_after_all_is_shown(desk: Desk) -> None:
    held = HeldExecutor()
    desk.engine._process.executor, inline = held, desk.engine._process.executor
    desk.view.pages.setCurrentWidget(desk.view.change)
    click(desk.view.change.find_button)
    assert "Searching" in desk.view.change.words.text()
    desk.fail(CHANGE)
    assert desk.view.change.words.text() == "The process has ended."
    path = smallest_change.smallest_change(shipped("lenet"), to_mnist(four()), 9)
    held.answer(path)
    settle()
    assert "from 4 to 9" in desk.view.change.words.text()
    desk.view.pages.setCurrentIndex(0)
    desk.asked.append(next(asked for asked in desk.asked[::-1] if asked.question == EVIDENCE))
    desk.fail(EVIDENCE)
    assert desk.problem() == "The process has ended."
    desk.engine._process.executor = inline


def test_without_a_process_nothing_is_searched_for(desk: Desk) -> None:
    held = HeldExecutor()
    desk.engine._process.executor, inline = held, desk.engine._process.executor
    desk.view.pages.setCurrentWidget(desk.view.change)
    click(desk.view.change.find_button)
    desk.engine.failed.emit(LabError("The file is not there."))
    assert "Searching" in desk.view.change.words.text()  # the network before it still answers
    desk.engine._process._running = None
    desk.engine.failed.emit(LabError("The process ends again and again."))
    assert "again and again" in desk.view.change.words.text()
    desk.engine._process.executor = inline


# The smallest change


@pytest.fixture
def changed(desk: Desk) -> Desk:
    """A tab that shows the smallest change from a 4 to a 9."""
    desk.view.pages.setCurrentWidget(desk.view.change)
    click(desk.view.change.find_button)
    return desk


def test_the_change_is_shown_at_the_flip_and_the_slider_goes_along_the_way(changed: Desk) -> None:
    view = changed.view.change
    path = view._path
    assert path is not None
    assert (path.digit, path.rival) == (4, 9)
    assert view.slider.value() == path.flip
    assert f"from 4 to 9 has length {path.length:.2f} and" in view.words.text()
    view.slider.setFocus()
    press(view.slider, Qt.Key.Key_Home)
    np.testing.assert_array_equal(view.picture.picture(), to_mnist(four()))
    assert view._bars_title.text() == "Read as 4"
    press(view.slider, Qt.Key.Key_End)
    np.testing.assert_array_equal(view.picture.picture(), path.pictures[-1])
    assert view._bars_title.text() == "Read as 9"
    click(view.flip_button)
    assert view.slider.value() == path.flip


def test_a_click_on_the_curves_goes_there(changed: Desk) -> None:
    view = changed.view.change
    click(view.plot.viewport(), view.plot.point(10, 0.5))
    assert view.slider.value() == 10


def test_the_way_plays_to_its_end(changed: Desk, qtbot: QtBot) -> None:
    view = changed.view.change
    view.slider.setValue(view.slider.maximum() - 2)
    click(view.play_button)
    qtbot.waitUntil(lambda: not view.play_button.isChecked())
    assert view.slider.value() == view.slider.maximum()


def test_a_picture_of_the_way_can_be_put_on_the_pad(changed: Desk, qtbot: QtBot) -> None:
    view = changed.view.change
    view.slider.setValue(20)
    with qtbot.waitSignal(changed.view.picture_chosen) as signal:
        click(view.pad_button)
    np.testing.assert_array_equal(signal.args[0], view._path.pictures[20])
    changed.draw((signal.args[0] * 255).round().astype(np.uint8))
    assert "cropped, scaled and centred anew" in view.words.text()


def test_a_change_is_marked_while_the_drawing_is_another_one(changed: Desk) -> None:
    view = changed.view.change
    found = view.words.text()
    changed.draw(mnist("test").images[24])
    assert view.picture._is_dimmed
    assert "as it was before" in view.words.text()
    changed.draw(four())
    assert not view.picture._is_dimmed
    assert view.words.text() == found


def test_another_target_can_be_chosen(changed: Desk) -> None:
    view = changed.view.change
    view.target.choose(7)
    click(view.find_button)
    assert view._path is not None
    assert view._path.rival == 7
    view.target.choose(4)
    click(view.find_button)
    assert "already reads a 4" in view.words.text()
    assert not view.slider.isEnabled()
    assert changed.count(CHANGE) == 3


def test_every_control_has_a_name_and_a_tool_tip(changed: Desk) -> None:
    tab = changed.view
    change = tab.change
    controls: list[QWidget] = [
        tab.digit, tab.rival, tab.evidence.over, change.target, change.find_button, change.slider,
        change.play_button, change.flip_button, change.pad_button,
        *tab.evidence.map_view.findChildren(QRadioButton),
    ]  # fmt: skip
    for control in controls:
        assert control.objectName() and control.toolTip(), control
        assert control.accessibleName() or getattr(control, "text", str)(), control


def test_a_split_of_tiny_numbers_gets_more_decimals() -> None:
    shown = evidence.why(shipped("lenet"), to_mnist(four()), 4, 9)
    assert split_record(shown).decimals == 2
    small = type(shown)(
        **{**vars(shown), "activations": shown.activations / 1000, "logits": shown.logits / 1000}
    )
    assert split_record(small).decimals == 4
