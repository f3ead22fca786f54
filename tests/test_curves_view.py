from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPalette, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.records import DIGITS, EpochMetrics, StepMetrics
from core.training.history import History
from gui.tabs.train.curves.curve_maths import smoothed
from gui.tabs.train.curves.curve_run import width_of_mean
from gui.tabs.train.curves.curves_view import CurvesView
from gui.tabs.train.curves.plot_axes import PlotFrame


def add_steps(history: History, losses: np.ndarray, rate: float = 0.004) -> None:
    step = history.step + len(losses)
    history.add(
        StepMetrics(
            step, history.steps, losses.astype(np.float32), np.full(len(losses), rate), 0.9, step / 100
        )
    )


def add_epoch(history: History, accuracy: float | None = 0.97) -> None:
    epoch = history.step // history.steps_per_epoch
    loss = None if accuracy is None else 1 - accuracy
    history.add(EpochMetrics(epoch, history.step, 0.2 / epoch, 0.9, loss, accuracy, 1.0, {}, {}))


def falling(count: int) -> np.ndarray:
    noise = np.random.default_rng(0).lognormal(0, 0.4, count)
    return (2.3 * np.exp(-np.arange(count) / 60) + 0.1) * noise


def run_of(steps: int = 1000, steps_per_epoch: int = 250) -> History:
    history = History(4 * steps_per_epoch, steps_per_epoch)
    for start in range(0, steps, steps_per_epoch):
        add_steps(history, falling(steps)[start : start + steps_per_epoch])
        add_epoch(history, 0.9 + 0.08 * start / steps)
    return history


@pytest.fixture
def view(qtbot: QtBot) -> CurvesView:
    view = CurvesView()
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    qtbot.waitExposed(view)
    return view


def place(chart: PlotFrame, step: float) -> QPoint:
    """Where in the plot a step is, halfway up."""
    low, high = chart.plot.view.viewRange()[1]
    return chart.plot.point(step, (low + high) / 2).toPoint()


def told(chart: PlotFrame) -> dict[str, str]:
    return {row.name: row.value for row in chart.plot.notes.rows}


def test_without_a_run_the_charts_say_what_to_do(view: CurvesView) -> None:
    assert view.loss.plot.notes.message == "The loss of each batch: press Start"
    assert view.drawing.plot.notes.message == "The ten probabilities of your drawing, as the training goes on"
    view.set_history(run_of())
    assert not view.loss.plot.notes.message
    view.set_history(None)
    assert view.loss.plot.notes.message == "The loss of each batch: press Start"
    assert not len(view.loss.plot.curve("batches")[0])


def test_without_curves_there_are_no_axes_whose_numbers_would_be_invented(view: CurvesView) -> None:
    def left_of(chart: PlotFrame) -> set[str]:
        image = chart.plot.grab().toImage()
        room = range(image.height())
        return {image.pixelColor(x, y).name() for x in range(40) for y in room}

    for chart in (view.loss, view.rate, view.accuracy, view.drawing):
        assert len(left_of(chart)) == 1
    view.set_history(run_of())
    for chart in (view.loss, view.rate, view.accuracy):
        assert len(left_of(chart)) > 1
    view.set_history(None)
    assert len(left_of(view.loss)) == 1


def test_the_charts_show_each_step_and_epoch_of_the_history(view: CurvesView) -> None:
    history = run_of()
    view.set_history(history)
    steps, losses = view.loss.plot.curve("batches")
    np.testing.assert_array_equal(steps, np.arange(1, 1001))
    np.testing.assert_allclose(losses, history.losses)
    np.testing.assert_allclose(
        view.loss.plot.curve("mean")[1], smoothed(history.losses, width_of_mean(history))
    )
    steps, accuracies = view.accuracy.plot.curve("validation")
    np.testing.assert_array_equal(steps, [250, 500, 750, 1000])
    np.testing.assert_allclose(accuracies, [90, 92, 94, 96])
    np.testing.assert_allclose(view.rate.plot.curve("rate")[1], history.learning_rates)


