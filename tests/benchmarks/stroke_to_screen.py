"""From a mouse move to every view painted: answered here and in the other process, in turn.

    python tests/benchmarks/stroke_to_screen.py [--moves N] [--tab inspect|compare]

The floor, measured in the same run between the moves: a bare forward pass here, on one thread, and one
drawImage of as many pixels as the views have. Also prints what each part of it takes alone, and memory.
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
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `python -m gui` has it
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, QSettings, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from core.records import Prediction
from gui.main_window import MainWindow


class Painted(QObject):
    """Knows which of the watched views have been painted since `start`."""

    def __init__(self, views: list[QWidget]) -> None:
        super().__init__()
        self._views = views
        self._waiting: set[QObject] = set()
        for view in views:
            view.installEventFilter(self)

    def start(self) -> None:
        self._waiting = set(self._views)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._waiting.discard(watched)
        return False

    def is_done(self) -> bool:
        return not self._waiting


def wait(app: QApplication, done: Callable[[], bool]) -> None:
    while not done():
        app.processEvents(
            QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        )


def mouse(window: MainWindow, kind: QEvent.Type, x: float, y: float) -> None:
    point = QPointF(x, y)
    button = Qt.MouseButton.LeftButton if kind == QEvent.Type.MouseButtonPress else Qt.MouseButton.NoButton
    event = QMouseEvent(
        kind,
        point,
        window.canvas.mapToGlobal(point),
        button,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window.canvas, event)


def path_of_an_eight(moves: int) -> np.ndarray:
    """Points (moves, 2) along an 8, in the canvas's grid."""
    turn = np.linspace(0, 2 * np.pi, moves)
    return np.stack([140 + 55 * np.sin(2 * turn), 140 - 95 * np.cos(turn)], axis=1)


