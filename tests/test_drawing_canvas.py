from __future__ import annotations

import numpy as np
import pytest
from ink_replay import draw
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPointingDevice, QTabletEvent, QTouchEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.pad.drawing_canvas import GRID, DrawingCanvas

LINE = [np.array([[60.0, 60.0], [140.0, 140.0], [220.0, 60.0]])]


@pytest.fixture
def canvas(qtbot: QtBot) -> DrawingCanvas:
    canvas = DrawingCanvas()
    canvas.resize(GRID, GRID)
    qtbot.addWidget(canvas)
    canvas.show()
    return canvas


def stroke(
    canvas: DrawingCanvas, *points: tuple[int, int], button: Qt.MouseButton = Qt.MouseButton.LeftButton
) -> None:
    QTest.mousePress(canvas, button, pos=QPoint(*points[0]))
    for point in points[1:]:
        QTest.mouseMove(canvas, QPoint(*point))
    QTest.mouseRelease(canvas, button, pos=QPoint(*points[-1]))


def test_a_mouse_stroke_leaves_ink_of_the_brush_s_width(canvas: DrawingCanvas) -> None:
    canvas.set_brush(20)
    stroke(canvas, (40, 140), (240, 140))
    ink = canvas.ink()
    assert ink.shape == (GRID, GRID) and ink.dtype == np.uint8
    assert ink[:, 140].astype(int).sum() / 255 == pytest.approx(20, abs=1)
    assert ink[140, 60:220].min() == 255
    assert not ink[100].any()


def test_a_click_leaves_a_dot(canvas: DrawingCanvas) -> None:
    stroke(canvas, (100, 100))
    assert canvas.ink()[100, 100] == 255


def test_ink_changed_comes_with_every_move_and_carries_the_ink_of_that_moment(canvas: DrawingCanvas) -> None:
    inks: list[np.ndarray] = []
    canvas.ink_changed.connect(inks.append)
    stroke(canvas, (40, 140), (100, 140), (200, 140))
    assert len(inks) >= 3
    totals = [int(ink.sum()) for ink in inks]
    assert totals == sorted(totals) and totals[0] < totals[-1]
    np.testing.assert_array_equal(inks[-1], canvas.ink())


@pytest.mark.parametrize("size", [(200, 200), (GRID, GRID), (560, 560), (700, 420)])
def test_the_widget_s_size_does_not_change_the_ink(canvas: DrawingCanvas, size: tuple[int, int]) -> None:
    draw(canvas, LINE)
    expected = canvas.ink()
    canvas.clear()
    canvas.resize(*size)
    draw(canvas, LINE)
    assert (
        np.abs(canvas.ink().astype(int) - expected).max() <= 2
    )  # QPointF holds doubles; antialiasing rounds


def test_undo_takes_strokes_back_one_by_one_and_redo_brings_them_again(canvas: DrawingCanvas) -> None:
    states = [canvas.ink()]
    for y in (60, 120, 180):
        stroke(canvas, (40, y), (240, y))
        states.append(canvas.ink())
    for state in states[-2::-1]:
        canvas.undo()
        np.testing.assert_array_equal(canvas.ink(), state)
    assert not canvas.can_undo()
    for state in states[1:]:
        canvas.redo()
        np.testing.assert_array_equal(canvas.ink(), state)
    assert not canvas.can_redo()


def test_a_new_stroke_forgets_what_could_be_redone(canvas: DrawingCanvas) -> None:
    stroke(canvas, (40, 60), (240, 60))
    canvas.undo()
    stroke(canvas, (40, 90), (240, 90))
    assert not canvas.can_redo()


def test_clear_can_be_undone(canvas: DrawingCanvas) -> None:
    stroke(canvas, (40, 60), (240, 60))
    before = canvas.ink()
    canvas.clear()
    assert canvas.is_empty()
    canvas.undo()
    np.testing.assert_array_equal(canvas.ink(), before)


def test_clear_of_bare_paper_leaves_nothing_to_undo(canvas: DrawingCanvas) -> None:
    canvas.clear()
    assert not canvas.can_undo()


