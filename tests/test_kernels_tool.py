"""The kernels tool shows every weight where it belongs, and finds and shows the patches that excite."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from driving import InlineExecutor, button, child, click, hover, text
from example_digits import mnist
from example_networks import layer_of, shipped
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QSpinBox
from pytestqt.qtbot import QtBot

from core import networks
from core.catalog import ARCHITECTURES
from core.errors import LabError
from core.explaining import exciting_patches
from core.explaining.exciting_patches import ExcitingPatches
from core.explaining.receptive_field import Field
from core.networks import trace
from core.processes import inference, questions
from core.records import NetworkState
from gui.layers.tiled_maps import Cell
from gui.paint.colours import colour_table
from gui.paint.images import ZERO, colour_indices
from gui.paint.theme import apply_theme
from gui.processes.engine import Engine
from gui.tabs.inspect.kernels.kernels_desk import KernelsDesk
from gui.tabs.inspect.kernels.kernels_tool import KernelsTool
from gui.tabs.inspect.subject import Subject
from gui.widgets.legend import Legend
from gui.words.numbers import figure

KERNELS = colour_table("purple-green", False, 0xFF777777)
MAPS = colour_table("blue-orange", False, 0xFF777777)
SAMPLE = 100


@pytest.fixture(autouse=True)
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exciting_patches, "SAMPLE", SAMPLE)


@functools.cache
def opened() -> NetworkState:
    return trace.state(shipped("lenet"))


def like(network: NetworkState, **weights: np.ndarray) -> NetworkState:
    """The same network with other weights, named conv1_weight for conv1.weight."""
    changed = {name.replace("_", "."): value for name, value in weights.items()}
    return replace(network, weights={**network.weights, **changed})


def subject(layer: str, network: NetworkState | None = None, cell: Cell | None = None) -> Subject:
    network = network or opened()
    layers = network.table.shown
    index = [spec.name for spec in layers].index(layer)
    return Subject(network, layers, None, (), (), index, cell, cell is not None)


@functools.cache
def patches(layer: str) -> ExcitingPatches:
    inference.networks.open("lenet", "cpu")  # whose data set the patches are of
    *_, last = questions.patches(shipped("lenet"), layer)
    return last


@pytest.fixture
def tool(qtbot: QtBot) -> KernelsTool:
    tool = KernelsTool()
    qtbot.addWidget(tool)
    tool.resize(700, 550)
    tool.set_colours(MAPS, KERNELS)
    tool.show()
    return tool


def show(tool: KernelsTool, layer: str, network: NetworkState | None = None) -> None:
    tool.show_subject(subject(layer, network))
    QApplication.processEvents()


def is_all_found(tool: KernelsTool) -> bool:
    return text(tool, "patches_note") == f"of {SAMPLE} training digits: label · value"


def again(tool: KernelsTool) -> QAbstractButton:
    return button(tool, "patches_again")


# Kernels


@pytest.mark.parametrize("layer", ["conv1", "conv2"])
def test_every_kernel_has_the_row_of_its_output_and_the_column_of_its_input(
    tool: KernelsTool, layer: str
) -> None:
    show(tool, layer)
    weights = opened().weights[f"{layer}.weight"]
    outputs, inputs = weights.shape[:2]
    first = tool.matrix.kernel_rect(0)
    for output in range(outputs):
        for entering in range(inputs):
            rect = tool.matrix.kernel_rect(output * inputs + entering)
            assert rect.left() == pytest.approx(
                first.left() + entering * (first.width() + tool.matrix._maps.scale)
            )
            assert rect.top() == pytest.approx(
                first.top() + output * (first.height() + tool.matrix._maps.scale)
            )
    last = tool.matrix.bias_rect(outputs - 1)
    assert tool.matrix.rect().contains(last.toAlignedRect())


def test_weights_have_the_kernels_colours_about_zero(tool: KernelsTool) -> None:
    show(tool, "conv1")
    weights = opened().weights["conv1.weight"]
    limit = float(np.abs(weights).max())
    assert child(tool, Legend, "kernels_tool_legend")._limit == pytest.approx(limit)
    grabbed = tool.matrix.grab().toImage()
    for channel, row, column in [(2, 1, 3), (3, 0, 0), (5, 4, 2)]:
        point = tool.matrix._maps.cell_rect(Cell(channel, row, column)).center().toPoint()
        index = int(colour_indices(weights[channel, 0, row : row + 1, column].astype(float), limit)[0])
        assert grabbed.pixel(point) == KERNELS[index]
    assert KERNELS[ZERO] != MAPS[0]


def test_pointing_at_a_weight_tells_its_place_and_value(tool: KernelsTool) -> None:
    show(tool, "conv2")
    cell = Cell(11 * 6 + 4, 3, 1)
    hover(tool.matrix, tool.matrix._maps.cell_rect(cell).center())
    weight = figure(float(opened().weights["conv2.weight"][11, 4, 3, 1]))
    assert text(tool, "kernel_reading") == f"conv2 channel 11 ← pool1 channel 4, row 3, column 1: {weight}"


def test_pointing_at_a_bias_tells_it(tool: KernelsTool) -> None:
    show(tool, "conv2")
    hover(tool.matrix, tool.matrix.bias_rect(6).center())
    bias = figure(float(opened().weights["conv2.bias"][6]))
    assert text(tool, "kernel_reading") == f"conv2 channel 6, bias: {bias}"


def test_the_reading_follows_a_network_in_training(tool: KernelsTool) -> None:
    show(tool, "conv2")
    hover(tool.matrix, tool.matrix._maps.cell_rect(Cell(0, 0, 0)).center())
    show(tool, "conv2", like(opened(), conv2_weight=np.full((16, 6, 5, 5), 0.25, np.float32)))
    assert text(tool, "kernel_reading").endswith(": 0.250")
    assert text(tool, "kernel_total") == "6.25"


def test_a_click_selects_a_kernel_and_shows_it_large(tool: KernelsTool, qtbot: QtBot) -> None:
    show(tool, "conv2")
    with qtbot.waitSignal(tool.channel_chosen) as chosen:
        click(tool.matrix, tool.matrix.kernel_rect(9 * 6 + 2).center())
    assert chosen.args == [9]
    assert text(tool, "kernel_name") == "← pool1 channel 2"
    assert child(tool, QSpinBox, "kernel_channel").value() == 9
    kernel = opened().weights["conv2.weight"][9, 2]
    for name, value in {
        "kernel_minimum": kernel.min(),
        "kernel_maximum": kernel.max(),
        "kernel_mean": kernel.mean(dtype=float),
        "kernel_std": kernel.std(dtype=float),
        "kernel_total": kernel.sum(dtype=float),
        "kernel_norm": np.sqrt((kernel.astype(float) ** 2).sum()),
        "kernel_bias": opened().weights["conv2.bias"][9],
    }.items():
        assert text(tool, name) == figure(float(value))
    grid = tool.close_up.grid_rect()
    hover(tool.close_up, grid.topLeft() + QPointF(grid.width() * 0.9, grid.height() * 0.1))
    expected = f"conv2 channel 9 ← pool1 channel 2, row 0, column 4: {figure(float(kernel[0, 4]))}"
    assert text(tool, "kernel_reading") == expected


def test_the_arrow_keys_walk_the_kernels_and_stop_at_the_edge(tool: KernelsTool) -> None:
    show(tool, "conv2")
    chosen: list[int] = []
    tool.channel_chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(tool.matrix, key)
    assert chosen == [1, 2]
    assert text(tool, "kernel_name") == "← pool1 channel 1"


def test_the_channel_follows_the_cell_that_is_pinned_but_only_when_it_changes(tool: KernelsTool) -> None:
    channel = child(tool, QSpinBox, "kernel_channel")
    tool.show_subject(subject("conv2", cell=Cell(7, 1, 1)))
    assert channel.value() == 7
    channel.setValue(3)
    tool.show_subject(subject("conv2", cell=Cell(7, 1, 1)))  # the next answer to the drawing
    assert channel.value() == 3
    tool.show_subject(subject("conv2", cell=Cell(12, 1, 1)))
    assert channel.value() == 12


def test_a_channel_is_kept_from_layer_to_layer_where_there_is_one(tool: KernelsTool) -> None:
    channel = child(tool, QSpinBox, "kernel_channel")
    show(tool, "conv2")
    channel.setValue(13)
    show(tool, "relu2")
    assert channel.value() == 13
    show(tool, "conv1")
    assert channel.value() == 0


def test_a_unit_after_flattening_has_a_kernel_for_each_map(tool: KernelsTool) -> None:
    show(tool, "fc1")
    child(tool, QSpinBox, "kernel_channel").setValue(37)
    weights = opened().weights["fc1.weight"][37].reshape(16, 5, 5)
    hover(tool.matrix, tool.matrix._maps.cell_rect(Cell(9, 2, 4)).center())
    expected = f"fc1 unit 37 ← pool2 channel 9, row 2, column 4: {figure(float(weights[9, 2, 4]))}"
    assert text(tool, "kernel_reading") == expected
    click(tool.matrix, tool.matrix.kernel_rect(9).center())
    assert text(tool, "kernel_name") == "← pool2 channel 9"
    assert text(tool, "kernel_total") == figure(float(weights[9].sum(dtype=float)))


def test_a_unit_after_units_has_its_weights_in_one_grid(tool: KernelsTool) -> None:
    show(tool, "fc3")
    child(tool, QSpinBox, "kernel_channel").setValue(4)
    assert not tool.matrix.isVisible()
    grid = tool.close_up.grid_rect()
    hover(tool.close_up, QPointF(grid.left() + grid.width() * 0.99, grid.top() + grid.height() * 0.99))
    weight = figure(float(opened().weights["fc3.weight"][4, 83]))
    assert text(tool, "kernel_reading") == f"fc3 unit 4 ← relu4 unit 83: {weight}"


@pytest.mark.parametrize(
    ("kernel", "words"),
    [
        ([[-1, 1], [1, -1]], "Sum 0: even brightness has no effect."),
        ([[9, 9], [-9, -8]], "Sum 3 % of Σ|w|, nearly 0: it answers to edges."),
        ([[1, 1], [1, -1]], "Sum 50 % of Σ|w|: brighter input raises y."),
        ([[-1, 1], [-1, -1]], "Sum −50 % of Σ|w|: brighter input lowers y."),
        ([[0, 0], [0, 0]], "All weights are 0: nothing comes out."),
        ([[0, np.nan], [0, 0]], "Not all weights are finite numbers."),
        ([[np.inf, -np.inf], [0, 0]], "Not all weights are finite numbers."),
    ],
)
def test_what_the_sum_means_is_said_in_words(
    tool: KernelsTool, kernel: list[list[float]], words: str
) -> None:
    weights = np.tile(np.array(kernel, np.float32), (6, 1, 1, 1))
    show(tool, "conv1", like(opened(), conv1_weight=weights))
    assert text(tool, "kernel_sum_meaning") == words
    tool.grab()


def test_units_have_no_brightness_and_no_edges(tool: KernelsTool) -> None:
    show(tool, "fc3")
    weights = opened().weights["fc3.weight"][0]
    up, down = int((weights > 0).sum()), int((weights < 0).sum())
    assert text(tool, "kernel_sum_meaning") == f"As they grow, {up} inputs raise y and {down} lower it."
    flat = np.tile(np.array([1.0, -1.0, 1.0, -1.0, 0.1], np.float32), (120, 80))
    show(tool, "fc1", like(opened(), fc1_weight=flat))  # over maps, where a place counts, not an edge
    assert text(tool, "kernel_sum_meaning").endswith("nearly 0: even brightness hardly counts.")


@pytest.mark.parametrize("layer", ["relu1", "pool1", "flatten"])
def test_a_layer_without_weights_shows_patches_alone(tool: KernelsTool, layer: str) -> None:
    show(tool, layer)
    assert not tool.matrix.isVisible() and not tool.close_up.isVisible()
    assert text(tool, "kernel_name") == f"{layer} has no weights, so it has no kernels."
    assert tool.patches.isVisible()


@pytest.mark.parametrize("layer", ["input", "softmax"])
def test_what_is_no_layer_of_the_network_has_no_patches_either(tool: KernelsTool, layer: str) -> None:
    wanted: list[str] = []
    tool.patches.wanted.connect(wanted.append)
    show(tool, layer)
    assert not tool.patches.isVisible() and not wanted
    show(tool, "conv1")
    assert wanted == ["conv1"] and tool.patches.isVisible()


def test_an_answer_that_changes_nothing_here_changes_nothing(
    tool: KernelsTool, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(tool, "conv2")
    monkeypatch.setattr(tool, "_show_channel", lambda: pytest.fail("the weights are the same"))
    tool.show_subject(subject("conv2"))


@pytest.mark.parametrize("name", sorted(ARCHITECTURES))
@pytest.mark.parametrize("size", [(300, 200), (440, 340), (1000, 800)])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_layer_can_be_painted_at_any_size(
    tool: KernelsTool, name: str, size: tuple[int, int], theme: str
) -> None:
    apply_theme(theme)
    tool.resize(QSize(*size))
    network = trace.state(networks.build(name, 0))
    for spec in network.table.shown:
        show(tool, spec.name, network)
        tool.grab()
    apply_theme("system")


# Patches


def test_patches_are_wanted_once_when_a_layer_is_first_in_sight(tool: KernelsTool) -> None:
    wanted: list[str] = []
    tool.patches.wanted.connect(wanted.append)
    tool.hide()
    show(tool, "conv1")
    assert not wanted
    tool.show()
    show(tool, "conv1")
    assert wanted == ["conv1"]
    tool.show_patches(patches("conv1"))
    show(tool, "conv2")
    tool.show_patches(patches("conv2"))
    show(tool, "conv1")
    assert wanted == ["conv1", "conv2"]


def test_leaving_a_layer_or_the_tool_cancels_what_is_not_found_yet(tool: KernelsTool) -> None:
    told: list[str] = []
    tool.patches.wanted.connect(told.append)
    tool.patches.cancelled.connect(functools.partial(told.append, "cancelled"))
    show(tool, "conv1")
    show(tool, "conv2")
    tool.hide()
    tool.show()
    show(tool, "conv2")
    assert told == ["conv1", "cancelled", "conv2", "cancelled", "conv2"]


def test_pointing_at_a_patch_tells_its_digit_and_its_place(tool: KernelsTool) -> None:
    show(tool, "conv2")
    found = patches("conv2")
    tool.show_patches(found)
    child(tool, QSpinBox, "kernel_channel").setValue(5)
    hover(tool.patches.view, tool.patches.view.picture_rect(3).center())
    row, column = found.cells[5, 3]
    assert text(tool, "kernel_reading") == (
        f"digit {found.digits[5, 3]} (a {found.labels[5, 3]}), row {row}, column {column}: "
        f"{figure(float(found.values[5, 3]))}"
    )
    assert mnist("train").labels[found.digits[5, 3]] == found.labels[5, 3]


def test_the_whole_digit_is_shown_with_the_patch_where_it_lies(tool: KernelsTool) -> None:
    show(tool, "conv1")
    found = patches("conv1")
    tool.show_patches(found)
    view = tool.patches.view
    hover(view, view.picture_rect(4).center())
    field: Field = found.field(0, 4)
    scale = view.digit_rect().width() / 28
    grabbed = view.grab().toImage()
    levels = found.pictures[0, 4, field.top : field.bottom, field.left : field.right]
    patch = view.picture_rect(4)
    cell = patch.width() / 5
    for row, column in np.ndindex(levels.shape):
        if row in (0, 4) or column in (0, 4):
            continue  # the frames lie there
        small = patch.topLeft() + QPointF(column + 0.5, row + 0.5) * cell
        large = (
            view.digit_rect().topLeft() + QPointF(field.left + column + 0.5, field.top + row + 0.5) * scale
        )
        assert grabbed.pixel(small.toPoint()) == grabbed.pixel(large.toPoint())


def test_a_click_on_a_patch_gives_its_digit(tool: KernelsTool, qtbot: QtBot) -> None:
    show(tool, "pool2")
    found = patches("pool2")
    tool.show_patches(found)
    with qtbot.waitSignal(tool.digit_chosen) as chosen:
        click(tool.patches.view, tool.patches.view.picture_rect(8).center())
    assert np.array_equal(chosen.args[0], found.pictures[0, 8])
    QTest.keyClick(tool.patches.view, Qt.Key.Key_Right)
    with qtbot.waitSignal(tool.digit_chosen) as chosen:
        QTest.keyClick(tool.patches.view, Qt.Key.Key_Return)
    assert np.array_equal(chosen.args[0], found.pictures[0, 1])


def test_a_click_on_a_patch_says_why_its_numbers_will_differ(tool: KernelsTool) -> None:
    show(tool, "pool2")
    tool.show_patches(patches("pool2"))
    view = tool.patches.view
    hover(view, view.picture_rect(8).center())
    click(view, view.picture_rect(8).center())
    assert "cropped and centred anew" in text(tool, "kernel_reading")
    QTest.mouseMove(view, view.picture_rect(8).center().toPoint() + QPoint(1, 1))
    assert "cropped and centred anew" in text(tool, "kernel_reading")
    hover(view, view.picture_rect(2).center())
    assert text(tool, "kernel_reading").startswith("digit ")


def test_the_large_kernel_has_numbers_beside_the_smallest_window(tool: KernelsTool) -> None:
    tool.resize(400, 300)
    for layer in ("conv1", "conv2"):
        show(tool, layer)
        cell = tool.close_up.grid_rect().width() / 5
        assert cell >= 22 and tool.close_up.grid_rect().height() / 5 >= 12


def test_a_channel_that_nothing_excites_is_called_dead(tool: KernelsTool) -> None:
    show(tool, "relu1")
    found = patches("relu1")
    values = found.values.copy()
    values[2] = 0
    tool.show_patches(replace(found, values=values))
    assert "Dead" not in text(tool, "patches_note")
    child(tool, QSpinBox, "kernel_channel").setValue(2)
    assert text(tool, "patches_note") == f"Dead: never above 0 for any of {SAMPLE} digits."


def test_a_dead_channels_row_is_marked_once_all_digits_are_seen(tool: KernelsTool) -> None:
    show(tool, "conv1")
    values = patches("conv1").values.copy()
    values[4] = -1
    found = replace(patches("conv1"), values=values)
    tool.show_patches(replace(found, done=50))
    before = tool.matrix.grab().toImage()
    tool.show_patches(found)
    assert tool.matrix.grab().toImage() != before


def test_a_channel_that_is_switched_off_is_not_called_dead(tool: KernelsTool) -> None:
    show(tool, "relu1", replace(opened(), silenced={"relu1": frozenset({0})}))
    found = patches("relu1")
    tool.show_patches(replace(found, values=np.zeros_like(found.values)))
    assert text(tool, "patches_note") == "Switched off: it gives 0 for every digit."


def test_when_the_network_changes_the_patches_stay_and_can_be_found_again(tool: KernelsTool) -> None:
    show(tool, "conv2")
    assert not again(tool).isVisible()
    tool.show_patches(patches("conv2"))
    wanted: list[str] = []
    tool.patches.wanted.connect(wanted.append)
    for step in range(3):
        show(tool, "conv2", like(opened(), conv2_bias=np.full(16, step, np.float32)))
    assert not wanted and tool.patches.view._pictures
    assert text(tool, "patches_note") == "These are of an earlier network."
    click(again(tool), QPointF(again(tool).rect().center()))
    assert wanted == ["conv2"] and not again(tool).isVisible()
    tool.show_patches(patches("conv2"))
    assert is_all_found(tool)
    show(tool, "conv2")  # the change is undone
    assert is_all_found(tool) and not again(tool).isVisible()


def test_a_change_behind_the_layer_leaves_its_patches_valid(tool: KernelsTool) -> None:
    show(tool, "conv1")
    tool.show_patches(patches("conv1"))
    show(tool, "conv1", like(opened(), conv2_bias=np.zeros(16, np.float32)))
    assert not again(tool).isVisible()
    show(tool, "conv1", replace(opened(), silenced={"conv1": frozenset({3})}))
    assert again(tool).isVisible()


def test_why_patches_are_not_found_is_said_and_not_tried_for_ever(tool: KernelsTool) -> None:
    show(tool, "conv1")
    wanted: list[str] = []
    tool.patches.wanted.connect(wanted.append)
    tool.patches.fail(LabError("MNIST's files are not there."))
    assert text(tool, "patches_note") == "MNIST's files are not there."
    show(tool, "conv1", like(opened(), conv1_bias=np.zeros(6, np.float32)))
    assert not wanted and again(tool).isVisible()
    again(tool).click()
    assert wanted == ["conv1"]


def test_forgotten_patches_are_wanted_anew_even_of_the_same_network(tool: KernelsTool) -> None:
    show(tool, "conv1")
    tool.show_patches(patches("conv1"))
    wanted: list[str] = []
    tool.patches.wanted.connect(wanted.append)
    tool.forget_patches()
    show(tool, "conv1")
    assert wanted == ["conv1"]


@pytest.mark.parametrize("was_shown", [False, True])
def test_the_mouse_may_move_while_a_network_loads(tool: KernelsTool, was_shown: bool) -> None:
    if was_shown:
        show(tool, "conv2")
        tool.show_patches(patches("conv2"))
        tool.forget_patches()
    for widget in (tool.matrix, tool.close_up, tool.patches.view):
        hover(widget, QPointF(30, 30))
        click(widget, QPointF(30, 30))
        QTest.keyClick(widget, Qt.Key.Key_Down)
    QTest.keyClick(child(tool, QSpinBox, "kernel_channel"), Qt.Key.Key_Up)
    again(tool).click()
    tool.show_patches(patches("conv2"))
    tool.grab()


# In the inference process


@pytest.fixture
def engine(qtbot: QtBot) -> Iterator[Engine]:
    engine = Engine(new_executor=InlineExecutor)
    with qtbot.waitSignal(engine.answering_changed, timeout=30_000):
        engine.open("lenet", "cpu")
    yield engine
    engine.close()


def test_the_desk_finds_what_the_tool_wants(tool: KernelsTool, engine: Engine, qtbot: QtBot) -> None:
    KernelsDesk(tool, engine, tool)
    show(tool, "conv2")
    qtbot.waitUntil(lambda: is_all_found(tool), timeout=30_000)
    found = tool.patches.view._found
    assert found is not None and np.array_equal(found.digits, patches("conv2").digits)


def test_opening_another_network_finds_anew(tool: KernelsTool, engine: Engine, qtbot: QtBot) -> None:
    KernelsDesk(tool, engine, tool)
    show(tool, "conv1")
    qtbot.waitUntil(lambda: is_all_found(tool), timeout=30_000)
    with qtbot.waitSignal(engine.answering_changed, timeout=30_000) as changed:
        engine.open("lenet_sigmoid", "cpu")
    show(tool, "conv1", changed.args[0].network)
    qtbot.waitUntil(lambda: is_all_found(tool), timeout=30_000)
    found = tool.patches.view._found
    assert found is not None and not np.array_equal(found.values, patches("conv1").values)


def test_a_layer_that_the_answering_network_lacks_is_told(
    tool: KernelsTool, engine: Engine, qtbot: QtBot
) -> None:
    KernelsDesk(tool, engine, tool)
    names = {"relu1": "tanh1"}
    layers = tuple(
        replace(
            spec,
            name=names.get(spec.name, spec.name),
            inputs=tuple(names.get(name, name) for name in spec.inputs),
        )
        for spec in opened().layers
    )
    show(tool, "tanh1", NetworkState(replace(opened().table, layers=layers), opened().weights))
    qtbot.waitUntil(lambda: "no layer tanh1" in text(tool, "patches_note"), timeout=30_000)


def test_a_network_that_learns_meanwhile_does_not_mix_its_patches() -> None:
    network = networks.build("lenet", 0)
    work = questions.patches(network, "conv1")
    next(work)
    expected = list(questions.patches(network, "conv1"))[-1]
    with torch.no_grad():
        layer_of(network, "conv1").weight.mul_(-1)
    assert np.array_equal(list(work)[-1].values, expected.values)


def test_the_process_keeps_no_more_training_digits_than_it_looks_at() -> None:
    digits, some = mnist("train"), questions._some("mnist")
    assert np.array_equal(some.images, digits.images[:5000])
    assert np.array_equal(some.labels, digits.labels[:5000])
    assert some.images.base is None
