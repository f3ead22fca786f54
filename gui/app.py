"""The application: Qt set up, failures survived, the window opened."""

from __future__ import annotations

import faulthandler
import logging
import multiprocessing.util
import os
import signal
import sys
import threading
import traceback
from importlib.resources import files
from types import TracebackType
from typing import NoReturn

from PySide6.QtCore import (
    QCoreApplication,
    QLibraryInfo,
    QLocale,
    QMessageLogContext,
    Qt,
    QTimer,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from core.files.log_file import log_path, log_to_file
from gui.main_window import MainWindow
from gui.processes import file_process

_WARM_UP_AFTER = 4000  # milliseconds: the network comes first

_log = logging.getLogger(__name__)


def run(model: str | None, device: str | None) -> int:
    """Open the window and stay until it is closed; the exit code."""
    faulthandler.enable()  # a crash in native code says where
    messages = _QtMessages()
    qInstallMessageHandler(messages.on_message)
    app = QApplication(sys.argv[:1])
    ask_for_every_point()
    messages.pass_on()
    app.setApplicationName("lenet-lab")
    app.setApplicationDisplayName("LeNet Lab")
    app.setDesktopFileName("lenet-lab")
    app.setStyle("Fusion")  # the same look, and dark mode, on every system
    app.setWindowIcon(QIcon(str(files("resources") / "icons" / "lenet-lab.svg")))
    translator = QTranslator(app)
    if translator.load(
        QLocale(), "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    ):
        app.installTranslator(translator)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Qt's loop would not let Python answer Ctrl+C

    log_to_file()  # before the settings are read, which may have to be told of
    window = MainWindow(model=model, device=device)
    sys.excepthook = _Survivor(window).on_exception
    window.show()
    _log.info("the window is open")
    QTimer.singleShot(_WARM_UP_AFTER, _warm_up)
    code = app.exec()
    _log.info("the window is closed")
    return code


def ask_for_every_point() -> None:
    """Have Qt hand on each move of mouse, pen and finger, however busy the program is.

    Otherwise moves that wait together become one, and quick strokes lose their corners. To be called once
    there is a QApplication: Qt's plugin for X11 sets the first of the two as it starts.
    """
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressTabletEvents, False)


def leave(code: int) -> NoReturn:
    """End the program, whose window is closed: all is saved, and the processes with work have been heard.

    Python's own end would take Qt apart while threads still run, in any order, and would wait for threads
    that wait for a process. Of a hundred programs that were closed on a busy computer one had crashed.
    """
    # Ends the processes that read files; no part of its interface, but without it complains of semaphores.
    multiprocessing.util._exit_function()  # type: ignore[attr-defined]
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _warm_up() -> None:
    """Have a file process ready, so that the first picture waits no longer than others."""
    # In a thread: to start a process takes tens of milliseconds.
    threading.Thread(target=file_process.warm_up, daemon=True).start()


class _Survivor:
    """Shows and logs what nobody foresaw, and lets the program go on."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        traceback.print_exception(kind, error, trace)
        _log.error("what nobody foresaw", exc_info=(kind, error, trace))
        self._window.show_unexpected(error, log_path())


class _QtMessages:
    """Passes Qt's messages on to stderr; where Qt is about to abort, says why in one sentence instead."""

    def __init__(self) -> None:
        self._held: list[str] | None = []  # until Qt has found a display

    def on_message(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            sys.stderr.write(f"lenet-lab: {self._reason(message)}\n")
            sys.stderr.flush()
            os._exit(2)
        elif self._held is not None:
            self._held.append(message)
        else:
            sys.stderr.write(f"{message}\n")

    def pass_on(self) -> None:
        """Qt has found a display: what it said until now may be read, and what it says from now on."""
        held, self._held = self._held or [], None
        sys.stderr.writelines(f"{message}\n" for message in held)

    def _reason(self, message: str) -> str:
        headless = "Without a window, these work: lenet-lab train, evaluate, classify."
        if "platform plugin" not in message:
            return f"Qt failed: {message}"
        if any("could not connect to display" in held for held in self._held or []):
            return f"there is no display to open a window on. {headless}"
        said = " ".join(self._held or []).replace("\n", " ")
        return f"Qt lacks a system library for windows ({said}). README lists them. {headless}"
