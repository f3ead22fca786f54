from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from driving import SEVEN, action
from ink_replay import draw
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.errors import FileProblem
from core.ink.last_drawing import keep, kept
from gui.main_window import MainWindow
from gui.window.settings import Settings

INK = np.random.default_rng(3).integers(0, 256, (280, 280)).astype(np.uint8)


def test_a_drawing_is_kept_pixel_for_pixel_and_bare_paper_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "drawing.png"
    assert kept(path) is None
    keep(path, np.zeros_like(INK))
    assert not path.exists()
    keep(path, INK)
    np.testing.assert_array_equal(kept(path), INK)
    keep(path, np.zeros_like(INK))
    assert kept(path) is None and not path.exists()


def test_a_damaged_drawing_is_none_and_a_folder_in_its_place_a_problem(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "drawing" / "last.png"
    keep(path, INK)
    content = path.read_bytes()
    for damaged in (b"", content[:-100], b"GIF89a" + content, content[:300] + b"\x00" + content[301:]):
        path.write_bytes(damaged)
        assert kept(path) is None
    assert len(caplog.records) == 4
    path.unlink()
    path.mkdir()
    with pytest.raises(FileProblem):
        kept(path)
    with pytest.raises(OSError):
        keep(path, INK)


def test_drawing_and_page_are_there_again_and_the_drawing_is_answered(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    first = open_window()
    draw(first.canvas, SEVEN)
    ink = first.canvas.ink()
    first.open_tab("why")
    first.close()
    second = open_window(wait=False)
    assert second.page == "why"
    qtbot.waitUntil(lambda: not second.canvas.is_empty(), timeout=10_000)
    np.testing.assert_array_equal(second.canvas.ink(), ink)
    assert not second.canvas.can_undo() and not action(second, "undo").isEnabled()
    qtbot.waitUntil(lambda: second._engine.prediction is not None, timeout=10_000)
    action(second, "clear").trigger()
    second.close()
    third = open_window()
    settled(third, qtbot)
    assert third.canvas.is_empty()


def settled(window: MainWindow, qtbot: QtBot) -> None:
    """The network is there, and the last drawing would be."""
    drawing = window._last_drawing
    qtbot.waitUntil(lambda: not drawing._is_wanted and not drawing._reading.is_running, timeout=10_000)


def test_a_drawing_is_kept_while_the_program_runs(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window()
    settled(window, qtbot)
    draw(window.canvas, SEVEN)
    path = tmp_path / "drawing" / "last.png"
    qtbot.waitUntil(lambda: kept(path) is not None, timeout=10_000)
    np.testing.assert_array_equal(kept(path), window.canvas.ink())


def test_what_is_not_to_be_remembered_is_gone_at_once_and_at_the_next_start(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    first = open_window()
    settled(first, qtbot)
    draw(first.canvas, SEVEN)
    path = tmp_path / "drawing" / "last.png"
    qtbot.waitUntil(path.exists, timeout=10_000)
    assert action(first, "remember").isChecked()
    action(first, "remember").trigger()
    qtbot.waitUntil(lambda: not path.exists(), timeout=10_000)
    draw(first.canvas, SEVEN)
    QTest.qWait(1500)
    first.open_tab("why")
    first.close()
    assert not path.exists()
    second = open_window(wait=False)
    assert not action(second, "remember").isChecked() and second.page == "inspect"
    settled(second, qtbot)
    assert second.canvas.is_empty()
    draw(second.canvas, SEVEN)
    action(second, "remember").trigger()
    qtbot.waitUntil(path.exists, timeout=10_000)


@pytest.mark.parametrize("way", ["drawn", "cleared"])
def test_what_is_drawn_before_the_last_drawing_comes_is_not_replaced(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path, way: str
) -> None:
    keep(tmp_path / "drawing" / "last.png", INK)
    window = open_window(wait=False)
    draw(window.canvas, SEVEN)
    if way == "cleared":
        window.canvas.clear()
    ink = window.canvas.ink()
    settled(window, qtbot)
    np.testing.assert_array_equal(window.canvas.ink(), ink)


def test_a_window_that_closes_before_its_network_came_keeps_the_last_drawing(
    open_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    path = tmp_path / "drawing" / "last.png"
    keep(path, INK)
    open_window(wait=False).close()
    np.testing.assert_array_equal(kept(path), INK)
    window = open_window(wait=False)
    draw(window.canvas, SEVEN)
    window.close()
    np.testing.assert_array_equal(kept(path), window.canvas.ink())


def test_a_page_that_is_not_there_is_not_opened(open_window: Callable[..., MainWindow]) -> None:
    Settings().page = "nothing"
    assert open_window(wait=False).page == "inspect"
