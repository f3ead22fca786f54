"""Curves grow in the order of steps, however they arrive."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from core.records import EpochMetrics, StepMetrics
from core.training.history import History


def step(last: int, *losses: float, rate: float = 0.01) -> StepMetrics:
    """Losses up to a step; each step's rate is its own."""
    rates = np.array([rate + index for index in range(len(losses))])
    return StepMetrics(last, 10_000, np.array(losses, np.float32), rates, 0.9, last / 10)


def epoch(number: int, loss: float = 0.5) -> EpochMetrics:
    return EpochMetrics(number, number * 10, loss, 0.9, loss, 0.9, 1.0, {}, {})


def test_a_history_begins_empty() -> None:
    history = History(100, 10)
    assert (history.steps, history.steps_per_epoch, history.step, history.seconds) == (100, 10, 0, 0.0)
    assert history.losses.shape == history.learning_rates.shape == (0,)
    assert history.epochs == []


def test_losses_stand_at_their_steps() -> None:
    history = History(100, 10)
    history.add(step(3, 3, 2, 1, rate=0.1))
    history.add(step(5, 0.5, 0.25, rate=0.2))
    assert history.losses.tolist() == [3, 2, 1, 0.5, 0.25]
    assert history.learning_rates.tolist() == pytest.approx([0.1, 1.1, 2.1, 0.2, 1.2])
    assert history.losses.dtype == history.learning_rates.dtype == np.float32
    assert (history.step, history.seconds) == (5, 0.5)


def test_steps_that_are_not_known_are_gaps() -> None:
    history = History(100, 10)
    history.add(step(2, 3, 2))
    history.add(step(6, 1))
    assert np.array_equal(history.losses, [3, 2, np.nan, np.nan, np.nan, 1], equal_nan=True)
    assert np.isnan(history.learning_rates[2:5]).all()


def test_a_history_that_begins_late_has_a_gap_before() -> None:
    history = History(100, 10)
    history.add(step(3, 1))
    assert np.array_equal(history.losses, [np.nan, np.nan, 1], equal_nan=True)


@pytest.mark.parametrize("at_once", [1, 7, 1024, 5000])
def test_a_long_history_keeps_every_loss(at_once: int) -> None:
    losses = np.random.default_rng(0).random(12_345).astype(np.float32)
    history = History(12_345, 100)
    for first in range(0, len(losses), at_once):
        chunk = losses[first : first + at_once]
        history.add(StepMetrics(first + len(chunk), 12_345, chunk, 2 * chunk, 0.9, 1.0))
    assert np.array_equal(history.losses, losses)
    assert np.array_equal(history.learning_rates, 2 * losses)


def test_a_run_that_goes_on_from_an_earlier_step_forgets_what_came_after_it() -> None:
    history = History(100, 10)
    history.add(step(5, 5, 4, 3, 2, 1))
    history.add(step(3, 9))
    assert history.losses.tolist() == [5, 4, 9]
    history.add(step(4, 8))
    assert history.losses.tolist() == [5, 4, 9, 8]


def test_epochs_come_in_order_and_a_second_run_of_one_replaces_the_first() -> None:
    history = History(100, 10)
    for number in (1, 2, 3):
        history.add(epoch(number))
    history.add(epoch(2, loss=0.25))
    assert [(each.epoch, each.training_loss) for each in history.epochs] == [(1, 0.5), (2, 0.25)]


def test_epochs_that_were_handed_out_stay_as_they_were() -> None:
    history = History(100, 10)
    history.add(epoch(1))
    seen = history.epochs
    history.add(epoch(2))
    assert len(seen) == 1


# As a table.


def rows(history: History) -> list[list[str]]:
    return list(csv.reader(history.csv_lines()))


def test_a_table_has_a_row_a_step_and_an_epochs_figures_where_it_ends() -> None:
    history = History(20, 10)
    history.add(step(12, *np.linspace(2, 1, 12)))
    history.add(EpochMetrics(1, 10, 0.5, 0.75, 0.25, 0.875, 1.0, {}, {}))
    heading, *steps = rows(history)
    assert heading[:4] == ["step", "epoch", "loss", "learning_rate"]
    assert [int(row[0]) for row in steps] == list(range(1, 13))
    assert [float(row[1]) for row in steps] == pytest.approx([number / 10 for number in range(1, 13)])
    assert [float(row[2]) for row in steps] == pytest.approx(np.linspace(2, 1, 12), rel=1e-5)
    assert steps[9][4:] == ["0.5", "0.75", "0.25", "0.875"]
    assert [row[4:] for row in steps if row is not steps[9]] == [[""] * 4] * 11
    assert {len(row) for row in (heading, *steps)} == {8}


def test_figures_that_are_not_there_are_empty_in_a_table() -> None:
    history = History(20, 10)
    assert len(rows(history)) == 1
    history.add(step(10, *[1] * 10))
    history.add(EpochMetrics(1, 10, 0.5, 0.75, None, None, 1.0, {}, {}))
    assert rows(history)[-1][4:] == ["0.5", "0.75", "", ""]