def test_refreshing_shows_what_came_since(view: CurvesView) -> None:
    history = History(1000, 250)
    view.set_history(history)
    view.refresh()
    assert view.loss.plot.notes.message
    for count in (1, 30, 219, 250):
        add_steps(history, falling(count), rate=count / 1000)
        view.refresh()
        assert view.loss.plot.curve("batches")[0][-1] == history.step
        assert view.rate.plot.curve("rate")[1][-1] == pytest.approx(count / 1000)
    np.testing.assert_allclose(
        view.loss.plot.curve("mean")[1], smoothed(history.losses, width_of_mean(history)), rtol=1e-6
    )
    assert not len(view.accuracy.plot.curve("validation")[0])
    add_epoch(history)
    view.refresh()
    np.testing.assert_allclose(view.accuracy.plot.curve("validation")[1], [97])
    assert "Step 500 of 1,000, epoch 2 of 4" in view.reading.text()


def test_the_axis_of_steps_reaches_over_all_of_the_run_so_far(view: CurvesView) -> None:
    history = History(4000, 1000)
    view.set_history(history)
    for count in (10, 200, 500, 900, 2390):
        add_steps(history, falling(count))
        view.refresh()
        for chart in (view.loss, view.accuracy, view.rate, view.drawing):
            first, last = chart.plot.view.viewRange()[0]
            assert first <= 0 and history.step <= last
            assert (first, last) == tuple(view.loss.plot.view.viewRange()[0])
    assert last == pytest.approx(4200)


def test_the_first_batches_do_not_squash_the_rest(view: CurvesView) -> None:
    history = History(2000, 1000)
    losses = np.full(2000, 0.1)
    losses[:5] = 500
    add_steps(history, losses)
    view.set_history(history)
    assert view.loss.plot.view.viewRange()[1][1] < 1


def test_losses_that_are_no_numbers_are_gaps_and_break_nothing(view: CurvesView) -> None:
    history = History(400, 100)
    view.set_history(history)
    for losses in (
        np.full(100, np.nan),
        np.full(50, np.inf),
        np.array([1e38, 0.5, -np.inf] * 50),
        falling(50),
    ):
        add_steps(history, losses)
        for log in (True, False):
            view.loss.log_box.setChecked(log)
            view.refresh()
            view.grab()
    history.add(EpochMetrics(1, 100, np.nan, 0.1, np.inf, np.nan, 1.0, {}, {}))
    view.refresh()
    view.grab()
    losses = view.loss.plot.curve("batches")[1]
    assert np.isfinite(losses[-50:]).all() and np.isnan(losses[:150]).all()
    view.set_cursor(120)
    assert told(view.loss)["each batch"] == "–"


