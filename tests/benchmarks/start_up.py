"""How soon there is a window to draw on, how soon it answers, and whether it freezes meanwhile.

    python tests/benchmarks/start_up.py [--rounds N]

Each round starts, one after another: a bare PySide6 window with pyqtgraph imported (the floor), LeNet Lab,
LeNet Lab with ten further, empty tabs, and a Python that only imports torch.
Times count from the start of the process. Runs offscreen unless
QT_QPA_PLATFORM says otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FURTHER = 10  # empty tabs

BARE = """
import pyqtgraph
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            print(json.dumps({"drawable": time.time() - START}), flush=True)
            os._exit(0)
        return False

app = QApplication([])
window = QMainWindow()
window.setCentralWidget(QWidget())
window.resize(1100, 700)
watch = Watch()
window.centralWidget().installEventFilter(watch)
window.show()
app.exec()
"""

LAB = """
from PySide6.QtCore import QEvent, QObject, QPointF, QTimer, Qt
import gui.app
from gui.main_window import MainWindow

class Watch(QObject):
    def __init__(self, window):
        super().__init__(window)
        self.window, self.times, self.longest, self.last = window, {}, 0.0, None
        self.timer = QTimer(self, interval=8, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.on_tick)
        window.canvas.installEventFilter(self)
        window.predicted.connect(self.on_predicted)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and "drawable" not in self.times:
            self.times["drawable"] = time.time() - START
            self.timer.start()
            QTimer.singleShot(0, self.draw)
        return False

    def draw(self):
        self.window.canvas._begin_stroke(QPointF(70, 60), 1.0, False)
        self.window.canvas._stroke_to(QPointF(200, 60), 1.0)
        self.window.canvas._stroke_to(QPointF(120, 230), 1.0)

    def on_tick(self):
        now = time.perf_counter()
        if self.last is not None:
            self.longest = max(self.longest, now - self.last)
        self.last = now

    def on_predicted(self, prediction):
        if prediction is not None and "predicted" not in self.times:
            self.times["predicted"] = time.time() - START
            QTimer.singleShot(100, self.report)

    def report(self):
        print(json.dumps({**self.times, "longest_gap": self.longest}), flush=True)
        self.window.close()

if __name__ == "__main__":
    import gui.main_window
    from gui.tabs import Entry, entries
    count = int(os.environ.get("FURTHER", "0"))
    further = [Entry(f"tab{n}", f"Tab {n}", "Nothing", "nowhere:Nothing") for n in range(count)]
    gui.main_window.entries = lambda: (*entries(), *further)
    shown = MainWindow.show
    def show(self):
        Watch(self)
        shown(self)
    MainWindow.show = show
    gui.app.run("lenet", "cpu")
"""

TORCH = """
import torch
print(json.dumps({"imported": time.time() - START}), flush=True)
"""


def run(script: str, folder: Path, further_tabs: int = 0) -> dict[str, float]:
    """Run a script in a process of its own; what it prints as JSON."""
    path = folder / "timed.py"
    path.write_text(f"import json, os, sys, time\nSTART = float(os.environ['STARTED_AT'])\n{script}")
    environment = {
        "QT_QPA_PLATFORM": "offscreen",
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "XDG_CONFIG_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "FURTHER": str(further_tabs),
        "STARTED_AT": repr(time.time()),
    }
    ended = subprocess.run(
        [sys.executable, str(path)], env=environment, capture_output=True, text=True, check=True
    )
    result: dict[str, float] = json.loads(ended.stdout)
    return result


def main() -> None:
    """Print medians, and ratios round by round."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    bare, lab, tabbed, torch = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds + 1):  # the first one warms the disk's cache
            bare.append(run(BARE, Path(folder))["drawable"])
            lab.append(run(LAB, Path(folder)))
            tabbed.append(run(LAB, Path(folder), FURTHER)["drawable"])
            torch.append(run(TORCH, Path(folder))["imported"])
    bare_s, torch_s = np.array(bare[1:]), np.array(torch[1:])
    drawable, predicted, gap = (
        np.array([times[name] for times in lab[1:]]) for name in ("drawable", "predicted", "longest_gap")
    )
    print(f"median of {rounds} rounds")
    print(f"  bare window with pyqtgraph (floor)       {np.median(bare_s):6.2f} s")
    print(f"  LeNet Lab can be drawn on                {np.median(drawable):6.2f} s")
    print(f"    ratio to the floor (at most 1.10)      {np.median(drawable / bare_s):6.2f}")
    further = np.median(np.array(tabbed[1:]) - drawable) / FURTHER * 1000
    print(f"    a further tab adds (less than 5 ms)    {further:6.2f} ms")
    print(f"  torch imported (floor)                   {np.median(torch_s):6.2f} s")
    print(f"  first prediction                         {np.median(predicted):6.2f} s")
    later = predicted - drawable
    print(
        f"    after it can be drawn on (at most 0.3) {np.median(later):6.2f} s, at worst {later.max():.2f} s"
    )
    print(
        f"  longest gap between 8 ms ticks meanwhile {np.median(gap) * 1e3:6.1f} ms, "
        f"at worst {gap.max() * 1e3:.1f} ms (under 60)"
    )


if __name__ == "__main__":
    main()
