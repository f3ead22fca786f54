from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from driving import LEFT_BUTTON, InlineExecutor, Kind, child, click_button
from example_digits import mnist
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QLabel, QLineEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from core import networks
from core.data.datasets import DigitSet
from core.explaining.kernels import kernels_of
from core.networks import weight_files
from core.processes import questions
from core.records import NetworkState, Prediction, Snapshot
from gui.layers.layer_values import limits, shown_values
from gui.layers.tiled_maps import Cell
from gui.paint.colours import colour_table
from gui.processes.engine import Engine
from gui.tabs.inspect.change.change_desk import ChangeDesk
from gui.tabs.inspect.change.change_tool import ChangeTool
from gui.tabs.inspect.subject import Subject
from gui.widgets.construct import exchange, in_row
from gui.widgets.steady_label import SteadyLabel
from gui.window.settings import Settings

INK = mnist("test").images[0].repeat(10, 0).repeat(10, 1)


class Bench:
    """The tool with its desk and an engine without a process, as the window joins them."""

    def __init__(self, qtbot: QtBot) -> None:
        self.engine = Engine(new_executor=InlineExecutor)
        self.tool = ChangeTool()
        qtbot.addWidget(self.tool)
        self.desk = ChangeDesk(self.tool, self.engine, Settings(), self.tool)
        self.session = self.tool.session
        self.predictions: list[Prediction] = []
        self.networks: list[NetworkState] = []
        self.modified: list[str] = []
        self.briefly_modified: list[str] = []
        self.failed: list[str] = []
        self.engine.predicted.connect(self.predictions.append)
        self.engine.answering_changed.connect(lambda answering: self.networks.append(answering.network))
        self.desk.modified.connect(self._on_modified)
        self.desk.failed.connect(self.failed.append)
        colours = colour_table("blue-orange", False, 0xFFFFFF)
        self.tool.set_colours(colours, colours)
        self.tool.resize(440, 340)
        self.tool.show()
        with qtbot.waitSignal(self.engine.loaded, timeout=30_000):
            self.engine.open("lenet", "cpu")
        with qtbot.waitSignal(self.engine.predicted, timeout=10_000):
            self.engine.submit(INK)

    def _on_modified(self, words: str, brief: str) -> None:
        self.modified.append(words)
        self.briefly_modified.append(brief)

    def show(self, layer: str, cell: Cell | None = None) -> None:
        """What the Inspect tab does at every answer and every change of place."""
        network, prediction = self.networks[-1], self.predictions[-1]
        layers, values = network.table.shown, shown_values(prediction)
        self.tool.show_subject(
            Subject(
                network, layers, prediction, tuple(values), tuple(limits(values)),
                [spec.name for spec in layers].index(layer), cell, cell is not None,
            )
        )  # fmt: skip
        QApplication.processEvents()

    def click_channel(self, channel: int, button: Qt.MouseButton = LEFT_BUTTON) -> None:
        switches = self.tool.switches
        QTest.mouseClick(switches, button, pos=switches.channel_rect(channel).center().toPoint())

    def click_weight(self, row: int, column: int) -> None:
        grid = self.tool.editor.grid
        QTest.mouseClick(grid, LEFT_BUTTON, pos=grid.cell_rect(row, column).center().toPoint())

    def child(self, kind: type[Kind], name: str) -> Kind:
        return child(self.tool, kind, name)

    def press(self, name: str) -> None:
        click_button(self.tool, name)

    def weight(self, layer: str, *index: int) -> float:
        assert self.session.state is not None
        return float(kernels_of(self.session.state, layer)[index])

    def off(self, layer: str) -> frozenset[int]:
        assert self.session.state is not None
        return self.session.state.silenced.get(layer, frozenset())


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    bench.show("conv1")
    yield bench
    bench.engine.close()


# Switches