def test_undo_in_the_middle_of_a_stroke_ends_it(canvas: DrawingCanvas) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    canvas.undo()
    QTest.mouseMove(canvas, QPoint(200, 200))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert canvas.is_empty()


@pytest.mark.parametrize("way", ["eraser", "right button"])
def test_ink_can_be_erased(canvas: DrawingCanvas, way: str) -> None:
    stroke(canvas, (40, 140), (240, 140))
    if way == "eraser":
        canvas.set_erasing(True)
    button = Qt.MouseButton.LeftButton if way == "eraser" else Qt.MouseButton.RightButton
    canvas.set_brush(40)
    stroke(canvas, (30, 140), (250, 140), button=button)
    assert canvas.is_empty()


def tablet(
    canvas: DrawingCanvas, kind: QEvent.Type, x: float, pressure: float, eraser: bool = False
) -> QTabletEvent:
    pointer = QPointingDevice.PointerType.Eraser if eraser else QPointingDevice.PointerType.Pen
    device = QPointingDevice(
        "pen", 1, QPointingDevice.DeviceType.Stylus, pointer, QPointingDevice.Capability.Pressure, 1, 1
    )
    position = QPointF(x, 140)
    buttons = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else Qt.MouseButton.LeftButton
    event = QTabletEvent(
        kind, device, position, position, pressure, 0, 0, 0, 0, 0, Qt.KeyboardModifier.NoModifier,
        Qt.MouseButton.LeftButton, buttons,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    return event


def test_a_pen_draws_by_pressure_and_its_events_do_not_come_again_as_the_mouse_s(
    canvas: DrawingCanvas,
) -> None:
    events = [tablet(canvas, QEvent.Type.TabletPress, 40, 0.2)]
    events += [tablet(canvas, QEvent.Type.TabletMove, x, x / 250) for x in range(45, 241, 5)]
    events.append(tablet(canvas, QEvent.Type.TabletRelease, 240, 0.0))
    assert all(event.isAccepted() for event in events)
    ink = canvas.ink().astype(int)
    assert ink[:, 60].sum() < ink[:, 220].sum()
    canvas.undo()
    assert canvas.is_empty()


def test_the_pen_s_other_end_erases(canvas: DrawingCanvas) -> None:
    stroke(canvas, (40, 140), (240, 140))
    canvas.set_brush(40)
    tablet(canvas, QEvent.Type.TabletPress, 30, 1.0, eraser=True)
    tablet(canvas, QEvent.Type.TabletMove, 250, 1.0, eraser=True)
    tablet(canvas, QEvent.Type.TabletRelease, 250, 0.0, eraser=True)
    assert canvas.is_empty()


def test_a_finger_draws_one_stroke(canvas: DrawingCanvas) -> None:
    device = QTest.createTouchDevice()
    touch = QTest.touchEvent(canvas, device)
    touch.press(0, QPoint(40, 140)).commit()
    touch.move(0, QPoint(140, 140)).commit()
    touch.move(0, QPoint(240, 140)).commit()
    touch.release(0, QPoint(240, 140)).commit()
    assert canvas.ink()[140, 60:220].min() == 255
    canvas.undo()
    assert canvas.is_empty()


def test_a_finger_that_is_lifted_while_a_palm_rests_draws_no_line_to_the_palm(canvas: DrawingCanvas) -> None:
    touch = QTest.touchEvent(canvas, QTest.createTouchDevice())
    touch.press(3, QPoint(60, 60)).commit()
    touch.stationary(3).press(4, QPoint(220, 240)).commit()  # the palm
    touch.move(3, QPoint(120, 60)).move(4, QPoint(224, 236)).commit()
    touch.release(3, QPoint(120, 60)).stationary(4).commit()
    touch.move(4, QPoint(200, 200)).commit()
    ink = canvas.ink()
    assert ink[60, 70:110].min() == 255
    assert not ink[100:].any()
    touch.stationary(4).press(3, QPoint(60, 120)).commit()  # the next stroke, while the palm still rests
    touch.stationary(4).move(3, QPoint(120, 120)).commit()
    touch.release(3, QPoint(120, 120)).release(4, QPoint(200, 200)).commit()
    ink = canvas.ink()
    assert ink[120, 70:110].min() == 255
    assert not ink[160:].any()
    canvas.undo()
    canvas.undo()
    assert canvas.is_empty()


def test_fingers_are_known_by_their_id_not_by_their_place_in_the_list(canvas: DrawingCanvas) -> None:
    touch = QTest.touchEvent(canvas, QTest.createTouchDevice())
    touch.press(9, QPoint(60, 60)).commit()
    touch.press(2, QPoint(220, 240)).stationary(9).commit()
    touch.move(2, QPoint(220, 200)).move(9, QPoint(120, 60)).commit()
    touch.release(2, QPoint(220, 200)).stationary(9).commit()
    touch.move(9, QPoint(180, 60)).commit()
    touch.release(9, QPoint(180, 60)).commit()
    ink = canvas.ink()
    assert ink[60, 70:170].min() == 255
    assert not ink[100:].any()
    canvas.undo()
    assert canvas.is_empty()


def test_a_hand_that_touches_the_sheet_while_a_pen_draws_leaves_no_ink(canvas: DrawingCanvas) -> None:
    touch = QTest.touchEvent(canvas, QTest.createTouchDevice())
    tablet(canvas, QEvent.Type.TabletPress, 60, 1.0)
    touch.press(0, QPoint(200, 250)).commit()
    touch.move(0, QPoint(220, 250)).commit()
    tablet(canvas, QEvent.Type.TabletMove, 120, 1.0)
    touch.release(0, QPoint(220, 250)).commit()
    tablet(canvas, QEvent.Type.TabletMove, 180, 1.0)
    tablet(canvas, QEvent.Type.TabletRelease, 180, 0.0)
    ink = canvas.ink()
    assert ink[140, 70:170].min() == 255
    assert not ink[200:].any()
    canvas.undo()
    assert canvas.is_empty()


def test_a_finger_draws_no_further_after_undo_and_draws_again_when_it_comes_down_anew(
    canvas: DrawingCanvas,
) -> None:
    touch = QTest.touchEvent(canvas, QTest.createTouchDevice())
    touch.press(0, QPoint(40, 140)).commit()
    canvas.undo()
    touch.move(0, QPoint(140, 140)).commit()
    touch.release(0, QPoint(140, 140)).commit()
    assert canvas.is_empty()
    touch.press(0, QPoint(40, 140)).commit()
    touch.move(0, QPoint(140, 140)).commit()
    touch.release(0, QPoint(140, 140)).commit()
    assert canvas.ink()[140, 60:120].min() == 255


def test_a_finger_that_the_system_takes_away_ends_its_stroke_and_another_draws(canvas: DrawingCanvas) -> None:
    device = QTest.createTouchDevice()
    touch = QTest.touchEvent(canvas, device)
    touch.press(0, QPoint(40, 60)).commit()
    QApplication.sendEvent(canvas, QTouchEvent(QEvent.Type.TouchCancel, device))
    touch.move(0, QPoint(240, 60)).commit()
    touch.release(0, QPoint(240, 60)).commit()
    assert not canvas.ink()[:, 100:].any()
    touch.press(1, QPoint(40, 140)).commit()
    touch.move(1, QPoint(140, 140)).commit()
    touch.release(1, QPoint(140, 140)).commit()
    assert canvas.ink()[140, 60:120].min() == 255


def test_a_picture_of_28_by_28_fills_the_sheet_pixel_by_pixel(canvas: DrawingCanvas) -> None:
    digit = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    canvas.place(digit)
    np.testing.assert_array_equal(canvas.ink()[5::10, 5::10], digit)


def test_a_picture_of_the_sheet_s_size_stays_as_it_is(canvas: DrawingCanvas) -> None:
    ink = np.random.default_rng(0).integers(0, 256, (GRID, GRID), np.uint8)
    canvas.place(ink)
    np.testing.assert_array_equal(canvas.ink(), ink)


@pytest.mark.parametrize("shape", [(5, 3), (3, 900), (2000, 1500)])
def test_any_other_picture_is_scaled_into_the_middle(canvas: DrawingCanvas, shape: tuple[int, int]) -> None:
    canvas.place(np.full(shape, 255, np.uint8))
    rows, columns = np.nonzero(canvas.ink())
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 200
    assert rows.mean() == pytest.approx(139.5, abs=1) and columns.mean() == pytest.approx(139.5, abs=1)


def test_placing_a_picture_can_be_undone(canvas: DrawingCanvas) -> None:
    canvas.place(np.full((28, 28), 9, np.uint8))
    canvas.undo()
    assert canvas.is_empty()


def test_a_dropped_file_is_passed_on(canvas: DrawingCanvas, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/nowhere/seven.png")])
    held = mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, *held))
    with qtbot.waitSignal(canvas.dropped) as dropped:
        QApplication.sendEvent(canvas, QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, *held))
    assert dropped.args[0].urls()[0].fileName() == "seven.png"


