"""Kill a process that keeps digits, again and again, and look at what is left each time.

A program of its own, so that it can fork: `python -m tests.killed_collector FOLDER KILLS SECONDS`. It loads
no torch. It prints one JSON object: how often it killed, how often in the midst of a file, how many digits
were kept, and what was wrong.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import sys
import time
from pathlib import Path

import numpy as np

from core.errors import LabError
from core.my_digits.store import MyDigits

LONGEST = 0.06  # seconds that a writer lives once it has kept a digit


def drawing(number: int) -> np.ndarray:
    """Every number another one, all over the sheet: a file of two drawings would show it."""
    return np.random.default_rng(number).integers(0, 256, (28, 28), np.uint8).repeat(10, 0).repeat(10, 1)


def keep_for_ever(store: MyDigits, number: int, told: int) -> None:
    """Keep digits, and move some; tell of each call when it has returned: number and label, or −1 if deleted.

    Every tenth time three digits come in together.
    """

    def tell(number: int, label: int) -> None:
        os.write(told, f"{number} {label}\n".encode())

    while True:
        if number % 10 == 0:
            staging = store.begin_import()
            for each in range(3):
                store.stage(staging, drawing(number + each), 4)
            store.finish_import(staging)
            for each in range(3):
                tell(number + each, 4)
            number += 3
            continue
        digit = store.add(drawing(number), number % 10)
        tell(number, number % 10)
        if number % 3 == 0:
            (digit,) = store.relabel([digit], 5)
            tell(number, 5)
        if number % 4 == 0:
            store.delete([digit])
            tell(number, -1)
        number += 1


def check(store: MyDigits, told: dict[int, set[int]]) -> tuple[int, list[str]]:
    """The number that is used next, and what is wrong.

    `told` has for each number the labels that it may have: that of the last call that returned, and those of
    calls that may have been under way.
    """
    wrong = []
    found: dict[str, int] = {}
    for path in store.listed()[0]:
        try:
            digit = store.read(path)
        except LabError as error:
            wrong.append(str(error))
            continue
        if digit.digest in found:
            wrong.append(f"{path}: twice")
        found[digit.digest] = digit.label
    for number, allowed in told.items():
        digest = digest_of(number)
        if found.get(digest, -1) not in allowed:
            wrong.append(f"{number}: {found.get(digest)} and not one of {sorted(allowed)}")
    if store.listed()[1]:
        wrong.append(f"foreign: {store.listed()[1]}")
    return max(told, default=0), wrong


def digest_of(number: int) -> str:
    """The digest of a drawing."""
    from core.ink.digit_png import digest

    return digest(drawing(number))


def may_follow(number: int, label: int) -> set[int]:
    """Which labels a digit may have, of which a process has told `label` before it was killed."""
    allowed = {label}
    if label == number % 10 and label != -1 and number % 3 == 0:
        allowed.add(5)
    if label != -1 and number % 4 == 0:
        allowed.add(-1)
    return allowed


def main(folder: Path, kills: int, seconds: float) -> None:
    """Kill so many writers, in so many seconds at most."""
    # It is for power cuts; a kill does not empty the system's buffers.
    os.fsync = lambda _descriptor: None  # type: ignore[assignment]
    os.sync = lambda: None
    chance = random.Random(0)
    store = MyDigits(folder)
    wrong: list[str] = []
    told: dict[int, set[int]] = {}
    kept: set[int] = set()
    killed, torn, number, cut_imports, started = 0, 0, 1, 0, time.monotonic()
    while killed < kills and time.monotonic() - started < seconds and not wrong:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                keep_for_ever(store, number, writing)
            finally:
                os._exit(1)
        os.close(writing)
        select.select([reading], [], [], 10)  # on a busy machine the first digit may take longer than that
        time.sleep(LONGEST * chance.random())
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        with os.fdopen(reading) as lines:
            for line in lines.read().splitlines():
                each, label = map(int, line.split())
                told[each] = may_follow(each, label)
        killed += 1
        half_written = list(folder.glob("[0-9]/.*"))
        torn += bool(half_written)
        for path in half_written:
            path.unlink()
        cut_imports += any(folder.glob(".import*"))
        if not os.WIFSIGNALED(status):
            wrong.append("a writer ended by itself")
        store.tidy()
        newest, wrong_here = check(store, told)
        wrong += [f"after {killed} kills: {each}" for each in wrong_here]
        number = max(number, newest) + 20  # beyond what was under way
        kept |= told.keys()
        for staging in folder.glob(".importing-*"):
            shutil.rmtree(staging)
        for path in store.listed()[0][:-60]:  # so that looking stays quick
            path.unlink()
        for each in list(told)[:-30]:
            del told[each]
    result = {
        "killed": killed, "kept": len(kept), "wrong": wrong, "torn": torn, "cut_imports": cut_imports
    }  # fmt: skip
    print(json.dumps(result))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
