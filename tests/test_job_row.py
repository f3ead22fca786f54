"""Work on files that takes long is seen, and can be given up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import file_work
import pytest
from driving import child, click_button, wait_for_files
from PySide6.QtWidgets import QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from core.files.limits import PICTURE
from core.records import Progress
from gui.processes.job import Job
from gui.widgets import job_row
from gui.widgets.job_row import JobRow


@pytest.fixture
def row(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobRow]:
    monkeypatch.setattr(job_row, "_SHOWN_AFTER", 50)
    window = QWidget()
    qtbot.addWidget(window)
    made = JobRow(window)
    window.show()
    yield made


def test_long_work_is_seen_with_its_progress_until_it_is_given_up(
    row: JobRow, qtbot: QtBot, tmp_path: Path
) -> None:
    patient = replace(PICTURE, patience=30.0)  # a busy computer takes its time to undo it
    jobs = [row.follow(Job(patient, row)) for _ in range(2)]
    for number, job in enumerate(jobs):
        job.start(file_work.go_on_until_cancelled, tmp_path / str(number))
    assert not row.isVisible()
    qtbot.waitUntil(row.isVisible)
    bar = child(row, QProgressBar, "job_progress")
    assert (bar.minimum(), bar.maximum()) == (0, 0)  # how much it is, is not known
    row._on_advanced(Progress(3, 7))
    assert (bar.value(), bar.maximum()) == (3, 7)
    jobs[0].cancel()
    qtbot.waitUntil(lambda: not jobs[0].is_running, timeout=20_000)
    assert row.isVisible()  # the other one is still at work
    click_button(row, "job_cancel_button")
    wait_for_files(qtbot, row)
    assert not row.isVisible() and all((tmp_path / name).exists() for name in "01")


def test_quick_work_is_not_seen(row: JobRow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    row._timer.setInterval(60_000)
    job = row.follow(Job(PICTURE, row))
    job.start(file_work.count, 3)
    assert row._timer.isActive()
    wait_for_files(qtbot, row)
    assert not row._timer.isActive() and not row.isVisible()


def test_all_work_is_dropped_when_the_window_closes(row: JobRow, qtbot: QtBot, tmp_path: Path) -> None:
    job = row.follow(Job(PICTURE, row))
    said: list[object] = []
    job.finished.connect(said.append)
    job.start(file_work.count, 100_000)
    row.drop()
    wait_for_files(qtbot, row)
    assert said == []
