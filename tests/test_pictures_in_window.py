"""Pictures come onto the pad while the window goes on: several digits, slow ones, other files, clipboards."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from driving import child, message, text
from example_digits import mnist
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.files import limits
from core.ink import sheets
from core.ink.preprocess import to_mnist
from gui.main_window import MainWindow
from gui.processes.job import Job
from gui.widgets.message_bar import MessageBar
from gui.window import picture_reader
from gui.window.clipboard import file_in, pixels_in, read_clipboard
from gui.window.found_digits import BoxesView, FoundDigits

PLACES = [(40, 60, 140), (230, 40, 200), (470, 80, 140), (60, 280, 140), (300, 270, 140)]
"""Left, top and side of the first five test digits: 7, 2, 1, 0 and 4."""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A photographed sheet with five digits on it."""
    page = np.full((460, 660), 215.0)
    for number, (left, top, side) in enumerate(PLACES):
        digit = Image.fromarray(mnist("test").images[number]).resize((side, side), Image.Resampling.BICUBIC)
        page[top : top + side, left : left + side] -= np.asarray(digit) * 0.7
    page += np.linspace(0, 25, 660) + np.random.default_rng(1).normal(0, 1.5, page.shape)
    path = tmp_path / "sheet.jpg"
    Image.fromarray(page.clip(0, 255).astype(np.uint8)).save(path, quality=85)
    return path


def opened(window: MainWindow, qtbot: QtBot, path: Path) -> FoundDigits:
    with qtbot.waitSignal(window._context.exchange.several_found, timeout=20_000):
        window._context.exchange.open_picture(path)
    return child(window, FoundDigits, "found_digits")


def same_digit(window: MainWindow, number: int) -> bool:
    """Whether the pad shows one of the first test digits."""
    seen, digit = to_mnist(window.canvas.ink()), to_mnist(mnist("test").images[number])
    return float(np.abs(seen - digit).mean()) < 0.04


def test_of_several_digits_the_largest_is_on_the_pad(window: MainWindow, qtbot: QtBot, sheet: Path) -> None:
    dialog = opened(window, qtbot, sheet)
    assert same_digit(window, 1)
    assert text(dialog, "found_digits_text").startswith("5 digits were found")
    assert "sheet.jpg" in dialog.windowTitle()
    assert not dialog.isModal()


def test_each_box_is_a_click_from_the_pad(window: MainWindow, qtbot: QtBot, sheet: Path) -> None:
    view = child(opened(window, qtbot, sheet), BoxesView, "boxes_view")
    for number in (0, 2, 3, 4):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.place_of(number).center().toPoint())
        assert same_digit(window, number)
    before = window.canvas.ink()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPointF(2, 2).toPoint())
    QTest.mouseClick(view, Qt.MouseButton.RightButton, pos=view.place_of(0).center().toPoint())
    np.testing.assert_array_equal(window.canvas.ink(), before)
    window.canvas.undo()
    assert same_digit(window, 3)


def test_the_boxes_of_the_picture_before_go(window: MainWindow, qtbot: QtBot, sheet: Path) -> None:
    opened(window, qtbot, sheet)
    opened(window, qtbot, sheet)
    qtbot.waitUntil(lambda: len(window.findChildren(FoundDigits)) == 1)


def test_arrows_go_from_box_to_box(window: MainWindow, qtbot: QtBot, sheet: Path) -> None:
    view = child(opened(window, qtbot, sheet), BoxesView, "boxes_view")
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert same_digit(window, 2)
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Left)
    assert same_digit(window, 4)  # around


def test_the_networks_answer_stands_at_each_box(window: MainWindow, qtbot: QtBot, sheet: Path) -> None:
    view = child(opened(window, qtbot, sheet), BoxesView, "boxes_view")
    qtbot.waitUntil(lambda: view._answers == ["7", "2", "1", "0", "4"])


