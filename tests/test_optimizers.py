"""Steps of training are those of the textbooks: against the formulas, written out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from example_digits import first_digits
from torch import Tensor, nn

from core import networks
from core.networks import batches as batches_of
from core.training import trainer as training
from core.training.config import TrainingConfig
from core.training.schedules import learning_rate
from core.training.trainer import Trainer

STEPS = 13  # ten in the first epoch, three in the second


def config(**changes: Any) -> TrainingConfig:
    settings = {"epochs": 2, "batch_size": 50, "validation": 100, "device": "cpu", "weight_decay": 0.0}
    return TrainingConfig(**{**settings, "schedule": "constant", "learning_rate": 0.01, **changes})


def learnt(
    run: TrainingConfig, monkeypatch: pytest.MonkeyPatch, rates: Callable[[Trainer], None] = lambda _: None
) -> tuple[Trainer, list[np.ndarray]]:
    """A run after some steps, and the images of its batches."""
    batches: list[np.ndarray] = []
    real = batches_of.as_batch

    def recorded(images: Tensor, input_shape: tuple[int, ...]) -> Tensor:
        batches.append(images.numpy().copy())
        return real(images, input_shape)

    trainer = Trainer(run, first_digits("train", 600))
    monkeypatch.setattr(training, "as_batch", recorded)
    for _ in range(STEPS):
        rates(trainer)
        trainer.advance()
        if trainer.at_end_of_epoch:
            trainer.end_epoch()
    return trainer, batches


def labels_of(images: np.ndarray) -> Tensor:
    digits = first_digits("train", 600)
    known = {image.tobytes(): int(label) for image, label in zip(digits.images, digits.labels, strict=True)}
    return torch.tensor([known[image.tobytes()] for image in images])


class Sgd:
    """Sutskever et al. 2013, as PyTorch writes it: velocity v = µv + g, and w −= rate · v (or g + µv)."""

    def __init__(self, run: TrainingConfig) -> None:
        self._run = run
        self._velocity: dict[str, Tensor] = {}

    def new(self, name: str, w: Tensor, g: Tensor, rate: float, _step: int) -> Tensor:
        momentum = self._run.momentum
        g = g + self._run.weight_decay * w
        v = self._velocity[name] = momentum * self._velocity.get(name, torch.zeros_like(g)) + g
        return w - rate * (g + momentum * v if self._run.nesterov else v)


class Adam:
    """Kingma and Ba 2015; decay joins the gradient, or stays apart (Loshchilov and Hutter 2019)."""

    def __init__(self, run: TrainingConfig) -> None:
        self._run = run
        self._first: dict[str, Tensor] = {}
        self._second: dict[str, Tensor] = {}

    def new(self, name: str, w: Tensor, g: Tensor, rate: float, step: int) -> Tensor:
        beta_1, beta_2 = self._run.momentum, 0.999
        if self._run.optimizer == "adam":
            g = g + self._run.weight_decay * w
        else:
            w = w - rate * self._run.weight_decay * w
        zero = torch.zeros_like(g)
        m = self._first[name] = beta_1 * self._first.get(name, zero) + (1 - beta_1) * g
        v = self._second[name] = beta_2 * self._second.get(name, zero) + (1 - beta_2) * g * g
        m, v = m / (1 - beta_1**step), v / (1 - beta_2**step)
        return w - rate * m / (v.sqrt() + 1e-8)


def cross_entropy(logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    """Against targets that are right with 1 − smoothing, and spread the rest over all ten classes."""
    targets = torch.full_like(logits, smoothing / 10)
    targets[range(len(labels)), labels] += 1 - smoothing
    return -(targets * logits.log_softmax(1)).sum(1).mean()


def by_hand(
    run: TrainingConfig,
    batches: list[np.ndarray],
    rates: list[float],
    layers: Callable[[nn.Module, Tensor], Tensor] = lambda network, x: network(x),
) -> list[dict[str, Tensor]]:
    """The weights after each step on the batches."""
    network = networks.build(run.architecture, run.seed)
    rule = Sgd(run) if run.optimizer == "sgd" else Adam(run)
    after = []
    for step, (images, rate) in enumerate(zip(batches, rates, strict=True), start=1):
        x = torch.from_numpy(images[:, None].astype(np.float32) / 255)
        loss = cross_entropy(layers(network, x), labels_of(images), run.label_smoothing)
        network.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        with torch.no_grad():
            for name, w in network.named_parameters():
                assert w.grad is not None
                w.copy_(rule.new(name, w, w.grad, rate, step))
        after.append({name: w.detach().clone() for name, w in network.named_parameters()})
    return after


def assert_weights(found: dict[str, np.ndarray], expected: dict[str, Tensor], within: float) -> None:
    assert list(found) == list(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value.numpy(), rtol=0, atol=within, err_msg=name)


SGD = {"optimizer": "sgd"}


@pytest.mark.parametrize(
    "changes",
    [
        {**SGD, "momentum": 0.0, "nesterov": False},
        {**SGD, "momentum": 0.0, "nesterov": True},
        {**SGD, "momentum": 0.9, "nesterov": False},
        {**SGD, "momentum": 0.9, "nesterov": True},
        {**SGD, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
        {**SGD, "momentum": 0.5, "nesterov": False, "weight_decay": 0.1, "label_smoothing": 0.2},
        {**SGD, "label_smoothing": 0.2},
        {**SGD, "schedule": "one-cycle", "learning_rate": 0.05},
        {**SGD, "schedule": "step"},
        {**SGD, "architecture": "lenet_sigmoid", "learning_rate": 0.5, "momentum": 0.0},
        {"optimizer": "adam"},
        {"optimizer": "adam", "weight_decay": 0.1},
        {"optimizer": "adam", "momentum": 0.5},
        {"optimizer": "adam", "momentum": 0.0, "label_smoothing": 0.1},
        {"optimizer": "adamw"},
        {"optimizer": "adamw", "weight_decay": 0.1},
        {"optimizer": "adamw", "weight_decay": 0.1, "schedule": "cosine", "momentum": 0.95},
        {"optimizer": "adamw", "architecture": "lenet_sigmoid", "label_smoothing": 0.1},
    ],
    ids=str,
)
def test_the_weights_are_those_of_the_formulas(
    changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = changes if changes["optimizer"] == "sgd" else {"learning_rate": 0.001, **changes}
    run = config(**settings)
    trainer, batches = learnt(run, monkeypatch)
    rates = [learning_rate(run.schedule, run.learning_rate, step, 20) for step in range(STEPS)]
    expected = by_hand(run, batches, rates)[-1]
    assert_weights(trainer.weights(), expected, within=1e-5)


def test_without_the_formulas_last_step_the_weights_would_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    # What the test above allows is small against one step.
    run = config(optimizer="adamw", learning_rate=0.001)
    trainer, batches = learnt(run, monkeypatch)
    before_last = by_hand(run, batches, [0.001] * STEPS)[-2]
    change = max(np.abs(trainer.weights()[name] - value.numpy()).max() for name, value in before_last.items())
    assert change > 1e-4


def test_rates_that_are_changed_under_way_hold_from_the_next_step_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(trainer: Trainer) -> None:
        if trainer.step == 5:
            trainer.set_rates(0.002, 0.0)

    run = config(optimizer="sgd", momentum=0.9, nesterov=False)
    trainer, batches = learnt(run, monkeypatch, change)
    first = by_hand(run, batches, [0.01] * STEPS)[4]
    network = networks.build("lenet", run.seed)
    network.load_state_dict(first)
    for images in batches[5:]:  # without momentum, what was before leaves no trace
        x = torch.from_numpy(images[:, None].astype(np.float32) / 255)
        network.zero_grad()
        cross_entropy(network(x), labels_of(images), 0.0).backward()  # type: ignore[no-untyped-call]
        with torch.no_grad():
            for w in network.parameters():
                assert w.grad is not None
                w -= 0.002 * w.grad
    assert_weights(trainer.weights(), network.state_dict(), within=1e-5)
    metrics = trainer.report()
    assert (metrics.learning_rate, metrics.momentum) == (0.002, 0.0)


def test_the_average_of_the_weights_is_that_of_its_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    run = config(optimizer="sgd", weight_average=0.5)
    trainer, batches = learnt(run, monkeypatch)
    average = {name: w.detach().clone() for name, w in networks.build("lenet", run.seed).named_parameters()}
    for step, weights in enumerate(by_hand(run, batches, [0.01] * STEPS), start=1):
        decay = min(0.5, step / (step + 10))
        average = {name: decay * average[name] + (1 - decay) * w for name, w in weights.items()}
    assert_weights(trainer.weights(), average, within=1e-5)


def test_an_epoch_meets_each_digit_once_and_none_that_is_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    _, batches = learnt(config(), monkeypatch)
    seen = [image.tobytes() for batch in batches[:10] for image in batch]
    assert len(seen) == len(set(seen)) == 500
    second = [image.tobytes() for batch in batches[10:] for image in batch]
    assert set(second) < set(seen)
    assert second != seen[: len(second)]  # in another order


def test_of_fewer_digits_only_these_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer, batches = learnt(config(digits=250, batch_size=20, epochs=3), monkeypatch)
    assert trainer.steps_per_epoch == 8
    seen = {image.tobytes() for batch in batches for image in batch}
    assert len(seen) == 150


# Dropout.


def test_dropout_silences_units_in_training(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of a layer that follows silenced units only, weights from silenced ones have no gradient.
    trainer = Trainer(config(dropout=0.9, batch_size=1), first_digits("train", 600))
    trainer.advance()
    gradient = trainer.network.fc3.weight.grad
    plain = Trainer(config(batch_size=1), first_digits("train", 600))
    plain.advance()
    unhindered = plain.network.fc3.weight.grad
    assert isinstance(gradient, Tensor) and isinstance(unhindered, Tensor)
    assert (gradient == 0).all(0).sum() > (unhindered == 0).all(0).sum() + 10


def test_dropout_is_not_part_of_what_is_measured_or_handed_out() -> None:
    trainer = Trainer(config(dropout=0.5, optimizer="adam"), first_digits("train", 600))
    for _ in range(10):
        trainer.advance()
    metrics = trainer.end_epoch()
    network = networks.build("lenet", seed=3)
    network.load_state_dict({name: torch.from_numpy(value) for name, value in metrics.weights.items()})
    held_out = torch.randperm(600, generator=torch.Generator().manual_seed(0))[500:].numpy()
    x = torch.from_numpy(first_digits("train", 600).images[held_out][:, None].astype(np.float32) / 255)
    labels = torch.tensor(first_digits("train", 600).labels[held_out].astype(int))
    expected = nn.functional.cross_entropy(network(x), labels).item()
    assert metrics.validation_loss == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("seed", [0, 1])
def test_dropout_is_the_same_for_the_same_seed(seed: int) -> None:
    def weights(of: int) -> bytes:
        trainer = Trainer(config(dropout=0.5, seed=of), first_digits("train", 600))
        for _ in range(5):
            trainer.advance()
        return b"".join(value.tobytes() for value in trainer.weights().values())

    torch.manual_seed(seed)
    assert weights(seed) == weights(seed)
    assert weights(seed) != weights(seed + 1)