def test_a_click_on_a_map_switches_its_channel_off_and_the_network_answers_without_it(
    bench: Bench, qtbot: QtBot
) -> None:
    before = bench.predictions[-1].probabilities
    with qtbot.waitSignal(bench.engine.predicted):
        bench.click_channel(3)
    answer = bench.predictions[-1]
    assert answer.original is not None
    np.testing.assert_allclose(answer.original, before, atol=1e-6)
    assert not answer.trace.layers[0].values[3].any()
    assert bench.modified[-1] == "Modified: conv1 channel 3 off"
    with qtbot.waitSignal(bench.engine.predicted):
        bench.click_channel(3)
    assert bench.predictions[-1].original is None and bench.modified[-1] == ""


def test_the_keyboard_walks_and_switches(bench: Bench) -> None:
    switches = bench.tool.switches
    switches.setFocus()
    QTest.keyClick(switches, Qt.Key.Key_Right)
    QTest.keyClick(switches, Qt.Key.Key_Right)
    QTest.keyClick(switches, Qt.Key.Key_Space)
    assert bench.off("conv1") == {2}
    assert "off" in switches.accessibleDescription()
    QTest.keyClick(switches, Qt.Key.Key_Left)
    assert bench.tool.editor.channel == 1


def test_units_are_switched_as_well(bench: Bench, qtbot: QtBot) -> None:
    bench.show("fc1")
    with qtbot.waitSignal(bench.engine.predicted):
        bench.click_channel(77)
    assert bench.off("fc1") == {77}
    assert bench.predictions[-1].trace.layers[7].values[77] == 0


def test_all_channels_come_on_again_by_one_click(bench: Bench) -> None:
    bench.show("relu2")
    for channel in (0, 5, 15):
        bench.click_channel(channel)
    assert bench.off("relu2") == {0, 5, 15}
    bench.press("all_on_button")
    assert not bench.session.is_modified
    bench.press("change_undo_button")
    assert bench.off("relu2") == {0, 5, 15}


def test_the_number_of_a_channel_that_is_off_is_as_clear_as_any(bench: Bench) -> None:
    switches = bench.tool.switches
    switches.set_values(None, 1.0)  # the same ground for both

    def corner() -> QImage:
        return switches.grab(QRect(switches.channel_rect(4).topLeft().toPoint(), QSize(7, 9))).toImage()

    def darkest() -> int:
        image = corner()
        return min(image.pixelColor(x, y).lightness() for x in range(7) for y in range(9))

    bench.click_channel(0)  # the frame of the chosen one is elsewhere
    before = darkest()
    switches.set_changes(frozenset({4}), frozenset())
    assert darkest() <= before + 5


def test_the_right_button_chooses_without_switching(bench: Bench) -> None:
    bench.click_channel(4, Qt.MouseButton.RightButton)
    assert bench.tool.editor.channel == 4 and not bench.session.is_modified


def test_a_pinned_cell_chooses_its_channel(bench: Bench) -> None:
    bench.show("conv1", Cell(5, 3, 3))
    assert bench.tool.editor.channel == 5 and bench.tool.switches.current == 5


@pytest.mark.parametrize("layer", ["input", "softmax"])
def test_layers_with_nothing_to_change_say_where_to_go(bench: Bench, layer: str) -> None:
    bench.show(layer)
    assert bench.child(QLabel, "change_sentence").isVisible()
    bench.show("conv2")
    assert not bench.child(QLabel, "change_sentence").isVisible()


def test_layers_without_weights_have_switches_and_ranking_only(bench: Bench) -> None:
    bench.show("pool1")
    assert bench.tool.switches.isVisible() and bench.tool.ranking.isVisible()
    assert not bench.tool.editor.isVisible()


# Kernels


