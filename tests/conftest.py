"""What all tests share: no screen, settings of their own, and an engine without a process."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the inference process has it

import copy
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
import torch
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot
from torch import nn

from core.explaining import familiarity
from core.files import folders
from core.networks import edits
from core.processes.training_service import serve
from core.records import NetworkState
from gui.main_window import MainWindow
from gui.processes.engine import Engine
from gui.processes.training_run import TrainingRun


def changed(network: nn.Sequential, state: NetworkState) -> nn.Sequential:
    """A copy of the network with the weights and the silence of `state`."""
    other = copy.deepcopy(network)
    edits.apply(other, state)
    return other


class InlineExecutor(Executor):
    """Runs each call at once, here: what the inference process runs, without the process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class TrainingThread(threading.Thread):
    """Serves a pipe as the training process does, without the process."""

    exitcode = 0

    def __init__(self, pipe: Connection) -> None:
        super().__init__(target=serve, args=(pipe,), daemon=True)
        self.start()

    def kill(self) -> None:
        """A thread cannot be killed; it ends when its pipe closes."""


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Where cores are busy, networks as small as these run many times slower on two threads."""
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path) -> Path:
    """Keep the tests' choices away from those of whoever runs them."""
    folder = tmp_path / "settings"
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    return folder


@pytest.fixture(autouse=True)
def own_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what tests make (runs, digits, taught networks) away from that of whoever runs them."""
    monkeypatch.setattr(folders, "data_folder", lambda: tmp_path)
    return tmp_path / "runs"


@pytest.fixture
def own_digits(own_runs: Path) -> Path:
    """The folder of the tests' digits."""
    return own_runs.with_name("my_digits")


@pytest.fixture
def few_references(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window gets to know 26,000 digits when it opens; here it knows 900, in a fraction of a second."""
    monkeypatch.setattr(familiarity, "REFERENCES", 600)
    monkeypatch.setattr(familiarity, "HELD_OUT", 300)


@pytest.fixture
def open_window(qtbot: QtBot, few_references: None) -> Iterator[Callable[..., MainWindow]]:
    """Open windows whose network runs in this process, and wait until it is loaded."""
    windows = []

    def open_one(*, wait: bool = True, **arguments: Any) -> MainWindow:
        engine = arguments.pop("engine", None) or Engine(new_executor=InlineExecutor)
        run = arguments.pop("run", None) or TrainingRun(new_worker=TrainingThread)
        window = MainWindow(engine=engine, run=run, **arguments)
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
