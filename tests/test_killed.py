"""No kill leaves a file of a run torn, or loses a digit that was kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_after_two_hundred_kills_every_file_opens_and_the_curves_have_no_gap(tmp_path: Path) -> None:
    # On a machine as slow as to take longer, fewer kills have to do.
    command = [sys.executable, "-m", "tests.killed_writer", str(tmp_path), "200", "40"]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (finished.returncode, finished.stderr) == (0, "")
    told = json.loads(finished.stdout)
    assert told["wrong"] == []
    assert told["left"] == []  # what was half written is cleared away when the run goes on
    assert told["killed"] > 20
    assert told["torn"] > 0  # or the kills would have met no write
    assert told["step"] > 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_after_a_hundred_kills_every_digit_whose_keeping_returned_is_there(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.killed_collector", str(tmp_path), "100", "30"]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (finished.returncode, finished.stderr) == (0, "")
    told = json.loads(finished.stdout)
    assert told["wrong"] == []
    assert told["killed"] > 20
    assert told["kept"] > 100
    assert told["torn"] + told["cut_imports"] > 0  # or the kills would have met no write


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_after_fifty_kills_each_import_and_each_turning_is_whole_or_absent(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tests" / "killed_importer.py"), str(tmp_path), "50", "30"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert (finished.returncode, finished.stderr) == (0, "")
    told = json.loads(finished.stdout)
    assert told["wrong"] == []
    assert told["killed"] > 10
    assert told["kept"] > 0
    assert told["cut_imports"] > 0  # or the kills would have met no import
