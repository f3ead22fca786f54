"""Training learns, tells how it goes, and does the same again for the same config."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
import torch

from core import networks
from core.augmentation import augment
from core.datasets import DigitSet, load_mnist
from core.errors import DeviceUnavailable, LabError
from core.evaluation import accuracy, as_batch, predict
from core.records import EpochMetrics, StepMetrics, TrainingConfig
from core.training import REPORT_EVERY, train


@functools.cache
def mnist() -> DigitSet:
    return load_mnist("train")


def digits(count: int) -> DigitSet:
    return DigitSet(mnist().images[:count], mnist().labels[:count])


def config(**changes: Any) -> TrainingConfig:
    return TrainingConfig(**{"epochs": 1, "batch_size": 32, "validation": 100, "device": "cpu", **changes})


def epochs(metrics: list[StepMetrics | EpochMetrics]) -> list[EpochMetrics]:
    return [each for each in metrics if isinstance(each, EpochMetrics)]


def steps(metrics: list[StepMetrics | EpochMetrics]) -> list[StepMetrics]:
    return [each for each in metrics if isinstance(each, StepMetrics)]


def same(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> bool:
    return list(first) == list(second) and all(np.array_equal(first[key], second[key]) for key in first)


def weights_after(**changes: Any) -> dict[str, np.ndarray]:
    return epochs(list(train(config(**changes), digits(500))))[-1].weights


@pytest.fixture(scope="module")
def run() -> list[StepMetrics | EpochMetrics]:
    """Two epochs on 5,000 of MNIST's digits, with 1,000 held out."""
    return list(train(config(epochs=2, validation=1000, optimizer="sgd", learning_rate=0.05), digits(6000)))


# What a run tells.


def test_the_loss_falls(run: list[StepMetrics | EpochMetrics]) -> None:
    first, second = epochs(run)
    assert second.training_loss < first.training_loss / 2
    assert steps(run)[0].loss == pytest.approx(np.log(10), abs=0.05)  # nothing is known at first
    assert steps(run)[-1].loss < 0.5


def test_more_than_80_percent_of_the_held_out_digits_are_read(run: list[StepMetrics | EpochMetrics]) -> None:
    accuracies = [metrics.validation_accuracy for metrics in epochs(run)]
    assert accuracies[1] is not None
    assert accuracies[1] > 0.8


def test_the_last_weights_read_digits_that_were_never_seen(run: list[StepMetrics | EpochMetrics]) -> None:
    network = networks.build("lenet", seed=1)
    network.load_state_dict({key: torch.from_numpy(value) for key, value in epochs(run)[-1].weights.items()})
    unseen = load_mnist("test")
    images, labels = torch.tensor(unseen.images[:1000]), torch.tensor(unseen.labels[:1000])
    assert accuracy(network, images, labels) > 0.8


