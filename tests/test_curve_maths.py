from __future__ import annotations

import numpy as np
import pytest

from gui.tabs.train.curves.curve_maths import (
    accuracy_range,
    axis_end,
    loss_range,
    on_axis,
    smoothed,
    thinned,
    usual_loss,
)


@pytest.mark.parametrize("width", [1, 2, 7, 64, 100, 5000])
def test_the_running_mean_is_that_of_the_last_finite_losses(width: int) -> None:
    losses = np.random.default_rng(width).lognormal(0, 1, 400).astype(np.float32)
    losses[[0, 3, 4, 50, 399]] = [np.nan, np.inf, -np.inf, np.nan, np.inf]
    losses[100:220] = np.nan
    expected = []
    for end in range(1, 401):
        window = losses[max(end - width, 0) : end].astype(np.float64)
        window = window[np.isfinite(window)]
        expected.append(window.mean() if len(window) else np.nan)
    np.testing.assert_allclose(smoothed(losses, width), expected, rtol=1e-9)


def test_one_huge_loss_leaves_no_trace_in_later_means() -> None:
    losses = np.full(300, 0.25)
    losses[20] = 1e30
    assert smoothed(losses, 10)[40:] == pytest.approx(0.25, rel=1e-12)


def test_the_mean_of_no_losses_is_empty_and_a_width_below_one_is_refused() -> None:
    assert smoothed(np.empty(0), 5).shape == (0,)
    with pytest.raises(ValueError, match="at least 1"):
        smoothed(np.ones(3), 0)


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 4097, 60_000])
def test_thinning_keeps_extremes_and_stays_within_its_limit(count: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    for spike, place in ((99.0, count // 3), (-99.0, count // 2), (50.0, count - 1)):
        if count > 10:
            values[place] = spike
    at = thinned(values, 1000)
    assert len(at) <= max(1000, 0) and (np.diff(at) >= 0).all()
    if count > 10:
        assert {99.0, -99.0, 50.0} <= set(values[at])
    if count <= 1000:
        np.testing.assert_array_equal(at, np.arange(count))


def test_thinning_passes_over_what_is_no_number_and_survives_nothing_else() -> None:
    values = np.full(5000, np.nan)
    assert len(thinned(values, 100)) <= 100
    values[1234], values[4000], values[4001] = 7, np.inf, -3
    kept = values[thinned(values, 100)]
    assert {7.0, -3.0} <= set(kept) and np.inf not in kept


def test_a_growing_curve_keeps_the_points_it_had() -> None:
    values = np.random.default_rng(1).normal(size=5000)
    before, after = thinned(values[:3000], 1000), thinned(values[:3008], 1000)
    np.testing.assert_array_equal(before[before < 2990], after[after < 2990])


@pytest.mark.parametrize("value", [1e-7, 0.03, 0.999, 1.0, 1.01, 11.9, 9e8])
def test_axes_end_at_a_number_of_few_digits_just_above(value: float) -> None:
    assert value <= axis_end(value) * (1 + 1e-9) and axis_end(value) <= 1.6 * value


def test_an_axis_has_places_for_numbers_and_none_for_the_rest() -> None:
    values = np.array([0.5, np.nan, np.inf, -np.inf, -3.0], np.float32)
    np.testing.assert_array_equal(on_axis(values, 0, 1, log=False), [0.5, np.nan, np.nan, np.nan, -3])
    powers = on_axis(np.array([0.01, 0, -1, 100]), -2, 0, log=True)
    np.testing.assert_allclose(powers, [-2, np.nan, np.nan, 2])


def test_what_lies_far_off_an_axis_is_moved_nearer_and_stays_off() -> None:
    placed = on_axis(np.array([-1e38, 1e38]), 0, 2, log=False)
    assert -1e3 < placed[0] < 0 and 2 < placed[1] < 1e3


def test_the_usual_loss_passes_over_a_few_huge_ones() -> None:
    losses = np.full(1000, 0.5)
    losses[:5] = 1e6
    assert usual_loss(losses) == 0.5
    assert np.isnan(usual_loss(np.array([np.nan, np.inf]))) and np.isnan(usual_loss(np.empty(0)))


def test_losses_are_shown_from_zero_and_in_powers_of_ten_from_below_the_least() -> None:
    losses = np.array([0.0, 0.02, 0.3])
    low, high = loss_range(losses, np.array([0.3]), log=False)
    assert low == 0 and 0.3 < high < 0.5
    low, high = loss_range(losses, np.array([0.3]), log=True)
    assert 0.005 < low < 0.02 and 0.3 < high < 0.5
    assert loss_range(np.empty(0), np.empty(0), log=True)[0] > 0


@pytest.mark.parametrize("accuracies", [[], [0.0], [98.3], [100.0], [90.0, 99.1]])
def test_accuracies_lie_within_their_axis_which_ends_near_100_at_the_latest(accuracies: list[float]) -> None:
    low, high = accuracy_range(np.array(accuracies))
    assert low < high <= 110 and all(low < accuracy < high for accuracy in accuracies)
