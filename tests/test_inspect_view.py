from __future__ import annotations

import numpy as np
import pytest
from driving import action, child, click, hover, settle, text
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from core.explaining.connections import fed, feeding
from core.records import Prediction
from gui.layers.layer_strip import LayerStrip, Line
from gui.layers.maps_view import MapsView
from gui.layers.tiled_maps import Cell, TiledMaps
from gui.main_window import MainWindow
from gui.tabs.inspect.inspect_view import InspectView


@settings(deadline=None)
@given(
    shape=st.one_of(
        st.tuples(st.integers(1, 40), st.integers(1, 30), st.integers(1, 30)), st.tuples(st.integers(1, 500))
    ),
    width=st.integers(30, 900),
    height=st.integers(30, 600),
)
def test_every_cell_is_found_where_it_is_drawn_and_lies_in_the_room(
    shape: tuple[int, ...], width: int, height: int
) -> None:
    room = QRectF(7, 9, width, height)
    maps = TiledMaps.fit(shape, room)
    assert room.adjusted(-1, -1, 1, 1).contains(maps.rect)
    channels, rows, columns = shape if len(shape) == 3 else (shape[0], 1, 1)
    for cell in (Cell(0, 0, 0), Cell(channels - 1, rows - 1, columns - 1), Cell(channels // 2, rows // 2, 0)):
        assert maps.cell_at(maps.cell_rect(cell).center()) == cell


def test_gaps_between_maps_belong_to_no_cell() -> None:
    maps = TiledMaps.fit((4, 3, 3), QRectF(0, 0, 70, 70))
    assert maps.cell_at(QPointF(maps.scale * 3.5, 5)) is None


def reading(window: MainWindow) -> str:
    return text(window, "cell_reading")


def test_every_layer_of_the_trace_is_a_column_of_the_strip(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, prediction = seven_drawn
    strip = child(window, LayerStrip, "layer_strip")
    names = [layer.name for layer in strip._layers]
    assert names == ["input", *(layer.name for layer in prediction.trace.layers), "softmax"]
    assert {"conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "fc1", "fc2", "fc3"} <= set(names)
    for values, layer in zip(strip._values[1:-1], prediction.trace.layers, strict=True):
        np.testing.assert_array_equal(values, layer.values)


def test_hovering_a_cell_of_the_strip_tells_its_place_and_value(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, prediction = seven_drawn
    strip = child(window, LayerStrip, "layer_strip")
    cell = Cell(3, 12, 7)
    hover(strip, strip._maps[1].cell_rect(cell).center())
    value = prediction.trace.layers[0].values[3, 12, 7]
    told, _, lines = reading(window).partition(" · lines: weight × activation, ")
    assert told == f"conv1, channel 3, row 12, column 7: {value:.4f}".replace("-", "−") and lines


def test_a_click_opens_a_layer_then_a_map_and_escape_brings_all_maps_back(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, prediction = seven_drawn
    strip = child(window, LayerStrip, "layer_strip")
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip._columns[6].center().toPoint())
    assert "conv2" not in child(window, QLabel, "layer_title").text()
    assert "pool2" in child(window, QLabel, "layer_title").text()
    maps = child(window, MapsView, "maps_view")
    back = child(window, QPushButton, "all_maps_button")
    assert not back.isVisible()
    point = maps._maps.cell_rect(Cell(5, 2, 2)).center().toPoint()
    click(maps, point)
    assert "channel 5" in child(window, QLabel, "layer_title").text() and back.isVisible()
    hover(maps, maps._maps.cell_rect(Cell(0, 4, 1)).center())
    value = prediction.trace.layers[5].values[5, 4, 1]
    assert reading(window) == f"pool2, channel 5, row 4, column 1: {value:.4f}".replace("-", "−")
    QTest.keyClick(maps, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert "channel 6" in child(window, QLabel, "layer_title").text()
    QTest.keyClick(maps, Qt.Key.Key_Escape)  # lets the cell go
    QTest.keyClick(maps, Qt.Key.Key_Escape)
    assert "channel" not in child(window, QLabel, "layer_title").text() and not back.isVisible()


def test_numbers_appear_in_cells_that_are_large_enough(seven_drawn: tuple[MainWindow, Prediction]) -> None:
    window, _ = seven_drawn
    view = child(window, InspectView, "inspect_view")
    view.select_layer(6)  # pool2: 16 maps of 5×5
    maps = child(window, MapsView, "maps_view")

    def colours() -> int:
        image = maps.grab().toImage()
        return len(
            {image.pixel(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}
        )

    plain = colours()
    maps.show_channel(0)
    assert maps._maps.scale >= 24
    assert colours() > plain / 2  # text is antialiased: many shades within few cells


def test_the_arrow_keys_walk_the_layers(seven_drawn: tuple[MainWindow, Prediction]) -> None:
    window, _ = seven_drawn
    strip = child(window, LayerStrip, "layer_strip")
    title = child(window, QLabel, "layer_title")
    assert "conv1" in title.text()
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert "relu1" in title.text()
    for _ in range(20):
        QTest.keyClick(strip, Qt.Key.Key_Right)
    assert "softmax" in title.text()


def test_the_wheel_zooms_about_the_mouse_and_dragging_moves(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, _ = seven_drawn
    maps = child(window, MapsView, "maps_view")
    at = maps._maps.cell_rect(Cell(2, 14, 14)).center()
    wheel = QWheelEvent(
        at, maps.mapToGlobal(at), QPoint(), QPoint(0, 480), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(maps.viewport(), wheel)
    assert maps._zoom > 1.5
    assert maps.cell_at(at) == Cell(2, 14, 14)
    QTest.mousePress(maps.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint())
    for moved in (-10, -20, -30):
        QTest.mouseMove(maps.viewport(), at.toPoint() + QPoint(moved, 0))
    QTest.mouseRelease(maps.viewport(), Qt.MouseButton.LeftButton, pos=at.toPoint() + QPoint(-30, 0))
    assert maps.channel is None  # a drag is no click
    assert maps.cell_at(at + QPointF(-30, 0)) == Cell(2, 14, 14)


def test_ranges_are_per_layer_or_one_for_all(seven_drawn: tuple[MainWindow, Prediction]) -> None:
    window, prediction = seven_drawn
    strip = child(window, LayerStrip, "layer_strip")
    expected = [float(np.abs(layer.values).max()) for layer in prediction.trace.layers]
    assert strip._limits[1:-1] == pytest.approx(expected)
    action(window, "shared_range").trigger()
    assert strip._limits == pytest.approx([max(expected)] * len(strip._limits))


def test_values_that_are_no_numbers_are_shown_and_do_not_decide_the_range(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, prediction = seven_drawn
    view = child(window, InspectView, "inspect_view")
    values = prediction.trace.layers[0].values
    values[0, 0, 0], values[1, 0, 0] = np.nan, np.inf
    view.set_prediction(prediction)
    view.grab()
    strip = child(window, LayerStrip, "layer_strip")
    assert strip._limits[1] == pytest.approx(float(np.abs(values[2:]).max()), rel=0.5)
    hover(strip, strip._maps[1].cell_rect(Cell(0, 0, 0)).center())
    assert reading(window).endswith("NaN")


def test_bare_paper_shows_the_network_s_shapes_without_values(window: MainWindow) -> None:
    strip = child(window, LayerStrip, "layer_strip")
    assert len(strip._layers) == 14 and not strip._values
    window.grab()


@pytest.mark.parametrize("size", [(700, 500), (1100, 700), (1920, 1080)])
def test_every_layer_can_be_painted_at_any_size(
    seven_drawn: tuple[MainWindow, Prediction], size: tuple[int, int]
) -> None:
    window, _ = seven_drawn
    window.resize(*size)
    view = child(window, InspectView, "inspect_view")
    for index in range(14):
        view.select_layer(index)
        window.grab()


def lines_of(window: MainWindow) -> list[Line]:
    return child(window, LayerStrip, "layer_strip")._lines


def test_a_cell_under_the_mouse_is_joined_with_what_feeds_it_and_what_it_feeds(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, prediction = seven_drawn
    view, strip = child(window, InspectView, "inspect_view"), child(window, LayerStrip, "layer_strip")
    bare = strip.grab().toImage()
    place = next(at for at, layer in enumerate(view._layers) if layer.name == "pool1")
    values = prediction.trace.values["pool1"]
    channel, row, column = (int(at) for at in np.unravel_index(values.argmax(), values.shape))
    hover(strip, strip._maps[place].cell_rect(Cell(channel, row, column)).center())
    network = view._network
    assert network is not None
    asked = network, prediction.trace, "pool1", (channel, row, column)
    into = {each.channel: each.strength for each in feeding(*asked)}
    out = {each.channel: each.strength for each in fed(*asked) if each.strength}
    lines = lines_of(window)
    assert {line.target: line.strength for line in lines if line.from_layer == place} == out
    ends = [line for line in lines if line.to_layer == place and line.strength]
    assert all(line.target == Cell(channel, row, column) for line in ends)
    assert {line.source.channel for line in ends if isinstance(line.source, Cell)} <= into.keys()
    assert strip.grab().toImage() != bare
    assert "lines: weight × activation" in reading(window)
    QApplication.sendEvent(strip, QEvent(QEvent.Type.Leave))
    assert lines_of(window) == [] and strip.grab().toImage() == bare
    assert "weight × activation" not in reading(window)


def test_lines_follow_the_drawing_and_go_with_it(seven_drawn: tuple[MainWindow, Prediction]) -> None:
    window, prediction = seven_drawn
    view = child(window, InspectView, "inspect_view")
    place = next(at for at, layer in enumerate(view._layers) if layer.name == "fc3")
    view.pin_in(place, Cell(7, 0, 0))
    before = {line.source: line.strength for line in lines_of(window) if line.to_layer == place}
    assert before and all(isinstance(source, Cell) for source in before)
    assert view._network is not None
    terms = prediction.trace.values["relu4"] * view._network.weights["fc3.weight"][7]
    for source, strength in before.items():
        assert isinstance(source, Cell)
        assert strength == pytest.approx(float(terms[source.channel]), abs=1e-5)
    window.canvas.place(np.zeros((280, 280), np.uint8) + np.eye(280, dtype=np.uint8) * 255)
    QTest.qWait(50)
    assert {line.source: line.strength for line in lines_of(window)} != before
    action(window, "clear").trigger()
    settle()
    assert lines_of(window) == []


def test_strong_lines_are_in_front_and_nonsense_has_none(qtbot: QtBot) -> None:
    strip = LayerStrip()
    qtbot.addWidget(strip)
    strengths = [0.5, -3.0, 0.0, float("nan"), float("inf"), 2.0]
    strip.set_connections([Line(0, at, 1, 0, strength) for at, strength in enumerate(strengths)])
    assert [line.strength for line in strip._lines] == [0.5, 2.0, -3.0]
    strip.set_connections([Line(0, at, 1, 0, float(at)) for at in range(1, 500)])
    assert len(strip._lines) < 100 and strip._lines[-1].strength == 499


def test_lines_without_weights_are_not_counted_among_weight_times_activation(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, _ = seven_drawn
    view = child(window, InspectView, "inspect_view")
    view.pin_in(1, Cell(3, 14, 14))  # conv1, which feeds relu1
    assert {line.to_layer for line in lines_of(window)} == {1, 2}
    assert len(view._strengths) == 1
    view.pin_in(2, Cell(3, 14, 14))  # relu1
    assert not view._strengths and "weight × activation" not in reading(window)