def test_the_hint_goes_away_with_the_first_stroke(canvas: DrawingCanvas) -> None:
    def middle() -> QImage:
        return canvas.grab().toImage().copy(60, 120, 160, 40)

    with_hint = middle()
    stroke(canvas, (10, 250), (270, 250))
    assert middle() != with_hint


def on_screen(canvas: DrawingCanvas) -> QImage:
    """What the screen shows: only what was asked to be painted anew is."""
    QApplication.processEvents()
    screen = canvas.screen().grabWindow(canvas.winId())
    return screen.toImage()


@pytest.mark.parametrize("way", ["at first", "clear", "undo", "redo", "a picture", "strokes"])
def test_no_hint_is_left_under_a_drawing_however_the_sheet_came_to_be_bare(
    canvas: DrawingCanvas, qtbot: QtBot, way: str
) -> None:
    qtbot.waitExposed(canvas)
    if way != "at first":
        stroke(canvas, (40, 60), (240, 60))
    if way == "clear":
        canvas.clear()
    elif way == "undo":
        canvas.undo()
    elif way == "redo":
        canvas.clear()
        canvas.undo()
        canvas.redo()
    elif way == "a picture":
        canvas.place(np.zeros((28, 28), np.uint8))
    elif way == "strokes":
        canvas.draw([])
    assert canvas.is_empty()
    bare = on_screen(canvas)
    stroke(canvas, (10, 250), (270, 250))
    drawn = on_screen(canvas)
    canvas.repaint()
    assert drawn == on_screen(canvas) != bare


