"""Damaged files of every kind give a value or a sentence, in little time, and touch nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import fuzzing
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links and pipes need rights on Windows")


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Path:
    # Waiting for the disk is for power cuts.
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    monkeypatch.setattr(os, "sync", lambda: None)
    return fuzzing.make_sandbox(tmp_path / "sandbox")


@pytest.mark.parametrize("name", fuzzing.READERS)
def test_damaged_files_are_read_or_refused_and_nothing_else_happens(name: str, sandbox: Path) -> None:
    reader = fuzzing.READERS[name]
    found = set()

    @settings(
        max_examples=reader.examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32 - 1))
    def try_one(seed: int) -> None:
        found.add(fuzzing.attempt(reader, Random(seed), sandbox))

    try_one()
    assert True in found  # else the damage would be too much
