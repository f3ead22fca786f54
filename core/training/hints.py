"""Diagnoses of a run that goes wrong, from its curves, and what would help."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.catalog import DATA_SETS
from core.training.config import TrainingConfig
from core.training.history import History

_RISING = 3  # epochs in a row
_LOST_FOR = 50  # steps


@dataclass(frozen=True)
class Hint:
    """A problem by its name, which the window turns into a sentence; and a remedy, if one is known."""

    problem: str
    """One of `PROBLEMS`."""
    learning_rate: float | None = None
    """One that would help."""
    augment: bool = False
    """Whether augmentation, which makes more of the same digits, is the remedy."""


PROBLEMS = ("diverged", "exploding", "lost", "stuck", "overfitting")


def diagnose(config: TrainingConfig, history: History, learning_rate: float) -> Hint | None:
    """The most serious problem of a run's curves, or None; the rate is now the largest of its schedule."""
    losses = history.losses
    if len(losses) and not np.isfinite(losses[-1]):
        return Hint("diverged", _nicer(learning_rate / 10))
    if len(losses) < 60:
        return None
    recent = float(losses[-50:].mean())
    chance = math.log(len(DATA_SETS[config.dataset].classes))  # the loss of a network that knows nothing
    if recent > 1.5 * max(chance, float(losses[0])):
        return Hint("exploding", _nicer(learning_rate / (1000 if recent > 20 * chance else 10)))
    if _is_lost(losses, chance):
        holds = 0.05 if config.optimizer == "sgd" else 0.005  # such rates learnt in all runs that were tried
        return Hint("lost", min(_nicer(learning_rate / 10), holds))
    # Saturated sigmoids under plain gradient descent need three to four epochs, at d2l's rate of 0.9.
    slow = "sigmoid" in config.architecture and config.optimizer == "sgd"
    enough = max(300, (6 if slow else 1) * history.steps_per_epoch)
    if len(losses) >= enough and 0.98 * chance < recent < 1.2 * chance:
        higher = learning_rate < 0.05 and config.optimizer == "sgd"
        better = None if slow else _nicer(learning_rate * 10 if higher else learning_rate / 10)
        return Hint("stuck", better)
    if _is_overfitting(history):
        return Hint("overfitting", augment=config.augmentation.is_off())
    return None


def _is_lost(losses: np.ndarray, chance: float) -> bool:
    """Whether a step too long has left the network with the same answer to every picture.

    Then the loss stays at chance, where a network that has not begun to learn is as well; but it has been far
    from there before. Tried with 140 runs of 450 steps: both LeNets, SGD, Adam and AdamW at rates of 0.0003
    to 1, constant and one-cycle, batches of 16 to 512, all presets, two seeds each. Of the 78 that learnt in
    these steps one was called lost: SGD at 0.05, at chance for a hundred steps after a loss of 5. No preset
    was. Of the 62 others 36 were; AdamW at 1 after 62 and 65 steps, in place of the 430 of an epoch.
    """
    before, recent = losses[:-_LOST_FOR], float(losses[-_LOST_FOR:].mean())
    if not 0.98 * chance < recent < 1.2 * chance:
        return False
    return bool((before > 1.5 * chance).any() or (before < 0.6 * chance).any())  # NaN: not known


def _is_overfitting(history: History) -> bool:
    """Whether the validation loss has risen for epochs while the training loss went on falling."""
    epochs = history.epochs[-(_RISING + 1) :]
    if len(epochs) <= _RISING or any(epoch.validation_loss is None for epoch in epochs):
        return False
    validation = np.array([epoch.validation_loss for epoch in epochs], float)
    training = np.array([epoch.training_loss for epoch in epochs])
    return bool((np.diff(validation) > 0).all() and training[-1] < training[0])


def _nicer(rate: float) -> float:
    return float(f"{rate:.1g}")
