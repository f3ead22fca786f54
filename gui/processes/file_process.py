"""Processes that read and write files from outside: taken for a piece of work, given back for the next."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from core.errors import LabError
from core.files.limits import CLIPBOARD
from core.processes import file_service
from core.processes.file_service import CANCEL, Done, Work
from gui.processes.spawning import spawning

_MOST_IDLE = 2  # processes that wait for work; each has some 50 MB
_LOOKED_EVERY = 0.05  # seconds, whether the work was cancelled

_idle: list[FileProcess] = []


class FileProcess:
    """One process, at one piece of work at a time. Blocks: to be used in a thread."""

    def __init__(self) -> None:
        # The process gets this with its environment: it is not to take cores from the answers.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        context = spawning()
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=file_service.serve_process, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()  # else nobody would hear of its end

    @property
    def is_alive(self) -> bool:
        """Whether it can do work."""
        return self._process.is_alive()

    @property
    def id(self) -> int | None:
        """The system's number of the process."""
        return self._process.pid

    def records(self, work: Work, is_cancelled: Callable[[], bool]) -> Iterator[Any]:
        """Do work: each Progress as it comes, then Done. Work that does not end in time is killed."""
        asked_at: float | None = None  # when it was cancelled
        try:
            self._connection.send(work)
            heard = time.monotonic()
            while True:
                if self._connection.poll(_LOOKED_EVERY):
                    record = self._connection.recv()
                    heard = time.monotonic()
                    yield record
                    if isinstance(record, Done):
                        return
                now = time.monotonic()
                if asked_at is None and is_cancelled():
                    self._connection.send(CANCEL)
                    asked_at = now
                if asked_at is not None and now - asked_at > work.limit.patience:
                    self.kill()
                    yield Done(None)
                    return
                if asked_at is None and now - heard > work.limit.seconds:
                    self.kill()
                    yield Done(_too_slow(work))
                    return
        except (EOFError, OSError):  # it is dead
            self.kill()
            yield Done(None if asked_at is not None else _died())

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.join()
        self._connection.close()


def take() -> FileProcess:
    """A process without work, an idle one or a new one."""
    while _idle:
        process = _idle.pop()
        if process.is_alive:
            return process
    return FileProcess()


def give_back(process: FileProcess) -> None:
    """Keep a process for the next work, unless there are enough, or it has ended."""
    if not process.is_alive:
        return
    if len(_idle) < _MOST_IDLE:
        _idle.append(process)
    else:
        process.kill()


def warm_up() -> None:
    """Have one process ready."""
    give_back(take())


def _too_slow(work: Work) -> LabError:
    if work.limit == CLIPBOARD:
        return LabError(
            "The program that has the clipboard has not answered for {seconds:.0f} seconds. Copy the picture "
            "once more, or save it there and open the file.",
            seconds=work.limit.seconds,
        )
    return LabError(
        "That took longer than {seconds:.0f} seconds and was given up. The file is damaged or far too large, "
        "or the disk does not answer. Try another file, or one that is smaller.",
        seconds=work.limit.seconds,
    )


def _died() -> LabError:
    return LabError(
        "The process that reads files has ended unexpectedly. The file is damaged, or there is not enough "
        "memory: close other programs, and try again."
    )
