"""The command that replays pen digits, on a few that were made for the purpose."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from ink_accuracy import BRUSHES, Answer, Drawing, Replay, drawings, main, page_of_mistakes, report
from ink_replay import PenDigits, draw
from PIL import Image
from pytestqt.qtbot import QtBot

from core.pen_digits import generator
from core.pen_digits.forms import FORMS
from gui.pad.drawing_canvas import GRID, DrawingCanvas

COUNT = 60


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated strokes in a file of the form of the pen digits: three writers, one slashed zero."""
    random = np.random.default_rng(0)
    written = [generator.write(FORMS[index % len(FORMS)], random) for index in range(COUNT)]
    labels = [FORMS[index % len(FORMS)].digit for index in range(COUNT)]
    strokes = [stroke * 17.5 - 400 for digit in written for stroke in digit]  # any unit, anywhere
    path = tmp_path_factory.mktemp("ink") / "digits.npz"
    np.savez(
        path,
        points=np.concatenate(strokes).astype(np.float32),
        stroke_offsets=np.cumsum([0, *map(len, strokes)]),
        sample_offsets=np.cumsum([0, *map(len, written)]),
        labels=np.array(labels, np.uint8),
        writer=np.arange(COUNT) % 3,
        writers=np.array(["here:anna", "here:bo", "there:cy"]),
        source=(np.arange(COUNT) % 3 == 2).astype(int),
        sources=np.array(["here", "there"]),
        slashed_zero=np.arange(COUNT) == 9,
    )
    return path


def answers(digits: PenDigits, wrong: set[int]) -> list[Answer]:
    picture = np.zeros((28, 28), np.float32)
    return [
        Answer(Drawing(index), (int(label) + (index in wrong)) % 10, picture)
        for index, label in enumerate(digits.labels)
    ]


def test_a_digit_has_the_size_and_the_place_that_were_asked_for(file: Path) -> None:
    digits = PenDigits(file)
    for place in ((0.0, 0.0), (1.0, 0.5), (0.3, 1.0)):
        points = np.concatenate(digits.strokes(12, 120.0, place))
        low, high = points.min(0), points.max(0)
        assert (high - low).max() == pytest.approx(120, rel=1e-4)
        room = GRID - (high - low)
        assert low == pytest.approx(room * place, abs=1e-2)


def test_a_mouse_gives_whole_pixels_eight_milliseconds_apart(qtbot: QtBot) -> None:
    canvas = DrawingCanvas()
    canvas.resize(331, 331)
    qtbot.addWidget(canvas)
    points, times = [], []
    canvas.mouseMoveEvent = lambda event: (  # type: ignore[method-assign,assignment]
        points.append(event.position()),
        times.append(event.timestamp()),
    )
    draw(canvas, [np.array([[10.0, 10.0], [20.3, 30.7], [40.9, 50.1]])], as_mouse=True)
    assert [(point.x(), point.y()) for point in points] == [(24, 36), (48, 59)]
    assert np.diff(times).tolist() == [8]


def test_varied_drawings_are_of_all_sizes_places_and_brushes() -> None:
    varied = drawings("varied", 500)
    sizes = [drawing.size for drawing in varied]
    assert GRID / 5 <= min(sizes) < GRID / 4
    assert GRID * 0.95 < max(sizes) <= GRID
    assert {drawing.brush for drawing in varied} == set(BRUSHES)
    places = np.array([drawing.place for drawing in varied])
    assert places.min() < 0.05
    assert places.max() > 0.95
    assert drawings("varied", 500, every=7) == varied[::7]


def test_what_is_drawn_is_what_the_network_sees(file: Path, qtbot: QtBot) -> None:
    replay = Replay(file, "lenet")
    usual, again, thin = (
        replay.answer(Drawing(20, brush=brush)).picture for brush in (BRUSHES[1], BRUSHES[1], BRUSHES[0])
    )
    assert np.array_equal(usual, again)  # the sheet was clean
    assert thin.sum() < usual.sum() * 0.8


def test_accuracy_is_told_by_source_writer_and_digit_with_slashed_zeros_apart(file: Path) -> None:
    digits = PenDigits(file)
    lines = "\n".join(report(answers(digits, {0, 3, 9, 2}), digits))
    assert re.search(r"here +94.87% of 39\n", lines)  # 40 less the slashed zero; two of them wrong
    assert re.search(r"there +95.00% of 20\n", lines)
    assert re.search(r"slashed zeros +0.00% of 1\b", lines)
    # Anna's 19 without the slashed one, two of them wrong; Bo's 20 are right.
    assert "2 writers: median 94.74%, worst tenth 89.47% (worst here:anna: 89.47%)" in lines
    assert "1 writers: median 95.00%" in lines


def test_the_page_of_mistakes_has_a_cell_for_each(file: Path) -> None:
    digits = PenDigits(file)
    one_row = page_of_mistakes(answers(digits, set(range(24))), digits)
    two_rows = page_of_mistakes(answers(digits, set(range(25))), digits)
    assert two_rows.height == 2 * one_row.height
    assert page_of_mistakes(answers(digits, set()), digits).height == one_row.height


@pytest.mark.slow
def test_the_command_replays_in_all_ways_and_writes_the_page(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "mistakes.png"
    assert main([str(file), "--model", "lenet", "--mistakes", str(page), "--processes", "1"]) == 0
    told = capsys.readouterr().out
    for way in ("usual", "mouse", "varied"):
        assert re.search(rf"lenet, {way} \(\d+ digits a second\)", told)
    assert told.count("\n  here ") == told.count("\n  there ") == 3
    assert re.search(r"brush +small +medium +large", told)
    with Image.open(page) as picture:
        assert picture.width > 1000
