from __future__ import annotations

import functools
import os
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from driving import SEVEN, InlineExecutor, action, button, child, message, text, view_of
from example_networks import weights
from ink_replay import draw
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot
from watched import files_opened

from core import networks
from core.catalog import DEVICES
from core.data.datasets import draw_test_digit, load_mnist
from core.errors import LabError
from core.files import tensor_files
from core.ink.preprocess import to_mnist
from core.networks import weight_files
from core.networks.devices import available
from core.processes import questions
from core.processes.inference import classify
from core.records import Prediction, Snapshot
from gui.main_window import MainWindow
from gui.processes.engine import Engine
from gui.widgets.message_bar import MessageBar
from gui.window.settings import Settings


def answer_to(window: MainWindow, qtbot: QtBot, strokes: list[np.ndarray]) -> int:
    shown: list[Prediction | None] = []
    window.predicted.connect(shown.append)
    draw(window.canvas, strokes)
    newest = to_mnist(window.canvas.ink())
    qtbot.waitUntil(
        lambda: bool(shown) and shown[-1] is not None and np.array_equal(shown[-1].trace.picture, newest),
        timeout=10_000,
    )
    return int(text(window, "answer_digit").rstrip("?"))


# The main job


@pytest.mark.slow
@pytest.mark.parametrize("answers", ["in the process", "where it is fastest"])
def test_a_seven_drawn_with_the_mouse_is_read_while_it_is_drawn_with_the_real_process(
    qtbot: QtBot, answers: Literal["in the process", "where it is fastest"]
) -> None:
    engine = Engine(answers=answers)
    here = answers != "in the process"
    window = MainWindow(engine=engine)
    qtbot.addWidget(window)
    with qtbot.waitSignal(engine.loaded, timeout=60_000):
        window.show()
    canvas = window.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(70, 60))
    for point in SEVEN[0]:
        with qtbot.waitSignal(window.predicted, timeout=10_000):  # an answer before the stroke has ended
            QTest.mouseMove(canvas, QPoint(*point.astype(int)))
    later: list[Prediction] = []
    window.predicted.connect(later.append)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(120, 230))
    assert text(window, "answer_digit") == "7"
    way = "NumPy" if here else "PyTorch"
    assert f"CPU, {way}" in text(window, "network_label") and "ms" in text(window, "network_label")
    (victim,) = engine.process_ids
    ink = canvas.ink()
    os.kill(victim, signal.SIGKILL)
    with qtbot.waitSignals([engine.restarted, window.predicted], timeout=60_000):
        draw(canvas, [np.array([[100.0, 100.0], [101.0, 101.0]])])  # how odd it is, is a question
    assert (canvas.ink() >= ink).all()
    assert ("ended unexpectedly" in message(window)) == (not here)
    window.close()


def test_the_newest_ink_is_the_one_on_the_screen(window: MainWindow, qtbot: QtBot) -> None:
    shown: list[Prediction] = []
    window.predicted.connect(shown.append)
    draw(window.canvas, SEVEN)
    newest = to_mnist(window.canvas.ink())
    qtbot.waitUntil(lambda: bool(shown) and bool((shown[-1].trace.picture == newest).all()), timeout=10_000)
    qtbot.wait(50)  # whatever is still under way may come: the last must be right
    np.testing.assert_array_equal(shown[-1].trace.picture, newest)


def test_bare_paper_has_an_empty_answer(window: MainWindow, qtbot: QtBot) -> None:
    assert text(window, "answer_digit") == ""
    assert answer_to(window, qtbot, SEVEN) == 7
    with qtbot.waitSignal(window.predicted) as emptied:
        action(window, "clear").trigger()
    assert emptied.args == [None]
    assert text(window, "answer_digit") == "" and text(window, "answer_verdict") == "nothing drawn yet"


def test_undo_brings_the_answer_of_the_drawing_before(window: MainWindow, qtbot: QtBot) -> None:
    assert not action(window, "undo").isEnabled()
    answer_to(window, qtbot, SEVEN)
    with qtbot.waitSignal(window.predicted) as undone:
        QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone.args == [None]
    assert action(window, "redo").isEnabled()


def test_an_answer_between_two_digits_is_called_unsure(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.predicted) as predicted:
        draw(window.canvas, SEVEN)
    prediction = predicted.args[0]
    probabilities = np.zeros(10, np.float32)
    probabilities[[4, 9]] = 0.55, 0.45
    window._network._on_predicted(replace(prediction, probabilities=probabilities))
    assert text(window, "answer_digit") == "4?"
    assert text(window, "answer_verdict") == "not sure: 4 or 9"