def test_a_number_is_clicked_typed_and_taken_with_enter(bench: Bench, qtbot: QtBot) -> None:
    bench.click_weight(1, 2)
    grid = bench.tool.editor.grid
    QTest.keyClicks(grid, "-")
    field = bench.child(QLineEdit, "weight_field")
    QTest.keyClicks(field, "1.25")
    with qtbot.waitSignal(bench.engine.predicted):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert bench.weight("conv1", 0, 0, 1, 2) == -1.25
    assert grid.place == (2, 2) and not field.isVisible()
    assert bench.networks[-1].weights["conv1.weight"][0, 0, 1, 2] == -1.25
    assert bench.modified[-1] == "Modified: 1 kernel edited"


def test_tab_takes_the_number_and_goes_to_the_next(bench: Bench) -> None:
    bench.click_weight(0, 4)
    field = bench.child(QLineEdit, "weight_field")
    for digit in "12":
        QTest.keyClicks(bench.tool.editor.grid, digit)
        QTest.keyClick(field, Qt.Key.Key_Tab)
    assert bench.weight("conv1", 0, 0, 0, 4) == 1
    assert bench.weight("conv1", 0, 0, 1, 0) == 2


@pytest.mark.parametrize("text", ["nan", "inf", "-1e400", "2000000", "1..5", ""])
def test_what_is_no_weight_is_refused_in_plain_words(bench: Bench, text: str) -> None:
    bench.click_weight(0, 0)
    QTest.keyClick(bench.tool.editor.grid, Qt.Key.Key_Return)
    field = bench.child(QLineEdit, "weight_field")
    field.clear()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible() and not bench.session.is_modified
    assert "number" in bench.child(SteadyLabel, "weight_note").text()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible() and "Row 0" in bench.child(SteadyLabel, "weight_note").text()


def test_the_wheel_changes_the_chosen_number_and_is_undone_in_one_go(bench: Bench) -> None:
    grid = bench.tool.editor.grid
    before = bench.weight("conv1", 0, 0, 2, 2)

    def wheel(notches: int) -> None:
        at = grid.cell_rect(2, 2).center()
        event = QWheelEvent(
            at, grid.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(grid, event)

    wheel(1)
    assert not bench.session.is_modified  # not chosen yet: the page scrolls
    bench.click_weight(2, 2)
    wheel(1)
    once = bench.weight("conv1", 0, 0, 2, 2)
    wheel(2)
    assert before < once < bench.weight("conv1", 0, 0, 2, 2)
    bench.press("change_undo_button")
    assert bench.weight("conv1", 0, 0, 2, 2) == before


def test_dragging_up_makes_a_number_larger(bench: Bench) -> None:
    grid = bench.tool.editor.grid
    before = bench.weight("conv1", 0, 0, 3, 1)
    at = grid.cell_rect(3, 1).center().toPoint()
    QTest.mousePress(grid, LEFT_BUTTON, pos=at)
    for height in (1, 10, 20, 40):
        QTest.mouseMove(grid, at - QPoint(0, height))
    QTest.mouseRelease(grid, LEFT_BUTTON, pos=at - QPoint(0, 40))
    assert bench.weight("conv1", 0, 0, 3, 1) > before
    bench.session.stack.undo()
    assert not bench.session.is_modified


def test_the_bias_is_a_field(bench: Bench) -> None:
    bench.click_channel(2, Qt.MouseButton.RightButton)
    field = bench.child(QDoubleSpinBox, "bias_field")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "-1.5x")
    assert bench.session.state is not None
    assert bench.session.state.weights["conv1.bias"][2] == -1.5
    bench.press("change_undo_button")
    assert not bench.session.is_modified and field.value() != -1.5


