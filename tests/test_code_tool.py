"""Every layer has its line of code and its arithmetic, and the network its script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from driving import child, text
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from core import networks
from core.export.scripts import network_script
from core.networks import trace
from core.records import NetworkState
from gui.tabs.inspect.code.code_tool import CodeTool
from gui.tabs.inspect.subject import Subject

LENET = trace.state(networks.build("lenet", seed=0))
NAMES = [spec.name for spec in LENET.table.shown]


def subject_of(state: NetworkState, layer: str) -> Subject:
    return Subject(state, state.table.shown, None, (), (), NAMES.index(layer), None, False)


@pytest.fixture
def open_tool(qtbot: QtBot) -> Callable[[Subject], CodeTool]:
    def open_one(subject: Subject) -> CodeTool:
        tool = CodeTool()
        qtbot.addWidget(tool)
        tool.resize(440, 340)
        tool.show()
        tool.show_subject(subject)
        return tool

    return open_one


def fact(tool: CodeTool, name: str) -> str:
    return text(tool, f"code_{name}").replace("\u00a0", " ")


def listing(tool: CodeTool) -> QListWidget:
    return child(tool, QListWidget, "code_listing")


def click_line(tool: CodeTool, beginning: str) -> None:
    lines = listing(tool)
    row = next(row for row in range(lines.count()) if lines.item(row).text().strip().startswith(beginning))
    lines.scrollToItem(lines.item(row))
    place = lines.visualItemRect(lines.item(row)).center()
    QTest.mouseClick(lines.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_layers_arithmetic_is_written_out(open_tool: Callable[[Subject], CodeTool]) -> None:
    tool = open_tool(subject_of(LENET, "conv1"))
    assert fact(tool, "line") == '("conv1", nn.Conv2d(1, 6, kernel_size=5, padding=2)),'
    assert fact(tool, "shape") == (
        "C′ = 6\nH′ = W′ = floor((H + 2p − k)/s) + 1 = floor((28 + 4 − 5)/1) + 1 = 28"
    )
    assert fact(tool, "parameters") == "6×1×5×5 + 6 = 156"
    assert fact(tool, "multiplications") == "(6×28×28) × (1×5×5) = 4,704 × 25 = 117,600"
    assert fact(tool, "foot") == "All layers: 61,706 parameters, 416,520 multiplications a picture"
    assert listing(tool).currentItem().text().strip() == fact(tool, "line")


@pytest.mark.parametrize("layer", NAMES)
def test_every_shown_layer_has_a_line_a_shape_and_counts(
    layer: str, open_tool: Callable[[Subject], CodeTool]
) -> None:
    tool = open_tool(subject_of(LENET, layer))
    assert all(fact(tool, name) for name in ("line", "shape", "parameters", "multiplications"))
    assert listing(tool).currentItem().text().strip() == fact(tool, "line")


def test_a_click_on_a_line_chooses_its_layer(open_tool: Callable[[Subject], CodeTool], qtbot: QtBot) -> None:
    tool = open_tool(subject_of(LENET, "conv1"))
    for beginning, name in (('("fc1"', "fc1"), ("picture", "input"), ("probabilities", "softmax")):
        with qtbot.waitSignal(tool.layer_chosen) as chosen:
            click_line(tool, beginning)
        assert chosen.args == [NAMES.index(name)]
        tool.show_subject(subject_of(LENET, name))


def test_lines_of_no_layer_choose_nothing_and_keys_pass_over_them(
    open_tool: Callable[[Subject], CodeTool], qtbot: QtBot
) -> None:
    tool = open_tool(subject_of(LENET, "conv1"))
    with qtbot.assertNotEmitted(tool.layer_chosen):
        click_line(tool, "network =")
    with qtbot.waitSignal(tool.layer_chosen) as chosen:
        QTest.keyClick(listing(tool), Qt.Key.Key_Up)
    assert chosen.args == [0]


def test_being_shown_a_layer_chooses_none(open_tool: Callable[[Subject], CodeTool], qtbot: QtBot) -> None:
    tool = open_tool(subject_of(LENET, "conv1"))
    with qtbot.assertNotEmitted(tool.layer_chosen):
        tool.show_subject(subject_of(LENET, "fc2"))
        tool.show_subject(subject_of(replace(LENET, silenced={"fc1": frozenset({2})}), "fc2"))
    assert '"fc2"' in listing(tool).currentItem().text()


def test_channels_that_are_off_are_in_the_code(open_tool: Callable[[Subject], CodeTool]) -> None:
    tool = open_tool(subject_of(LENET, "conv2"))
    changed = replace(LENET, silenced={"conv2": frozenset({5, 1})})
    tool.show_subject(subject_of(changed, "conv2"))
    assert fact(tool, "line").endswith('\n("conv2_off", SwitchOff([1, 5])),')
    tool.show_subject(subject_of(LENET, "conv2"))
    assert "SwitchOff" not in fact(tool, "line")


def test_a_long_line_is_cut_beside_the_facts_but_not_in_the_listing(
    open_tool: Callable[[Subject], CodeTool],
) -> None:
    tool = open_tool(subject_of(replace(LENET, silenced={"fc1": frozenset(range(100))}), "fc1"))
    assert fact(tool, "line").endswith("…") and len(fact(tool, "line")) < 160
    assert any(listing(tool).item(row).text().endswith("98, 99])),") for row in range(listing(tool).count()))


def test_the_script_is_copied_and_the_totals_stay(
    open_tool: Callable[[Subject], CodeTool], qtbot: QtBot
) -> None:
    changed = replace(LENET, silenced={"conv2": frozenset({5})})
    tool = open_tool(subject_of(changed, "conv2"))
    button = child(tool, QPushButton, "copy_script_button")
    with qtbot.waitSignal(tool.noted) as noted:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == network_script(
        changed, "network_weights.safetensors", "network_drawing.npy"
    )
    assert "script is on the clipboard" in noted.args[0]
    assert fact(tool, "foot").startswith("All layers")


def test_saving_is_asked_for(open_tool: Callable[[Subject], CodeTool], qtbot: QtBot) -> None:
    tool = open_tool(subject_of(LENET, "conv2"))
    with qtbot.waitSignal(tool.save_wanted):
        QTest.mouseClick(child(tool, QPushButton, "save_script_button"), Qt.MouseButton.LeftButton)


def test_new_numbers_leave_the_lines_as_they_are(open_tool: Callable[[Subject], CodeTool]) -> None:
    tool = open_tool(subject_of(LENET, "conv2"))
    first = listing(tool).item(0)
    tool.show_subject(subject_of(replace(LENET), "conv2"))
    assert listing(tool).item(0) is first
