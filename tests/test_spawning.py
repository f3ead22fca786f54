"""Processes start, whatever has become of the folder that the program was started in."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sentences import sources

from gui.processes.spawning import spawning


@pytest.fixture
def deleted_folder(tmp_path: Path) -> Iterator[Path]:
    """The working folder, which is no more."""
    before = Path.cwd()
    folder = tmp_path / "soon gone"
    folder.mkdir()
    os.chdir(folder)
    folder.rmdir()
    yield folder
    os.chdir(before)


@pytest.mark.skipif(os.name != "posix", reason="Windows deletes no working folder")
class TestInADeletedFolder:
    def test_the_program_goes_to_the_user_s_folder(
        self, deleted_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        spawning()
        assert Path.cwd() == tmp_path

    def test_without_a_user_s_folder_it_goes_to_the_topmost(
        self, deleted_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(deleted_folder))
        spawning()
        assert Path.cwd() == Path("/")

    @pytest.mark.slow
    def test_a_process_starts_and_ends_well(self, deleted_folder: Path) -> None:
        process = spawning().Process(target=os.getcwd)
        process.start()
        process.join(60)
        assert process.exitcode == 0


def test_a_working_folder_that_is_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spawning()
    assert Path.cwd() == tmp_path


def test_all_processes_are_started_so() -> None:
    around = [
        path.name
        for path in sources("core", "gui")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("get_context", "Process")
        if ast.unparse(node).startswith("multiprocessing.")
    ]
    assert around == ["spawning.py"]