# Digits and pictures


def test_a_key_puts_a_test_digit_of_a_chosen_class_on_the_pad(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.predicted):
        QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ShiftModifier)
    shown, digits = window.canvas.ink()[5::10, 5::10], load_mnist("test")
    assert digits.labels[(digits.images == shown).all(axis=(1, 2))].tolist() == [3]
    assert window.statusBar().currentMessage().endswith("Its label there is 3.")
    draw(window.canvas, SEVEN)
    assert window.statusBar().currentMessage() == ""


def test_a_test_digit_at_random_is_read_and_can_be_undone(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.predicted):
        action(window, "test_digit").trigger()
    window.canvas.undo()
    assert window.canvas.is_empty()


def test_a_test_digit_that_is_still_to_come_is_dropped(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "test_digit").trigger()
    window._context.exchange.cancel()
    qtbot.waitUntil(lambda: not window._context.exchange._drawn.is_running)
    assert window.canvas.is_empty()


def test_a_saved_drawing_opens_as_the_same_drawing(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    draw(window.canvas, [*SEVEN, np.array([[250.0, 20.0], [251.0, 20.0]])])  # with a dot far away
    ink = window.canvas.ink()
    window._context.exchange.save_drawing(tmp_path / "seven")
    window.canvas.clear()
    with qtbot.waitSignal(window._context.exchange.placed):
        window._context.exchange.open_picture(tmp_path / "seven.png")
    np.testing.assert_array_equal(window.canvas.ink(), ink)


def test_a_copied_drawing_pastes_as_the_same_drawing(window: MainWindow, qtbot: QtBot) -> None:
    draw(window.canvas, SEVEN)
    ink = window.canvas.ink()
    action(window, "copy").trigger()
    window.canvas.clear()
    with qtbot.waitSignal(window._context.exchange.placed):
        action(window, "paste").trigger()
    np.testing.assert_array_equal(window.canvas.ink(), ink)


def test_paste_without_a_picture_says_so_and_the_pad_stays_where_it_is(window: MainWindow) -> None:
    window.resize(1100, 700)
    QGuiApplication.processEvents()
    before = window.canvas.geometry()
    QGuiApplication.clipboard().setText("seven")
    action(window, "paste").trigger()
    QGuiApplication.processEvents()
    assert "no picture" in message(window)
    assert window.canvas.geometry() == before


def test_a_transparent_picture_pastes_as_its_ink(window: MainWindow, qtbot: QtBot) -> None:
    picture = QImage(60, 60, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    for row in range(10, 50):
        picture.setPixelColor(30, row, Qt.GlobalColor.white)
    mime = QMimeData()
    mime.setImageData(picture)
    with qtbot.waitSignal(window._context.exchange.placed):
        window._context.exchange.take(mime)
    rows, columns = np.nonzero(window.canvas.ink() > 128)
    assert np.ptp(rows) > 4 * np.ptp(columns)


def unreadable(kind: str, folder: Path) -> Path:
    """A file without a digit, or none at all."""
    path = folder if kind == "folder" else folder / f"{kind}.png"
    if kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("a picture? no")
    elif kind == "truncated":
        Image.effect_noise((300, 300), 80).save(path)
        path.write_bytes(path.read_bytes()[:20_000])
    elif kind == "huge":
        Image.new("1", (20_000, 20_000), 1).save(path)
    elif kind == "blank":
        Image.new("L", (50, 50), 255).save(path)
    return path


@pytest.mark.parametrize("kind", ["empty", "text", "truncated", "huge", "missing", "blank", "folder"])
def test_a_dropped_file_that_shows_no_digit_is_told_and_the_drawing_stays(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, kind: str
) -> None:
    path = unreadable(kind, tmp_path)
    draw(window.canvas, SEVEN)
    ink = window.canvas.ink()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    with qtbot.waitSignal(window._context.exchange.failed):
        window.canvas.dropped.emit(mime)
    assert path.name in message(window) and "as it was" in message(window)
    np.testing.assert_array_equal(window.canvas.ink(), ink)


def test_a_drawing_that_cannot_be_saved_is_told(window: MainWindow, tmp_path: Path) -> None:
    draw(window.canvas, SEVEN)
    (tmp_path / "file").touch()
    window._context.exchange.save_drawing(tmp_path / "file" / "seven.png")
    assert "could not be saved" in message(window)


def test_a_missing_mnist_file_is_told_with_the_way_to_restore_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn_there = functools.partial(draw_test_digit, folder=tmp_path)
    monkeypatch.setattr("gui.window.drawing_exchange.draw_test_digit", drawn_there)
    with qtbot.waitSignal(window._context.exchange.failed):
        action(window, "test_digit").trigger()
    assert "t10k-images-idx3-ubyte.gz is missing" in message(window) and "restore" in message(window)


# Models and devices


def test_the_other_shipped_network_answers_the_same_drawing(window: MainWindow, qtbot: QtBot) -> None:
    answer_to(window, qtbot, SEVEN)
    with qtbot.waitSignal(window.predicted, timeout=10_000) as answered:
        action(window, "model_lenet_sigmoid").trigger()
    assert answered.args[0].trace.layers[1].name == "sigmoid1"
    assert action(window, "model_lenet_sigmoid").isChecked()
    assert "sigmoid" in text(window, "network_label")


@pytest.mark.parametrize("answers", ["in the process", "where it is fastest"])
def test_the_device_can_be_switched_while_a_stroke_is_drawn(
    open_window: Callable[..., MainWindow],
    qtbot: QtBot,
    answers: Literal["in the process", "where it is fastest"],
) -> None:
    window = open_window(engine=Engine(new_executor=InlineExecutor, answers=answers))
    window._menus.set_devices(DEVICES)
    canvas, points = window.canvas, SEVEN[0].astype(int)

    def draw_and_choose(devices: tuple[str, ...]) -> np.ndarray:
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(*points[0]))
        for at, point in enumerate(points[1:]):
            for device in devices[at : at + 1]:
                action(window, f"device_{device}").trigger()
            QTest.mouseMove(canvas, QPoint(*point))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(*points[-1]))
        return canvas.ink()

    expected = draw_and_choose(())
    action(window, "clear").trigger()
    shown: list[Prediction] = []
    window.predicted.connect(shown.append)
    drawn = draw_and_choose(("cpu", "auto", "cuda", "cpu"))
    np.testing.assert_array_equal(drawn, expected)
    newest = to_mnist(drawn)
    qtbot.waitUntil(lambda: bool(shown) and bool((shown[-1].trace.picture == newest).all()), timeout=10_000)
    assert shown[-1].digit == 7


