"""What all tests share: no screen, settings of their own, and an engine without a process."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest
import torch
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from gui.engine import Engine
from gui.main_window import MainWindow


class InlineExecutor(Executor):
    """Runs each call at once, here: what the inference process runs, without the process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


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


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Callable[..., MainWindow]]:
    """Open windows whose network runs in this process, and wait until it is loaded."""
    windows = []

    def open_one(*, wait: bool = True, **arguments: Any) -> MainWindow:
        engine = arguments.pop("engine", None) or Engine(new_executor=InlineExecutor)
        window = MainWindow(engine=engine, **arguments)
        qtbot.addWidget(window)
        windows.append(window)
        if wait:
            with qtbot.waitSignal(engine.loaded, timeout=30_000):
                window.show()
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
