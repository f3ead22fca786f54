"""Whether the window stays quick while a network trains beside it.

    python tests/benchmarks/window_while_training.py [--seconds N]

A window of 1400×900 with the Train tab open, its training process at work (preset “99 % in six epochs”), and
a mouse that draws eights, a move every 16 ms. Measured: the gaps between the ticks of an 8 ms timer (p99 at
most 25 ms), and the time from a move to the answer about that drawing or a later one (p95 at most 50 ms).
The same is measured before the training begins: that is the floor. Runs offscreen unless QT_QPA_PLATFORM says
otherwise.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, QSettings, Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from core.files import folders
from core.processes import inference
from core.records import Prediction
from gui.main_window import MainWindow
from gui.processes.training_run import RunState


class Hand(QObject):
    """Draws eights on the canvas, and notes ticks and answers."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.ticks: list[float] = []
        self.delays: list[float] = []
        self.asked: list[float] = []  # moves whose drawing has not been sent yet
        self.sent: list[float] = []  # those that the request under way will answer
        self.turn = 0
        self.ticker = QTimer(self, interval=8, timerType=Qt.TimerType.PreciseTimer)
        self.ticker.timeout.connect(self.on_tick)
        self.mover = QTimer(self, interval=16, timerType=Qt.TimerType.PreciseTimer)
        self.mover.timeout.connect(self.on_move)
        window.predicted.connect(self.on_predicted)
        self.call = window._engine._process.call
        window._engine._process.call = self.on_call  # type: ignore[method-assign]
        self.answer_here = window._engine._answer_here
        window._engine._answer_here = self.on_answer_here  # type: ignore[method-assign, assignment]

    def draw(self, seconds: float) -> tuple[np.ndarray, np.ndarray]:
        """Gaps between ticks, and delays from move to answer, in milliseconds."""
        self.ticks, self.delays, self.asked, self.sent = [], [], [], []
        self.turn = 0
        self.ticker.start()
        self.mover.start()
        loop = QEventLoop()
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        loop.exec()
        self.ticker.stop()
        self.mover.stop()
        self.mouse(QEvent.Type.MouseButtonRelease)
        return np.diff(self.ticks) * 1e3, np.array(self.delays) * 1e3

    @Slot()
    def on_tick(self) -> None:
        self.ticks.append(time.perf_counter())

    @Slot()
    def on_move(self) -> None:
        self.turn += 1
        if self.turn % 150 == 1:
            self.window.canvas.clear()
            self.mouse(QEvent.Type.MouseButtonPress)
        else:
            self.asked.append(time.perf_counter())
            self.mouse(QEvent.Type.MouseMove)
        if self.turn % 150 == 0:
            self.mouse(QEvent.Type.MouseButtonRelease)

    @Slot(object)
    def on_predicted(self, prediction: Prediction | None) -> None:
        now = time.perf_counter()
        if prediction is not None:
            self.delays += [now - asked for asked in self.sent]
        self.sent = []

    def on_call(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        if function in (inference.classify, inference.classify_in_training):
            self.sent, self.asked = self.asked, []
        return self.call(function, *arguments)

    def on_answer_here(self, *arguments: Any) -> Future[Any]:
        self.sent, self.asked = self.asked, []
        return self.answer_here(*arguments)

    def mouse(self, kind: QEvent.Type) -> None:
        angle = 2 * np.pi * (self.turn % 150) / 150
        side = self.window.canvas.width() / 280
        point = QPointF(140 + 55 * np.sin(2 * angle), 140 - 95 * np.cos(angle)) * side
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        held = (
            Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        )
        event = QMouseEvent(
            kind, point, self.window.canvas.mapToGlobal(point), button, held, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(self.window.canvas, event)


def wait(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)


def told(name: str, gaps: np.ndarray, delays: np.ndarray) -> None:
    p50, p95, p99 = np.percentile(gaps, [50, 95, 99])
    print(f"{name}")
    print(
        f"  gap between ticks   median {p50:5.1f}  p95 {p95:5.1f}  p99 {p99:5.1f}  max {gaps.max():5.1f} ms"
    )
    p50, p95, p99 = np.percentile(delays, [50, 95, 99])
    print(
        f"  move to its answer  median {p50:5.1f}  p95 {p95:5.1f}  p99 {p99:5.1f}  max {delays.max():5.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=12)
    seconds = parser.parse_args().seconds
    folder = tempfile.mkdtemp()
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
    folders.data_folder = lambda: Path(folder)
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    window = MainWindow(model="lenet", device="cpu")
    window.resize(1400, 900)
    window.show()
    wait(lambda: window._engine.is_ready)
    tab: Any = window.open_tab("train")
    desk, view, run = tab.desk, tab.view, window._context.run
    hand = Hand(window)
    loop = QEventLoop()
    QTimer.singleShot(6000, loop.quit)  # the speed of an epoch is being measured
    loop.exec()
    told("before training", *hand.draw(seconds / 2))
    desk.start()
    wait(lambda: run.state is RunState.RUNNING)
    for index in range(view.views.count()):
        view.views.setCurrentIndex(index)
        before = desk.open_run.history.step
        started = time.perf_counter()
        told(f"training, {view.views.tabText(index)} in sight", *hand.draw(seconds))
        if run.state is not RunState.RUNNING:
            raise SystemExit("the run ended too early")
        pace = (desk.open_run.history.step - before) / (time.perf_counter() - started)
        print(f"  steps a second      {pace:5.1f}")
    run.pause()
    window.close()


if __name__ == "__main__":
    main()