def test_losses_can_be_seen_in_powers_of_ten(view: CurvesView) -> None:
    history = run_of()
    view.set_history(history)
    QTest.mouseClick(
        view.loss.log_box, Qt.MouseButton.LeftButton, pos=QPoint(8, view.loss.log_box.height() // 2)
    )
    assert view.loss.log_box.isChecked()
    np.testing.assert_allclose(view.loss.plot.curve("batches")[1], np.log10(history.losses), rtol=1e-5)
    low, high = view.loss.plot.view.viewRange()[1]
    assert 10**low <= history.losses.min() and high <= 1


def test_without_a_cursor_the_legends_tell_the_latest_values(view: CurvesView) -> None:
    history = run_of()
    view.set_history(history)
    assert told(view.loss)["each batch"] == f"{history.losses[-1]:.4f}"
    assert told(view.accuracy)["validation"] == "96.00 %"
    assert told(view.rate) == {"rate": "0.004"}


def test_the_cursor_is_a_line_in_all_charts_and_the_legends_tell_the_values_there(view: CurvesView) -> None:
    history = run_of()
    view.set_history(history)
    view.set_probabilities(np.array([0, 500, 1000]), np.eye(10)[[3, 5, 7]], DIGITS)
    view.set_cursor(600)
    for chart in (view.loss, view.accuracy, view.rate, view.drawing):
        assert chart.plot.notes.cursor == 600
    assert told(view.loss)["each batch"] == f"{history.losses[599]:.4f}"
    mean = smoothed(history.losses, width_of_mean(history))[599]
    assert told(view.loss)["running mean"] == f"{mean:.4f}"
    assert told(view.accuracy)["validation"] == "92.00 %"
    assert told(view.drawing) == {"5": "> 99.9 %"}
    assert "600" in view.reading.text() and "epoch 3" in view.reading.text()
    view.set_cursor(0)
    assert told(view.loss)["each batch"] == "–" and told(view.drawing) == {"3": "> 99.9 %"}
    view.set_cursor(None)
    assert view.loss.plot.notes.cursor is None
    assert told(view.drawing) == {"7": "> 99.9 %"}


@pytest.mark.parametrize("name", ["loss", "accuracy", "rate", "drawing"])
def test_a_click_chooses_the_step_under_the_mouse(view: CurvesView, qtbot: QtBot, name: str) -> None:
    view.set_history(run_of())
    chart = getattr(view, name)
    with qtbot.waitSignal(view.step_chosen) as chosen:
        QTest.mouseClick(chart.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(chart, 400))
    assert chosen.args[0] == pytest.approx(400, abs=4)


def test_dragging_chooses_each_step_on_the_way_and_moves_no_chart(view: CurvesView) -> None:
    view.set_history(run_of())
    before = view.loss.plot.view.viewRange()
    steps: list[int] = []
    view.step_chosen.connect(steps.append)
    port = view.loss.plot.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=place(view.loss, 100))
    for step in (300, 700):
        QTest.mouseMove(port, place(view.loss, step))
    QTest.mouseMove(port, QPoint(port.width() + 50, 20))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=place(view.loss, 900))
    assert steps == pytest.approx([100, 300, 700, 1000], abs=4)
    assert view.loss.plot.view.viewRange() == before


def test_before_the_first_step_a_click_chooses_nothing(view: CurvesView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.step_chosen):
        QTest.mouseClick(view.loss.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(view.loss, 400))


