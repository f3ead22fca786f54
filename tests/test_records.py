"""Records refuse nonsense, cannot be changed, and cross a process border."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Any

import numpy as np
import pytest

from core.data.datasets import load_mnist
from core.reading.classifier import Classifier
from core.records import (
    DIGITS,
    EpochMetrics,
    LayerActivation,
    LayerSpec,
    ModelInfo,
    NetworkTable,
    Prediction,
    RunResult,
    Snapshot,
    StepMetrics,
    Trace,
)

TABLE = NetworkTable(
    (1, 28, 28), (LayerSpec("fc3", "linear", ("relu4",), (10,), "Linear(84, 10)", 850),), DIGITS
)
RECORDS = (
    LayerSpec("conv1", "convolution", ("input",), (6, 28, 28), "Conv2d(1, 6, kernel_size=5, padding=2)", 156),
    LayerSpec("relu1", "activation", ("conv1",), (6, 28, 28), "ReLU()", 0),
    TABLE,
    ModelInfo("lenet", "lenet", "cpu", "CPU", TABLE),
    RunResult("epochs", 430, 0.04, 0.987, 0.985),
    RunResult("stopped", 12, None, None),
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_cannot_be_changed(record: Any) -> None:
    for field in dataclasses.fields(record):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, field.name, getattr(record, field.name))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_comes_back_equal_from_pickle(record: Any) -> None:
    assert pickle.loads(pickle.dumps(record)) == record


def test_a_prediction_comes_back_whole_from_pickle() -> None:
    prediction = Classifier.open("lenet", "cpu").classify(load_mnist("test").images[0])
    again = pickle.loads(pickle.dumps(prediction))
    assert isinstance(again, Prediction)
    assert isinstance(again.trace, Trace)
    assert np.array_equal(again.probabilities, prediction.probabilities)
    assert np.array_equal(again.logits, prediction.logits)
    assert np.array_equal(again.trace.picture, prediction.trace.picture)
    assert again.digit == prediction.digit
    assert again.milliseconds == prediction.milliseconds
    for layer, before in zip(again.trace.layers, prediction.trace.layers, strict=True):
        assert isinstance(layer, LayerActivation)
        assert (layer.name, layer.kind) == (before.name, before.kind)
        assert np.array_equal(layer.values, before.values)


def assert_same(again: Any, record: Any) -> None:
    """Of one type, with equal fields: arrays too, in their numbers and their type."""
    assert type(again) is type(record)
    if isinstance(record, np.ndarray):
        assert again.dtype == record.dtype
        assert np.array_equal(again, record)
    elif isinstance(record, dict):
        assert list(again) == list(record)
        for key, value in record.items():
            assert_same(again[key], value)
    elif dataclasses.is_dataclass(record):
        for field in dataclasses.fields(record):
            assert_same(getattr(again, field.name), getattr(record, field.name))
    else:
        assert again == record


WEIGHTS = {"fc3.bias": np.arange(10, dtype=np.float32)}


@pytest.mark.parametrize(
    "record",
    [
        EpochMetrics(2, 860, 0.1, 0.97, 0.2, 0.96, 3.5, {"relu1": 0.5}, WEIGHTS),
        EpochMetrics(2, 860, 0.1, 0.97, None, None, 3.5, {}, WEIGHTS),
        StepMetrics(20, 430, np.array([2.3, 2.2], np.float32), np.array([0.01, 0.02]), 0.9, 1.5),
        Snapshot("lenet", 20, WEIGHTS, {"conv1": 0.25, "fc3": 1.5}),
    ],
    ids=lambda record: type(record).__name__,
)
def test_what_training_tells_comes_back_whole_from_pickle(record: Any) -> None:
    assert_same(pickle.loads(pickle.dumps(record)), record)


def test_the_loss_of_steps_is_the_mean_of_theirs_and_their_rate_the_last() -> None:
    metrics = StepMetrics(3, 9, np.array([3, 1, 2], np.float32), np.array([0.1, 0.2, 0.3]), 0.9, 0.1)
    assert metrics.loss == pytest.approx(2)
    assert metrics.learning_rate == 0.3


def test_a_predictions_probabilities_sum_to_1_and_its_digit_has_the_largest() -> None:
    prediction = Classifier.open("lenet", "cpu").classify(load_mnist("test").images[0])
    assert prediction.probabilities.shape == prediction.logits.shape == (10,)
    assert prediction.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert prediction.digit == prediction.probabilities.argmax() == 7
    assert prediction.milliseconds > 0


def test_a_models_parameters_are_those_of_its_layers() -> None:
    assert Classifier.open("lenet", "cpu").info.parameters == 61_706
