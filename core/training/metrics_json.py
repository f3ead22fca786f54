"""The metrics and the result of a run as JSON objects. NumPy only."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.catalog import DATA_SETS
from core.records import EPOCH_FIGURES, REASONS, EpochMetrics, RunResult, StepMetrics
from core.training.config import MOST_STEPS, TrainingConfig

_MOST_LAYERS = 1000
_MOST_SECONDS = 10**10  # 300 years


def about_weights(config: TrainingConfig, metrics: EpochMetrics | None) -> dict[str, Any]:
    """The JSON object in a file of weights: the config, and the metrics of the epoch that gave them."""
    return {
        "architecture": config.architecture,
        "classes": list(DATA_SETS[config.dataset].classes),
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
        step = step_of(content["step"])
        if not 1 <= len(losses) <= step or len(rates) != len(losses):
            raise ValueError("losses of steps that there cannot have been")
        return StepMetrics(
            step=step,
            steps=int(content["steps"]),
            losses=losses,
            learning_rates=rates,
            momentum=float(content["momentum"]),
            seconds=seconds_of(content["seconds"]),
        )
    silent = dict(content["silent"])
    if len(silent) > _MOST_LAYERS:
        raise ValueError("more layers than a network has")
    loss, accuracy = content["validation_loss"], content["validation_accuracy"]
    return EpochMetrics(
        epoch=step_of(content["epoch"]),
        step=step_of(content["step"]),
        training_loss=float(content["training_loss"]),
        training_accuracy=share_of(content["training_accuracy"]),
        validation_loss=None if loss is None else float(loss),
        validation_accuracy=None if accuracy is None else share_of(accuracy),
        seconds=seconds_of(content["seconds"]),
        silent={str(name): share_of(share) for name, share in silent.items()},
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
    loss, accuracy, validation = (
        content[name] for name in ("test_loss", "test_accuracy", "validation_accuracy")
    )
    return RunResult(
        content["reason"],
        step_of(content["step"], least=0),
        None if loss is None else float(loss),
        None if accuracy is None else share_of(accuracy),
        None if validation is None else share_of(validation),
    )


def step_of(value: Any, least: int = 1) -> int:
    """A number of a step or an epoch, up to `MOST_STEPS`. Raises as `metrics_from_json`."""
    return int(_within(value, least, MOST_STEPS))


def share_of(value: Any) -> float:
    """A share, 0 to 1. Raises as `metrics_from_json`."""
    return float(_within(value, 0, 1))


def seconds_of(value: Any) -> float:
    """A time that a run can take. Raises as `metrics_from_json`."""
    return float(_within(value, 0, _MOST_SECONDS))


def _within(value: Any, least: int, most: int) -> float | int:
    if not least <= value <= most:  # no NaN is
        raise ValueError(f"{value} is not from {least} to {most}")
    number: float | int = value
    return number
