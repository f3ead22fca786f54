"""Work on files runs in a process of its own: within limits, cancelled at any time, started once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import file_work
import pytest
from pytestqt.qtbot import QtBot

from core.errors import LabError
from core.files import atomic
from core.files.limits import PICTURE
from core.files.own_folder import OwnFolder
from core.processes.file_service import Done, Work, serve
from core.records import Progress
from gui.processes import file_process
from gui.processes.job import Job

PATIENT = replace(PICTURE, patience=30.0)  # a busy computer takes its time to undo work
QUICK = replace(PICTURE, seconds=1.0)


def outcome(qtbot: QtBot, job: Job, function: Callable[..., Any], *arguments: Any) -> list[Any]:
    said: list[Any] = []
    job.finished.connect(said.append)
    job.failed.connect(said.append)
    with qtbot.waitSignal(job.ended, timeout=20_000):
        job.start(function, *arguments)
    return said


def test_work_ends_with_its_last_record(qtbot: QtBot) -> None:
    assert outcome(qtbot, Job(PICTURE), file_work.count, 3) == [3]


def test_a_function_may_return_its_result_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    assert outcome(qtbot, Job(PICTURE), atomic.read, tmp_path / "file") == [b"content"]
    folder = OwnFolder(tmp_path)
    assert outcome(qtbot, Job(PICTURE), folder.read, tmp_path / "file", 100) == [b"content"]
    assert outcome(qtbot, Job(PICTURE), folder.remove, tmp_path / "file") == []  # it returns nothing


def test_all_that_is_found_on_the_way_is_told_however_quickly_it_comes(qtbot: QtBot) -> None:
    job = Job(PICTURE)
    told: list[Progress] = []
    job.advanced.connect(told.append)
    outcome(qtbot, job, file_work.find, 50)
    assert [progress.found for progress in told] == list(range(50))


def test_the_newest_work_takes_the_place_of_all_before(qtbot: QtBot, tmp_path: Path) -> None:
    job = Job(PATIENT)
    said: list[Any] = []
    for signal in (job.advanced, job.finished, job.failed):
        signal.connect(said.append)
    with qtbot.waitSignal(job.advanced):
        job.start(file_work.go_on_until_cancelled, tmp_path / "undone")
    del said[:]
    ends: list[None] = []
    job.ended.connect(lambda: ends.append(None))
    with qtbot.waitSignal(job.finished, timeout=20_000):
        job.restart(file_work.fail)
        job.restart(file_work.tell, "the newest")
    assert said == ["the newest"] and (tmp_path / "undone").exists()
    assert len(ends) == 1 and not job.is_running
    assert outcome(qtbot, job, file_work.count, 3)[-1] == 3


def test_of_dropped_work_only_the_end_is_told(qtbot: QtBot) -> None:
    job = Job(PICTURE)
    for work in (file_work.tell, file_work.fail):
        said: list[Any] = []
        for signal in (job.advanced, job.finished, job.failed):
            signal.connect(said.append)
        with qtbot.waitSignal(job.ended, timeout=20_000):
            job.start(work, *(["late"] if work is file_work.tell else []))
            job.drop()
        assert said == []


def test_cancelling_gives_up_what_waits_as_well(qtbot: QtBot, tmp_path: Path) -> None:
    job = Job(PICTURE)
    said: list[Any] = []
    job.finished.connect(said.append)
    with qtbot.waitSignal(job.advanced, timeout=20_000):
        job.start(file_work.go_on_until_cancelled, tmp_path / "undone")
    with qtbot.waitSignal(job.ended, timeout=20_000):
        job.restart(file_work.tell, "waits")
        job.cancel()
    assert said == []


def test_where_no_process_can_be_started_that_is_told(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(file_process, "take", refuse)
    job = Job(PICTURE)
    [error] = outcome(qtbot, job, file_work.count, 3)
    assert "cannot be started (Resource temporarily unavailable)" in str(error) and not job.is_running


def test_progress_is_told(qtbot: QtBot) -> None:
    job = Job(PICTURE)
    told: list[Progress] = []
    job.advanced.connect(told.append)
    outcome(qtbot, job, file_work.count, 3)
    assert told[0] == Progress(0, 3)


def test_the_same_process_does_the_next_work(qtbot: QtBot) -> None:
    ids = [outcome(qtbot, Job(PICTURE), file_work.tell_process) for _ in range(3)]
    assert ids[0] == ids[1] == ids[2] != [os.getpid()]


def test_work_that_is_cancelled_undoes_what_it_has_done(qtbot: QtBot, tmp_path: Path) -> None:
    job = Job(PATIENT)
    job.advanced.connect(job.cancel)
    assert outcome(qtbot, job, file_work.go_on_until_cancelled, tmp_path / "undone") == []
    assert (tmp_path / "undone").exists()


def test_work_that_does_not_hear_is_killed_when_it_is_cancelled(qtbot: QtBot, tmp_path: Path) -> None:
    job, started = Job(PICTURE), tmp_path / "started"
    with qtbot.waitSignal(job.ended, timeout=20_000):
        job.start(file_work.wait_for_ever, started)
        qtbot.waitUntil(lambda: started.exists() and started.read_text() != "", timeout=10_000)
        job.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)


def test_work_that_was_cancelled_is_not_called_too_slow(qtbot: QtBot, tmp_path: Path) -> None:
    outcome(qtbot, Job(PICTURE), file_work.count, 1)  # a process is ready
    job = Job(replace(PICTURE, seconds=2.0, patience=3.0))
    said: list[Any] = []
    job.failed.connect(said.append)
    with qtbot.waitSignal(job.ended, timeout=20_000):
        job.start(file_work.wait_for_ever, tmp_path / "started")
        job.cancel()
    assert said == []


def test_work_without_a_sign_of_life_is_given_up(qtbot: QtBot, tmp_path: Path) -> None:
    [error] = outcome(qtbot, Job(QUICK), file_work.wait_for_ever, tmp_path / "started")
    assert isinstance(error, LabError) and "longer than 1 seconds" in str(error)
    assert "screenshot" not in str(error)  # the work may be any


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems keep to no limit")
def test_work_that_takes_too_much_memory_fails_and_the_process_lives(qtbot: QtBot) -> None:
    limit = replace(PICTURE, memory=200 * 2**20)
    assert outcome(qtbot, Job(limit), file_work.take_memory, 100 * 2**20) == [100 * 2**20]
    [error] = outcome(qtbot, Job(limit), file_work.take_memory, 300 * 2**20)
    assert isinstance(error, LabError) and "more than 200 MB" in str(error)
    assert outcome(qtbot, Job(PICTURE), file_work.take_memory, 300 * 2**20) == [300 * 2**20]


def test_a_process_that_dies_is_told_of_and_replaced(qtbot: QtBot) -> None:
    [error] = outcome(qtbot, Job(PICTURE), file_work.die)
    assert isinstance(error, LabError) and "ended unexpectedly. The file is damaged, or there is not" in str(
        error
    )
    assert outcome(qtbot, Job(PICTURE), file_work.count, 3) == [3]


@pytest.mark.parametrize(
    ("work", "words"),
    [(file_work.fail, "this is damaged."), (file_work.fail_unforeseen, "ZeroDivisionError")],
)
def test_failures_come_back_as_sentences(
    qtbot: QtBot, work: Callable[..., Iterator[Any]], words: str
) -> None:
    [error] = outcome(qtbot, Job(PICTURE), work)
    assert isinstance(error, LabError) and words in str(error)


def test_more_processes_than_a_few_do_not_stay(qtbot: QtBot) -> None:
    taken = [file_process.take() for _ in range(4)]
    for process in taken:
        file_process.give_back(process)
    assert sum(process.is_alive for process in taken) == 2


class Script:
    """A pipe with what the window sends in it."""

    def __init__(self, *orders: Any) -> None:
        self._orders, self.sent = list(orders), []  # type: list[Any], list[Any]

    def send(self, record: Any) -> None:
        self.sent.append(record)

    def recv(self) -> Any:
        if not self._orders:
            raise EOFError
        return self._orders.pop(0)

    def poll(self) -> bool:
        return bool(self._orders)


def test_work_that_is_done_when_it_is_cancelled_is_told_of(tmp_path: Path) -> None:
    late = Script(Work(file_work.tell_process, (), PICTURE), "cancel", Work(file_work.count, (2,), PICTURE))
    serve(late)
    assert late.sent[0] == Done(os.getpid())
    assert late.sent[-1] == Done(2)  # and the late order spoils no other work


def test_work_that_is_cancelled_before_it_is_done_gives_nothing(tmp_path: Path) -> None:
    early = Script(Work(file_work.count, (5,), PICTURE), "cancel")
    serve(early)
    assert early.sent[-1] == Done(None)
