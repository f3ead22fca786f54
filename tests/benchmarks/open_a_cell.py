"""Opening a cell, switching a channel off, editing a number: how long until all of it is on the screen.

    python tests/benchmarks/open_a_cell.py [--rounds N]

With the network in its own process. The floor beside it, measured in the same run in turn: the round trip of
one inference, from asking to the answer, without anything shown. What is left is to fit into one frame of
60 Hz, 16.7 ms. Then drawing with a pinned cell and without, in turn: the pinned one may cost a fifth more.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from benchmarks.stroke_to_screen import Painted, mouse, path_of_an_eight, percentiles, wait
from PySide6.QtCore import QEvent, QSettings
from PySide6.QtWidgets import QApplication, QWidget

from core.records import Prediction
from gui.layers.tiled_maps import Cell
from gui.main_window import MainWindow

FRAME = 1 / 60


class Watch:
    """The window, and when its answers came and its views were painted."""

    def __init__(self, app: QApplication) -> None:
        self.app = app
        self.window = MainWindow(model="lenet", device="cpu")
        self.window.resize(1400, 900)
        loaded: list[object] = []
        self.window._engine.loaded.connect(loaded.append)
        self.window.show()
        wait(app, lambda: bool(loaded))
        wait(app, lambda: not self.window._context.familiarity._learning.is_running)
        self.window.open_tab("inspect")
        self.panel = self.window._pages.page("inspect").view
        self.predictions: list[Prediction] = []
        self.window.predicted.connect(self.predictions.append)

    def until_painted(self, views: list[QWidget], act: Callable[[], object], answers: bool) -> float:
        """Seconds from an act until its answer, if it has one, is there and the views are painted."""
        self.app.processEvents()
        painted = Painted(views)
        self.predictions.clear()
        if answers:
            self.window.predicted.connect(painted.start)
        started = time.perf_counter()
        painted.start()
        act()
        wait(self.app, lambda: (not answers or bool(self.predictions)) and painted.is_done())
        seconds = time.perf_counter() - started
        if answers:
            self.window.predicted.disconnect(painted.start)
        for view in views:
            view.removeEventFilter(painted)
        return seconds

    def inference(self) -> float:
        """Seconds from asking the engine for an answer until it has come, nothing being shown."""
        self.app.processEvents()
        came: list[object] = []
        engine = self.window._engine
        self.panel.setUpdatesEnabled(False)
        engine.predicted.connect(came.append)
        started = time.perf_counter()
        engine.submit(self.window.canvas.ink())
        wait(self.app, lambda: bool(came))
        seconds = time.perf_counter() - started
        engine.predicted.disconnect(came.append)
        self.panel.setUpdatesEnabled(True)
        return seconds


def report(name: str, seconds: list[float], floor: list[float]) -> None:
    over = np.median(seconds) - np.median(floor)
    print(f"  {name:36s} {percentiles(seconds)}   over one inference {over * 1e3:6.2f} ms (bound 16.7)")


def main() -> None:
    """Measure acts and floor in turn, and print both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    folder = tempfile.mkdtemp()
    os.environ["XDG_DATA_HOME"] = str(folder)  # what the window keeps
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    watch = Watch(app)
    window, panel = watch.window, watch.panel
    side = window.canvas.width() / 280
    points = path_of_an_eight(60) * side
    mouse(window, QEvent.Type.MouseButtonPress, *points[0])
    for x, y in points[1:]:
        mouse(window, QEvent.Type.MouseMove, x, y)
    wait(app, lambda: bool(watch.predictions))
    shown: list[QWidget] = [
        panel.strip,
        panel.large.currentWidget().viewport(),
        panel.arithmetic.view.viewport(),
    ]
    session = panel.change.session
    panel.select_layer(4)
    random = np.random.default_rng(0)
    floor, opened, walked, switched, edited = [], [], [], [], []
    for round_number in range(rounds):
        floor.append(watch.inference())
        cell = Cell(round_number % 16, *random.integers(0, 10, 2).tolist())
        opened.append(watch.until_painted(shown, lambda cell=cell: panel.pin_in(4, cell), False))
        beside = Cell(cell.channel, cell.row, (cell.column + 1) % 10)
        walked.append(watch.until_painted(shown, lambda cell=beside: panel.pin(cell), False))
        on = bool(round_number % 2)
        everything = [*shown, window._pad.answer.bars]
        switched.append(watch.until_painted(everything, lambda on=on: session.switch("conv2", 3, on), True))
        kernel = random.normal(size=(5, 5)).astype(np.float32)
        edited.append(
            watch.until_painted(
                everything, lambda kernel=kernel: session.set_kernel("conv1", 2, 0, kernel), True
            )
        )
    print(f"{rounds} rounds at 1400×900; floor: one inference {percentiles(floor)}")
    report("open a cell of conv2", opened, [0.0])
    report("walk to the next cell", walked, [0.0])
    report("switch a channel off or on", switched, floor)
    report("edit a kernel", edited, floor)
    session.revert()

    drawn: dict[bool, list[float]] = {False: [], True: []}
    way = path_of_an_eight(40 * rounds) * side
    views = [
        panel.strip,
        panel.large.currentWidget().viewport(),
        window._pad.answer.bars,
        window._pad.answer.input_preview,
    ]
    for block in range(2 * rounds):
        pinned = block % 2 == 1
        panel.pin(Cell(3, 4, 5) if pinned else None)
        app.processEvents()
        started = time.perf_counter()
        for x, y in way[block * 20 : (block + 1) * 20]:
            watch.until_painted(views, lambda x=x, y=y: mouse(window, QEvent.Type.MouseMove, x, y), True)
        drawn[pinned].append((time.perf_counter() - started) / 20)  # the tool is painted in this time, too
    mouse(window, QEvent.Type.MouseButtonRelease, *way[-1])
    print(f"  a move, no cell pinned               {percentiles(drawn[False])}   (means of 20 moves)")
    print(f"  a move, a cell of conv2 pinned       {percentiles(drawn[True])}")
    print(f"  ratio of medians (at most 1.20): {np.median(drawn[True]) / np.median(drawn[False]):.2f}")
    window.close()


if __name__ == "__main__":
    main()
