"""The tools in the window, as people use them: clicks and keys on the real widgets, a real network behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from driving import LEFT_BUTTON, child, wait_for_files
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from core.explaining.cells import explain_cell
from core.records import NetworkState, Prediction, Snapshot
from gui.layers.tiled_maps import Cell
from gui.main_window import MainWindow
from gui.pad.modified_bar import ModifiedBar
from gui.tabs.inspect.change.channel_switches import ChannelSwitches
from gui.tabs.inspect.inspect_view import InspectView


@pytest.fixture
def panel(seven_drawn: tuple[MainWindow, Prediction]) -> InspectView:
    found: InspectView = child(seven_drawn[0], InspectView, "inspect_view")
    return found


def bring_to_front(panel: InspectView, tool: QWidget) -> None:
    page = tool.parentWidget()
    assert page is not None
    panel.tools.setCurrentWidget(page)


def click_cell(panel: InspectView, layer: int, cell: Cell) -> None:
    """Click it in the strip."""
    QTest.mouseClick(
        panel.strip, LEFT_BUTTON, pos=panel.strip._maps[layer].cell_rect(cell).center().toPoint()
    )


def test_clicking_a_cell_shows_its_arithmetic(
    seven_drawn: tuple[MainWindow, Prediction],
    panel: InspectView,
) -> None:
    _, prediction = seven_drawn
    click_cell(panel, 1, Cell(2, 14, 13))
    assert panel.tools.currentWidget() is panel.arithmetic.parentWidget()
    assert panel.arithmetic.title.text() == "conv1 · channel 2, row 14, column 13"
    value = prediction.trace.layers[0].values[2, 14, 13]
    assert panel.arithmetic.value.text() == f"{value:.4f}".replace("-", "−")


def test_pointing_previews_a_cell_and_a_pinned_one_stays(panel: InspectView) -> None:
    rect = panel.strip._maps[4].cell_rect(Cell(7, 3, 3))
    QTest.mouseMove(panel.strip, rect.center().toPoint())
    QApplication.processEvents()
    assert "conv2" in panel.arithmetic.title.text()
    click_cell(panel, 3, Cell(0, 5, 5))
    for point in (panel.strip.rect().topLeft(), rect.center().toPoint()):
        QTest.mouseMove(panel.strip, point)
        QApplication.processEvents()
    assert "pool1" in panel.arithmetic.title.text()
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert "conv2" in panel.arithmetic.title.text()  # the one under the mouse again


@pytest.mark.slow
def test_the_program_that_is_copied_prints_the_number_in_the_cell(panel: InspectView) -> None:
    click_cell(panel, 4, Cell(9, 3, 6))
    QTest.mouseClick(panel.arithmetic.copy_pytorch, LEFT_BUTTON)
    program = QGuiApplication.clipboard().text()
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert printed.returncode == 0, printed.stderr
    shown = panel.arithmetic.value.text().replace("−", "-")
    assert float(printed.stdout.split()[-1]) == pytest.approx(float(shown), abs=1e-4)


@pytest.mark.parametrize(
    "name", ["copy_text_button", "copy_pytorch_button", "copy_script_button", "rank_button"]
)
def test_a_click_on_a_button_leaves_the_keys_with_the_layers(
    panel: InspectView, qtbot: QtBot, name: str
) -> None:
    window = panel.window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    click_cell(panel, 1, Cell(0, 5, 5))
    tool = {"copy_script_button": panel.code, "rank_button": panel.change}.get(name, panel.arithmetic)
    bring_to_front(panel, tool)
    holder = QApplication.focusWidget()
    assert holder is not None and panel.isAncestorOf(holder)
    button = child(panel, QPushButton, name)
    QTest.mouseClick(button, LEFT_BUTTON)
    assert QApplication.focusWidget() is holder
    QTest.keyClick(holder, Qt.Key.Key_Right)
    QTest.keyClick(holder, Qt.Key.Key_PageDown)
    bring_to_front(panel, panel.arithmetic)
    assert panel.arithmetic.title.text() == "relu1 · channel 0, row 5, column 6"
    bring_to_front(panel, tool)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.hasFocus()  # Tab goes there all the same


def test_a_click_on_a_map_switches_it_off_and_the_pad_says_so_until_it_is_reverted(
    seven_drawn: tuple[MainWindow, Prediction],
    panel: InspectView,
    qtbot: QtBot,
) -> None:
    window, before = seven_drawn
    panel.select_layer(1)
    bring_to_front(panel, panel.change)
    switches = child(window, ChannelSwitches, "channel_switches")
    bar = child(window, ModifiedBar, "modified_bar")
    assert not bar.isVisible()
    with qtbot.waitSignal(window.predicted, timeout=10_000) as told:
        QTest.mouseClick(switches, LEFT_BUTTON, pos=switches.channel_rect(2).center().toPoint())
    after: Prediction = told.args[0]
    assert not after.trace.layers[0].values[2].any()
    np.testing.assert_array_equal(after.original, before.probabilities)
    assert bar.isVisible() and "conv1" in bar.text()
    with qtbot.waitSignal(window.predicted, timeout=10_000) as told:
        QTest.mouseClick(child(window, QToolButton, "modified_revert_button"), LEFT_BUTTON)
    assert told.args[0].original is None
    np.testing.assert_array_equal(told.args[0].probabilities, before.probabilities)
    assert not bar.isVisible()


def test_an_edited_kernel_is_what_the_arithmetic_shows(
    seven_drawn: tuple[MainWindow, Prediction],
    panel: InspectView,
    qtbot: QtBot,
) -> None:
    window, _ = seven_drawn
    kernel = np.zeros((5, 5), np.float32)
    kernel[2, 2] = 1
    with qtbot.waitSignal(window.predicted, timeout=10_000) as told:
        panel.change.session.set_kernel("conv1", 0, 0, kernel)
    click_cell(panel, 1, Cell(0, 14, 13))
    network = panel._network
    assert network is not None
    cell = explain_cell(network, told.args[0].trace, "conv1", (0, 14, 13))
    np.testing.assert_array_equal(cell.weights, kernel[None])
    assert cell.value == pytest.approx(float(cell.terms.sum()) + (cell.bias or 0.0), abs=1e-5)
    assert panel.arithmetic.value.text() == f"{cell.value:.4f}".replace("-", "−")


@pytest.mark.parametrize("weight", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_shown_and_nothing_fails(
    seven_drawn: tuple[MainWindow, Prediction],
    panel: InspectView,
    qtbot: QtBot,
    weight: float,
) -> None:
    window, _ = seven_drawn
    base = panel._network
    assert base is not None
    weights = {name: value.copy() for name, value in base.weights.items()}
    weights["conv1.weight"][2, 0, 2, 2] = weight
    weights["fc1.weight"][5] = weight
    with qtbot.waitSignal(window.predicted, timeout=10_000):
        window._engine.edit(NetworkState(base.table, weights))
    for index in range(14):
        panel.select_layer(index)
        shape = panel._layers[index].shape
        panel.pin(Cell(min(2, shape[0] - 1), 1, 1) if len(shape) == 3 else Cell(5, 0, 0))
        for tool in range(panel.tools.count()):
            panel.tools.setCurrentIndex(tool)
            window.grab()


def test_a_network_in_training_cannot_be_edited_and_the_tool_says_why(
    seven_drawn: tuple[MainWindow, Prediction],
    panel: InspectView,
    qtbot: QtBot,
) -> None:
    window, _ = seven_drawn
    base = panel._network
    assert base is not None
    bring_to_front(panel, panel.change)
    with qtbot.waitSignal(window.predicted, timeout=10_000):
        window._engine.follow(Snapshot("lenet", 7, base.weights, {}))
    sentence = child(window, QLabel, "change_sentence")
    assert sentence.isVisible() and "training" in sentence.text()
    with qtbot.waitSignal(window.predicted, timeout=10_000):
        window._engine.follow(None)
    assert not sentence.isVisible()


def test_the_script_is_saved_with_its_weights_and_failures_are_told(
    seven_drawn: tuple[MainWindow, Prediction],
    panel: InspectView,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    window, _ = seven_drawn
    panel.tools.setCurrentWidget(panel.code)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine.py"), ""))
    QTest.mouseClick(child(window, QPushButton, "save_script_button"), LEFT_BUTTON)
    wait_for_files(qtbot, window)
    assert window.statusBar().currentMessage() == (
        f"Saved: {tmp_path / 'mine.py'}, and mine_weights.safetensors beside it."
    )
    assert sorted(path.name for path in tmp_path.glob("mine*")) == [
        "mine.py",
        "mine_drawing.npy",
        "mine_weights.safetensors",
    ]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine.py" / "x.py"), ""))
    QTest.mouseClick(child(window, QPushButton, "save_script_button"), LEFT_BUTTON)
    wait_for_files(qtbot, window)
    assert window._message_bar.isVisible()


@pytest.mark.parametrize("size", [(900, 600), (1100, 700), (1920, 1080)])
def test_every_tool_can_be_painted_for_every_layer_at_any_size(
    seven_drawn: tuple[MainWindow, Prediction],
    panel: InspectView,
    size: tuple[int, int],
) -> None:
    window, _ = seven_drawn
    window.resize(*size)
    for tool in range(panel.tools.count()):
        panel.tools.setCurrentIndex(tool)
        for index in range(0, 14, 2):
            panel.select_layer(index)
            QTest.keyClick(panel, Qt.Key.Key_Right)
            window.grab()


def test_tools_have_names_for_those_who_cannot_see_them(panel: InspectView) -> None:
    for index in range(panel.tools.count()):
        tool = panel.tools.widget(index)
        assert tool.objectName()
        assert panel.tools.tabToolTip(index)
        for button in tool.findChildren(QPushButton):
            assert button.objectName(), button.text()
            assert isinstance(button, QPushButton) and (button.text() or button.accessibleName())


def test_all_tools_are_in_sight_before_any_but_the_first_is_built(panel: InspectView) -> None:
    bar = panel.tools.tabBar()
    assert bar.sizeHint().width() <= panel.tools.width()
    assert [panel.has_tool(name) for name in ("arithmetic", "slide", "kernels", "change", "code")] == [
        True, False, False, False, False,
    ]  # fmt: skip


def test_in_a_low_and_narrow_window_all_tools_stay_in_sight_and_no_words_lie_over_the_picture(
    seven_drawn: tuple[MainWindow, Prediction], panel: InspectView, qtbot: QtBot
) -> None:
    window, _ = seven_drawn
    window.resize(960, 540)
    answer = window._pad.answer
    caption = child(window, QLabel, "input_caption")
    qtbot.waitUntil(lambda: answer.input_preview.height() < 100, timeout=5_000)
    assert answer.input_preview.geometry().bottom() <= caption.geometry().top()
    assert panel.tools.tabBar().sizeHint().width() <= panel.tools.width()
    window.resize(1400, 900)
    qtbot.waitUntil(lambda: answer.input_preview.height() == 114, timeout=5_000)
    assert answer.input_preview.width() == 114
