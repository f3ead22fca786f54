"""Kill the whole program, again and again, and look at what is left each time.

`python tests/killed_program.py FOLDER KILLS SECONDS` starts the window with its processes on one folder,
lets a monkey draw, keep, import and train there, and kills the window, or all of its processes at once. It
prints one JSON object: how often it killed, how much had been told to be kept, and what was wrong.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import LabError
from core.my_digits.store import MyDigits
from core.records import EpochMetrics, StepMetrics
from core.training import runs

SHORT, LONG = 2.0, 15.0  # seconds that the program lives once its window is open; in the long ones it trains
TO_END = 15.0  # seconds for processes whose window was killed to keep what they have, and to end


def show_window(folder: Path) -> None:
    """Run the program with a monkey, and tell of what is kept, a line each."""
    from monkey import Monkey, make_inputs
    from PySide6.QtCore import QSettings, Qt
    from PySide6.QtWidgets import QApplication

    from core.files import folders
    from core.ink.digit_png import digest
    from gui.main_window import MainWindow

    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder / "settings"))
    folders.data_folder = lambda: folder
    chance = random.Random(os.getpid())
    if not (folder / "inputs").exists():
        make_inputs(folder / "inputs", chance)
    app = QApplication(sys.argv[:1])
    window = MainWindow(model="lenet", device="cpu")
    window.show()
    monkey = Monkey(window, chance, folder / "inputs")
    path: list[Path] = []

    def keep() -> None:
        monkey.draw()
        ink = window.canvas.ink()
        monkey.press_label()
        kept = window._context.collection.find(ink)
        if kept is not None:
            print(f"digit {digest(ink)}", flush=True)

    def on_epoch(metrics: EpochMetrics) -> None:
        print(f"epoch {path[-1].name} {metrics.epoch}", flush=True)

    run = window._context.run
    run.started.connect(lambda started: path.append(started.path))
    run.epoch_ended.connect(on_epoch)
    monkey.ways = [(10, keep), (1, monkey.train), (0.3, monkey.import_digits), (1, monkey.change_tab)]
    window._engine.loaded.connect(monkey.begin, Qt.ConnectionType.SingleShotConnection)
    window._engine.loaded.connect(lambda _info: print("open", flush=True))
    app.exec()


def processes_of(process: int) -> Iterator[int]:
    """A process's children, and theirs."""
    try:
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from processes_of(int(child))
    except OSError:
        return  # it has ended


def are_gone(processes: list[int]) -> bool:
    """Whether all of them have ended, or do so within their time."""
    ends = time.monotonic() + TO_END
    while time.monotonic() < ends:
        if not any(Path(f"/proc/{process}").exists() and _is_alive(process) for process in processes):
            return True
        time.sleep(0.05)
    return False


def _is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def check(folder: Path, digits: set[str], epochs: dict[str, int]) -> list[str]:
    """What of the digits and epochs that were told is missing, and what is torn."""
    wrong = []
    store = MyDigits(folder / "my_digits")
    paths, foreign = store.listed()
    found = set()
    for path in paths:
        try:
            found.add(store.read(path).digest)
        except LabError as error:
            wrong.append(str(error))
    wrong += [f"foreign: {each}" for each in foreign]
    wrong += [f"lost: digit {each}" for each in digits - found]
    for run in map(runs.Run, sorted((folder / "runs").glob("*"))):
        wrong += _wrong_with(run, epochs.get(run.path.name, 0))
    return wrong


def _wrong_with(run: runs.Run, epochs: int) -> list[str]:
    try:
        info = run.info()
        told = list(run.metrics())
        for step in run.snapshot_steps():
            run.snapshot(step)
        step = run.load_state()[1]["step"] if run.can_go_on else 0
    except LabError as error:
        # The folder is made before its description is: a kill between the two leaves an empty one.
        return [] if run.path.exists() and not any(run.path.iterdir()) else [f"{run.path.name}: {error}"]
    wrong = []
    losses = np.concatenate([np.zeros(0), *(each.losses for each in told if isinstance(each, StepMetrics))])
    ended = [each.epoch for each in told if isinstance(each, EpochMetrics)]
    if len(losses) < step:
        wrong.append(f"{run.path.name}: a curve of {len(losses)} steps, and a checkpoint of {step}")
    if ended != list(range(1, len(ended) + 1)) or len(ended) < epochs:
        wrong.append(f"{run.path.name}: epochs {ended}, and {epochs} were told")
    if info.is_at_work:
        wrong.append(f"{run.path.name}: nobody is at work on it")
    return wrong


def main(folder: Path, kills: int, seconds: float) -> None:
    """Kill the program so many times, in so many seconds at most."""
    chance = random.Random(0)
    wrong: list[str] = []
    digits: set[str] = set()
    epochs: dict[str, int] = {}
    killed, started = 0, time.monotonic()
    told: dict[str, Callable[..., Any]] = {
        "digit": digits.add,
        "epoch": lambda run, number: epochs.update({run: int(number)}),
        "open": lambda: None,
    }
    while killed < kills and time.monotonic() - started < seconds and not wrong:
        command = [sys.executable, str(Path(__file__).resolve()), str(folder)]
        environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "QT_QPA_PLATFORM": "offscreen"}
        window = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert window.stdout is not None
        assert window.stderr is not None
        if not select.select([window.stdout], [], [], 90)[0]:
            wrong.append("no window opened")
        time.sleep(chance.choice((SHORT, SHORT, LONG)) * chance.random())
        children = list(processes_of(window.pid))
        all_at_once = chance.random() < 0.5
        for process in (window.pid, *(children if all_at_once else ())):
            os.kill(process, signal.SIGKILL)
        lines, said = window.communicate()
        if window.returncode != -signal.SIGKILL:
            wrong.append(f"the window ended by itself: {said[-2000:]}")
        killed += 1
        for line in lines.splitlines():
            name, *rest = line.split()
            told[name](*rest)
        if not are_gone(children):
            wrong.append(f"after {killed} kills processes live on")
        wrong += [f"after {killed} kills: {each}" for each in check(folder, digits, epochs)]
    kept = {"killed": killed, "digits": len(digits), "epochs": sum(epochs.values()), "wrong": wrong}
    print(json.dumps(kept))


if __name__ == "__main__":
    if len(sys.argv) == 2:
        show_window(Path(sys.argv[1]))
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