def turn_wheel(chart: PlotFrame, step: float, angle: int) -> None:
    at = QPointF(place(chart, step))
    port = chart.plot.viewport()
    wheel = QWheelEvent(
        at, port.mapToGlobal(at), QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(port, wheel)


def test_the_wheel_zooms_all_charts_on_steps_until_the_button_ends_it(view: CurvesView) -> None:
    history = run_of()
    view.set_history(history)
    assert not view.fit_button.isVisible()
    turn_wheel(view.rate, 500, 480)
    first, last = view.loss.plot.view.viewRange()[0]
    assert 100 < first < 500 < last < 900
    assert view.drawing.plot.view.viewRange()[0] == [first, last]
    assert first - 5 < view.loss.plot.curve("batches")[0][0] <= first
    view.refresh()
    assert view.loss.plot.view.viewRange()[0] == [first, last]
    QTest.mouseClick(view.fit_button, Qt.MouseButton.LeftButton)
    assert view.loss.plot.view.viewRange()[0][1] > 1000 and not view.fit_button.isVisible()
    assert len(view.loss.plot.curve("batches")[0]) == 1000


def test_zooming_into_a_long_run_brings_every_batch_back(view: CurvesView) -> None:
    history = History(60_000, 430)
    add_steps(history, falling(60_000))
    view.set_history(history)
    assert len(view.loss.plot.curve("batches")[0]) <= 1000
    for _ in range(6):
        turn_wheel(view.loss, 30_000, 960)
    first, last = view.loss.plot.view.viewRange()[0]
    steps, _ = view.loss.plot.curve("batches")
    assert last - first < 900 and (np.diff(steps) == 1).all()


def test_earlier_runs_are_drawn_dashed_and_named(view: CurvesView) -> None:
    view.set_history(run_of())
    earlier = run_of(2000, 500)
    view.set_overlays([("night run", earlier), ("sigmoids", run_of(500))])
    assert view.loss.plot.curve("run 0")[0][-1] == 2000 and len(view.accuracy.plot.curve("run 0")[0]) == 4
    assert view.loss.plot.view.viewRange()[0][1] > 2000
    assert {"night run", "sigmoids"} <= told(view.loss).keys() & told(view.accuracy).keys()
    view.set_overlays([])
    assert not len(view.loss.plot.curve("run 0")[0])
    assert "night run" not in told(view.loss) and view.loss.plot.view.viewRange()[0][1] < 1100


def test_earlier_runs_are_shown_without_a_run_of_now_and_without_held_out_digits(view: CurvesView) -> None:
    earlier = History(250, 250)
    add_steps(earlier, falling(250))
    add_epoch(earlier, None)
    view.set_overlays([("no validation", earlier)])
    assert told(view.accuracy) == {"no validation": "90.00 %"}
    assert "no validation" in told(view.loss) and not view.loss.plot.notes.message
    view.grab()


def test_the_drawing_s_probabilities_are_ten_curves_marked_where_they_end(view: CurvesView) -> None:
    view.set_history(run_of())
    probabilities = np.full((40, 10), 0.01, np.float32)
    probabilities[:, 4], probabilities[:, 9] = 0.7, 0.22
    view.set_probabilities(np.linspace(0, 1000, 40).astype(np.int64), probabilities, DIGITS)
    assert [len(view.drawing.plot.curve(f"digit {digit}")[0]) for digit in range(10)] == [40] * 10
    assert [mark.label for mark in view.drawing.plot.notes.marks] == ["4", "9"]
    assert list(told(view.drawing))[:2] == ["4", "9"]
    view.set_probabilities(np.empty(0, np.int64), np.empty((0, 10), np.float32), DIGITS)
    assert view.drawing.plot.notes.message and not len(view.drawing.plot.curve("digit 4")[0])


def test_probabilities_of_another_shape_are_refused(view: CurvesView) -> None:
    with pytest.raises(ValueError, match=r"\(3, 10\)"):
        view.set_probabilities(np.arange(3), np.zeros((3, 9)), DIGITS)


def test_the_target_is_a_line_while_there_is_one(view: CurvesView) -> None:
    view.set_history(run_of())
    view.set_target(0.99)
    np.testing.assert_allclose(view.accuracy.plot.curve("target")[1], [99, 99])
    assert told(view.accuracy)["target"] == "99.00 %"
    turn_wheel(view.accuracy, 900, 960)
    view.set_cursor(1)
    assert told(view.accuracy)["target"] == "99.00 %"
    view.set_target(0)
    assert not len(view.accuracy.plot.curve("target")[1]) and "target" not in told(view.accuracy)


def test_one_chart_can_have_all_the_room(view: CurvesView) -> None:
    before = view.rate.size()
    QTest.mouseClick(view.rate.enlarge_button, Qt.MouseButton.LeftButton)
    assert not view.loss.isVisible() and not view.drawing.isVisible()
    QApplication.processEvents()
    assert view.rate.width() > 1.8 * before.width() and view.rate.height() > 1.8 * before.height()
    QTest.mouseDClick(view.rate, Qt.MouseButton.LeftButton, pos=QPoint(20, 5))
    assert view.loss.isVisible() and view.drawing.isVisible()


def test_charts_follow_the_window_between_light_and_dark(view: CurvesView) -> None:
    view.set_history(run_of())
    for paper in ("#242424", "#fefefe"):
        palette = QPalette(view.palette())
        palette.setColor(QPalette.ColorRole.Base, QColor(paper))
        palette.setColor(QPalette.ColorRole.Window, QColor(paper))
        view.setPalette(palette)
        image = view.loss.plot.grab().toImage()
        assert image.pixelColor(image.width() // 2, 3) == QColor(paper)


def test_the_picture_is_twice_as_large_as_the_view_and_has_no_buttons(view: CurvesView) -> None:
    view.set_history(run_of())
    image = view.to_image()
    assert (image.width(), image.height()) == (2 * view.width(), 2 * view.height())
    assert colours(image) > 20
    assert view.loss.log_box.isVisible() and view.rate.enlarge_button.isVisible()


def colours(image: QImage) -> int:
    return len({image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)})


@pytest.mark.parametrize("size", [(420, 260), (480, 300), (1400, 800)])
def test_the_charts_fit_into_any_window(view: CurvesView, size: tuple[int, int]) -> None:
    view.set_history(run_of())
    view.set_overlays([(f"an earlier run with a long name {index}", run_of(500)) for index in range(7)])
    hint = view.minimumSizeHint()
    assert hint.width() <= 420 and hint.height() <= 260
    view.resize(*size)
    QApplication.processEvents()
    assert (view.width(), view.height()) == size
    assert colours(view.grab().toImage()) > 20


def test_every_control_explains_itself(view: CurvesView) -> None:
    for control in (
        view.fit_button,
        view.loss.log_box,
        view.reading,
        view.rate.enlarge_button,
        view.loss.plot,
    ):
        assert control.toolTip() and control.objectName()
    assert view.rate.enlarge_button.accessibleName() == "Enlarge: Learning rate"
    view.set_history(run_of())
    assert "running mean" in view.loss.plot.accessibleDescription()


def test_a_second_run_begins_without_the_first_one_s_zoom_cursor_and_mean(view: CurvesView) -> None:
    view.set_history(run_of())
    turn_wheel(view.loss, 500, 480)
    view.set_cursor(500)
    second = History(100, 50)
    add_steps(second, np.full(60, 0.5))
    view.set_history(second)
    assert view.loss.plot.notes.cursor is None and not view.fit_button.isVisible()
    np.testing.assert_allclose(view.loss.plot.curve("mean")[1], np.full(60, 0.5))


def test_a_change_of_palette_redraws_without_a_run(view: CurvesView) -> None:
    QApplication.sendEvent(view, QEvent(QEvent.Type.PaletteChange))
    view.grab()


def pixels(picture: QImage) -> np.ndarray:
    picture = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return rows[:, : picture.width()].astype(int)


def test_what_is_on_the_screen_is_never_an_old_picture_of_the_curves(view: CurvesView) -> None:
    history, other_epochs = run_of(900), run_of(900, 100)
    actions: list[Callable[[], object]] = [
        lambda: view.set_history(history),
        lambda: add_steps(history, falling(30)),
        lambda: view.set_overlays([("earlier", run_of(500))]),
        lambda: view.set_target(0.95),
        lambda: view.set_probabilities(np.array([0, 900]), np.eye(10)[[3, 7]], DIGITS),
        lambda: view.loss.log_box.toggle(),
        lambda: view.resize(700, 500),
        lambda: turn_wheel(view.rate, 400, 480),
        lambda: view.show_whole_run(),
        lambda: view.rate.enlarge_button.toggle(),
        lambda: view.rate.enlarge_button.toggle(),
        lambda: view.set_overlays([]),
        lambda: view.set_history(other_epochs),
        lambda: view.setPalette(QPalette(QColor("#323232"))),
        lambda: view.set_history(None),
    ]
    for action in actions:
        action()
        view.refresh()
        QApplication.processEvents()
        seen = pixels(view.grab().toImage())
        for chart in (view.loss, view.accuracy, view.rate, view.drawing):
            chart.plot.paint_anew()
        assert (np.abs(seen - pixels(view.grab().toImage())) <= 1).all()


def test_a_moving_cursor_does_not_paint_the_curves_again(
    view: CurvesView, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.set_history(run_of())
    view.grab()
    painted = []
    render = view.loss.plot.render
    monkeypatch.setattr(view.loss.plot, "render", lambda *about: (painted.append(1), render(*about)))
    view.set_cursor(300)
    view.grab()
    assert not painted
    view.loss.log_box.toggle()
    view.grab()
    assert painted


def test_the_picture_shows_what_the_screen_does(view: CurvesView) -> None:
    view.set_history(run_of())
    QApplication.processEvents()
    plot = view.rate.plot
    place = QRect(plot.mapTo(view, QPoint()), plot.size())
    screen = pixels(view.grab(place).toImage())
    picture = pixels(view.to_image())[2 * place.top() :, 2 * place.left() :]
    picture = picture[: 2 * place.height(), : 2 * place.width()]
    halved = picture.reshape(place.height(), 2, place.width(), 2).mean(axis=(1, 3))
    assert np.abs(halved - screen).mean() < 3
