"""Use the program at random for as long as asked, and see whether anything in it grows.

    python tests/benchmarks/soak.py --minutes 60 [--seed N] [--only KIND]

A real window with its processes, and a monkey: it draws, presses keys, clicks whatever is in sight, fills in
the dialogs that come up, opens whole and damaged pictures, imports, labels, trains and teaches. Each minute a
line is printed. What it means to grow is judged by a straight line through the second half of the lines.
The exit code is 1 where something grows, or failed in a way that nobody foresaw. Runs offscreen unless
QT_QPA_PLATFORM says otherwise (`xvfb-run` with `QT_QPA_PLATFORM=xcb`).
"""

from __future__ import annotations

import argparse
import collections
import ctypes
import faulthandler
import gc
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import shiboken6
from monkey import Monkey, make_inputs
from PySide6.QtCore import QObject, QSettings, Qt, QTimer, qInstallMessageHandler
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from core.files import folders
from gui.main_window import MainWindow

# What Qt says of the offscreen platform, and of keys that a widget does not want: the monkey presses any.
HARMLESS = ("This plugin does not support", "Keyboard event not accepted")

# What may not grow, and by how much in an hour. Not the process's memory: that stays at its peak, and the
# peak takes its time. Nor arrays and images: the open run's snapshots, what can be undone, numbers that were
# painted; each has a bound. But the rest of what Python and Qt have asked for, and Qt's objects.
MOST_GROWTH = {"rest": 20.0, "widgets": 120.0, "objects": 400.0, "threads": 4.0, "fds": 8.0}


# What is measured