def test_steps_are_reported_in_order_and_each_epoch_after_its_steps(
    run: list[StepMetrics | EpochMetrics],
) -> None:
    per_epoch = -(-5000 // 32)
    assert steps(run)[0].step == REPORT_EVERY
    assert [each.step for each in steps(run)] == [*range(REPORT_EVERY, 2 * per_epoch, REPORT_EVERY), 314]
    assert {each.steps for each in steps(run)} == {2 * per_epoch}
    assert [each.epoch for each in epochs(run)] == [1, 2]
    before_first = run[: run.index(epochs(run)[0])]
    assert [each.step for each in steps(before_first)][-1] == per_epoch // REPORT_EVERY * REPORT_EVERY
    assert isinstance(run[-1], EpochMetrics)
    assert all(each.seconds > 0 for each in epochs(run))


def test_one_cycle_rises_to_the_learning_rate_and_falls_to_almost_nothing(
    run: list[StepMetrics | EpochMetrics],
) -> None:
    rates = [each.learning_rate for each in steps(run)]
    peak = rates.index(max(rates))
    assert rates == [*sorted(rates[:peak]), *sorted(rates[peak:], reverse=True)]
    assert 0 < peak < len(rates) / 2
    assert max(rates) == pytest.approx(0.05, rel=0.1)
    assert rates[-1] < 1e-4


def test_a_constant_learning_rate_stays() -> None:
    metrics = list(train(config(schedule="constant", learning_rate=0.02, epochs=3), digits(500)))
    assert {each.learning_rate for each in steps(metrics)} == {0.02}


def test_the_first_report_is_the_mean_loss_of_its_steps() -> None:
    # At a rate of almost nothing the weights stay: the loss is that of the untrained network.
    still = config(schedule="constant", learning_rate=1e-12, validation=0, weight_decay=0.0)
    metrics = list(train(still, digits(320)))
    network = networks.build("lenet", still.seed)
    logits = predict(network, torch.tensor(digits(320).images))
    expected = torch.nn.functional.cross_entropy(logits, torch.tensor(digits(320).labels, dtype=torch.long))
    assert steps(metrics)[-1].loss == pytest.approx(float(expected), abs=1e-4)
    assert epochs(metrics)[0].training_loss == pytest.approx(float(expected), abs=1e-4)


# The same config, the same weights.


@pytest.mark.parametrize("changes", [{}, {"augmentation": 1.0, "weight_average": 0.9}])
def test_the_same_config_gives_the_same_weights(changes: dict[str, float]) -> None:
    torch.manual_seed(1)
    first = weights_after(**changes)
    torch.manual_seed(2)
    assert same(first, weights_after(**changes))


def test_another_seed_gives_other_weights() -> None:
    assert not same(weights_after(seed=1), weights_after(seed=2))


def test_training_leaves_pytorchs_random_state_alone() -> None:
    before = torch.random.get_rng_state()
    weights_after(augmentation=1.0)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_training_leaves_the_digits_as_they_were() -> None:
    chosen = DigitSet(mnist().images[:200].copy(), mnist().labels[:200].copy())
    list(train(config(augmentation=1.0, validation=50), chosen))
    assert np.array_equal(chosen.images, mnist().images[:200])
    assert np.array_equal(chosen.labels, mnist().labels[:200])


# Validation.


def test_validation_digits_are_not_trained_on() -> None:
    # A digit that is trained on changes the weights when its label changes; one that is held out does not.
    few = digits(40)
    run_config = config(batch_size=40, validation=15)

    def learnt(labels: np.ndarray) -> dict[str, np.ndarray]:
        return epochs(list(train(run_config, DigitSet(few.images, labels))))[-1].weights

    undisturbed = learnt(few.labels)
    without_effect = 0
    for index in range(40):
        labels = few.labels.copy()
        labels[index] = (labels[index] + 1) % 10
        without_effect += same(learnt(labels), undisturbed)
    assert without_effect == 15


def test_accuracy_is_that_of_the_held_out_digits() -> None:
    metrics = epochs(list(train(config(validation=10), digits(50))))
    assert metrics[0].validation_accuracy is not None
    assert metrics[0].validation_accuracy * 10 == pytest.approx(round(metrics[0].validation_accuracy * 10))


def test_without_validation_there_is_no_accuracy() -> None:
    assert epochs(list(train(config(validation=0), digits(200))))[0].validation_accuracy is None


@pytest.mark.parametrize("count", [100, 50])
def test_validation_must_leave_digits_to_train_on(count: int) -> None:
    with pytest.raises(ValueError, match=f"below the {count} digits"):
        next(train(config(validation=100), digits(count)))


def test_an_empty_set_of_digits_is_not_taken_for_mnist() -> None:
    with pytest.raises(ValueError, match="digits"):
        next(train(config(validation=0), digits(0)))


# Weights that are handed out.


def test_the_weights_of_an_epoch_are_copies() -> None:
    handed_out = []
    for metrics in train(config(epochs=3), digits(300)):
        if isinstance(metrics, EpochMetrics):
            handed_out.append({key: value.copy() for key, value in metrics.weights.items()})
            for value in metrics.weights.values():
                value.fill(np.nan)  # would end the training, if it were the network's own
    undisturbed = epochs(list(train(config(epochs=3), digits(300))))
    for seen, metrics in zip(handed_out, undisturbed, strict=True):
        assert same(seen, metrics.weights)
    assert not same(handed_out[0], handed_out[1])


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_the_weights_of_an_epoch_share_no_memory_with_the_next(average: float) -> None:
    first, second = epochs(list(train(config(epochs=2, weight_average=average), digits(300))))
    for key, value in first.weights.items():
        assert value.dtype == np.float32
        assert not np.shares_memory(value, second.weights[key])


def test_the_weights_fit_the_architecture() -> None:
    learnt = weights_after(architecture="lenet_sigmoid")
    state = networks.build("lenet_sigmoid", seed=0).state_dict()
    assert {key: value.shape for key, value in learnt.items()} == {
        key: tuple(value.shape) for key, value in state.items()
    }


# Options.


@pytest.mark.parametrize(
    "changes",
    [
        {"architecture": "lenet_sigmoid"},
        {"optimizer": "adamw", "learning_rate": 0.002},
        {"optimizer": "adamw", "learning_rate": 0.002, "momentum": 0.0},
        {"momentum": 0.0},
        {"weight_decay": 0.0},
        {"schedule": "constant", "learning_rate": 0.02},
        {"label_smoothing": 0.1},
        {"augmentation": 1.0},
        {"augmentation": 2.9},
        {"weight_average": 0.95},
        {"batch_size": 1},
        {"batch_size": 1000},
        {"seed": -3},
        {"seed": 2**31},
    ],
    ids=str,
)
def test_every_option_trains_and_makes_a_difference(changes: dict[str, Any]) -> None:
    chosen = config(**changes)
    metrics = list(train(chosen, digits(300)))
    learnt = epochs(metrics)[-1].weights
    assert all(np.isfinite(value).all() for value in learnt.values())
    assert np.isfinite(steps(metrics)[-1].loss)
    assert not same(learnt, epochs(list(train(config(), digits(300))))[-1].weights)


@pytest.mark.parametrize("count", range(1, 9))
@pytest.mark.parametrize("schedule", ["one-cycle", "constant"])
def test_runs_of_few_steps_end(count: int, schedule: str) -> None:
    metrics = list(train(config(schedule=schedule, batch_size=10, validation=0), digits(10 * count)))
    assert [each.step for each in steps(metrics)] == [count]
    assert len(epochs(metrics)) == 1


def test_adamw_learns() -> None:
    metrics = list(train(config(optimizer="adamw", learning_rate=0.005, epochs=4), digits(1100)))
    assert epochs(metrics)[-1].training_loss < 0.6


def test_the_average_of_the_weights_lies_between_the_first_and_the_last() -> None:
    last = weights_after(schedule="constant", learning_rate=0.01)
    averaged = weights_after(schedule="constant", learning_rate=0.01, weight_average=0.9)
    start = {key: value.numpy() for key, value in networks.build("lenet", seed=0).state_dict().items()}

    def distance(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> float:
        return float(sum(np.square(one[key] - other[key]).sum() for key in one)) ** 0.5

    assert 0 < distance(averaged, last) < distance(start, last)
    assert distance(start, averaged) < distance(start, last)


def test_an_unknown_architecture_is_told() -> None:
    with pytest.raises(LabError, match="resnet"):
        next(train(config(architecture="resnet"), digits(200)))


def test_an_absent_device_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceUnavailable, match="cuda"):
        next(train(config(device="cuda"), digits(200)))


def test_a_run_can_be_left_at_any_step() -> None:
    metrics = train(config(epochs=50), digits(3000))
    assert isinstance(next(metrics), StepMetrics)
    metrics.close()  # type: ignore[attr-defined]
    assert list(metrics) == []


# Evaluation.


def test_a_batch_is_the_images_between_0_and_1_with_a_channel() -> None:
    images = torch.tensor(digits(3).images)
    batch = as_batch(images)
    assert batch.shape == (3, 1, 28, 28)
    assert batch.dtype == torch.float32
    assert torch.equal((batch[:, 0] * 255).round().to(torch.uint8), images)


def test_accuracy_counts_the_right_answers() -> None:
    network = networks.build("lenet", seed=0)
    images = torch.tensor(digits(2500).images)  # more than one batch
    answers = predict(network, images).argmax(1)
    assert accuracy(network, images, answers) == 1
    wrong = answers.clone()
    wrong[::4] = (wrong[::4] + 1) % 10
    assert accuracy(network, images, wrong) == pytest.approx(0.75)


# Augmentation.


def batch_of_digits(count: int = 16) -> torch.Tensor:
    return as_batch(torch.tensor(digits(count).images))


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_augmentation_of_strength_0_changes_nothing() -> None:
    batch = batch_of_digits()
    assert torch.allclose(augment(batch, 0.0, generator()), batch, atol=1e-4)


@pytest.mark.parametrize("strength", [0.3, 1.0, 2.9])
def test_augmented_digits_keep_shape_and_range(strength: float) -> None:
    batch = batch_of_digits()
    augmented = augment(batch, strength, generator())
    assert augmented.shape == batch.shape
    assert augmented.dtype == batch.dtype
    assert augmented.min() >= 0
    assert augmented.max() <= 1 + 1e-6
    assert augmented.flatten(1).sum(1).min() > 0  # no digit has left its picture


def test_augmentation_leaves_its_input_alone() -> None:
    batch = batch_of_digits()
    before = batch.clone()
    augment(batch, 1.0, generator())
    assert torch.equal(batch, before)


def test_each_digit_of_a_batch_is_changed_in_its_own_way() -> None:
    batch = batch_of_digits(1).repeat(8, 1, 1, 1)
    augmented = augment(batch, 1.0, generator())
    for one in range(8):
        for other in range(one):
            assert (augmented[one] - augmented[other]).abs().max() > 0.1


def test_the_same_generator_gives_the_same_augmentation_and_another_another() -> None:
    batch = batch_of_digits()
    augmented = augment(batch, 1.0, generator(1))
    assert torch.equal(augmented, augment(batch, 1.0, generator(1)))
    assert not torch.equal(augmented, augment(batch, 1.0, generator(2)))


def test_stronger_augmentation_changes_more() -> None:
    batch = batch_of_digits(100)
    changes = [
        float((augment(batch, strength, generator()) - batch).abs().mean())
        for strength in (0.1, 0.5, 1.0, 2.0)
    ]
    assert changes == sorted(changes)
    assert changes[0] < changes[-1] / 3