def resident(pid: int) -> str:
    """A process's resident memory, where the system tells."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return "unknown"
    return f"{pages * os.sysconf('SC_PAGE_SIZE') / 2**20:.0f} MiB"


def percentiles(seconds: list[float]) -> str:
    milliseconds = np.array(seconds) * 1e3
    return f"median {np.median(milliseconds):6.2f} ms   p95 {np.percentile(milliseconds, 95):6.2f} ms"


def main() -> None:
    """Measure moves and floor in turn, and print both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--moves", type=int, default=300)
    parser.add_argument("--tab", choices=("inspect", "compare"), default="inspect")
    arguments = parser.parse_args()
    moves = arguments.moves
    folder = tempfile.mkdtemp()
    os.environ["XDG_DATA_HOME"] = str(folder)  # what the window keeps
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    window = MainWindow(model="lenet", device="cpu")
    window.resize(1400, 900)
    loaded: list[object] = []
    window._engine.loaded.connect(loaded.append)
    window.show()
    window._message_bar.hide()  # the tour's offer, which lies over the page
    wait(app, lambda: bool(loaded))
    wait(app, lambda: not window._context.familiarity._learning.is_running)
    answer = window._pad.answer
    views = [window.canvas, answer.bars, answer.input_preview]
    if arguments.tab == "compare":
        window.open_tab("compare")
        tab = window._pages.page("compare").view
        views += [*tab.layers.strips, tab.answers.difference]
    else:
        window.open_tab("inspect")
        inspect = window._pages.page("inspect").view
        inspect.large.build()
        views += [inspect.strip, inspect.large.currentWidget().viewport(), inspect.head.range.legend]
    memory = {"window's process": resident(os.getpid())}
    memory["inference process"] = ", ".join(map(resident, window._engine.process_ids))

    import torch  # only now: the window's process has none

    from core.convolution.network import run
    from core.ink import preprocess
    from core.networks import trace
    from core.reading.classifier import Classifier

    torch.set_num_threads(1)
    classifier = Classifier.open("lenet", "cpu")
    network = classifier.network
    state = trace.state(network)
    scale = window.devicePixelRatioF()
    pixels = sum(view.width() * view.height() for view in views) * scale * scale
    picture = QImage(1000, round(pixels / 1000), QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.gray)
    target = QImage(picture.size(), QImage.Format.Format_RGB32)

    predictions: list[Prediction] = []
    answered: list[float] = []
    window.predicted.connect(predictions.append)
    window.predicted.connect(lambda _: answered.append(time.perf_counter()))
    painted = Painted(views[1:])  # the canvas is painted while the answer is on its way
    window.predicted.connect(painted.start)
    # On the Compare tab, what comes with the pad's answer: its bars, and not the other network's layers.
    pad = Painted([answer.bars, answer.input_preview])
    window.predicted.connect(pad.start)
    ways = {"here": "where it is fastest", "in the process": "in the process"}
    whole, answer_came, inside, on_pad = ({way: list[float]() for way in ways} for _ in range(4))
    floor, forward, draw = [], [], []
    side = window.canvas.width() / 280
    points = path_of_an_eight(moves + 1) * side
    mouse(window, QEvent.Type.MouseButtonPress, *points[0])
    wait(app, lambda: bool(predictions))
    app.processEvents()
    for at, (x, y) in enumerate(points[1:]):
        way = list(ways)[at % 2]
        window._engine._answers = ways[way]  # type: ignore[assignment]
        predictions.clear()
        started = time.perf_counter()
        mouse(window, QEvent.Type.MouseMove, x, y)
        wait(app, lambda: bool(predictions) and pad.is_done())
        on_pad[way].append(time.perf_counter() - started)
        wait(app, painted.is_done)
        whole[way].append(time.perf_counter() - started)
        answer_came[way].append(answered[-1] - started)
        inside[way].append(predictions[-1].milliseconds / 1e3)

        x28 = torch.from_numpy(preprocess.to_mnist(window.canvas.ink()))[None, None]
        started = time.perf_counter()
        with torch.inference_mode():
            network(x28)
        between = time.perf_counter()
        with QPainter(target) as painter:
            painter.drawImage(0, 0, picture)
        ended = time.perf_counter()
        floor.append(ended - started)
        forward.append(between - started)
        draw.append(ended - between)
    mouse(window, QEvent.Type.MouseButtonRelease, *points[-1])

    print(
        f"{moves} mouse moves at 1400×900, {pixels / 1e6:.2f} million pixels in the views of {arguments.tab}"
    )
    for way in ways:
        print(f"answered {way}")
        print(f"  move to all views painted   {percentiles(whole[way])}")
        print(f"    until the pad is painted  {percentiles(on_pad[way])}")
        print(f"    until the answer came     {percentiles(answer_came[way])}")
        print(f"      of that, classifying    {percentiles(inside[way])}")
        print(
            f"  ratio of medians to the floor's (at most 5): {np.median(whole[way]) / np.median(floor):.2f}"
        )
    print(f"  floor                       {percentiles(floor)}")
    print(f"    bare forward pass         {percentiles(forward)}")
    print(f"    one drawImage             {percentiles(draw)}")

    ink = window.canvas.ink()
    small = preprocess.to_mnist(ink)
    print("alone, in this process")
    for name, part in (
        ("preprocess", lambda: preprocess.to_mnist(ink)),
        ("trace", lambda: trace.run(network, small)),
        ("in NumPy", lambda: run(state, small)),
        ("classify", lambda: classifier.classify(ink)),
    ):
        times = []
        for _ in range(300):
            started = time.perf_counter()
            part()
            times.append(time.perf_counter() - started)
        micro = np.array(times) * 1e6
        print(f"  {name:12s} median {np.median(micro):6.0f} µs   p95 {np.percentile(micro, 95):6.0f} µs")
    print("resident memory")
    for name, size in memory.items():
        print(f"  {name:18s} {size}")
    window.close()


if __name__ == "__main__":
    main()