def test_a_preset_replaces_the_chosen_kernel(bench: Bench, qtbot: QtBot) -> None:
    bench.show("conv2")
    bench.child(QSpinBox, "kernel_channel").setValue(9)
    bench.child(QSpinBox, "kernel_input").setValue(4)
    with qtbot.waitSignal(bench.engine.predicted):
        bench.child(QAction, "preset_identity").trigger()
    assert bench.session.state is not None
    expected = np.zeros((5, 5), np.float32)
    expected[2, 2] = 1
    np.testing.assert_array_equal(bench.session.state.weights["conv2.weight"][9, 4], expected)
    bench.child(QAction, "preset_random").trigger()
    first = bench.session.state.weights["conv2.weight"][9, 4].copy()
    bench.child(QAction, "preset_random").trigger()
    assert not np.array_equal(first, bench.session.state.weights["conv2.weight"][9, 4])


@pytest.mark.parametrize("layer", ["fc1", "fc2", "fc3"])
def test_weights_of_units_are_edited_as_those_of_channels(bench: Bench, layer: str) -> None:
    bench.show(layer)
    bench.click_channel(8, Qt.MouseButton.RightButton)
    bench.click_weight(3, 2)
    QTest.keyClicks(bench.tool.editor.grid, "5")
    QTest.keyClick(bench.child(QLineEdit, "weight_field"), Qt.Key.Key_Return)
    assert bench.weight(layer, 8, 0, 3, 2) == 5
    assert bench.session.edited_channels(layer) == {8}
    bench.child(QAction, "preset_zero").trigger()
    assert not any(bench.weight(layer, 8, 0, row, column) for row in range(5) for column in range(5))


# The way back


def test_undo_and_redo_can_be_pressed_exactly_while_there_is_something_to_do(bench: Bench) -> None:
    undo, redo = (bench.child(QPushButton, f"change_{name}_button") for name in ("undo", "redo"))
    assert not undo.isEnabled() and not redo.isEnabled()
    bench.click_channel(4)
    assert undo.isEnabled() and not redo.isEnabled()
    assert "channel 4 off" in undo.toolTip()
    bench.click_channel(5)
    bench.press("change_undo_button")
    assert undo.isEnabled() and redo.isEnabled()
    assert "channel 4 off" in undo.toolTip() and "channel 5 off" in redo.toolTip()
    bench.press("change_undo_button")
    assert not undo.isEnabled() and redo.isEnabled()
    bench.press("change_redo_button")
    bench.press("change_redo_button")
    assert undo.isEnabled() and not redo.isEnabled()


def test_several_changes_are_counted_where_there_is_no_room_to_name_them(bench: Bench) -> None:
    bench.click_channel(4)
    assert bench.briefly_modified[-1] == "Modified: 1 change"
    bench.click_channel(5)
    bench.session.set_bias("conv2", 0, 1.0)
    assert bench.briefly_modified[-1] == "Modified: 3 changes"
    assert bench.modified[-1] == "Modified: 2 channels off, 1 bias edited"