def test_a_device_that_is_not_there_is_told_and_the_network_goes_on(
    open_window: Callable[..., MainWindow], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "devices", lambda: ("cuda", "cpu"))
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)  # gone since
    window = open_window()
    qtbot.waitUntil(lambda: action(window, "device_cuda").isVisible())
    with qtbot.waitSignal(window._engine.failed):
        action(window, "device_cuda").trigger()
    assert "no cuda device" in message(window)
    assert text(window, "answer_verdict") == "nothing drawn yet"
    assert action(window, "device_auto").isChecked() and not action(window, "device_cuda").isChecked()
    assert answer_to(window, qtbot, SEVEN) == 7


def test_only_devices_that_are_there_are_offered(
    open_window: Callable[..., MainWindow], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offered(window: MainWindow) -> list[str]:
        return [each.data() for each in window._menus.device.actions() if each.isVisible()]

    known = available()
    window = open_window()
    window.open_tab("train")
    form = view_of(window, "train").form
    qtbot.waitUntil(lambda: form._devices == known)
    assert offered(window) == [name for name in DEVICES if name in ("auto", *known)]
    monkeypatch.setattr(questions, "devices", lambda: ("mps", "cpu"))
    another = open_window()
    qtbot.waitUntil(lambda: offered(another) == ["auto", "cpu", "mps"])


def marked(window: MainWindow) -> list[str]:
    """What the Model menu has marked, as its tool tips say it or its name."""
    return [each.text() for each in window._menus.model.actions() if each.isChecked() and each.isVisible()]


def recent(window: MainWindow) -> list[str]:
    menu = child(window, QMenu, "model_menu")
    return [each.text() for each in menu.actions() if each.objectName().startswith("model_recent_")]


def some_weights(path: Path, seed: int = 1) -> Path:
    weight_files.save(path, weights(seed=seed), {"architecture": "lenet"})
    return path


def test_the_model_menu_marks_an_open_file_and_lists_those_opened_lately(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window()
    assert marked(window) == ["LeNet for pen strokes (ReLU, max pooling)"] and recent(window) == []
    files = [some_weights(tmp_path / f"{name}.safetensors") for name in ("first", "second & third")]
    for file in files:
        with qtbot.waitSignal(window._engine.loaded):
            window._network.use(str(file))
    assert marked(window) == ["second && third.safetensors"]  # & is not taken for a key
    assert recent(window) == ["second && third.safetensors", "first.safetensors"]
    action(window, "model_lenet").trigger()
    qtbot.waitUntil(lambda: marked(window) == ["LeNet of MNIST alone (ReLU, max pooling)"])
    window.close()
    again = open_window()
    assert recent(again) == ["second && third.safetensors", "first.safetensors"]
    with qtbot.waitSignal(again._engine.loaded):
        action(again, "model_recent_1").trigger()
    assert again._engine.opened is not None and again._engine.opened.model == str(files[0])
    assert recent(again)[0] == "first.safetensors" and marked(again) == ["first.safetensors"]


def test_names_from_settings_are_shown_as_plain_short_text(open_window: Callable[..., MainWindow]) -> None:
    Settings().remember_recent("/nowhere/at/all.safetensors", "a\u202eb & " + "x" * 500)
    window = open_window()
    (shown,) = recent(window)
    assert shown.startswith("a·b && x") and shown.endswith("x") and len(shown) < 55
    assert marked(window) == ["LeNet for pen strokes (ReLU, max pooling)"]


def test_a_file_that_is_gone_is_told_when_chosen_and_listed_no_more(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window()
    file = some_weights(tmp_path / "gone.safetensors")
    with qtbot.waitSignal(window._engine.loaded):
        window._network.use(str(file))
    with qtbot.waitSignal(window._engine.loaded):
        window._network.use("lenet")
    file.unlink()
    with qtbot.waitSignal(window._engine.failed):
        action(window, "model_recent_0").trigger()
    assert "gone.safetensors" in message(window)
    assert recent(window) == [] and marked(window) == ["LeNet of MNIST alone (ReLU, max pooling)"]
    assert answer_to(window, qtbot, SEVEN) == 7


def test_while_a_network_in_training_answers_the_model_menu_marks_that_one(
    window: MainWindow, qtbot: QtBot
) -> None:
    before = marked(window)
    window._engine.follow(Snapshot("lenet", 3, weights(seed=2), {}))
    qtbot.waitUntil(lambda: marked(window) == ["Network in training"])
    action(window, "model_in_training").trigger()
    assert marked(window) == ["Network in training"]
    window._engine.follow(None)
    qtbot.waitUntil(lambda: marked(window) == before)
    assert not action(window, "model_in_training").isVisible()


def test_a_file_of_weights_is_opened_and_remembered(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "mine.safetensors"
    network = networks.build("lenet", seed=1)
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    weight_files.save(path, weights, {"architecture": "lenet"})
    window = open_window(model=str(path))
    assert "mine.safetensors" in text(window, "network_label")
    window.close()
    assert "mine.safetensors" in text(open_window(), "network_label")
    path.unlink()
    again = open_window()  # the file has gone: the shipped network answers
    assert "mine.safetensors" in message(again)
    assert answer_to(again, qtbot, SEVEN) == 7


def test_damaged_shipped_weights_are_told_with_the_file_s_name_and_the_window_lives(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "SHA256SUMS").write_text("0123  lenet_pen.safetensors\n")
    (folder / "lenet_pen.safetensors").write_bytes(b"damaged")
    monkeypatch.setattr("core.files.model_files.files", lambda package: tmp_path)
    window = open_window(wait=False)
    qtbot.waitUntil(lambda: "lenet_pen.safetensors" in message(window), timeout=10_000)
    assert "restore" in message(window)
    assert text(window, "answer_verdict") == "no network"
    draw(window.canvas, SEVEN)
    assert not window.canvas.is_empty()


def test_a_process_that_dies_again_and_again_is_told_and_a_network_can_be_chosen_again(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    class FragileExecutor(InlineExecutor):
        dies = True

        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            if fn is classify and self.dies:
                future: Future[Any] = Future()
                future.set_exception(BrokenExecutor())
                return future
            return super().submit(fn, *args, **kwargs)

    window = open_window(engine=Engine(new_executor=FragileExecutor, answers="in the process"))
    draw(window.canvas, SEVEN)
    qtbot.waitUntil(lambda: "again and again" in message(window), timeout=10_000)
    assert text(window, "answer_verdict") == text(window, "network_label") == "no network"
    FragileExecutor.dies = False
    with qtbot.waitSignal(window.predicted, timeout=10_000) as answered:
        action(window, "model_lenet").trigger()
    assert answered.args[0].digit == 7


# Looks and memory


def test_choices_and_geometry_are_remembered(open_window: Callable[..., MainWindow]) -> None:
    first = open_window()
    first.resize(first.width(), 720)
    for name in ("theme_dark", "colours_purple_green", "shared_range", "show_logits", "thicker"):
        action(first, name).trigger()
    brush = first.canvas.brush()
    first.close()
    second = open_window()
    assert second.height() == 720
    for name in ("theme_dark", "colours_purple_green", "shared_range", "show_logits"):
        assert action(second, name).isChecked(), name
    assert second.canvas.brush() == brush
    action(second, "theme_light").trigger()


def test_dark_windows_are_dark_and_light_ones_light(window: MainWindow) -> None:
    levels = {}
    for theme in ("dark", "light"):
        action(window, f"theme_{theme}").trigger()
        QGuiApplication.processEvents()
        levels[theme] = window.grab().toImage().pixelColor(window.width() // 2, 60).lightness()
    assert levels["dark"] < 100 < levels["light"]


def test_settings_that_cannot_be_written_are_told_and_nothing_else_suffers(
    open_window: Callable[..., MainWindow], own_settings: Path, qtbot: QtBot
) -> None:
    own_settings.write_text("a file where the folder should be")
    window = open_window()
    assert "cannot be remembered" in message(window)
    assert answer_to(window, qtbot, SEVEN) == 7


@pytest.mark.parametrize("content", ["theme=purple\ndevice=7\nbrush=wide\nmodel=\n", "\x00\x01\x02", "[[[["])
def test_damaged_settings_are_taken_for_none(
    open_window: Callable[..., MainWindow], own_settings: Path, qtbot: QtBot, content: str
) -> None:
    (own_settings / "LeNet Lab").mkdir(parents=True)
    (own_settings / "LeNet Lab" / "lenet-lab.ini").write_text(f"[General]\n{content}")
    window = open_window()
    assert answer_to(window, qtbot, SEVEN) == 7


def test_every_control_has_a_name_and_explains_itself(window: MainWindow) -> None:
    for each in window.findChildren(QAction):
        if each.objectName() and not each.isSeparator() and each.menu() is None:
            assert each.toolTip() and each.objectName() == each.objectName().lower(), each.text()
    for name in ("pen", "eraser", "undo", "redo", "clear", "test_digit"):
        assert button(window, f"{name}_button")


def test_no_two_actions_share_a_shortcut(window: MainWindow) -> None:
    keys = [
        key.toString() for each in window.findChildren(QAction) for key in each.shortcuts() if key.toString()
    ]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", ["shortcuts", "about"])
def test_help_opens(window: MainWindow, name: str) -> None:
    action(window, name).trigger()
    dialog = child(window, QWidget, f"{name}_dialog")
    assert dialog.isVisible()
    dialog.close()


def test_what_nobody_foresaw_is_shown_and_survived(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.show_unexpected(RuntimeError("boom"), tmp_path / "lenet-lab.log")
    assert "RuntimeError: boom" in message(window) and "lenet-lab.log" in message(window)
    assert answer_to(window, qtbot, SEVEN) == 7


def test_strokes_do_not_look_at_the_network_s_file_again(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "mine.safetensors"
    tensor_files.write_weights(path, weights(), {"architecture": "lenet"})
    window = open_window(model=str(path))
    with files_opened(tmp_path) as opened:
        answer_to(window, qtbot, SEVEN)
    assert not opened and text(window, "network_label").startswith("mine.safetensors")


def test_a_desk_made_between_loading_and_the_first_answer_knows_the_network(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = open_window(wait=False)
    draw(window.canvas, SEVEN)
    said: list[str] = []

    def build_in_between() -> None:
        assert window._engine.answering is None and window._engine.opened is not None
        window.open_tab("my_digits")
        said.append(text(window, "teach_said"))

    window._engine.loaded.connect(build_in_between)
    qtbot.waitUntil(lambda: bool(said), timeout=30_000)
    assert "loading" not in said[0]


def test_inspect_says_that_there_is_no_network_only_when_none_will_come(window: MainWindow) -> None:
    shown = child(window, QLabel, "inspect_message")
    window._engine._process._running = None
    window._engine.failed.emit(LabError("The process ends again and again."))
    assert shown.isVisible() and shown.text() == "No network is loaded. Choose one in the Model menu."


def test_a_note_in_the_status_bar_goes_and_a_warning_stays(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.main_window._NOTED", 300)
    window._say("The disk is full.")
    action(window, "larger").trigger()
    assert window.statusBar().currentMessage() == "Size: 110 %"
    qtbot.waitUntil(lambda: window.statusBar().currentMessage() == "")
    bar = child(window, MessageBar, "message_bar")
    assert bar.isVisible() and bar.text() == "The disk is full."
