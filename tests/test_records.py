"""Records refuse nonsense, cannot be changed, and cross a process border."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Any

import numpy as np
import pytest

from core.classifier import Classifier
from core.datasets import load_mnist
from core.records import (
    OPTIMIZERS,
    SCHEDULES,
    EpochMetrics,
    LayerActivation,
    LayerSpec,
    ModelInfo,
    Prediction,
    StepMetrics,
    Trace,
    TrainingConfig,
)

NAN, INFINITY = float("nan"), float("inf")

RECORDS = (
    LayerSpec("conv1", "convolution", (6, 28, 28), "Conv2d(1, 6, kernel_size=5, padding=2)", 156),
    LayerSpec("relu1", "activation", (6, 28, 28), "ReLU()", 0),
    ModelInfo("lenet", "lenet", "cpu", "CPU", (LayerSpec("fc3", "linear", (10,), "Linear(84, 10)", 850),)),
    TrainingConfig(epochs=3, optimizer="adamw", augmentation=0.5),
    StepMetrics(20, 430, 2.3, 0.01),
)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("epochs", [0, -1]),
        ("batch_size", [0, -128]),
        ("optimizer", ["", "SGD", "adam"]),
        ("learning_rate", [0, -0.1, NAN, INFINITY, -INFINITY]),
        ("momentum", [-0.1, 1, 1.5, NAN, INFINITY]),
        ("weight_decay", [-1e-9, 1, NAN, INFINITY]),
        ("schedule", ["", "cosine", "one_cycle"]),
        ("label_smoothing", [-0.1, 1, NAN]),
        ("augmentation", [-0.1, 3, NAN, INFINITY]),
        ("weight_average", [-0.1, 1, NAN]),
        ("validation", [-1, 50_001, 60_000]),
    ],
)
def test_nonsense_is_refused_with_a_sentence_that_names_field_and_value(
    field: str, values: list[Any]
) -> None:
    for value in values:
        with pytest.raises(ValueError, match=rf"^{field} must .*, got ") as told:
            TrainingConfig(**{field: value})
        assert str(told.value).endswith(f"got {value}")


@pytest.mark.parametrize("seed", [2**64, -(2**63) - 1, 10**30])
def test_a_seed_that_pytorch_cannot_use_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="seed must"):
        TrainingConfig(seed=seed)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 1),
        ("batch_size", 1),
        ("momentum", 0.0),
        ("weight_decay", 0.0),
        ("label_smoothing", 0.0),
        ("augmentation", 2.9),
        ("weight_average", 0.999),
        ("validation", 0),
        ("validation", 50_000),
        ("learning_rate", 1e-12),
        *(("optimizer", name) for name in OPTIMIZERS),
        *(("schedule", name) for name in SCHEDULES),
    ],
)
def test_the_ends_of_what_makes_sense_are_accepted(field: str, value: Any) -> None:
    assert getattr(TrainingConfig(**{field: value}), field) == value


def test_a_changed_config_is_checked_again() -> None:
    with pytest.raises(ValueError, match="epochs"):
        dataclasses.replace(TrainingConfig(), epochs=0)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_cannot_be_changed(record: Any) -> None:
    for field in dataclasses.fields(record):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, field.name, getattr(record, field.name))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_comes_back_equal_from_pickle(record: Any) -> None:
    assert pickle.loads(pickle.dumps(record)) == record


def test_a_prediction_comes_back_whole_from_pickle() -> None:
    prediction = Classifier("lenet", "cpu").classify(load_mnist("test").images[0])
    again = pickle.loads(pickle.dumps(prediction))
    assert isinstance(again, Prediction)
    assert isinstance(again.trace, Trace)
    assert np.array_equal(again.probabilities, prediction.probabilities)
    assert np.array_equal(again.logits, prediction.logits)
    assert np.array_equal(again.trace.input, prediction.trace.input)
    assert again.digit == prediction.digit
    assert again.milliseconds == prediction.milliseconds
    for layer, before in zip(again.trace.layers, prediction.trace.layers, strict=True):
        assert isinstance(layer, LayerActivation)
        assert (layer.name, layer.kind) == (before.name, before.kind)
        assert np.array_equal(layer.values, before.values)


def test_an_epochs_metrics_come_back_whole_from_pickle() -> None:
    metrics = EpochMetrics(2, 0.1, None, 3.5, {"fc3.bias": np.arange(10, dtype=np.float32)})
    again = pickle.loads(pickle.dumps(metrics))
    assert (again.epoch, again.training_loss, again.validation_accuracy, again.seconds) == (2, 0.1, None, 3.5)
    assert np.array_equal(again.weights["fc3.bias"], metrics.weights["fc3.bias"])


def test_a_predictions_probabilities_sum_to_1_and_its_digit_has_the_largest() -> None:
    prediction = Classifier("lenet", "cpu").classify(load_mnist("test").images[0])
    assert prediction.probabilities.shape == prediction.logits.shape == (10,)
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert prediction.digit == prediction.probabilities.argmax() == 7
    assert prediction.milliseconds > 0


def test_a_models_parameters_are_those_of_its_layers() -> None:
    assert Classifier("lenet", "cpu").info.parameters == 61_706
