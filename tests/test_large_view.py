"""A layer seen large: moving about in it, the range of its colours, windows of its own."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest
from driving import action, button, child, click, click_button, hover, press, settle, text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.records import Prediction
from gui.layers import large_view
from gui.layers.close_up import CloseUp
from gui.layers.large_view import LargeView
from gui.layers.layer_panel import LayerPanel
from gui.layers.layer_strip import LayerStrip
from gui.layers.layer_values import LayerRanges
from gui.layers.layer_window import LayerWindow
from gui.layers.maps_view import MapsView
from gui.layers.range_bar import RangeLegend
from gui.layers.tiled_maps import Cell
from gui.layers.units_view import UnitsView
from gui.main_window import MainWindow
from gui.paint.colours import colour_table
from gui.tabs.inspect.inspect_view import InspectView

LEFT = Qt.MouseButton.LeftButton
RANDOM = np.random.default_rng(0)


@pytest.fixture
def maps(qtbot: QtBot) -> MapsView:
    view = MapsView()
    qtbot.addWidget(view)
    view.resize(430, 330)
    view.set_shape((6, 10, 10))
    view.set_values(RANDOM.normal(size=(6, 10, 10)).astype(np.float32), 2.0)
    view.show()
    settle()
    return view


@pytest.fixture
def units(qtbot: QtBot) -> UnitsView:
    view = UnitsView()
    qtbot.addWidget(view)
    view.resize(430, 330)
    view.set_count(120)
    view.set_values(RANDOM.normal(size=120).astype(np.float32), 2.0)
    view.show()
    settle()
    return view


def wheel(view: CloseUp, at: QPointF, angle: int) -> None:
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def drag(widget: QWidget, start: QPointF, end: QPointF) -> None:
    QTest.mousePress(widget, LEFT, pos=start.toPoint())
    QTest.mouseMove(widget, end.toPoint())
    QTest.mouseRelease(widget, LEFT, pos=end.toPoint())
    settle()


# Moving about


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moves=st.lists(
        st.tuples(
            st.sampled_from(["wheel", "drag", "key", "size"]), st.integers(0, 400), st.integers(-900, 900)
        ),
        max_size=8,
    )
)
def test_what_is_in_sight_never_leaves_the_layer(maps: MapsView, moves: list[tuple[str, int, int]]) -> None:
    view = maps  # one for all: Python must not collect what Qt's scene still has
    view.resize(430, 330)
    view.set_shape((6, 10, 10))
    keys = (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Right, Qt.Key.Key_Up)
    for kind, at, amount in moves:
        if kind == "wheel":
            wheel(view, QPointF(at, at % 330), amount)
        elif kind == "drag":
            drag(view.viewport(), QPointF(at, at % 330), QPointF(at + amount / 4, at % 330 - amount / 5))
        elif kind == "key":
            QTest.keyClick(view, keys[at % 4], Qt.KeyboardModifier.ShiftModifier)
        else:
            view.resize(200 + at, 150 + at // 2)
        size = QSize(view.viewport().size())
        seen = QRectF(view._origin / view._zoom, size.toSizeF() / view._zoom)
        assert 1 - 1e-6 <= view._zoom <= 40 * 1.001
        assert QRectF(QPointF(), size.toSizeF()).adjusted(-0.1, -0.1, 0.1, 0.1).contains(seen)
        cell = Cell(4 if view.channel is None else view.channel, 3, 7)
        shown = view._shown_cell(cell)
        assert shown is not None
        at_cell = view.on_screen(view._maps.cell_rect(shown)).center()
        assert view.cell_at(at_cell) == cell


def test_the_wheel_keeps_what_is_under_it_and_ends_where_all_is_in_sight(maps: MapsView) -> None:
    at = maps._maps.cell_rect(Cell(2, 4, 6)).center()
    wheel(maps, at, 360)
    assert maps.is_enlarged and maps.cell_at(at) == Cell(2, 4, 6)
    wheel(maps, at, 100_000)
    assert maps._zoom == pytest.approx(40)
    wheel(maps, QPointF(10, 10), -100_000)
    assert maps._zoom == pytest.approx(1) and maps._origin == QPointF()


def test_keys_enlarge_and_move(maps: MapsView) -> None:
    middle = maps.before_zoom(QPointF(215, 165))
    for _ in range(5):
        press(maps, Qt.Key.Key_Plus)
    assert maps._zoom == pytest.approx(1.25**5)
    assert (maps.before_zoom(QPointF(215, 165)) - middle).manhattanLength() < 1
    before = QPointF(maps._origin)
    press(maps, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert maps._origin.x() == pytest.approx(before.x() + 0.2 * 430)
    assert maps._origin.y() == pytest.approx(before.y())
    press(maps, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert maps._origin.y() == pytest.approx(before.y() - 0.2 * 330)
    for _ in range(9):
        press(maps, Qt.Key.Key_Minus)
    assert not maps.is_enlarged


def test_two_fingers_on_a_trackpad_enlarge(maps: MapsView) -> None:
    at = QPointF(maps._maps.cell_rect(Cell(1, 5, 5)).center())
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, at, at,
        QPointF(maps.mapToGlobal(at)), 0.5, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(maps.viewport(), pinch)
    assert maps._zoom == pytest.approx(1.5) and maps.cell_at(at) == Cell(1, 5, 5)


def test_a_double_click_brings_all_back(maps: MapsView, units: UnitsView) -> None:
    for view in (maps, units):
        wheel(view, QPointF(100, 100), 500)
        assert view.is_enlarged
        click(view, QPointF(5, 5), twice=True)
        assert not view.is_enlarged


def test_units_are_spread_and_never_made_taller(units: UnitsView) -> None:
    at = QPointF(200, 100)
    unit = units.cell_at(at)
    before = units._levels()
    wheel(units, at, 800)
    assert units._zoom > 3 and units.cell_at(at) == unit and units._levels() == before
    assert units._item.transform().m22() == 1 and units._item.transform().m11() == units._zoom
    drag(units.viewport(), QPointF(200, 100), QPointF(150, 20))
    assert units.cell_at(QPointF(150, 20)) == unit
    seen = [at for at in range(120) if _right(units, at) > -1e-6 and _left(units, at) < 430]
    assert list(units._units_in_sight()) == seen and 10 < len(seen) < 40


def _left(units: UnitsView, unit: int) -> float:
    return units._place(unit)[0]


def _right(units: UnitsView, unit: int) -> float:
    return sum(units._place(unit))


def test_what_is_in_the_middle_stays_there_when_the_window_changes(maps: MapsView) -> None:
    wheel(maps, QPointF(300, 200), 900)
    middle = maps.before_zoom(QPointF(215, 165))
    maps.resize(860, 660)
    settle()
    moved = maps.before_zoom(QPointF(430, 330))
    assert (moved - middle * 2.0).manhattanLength() < 4


@pytest.mark.parametrize("value", [-1.0, 0.0, 1.0])
def test_each_cell_s_number_can_be_read_on_its_colour(maps: MapsView, value: float) -> None:
    maps.set_colours(colour_table("blue-orange", False, 0xFF123456))
    maps.set_values(np.full((6, 10, 10), value, np.float32), 1.0)
    maps.show_channel(1)
    assert maps._maps.scale >= 24
    image = maps.grab().toImage()
    cell = maps._maps.cell_rect(Cell(0, 5, 5)).toRect()
    levels = [
        image.pixelColor(x, y).lightness()
        for x in range(cell.left() + 2, cell.right() - 2)
        for y in range(cell.top() + 2, cell.bottom() - 2)
    ]
    assert max(levels) - min(levels) > 120


def test_all_and_only_cells_in_sight_have_numbers(maps: MapsView) -> None:
    seen = QRectF(maps.viewport().rect())
    for angle in (0, 700, 900):
        wheel(maps, QPointF(190, 120), angle)
        every = [(c, y, x) for c in range(6) for y in range(10) for x in range(10)]
        expected = [at for at in every if maps.on_screen(maps._maps.cell_rect(Cell(*at))).intersects(seen)]
        shown = [(c, y, x) for c, rows, columns in maps._cells_in_sight() for y in rows for x in columns]
        assert shown == expected


def test_the_cell_under_the_mouse_is_told_beside_it(
    maps: MapsView, units: UnitsView, monkeypatch: pytest.MonkeyPatch
) -> None:
    units.hide()  # else it is in front
    told: list[str] = []
    monkeypatch.setattr(CloseUp, "paint_note", lambda self, painter, beside, text: told.append(text))
    hover(maps, maps._maps.cell_rect(Cell(2, 4, 6)).center())
    maps.grab()
    assert maps._values is not None and units._values is not None
    assert told[-1] == f"2 · row 4, column 6: {maps._values[2, 4, 6]:.4f}".replace("-", "−")
    told.clear()
    QApplication.sendEvent(maps, QEvent(QEvent.Type.Leave))
    maps.grab()
    assert not told
    maps.hide()
    units.show()
    hover(units, QPointF(215, 100))
    units.grab()
    unit = units.cell_at(QPointF(215, 100))
    assert unit is not None
    assert told[-1] == f"unit {unit.channel}: {units._values[unit.channel]:.4f}".replace("-", "−")


def test_a_note_is_whole_whatever_was_written_before(maps: MapsView, monkeypatch: pytest.MonkeyPatch) -> None:
    wrote: list[tuple[QRectF, str, float]] = []
    own = QPainter.drawText

    def noted(painter: QPainter, *words: object) -> object:
        if isinstance(words[0], QRectF):
            wrote.append((words[0], str(words[-1]), painter.fontMetrics().horizontalAdvance(str(words[-1]))))
        return own(painter, *words)  # type: ignore[call-overload]

    monkeypatch.setattr("gui.layers.close_up.QPainter.drawText", noted)
    maps.show_channel(1)  # with numbers in its cells
    for cell in (Cell(1, 0, 0), Cell(1, 0, 9), Cell(1, 9, 9), Cell(1, 5, 5)):
        hover(maps, maps._maps.cell_rect(Cell(0, cell.row, cell.column)).center())
        maps.grab()
        room, text, width = wrote[-1]
        assert text.startswith(f"1 · row {cell.row}, column {cell.column}") and width <= room.width()
        assert QRectF(maps.viewport().rect()).contains(room)


def test_a_note_lies_within_the_view_wherever_the_cell_is(maps: MapsView) -> None:
    bare = maps.grab().toImage()
    for cell in (Cell(0, 0, 0), Cell(2, 0, 9), Cell(5, 9, 9)):
        at = maps._maps.cell_rect(cell).center()
        hover(maps, at)
        image = maps.grab().toImage()
        changed = [
            (x, y)
            for x in range(0, image.width(), 2)
            for y in range(0, image.height(), 2)
            if image.pixel(x, y) != bare.pixel(x, y)
        ]
        xs, ys = [x for x, _ in changed], [y for _, y in changed]
        assert max(xs) - min(xs) > 80 and max(ys) - min(ys) > 10


# Made late


def test_what_was_said_before_the_views_are_there_is_shown_by_them(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "pyqtgraph")
    imported: dict[str, threading.Thread] = {}
    monkeypatch.setattr(
        large_view, "import_module", lambda name: imported.setdefault(name, threading.current_thread())
    )
    view = LargeView()
    qtbot.addWidget(view)
    chosen: list[object] = []
    view.map_selected.connect(chosen.append)
    values = RANDOM.normal(size=(6, 10, 10)).astype(np.float32)
    view.show_layer((6, 10, 10))
    view.show_channel(3)
    view.show_all()
    view.show_all()
    view.show_channel(4)
    assert chosen == [3, None, 4] and view.channel == 4 and view.is_close
    view.set_values(values, 1.5)
    view.mark(Cell(4, 1, 2))
    assert view.count() == 0
    view.resize(300, 200)
    view.show()
    qtbot.waitUntil(lambda: view.count() == 2, timeout=20_000)
    assert set(imported) == {"gui.layers.maps_view", "gui.layers.units_view"}
    assert threading.main_thread() not in imported.values()  # it takes a fifth of a second
    shown = view.currentWidget()
    assert isinstance(shown, MapsView) and shown.channel == 4 and shown._marked == Cell(4, 1, 2)
    np.testing.assert_array_equal(shown._values, values)
    assert shown._limit == 1.5
    view.show_layer((12,))
    assert isinstance(view.currentWidget(), UnitsView) and view.channel is None


# The range of colours


@settings(deadline=None)
@given(
    start=st.floats(0.02, 0.98), end=st.floats(-0.5, 1.5), limit=st.floats(1e-3, 1e3), signed=st.booleans()
)
def test_the_colour_that_is_dragged_follows_the_mouse(
    qapp: QApplication, start: float, end: float, limit: float, signed: bool
) -> None:
    legend = RangeLegend()
    legend.resize(400, 30)
    legend.set_range(limit, signed)
    wanted: list[float] = []
    legend.range_wanted.connect(wanted.append)
    first, last = round(400 * start), round(400 * end)
    drag(legend, QPointF(first, 5), QPointF(last, 5))

    def share(x: int) -> float:
        return 2 * x / 400 - 1 if signed else x / 400

    if abs(share(first)) < 0.05:
        assert not wanted
    elif share(last) * np.sign(share(first)) >= 0.05:
        assert wanted[-1] * share(last) == pytest.approx(limit * share(first), rel=1e-6)
    else:
        assert wanted[-1] == pytest.approx(limit * abs(share(first)) / 0.05)


def test_ranges_are_kept_by_layer_or_for_all() -> None:
    ranges, names = LayerRanges(), ["conv1", "fc1"]
    values = [np.array([-3.0, 1.0]), np.array([0.0, 5.0])]
    assert ranges.of(names, values) == [3, 5]
    ranges.keep("fc1", 2.0)
    assert ranges.of(names, values) == [3, 2] and ranges.is_kept("fc1") and not ranges.is_kept("conv1")
    ranges.is_shared = True
    assert ranges.of(names, values) == [5, 5] and not ranges.is_kept("fc1")
    ranges.keep("conv1", 9.0)
    assert ranges.of(names, values) == [9, 9] and ranges.is_kept("fc1")
    ranges.release("fc1")
    ranges.is_shared = False
    assert ranges.of(names, values) == [3, 2]
    ranges.forget()
    assert ranges.of(names, values) == [3, 5] and ranges.of(names, []) == []


def strip_limits(window: MainWindow) -> list[float]:
    return list(child(window, LayerStrip, "layer_strip")._limits)


def test_a_range_that_was_dragged_stays_while_one_draws_until_it_is_let_go(
    seven_drawn: tuple[MainWindow, Prediction], qtbot: QtBot
) -> None:
    window, _ = seven_drawn
    legend = child(window, RangeLegend)
    before = strip_limits(window)
    drag(legend, QPointF(legend.width() * 0.75, 5), QPointF(legend.width() - 1, 5))
    after = strip_limits(window)
    assert after[1] == pytest.approx(before[1] / 2, rel=0.03) and after[2:] == before[2:]
    assert button(window, "keep_range").isChecked()
    assert child(window, LargeView)._limit == legend._limit == after[1]
    with qtbot.waitSignal(window.predicted):
        window.canvas.place(window.canvas.ink().T.copy())
    assert strip_limits(window)[1] == after[1] and strip_limits(window)[2:] != after[2:]
    click(legend, QPointF(5, 5), twice=True)
    own = strip_limits(window)[1]
    assert own != after[1] and not button(window, "keep_range").isChecked()
    kept = strip_limits(window)
    click_button(window, "keep_range")  # all layers' ranges
    with qtbot.waitSignal(window.predicted):
        window.canvas.place(window.canvas.ink().T.copy())
    assert strip_limits(window) == kept
    click_button(window, "layer_after")
    assert button(window, "keep_range").isChecked()
    click_button(window, "keep_range")
    assert strip_limits(window) != kept and not button(window, "keep_range").isChecked()
    click_button(window, "layer_before")
    own = strip_limits(window)[1]
    legend.setFocus()
    press(legend, Qt.Key.Key_Right)
    assert strip_limits(window)[1] == pytest.approx(1.1 * own)
    press(legend, Qt.Key.Key_Left)
    assert strip_limits(window)[1] == pytest.approx(own)
    press(legend, Qt.Key.Key_Home)
    assert not button(window, "keep_range").isChecked()


def test_the_switch_beside_the_scale_and_the_menu_share_one_range(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, _ = seven_drawn
    click_button(window, "share_range")
    assert len(set(strip_limits(window))) == 1 and action(window, "shared_range").isChecked()
    action(window, "shared_range").trigger()
    assert len(set(strip_limits(window))) > 5 and not button(window, "share_range").isChecked()


def test_bare_paper_has_no_range_to_drag(window: MainWindow) -> None:
    legend = child(window, RangeLegend)
    drag(legend, QPointF(legend.width() * 0.75, 5), QPointF(legend.width() - 1, 5))
    press(legend, Qt.Key.Key_Right)
    click_button(window, "keep_range")
    assert not button(window, "keep_range").isChecked()


# From layer to layer


def test_buttons_step_from_the_input_to_the_answer(seven_drawn: tuple[MainWindow, Prediction]) -> None:
    window, _ = seven_drawn
    view = child(window, InspectView, "inspect_view")
    click_button(window, "layer_before")
    assert view.place[0] == 0 and not button(window, "layer_before").isEnabled()
    seen = [text(window, "layer_title")]
    while button(window, "layer_after").isEnabled():
        click_button(window, "layer_after")
        seen.append(text(window, "layer_title"))
    assert len(set(seen)) == len(seen) == 14 and "input" in seen[0] and "softmax" in seen[-1]
    assert button(window, "layer_before").isEnabled()


# Windows of their own


@pytest.fixture
def own_window(seven_drawn: tuple[MainWindow, Prediction]) -> LayerWindow:
    click_button(seven_drawn[0], "layer_window_button")
    return child(seven_drawn[0], LayerWindow, "layer_window")


def shown_in(panel: LayerPanel) -> np.ndarray | None:
    return panel.view._values


def test_a_layer_has_a_window_of_its_own_that_follows_the_drawing(
    seven_drawn: tuple[MainWindow, Prediction], own_window: LayerWindow, qtbot: QtBot
) -> None:
    window, prediction = seven_drawn
    assert own_window.isWindow() and own_window.isVisible()
    (panel,) = own_window.panels
    np.testing.assert_array_equal(shown_in(panel), prediction.trace.values["conv1"])
    click_button(own_window, "add_panel")
    second = own_window.panels[1]
    np.testing.assert_array_equal(shown_in(second), prediction.trace.values["relu1"])
    choice = second.findChild(QComboBox, "panel_layer")
    assert choice is not None and choice.itemText(8) == "fc1 · 120"
    choice.setCurrentIndex(8)
    np.testing.assert_array_equal(shown_in(second), prediction.trace.values["fc1"])
    window.open_tab("train")
    with qtbot.waitSignal(window.predicted) as told:
        window.canvas.place(window.canvas.ink().T.copy())
    values = told.args[0].trace.values
    np.testing.assert_array_equal(shown_in(panel), values["conv1"])
    np.testing.assert_array_equal(shown_in(second), values["fc1"])
    assert second.legend._limit == pytest.approx(float(np.abs(values["fc1"]).max()))
    action(window, "clear").trigger()
    settle()
    assert shown_in(panel) is None and shown_in(second) is None


def test_layers_in_a_window_come_and_go_and_one_stays(own_window: LayerWindow) -> None:
    for _ in range(3):
        click_button(own_window, "add_panel")
    assert len(own_window.panels) == 4 and not button(own_window, "add_panel").isEnabled()
    first = own_window.panels[0]
    assert first.leave.isVisible()
    click(first.leave)
    assert len(own_window.panels) == 3 and first not in own_window.panels
    for _ in range(2):
        click(own_window.panels[0].leave)
    assert len(own_window.panels) == 1 and not own_window.panels[0].leave.isVisible()
    own_window.panels[0]._choice.setCurrentIndex(13)
    click_button(own_window, "add_panel")
    assert own_window.panels[1].layer == 13  # there is none behind the last


def test_a_cell_in_the_other_window_is_told_and_kept_in_the_page(
    seven_drawn: tuple[MainWindow, Prediction], own_window: LayerWindow
) -> None:
    window, prediction = seven_drawn
    view = own_window.panels[0].view.currentWidget()
    assert isinstance(view, MapsView)
    at = view._maps.cell_rect(Cell(2, 12, 8)).center()
    move = QMouseEvent(
        QEvent.Type.MouseMove, at, view.mapToGlobal(at), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip  # without a screen the mouse is always over the first window
    QApplication.sendEvent(view.viewport(), move)
    value = prediction.trace.values["conv1"][2, 12, 8]
    start = f"conv1, channel 2, row 12, column 8: {value:.4f}".replace("-", "−")
    assert text(window, "cell_reading").startswith(start)
    assert child(window, LayerStrip, "layer_strip")._lines
    click(view, at)
    assert child(window, InspectView, "inspect_view").place == (1, Cell(2, 12, 8))


def test_another_network_offers_its_layers_and_keeps_the_chosen_one_by_name(
    seven_drawn: tuple[MainWindow, Prediction], own_window: LayerWindow, qtbot: QtBot
) -> None:
    window, _ = seven_drawn
    own_window.add(8)
    own_window.add(2)
    with qtbot.waitSignal(window._engine.loaded, timeout=30_000):
        action(window, "model_lenet_sigmoid").trigger()
    settle()
    names = [panel.sight.name for panel in own_window.panels]
    assert names[:2] == ["conv1", "fc1"] and names[2] == "sigmoid1"
    assert own_window._shown[0]
    own_window.grab()
    fewer = [sight for sight in own_window._sights if sight.name not in ("sigmoid1", "pool1")]
    for panel in own_window.panels:
        panel.set_sights(fewer)  # fc1 has another place there, and sigmoid1 none
    assert [panel.sight.name for panel in own_window.panels][:2] == ["conv1", "fc1"]
    for panel in own_window.panels:
        panel.set_sights(fewer[:1])
    assert [panel.sight.name for panel in own_window.panels] == ["input"] * 3


def test_kernels_are_shown_large_and_follow_changes_of_the_network(
    seven_drawn: tuple[MainWindow, Prediction], own_window: LayerWindow
) -> None:
    window, _ = seven_drawn
    view = child(window, InspectView, "inspect_view")
    panel = own_window.panels[0]
    names = [panel._choice.itemText(place) for place in range(panel._choice.count())]
    assert names[-2:] == ["conv1, kernels · 6×5×5", "conv2, kernels · 96×5×5"]
    panel._choice.setCurrentIndex(len(names) - 1)
    assert view._network is not None
    weights = view._network.weights["conv2.weight"]
    shown = panel.view.currentWidget()
    assert isinstance(shown, MapsView) and shown._maps.columns % 6 == 0
    np.testing.assert_array_equal(shown._values, weights.reshape(96, 5, 5))
    assert shown._limit == pytest.approx(float(np.abs(weights).max())) == panel.legend._limit
    assert shown._names[0] == "0←0" and shown._names[6 * 7 + 4] == "7←4"
    np.testing.assert_array_equal(shown._colours, window._context.looks.kernels)
    before = view.place
    click(shown, shown._maps.cell_rect(Cell(46, 2, 2)).center())
    assert view.place == before and button(panel, "panel_all_maps").text() == "Kernel 7←4 · all kernels"
    kernel = np.full((5, 5), 9.0, np.float32)
    view.change.session.set_kernel("conv2", 7, 4, kernel)
    settle()
    assert shown._values is not None
    np.testing.assert_array_equal(shown._values[46], kernel)
    assert shown.channel == 46 and panel.legend._limit == 9.0  # the place is kept
    action(window, "clear").trigger()
    settle()
    assert shown._values is not None  # kernels need no drawing
    panel._choice.setCurrentIndex(1)
    np.testing.assert_array_equal(panel.view.currentWidget()._colours, window._context.looks.maps)
    own_window.add(13)
    click_button(own_window, "add_panel")
    assert own_window.panels[-1].sight.name == "softmax" and not own_window.panels[-1].shows_kernels


def test_kept_ranges_go_with_the_layers_that_had_them(
    seven_drawn: tuple[MainWindow, Prediction], qtbot: QtBot
) -> None:
    window, _ = seven_drawn
    click_button(window, "keep_range")
    legend = child(window, RangeLegend)
    drag(legend, QPointF(legend.width() * 0.75, 5), QPointF(legend.width() - 1, 5))
    assert button(window, "keep_range").isChecked()
    with qtbot.waitSignal(window._engine.loaded, timeout=30_000):
        action(window, "model_lenet_sigmoid").trigger()
    settle()
    assert not button(window, "keep_range").isChecked()


def test_the_lock_looks_closed_while_ranges_are_kept(seven_drawn: tuple[MainWindow, Prediction]) -> None:
    window, _ = seven_drawn
    lock = button(window, "keep_range")
    looks = []
    for _ in range(3):
        looks.append(lock.icon().pixmap(24, 24).toImage())
        click_button(window, "keep_range")
    assert looks[0] != looks[1] and looks[0] == looks[2]


def test_one_map_of_a_window_is_named_and_escape_leads_back_and_out(
    seven_drawn: tuple[MainWindow, Prediction], own_window: LayerWindow
) -> None:
    window, _ = seven_drawn
    own_window.add(8)
    assert own_window.windowTitle() == "conv1, fc1 – LeNet Lab"
    panel = own_window.panels[0]
    back = button(panel, "panel_all_maps")
    assert not back.isVisible()
    view = panel.view.currentWidget()
    assert isinstance(view, MapsView)
    click(view, view._maps.cell_rect(Cell(2, 12, 8)).center())
    assert back.isVisible() and back.text().startswith("Channel 2") and view._marked == Cell(2, 12, 8)
    click(back)
    assert not back.isVisible() and view.channel is None
    panel.view.show_channel(4)
    panel._choice.setCurrentIndex(4)
    assert not back.isVisible() and own_window.windowTitle().startswith("conv2, ")
    panel.view.show_channel(4)
    press(own_window, Qt.Key.Key_Escape)
    assert own_window.isVisible() and panel.view.channel is None
    page = child(window, InspectView, "inspect_view")
    press(own_window, Qt.Key.Key_Escape)
    assert page._windows == []
    click_button(window, "layer_window_button")
    press(page._windows[-1], Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert page._windows == []


def test_all_maps_lets_the_cell_go_and_clicks_leave_the_keys(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, _ = seven_drawn
    view, maps = child(window, InspectView, "inspect_view"), child(window, MapsView, "maps_view")
    maps.setFocus()
    click(maps, maps._maps.cell_rect(Cell(2, 12, 8)).center())
    assert view.place == (1, Cell(2, 12, 8))
    click_button(window, "all_maps_button")
    assert view.place == (1, None) and maps.channel is None
    for name in ("keep_range", "share_range", "share_range", "layer_after", "layer_before"):
        maps.setFocus()
        click_button(window, name)
        assert not button(window, name).hasFocus(), name


def test_a_layer_of_the_strip_tells_its_maps_and_what_its_strongest_colour_means(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, _ = seven_drawn
    strip = child(window, LayerStrip, "layer_strip")
    limit = f"{strip._limits[4]:.3g}"
    said = strip.reading_at(strip._columns[4].center())
    assert said == f"conv2: 16 maps of 10×10 numbers. The strongest colour means {limit}; the palest, zero."
    assert strip.reading_at(strip._columns[8].center()).startswith("fc1: 120 numbers.")
    action(window, "clear").trigger()
    settle()
    assert strip.reading_at(strip._columns[8].center()) == "fc1: 120 numbers."


def test_a_convolution_of_several_maps_has_words_of_its_own(
    seven_drawn: tuple[MainWindow, Prediction],
) -> None:
    window, _ = seven_drawn
    view = child(window, InspectView, "inspect_view")
    view.select_layer(1)
    first = child(window, QWidget, "layer_explanation")
    said, height = first.text(), first.height()  # type: ignore[attr-defined]
    assert said.startswith("A kernel, a small window of weights, slides over the map before it")
    view.select_layer(4)
    assert "a kernel for each of 6 maps" in text(window, "layer_explanation")
    for layer in range(14):
        view.select_layer(layer)
        settle()
        assert child(window, QWidget, "layer_explanation").height() == height  # nothing jumps


def test_its_windows_go_with_the_main_window(
    seven_drawn: tuple[MainWindow, Prediction], own_window: LayerWindow
) -> None:
    window, _ = seven_drawn
    view = child(window, InspectView, "inspect_view")
    other = view.open_window()
    other.close()
    settle()
    assert view._windows == [own_window]
    window.canvas.undo()  # nothing is told to one that is gone
    settle()
    window.close()
    settle()
    assert view._windows == []


def test_a_window_whose_screen_was_unplugged_comes_back(own_window: LayerWindow) -> None:
    room = QGuiApplication.primaryScreen().geometry()
    own_window.setGeometry(QRect(room.right() + 5000, 40, 4000, 300))
    QGuiApplication.instance().screenRemoved.emit(QGuiApplication.primaryScreen())
    assert room.contains(own_window.geometry().topLeft()) and own_window.width() <= room.width()
    own_window.move(30, 50)
    own_window.come_back()
    assert own_window.pos() == QPoint(30, 50)


def test_the_head_says_one_layer_at_a_time(seven_drawn: tuple[MainWindow, Prediction]) -> None:
    window, _ = seven_drawn
    assert child(window, QLabel, "layer_title").text().count("<b>") == 1
