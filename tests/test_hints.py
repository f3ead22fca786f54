"""What looks wrong with a run is told, and nothing else is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core.records import EpochMetrics, StepMetrics
from core.training.config import Augmentation, TrainingConfig
from core.training.hints import PROBLEMS, diagnose
from core.training.history import History
from core.training.trainer import Trainer


def history(losses: np.ndarray, validation: list[float] | None = None, steps_per_epoch: int = 100) -> History:
    grown = History(10_000, steps_per_epoch)
    steps = len(losses)
    if steps:
        rates = np.full(steps, 0.1)
        grown.add(StepMetrics(steps, 10_000, losses.astype(np.float32), rates, 0.9, 1.0))
    for epoch, loss in enumerate(validation or [], start=1):
        grown.add(EpochMetrics(epoch, 100 * epoch, 1 / epoch, 0.9, loss, 0.9, 1.0, {}, {}))
    return grown


def problem(grown: History, rate: float = 0.1, **changes: Any) -> str | None:
    hint = diagnose(TrainingConfig(**changes), grown, rate)
    assert hint is None or hint.problem in PROBLEMS
    return None if hint is None else hint.problem


def falling(steps: int = 600) -> np.ndarray:
    return np.linspace(2.3, 0.1, steps)


def test_a_run_that_learns_is_left_alone() -> None:
    assert problem(history(falling())) is None
    assert problem(history(falling(), [0.5, 0.4, 0.3, 0.2, 0.15])) is None
    assert problem(history(np.empty(0))) is None


def test_a_loss_that_is_not_finite_is_told_at_once_with_a_tenth_of_the_rate() -> None:
    for bad in (math.nan, math.inf):
        hint = diagnose(TrainingConfig(), history(np.array([2.3, bad])), 0.5)
        assert hint is not None
        assert (hint.problem, hint.learning_rate) == ("diverged", 0.05)


def test_a_loss_far_above_guessing_and_rising_is_told() -> None:
    assert problem(history(np.linspace(2.3, 40, 200))) == "exploding"
    assert problem(history(np.linspace(2.3, 40, 40))) is None  # too early to say
    overshot = np.concatenate([[2.3, 1e14, 1e10], np.full(200, 634.0)])
    hint = diagnose(TrainingConfig(), history(overshot), 900)
    assert hint is not None
    assert (hint.problem, hint.learning_rate) == ("exploding", 0.9)
    assert problem(history(np.linspace(40, 6, 200))) is None  # high, but falling


def test_a_loss_that_stays_at_guessing_for_an_epoch_is_told() -> None:
    guessing = np.full(1000, math.log(10))
    assert problem(history(guessing, steps_per_epoch=500)) == "stuck"
    assert problem(history(guessing[:400], steps_per_epoch=500)) is None


def test_sigmoids_under_plain_gradient_descent_are_given_time_and_no_lower_rate() -> None:
    d2l: dict[str, Any] = {"architecture": "lenet_sigmoid", "optimizer": "sgd"}
    assert problem(history(np.full(1000, 2.303), steps_per_epoch=215), 0.9, **d2l) is None
    hint = diagnose(TrainingConfig(**d2l), history(np.full(1400, 2.303), steps_per_epoch=215), 0.9)
    assert hint is not None
    assert (hint.problem, hint.learning_rate) == ("stuck", None)


@pytest.mark.parametrize(("optimizer", "rate", "better"), [("sgd", 0.001, 0.01), ("adamw", 0.05, 0.005)])
def test_stuck_runs_get_a_rate_in_the_direction_that_helps(
    optimizer: str, rate: float, better: float
) -> None:
    hint = diagnose(TrainingConfig(optimizer=optimizer), history(np.full(1000, 2.303)), rate)
    assert hint is not None
    assert hint.learning_rate == pytest.approx(better)


def test_a_validation_loss_that_rises_for_three_epochs_is_told() -> None:
    assert problem(history(falling(), [0.3, 0.2, 0.25, 0.3, 0.35])) == "overfitting"
    assert problem(history(falling(), [0.3, 0.2, 0.25, 0.3])) is None
    assert problem(history(falling(), [0.2, 0.25, 0.3, 0.28])) is None


def test_augmentation_is_the_remedy_only_where_there_is_none_yet() -> None:
    grown = history(falling(), [0.2, 0.25, 0.3, 0.35])
    plain = diagnose(TrainingConfig(), grown, 0.1)
    augmented = diagnose(TrainingConfig(augmentation=Augmentation(rotation=10)), grown, 0.1)
    assert plain is not None and plain.augment
    assert augmented is not None and not augmented.augment


LOST = np.concatenate([[2.3, 400.0, 90.0, 12.0], np.full(60, 2.31)])


def test_a_network_that_a_step_too_long_has_emptied_is_told_within_some_tens_of_steps() -> None:
    assert problem(history(LOST)) == "lost"
    assert problem(history(LOST[:40])) is None  # too early to say
    collapsed = np.concatenate([np.linspace(2.3, 0.5, 200), np.full(60, 2.31)])
    assert problem(history(collapsed)) == "lost"  # it had learnt, and has lost it


def test_a_network_that_has_not_begun_to_learn_is_given_time() -> None:
    assert problem(history(np.full(250, 2.303))) is None
    overshot = np.concatenate([LOST, np.linspace(2.3, 0.4, 150)])
    assert problem(history(overshot)) is None  # it came back


@pytest.mark.parametrize(
    ("optimizer", "rate", "better"),
    [("adamw", 1.0, 0.005), ("adam", 0.03, 0.003), ("sgd", 1.0, 0.05), ("sgd", 0.2, 0.02)],
)
def test_what_is_lost_gets_a_rate_that_is_known_to_hold(optimizer: str, rate: float, better: float) -> None:
    hint = diagnose(TrainingConfig(optimizer=optimizer), history(LOST), rate)
    assert hint is not None
    assert hint.learning_rate == pytest.approx(better)


@pytest.mark.slow
def test_adamw_at_a_rate_of_one_is_told_long_before_an_epoch_is_over() -> None:
    config = TrainingConfig(learning_rate=1.0, schedule="constant", validation=100, device="cpu")
    trainer = Trainer(config)
    grown = History(trainer.steps, trainer.steps_per_epoch)
    told = []
    for step in range(1, 121):
        trainer.advance()
        grown.add(trainer.report())
        hint = diagnose(config, grown, config.learning_rate)
        if hint is not None and hint.problem == "lost":
            told.append(step)
    assert told and told[0] <= 120 < trainer.steps_per_epoch
