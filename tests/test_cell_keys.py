"""Where the keys lead from a cell, and what the window shows on the way."""

from __future__ import annotations

import numpy as np
import pytest
from driving import child, text
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.records import Prediction
from gui.layers.layer_strip import LayerStrip
from gui.layers.maps_view import MapsView
from gui.layers.tiled_maps import Cell
from gui.main_window import MainWindow
from gui.tabs.inspect.cell_keys import counterpart, neighbour
from gui.tabs.inspect.inspect_view import InspectView

shapes = st.one_of(
    st.tuples(st.integers(1, 20), st.integers(1, 28), st.integers(1, 28)), st.tuples(st.integers(1, 400))
)


@settings(deadline=None)
@given(shapes, st.lists(st.tuples(st.sampled_from([(0, 1), (0, -1), (1, 0), (-1, 0)]), st.booleans())))
def test_walking_never_leaves_the_layer(
    shape: tuple[int, ...], steps: list[tuple[tuple[int, int], bool]]
) -> None:
    cell = Cell(0, 0, 0)
    channels, rows, columns = shape if len(shape) == 3 else (shape[0], 1, 1)
    for (down, right), through_channels in steps:
        cell = neighbour(cell, shape, down, right, through_channels)
        assert 0 <= cell.channel < channels and 0 <= cell.row < rows and 0 <= cell.column < columns


def test_going_right_comes_through_every_cell_of_a_row_of_all_maps() -> None:
    cell, seen = Cell(0, 2, 0), []
    for _ in range(6 * 5):
        seen.append((cell.channel, cell.column))
        cell = neighbour(cell, (6, 5, 5), 0, 1, False)
    assert seen == [(channel, column) for channel in range(6) for column in range(5)]
    assert cell == Cell(0, 2, 0)


@settings(deadline=None)
@given(st.integers(1, 16), st.integers(1, 9), st.integers(1, 9), st.integers(0, 10_000))
def test_flattened_cells_are_found_again(channels: int, height: int, width: int, number: int) -> None:
    shape = (channels, height, width)
    unit = Cell(number % (channels * height * width), 0, 0)
    cell = counterpart(unit, (channels * height * width,), shape)
    values = np.arange(channels * height * width).reshape(shape)
    assert values[cell.channel, cell.row, cell.column] == unit.channel
    assert counterpart(cell, shape, (channels * height * width,)) == unit


def test_arrows_walk_cells_page_keys_walk_layers_and_escape_leaves(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, _ = seven_drawn
    strip = child(window, LayerStrip, "layer_strip")
    maps = child(window, MapsView, "maps_view")
    QTest.mouseClick(
        strip, Qt.MouseButton.LeftButton, pos=strip._maps[1].cell_rect(Cell(2, 14, 10)).center().toPoint()
    )
    QTest.mouseMove(window.canvas)  # so that no other cell is under the mouse
    view = child(window, InspectView, "inspect_view")
    QTest.keyClick(maps, Qt.Key.Key_Right)
    QTest.keyClick(maps, Qt.Key.Key_Down)
    assert view._pinned == Cell(2, 15, 11)
    QTest.keyClick(maps, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert view._pinned == Cell(3, 15, 11)
    QTest.keyClick(maps, Qt.Key.Key_PageDown)
    QTest.keyClick(maps, Qt.Key.Key_PageDown)
    assert view._pinned == Cell(3, 7, 5) and view._selected == 3
    QTest.keyClick(maps, Qt.Key.Key_PageUp)
    assert view._selected == 2
    QTest.keyClick(maps, Qt.Key.Key_Escape)
    assert view._pinned is None


def test_a_pinned_cell_frames_what_it_sees_in_every_layer_and_on_the_drawing(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, _ = seven_drawn
    view = child(window, InspectView, "inspect_view")
    view.pin_in(4, Cell(3, 4, 5))  # conv2
    fields = view.strip._fields
    assert [(field.bottom - field.top, field.right - field.left) for field in fields.values()] == [
        (14, 14), (10, 10), (10, 10), (5, 5), (1, 1),
    ]  # fmt: skip
    frame = window.canvas._frame
    assert frame is not None
    picture = window._pad.answer.input_preview._field
    assert picture == fields["input"]
    view.pin(None)
    QTest.mouseMove(window.canvas)
    assert window.canvas._frame is None and not view.strip._fields


def test_a_pinned_cell_is_told_while_one_draws(
    seven_drawn: tuple[MainWindow, Prediction],
    qtbot: QtBot,
) -> None:
    window, _ = seven_drawn
    view = child(window, InspectView, "inspect_view")
    view.pin_in(4, Cell(3, 4, 5))
    view._hovered = None
    with qtbot.waitSignal(window.predicted) as told:
        window.canvas.undo()
    value = told.args[0].trace.layers[3].values[3, 4, 5] if told.args[0] else None
    expected = "Draw a digit" if value is None else f"conv2, channel 3, row 4, column 5: {value:.4f}"
    assert text(window, "cell_reading").startswith(expected.replace("-", "−"))


def test_arrows_walk_cells_wherever_the_cell_was_clicked(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, _ = seven_drawn
    view = child(window, InspectView, "inspect_view")
    strip = view.strip
    point = strip._maps[8].cell_rect(Cell(72, 0, 0)).center().toPoint()
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=point)
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert (view._selected, view._pinned) == (8, Cell(73, 0, 0))
    assert text(window, "cell_reading").startswith("fc1, unit 73")
    QTest.keyClick(strip, Qt.Key.Key_Escape)
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert (view._selected, view._pinned) == (9, None)


def test_what_a_cell_sees_is_framed_on_the_pad_only_beside_the_cell(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, _ = seven_drawn
    view = child(window, InspectView, "inspect_view")
    view.pin_in(4, Cell(3, 4, 5))
    assert window.canvas._frame is not None
    window.open_tab("why")
    assert window.canvas._frame is None and window._pad.answer.input_preview._field is None
    window.open_tab("inspect")
    assert window.canvas._frame is not None


@pytest.mark.parametrize("index", range(14))
def test_every_layer_has_cells_to_walk(
    seven_drawn: tuple[MainWindow, Prediction],
    index: int,
) -> None:
    window, _ = seven_drawn
    view = child(window, InspectView, "inspect_view")
    view.select_layer(index)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view._pinned is not None
    window.grab()