def test_the_hint_comes_whole_when_the_last_ink_is_erased(canvas: DrawingCanvas, qtbot: QtBot) -> None:
    qtbot.waitExposed(canvas)
    bare = on_screen(canvas)
    canvas.set_brush(20)
    stroke(canvas, (130, 140), (150, 140))
    assert on_screen(canvas) != bare
    canvas.set_brush(40)
    stroke(canvas, (125, 140), (155, 140), button=Qt.MouseButton.RightButton)
    assert canvas.is_empty() and on_screen(canvas) == bare


def test_given_strokes_replace_the_drawing_as_the_brush_draws_them_and_one_undo_brings_it_back(
    canvas: DrawingCanvas, qtbot: QtBot
) -> None:
    canvas.set_brush(18)
    draw(canvas, LINE)
    by_hand = canvas.ink()
    canvas.clear()
    stroke(canvas, (20, 20), (40, 20))
    before = canvas.ink()
    with qtbot.waitSignal(canvas.ink_changed) as changed:
        canvas.draw(LINE)
    np.testing.assert_array_equal(changed.args[0], canvas.ink())
    differs = np.abs(canvas.ink().astype(int) - by_hand)  # where rims of pieces lie over one another
    assert differs.mean() < 0.1 and (differs > 8).sum() < 60
    canvas.undo()
    np.testing.assert_array_equal(canvas.ink(), before)
    canvas.redo()
    assert not canvas.ink()[20, 20]
