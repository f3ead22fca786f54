"""What all tests share: no screen, settings and files of their own, one thread."""

from __future__ import annotations

import os
import select
import shutil
import subprocess

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the inference process has it
# Where cores are busy, networks as small as these run many times slower on two threads.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # imported by the fixtures: most tests need neither window nor network
    from pytestqt.qtbot import QtBot

    from core.my_digits.store import MyDigits
    from core.records import Prediction
    from gui.main_window import MainWindow

pytest.register_assert_rewrite("driving", "example_digits", "example_networks")


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path) -> Path:
    """Keep the tests' choices away from those of whoever runs them."""
    from PySide6.QtCore import QSettings

    folder = tmp_path / "settings"
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    return folder


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests' runs, digits and networks away from those of whoever runs them."""
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))  # the log of processes that are started


@pytest.fixture
def own_runs(tmp_path: Path) -> Path:
    """The folder where a window keeps its runs."""
    return tmp_path / "runs"


@pytest.fixture
def own_digits(tmp_path: Path) -> Path:
    """The folder where a window keeps the digits of its user."""
    return tmp_path / "my_digits"


@pytest.fixture
def store(own_digits: Path) -> MyDigits:
    """An empty collection."""
    from core.my_digits.store import MyDigits

    return MyDigits(own_digits)


@pytest.fixture
def few_references(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window gets to know 26,000 digits when it opens; here it knows 900, in a fraction of a second."""
    from core.explaining import familiarity

    monkeypatch.setattr(familiarity, "REFERENCES", 600)
    monkeypatch.setattr(familiarity, "HELD_OUT", 300)


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """pytest-qt's; light, and text as large as the system's, whatever window there was before."""
    from PySide6.QtCore import QCoreApplication, QEvent

    from gui.paint.text import set_body_scale
    from gui.paint.theme import apply_theme

    # Closed windows are to be gone: Qt has crashed as it told them of another font or style sheet.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    apply_theme("light")
    set_body_scale(1.0)
    return qtbot


@pytest.fixture
def open_window(qtbot: QtBot, few_references: None) -> Iterator[Callable[..., MainWindow]]:
    """Open windows whose network runs in this process, and wait until it is loaded."""
    import pyqtgraph  # noqa: F401  # where it is there, large views are made at once
    from driving import InlineExecutor, TrainingThread

    from gui.main_window import MainWindow
    from gui.processes.engine import Engine
    from gui.processes.training_run import TrainingRun

    windows = []

    def open_one(*, wait: bool = True, **arguments: Any) -> MainWindow:
        engine = arguments.pop("engine", None) or Engine(new_executor=InlineExecutor)
        run = arguments.pop("run", None) or TrainingRun(new_worker=TrainingThread)
        window = MainWindow(engine=engine, run=run, **{"with_sample": False, **arguments})
        qtbot.addWidget(window)
        windows.append(window)
        if wait:
            with qtbot.waitSignal(engine.loaded, timeout=30_000):
                window.show()
            window.open_tab("inspect")  # else it is built a moment later
        else:
            window.show()
        return window

    yield open_one
    for window in windows:
        window.close()


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    """A window with its network loaded, in this process."""
    return open_window()


@pytest.fixture
def seven_drawn(window: MainWindow, qtbot: QtBot) -> tuple[MainWindow, Prediction]:
    """A window with a 7 on the pad, and the prediction on its screen."""
    from driving import SEVEN
    from ink_replay import draw

    from core.ink.preprocess import to_mnist

    shown: list[Prediction] = []
    window.predicted.connect(shown.append)
    draw(window.canvas, SEVEN)
    newest = to_mnist(window.canvas.ink())
    qtbot.waitUntil(lambda: bool(shown) and bool((shown[-1].trace.picture == newest).all()), timeout=10_000)
    return window, shown[-1]


# A real screen


def _start_xvfb(number: int) -> subprocess.Popen[bytes] | None:
    """A server for the display of that number; None where it has given up."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", f":{number}", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as numbers:
        is_told, _, _ = select.select([numbers], [], [], 20)
        if is_told and numbers.readline().strip():
            return server
    _end(server)
    return None


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@pytest.fixture
def display() -> Iterator[str]:
    """An X display of this test's own."""
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        pytest.skip("needs Xvfb and xdotool")
    # A number that only this worker takes: a server that ends removes its display, though another has taken
    # the number meanwhile.
    first = 90 + 10 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for number in range(first, first + 10):
        server = _start_xvfb(number)
        if server is not None:
            break
    else:
        pytest.fail("Xvfb gave no display, ten times")
    yield f":{number}"
    _end(server)
