"""Clicks, keys and waiting on real widgets, and what stands in for the two processes.

Digits, drawings and networks to test with are in `example_digits` and `example_networks`, recorded pen
strokes in `ink_replay`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QCheckBox, QRadioButton, QWidget

from core.processes.inference import classify
from core.processes.training_service import serve
from core.records import DIGITS, ModelInfo, NetworkTable
from gui.processes.job import Job

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gui.main_window import MainWindow

LEFT_BUTTON = Qt.MouseButton.LeftButton
SEVEN = [
    np.array([[70.0, 60.0], [140.0, 58.0], [205.0, 60.0], [170.0, 120.0], [140.0, 180.0], [120.0, 230.0]])
]  # a stroke on the canvas's grid
INFO = ModelInfo("lenet", "lenet", "cpu", "CPU", NetworkTable((1, 28, 28), (), DIGITS))

Kind = TypeVar("Kind", bound=QObject)


def wait_for_files(qtbot: QtBot, parent: QObject) -> None:
    """Wait until all work on files that was begun below `parent` is over."""
    qtbot.waitUntil(lambda: not any(job.is_running for job in parent.findChildren(Job)), timeout=60_000)
    settle()


# Widgets


def child(parent: QObject, kind: type[Kind], name: str = "") -> Kind:
    """The widget or action of that kind and name, wherever it lies below `parent`."""
    found = parent.findChild(kind, name) if name else parent.findChild(kind)
    assert found is not None, name or kind
    return found


def action(parent: QObject, name: str) -> QAction:
    return child(parent, QAction, name)


def button(parent: QObject, name: str) -> QAbstractButton:
    return child(parent, QAbstractButton, name)


def text(parent: QObject, name: str) -> str:
    """The text of the label or button of that name."""
    return str(child(parent, QWidget, name).text())  # type: ignore[attr-defined]  # several classes have it


def visible_text(parent: QObject, name: str) -> str:
    """The text of the label of that name; empty where it is hidden."""
    return text(parent, name) if child(parent, QWidget, name).isVisible() else ""


def message(window: QWidget) -> str:
    """What the message bar says."""
    return visible_text(window, "message_text")


def settle() -> None:
    """Let all come that is under way in this process."""
    for _ in range(6):  # an answer asks the next question
        QCoreApplication.processEvents()


def click(
    widget: QWidget,
    at: QPoint | QPointF | None = None,
    mouse_button: Qt.MouseButton = LEFT_BUTTON,
    *,
    twice: bool = False,
) -> None:
    """Click in the middle, or at a point of the widget."""
    point = widget.rect().center() if at is None else QPointF(at).toPoint()
    widget = _with_mouse(widget)
    (QTest.mouseDClick if twice else QTest.mouseClick)(widget, mouse_button, pos=point)
    settle()


def click_button(parent: QObject, name: str) -> None:
    """Click the button of that name."""
    found = button(parent, name)
    assert found.isEnabled(), name
    has_sign = isinstance(found, QCheckBox | QRadioButton)  # beside which a click may be on nothing
    click(found, QPoint(8, found.height() // 2) if has_sign else None)


def press(
    widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(widget, key, modifier)
    settle()


def hover(widget: QWidget, point: QPointF) -> None:
    """Move the mouse to a point of the widget, coming from its lower left corner."""
    widget = _with_mouse(widget)
    QTest.mouseMove(widget, QPoint(0, widget.height() - 1))
    QTest.mouseMove(widget, point.toPoint())
    settle()


def _with_mouse(widget: QWidget) -> QWidget:
    """The widget that gets the mouse's events."""
    return widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget


# Processes


class InlineExecutor(Executor):
    """Runs each call at once, here: what the inference process runs, without the process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class HeldExecutor(Executor):
    """Keeps calls until a test answers them."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, tuple[Any, ...], Future[Any]]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.calls.append((fn, args, future))
        return future

    def answer(self, value: Any) -> None:
        self.calls[-1][2].set_result(value)
        QCoreApplication.processEvents()

    def fail(self, error: Exception) -> None:
        self.calls[-1][2].set_exception(error)
        QCoreApplication.processEvents()

    def asked(self) -> list[int]:
        """The numbers in the corner of each ink that was sent."""
        return [int(args[0][0, 0]) for fn, args, _ in self.calls if fn is classify]


class TrainingThread(threading.Thread):
    """Serves a pipe as the training process does, without the process."""

    exitcode = 0

    def __init__(self, pipe: Connection) -> None:
        super().__init__(target=serve, args=(pipe,), daemon=True)
        self.start()

    def kill(self) -> None:
        """A thread cannot be killed; it ends when its pipe closes."""


def tab_of(window: MainWindow, name: str) -> Any:
    """The tab of a name, which has been built."""
    return window._pages.page(name).tab


def view_of(window: MainWindow, name: str) -> Any:
    """The page of a tab, which has been built."""
    return window._pages.page(name).view
