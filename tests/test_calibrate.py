"""The shipped networks say how sure they may be."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from calibrate import answers, best_temperature, calibration_error, divided, held_out
from example_networks import shipped

from core.catalog import SHIPPED
from core.data.datasets import DigitSet, load_mnist
from core.networks import build, weight_files
from core.records import UNSURE_MARGIN
from core.training.config import TrainingConfig
from core.training.trainer import Trainer


def some_digits(count: int) -> DigitSet:
    test = load_mnist("test")
    return DigitSet(test.images[:count], test.labels[:count])


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_is_found_that_labels_were_drawn_with(temperature: float) -> None:
    generator = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(20_000, 10, dtype=torch.float64, generator=generator)
    labels = torch.multinomial((logits / temperature).softmax(1), 1, generator=generator)[:, 0]
    assert best_temperature(logits, labels) == pytest.approx(temperature, rel=0.03)


def test_the_error_is_the_distance_of_what_is_said_from_what_is_right() -> None:
    # Two are given 0.9, of which one is right; two are given 0.6, of which both are.
    said = torch.tensor([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]], dtype=torch.float64)
    assert calibration_error(said, torch.tensor([0, 1, 0, 0])) == pytest.approx((0.4 + 0.4) / 2)


@pytest.mark.parametrize("architecture", ["lenet", "lenet_sigmoid"])
def test_divided_weights_give_divided_logits_and_the_same_answers(architecture: str) -> None:
    network, digits = build(architecture, seed=3).eval(), some_digits(100)
    before, _ = answers(network, digits)
    network.take(divided(network, 0.5))
    after, _ = answers(network, digits)
    np.testing.assert_allclose(after, before / 0.5, rtol=1e-5)
    assert (after.argmax(1) == before.argmax(1)).all()


def test_the_held_out_digits_are_those_that_the_run_did_not_learn_from() -> None:
    config = TrainingConfig(validation=5000, seed=4, pen_digits=3, device="cpu")
    trainer = Trainer(config)
    own = trainer._digits
    found = held_out(config)
    np.testing.assert_array_equal(found.images, own.images[own.held_out])
    np.testing.assert_array_equal(found.labels, own.labels[own.held_out])
    none = held_out(dataclasses.replace(config, validation=0))
    assert len(none) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "temperature", "error", "loss"),
    # Before: 0.0327 and 0.0445; 0.0227 and 0.0336; 0.0025 and 0.0174.
    [
        ("lenet_pen", 0.713, 0.006, 0.017),
        ("lenet", 0.623, 0.003, 0.014),
        ("lenet_sigmoid", 1.306, 0.003, 0.018),
    ],
)
def test_a_shipped_network_is_right_as_often_as_it_says(
    name: str, temperature: float, error: float, loss: float
) -> None:
    assert weight_files.load_model(name).about["temperature"] == temperature
    logits, labels = answers(shipped(name), load_mnist("test"))
    assert calibration_error(logits.softmax(1), labels) < error
    assert torch.nn.functional.cross_entropy(logits, labels) < loss


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_most_misread_digits_are_marked_and_few_others(name: str) -> None:
    logits, labels = answers(shipped(name), load_mnist("test"))
    first, second = logits.softmax(1).topk(2, 1).values.T
    unsure, wrong = first - second < UNSURE_MARGIN, logits.argmax(1) != labels
    assert unsure.double().mean() < 0.02
    assert unsure[wrong].double().mean() > 0.7
    assert wrong[~unsure].double().mean() < 0.0014


def test_a_clear_digit_is_answered_with_confidence() -> None:
    seven = some_digits(1)  # of label smoothing 0.04, 96 of 100 is all that training asks for: 0.963
    logits, labels = answers(shipped("lenet_pen"), seven)
    assert labels.tolist() == [7]
    assert logits.softmax(1)[0, 7] > 0.99