class Sampler:
    """A line a minute."""

    def __init__(self, monkey: Monkey) -> None:
        self.monkey, self.began = monkey, time.monotonic()
        self.lines: list[dict[str, float]] = []
        self.kinds: list[collections.Counter[str]] = []

    def sample(self) -> None:
        gc.collect()
        kinds = _kinds()
        children = list(_children(os.getpid()))
        heap, arrays, images = _heap(), *_arrays_and_images()
        line = {
            "minute": (time.monotonic() - self.began) / 60,
            "acts": float(self.monkey.acts.total()),
            "memory": _memory(os.getpid()),
            "arrays": arrays,
            "images": images,
            "rest": heap - arrays - images,
            "widgets": float(
                sum(1 + len(each.findChildren(QObject)) for each in QApplication.topLevelWidgets())
            ),
            "windows": float(len(QApplication.topLevelWidgets())),
            "objects": float(sum(isinstance(each, QObject) for each in shiboken6.getAllValidWrappers())),
            "python": float(kinds.total()),
            "threads": float(len(os.listdir("/proc/self/task"))),
            "fds": float(len(os.listdir("/proc/self/fd"))),
            "children": float(len(children)),
            "theirs": sum(_memory(each) for each in children),
            "digits": float(len(self.monkey.window._context.collection)),
        }
        if not self.lines:
            print(" ".join(f"{name:>8}" for name in line))
        self.lines.append(line)
        self.kinds.append(kinds)
        print(" ".join(f"{value:8.1f}" for value in line.values()), flush=True)

    def growth(self) -> dict[str, float]:
        """How much each grows in an hour, by the second half of the lines."""
        half = self.lines[len(self.lines) // 2 :]
        minutes = [line["minute"] for line in half]
        if len(half) < 3:
            return {}
        return {
            name: float(np.polyfit(minutes, [line[name] for line in half], 1)[0]) * 60
            for name in ("memory", "theirs", "arrays", "images", *MOST_GROWTH)
        }

    def report(self) -> bool:
        """Print what has grown; whether it is within its bounds."""
        growth = self.growth()
        print(
            "in an hour, by the second half: "
            + ", ".join(f"{name} {more:+.1f}" for name, more in growth.items())
        )
        half = self.kinds[len(self.kinds) // 2]
        more = self.kinds[-1] - half
        print(
            "more than at half time: " + ", ".join(f"{name} +{count}" for name, count in more.most_common(12))
        )
        print("acts: " + ", ".join(f"{name} {count}" for name, count in self.monkey.acts.most_common()))
        freed = _memory(os.getpid())
        ctypes.CDLL(None).malloc_trim(0)
        print(f"malloc_trim gives back {freed - _memory(os.getpid()):.1f} MB of {freed:.1f} MB")
        grown = [name for name, most in MOST_GROWTH.items() if growth.get(name, 0.0) > most]
        print(f"GROWS: {', '.join(grown)}" if grown else "nothing grows")
        return not grown


def _kinds() -> collections.Counter[str]:
    """How many objects there are of each of Python's types; of Qt's, those that Python knows."""
    return collections.Counter(f"{type(each).__module__}.{type(each).__name__}" for each in gc.get_objects())


def _arrays_and_images() -> tuple[float, float]:
    """MB in NumPy's arrays and in Qt's images that Python knows."""
    objects = gc.get_objects()
    images = sum(each.sizeInBytes() for each in objects if type(each) is QImage)
    held = gc.get_referents(*objects)
    # What holds nothing but arrays and texts the collector does not know.
    held += gc.get_referents(*(each for each in held if type(each) in (dict, tuple, list)))
    arrays = {}
    for array in held:
        if type(array) is np.ndarray:
            while type(array.base) is np.ndarray:
                array = array.base
            arrays[id(array)] = array.nbytes
    return sum(arrays.values()) / 2**20, images / 2**20


def _memory(process: int) -> float:
    """MB that a process has of its own, and of what it shares its part."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass  # it has ended
    return 0.0


class _Mallinfo(ctypes.Structure):
    _names = ("arena", "ordblks", "smblks", "hblks", "hblkhd")
    _more = ("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")
    _fields_ = [(name, ctypes.c_size_t) for name in _names + _more]


def _heap() -> float:
    """MB that are allocated now, of the system's allocator."""
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = _Mallinfo
    told = mallinfo()
    return float(told.uordblks + told.hblkhd) / 2**20


def _children(process: int) -> Iterator[int]:
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield int(child)
            yield from _children(int(child))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pause", type=int, default=20, help="milliseconds between two acts")
    parser.add_argument("--only", help="after a third of the time only acts of this kind, as change_tab")
    asked = parser.parse_args()
    faulthandler.enable()
    failures = collections.Counter[str]()

    def on_exception(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        where = traceback.extract_tb(trace)[-1]
        told = f"{kind.__name__} in {Path(where.filename).name}:{where.lineno}: {error}"
        if not failures[told]:
            traceback.print_exception(kind, error, trace)
        failures[told] += 1

    def on_message(_kind: object, _context: object, message: str) -> None:
        if not any(known in message for known in HARMLESS):
            failures[f"Qt: {message}"] += 1

    sys.excepthook = on_exception
    qInstallMessageHandler(on_message)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder / "settings"))
        folders.data_folder = lambda: folder / "data"
        chance = Random(asked.seed)
        make_inputs(folder / "inputs", chance)
        app = QApplication(sys.argv[:1])
        app.setStyle("Fusion")
        window = MainWindow(model="lenet", device="cpu")
        window.show()
        monkey = Monkey(window, chance, folder / "inputs", asked.pause)
        sampler = Sampler(monkey)
        minute = QTimer(interval=60_000)
        minute.timeout.connect(sampler.sample)
        minute.start()
        window._engine.loaded.connect(monkey.begin, Qt.ConnectionType.SingleShotConnection)
        if asked.only is not None:
            only = [way for way in monkey.ways if way[1].__name__ == asked.only]
            QTimer.singleShot(int(asked.minutes * 20_000), lambda: setattr(monkey, "ways", only))
        QTimer.singleShot(int(asked.minutes * 60_000) + 500, monkey.end)
        QTimer.singleShot(int(asked.minutes * 60_000) + 5000, app.quit)
        app.exec()
        minute.stop()
        sampler.sample()
        is_steady = sampler.report()
        for told, count in failures.most_common():
            print(f"FAILED {count} times: {told}")
        window.close()
    return int(not is_steady or bool(failures))


if __name__ == "__main__":
    raise SystemExit(main())
