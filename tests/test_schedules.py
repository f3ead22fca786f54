"""The learning rates are those of PyTorch's own schedulers."""

from __future__ import annotations

import warnings

import pytest
import torch
from torch.optim import SGD
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, MultiStepLR, OneCycleLR

from core.training.config import SCHEDULES
from core.training.schedules import learning_rate

LARGEST = 0.3
COUNTS = [2, 3, 4, 5, 6, 8, 9, 17, 25, 50, 100, 430, 1001]


def ours(schedule: str, steps: int) -> list[float]:
    return [learning_rate(schedule, LARGEST, step, steps) for step in range(steps)]


def pytorchs(schedule: str, steps: int) -> list[float]:
    """The rate that a PyTorch loop uses at each of its steps."""
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=LARGEST)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scheduler: LRScheduler
        if schedule == "one-cycle":
            scheduler = OneCycleLR(
                optimizer, LARGEST, total_steps=steps, pct_start=0.24, cycle_momentum=False
            )
        elif schedule == "cosine":
            scheduler = CosineAnnealingLR(optimizer, T_max=steps)
        else:  # milestones are the first steps of the run's third and fourth quarters
            scheduler = MultiStepLR(optimizer, [-(-steps // 2), -(-3 * steps // 4)], gamma=0.1)
        rates = []
        for _ in range(steps):
            rates.append(float(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            if len(rates) < steps:
                scheduler.step()
    return rates


@pytest.mark.parametrize("steps", COUNTS)
@pytest.mark.parametrize("schedule", ["one-cycle", "cosine", "step"])
def test_each_steps_rate_is_pytorchs(schedule: str, steps: int) -> None:
    assert ours(schedule, steps) == pytest.approx(pytorchs(schedule, steps), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("steps", [1, 2, 7, 1000])
def test_a_constant_rate_stays(steps: int) -> None:
    assert ours("constant", steps) == [LARGEST] * steps


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 3, 5, 100])
def test_every_rate_is_above_0_and_never_above_the_largest(schedule: str, steps: int) -> None:
    rates = ours(schedule, steps)
    assert min(rates) > 0
    assert max(rates) <= LARGEST * (1 + 1e-12)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_rates_grow_with_the_largest(schedule: str) -> None:
    for step in (0, 30, 50, 99):
        once, twice = (learning_rate(schedule, largest, step, 100) for largest in (0.1, 0.2))
        assert twice == pytest.approx(2 * once)


def test_all_but_one_cycle_begin_with_the_largest_rate() -> None:
    assert [ours(schedule, 100)[0] for schedule in ("constant", "step", "cosine")] == [LARGEST] * 3
    assert ours("one-cycle", 100)[0] == pytest.approx(LARGEST / 25)
