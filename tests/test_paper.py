"""Digits on photographed paper are found and read, whatever light, grain, lines and colours there are."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import numpy as np
import paper_pictures
import pytest
from paper_pictures import KINDS, Sheet, clean, painted, picture, several, strokes_of_digits
from PIL import Image
from scipy import ndimage

from core.ink import picture_files, sheets
from core.ink.paper import Marks
from core.ink.preprocess import Box
from core.ink.ruling import find_lines
from core.ink.segmentation import find_digits
from core.reading.classifier import Classifier

CASES = Path(__file__).with_name("cases")
OF_EACH_KIND = 30


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.open("lenet", "cpu")


def digit_in(classifier: Classifier, ink: np.ndarray) -> int | None:
    answer = classifier.classify(ink)
    return None if answer is None else answer.digit


def read(content: bytes, folder: Path) -> sheets.Sheet:
    path = folder / "picture"
    path.write_bytes(content)
    return picture_files.read_sheet(path)


def read_ink(content: bytes, folder: Path) -> np.ndarray:
    sheet = read(content, folder)
    return sheet.ink(sheet.largest)


# Light, grain, blur, compression, lines, colours, sizes


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_pictures_of_paper_are_read_as_clean_drawings_are(
    tmp_path: Path, classifier: Classifier, kind: str
) -> None:
    right = [
        digit_in(classifier, read_ink(content, tmp_path)) == digit
        for content, ink, digit in paper_pictures.pictures(KINDS[kind], OF_EACH_KIND)
        if digit_in(classifier, ink) == digit
    ]
    assert len(right) > OF_EACH_KIND * 0.8 and sum(right) >= 0.96 * len(right)


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_pictures_of_each_kind_are_read(tmp_path: Path, classifier: Classifier, kind: str) -> None:
    for content, ink, _ in paper_pictures.pictures(KINDS[kind], 3, seed=4):
        assert digit_in(classifier, read_ink(content, tmp_path)) == digit_in(classifier, ink)


@pytest.mark.parametrize("path", sorted((CASES / "grain").glob("*.png")), ids=lambda path: path.stem)
def test_grain_is_no_ink(classifier: Classifier, path: Path) -> None:
    assert digit_in(classifier, picture_files.read(path)) == int(path.stem[-1])


def test_a_pen_as_bright_as_the_paper_is_seen_by_its_colour() -> None:
    colours = np.full((120, 120, 3), (200, 120, 140), np.float32)
    colours[30:90, 55:65] = (104, 169, 140)  # as bright, to a level
    [digit] = picture_files.find_on_sheet(colours).digits
    assert digit.box == Box(30, 55, 90, 65) and digit.ink.min() > 200


def test_a_table_around_the_sheet_is_no_ink() -> None:
    colours = np.full((200, 300, 1), 60, np.float32)
    colours[10:190, 12:285] = 230
    colours[60:140, 140:150] = 70
    colours += np.random.default_rng(1).normal(0, 1, colours.shape).astype(np.float32)
    [digit] = picture_files.find_on_sheet(colours).digits
    assert abs(digit.box.top - 60) <= 2 and abs(digit.box.height - 80) <= 4 and digit.box.width <= 14


@pytest.mark.parametrize("margin", [4, 60])
def test_a_sheet_in_the_middle_of_a_table_is_no_ink(margin: int) -> None:
    colours = np.full((400, 500, 1), 70, np.float32)
    colours[margin:-margin, margin:-margin] = 220
    colours[120:280, 230:245] = 60
    colours += np.random.default_rng(1).normal(0, 1, colours.shape).astype(np.float32)
    [digit] = picture_files.find_on_sheet(colours).digits
    assert abs(digit.box.top - 120) <= 2 and abs(digit.box.height - 160) <= 4 and digit.box.width <= 19


@pytest.mark.parametrize("shape", [(1, 60_000), (60_000, 1), (2, 5000), (3, 100), (1, 1)])
def test_the_thinnest_pictures_are_read(shape: tuple[int, int], tmp_path: Path) -> None:
    for level in (0, 128, 255):
        Image.fromarray(np.full(shape, level, np.uint8)).save(tmp_path / "thin.png")
        assert not picture_files.read_sheet(tmp_path / "thin.png").digits
    half = np.full(shape, 255, np.uint8)
    half[: shape[0] // 2, : shape[1] // 2] = 0
    Image.fromarray(half).save(tmp_path / "thin.png")
    picture_files.read_sheet(tmp_path / "thin.png")


def test_a_spray_of_thousands_of_dots_is_looked_at_in_a_moment() -> None:
    random = np.random.default_rng(0)
    sprayed = np.full((600, 600, 1), 255, np.float32)
    sprayed[150:450, 200:400][random.random((300, 200)) < 0.05] = 0
    picture_files.find_on_sheet(sprayed)


@pytest.mark.parametrize("pen", [40.0, 250.0])
def test_a_stroke_keeps_its_width_where_paper_is_uneven(pen: float) -> None:
    columns = np.arange(300, dtype=np.float32)
    colours = np.broadcast_to(120 + columns / 6, (200, 300)).copy()
    colours[50:150, 100:112] = pen
    colours += np.random.default_rng(1).normal(0, 0.8, colours.shape).astype(np.float32)
    [digit] = picture_files.find_on_sheet(colours[..., None]).digits
    width = float((digit.ink / 255).sum(1)[20:80].mean())
    assert width == pytest.approx(12, abs=0.8)


def test_paper_alone_has_no_marks() -> None:
    random = np.random.default_rng(1)
    for grain in (0.5, 3.0, 12.0, 40.0):
        page = 200 + random.normal(0, grain, (300, 400, 1)).astype(np.float32)
        assert not picture_files.find_on_sheet(page).digits


@pytest.mark.parametrize("shape", [(1, 1200), (1200, 1), (2, 1000), (600, 1), (3, 1280)])
def test_a_strip_of_paper_is_a_picture(shape: tuple[int, int]) -> None:
    page = np.random.default_rng(1).normal(200, 10, (*shape, 3)).astype(np.float32)
    page[: shape[0] // 2 + 1, : shape[1] // 9 + 1] = 0
    assert picture_files.find_on_sheet(page).picture.shape == (*shape, 3)


def _put_together(boxes: list[Box]) -> list[Box]:
    """What `find_digits` does with pieces, in the plainest way."""
    tallest = max(max(box.height, box.width) for box in boxes)

    def gap(one: Box, other: Box) -> float:
        down = max(one.top, other.top) - min(one.bottom, other.bottom)
        across = max(one.left, other.left) - min(one.right, other.right)
        return float(np.hypot(max(down, 0), max(across, 0)))

    def belong_together(one: Box, other: Box) -> bool:
        if min(one.height, other.height) < 0.5 * tallest:
            return gap(one, other) <= 0.35 * tallest
        overlap = min(one.right, other.right) - max(one.left, other.left)
        return gap(one, other) <= 0.35 / 2 * tallest and overlap >= 0.35 * min(one.width, other.width)

    while pairs := [pair for pair in itertools.combinations(boxes, 2) if belong_together(*pair)]:
        one, other = min(pairs, key=lambda pair: gap(*pair))
        boxes[boxes.index(one)] = Box(
            min(one.top, other.top),
            min(one.left, other.left),
            max(one.bottom, other.bottom),
            max(one.right, other.right),
        )
        boxes.remove(other)
    return boxes


def test_the_nearest_pieces_come_together_first() -> None:
    random = np.random.default_rng(0)
    for _ in range(300):
        strength = np.zeros((120, 160), np.float32)
        for _ in range(int(random.integers(3, 15))):
            top, left = random.integers(2, (90, 130))
            down, across = random.integers(4, 26, 2)
            strength[top : top + down, left : left + across] = 1
        labels, count = ndimage.label(strength, np.ones((3, 3)))
        pieces = [
            Box(rows.start, columns.start, rows.stop, columns.stop)
            for rows, columns in ndimage.find_objects(labels)
        ]
        tallest = max(max(box.height, box.width) for box in pieces)
        whole = [box for box in pieces if max(box.height, box.width) >= 0.12 * tallest]
        found = {digit.box for digit in find_digits(Marks(strength, 0.3, 0.0))}
        assert found == set(_put_together(whole)), count


def _dots(across: int, down: int) -> Marks:
    """Dots that are as large as the parts of a digit 20 pixels high, and as near as these."""
    strength = np.zeros((down * 9 + 30, across * 9), np.float32)
    for row, column in itertools.product(range(down), range(across)):
        strength[row * 9 + 3 : row * 9 + 7, column * 9 + 3 : column * 9 + 6] = 1
    return Marks(strength, 0.3, 0.0)


def test_a_thousand_pieces_are_put_together_in_little_time() -> None:
    dots = _dots(40, 24)
    started = time.process_time()
    assert len(find_digits(dots)) == 960
    dots.strength[-26:-4, 20:23] = 1
    assert len(find_digits(dots)) == 41  # columns of dots, each as high as a digit, and the stroke
    assert time.process_time() - started < 10


def test_more_pieces_than_anybody_has_digits_are_none() -> None:
    started = time.process_time()
    assert not find_digits(_dots(41, 25))
    assert not find_digits(_dots(120, 120))
    assert time.process_time() - started < 10


def test_faint_pencil_needs_as_much_contrast_as_its_grain_asks_for() -> None:
    random = np.random.default_rng(1)
    page = 200 + random.normal(0, 1.0, (200, 200, 1)).astype(np.float32)
    page[60:140, 90:100] -= 16
    assert len(picture_files.find_on_sheet(page).digits) == 1
    page[60:140, 90:100] += 10
    assert len(picture_files.find_on_sheet(page).digits) == 0


# Lines


def ruled_marks(tilt: float, thick: int = 2, pitch: int = 40) -> np.ndarray:
    rows, columns = np.mgrid[:240, :320]
    marks: np.ndarray = (rows + columns * tilt).astype(int) % pitch < thick
    return marks


@pytest.mark.parametrize("tilt", [0.0, 0.05, -0.05, 0.09])
@pytest.mark.parametrize("upright", [False, True])
def test_lines_from_edge_to_edge_are_found(tilt: float, upright: bool) -> None:
    marks = ruled_marks(tilt)
    marks = marks.T if upright else marks
    found = find_lines(marks)
    assert (found & marks).sum() > 0.93 * marks.sum() and not (found & ~marks).any()


def test_a_stroke_that_crosses_a_line_stays_whole() -> None:
    marks = ruled_marks(0.0)
    stroke = np.zeros_like(marks)
    stroke[60:180, 150:162] = True
    assert not (find_lines(marks | stroke) & stroke).any()


def test_a_single_line_may_be_a_stroke() -> None:
    marks = np.zeros((100, 100), bool)
    marks[50:53] = True
    assert not find_lines(marks).any()


def test_strokes_from_edge_to_edge_are_no_lines() -> None:
    marks = np.zeros((100, 60), bool)
    marks[:, 10:18] = marks[:, 40:48] = True  # a cropped 11
    assert not find_lines(marks).any()


def test_a_thin_eleven_is_no_lines() -> None:
    marks = np.zeros((200, 200), bool)
    marks[35:165, 70:73] = marks[35:165, 120:123] = True
    assert not find_lines(marks).any()


def test_short_strokes_are_no_lines() -> None:
    marks = np.zeros((200, 200), bool)
    for row in (50, 90, 130):
        marks[row : row + 2, 20:110] = True
    assert not find_lines(marks).any()


# Several digits


def found(*boxes: tuple[int, int, int, int], shape: tuple[int, int] = (200, 400)) -> list[Box]:
    strength = np.zeros(shape, np.float32)
    for top, left, bottom, right in boxes:
        strength[top:bottom, left:right] = 1
    return [piece.box for piece in find_digits(Marks(strength, 0.0, 0.0))]


def test_digits_are_read_line_by_line_from_left_to_right() -> None:
    boxes = [(24, 30, 80, 50), (20, 100, 76, 130), (120, 40, 180, 60), (125, 200, 178, 230)]
    assert found(*reversed(boxes)) == [Box(*box) for box in boxes]


def test_the_bar_of_a_five_belongs_to_it() -> None:
    assert found((40, 100, 120, 130), (16, 120, 22, 160), (40, 250, 120, 280)) == [
        Box(16, 100, 120, 160),
        Box(40, 250, 120, 280),
    ]


def test_strokes_over_each_other_are_one_digit_and_side_by_side_two() -> None:
    assert found((30, 100, 90, 130), (96, 100, 150, 130)) == [Box(30, 100, 150, 130)]
    assert len(found((30, 100, 90, 130), (30, 136, 90, 160))) == 2


def test_specks_are_no_digits() -> None:
    assert found((40, 100, 120, 130), (20, 300, 25, 304), (180, 30, 188, 38)) == [Box(40, 100, 120, 130)]


def test_what_reaches_the_frame_is_left_out_unless_it_is_all() -> None:
    for frame in [(0, 10, 30, 390), (170, 10, 200, 390), (10, 0, 190, 20), (10, 380, 190, 400)]:
        assert found(frame, (40, 100, 120, 130)) == [Box(40, 100, 120, 130)]
    assert found((0, 100, 120, 130)) == [Box(0, 100, 120, 130)]


def test_a_frame_printed_around_a_digit_is_none_of_it() -> None:
    strength = np.zeros((200, 400), np.float32)
    strength[20:180, 50:230] = 1
    strength[23:177, 53:227] = 0
    assert len(find_digits(Marks(strength, 0.0, 0.0))) == 1  # a rectangle alone may be a 0
    strength[60:140, 120:130] = 1
    assert [piece.box for piece in find_digits(Marks(strength, 0.0, 0.0))] == [Box(60, 120, 140, 130)]


def test_pale_marks_alone_are_no_digit() -> None:
    strength = np.zeros((100, 100), np.float32)
    strength[20:80, 20:30] = 0.5
    strength[20:80, 60:70] = 0.9
    assert [piece.box.left for piece in find_digits(Marks(strength, 0.3, 0.0))] == [60]


def test_what_is_wide_may_be_several_digits_that_touch() -> None:
    strength = np.zeros((100, 200), np.float32)
    strength[30:80, 20:110] = 1
    assert [piece.may_be_several for piece in find_digits(Marks(strength, 0.0, 0.0))] == [True]
    strength[30:80, 80:] = 0
    assert [piece.may_be_several for piece in find_digits(Marks(strength, 0.0, 0.0))] == [False]


def test_several_digits_on_paper_are_found_and_read_in_their_order(
    tmp_path: Path, classifier: Classifier
) -> None:
    random = np.random.default_rng(3)
    inks = [(clean(strokes, 0.1), digit) for strokes, digit in strokes_of_digits(60, 5)]
    known = [
        (ink, digit)
        for ink, digit in inks
        if digit_in(classifier, ink) == digit and np.ptp(ink.any(1).nonzero()) > np.ptp(ink.any(0).nonzero())
    ]
    sheet = Sheet(fall_off=40, grain=1.5, lines=25, pitch=0.13, blur=0.6, quality=80)
    right = digits = 0
    for lines in (1, 2, 3):
        content, numbers = several([ink for ink, _ in known], lines, sheet, random)
        wanted = [known[number][1] for number in numbers]
        answers = [digit_in(classifier, digit.ink) for digit in read(content, tmp_path).digits]
        assert len(answers) == len(wanted)
        right += sum(answer == digit for answer, digit in zip(answers, wanted, strict=True))
        digits += len(wanted)
    assert digits >= 15 and right >= digits - 1


# Large and small pictures


def test_a_digit_on_a_tenth_of_a_large_photo_is_read(tmp_path: Path, classifier: Classifier) -> None:
    random = np.random.default_rng(1)
    strokes, digit = next(strokes_of_digits(1, 1))
    ink = clean(strokes, 0.09)
    sheet = Sheet((1500, 2000), size=0.1, place=(0.3, 0.7), grain=2, fall_off=30, blur=1, quality=85)
    sheet_read = read(picture(ink, sheet, random), tmp_path)
    assert digit_in(classifier, ink) == digit_in(classifier, sheet_read.ink(0)) == digit
    assert max(sheet_read.picture.shape) == 1000


def test_the_largest_digit_is_the_one_that_is_read(tmp_path: Path) -> None:
    shares = np.zeros((300, 300), np.float32)
    shares[50:100, 50:60] = shares[120:260, 180:200] = 1
    ink = read_ink(painted(shares, Sheet((300, 300)), np.random.default_rng(1)), tmp_path)
    assert ink.shape == (300, 300)
    assert ink[130:250, 185:195].min() > 200 and not ink[:110].any()


def test_boxes_lie_in_the_picture_that_is_shown(tmp_path: Path) -> None:
    image = Image.new("RGB", (2600, 1400), "white")
    image.paste("black", (1000, 400, 1100, 900))
    path = tmp_path / "large.png"
    image.save(path)
    sheet = picture_files.read_sheet(path)
    [digit] = sheet.digits
    assert sheet.picture.shape == (467, 867, 3)
    assert abs(digit.box.left - 333) <= 1 and abs(digit.box.bottom - 300) <= 1
    assert sheet.picture[digit.box.slices].mean() < 20
