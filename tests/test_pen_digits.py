from __future__ import annotations

import numpy as np
import pytest

from core.pen_digits import generator
from core.pen_digits.forms import FORMS, Form, draw_skeleton


def test_the_same_seed_gives_the_same_digits() -> None:
    first, again, other = (generator.collect(generator.generate(30, seed)) for seed in (5, 5, 6))
    assert np.array_equal(first.images, again.images)
    assert np.array_equal(first.labels, again.labels)
    assert not np.array_equal(first.images, other.images)


def test_none_are_an_empty_set() -> None:
    none = generator.collect(generator.generate(0, 0))
    assert none.images.shape == (0, 28, 28)
    assert none.images.dtype == none.labels.dtype == np.uint8
    assert len(none) == 0


def test_digits_are_as_often_as_the_table_says_and_those_that_mnist_lacks_more_often() -> None:
    shares = np.zeros(10)
    for form in FORMS:
        shares[form.digit] += form.share
    assert shares.sum() == pytest.approx(1)
    assert set(np.argsort(shares)[-4:]) == {1, 4, 7, 9}
    counts = np.bincount(generator.collect(generator.generate(1000, 0)).labels, minlength=10)
    assert np.abs(counts - 1000 * shares).max() < 50  # four standard deviations


@pytest.mark.parametrize("form", FORMS, ids=[f"{form.digit}: {form.skeleton}" for form in FORMS])
def test_every_form_becomes_a_picture_as_mnists_are(form: Form) -> None:
    random = np.random.default_rng(1)
    for _ in range(5):
        picture = generator.draw(form, random) / 255
        rows, columns = (np.flatnonzero(picture.any(axis)) for axis in (1, 0))
        assert 18 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 22  # the box of 20, and its soft edge
        centre = np.array([(picture.sum(axis) @ (np.arange(28) + 0.5)) / picture.sum() for axis in (1, 0)])
        assert np.abs(centre - 14.5).max() < 3  # as near as the picture's edges let it


@pytest.mark.parametrize("form", FORMS, ids=[f"{form.digit}: {form.skeleton}" for form in FORMS])
def test_a_hand_keeps_to_the_sheet_and_draws_short_lines(form: Form) -> None:
    random = np.random.default_rng(2)
    for _ in range(5):
        strokes = generator.write(form, random)
        points = np.concatenate(strokes)
        assert max(np.ptp(points, axis=0)) == pytest.approx(97, abs=4)  # a tip may lie between two points
        assert points.min() >= 19.9
        assert points.max() <= 120.1
        assert all(np.hypot(*np.diff(stroke, axis=0).T).max() <= 8.01 for stroke in strokes)


def test_no_two_hands_write_alike() -> None:
    random = np.random.default_rng(3)
    pictures = {generator.draw(FORMS[0], random).tobytes() for _ in range(20)}
    assert len(pictures) == 20


# The table


def test_there_are_the_forms_that_mnist_lacks() -> None:
    strokes = {
        digit: {len(form.skeleton.split("|")) for form in FORMS if form.digit == digit} for digit in range(10)
    }
    assert all(1 in of_digit for of_digit in strokes.values())
    for digit in (0, 1, 4, 5, 7):  # slashed; with a foot; open; with a hat of its own; crossed
        assert 2 in strokes[digit]


def test_a_skeleton_has_strokes_pieces_and_numbers_drawn_anew() -> None:
    random = np.random.default_rng(0)
    skeleton = "0,0 1,.5 ; .2~.4,1 | 5,5 6,6"
    (first, second), (other, _) = draw_skeleton(skeleton, random), draw_skeleton(skeleton, random)
    assert [piece.tolist() for piece in second] == [[[5, 5], [6, 6]]]
    assert first[0].tolist() == [[0, 0], [1, 0.5]]
    assert first[1][0].tolist() == [1, 0.5]  # the corner belongs to both pieces
    assert 0.2 <= first[1][1, 0] <= 0.4
    assert first[1][1, 0] != other[1][1, 0]


@pytest.mark.parametrize("skeleton", ["0 1", "0,0 1,a", "0,0,0 1,1", "0,0 .1~.2~.3,1"])
def test_what_is_no_skeleton_is_refused(skeleton: str) -> None:
    with pytest.raises(ValueError):
        draw_skeleton(skeleton, np.random.default_rng(0))


def test_a_curve_goes_through_its_points_and_turns_sharply_only_at_corners() -> None:
    def sharpest(skeleton: str) -> float:
        strokes = generator.write(Form(7, 1.0, (0.8, 0.8), skeleton), np.random.default_rng(4))
        ways = [np.arctan2(*np.diff(stroke, axis=0).T) for stroke in strokes]
        return float(np.degrees(np.abs(np.diff(np.unwrap(ways[0]))).max()))

    assert sharpest("0,0 1,0 ; .3,1") > 50
    assert sharpest("0,.3 .5,0 1,.3 .9,.7 .3,1") < 50
