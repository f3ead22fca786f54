"""The metrics and the result of a run as JSON objects. NumPy only."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.records import REASONS, EpochMetrics, RunResult, StepMetrics
from core.training.config import TrainingConfig


def about_weights(config: TrainingConfig, metrics: EpochMetrics | None) -> dict[str, Any]:
    """What a file of weights says of the run that gave them, as an object for JSON."""
    return {
        "architecture": config.architecture,
        "classes": [str(digit) for digit in range(10)],
        "config": config.to_json(),
        "metrics": None
        if metrics is None
        else {
            "epoch": metrics.epoch,
            "training_loss": metrics.training_loss,
            "training_accuracy": metrics.training_accuracy,
            "validation_loss": metrics.validation_loss,
            "validation_accuracy": metrics.validation_accuracy,
        },
    }


def metrics_to_json(metrics: StepMetrics | EpochMetrics) -> dict[str, Any]:
    """The metrics without weights, as an object that JSON can hold."""
    said = {name: value for name, value in vars(metrics).items() if name != "weights"}
    for name, value in said.items():
        if isinstance(value, np.ndarray):
            said[name] = [float(f"{each:.6g}") for each in value.tolist()]
    return said


def metrics_from_json(said: dict[str, Any]) -> StepMetrics | EpochMetrics:
    """The metrics of an object that `metrics_to_json` gave.

    Raises:
        ValueError, KeyError, TypeError, ArithmeticError: it is no such object.
    """
    if "losses" in said:
        with np.errstate(over="ignore"):
            losses = np.array(said["losses"], np.float32).reshape(-1)
        rates = np.array(said["learning_rates"], float).reshape(-1)
        if not 1 <= len(losses) <= int(said["step"]) or len(rates) != len(losses):
            raise ValueError("losses of steps that there cannot have been")
        return StepMetrics(
            step=int(said["step"]),
            steps=int(said["steps"]),
            losses=losses,
            learning_rates=rates,
            momentum=float(said["momentum"]),
            seconds=float(said["seconds"]),
        )
    held_out = (said["validation_loss"], said["validation_accuracy"])
    loss, accuracy = (None if value is None else float(value) for value in held_out)
    return EpochMetrics(
        epoch=int(said["epoch"]),
        step=int(said["step"]),
        training_loss=float(said["training_loss"]),
        training_accuracy=float(said["training_accuracy"]),
        validation_loss=loss,
        validation_accuracy=accuracy,
        seconds=float(said["seconds"]),
        silent={str(name): float(share) for name, share in dict(said["silent"]).items()},
        weights={},
    )


def result_from_json(said: Any) -> RunResult | None:
    """The result that a run's file holds, or None.

    Raises:
        ValueError, KeyError, TypeError: it is no such object.
    """
    if said is None:
        return None
    if said["reason"] not in REASONS:
        raise ValueError("reason")
    measured = {
        name: None if said[name] is None else float(said[name])
        for name in ("test_loss", "test_accuracy", "validation_accuracy")
    }
    return RunResult(said["reason"], int(said["step"]), **measured)
