"""Work for the file process, which imports it by name."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import FileProblem
from core.records import Progress


def count(to: int) -> Iterator[Progress | int]:
    """Yield a Progress for each number, and the last number."""
    for done in range(to):
        yield Progress(done, to)
    yield to


def find(many: int) -> Iterator[Progress | int]:
    """Find a number at each step."""
    for number in range(many):
        yield Progress(number, many, number)
    yield many


def tell(what: str) -> Iterator[str]:
    """Tell what was asked for."""
    yield what


def go_on_until_cancelled(undone: Path) -> Iterator[Progress]:
    """Report progress for ever; undo by writing a file."""
    try:
        while True:
            time.sleep(0.01)
            yield Progress(0, 0)
    finally:
        undone.write_text("undone")


def wait_for_ever(started: Path) -> Iterator[str]:
    """Give no sign of life."""
    started.write_text(str(os.getpid()))
    time.sleep(600)
    yield "never"


def take_memory(size: int) -> Iterator[int]:
    """Allocate as many bytes."""
    yield len(bytearray(size))


def die() -> Iterator[int]:
    """End the process, as the system does where memory is short."""
    os.kill(os.getpid(), 9)
    yield 0


def fail() -> Iterator[int]:
    """Fail as expected of a damaged file."""
    raise FileProblem("{path} is damaged.", path="this")
    yield 0


def fail_unforeseen() -> Iterator[int]:
    """Fail as nobody expected."""
    yield 1 // 0


def tell_process() -> Iterator[int]:
    """Tell which process does the work."""
    yield os.getpid()


def drained(work: Iterator[Any]) -> Any:
    """Do work here and now: its last record, or what its generator returns."""
    last = None
    while True:
        try:
            last = next(work)
        except StopIteration as end:
            return last if end.value is None else end.value
