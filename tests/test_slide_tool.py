"""The window slides over the input, and the output fills in with what the network gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from driving import button, child, click_button, hover
from example_networks import changed, layer_of
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QSlider, QSpinBox
from pytestqt.qtbot import QtBot
from torch import nn
from torch.nn import functional

from core import networks
from core.explaining.cells import explain_cell
from core.networks import trace
from core.networks.table import Network, Row
from core.records import Prediction, Window
from gui.layers.layer_values import limits, shown_values
from gui.layers.tiled_maps import Cell
from gui.paint.colours import colour_table
from gui.paint.images import colour_indices
from gui.sliding.sliding_maps import SlideMaps
from gui.sliding.window_positions import Walk
from gui.tabs.inspect.slide.slide_tool import SlideTool
from gui.tabs.inspect.slide.window_arithmetic import SlideArithmetic, _grids
from gui.tabs.inspect.subject import Subject
from gui.widgets.steady_label import SteadyLabel

COLOURS = colour_table("blue-orange", dark=False, gap=0xFF808080)


def subject_of(network: Network, layer: str, seed: int = 1, cell: Cell | None = None) -> Subject:
    picture = np.random.default_rng(seed).random((28, 28), np.float32)
    logits, activations = trace.run(network, picture)
    probabilities = torch.from_numpy(logits.reshape(-1)).softmax(0).numpy()
    prediction = Prediction(probabilities, logits, activations, 1.0)
    state = trace.state(network)
    layers, values = state.table.shown, shown_values(prediction)
    index = [spec.name for spec in layers].index(layer)
    return Subject(state, layers, prediction, tuple(values), tuple(limits(values)), index, cell, False)


def lenet() -> Network:
    return networks.build("lenet", seed=2)


def odd_network() -> Network:
    """Strides that leave rows over, padding, sides that differ, a kernel of one cell."""
    rows = [
        Row("conv1", nn.Conv2d(1, 3, (3, 5), stride=(4, 3), padding=(1, 0))),
        Row("pool1", nn.AvgPool2d(3, stride=2, padding=1)),
        Row("conv2", nn.Conv2d(3, 4, 1)),
        Row("pool2", nn.MaxPool2d(3, stride=3)),
    ]
    return Network(rows, (1, 28, 28), ())


@pytest.fixture
def open_tool(qtbot: QtBot) -> Callable[[Subject], SlideTool]:
    def open_one(subject: Subject) -> SlideTool:
        tool = SlideTool()
        qtbot.addWidget(tool)
        tool.set_colours(COLOURS, COLOURS)
        tool.resize(440, 340)
        tool.show()
        tool.show_subject(subject)
        QApplication.processEvents()
        return tool

    return open_one


def maps_of(tool: SlideTool) -> SlideMaps:
    return child(tool, SlideMaps)


def shows(tool: SlideTool, values: np.ndarray, limit: float) -> np.ndarray:
    """Which cells of the output map bear the colour of their value, away from frames and hatching."""
    maps = maps_of(tool)
    picture = maps.grab().toImage()
    colours = COLOURS[colour_indices(values, limit)]
    found = np.zeros(values.shape, bool)
    for row, column in np.ndindex(values.shape):
        rect = maps._output.cell_rect(Cell(0, row, column)).toRect()
        seen = {
            picture.pixel(rect.topLeft() + QPoint(x, y)) & 0xFFFFFF
            for x in range(1, rect.width() - 1)
            for y in range(1, rect.height() - 1)
        }
        found[row, column] = seen == {int(colours[row, column]) & 0xFFFFFF}
    return found


def finish(tool: SlideTool, qtbot: QtBot) -> list[Cell]:
    """Play at full speed to the end; the cells that were told."""
    told: list[Cell] = []
    tool.cell_reached.connect(told.append)
    slider = child(tool, QSlider, "speed_slider")
    slider.setValue(slider.maximum())
    click_button(tool, "play_button")
    qtbot.waitUntil(lambda: not button(tool, "play_button").isChecked(), timeout=30_000)
    return told


@pytest.mark.parametrize("layer", ["conv2", "pool2"])
def test_played_to_its_end_the_output_is_what_the_layer_gives(
    layer: str, open_tool: Callable[[Subject], SlideTool], qtbot: QtBot
) -> None:
    subject = subject_of(lenet(), layer, cell=Cell(5, 0, 0))
    tool = open_tool(subject)
    values, limit = subject.values[subject.layer][5], subject.limits[subject.layer]
    assert shows(tool, values, limit).sum() <= 1
    told = finish(tool, qtbot)
    assert told[-1] == Cell(5, values.shape[0] - 1, values.shape[1] - 1)
    np.testing.assert_array_equal(maps_of(tool)._after, values)
    assert shows(tool, values, limit)[:-2].all()  # the frame lies on the last rows
    assert not tool._timer.isActive()


def test_the_output_fills_in_cell_by_cell(open_tool: Callable[[Subject], SlideTool]) -> None:
    subject = subject_of(lenet(), "conv2")
    tool = open_tool(subject)
    told: list[Cell | None] = []
    tool.cell_reached.connect(told.append)
    for _ in range(23):
        click_button(tool, "forward_button")
    assert told == [Cell(0, *divmod(step, 10)) for step in range(1, 24)]
    shown = shows(tool, subject.values[4][0], subject.limits[4])
    assert shown[0].all() and not shown[2, 5:].any() and not shown[3:].any()
    click_button(tool, "back_button")
    assert told[-1] == Cell(0, 2, 2)
    click_button(tool, "rewind_button")
    assert told[-1] == Cell(0, 0, 0)
    click_button(tool, "back_button")
    assert told[-1] == Cell(0, 0, 0)


def test_keys_play_pause_step_and_rewind(open_tool: Callable[[Subject], SlideTool], qtbot: QtBot) -> None:
    tool = open_tool(subject_of(lenet(), "conv1"))
    maps = maps_of(tool)
    with qtbot.waitSignal(tool.cell_reached):
        QTest.keyClick(maps, Qt.Key.Key_Space)
    assert button(tool, "play_button").isChecked() and tool._timer.isActive()
    QTest.keyClick(maps, Qt.Key.Key_Space)
    assert not button(tool, "play_button").isChecked() and not tool._timer.isActive()
    QTest.keyClick(maps, Qt.Key.Key_Home)
    told: list[Cell] = []
    tool.cell_reached.connect(told.append)
    for key in (Qt.Key.Key_Period, Qt.Key.Key_Right, Qt.Key.Key_Comma, Qt.Key.Key_Left):
        QTest.keyClick(maps, key)
    assert [cell.column for cell in told] == [1, 2, 1, 0]


def test_hovering_moves_the_window_pauses_and_leaving_goes_back(
    open_tool: Callable[[Subject], SlideTool], qtbot: QtBot
) -> None:
    subject = subject_of(lenet(), "conv2")
    tool = open_tool(subject)
    maps = maps_of(tool)
    click_button(tool, "forward_button")
    told: list[Cell] = []
    tool.cell_reached.connect(told.append)
    click_button(tool, "play_button")
    hover(maps_of(tool), maps._output.cell_rect(Cell(0, 7, 4)).center())
    assert not button(tool, "play_button").isChecked()
    assert told[-1] == Cell(0, 7, 4) and shows(tool, subject.values[4][0], subject.limits[4])[8:].sum() == 0
    hover(maps_of(tool), maps._input.cell_rect(Cell(0, 6, 9)).center())
    assert told[-1] == Cell(0, 4, 7)  # the 5×5 window about row 6, column 9
    hover(maps_of(tool), QPointF(1, 1))
    assert told[-1] == Cell(0, 0, 1)


def test_the_numbers_are_those_of_the_explanation(open_tool: Callable[[Subject], SlideTool]) -> None:
    subject = subject_of(lenet(), "conv2", cell=Cell(3, 0, 0))
    tool = open_tool(subject)
    hover(maps_of(tool), maps_of(tool)._output.cell_rect(Cell(0, 4, 6)).center())
    arithmetic = child(tool, SlideArithmetic)
    assert subject.prediction is not None
    cell = explain_cell(subject.network, subject.prediction.trace, "conv2", (3, 4, 6))
    part, total = f"{cell.sums[0]:.3f}", f"{cell.sums.sum():.3f}"
    expected = f"Σ {part}; all 6 channels {total} + bias {cell.bias:.3f} = {cell.value:.3f}"
    assert arithmetic.text().replace("≈", "=") == expected.replace("-", "−")


def test_one_input_channel_alone_gives_what_it_adds(open_tool: Callable[[Subject], SlideTool]) -> None:
    subject = subject_of(lenet(), "conv2")
    tool = open_tool(subject)
    child(tool, QSpinBox, "input_channel").setValue(4)
    np.testing.assert_array_equal(maps_of(tool)._after, subject.values[4][0])
    child(tool, QCheckBox, "sum_box").setChecked(False)
    assert subject.prediction is not None
    sums = [
        explain_cell(subject.network, subject.prediction.trace, "conv2", (0, *cell)).sums[4]
        for cell in np.ndindex(10, 10)
    ]
    np.testing.assert_allclose(maps_of(tool)._after.ravel(), sums, atol=1e-6)
    assert child(tool, SlideArithmetic).text() == f"Σ {sums[0]:.3f}: what input channel 4 adds".replace(
        "-", "−"
    )


def test_values_stay_live_while_it_plays(open_tool: Callable[[Subject], SlideTool], qtbot: QtBot) -> None:
    network = lenet()
    tool = open_tool(subject_of(network, "conv1"))
    click_button(tool, "play_button")
    for seed in range(2, 5):
        with qtbot.waitSignal(tool.cell_reached):
            newer = subject_of(network, "conv1", seed)
            tool.show_subject(newer)
        np.testing.assert_array_equal(maps_of(tool)._after, newer.values[1][0])
    assert button(tool, "play_button").isChecked()


def test_the_window_goes_to_the_cell_that_is_pinned_and_plays_from_there(
    open_tool: Callable[[Subject], SlideTool], qtbot: QtBot
) -> None:
    network = lenet()
    tool = open_tool(subject_of(network, "conv2", cell=Cell(7, 6, 9)))
    assert maps_of(tool)._at == (6, 9)
    click_button(tool, "play_button")
    tool.show_subject(subject_of(network, "conv2", seed=2, cell=Cell(7, 6, 9)))  # drawing goes on
    assert button(tool, "play_button").isChecked()
    tool.show_subject(subject_of(network, "conv2", cell=Cell(7, 3, 4)))
    assert maps_of(tool)._at == (3, 4) and not button(tool, "play_button").isChecked()
    with qtbot.waitSignal(tool.cell_reached) as reached:
        click_button(tool, "play_button")
    assert reached.args == [Cell(7, 3, 5)]
    tool.hide()
    tool.show()
    tool.show_subject(subject_of(network, "conv2", cell=Cell(7, 3, 4)))
    assert maps_of(tool)._at == (3, 4)


def test_a_cell_that_is_let_go_leaves_the_window_where_it_is(
    open_tool: Callable[[Subject], SlideTool],
) -> None:
    network = lenet()
    tool = open_tool(subject_of(network, "conv2", cell=Cell(7, 6, 9)))
    tool.show_subject(subject_of(network, "conv2"))
    assert maps_of(tool)._at == (6, 9)
    click_button(tool, "rewind_button")
    tool.show_subject(subject_of(network, "conv2", cell=Cell(7, 6, 9)))
    assert maps_of(tool)._at == (6, 9)


def test_equals_is_only_said_where_the_shown_numbers_add_up(
    open_tool: Callable[[Subject], SlideTool],
) -> None:
    tool = open_tool(subject_of(lenet(), "conv1"))
    signs = set()
    for _ in range(200):
        click_button(tool, "forward_button")
        text = child(tool, SlideArithmetic).text().replace("−", "-")
        found = re.fullmatch(r"Σ (\S+) \+ bias (\S+) ([=≈]) (\S+)", text)
        assert found is not None
        adds_up = round(float(found[1]) + float(found[2]), 3) == float(found[4])
        assert adds_up == (found[3] == "=")
        signs.add(found[3])
    assert signs == {"=", "≈"}


def test_the_small_grids_have_room_for_numbers_in_the_smallest_window(
    open_tool: Callable[[Subject], SlideTool],
) -> None:
    tool = open_tool(subject_of(lenet(), "conv2"))
    assert tool.minimumSizeHint().width() <= 380
    tool.resize(400, 300)
    tool.grab()
    arithmetic = child(tool, SlideArithmetic)
    room = QRectF(arithmetic.rect()).adjusted(0, 0, 0, -35)
    for grid in _grids(room, (5, 5), 3):
        assert grid.width() / 5 >= 22 and grid.height() / 5 >= 12
        assert room.contains(grid)


def test_the_channel_follows_the_cell_that_is_looked_at(open_tool: Callable[[Subject], SlideTool]) -> None:
    network = lenet()
    tool = open_tool(subject_of(network, "conv2", cell=Cell(7, 1, 1)))
    chooser = child(tool, QSpinBox, "output_channel")
    assert chooser.value() == 7
    chooser.setValue(2)
    tool.show_subject(subject_of(network, "conv2", seed=2, cell=Cell(7, 1, 1)))
    assert chooser.value() == 2
    tool.show_subject(subject_of(network, "conv2", cell=Cell(9, 2, 5)))
    assert chooser.value() == 9
    tool.show_subject(subject_of(network, "conv1"))
    assert chooser.value() == 0 and chooser.maximum() == 5


def test_hidden_it_stops_and_no_cell_is_pointed_at(
    open_tool: Callable[[Subject], SlideTool], qtbot: QtBot
) -> None:
    tool = open_tool(subject_of(lenet(), "conv1"))
    with qtbot.waitSignal(tool.cell_reached):
        click_button(tool, "play_button")
    with qtbot.waitSignal(tool.cell_reached) as told:
        tool.hide()
    assert told.args == [None] and not tool._timer.isActive()


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ("input", "the picture itself"),
        ("relu1", "ReLU looks at one number at a time"),
        ("flatten", "in one row"),
        ("fc1", "all numbers at once"),
        ("softmax", "all numbers at once"),
    ],
)
def test_where_nothing_slides_it_says_so(
    layer: str, words: str, open_tool: Callable[[Subject], SlideTool]
) -> None:
    tool = open_tool(subject_of(lenet(), layer))
    message = child(tool, QLabel, "slide_message")
    assert message.isVisible() and words in message.text()
    assert "Choose a convolution or a pooling layer" in message.text()


def test_without_a_drawing_it_asks_for_one(open_tool: Callable[[Subject], SlideTool]) -> None:
    drawn = subject_of(lenet(), "conv1")
    tool = open_tool(drawn)
    click_button(tool, "play_button")
    tool.show_subject(replace(drawn, prediction=None, values=(), limits=()))
    assert "Draw a digit" in child(tool, QLabel, "slide_message").text()
    assert not tool._timer.isActive()
    tool.show_subject(drawn)
    assert maps_of(tool).isVisible()


@pytest.mark.parametrize("layer", ["conv1", "pool1", "conv2", "pool2"])
def test_odd_windows_are_walked_to_the_end(
    layer: str, open_tool: Callable[[Subject], SlideTool], qtbot: QtBot
) -> None:
    subject = subject_of(odd_network(), layer)
    tool = open_tool(subject)
    if subject.spec.shape[1:] != (1, 1):
        finish(tool, qtbot)
    np.testing.assert_array_equal(maps_of(tool)._after, subject.values[subject.layer][0])
    maps_of(tool).grab()


def test_rows_that_no_window_reaches_are_named(open_tool: Callable[[Subject], SlideTool]) -> None:
    tool = open_tool(subject_of(odd_network(), "pool2"))
    note = child(tool, SteadyLabel, "slide_note").text()
    assert note == "Window 3×3 · stride 3: it jumps · never reached: rows 3, columns 3"


def test_a_channel_that_is_off_is_said_to_be(open_tool: Callable[[Subject], SlideTool]) -> None:
    network = lenet()
    state = replace(trace.state(network), silenced={"conv1": frozenset({0})})
    tool = open_tool(subject_of(changed(network, state), "conv1"))
    assert child(tool, SlideArithmetic).text() == "channel 0 is switched off: 0"
    assert maps_of(tool)._captions[1].endswith("switched off")


def test_what_is_no_number_is_shown_as_such(open_tool: Callable[[Subject], SlideTool]) -> None:
    network = lenet()
    with torch.no_grad():
        layer_of(network, "conv1").bias[0] = torch.nan
        layer_of(network, "conv1").bias[1] = -100
        layer_of(network, "conv2").weight[0, 1, 0, :2] = torch.tensor([torch.inf, -torch.inf])
    tool = open_tool(subject_of(network, "conv1"))
    assert child(tool, SlideArithmetic).text().endswith("+ bias NaN = NaN")
    tool.show_subject(subject_of(network, "pool1"))
    assert child(tool, SlideArithmetic).text() == "the largest of 4: NaN"
    tool.show_subject(subject_of(network, "conv2"))  # 0 × ∞ in channel 1
    child(tool, QSpinBox, "input_channel").setValue(1)
    child(tool, QCheckBox, "sum_box").setChecked(False)
    assert child(tool, SlideArithmetic).text() == "Σ NaN: what input channel 1 adds"
    tool.grab()


def naive_reached(walk: Walk, axis: int) -> set[int]:
    reached: set[int] = set()
    for at in range(walk.after[axis]):
        first = walk.corner((at, at))[axis]
        reached |= set(range(first, first + walk.window.size[axis]))
    return reached


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (5, 5)])
@pytest.mark.parametrize("stride", [(1, 1), (2, 3), (3, 2)])
@pytest.mark.parametrize("padding", [(0, 0), (0, 1)])
def test_the_walk_has_pytorchs_sums_and_misses_what_no_window_reaches(
    size: tuple[int, int], stride: tuple[int, int], padding: tuple[int, int]
) -> None:
    generator = np.random.default_rng(0)
    map_, kernel = generator.random((9, 11), np.float32), generator.random(size, np.float32)
    expected = functional.conv2d(
        torch.from_numpy(map_)[None, None],
        torch.from_numpy(kernel)[None, None],
        stride=stride,
        padding=padding,
    )[0, 0].numpy()
    walk = Walk(Window(size, stride, padding), (9, 11), (expected.shape[0], expected.shape[1]))
    np.testing.assert_allclose(walk.sums(map_, kernel), expected, rtol=1e-5)
    assert walk.cell(walk.steps - 1) == (expected.shape[0] - 1, expected.shape[1] - 1)
    for axis, length in enumerate(walk.before):
        assert walk.missed(axis) == sorted(set(range(length)) - naive_reached(walk, axis))


def test_the_window_is_nearest_to_the_cell_in_its_middle() -> None:
    walk = Walk(Window((3, 5), (2, 3), (1, 0)), (28, 28), (14, 8))
    for cell in np.ndindex(14, 8):
        top, left = walk.corner(cell)
        assert walk.nearest(top + 1, left + 2) == cell
    assert walk.nearest(-1, 27) == (0, 7)