def test_ctrl_z_is_about_the_network_where_the_keys_go_to_the_tool(bench: Bench) -> None:
    bench.click_channel(1)
    switches = bench.tool.switches
    switches.setFocus()
    QTest.keyClick(switches, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not bench.session.is_modified
    QTest.keyClick(
        switches, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert bench.off("conv1") == {1}


def test_revert_takes_all_back_and_can_be_undone(bench: Bench) -> None:
    bench.click_channel(1)
    bench.click_channel(2)
    bench.press("change_revert_button")
    assert not bench.session.is_modified
    assert not bench.child(QPushButton, "save_model_button").isEnabled()
    bench.press("change_undo_button")
    assert bench.off("conv1") == {1, 2}
    bench.desk.revert()
    assert not bench.session.is_modified


def test_the_original_answers_while_the_button_is_held(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.engine.predicted):
        bench.click_channel(3)
    button = bench.child(QPushButton, "compare_button")
    with qtbot.waitSignal(bench.engine.predicted):
        QTest.mousePress(button, LEFT_BUTTON)
    assert bench.predictions[-1].original is None
    assert bench.predictions[-1].trace.layers[0].values[3].any()
    assert "original" in bench.modified[-1]
    with qtbot.waitSignal(bench.engine.predicted):
        QTest.mouseRelease(button, LEFT_BUTTON)
    assert not bench.predictions[-1].trace.layers[0].values[3].any()


def test_another_model_ends_the_changes(bench: Bench, qtbot: QtBot) -> None:
    bench.click_channel(3)
    with qtbot.waitSignal(bench.engine.predicted):
        bench.engine.open("lenet_sigmoid", "cpu")
    assert not bench.session.is_modified and bench.modified[-1] == ""
    assert bench.predictions[-1].original is None
    bench.show("sigmoid1")
    assert bench.tool.switches.isVisible()


def test_changes_wait_while_a_network_in_training_answers(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.engine.predicted):
        bench.click_channel(3)
    assert bench.session.base is not None
    snapshot = Snapshot("lenet", 7, bench.session.base.weights, {})
    with qtbot.waitSignal(bench.engine.answering_changed):
        bench.engine.follow(snapshot)
    sentence = bench.child(QLabel, "change_sentence")
    assert sentence.isVisible() and "training" in sentence.text()
    assert not bench.child(QPushButton, "change_revert_button").isEnabled()
    assert bench.modified[-1] == ""
    with qtbot.waitSignal(bench.engine.predicted):
        bench.engine.follow(None)
    assert bench.predictions[-1].original is not None
    assert not sentence.isVisible() and "channel 3" in bench.modified[-1]


# Ranking


@pytest.fixture
def few_digits(monkeypatch: pytest.MonkeyPatch) -> DigitSet:
    digits = mnist("test")
    few = DigitSet(digits.images[:150], digits.labels[:150])
    monkeypatch.setattr(questions, "_test_pictures", lambda _dataset: few)
    return few


def test_channels_are_ranked_in_the_background_and_a_row_turns_to_its_channel(
    bench: Bench, qtbot: QtBot, few_digits: DigitSet
) -> None:
    bench.press("rank_button")
    assert bench.child(QWidget, "ranking_progress").isVisible()
    qtbot.waitUntil(bench.child(QWidget, "rank_button").isVisible, timeout=20_000)
    model = bench.tool.ranking.table.model()
    assert model.rowCount() == 6
    texts = [[model.index(row, column).data() for column in range(4)] for row in range(6)]
    changes = [float(row[2].removesuffix(" pp").replace("−", "-")) for row in texts]
    assert changes == sorted(changes) and changes[0] < -5
    channel = int(texts[0][0])
    table = bench.tool.ranking.table
    QTest.mouseClick(table.viewport(), LEFT_BUTTON, pos=table.visualRect(model.index(0, 1)).center())
    assert bench.tool.switches.current == channel == bench.tool.editor.channel
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert bench.off("conv1") == {channel}
    assert model.index(0, 0).data() == f"{channel} ✕"
    assert "was" in bench.child(SteadyLabel, "ranking_note").text()
    assert "again" in bench.child(QPushButton, "rank_button").text()
    bench.session.stack.undo()
    assert "now" in bench.child(SteadyLabel, "ranking_note").text()
    assert "again" not in bench.child(QPushButton, "rank_button").text()


def test_the_keys_go_to_the_button_that_takes_another_s_place(qtbot: QtBot) -> None:
    first, second = QPushButton("first"), QPushButton("second")
    page = QWidget()
    qtbot.addWidget(page)
    in_row(first, QPushButton("another"), second, on=page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    for shows_second in (False, True, True, False):
        (second if second.isVisible() and not first.isVisible() else first).setFocus()
        exchange(first, second, shows_second)
        assert (first.isVisible(), second.isVisible()) == (not shows_second, shows_second)
        assert (second if shows_second else first).hasFocus()
    other = page.findChildren(QPushButton)[1]
    other.setFocus()
    exchange(first, second, True)
    assert other.hasFocus()


def test_a_ranking_can_be_given_up_and_what_is_counted_stays(
    bench: Bench, qtbot: QtBot, few_digits: DigitSet
) -> None:
    bench.press("rank_button")
    with qtbot.waitSignal(
        bench.desk._ranking.advanced, timeout=20_000, check_params_cb=lambda ranking: ranking.done == 50
    ):
        pass
    bench.press("ranking_cancel_button")
    steps: list[object] = []
    bench.desk._ranking.advanced.connect(steps.append)
    QApplication.processEvents()
    assert not steps and bench.child(QWidget, "rank_button").isVisible()
    assert "of 50 read right" in bench.child(SteadyLabel, "ranking_note").text()


def test_drawing_goes_on_while_channels_are_ranked(bench: Bench, qtbot: QtBot, few_digits: DigitSet) -> None:
    bench.press("rank_button")
    with qtbot.waitSignal(bench.engine.predicted, timeout=5000):
        bench.engine.submit(INK // 2)
    assert bench.child(QWidget, "ranking_progress").isVisible()


def test_a_ranking_tells_of_the_network_as_it_is_and_not_of_all_its_channels(
    bench: Bench, qtbot: QtBot, few_digits: DigitSet
) -> None:
    bench.click_channel(4)
    bench.press("rank_button")
    qtbot.waitUntil(bench.child(QWidget, "rank_button").isVisible, timeout=20_000)
    assert bench.child(SteadyLabel, "ranking_note").text().startswith("As it is now: ")


def test_an_outdated_ranking_says_which_network_it_is_of(
    bench: Bench, qtbot: QtBot, few_digits: DigitSet
) -> None:
    note = bench.child(SteadyLabel, "ranking_note")
    bench.press("rank_button")
    qtbot.waitUntil(bench.child(QWidget, "rank_button").isVisible, timeout=20_000)
    bench.click_channel(4)
    assert note.text().startswith("As it was opened: ")
    bench.press("rank_button")
    qtbot.waitUntil(bench.child(QWidget, "rank_button").isVisible, timeout=20_000)
    assert note.text().startswith("As it is now: ")
    bench.click_channel(2)
    assert note.text().startswith("With your earlier changes: ")


def test_a_ranking_is_of_the_network_as_it_was_when_it_began(few_digits: DigitSet) -> None:
    network = networks.build("lenet", seed=1)
    *_, expected = questions.ranking(network, "conv1")
    steps = questions.ranking(network, "conv1")
    next(steps)
    for parameter in network.parameters():
        parameter.data.zero_()  # as training changes a network: in place
    *_, ranking = steps
    np.testing.assert_array_equal(ranking.right_without, expected.right_without)


def test_the_table_is_as_high_as_its_rows_and_the_kernel_keeps_its_height(
    bench: Bench, qtbot: QtBot, few_digits: DigitSet
) -> None:
    table, grid = bench.tool.ranking.table, bench.tool.editor.grid
    heights = []
    for layer, rows in (("conv1", 6), ("conv2", 6)):  # of conv2's sixteen, the others can be scrolled to
        bench.show(layer)
        bench.press("rank_button")
        qtbot.waitUntil(bench.child(QWidget, "rank_button").isVisible, timeout=20_000)
        QApplication.processEvents()
        assert table.viewport().height() == rows * table.rowHeight(0)
        heights.append(grid.height())
    assert min(heights) >= grid.minimumSizeHint().height() == 5 * 22 + 1
    bench.show("fc2")
    QApplication.processEvents()
    assert grid.height() >= 10 * 22


def test_nothing_moves_when_a_ranking_is_outdated_or_runs_again(
    bench: Bench, qtbot: QtBot, few_digits: DigitSet
) -> None:
    def places() -> list[QRect]:
        QApplication.processEvents()
        return [widget.geometry() for widget in (bench.tool.ranking.table, bench.tool.editor)]

    bench.press("rank_button")
    qtbot.waitUntil(bench.child(QWidget, "rank_button").isVisible, timeout=20_000)
    before = places()
    bench.click_channel(4)
    assert places() == before
    bench.press("rank_button")
    assert bench.child(QWidget, "ranking_progress").isVisible() and places() == before


def test_the_bar_of_the_chosen_row_is_seen(bench: Bench, qtbot: QtBot, few_digits: DigitSet) -> None:
    bench.press("rank_button")
    qtbot.waitUntil(bench.child(QWidget, "rank_button").isVisible, timeout=20_000)
    table = bench.tool.ranking.table
    table.selectRow(0)
    cell = table.visualRect(table.model().index(0, 2))
    image = table.viewport().grab(cell).toImage()
    y = image.height() // 2
    assert image.pixelColor(4, y) != table.palette().highlight().color()  # this one has the longest bar
    table.selectRow(5)
    last = table.viewport().grab(table.visualRect(table.model().index(5, 2))).toImage()
    assert last.pixelColor(4, y) == table.palette().highlight().color()


def test_points_are_spelt_out_to_who_hears_them(bench: Bench, qtbot: QtBot, few_digits: DigitSet) -> None:
    bench.press("rank_button")
    qtbot.waitUntil(bench.child(QWidget, "rank_button").isVisible, timeout=20_000)
    index = bench.tool.ranking.table.model().index(0, 2)
    assert index.data().endswith(" pp")
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).endswith(" points")


def test_another_layer_has_a_ranking_of_its_own(bench: Bench, qtbot: QtBot, few_digits: DigitSet) -> None:
    bench.press("rank_button")
    qtbot.waitUntil(bench.child(QWidget, "rank_button").isVisible, timeout=20_000)
    bench.show("pool2")
    assert not bench.tool.ranking.table.isVisible()
    bench.show("conv1")
    assert bench.tool.ranking.table.isVisible()


# Saving


def test_a_changed_network_is_saved_and_opens_as_a_model(
    bench: Bench, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine"
    monkeypatch.setattr(
        "gui.widgets.save_dialog.QFileDialog.getSaveFileName", lambda *arguments: (str(path), "")
    )
    bench.click_channel(3)
    bench.session.set_weight("conv2", 0, 0, (0, 0), 1.5)
    with qtbot.waitSignal(bench.desk.noted) as noted:
        bench.press("save_model_button")
    saved = path.with_suffix(".safetensors")
    assert str(saved) in noted.args[0]
    loaded = weight_files.load(saved)
    assert loaded.architecture == "lenet"
    assert loaded.about["changed_by_hand"] == {
        "model": "lenet",
        "changes": "conv1 channel 3 off, 1 kernel edited",
    }
    qtbot.waitUntil(lambda: bench.networks[-1] is bench.session.state)
    changed = bench.predictions[-1].logits
    with qtbot.waitSignal(bench.engine.predicted):
        bench.engine.open(str(saved), "cpu")
    np.testing.assert_allclose(bench.predictions[-1].logits, changed, atol=1e-5)


def test_a_file_that_cannot_be_written_is_told(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    bench.click_channel(3)
    (tmp_path / "file").write_text("")
    with qtbot.waitSignal(bench.desk.failed):
        bench.desk.save(tmp_path / "file" / "mine.safetensors")
    assert "could not be saved" in bench.failed[-1]
    with qtbot.waitSignal(bench.desk.failed):
        bench.desk.save(tmp_path / "mine.pt")
    assert ".safetensors" in bench.failed[-1] and not (tmp_path / "mine.pt").exists()
    assert bench.off("conv1") == {3}


# Looks


@pytest.mark.parametrize("size", [(440, 340), (480, 400), (700, 550)])
def test_every_layer_can_be_painted_at_any_size(bench: Bench, size: tuple[int, int]) -> None:
    bench.tool.resize(*size)
    for spec in bench.networks[-1].table.shown:
        bench.show(spec.name)
        bench.tool.grab()