def test_a_wide_box_is_said_to_be_read_as_one(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    page = np.full((200, 400), 255, np.uint8)
    page[40:120, 30:60] = page[60:120, 150:330] = 0
    Image.fromarray(page).save(tmp_path / "wide.png")
    dialog = opened(window, qtbot, tmp_path / "wide.png")
    assert "digits that touch" in text(dialog, "found_digits_text")
    page[:, :100] = 255
    Image.fromarray(page).save(tmp_path / "wide.png")
    with qtbot.waitSignal(window._context.exchange.noted) as noted:
        window._context.exchange.open_picture(tmp_path / "wide.png")
    assert "read as one" in noted.args[0]


def test_weights_are_offered_as_a_network(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[str] = []
    monkeypatch.setattr(window._network, "use", used.append)
    path = tmp_path / "net.pt"
    path.write_bytes(b"PK\x03\x04" + bytes(26) + b"net/data.pkl")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    with qtbot.waitSignal(window._context.exchange.weights_given):
        window.canvas.dropped.emit(mime)
    assert "net.pt holds a network's weights" in message(window)
    button = child(window, MessageBar, "message_bar")._button
    assert button.isVisibleTo(window) and button.text() == "Open as network"
    button.click()
    assert used == [str(path)] and not child(window, MessageBar, "message_bar").isVisibleTo(window)


def test_a_message_has_no_button_of_an_offer_before(window: MainWindow) -> None:
    bar = child(window, MessageBar, "message_bar")
    bar.offer("Do it?", "Do it", bar.hide)
    bar.say("Something else.")
    assert not bar._button.isVisibleTo(window)
    bar.withdraw()
    assert bar.isVisibleTo(window)


def never_ends(path: Path) -> object:
    time.sleep(600)
    yield path


def test_a_picture_that_takes_long_is_told_of_and_can_be_cancelled(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_reader, "read_file", never_ends)
    exchange, bar = window._context.exchange, child(window, MessageBar, "message_bar")
    exchange.open_picture(tmp_path / "slow.jpg")
    assert not bar.isVisibleTo(window)
    qtbot.waitUntil(lambda: bar.isVisibleTo(window))
    assert message(window) == "Reading slow.jpg…" and bar._button.text() == "Cancel"
    ink = window.canvas.ink()
    with qtbot.waitSignal(exchange.ended):
        bar._button.click()
    assert not bar.isVisibleTo(window) and not exchange._reader.is_reading
    np.testing.assert_array_equal(window.canvas.ink(), ink)


def test_the_newest_picture_takes_the_place_of_one_that_is_being_read(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_reader, "read_file", never_ends)
    window._context.exchange.open_picture(tmp_path / "slow.jpg")
    monkeypatch.setattr(picture_reader, "read_file", sheets.read_file)
    opened(window, qtbot, sheet)
    assert same_digit(window, 1)


def test_what_was_found_too_late_is_dropped(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, sheet: Path
) -> None:
    exchange = window._context.exchange
    late: list[object] = []
    exchange.several_found.connect(late.append)
    exchange.open_picture(sheet)
    thread = exchange._reader._jobs[limits.PICTURE]._thread
    assert thread is not None
    thread.join()  # its answer is under way
    Image.fromarray(255 - mnist("test").images[2]).save(tmp_path / "one.png")
    with qtbot.waitSignal(exchange.placed):
        exchange.open_picture(tmp_path / "one.png")
    assert same_digit(window, 2) and late == []


def test_many_pictures_one_after_another_take_one_process_at_a_time(
    window: MainWindow, qtbot: QtBot, sheet: Path
) -> None:
    before = set(multiprocessing.active_children())
    for _ in range(10):
        window._context.exchange.open_picture(sheet)
        window._context.exchange.cancel()
    opened(window, qtbot, sheet)
    assert len(set(multiprocessing.active_children()) - before) <= 1
    assert same_digit(window, 1)


def test_the_window_goes_on_while_a_picture_is_read(window: MainWindow, qtbot: QtBot, sheet: Path) -> None:
    with qtbot.waitSignal(window._context.exchange.placed):
        window._context.exchange.open_picture(sheet)
        assert window._context.exchange._reader.is_reading and window.canvas.is_empty()


# What others put on the clipboard


def test_a_clipboard_without_data_has_no_picture(window: MainWindow) -> None:
    assert file_in(None) is None and pixels_in(None) is None
    window._context.exchange.take(None)
    assert "no picture" in message(window)


def test_web_addresses_are_no_files() -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/digit.png"), QUrl.fromLocalFile("/somewhere/digit.png")])
    assert file_in(mime) == Path("/somewhere/digit.png")
    mime.setUrls([QUrl("https://example.org/digit.png")])
    assert file_in(mime) is None


def test_the_clipboard_is_read_where_nothing_is_on_it(qtbot: QtBot) -> None:
    job = Job(limits.CLIPBOARD)
    with qtbot.waitSignal(job.failed) as failed:
        job.start(read_clipboard)
    assert "no picture" in str(failed.args[0])


OWNER = """
import sys, time
from PySide6.QtGui import QColor, QGuiApplication, QImage
app = QGuiApplication([])
picture = QImage(100, 100, QImage.Format.Format_RGB32)
picture.fill(QColor("white"))
for y in range(20, 80):
    for x in range(45, 55):
        picture.setPixelColor(x, y, QColor("black"))
app.clipboard().setImage(picture)
while not app.clipboard().ownsClipboard():
    app.processEvents()
print("ready", flush=True)
if sys.argv[1] == "hangs":
    time.sleep(600)
app.exec()
"""

PASTING = """
import dataclasses, os, sys
from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtWidgets import QApplication
from core.files.limits import CLIPBOARD
from gui.processes.job import Job
from gui.window import clipboard

app = QApplication([])
assert clipboard.is_to_be_waited_for()
job = Job(dataclasses.replace(CLIPBOARD, seconds=float(sys.argv[1])))
job.finished.connect(lambda sheet: print([digit.box for digit in sheet.digits]))
job.failed.connect(print)
job.ended.connect(app.quit)
ticks = []
timer = QTimer(interval=20)
timer.timeout.connect(lambda: ticks.append(0))
timer.start()
job.start(clipboard.read_clipboard)
app.exec()
print(len(ticks))
sys.stdout.flush()
os._exit(0)
"""


@pytest.mark.slow
@pytest.mark.parametrize("owner", ["answers", "hangs"])
def test_the_window_does_not_wait_for_the_program_that_has_the_clipboard(display: str, owner: str) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-c", OWNER, owner]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdout is not None and other.stdout.readline() == "ready\n"
            seconds = {"answers": "30", "hangs": "3"}[owner]
            pasting = subprocess.run(
                [sys.executable, "-c", PASTING, seconds],
                env=environment, capture_output=True, text=True, timeout=60,
                cwd=Path(__file__).resolve().parents[1],
            )  # fmt: skip
        finally:
            other.kill()
    said, ticks = pasting.stdout.splitlines()
    if owner == "answers":
        assert said == "[Box(top=20, left=45, bottom=80, right=55)]"
    else:
        assert "longer than 3 seconds" in said
        assert int(ticks) > 30  # the event loop went on
