"""The metrics and the result of a run as JSON objects. NumPy only."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.records import EPOCH_FIGURES, REASONS, EpochMetrics, RunResult, StepMetrics
from core.training.config import MOST_STEPS, TrainingConfig

_MOST_LAYERS = 1000


def about_weights(config: TrainingConfig, metrics: EpochMetrics | None) -> dict[str, Any]:
    """The JSON object in a file of weights: the config, and the metrics of the epoch that gave them."""
    return {
        "architecture": config.architecture,
        "classes": [str(digit) for digit in range(10)],
        "config": config.to_json(),
        "metrics": None
        if metrics is None
        else {name: getattr(metrics, name) for name in ("epoch", *EPOCH_FIGURES)},
    }


def metrics_to_json(metrics: StepMetrics | EpochMetrics) -> dict[str, Any]:
    """The metrics without weights, as an object that JSON can hold."""
    content = {name: value for name, value in vars(metrics).items() if name != "weights"}
    for name, value in content.items():
        if isinstance(value, np.ndarray):
            content[name] = [float(f"{each:.6g}") for each in value.tolist()]
    return content


def metrics_from_json(content: dict[str, Any]) -> StepMetrics | EpochMetrics:
    """The metrics of an object that `metrics_to_json` gave.

    Raises:
        ValueError, KeyError, TypeError, ArithmeticError: it is no such object.
    """
    if "losses" in content:
        with np.errstate(over="ignore"):
            losses = np.array(content["losses"], np.float32).reshape(-1)
        rates = np.array(content["learning_rates"], float).reshape(-1)
        if not 1 <= len(losses) <= int(content["step"]) or len(rates) != len(losses):
            raise ValueError("losses of steps that there cannot have been")
        return StepMetrics(
            step=int(content["step"]),
            steps=int(content["steps"]),
            losses=losses,
            learning_rates=rates,
            momentum=float(content["momentum"]),
            seconds=float(content["seconds"]),
        )
    silent = dict(content["silent"])
    if len(silent) > _MOST_LAYERS:
        raise ValueError("more layers than a network has")
    held_out = (content["validation_loss"], content["validation_accuracy"])
    loss, accuracy = (None if value is None else float(value) for value in held_out)
    return EpochMetrics(
        epoch=int(content["epoch"]),
        step=int(content["step"]),
        training_loss=float(content["training_loss"]),
        training_accuracy=float(content["training_accuracy"]),
        validation_loss=loss,
        validation_accuracy=accuracy,
        seconds=float(content["seconds"]),
        silent={str(name): float(share) for name, share in silent.items()},
        weights={},
    )


def result_from_json(content: Any) -> RunResult | None:
    """The result that a run's file holds, or None.

    Raises:
        ValueError, KeyError, TypeError: it is no such object.
    """
    if content is None:
        return None
    if content["reason"] not in REASONS:
        raise ValueError("reason")
    measured = {
        name: None if content[name] is None else float(content[name])
        for name in ("test_loss", "test_accuracy", "validation_accuracy")
    }
    step = int(content["step"])
    accuracies = (measured["test_accuracy"], measured["validation_accuracy"])
    if not 0 <= step <= MOST_STEPS or not all(each is None or 0 <= each <= 1 for each in accuracies):
        raise ValueError("a step or an accuracy that no run can have")
    return RunResult(content["reason"], step, **measured)
