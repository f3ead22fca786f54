"""Kill a process that imports and turns digits, again and again, and look at what is left each time.

A program of its own, so that it can fork: `python tests/killed_importer.py FOLDER KILLS SECONDS`. It loads no
torch. It prints one JSON object: how often it killed, how often an import was cut off, how many digits came
in, and what was wrong.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import select
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from killed_collector import drawing

from core.ink.digit_png import digest, encode
from core.my_digits.importing import Imported, import_folder
from core.my_digits.store import MyDigits
from core.my_digits.turning import Turn, Turned, turn_digits, turned

LONGEST = 0.3  # seconds that a process lives once it has begun
COUNT = 8  # digits of a batch
BEGUN, IMPORTED, TURNED = range(3)


def batch(number: int) -> list[int]:
    """The numbers of the drawings of a batch."""
    return list(range(number * COUNT, (number + 1) * COUNT))


def import_for_ever(store: MyDigits, inputs: Path, first: int, told: int) -> None:
    """Import folders of pictures, and turn what came in; tell of each call before or when it has returned."""
    for number in itertools.count(first):
        for each in batch(number):
            path = inputs / str(number) / str(each % 10) / f"{each}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encode(drawing(each)))
        os.write(told, f"{number} {BEGUN}\n".encode())
        imported = last(import_folder(store, inputs / str(number), frozenset()))
        assert isinstance(imported, Imported)
        assert len(imported.digits) == COUNT
        os.write(told, f"{number} {IMPORTED}\n".encode())
        done = last(turn_digits(store, imported.digits, Turn.HALF, frozenset()))
        assert isinstance(done, Turned)
        os.write(told, f"{number} {TURNED}\n".encode())


def last(work: Iterator[Any]) -> Any:
    for record in work:  # noqa: B007  # the last one is returned
        pass
    return record


def check(store: MyDigits, told: dict[int, int]) -> list[str]:
    """What is wrong: of each batch all have come in or none, and all are turned or none."""
    paths, foreign = store.listed()
    wrong = [f"foreign: {foreign}"] if foreign else []
    found = {store.read(path).digest for path in paths}
    for number, reached in told.items():
        inks = [drawing(each) for each in batch(number)]
        upright = sum(digest(ink) in found for ink in inks)
        round_ = sum(digest(turned(ink, Turn.HALF)) in found for ink in inks)
        allowed = {
            BEGUN: round_ == 0 and upright in (0, COUNT),
            IMPORTED: (upright, round_) in ((COUNT, 0), (0, COUNT)),
            TURNED: round_ == COUNT and upright == 0,
        }
        if not any(allowed[state] for state in (reached, min(reached + 1, TURNED))):
            wrong.append(f"batch {number}, {reached} reached: {upright} upright, {round_} turned")
    return wrong


def tidied(store: MyDigits) -> list[str]:
    """What the next start leaves of what was cut off, once that is old."""
    for path in store.folder.rglob(".*"):
        os.utime(path, (0, 0))
    store.tidy()
    return [str(path) for path in store.folder.rglob(".*") if path.name != ".deleted"]


def main(folder: Path, kills: int, seconds: float) -> None:
    """Kill so many processes, in so many seconds at most."""
    # It is for power cuts; a kill does not empty the system's buffers.
    os.fsync = lambda _descriptor: None  # type: ignore[assignment]
    os.sync = lambda: None
    chance = random.Random(0)
    store, inputs = MyDigits(folder / "my_digits"), folder / "inputs"
    store.folder.mkdir()
    wrong: list[str] = []
    told: dict[int, int] = {}
    killed, cut, number, came_in, started = 0, 0, 0, 0, time.monotonic()
    while killed < kills and time.monotonic() - started < seconds and not wrong:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                import_for_ever(store, inputs, number, writing)
            finally:
                os._exit(1)
        os.close(writing)
        select.select([reading], [], [], 10)
        time.sleep(LONGEST * chance.random())
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        with os.fdopen(reading) as lines:
            told = dict(tuple(map(int, line.split())) for line in lines.read().splitlines())
        killed += 1
        cut += any(store.folder.glob(".import*"))
        if not os.WIFSIGNALED(status):
            wrong.append("a process ended by itself")
        store.tidy()
        wrong += [f"after {killed} kills: {each}" for each in check(store, told)]
        wrong += [f"after {killed} kills, left: {each}" for each in tidied(store)]
        came_in += sum(COUNT for reached in told.values() if reached >= IMPORTED)
        number = max(told, default=number) + 1
        for path in store.listed()[0]:  # so that looking stays quick
            path.unlink()
    print(json.dumps({"killed": killed, "kept": came_in, "wrong": wrong, "cut_imports": cut}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
