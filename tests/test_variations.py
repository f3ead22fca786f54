"""A drawing is shifted, turned, enlarged and thickened as an image library would, and answered all along."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from example_digits import brush_stroke, four_drawn
from example_networks import layer_of, shipped
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core import networks
from core.ink.preprocess import ALL_STEPS, BOX, Steps, crop, ink_box, to_mnist
from core.networks.table import Network
from core.reading.classifier import answer
from core.reading.sweeps import prepare, sweeps
from core.reading.variation_records import RANGES, Reading, Sweep, Variation
from core.reading.variations import Varier, thickened, turned, vary

STEPS = (ALL_STEPS, Steps(False, False, False, False))

some_variation = st.builds(
    Variation,
    **{kind: st.integers(range_.low, range_.high) for kind, range_ in RANGES.items()},
)


def bar(width: int = 24) -> np.ndarray:
    """An upright stroke in the middle of the sheet."""
    ink = np.zeros((280, 280), np.uint8)
    ink[60:220, 140 - width // 2 : 140 + width // 2] = 255
    return ink


# On the sheet


def test_what_is_not_varied_is_the_drawing() -> None:
    ink = brush_stroke()
    varied = vary(ink, Variation())
    assert np.array_equal(varied.ink, ink)
    assert varied.lost == 0


def test_a_shift_moves_every_pixel() -> None:
    ink = brush_stroke()
    assert np.array_equal(vary(ink, Variation(right=7, down=-5)).ink, np.roll(ink, (-5, 7), (0, 1)))


@pytest.mark.parametrize(("right", "lost"), [(0, 0.0), (128, 0.0), (140, 0.5), (146, 0.75), (400, 1.0)])
def test_ink_that_leaves_the_sheet_is_lost_and_that_is_told(right: int, lost: float) -> None:
    varied = vary(bar(), Variation(right=right))
    assert varied.lost == pytest.approx(lost)
    assert varied.ink.sum() == pytest.approx((1 - lost) * bar().sum())


def test_it_turns_clockwise_about_the_middle_of_its_rectangle() -> None:
    ink = np.zeros((280, 280), np.uint8)
    ink[40:60, 100:120] = 255  # a mark above
    ink[180:200, 100:120] = 255
    ink[180:200, 160:180] = 255
    turned_ink = vary(ink, Variation(rotation=90)).ink
    box = ink_box(ink)
    assert box is not None
    rectangle = ink[box.slices]
    expected = np.zeros_like(ink)
    expected[80:160, 60:220] = np.rot90(rectangle, -1)  # about (120, 140)
    assert np.abs(turned_ink.astype(int) - expected).max() <= 1


@pytest.mark.parametrize("degrees", [-170, -33, 12, 45, 120])
def test_it_turns_as_an_image_library_does(degrees: int) -> None:
    ink = brush_stroke()[:201, :180]
    library = np.asarray(Image.fromarray(np.pad(ink, 1)).rotate(-degrees, Image.Resampling.BILINEAR, True))
    ours = turned(ink, degrees, 100)
    assert int(ours.sum()) == pytest.approx(int(library.sum()), rel=0.001)
    # The library's middle may lie half a pixel beside ours, and its rectangle be a pixel larger.
    assert np.abs(to_mnist(ours) - to_mnist(library)).max() <= BOX / max(crop(library).shape)


@pytest.mark.parametrize("percent", [40, 70, 130, 160])
def test_it_is_enlarged_about_the_same_middle(percent: int) -> None:
    ink = bar(40)
    varied = vary(ink, Variation(size=percent)).ink
    mass = varied / 255.0
    assert mass.sum() == pytest.approx((ink / 255.0).sum() * (percent / 100) ** 2, rel=0.01)
    assert mass.max(0).sum() == pytest.approx(40 * percent / 100, abs=0.5)
    assert (mass.sum(0) @ (np.arange(280) + 0.5)) / mass.sum() == pytest.approx(140, abs=0.01)


@pytest.mark.parametrize("percent", [40, 61, 79])
def test_made_smaller_it_is_nearly_what_antialiasing_gives(percent: int) -> None:
    # It is not antialiased: strokes are many pixels wide, and the picture that is made of them is.
    ink = four_drawn()
    side = round(280 * percent / 100)
    library = np.asarray(Image.fromarray(ink).resize((side, side), Image.Resampling.BILINEAR))
    ours = to_mnist(vary(ink, Variation(size=percent)).ink)
    assert np.abs(ours - to_mnist(library)).max() <= BOX / max(crop(library).shape)


def brute_force(ink: np.ndarray, radius: float, largest: bool) -> np.ndarray:
    """The largest or the least of all pixels no farther away than `radius`."""
    reach = int(radius)
    padded = np.pad(ink, reach)
    height, width = ink.shape
    near = [
        padded[reach + y : reach + y + height, reach + x : reach + x + width]
        for y in range(-reach, reach + 1)
        for x in range(-reach, reach + 1)
        if y * y + x * x <= radius * radius
    ]
    found: np.ndarray = np.max(near, 0) if largest else np.min(near, 0)
    return found


@pytest.mark.parametrize("thickness", [2, 6, 14, -2, -6, -14])
def test_thickening_takes_the_largest_of_a_disc_and_thinning_the_least(thickness: int) -> None:
    ink = brush_stroke(side=100)
    margin = abs(thickness) // 2
    expected = brute_force(np.pad(ink, margin), margin, largest=thickness > 0)
    assert np.array_equal(thickened(ink, thickness), expected)


@pytest.mark.parametrize("thickness", [-20, -7, -1, 0, 1, 9, 20])
def test_strokes_get_wider_by_as_much_as_is_asked_for(thickness: int) -> None:
    across = vary(bar(24), Variation(thickness=thickness)).ink[140] / 255
    assert across.sum() == pytest.approx(24 + thickness, abs=0.01)


def test_strokes_thinner_than_is_taken_from_them_are_gone() -> None:
    varied = vary(bar(8), Variation(thickness=-10))
    assert not varied.ink.any()
    assert varied.lost == 0  # not by leaving the sheet


@settings(deadline=None, max_examples=30)
@given(st.lists(some_variation, min_size=2, max_size=4))
def test_what_was_asked_before_makes_no_difference(variations: list[Variation]) -> None:
    ink = brush_stroke(side=100)
    varier = Varier(ink)
    for variation in variations:
        varied, afresh = varier.vary(variation), vary(ink, variation)
        assert np.array_equal(varied.ink, afresh.ink)
        assert varied.lost == afresh.lost
        assert 0 <= varied.lost <= 1


def test_bare_paper_stays_bare() -> None:
    varied = vary(np.zeros((280, 280), np.uint8), Variation(5, 5, 30, 120, 4))
    assert not varied.ink.any() and varied.lost == 0


def test_a_drawing_of_no_size_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 %"):
        Variation(size=0)


# Answers


@pytest.fixture
def network() -> Network:
    return shipped("lenet")


def swept(network: Network, ink: np.ndarray, variation: Variation, steps: Steps) -> list[Sweep]:
    return [found for found in sweeps(network, ink, variation, steps) if found is not None]


@pytest.mark.parametrize("steps", STEPS, ids=str)
@pytest.mark.parametrize("variation", [Variation(), Variation(8, -12, 15, 90, 3)], ids=str)
def test_a_sweep_gives_the_answer_to_each_varied_drawing(
    network: Network, variation: Variation, steps: Steps
) -> None:
    found = swept(network, four_drawn(), variation, steps)
    assert [sweep.kind for sweep in found] == list(RANGES)
    for sweep in found:
        assert np.array_equal(sweep.amounts, RANGES[sweep.kind].amounts)
        for at in range(0, len(sweep.amounts), 7):
            drawing = vary(four_drawn(), replace(variation, **{sweep.kind: int(sweep.amounts[at])}))
            expected = answer(network, drawing.ink, steps).probabilities
            assert np.allclose(sweep.probabilities[at], expected, atol=1e-5)
            assert sweep.lost[at] == drawing.lost
            assert sweep.inked[at]


def test_the_drawing_as_it_is_is_among_the_amounts() -> None:
    for kind, range_ in RANGES.items():
        assert getattr(Variation(), kind) in range_.amounts
        assert range_.amounts[-1] == range_.high


def test_cropping_and_centring_make_a_shift_change_nothing_and_without_them_it_does(
    network: Network,
) -> None:
    held, loose = (swept(network, four_drawn(), Variation(), steps)[0] for steps in STEPS)
    on_sheet = held.lost == 0
    assert 20 < on_sheet.sum() < 41
    assert np.ptp(held.probabilities[on_sheet], axis=0).max() < 1e-4
    assert np.ptp(loose.probabilities[on_sheet], axis=0).max() > 0.5
    assert len(loose.readings()) > 1


def test_where_no_ink_is_left_there_is_no_answer(network: Network) -> None:
    thinner = swept(network, bar(12), Variation(), ALL_STEPS)[-1]
    assert not thinner.inked[0] and np.isnan(thinner.probabilities[0]).all()
    assert thinner.inked[-1] and np.isfinite(thinner.probabilities[-1]).all()
    assert thinner.readings()[0].first > thinner.amounts[0]
    prepared = prepare(network, bar(12), Variation(thickness=-20), ALL_STEPS)
    assert prepared.stages is None and prepared.prediction is None
    assert np.isfinite(prepared.on_pad).all()


def test_the_answer_is_about_what_the_last_stage_shows(network: Network) -> None:
    variation, steps = Variation(right=20, rotation=-10), Steps(centre=False)
    prepared = prepare(network, four_drawn(), variation, steps)
    assert prepared.stages is not None and prepared.prediction is not None
    assert np.array_equal(prepared.varied.ink, vary(four_drawn(), variation).ink)
    assert np.array_equal(prepared.stages.picture, prepared.prediction.trace.picture)
    assert np.array_equal(prepared.on_pad, answer(network, four_drawn()).probabilities)


def test_with_nothing_left_out_and_nothing_varied_it_is_the_answer_on_the_pad(
    network: Network,
) -> None:
    prepared = prepare(network, four_drawn(), Variation(), ALL_STEPS)
    assert prepared.prediction is not None
    assert np.array_equal(prepared.prediction.probabilities, prepared.on_pad)


def test_a_network_whose_numbers_are_too_large_reads_nothing() -> None:
    network = networks.build("lenet", seed=0)
    with torch.no_grad():
        layer_of(network, "conv1").weight.fill_(float("nan"))
    for sweep in swept(network, four_drawn(), Variation(), ALL_STEPS):
        assert sweep.inked.all()
        assert sweep.readings() == []


# Borders


def of(probabilities: list[tuple[float, float]]) -> Sweep:
    """Of the digits 3 and 8, at 0, 10, 20 …"""
    rows = np.zeros((len(probabilities), 10), np.float32)
    rows[:, [3, 8]] = probabilities
    count = len(rows)
    inked: np.ndarray = np.asarray(np.isfinite(rows).all(1))
    return Sweep("right", np.arange(count) * 10, rows, np.zeros(count), inked)


def near(amount: float) -> Any:
    return pytest.approx(amount)


def test_one_reading_follows_another_where_both_are_as_probable() -> None:
    sweep = of([(0.9, 0.1), (0.7, 0.3), (0.4, 0.6), (0.8, 0.2)])
    assert sweep.readings() == [
        Reading(3, 0, near(10 + 10 * 0.4 / 0.6)),
        Reading(8, near(10 + 10 * 0.4 / 0.6), near(20 + 10 * 0.2 / 0.8)),
        Reading(3, near(20 + 10 * 0.2 / 0.8), 30),
    ]


def test_readings_end_where_answers_do() -> None:
    none = (np.nan, np.nan)
    sweep = of([none, (0.9, 0.1), (0.9, 0.1), none, (0.2, 0.8), none])
    assert sweep.readings() == [Reading(3, 10, 20), Reading(8, 40, 40)]


def test_two_equally_probable_digits_have_a_border_all_the_same() -> None:
    assert of([(0.5, 0.5), (0.2, 0.8)]).readings() == [Reading(3, 0, 0), Reading(8, 0, 10)]
