"""The file process: does work on files from outside, one piece at a time, within limits. Loads no torch.

A file that takes minutes, or all memory, to read takes this process with it, and nothing else.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from core.errors import LabError
from core.files.limits import Limit
from core.files.log_file import log_to_file
from core.records import Progress

CANCEL = "cancel"
_SENT_EVERY = 0.1  # seconds, between two Progresses

_log = logging.getLogger(__name__)


class Connection(Protocol):
    """The end of a two-way pipe."""

    def send(self, record: Any) -> None:
        """Send a record, or wait until there is room."""

    def recv(self) -> Any:
        """Wait for the next record. Raises EOFError where the other end is gone."""

    def poll(self) -> bool:
        """Whether a record is there."""


@dataclass(frozen=True)
class Work:
    """A function of a module, or a record's method, and what it is to be called with.

    It returns its result, or a generator: a Progress again and again, and its result as the last record.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    limit: Limit


@dataclass(frozen=True)
class Done:
    """The work is over: its last record, an error in its place, or None where it was cancelled."""

    result: Any


def serve_process(connection: Connection) -> None:
    """Run the file process: log to the program's file, and do the work that comes in."""
    log_to_file()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the shell is for the window to answer
    _warm_up()
    _log.info("a file process has started")
    serve(connection)


def serve(connection: Connection) -> None:
    """Do work until there is nobody to give it."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            order = connection.recv()
            if isinstance(order, Work):  # else it was meant for work that is done
                connection.send(Done(_result(order, connection)))


def _warm_up() -> None:
    """Do once what the first picture would wait for: load modules, know all formats, look for digits."""
    import numpy as np
    from PIL import Image

    from core.ink import picture_files

    Image.init()
    picture_files.find_on_sheet(np.add.outer(np.arange(80.0), np.arange(80.0))[..., None].astype(np.float32))


def _result(work: Work, connection: Connection) -> Any:
    try:
        with _memory_limited_to(work.limit.memory):
            return _run(work, connection)
    except LabError as error:
        return error
    except MemoryError:
        return _too_much_memory(work.limit)
    except Exception as error:
        _log.exception("what nobody foresaw")
        return LabError(
            "That failed for a reason that nobody foresaw ({error}). Nothing was changed.",
            error=f"{type(error).__name__}: {error}",
        )


def _run(work: Work, connection: Connection) -> Any:
    """Pass the work's Progresses on; its result is returned."""
    records = work.function(*work.arguments)
    if not isinstance(records, Iterator):
        return records
    last, sent = None, 0.0
    for last in records:
        if not isinstance(last, Progress):
            continue
        if connection.poll() and connection.recv() == CANCEL:
            close = getattr(records, "close", None)
            if close is not None:
                close()  # it undoes what it has done
            return None
        if last.found is not None or time.monotonic() - sent >= _SENT_EVERY:
            connection.send(last)
            sent = time.monotonic()
    return last


def _too_much_memory(limit: Limit) -> LabError:
    """The sentence for a file that needs more than it may have."""
    return LabError(
        "That needs more than {most:,} MB of memory. The file is damaged, or was made to do harm.",
        most=limit.memory // 2**20,
    )


@contextlib.contextmanager
def _memory_limited_to(extra: int) -> Iterator[None]:
    """Let allocations fail that go further, on Linux; elsewhere the limits on files and pixels must do."""
    if not sys.platform.startswith("linux"):
        yield
        return
    import resource

    with open("/proc/self/statm", encoding="ascii") as statm:
        used = int(statm.read().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    hard = before[1]
    most = used + extra if hard == resource.RLIM_INFINITY else min(used + extra, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
