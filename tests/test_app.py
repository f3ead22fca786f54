from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.files.log_file import log_to_file
from gui.app import ask_for_every_point

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-m", "gui"]


def environment(tmp_path: Path, **changes: str | None) -> dict[str, str]:
    """This environment with settings and logs of its own; None takes a variable away."""
    merged = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        **changes,
    }
    return {name: value for name, value in merged.items() if value is not None}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")
@pytest.mark.parametrize("display", [None, ":4711"])
def test_without_a_display_one_sentence_names_the_headless_commands(
    tmp_path: Path, display: str | None
) -> None:
    ended = subprocess.run(
        COMMAND,
        env=environment(tmp_path, QT_QPA_PLATFORM=None, DISPLAY=display, WAYLAND_DISPLAY=None),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2
    assert "no display" in ended.stderr and "lenet-lab train, evaluate, classify" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_without_qt_s_system_libraries_one_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from gui.__main__ import open_window

    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "gui.app":
                raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.delitem(sys.modules, "gui.app", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    assert open_window(None, None) == 2
    assert "libEGL.so.1" in capsys.readouterr().err


RUN_UNTIL_ANSWERED = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import gui.app
from gui.main_window import MainWindow

def main():
    shown = MainWindow.show
    def show(self):
        shown(self)
        self._engine._process.opened.connect(lambda _: begin(self))  # though it would answer before
    def begin(self):
        self.predicted.connect(lambda answer: answer and (print(answer.digit, flush=True), self.close()))
        self._context.exchange.show_any_test_digit()
    MainWindow.show = show
    return gui.app.run(None, None)

if __name__ == "__main__":
    sys.exit(main())
"""


@pytest.mark.slow
def test_two_programs_started_at_the_same_time_both_answer_and_end(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(RUN_UNTIL_ANSWERED)
    programs = [
        subprocess.Popen(
            [sys.executable, str(script)],
            env=environment(tmp_path, QT_QPA_PLATFORM="offscreen"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for program in programs:
        output, errors = program.communicate(timeout=120)
        assert program.returncode == 0, errors
        assert output.splitlines()[0].isdecimal()
        assert "Traceback" not in errors
    (log,) = (tmp_path / "state").rglob("lenet-lab.log")
    for told in ("the window is open", "the inference process has started", "opening lenet_pen on auto"):
        assert log.read_text().count(told) == 2, told


def test_what_nobody_foresaw_is_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    from gui.app import _Survivor

    told = []

    class Window:
        def show_unexpected(self, error: BaseException, log: Path) -> None:
            told.append((error, log))

    log = tmp_path / "logs" / "lenet-lab.log"
    monkeypatch.setattr("gui.app.log_path", lambda: log)
    error = RuntimeError("boom")
    log_to_file(log)
    handler = logging.getLogger().handlers[-1]
    _Survivor(Window()).on_exception(RuntimeError, error, None)  # type: ignore[arg-type]
    logging.getLogger().removeHandler(handler)
    handler.close()
    assert told == [(error, log)]
    assert "RuntimeError: boom" in log.read_text()


def test_a_log_that_cannot_be_written_hinders_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    before = list(logging.getLogger().handlers)
    log_to_file(tmp_path / "file" / "lenet-lab.log")
    assert logging.getLogger().handlers == before


def test_a_log_that_has_grown_large_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "lenet-lab.log"
    log.write_bytes(b"x" * (2**20 + 1))
    log_to_file(log)
    handler = logging.getLogger().handlers[-1]
    logging.getLogger().removeHandler(handler)
    handler.close()
    assert log.read_text() == "" and (tmp_path / "lenet-lab.old.log").stat().st_size == 2**20 + 1


def test_this_pyside_keeps_none_true_and_false_alive(qtbot: QtBot) -> None:
    """PySide6 6.12.0 dropped a reference at each call that returns one of them, until Python aborted."""
    if sys.version_info >= (3, 12):
        pytest.skip("None, True and False are immortal here")
    widget, thing, image = QWidget(), QObject(), QImage(4, 4, QImage.Format.Format_Grayscale8)
    qtbot.addWidget(widget)
    before = [sys.getrefcount(constant) for constant in (None, True, False)]
    for _ in range(3000):
        widget.update()  # None
        thing.parent()  # None
        widget.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)  # None
        widget.isEnabled()  # True
        widget.isVisible()  # False
        image.isNull()  # False
    after = [sys.getrefcount(constant) for constant in (None, True, False)]
    assert all(abs(new - old) < 1000 for new, old in zip(after, before, strict=True))


# On a real screen


def xdotool(display: str, *words: str) -> str:
    ended = subprocess.run(
        ["xdotool", *words],
        env={**os.environ, "DISPLAY": display},
        capture_output=True,
        text=True,
        timeout=30,
    )
    return ended.stdout.strip()


# One byte of what Qt had packed is another: the handle is 16 million pixels wide.
ABSURD = """\
[General]
window=99999 99999 99999 99999 0
brush=99999999999
[geometry]
inspect_splitter="@ByteArray(\\0\\0\\0\\xff\\0\\0\\0\\x1\\0\\0\\0\\x2\\0\\0\\0\\xc8\\0\\0\\x1,\\x1\\0\\xff\\xff\\xff\\x1\\0\\0\\0\\x1\\0)"
[sizes]
window_splitter=100000 100000
inspect_splitter=100000 100000
inspect_tools_splitter=100000 100000
"""


@pytest.mark.slow
@pytest.mark.parametrize("kept", ["", ABSURD], ids=["at first", "with absurd settings"])
def test_the_program_opens_on_x_takes_a_real_mouse_and_closes(
    tmp_path: Path, display: str, kept: str
) -> None:
    log = tmp_path / "stderr"
    settings = tmp_path / "config" / "LeNet Lab" / "lenet-lab.ini"
    settings.parent.mkdir(parents=True)
    settings.write_text(kept)
    with log.open("w") as errors:
        program = subprocess.Popen(
            COMMAND, env=environment(tmp_path, QT_QPA_PLATFORM="xcb", DISPLAY=display), stderr=errors
        )
        try:
            window = ""
            for _ in range(300):
                window = xdotool(display, "search", "--onlyvisible", "--name", "LeNet Lab").partition("\n")[0]
                if window:
                    break
                time.sleep(0.1)
            assert window, log.read_text()
            xdotool(display, "mousemove", "80", "100", "mousedown", "1")
            for x in range(80, 240, 10):
                xdotool(display, "mousemove", str(x), "100")
            xdotool(display, "mouseup", "1")
            xdotool(display, "key", "--window", window, "ctrl+q")
            assert program.wait(timeout=30) == 0, log.read_text()
        finally:
            program.kill()
            program.wait()
    assert "Traceback" not in log.read_text() and "leaked" not in log.read_text()
    assert "window_splitter" in settings.read_text() and "geometry" not in settings.read_text()
    (told,) = (tmp_path / "state").rglob("lenet-lab.log")
    assert ("the setting brush makes no sense" in told.read_text()) == bool(kept)


# The program with a sheet for its window. It is busy from before the first point until after the last one.
BUSY = """
import os, subprocess, sys
from PySide6.QtCore import QPoint, QTimer
from gui import app as program
from gui.pad.drawing_canvas import DrawingCanvas

CORNERS = [(40, 60), (240, 90), (40, 120), (240, 150), (40, 180), (240, 210)]


class Sheet(DrawingCanvas):
    def __init__(self, model, device):
        super().__init__()
        self.resize(280, 280)
        self.moves = []
        self.ink_changed.connect(self.moves.append)
        QTimer.singleShot(300, self.draw_while_busy)

    def draw_while_busy(self):
        at = [self.mapToGlobal(QPoint(*corner)) for corner in CORNERS]
        words = [word for point in at for word in ("mousemove", str(point.x()), str(point.y()))]
        subprocess.run(["xdotool", *words[:3], "mousedown", "1", *words[3:], "mouseup", "1"], check=True)
        QTimer.singleShot(500, self.tell)

    def tell(self):
        ink = self.ink()
        print(len(self.moves), [int(ink[y, x]) for x, y in CORNERS], flush=True)
        os._exit(0)


program.MainWindow = Sheet
if sys.argv[1] == "as Qt does":
    program.ask_for_every_point = lambda: None
program.run(None, None)
"""


@pytest.mark.slow
@pytest.mark.parametrize("way", ["as the program does", "as Qt does"])
def test_a_quick_stroke_keeps_its_corners_while_the_program_is_busy(
    tmp_path: Path, display: str, way: str
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", BUSY, way],
        env=environment(tmp_path, QT_QPA_PLATFORM="xcb", DISPLAY=display),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    changes, corners = ended.stdout.split(maxsplit=1)
    if way == "as the program does":
        assert int(changes) == 6 and corners.strip() == "[255, 255, 255, 255, 255, 255]", ended.stderr
    else:  # or this test would show nothing
        assert int(changes) < 6


def test_the_program_asks_for_every_point_of_mouse_pen_and_finger(qapp: QApplication) -> None:
    kinds = (
        Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents,
        Qt.ApplicationAttribute.AA_CompressTabletEvents,
    )
    before = [qapp.testAttribute(kind) for kind in kinds]
    try:
        for kind in kinds:
            qapp.setAttribute(kind, True)
        ask_for_every_point()
        assert not any(qapp.testAttribute(kind) for kind in kinds)
    finally:
        for kind, was in zip(kinds, before, strict=True):
            qapp.setAttribute(kind, was)
