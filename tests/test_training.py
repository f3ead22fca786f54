"""Training learns, tells how it goes, and does the same again for the same config."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from example_digits import mnist
from example_networks import layer_of

from core import networks
from core.data.datasets import DigitSet, load_mnist
from core.errors import DeviceUnavailable, LabError
from core.networks import weight_files
from core.networks.batches import as_batch
from core.pen_digits.generator import generate
from core.reading.evaluation import Measurement, accuracy, measure, predict
from core.records import EpochMetrics, StepMetrics
from core.training import trainer as training
from core.training.config import SCHEDULES, Augmentation, TrainingConfig
from core.training.schedules import learning_rate
from core.training.trainer import REPORT_EVERY, Trainer, train


def digits(count: int) -> DigitSet:
    return DigitSet(mnist("train").images[:count], mnist("train").labels[:count])


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


@pytest.mark.slow
def test_the_loss_falls(run: list[StepMetrics | EpochMetrics]) -> None:
    first, second = epochs(run)
    assert second.training_loss < first.training_loss / 2
    assert steps(run)[0].loss == pytest.approx(np.log(10), abs=0.05)  # nothing is known at first
    assert steps(run)[-1].loss < 0.5


@pytest.mark.slow
def test_more_than_80_percent_of_the_held_out_digits_are_read(run: list[StepMetrics | EpochMetrics]) -> None:
    accuracies = [metrics.validation_accuracy for metrics in epochs(run)]
    assert accuracies[1] is not None
    assert accuracies[1] > 0.8


@pytest.mark.slow
def test_the_last_weights_read_digits_that_were_never_seen(run: list[StepMetrics | EpochMetrics]) -> None:
    network = networks.build("lenet", seed=1)
    network.load_state_dict({key: torch.from_numpy(value) for key, value in epochs(run)[-1].weights.items()})
    unseen = load_mnist("test")
    images, labels = torch.tensor(unseen.images[:1000]), torch.tensor(unseen.labels[:1000])
    assert accuracy(network, images, labels) > 0.8


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.parametrize(
    "changes", [{}, {"augmentation": Augmentation.of_strength(1), "weight_average": 0.9}]
)
def test_the_same_config_gives_the_same_weights(changes: dict[str, Any]) -> None:
    torch.manual_seed(1)
    first = weights_after(**changes)
    torch.manual_seed(2)
    assert same(first, weights_after(**changes))


def test_another_seed_gives_other_weights() -> None:
    assert not same(weights_after(seed=1), weights_after(seed=2))


def test_training_leaves_pytorchs_random_state_alone() -> None:
    before = torch.random.get_rng_state()
    weights_after(augmentation=Augmentation.of_strength(1))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_training_leaves_the_digits_as_they_were() -> None:
    chosen = DigitSet(mnist("train").images[:200].copy(), mnist("train").labels[:200].copy())
    list(train(config(augmentation=Augmentation.of_strength(1), validation=50), chosen))
    assert np.array_equal(chosen.images, mnist("train").images[:200])
    assert np.array_equal(chosen.labels, mnist("train").labels[:200])


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


def test_generated_digits_are_learnt_from_besides_and_never_held_out() -> None:
    few, generated = digits(40), list(generate(20, seed=1))
    run_config = config(batch_size=60, validation=15, pen_digits=20)

    def learnt(pen_digits: list[tuple[np.ndarray, int]]) -> dict[str, np.ndarray]:
        trainer = Trainer(run_config, few, pen_digits)
        assert trainer.steps_per_epoch == 1  # 25 and 20, in a batch of 60
        trainer.advance()
        return trainer.weights()

    undisturbed = learnt(generated)
    for index, (image, digit) in enumerate(generated):
        others = [*generated[:index], (image, (digit + 1) % 10), *generated[index + 1 :]]
        assert not same(learnt(others), undisturbed)


def test_the_seed_decides_which_digits_are_generated() -> None:
    run_config = config(seed=7, pen_digits=30)
    by_itself, given = (
        Trainer(run_config, digits(200), pen_digits) for pen_digits in (None, generate(30, 7))
    )
    for trainer in (by_itself, given):
        trainer.advance()
    assert same(by_itself.weights(), given.weights())


def test_nothing_is_generated_for_a_run_that_cannot_begin() -> None:
    pen_digits = generate(10, 0)
    for changes in ({"device": "tpu"}, {"start": "/nowhere.safetensors"}, {"architecture": "resnet"}):
        with pytest.raises(LabError):
            Trainer(config(pen_digits=10, **changes), digits(200), pen_digits)
    assert len(list(pen_digits)) == 10


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
        {"optimizer": "sgd", "learning_rate": 0.05},
        {"optimizer": "sgd", "learning_rate": 0.05, "nesterov": False},
        {"optimizer": "adam", "learning_rate": 0.002},
        {"optimizer": "adamw", "learning_rate": 0.002},
        {"optimizer": "adamw", "learning_rate": 0.002, "momentum": 0.0},
        {"momentum": 0.0},
        {"weight_decay": 0.0},
        {"schedule": "constant", "learning_rate": 0.02},
        {"schedule": "step"},
        {"schedule": "cosine"},
        {"dropout": 0.5},
        {"start": "lenet"},
        {"digits": 200},
        {"pen_digits": 40},
        {"label_smoothing": 0.1},
        {"augmentation": Augmentation.of_strength(1)},
        {"augmentation": Augmentation.of_strength(3)},
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
@pytest.mark.parametrize("schedule", SCHEDULES)
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


def test_measuring_gives_pytorchs_loss_and_the_share_of_right_answers() -> None:
    network = networks.build("lenet", seed=0)
    images = torch.tensor(digits(2500).images)  # more than one batch
    labels = torch.tensor(digits(2500).labels, dtype=torch.long)
    measured = measure(network, images, labels)
    logits = predict(network, images)
    assert measured.loss == pytest.approx(float(torch.nn.functional.cross_entropy(logits, labels)), rel=1e-5)
    assert measured.accuracy == pytest.approx(accuracy(network, images, labels))
    assert list(measured.silent) == ["relu1", "relu2", "relu3", "relu4"]


@pytest.mark.parametrize(("architecture", "layer"), [("lenet", "relu"), ("lenet_sigmoid", "sigmoid")])
def test_units_that_always_give_the_same_are_counted_as_silent(architecture: str, layer: str) -> None:
    network = networks.build(architecture, seed=0)
    with torch.no_grad():  # dead, or at one end of the sigmoid
        layer_of(network, "conv1").bias[:] = torch.tensor([-1e4] * 3 + [0.0] * 3)
        layer_of(network, "fc1").bias[:] = torch.tensor([-1e4] * 30 + [1.0] * 90)
        layer_of(network, "fc2").bias[:] = -1e4
    images = torch.tensor(digits(1200).images)
    silent = measure(network, images, torch.tensor(digits(1200).labels, dtype=torch.long)).silent
    assert (silent[f"{layer}1"], silent[f"{layer}3"], silent[f"{layer}4"]) == (0.5, 0.25, 1)


def test_a_unit_that_differs_for_one_digit_only_is_not_silent() -> None:
    network = networks.build("lenet", seed=0)
    images = torch.zeros(1500, 28, 28, dtype=torch.uint8)
    with torch.no_grad():
        layer_of(network, "conv1").bias[:] = 0
    labels = torch.zeros(1500, dtype=torch.long)
    assert measure(network, images, labels).silent["relu1"] == 1
    images[1400] = torch.tensor(digits(1).images[0])  # in the second batch
    assert measure(network, images, labels).silent["relu1"] < 1


# How a run ends.


def with_accuracies(monkeypatch: pytest.MonkeyPatch, *accuracies: float) -> None:
    given = iter(accuracies)
    monkeypatch.setattr(training, "measure", lambda *_: Measurement(0.5, next(given), {}))


def ended(trainer: Trainer) -> list[EpochMetrics]:
    """The epochs of a run to its end."""
    found = []
    while trainer.ended is None:
        trainer.advance()
        if trainer.at_end_of_epoch:
            found.append(trainer.end_epoch())
    return found


def test_a_run_ends_when_its_epochs_are_done() -> None:
    trainer = Trainer(config(epochs=3), digits(300))
    assert [each.epoch for each in ended(trainer)] == [1, 2, 3]
    assert trainer.ended == "epochs"
    assert trainer.step == trainer.steps == 21


def test_a_run_ends_when_it_reads_as_many_digits_as_it_was_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with_accuracies(monkeypatch, 0.5, 0.79, 0.8, 0.9)
    trainer = Trainer(config(epochs=10, target_accuracy=0.8), digits(300))
    assert len(ended(trainer)) == 3
    assert trainer.ended == "target"


def test_a_run_that_gets_no_better_ends_with_its_best_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    with_accuracies(monkeypatch, 0.5, 0.6, 0.6, 0.55, 0.59, 0.9)
    trainer = Trainer(config(epochs=10, patience=3), digits(300))
    found = ended(trainer)
    assert len(found) == 5  # as good as before is no better
    assert (trainer.ended, trainer.best_epoch) == ("patience", 2)
    assert same(trainer.result(), found[1].weights)
    assert not same(trainer.result(), trainer.weights())


def test_patience_keeps_the_best_weights_where_the_epochs_end_first(monkeypatch: pytest.MonkeyPatch) -> None:
    with_accuracies(monkeypatch, 0.5, 0.6, 0.4)
    trainer = Trainer(config(epochs=3, patience=3), digits(300))
    found = ended(trainer)
    assert trainer.ended == "epochs"
    assert same(trainer.result(), found[1].weights)


def test_without_patience_the_newest_weights_are_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    with_accuracies(monkeypatch, 0.5, 0.6, 0.4)
    trainer = Trainer(config(epochs=3), digits(300))
    assert same(trainer.result() if ended(trainer) else {}, trainer.weights())


@pytest.mark.slow
def test_the_result_is_measured_on_mnists_test_digits() -> None:
    trainer = Trainer(config(epochs=1, optimizer="adam", learning_rate=0.002), digits(1500))
    ended(trainer)
    result = trainer.test()
    test = load_mnist("test")
    images, labels = torch.tensor(test.images), torch.tensor(test.labels, dtype=torch.long)
    logits = predict(trainer.network, images)
    assert (result.reason, result.step) == ("epochs", trainer.step)
    assert result.test_accuracy == pytest.approx(float((logits.argmax(1) == labels).float().mean()), abs=1e-6)
    expected = torch.nn.functional.cross_entropy(logits, labels)
    assert result.test_loss == pytest.approx(float(expected), rel=1e-4)


def test_a_loss_that_is_not_finite_ends_the_run() -> None:
    metrics = list(train(config(epochs=50, learning_rate=1000), digits(700)))
    last = metrics[-1]
    assert not np.isfinite(last.losses if isinstance(last, StepMetrics) else last.training_loss).all()
    assert len(epochs(metrics)) < 50


def test_weights_that_are_not_finite_end_the_run_before_a_loss_tells() -> None:
    trainer = Trainer(config(), digits(300))
    trainer.advance()
    with torch.no_grad():
        layer_of(trainer.network, "fc2").weight[0, 0] = torch.nan
    assert np.isfinite(trainer.report().losses).all()
    assert trainer.ended == "diverged"


# What it starts from.


def test_a_run_starts_from_the_shipped_weights() -> None:
    trainer = Trainer(config(start="lenet"), digits(300))
    shipped = weight_files.load_model("lenet").network.state_dict()
    assert same(trainer.weights(), {name: value.numpy() for name, value in shipped.items()})
    ended(trainer)
    assert not same(trainer.weights(), {name: value.numpy() for name, value in shipped.items()})


def test_a_run_starts_from_a_file_of_weights(tmp_path: Path) -> None:
    learnt = weights_after()
    weight_files.save(tmp_path / "net.safetensors", learnt, {"architecture": "lenet"})
    assert same(Trainer(config(start=str(tmp_path / "net.safetensors")), digits(300)).weights(), learnt)


def test_weights_of_another_architecture_are_no_start() -> None:
    with pytest.raises(LabError, match=r"lenet_sigmoid are of the architecture lenet_sigmoid, not of lenet"):
        Trainer(config(start="lenet_sigmoid"), digits(300))
    with pytest.raises(LabError, match="no network “nowhere”"):
        Trainer(config(start="nowhere"), digits(300))


# What it tells of itself.


def test_the_losses_of_all_steps_are_told_once_and_in_order() -> None:
    # At a rate of almost nothing each loss is that of the untrained network, on its batch.
    trainer = Trainer(config(schedule="constant", learning_rate=1e-12, weight_decay=0.0), digits(300))
    told = []
    for count in (1, 2, 4):
        for _ in range(count):
            trainer.advance()
        told.append(trainer.report())
    assert [len(each.losses) for each in told] == [1, 2, 4]
    assert [each.step for each in told] == [1, 3, 7]
    assert all(each.losses.dtype == np.float32 for each in told)
    assert len(trainer.report().losses) == 0
    assert told[0].seconds < told[1].seconds < told[2].seconds
    losses = np.concatenate([each.losses for each in told])
    mean = (losses[:6].sum() * 32 + losses[6] * 8) / 200  # the last batch is smaller
    assert trainer.end_epoch().training_loss == pytest.approx(mean, rel=1e-5)


def test_the_rate_of_each_step_is_told() -> None:
    trainer = Trainer(config(schedule="one-cycle", learning_rate=0.1, epochs=2), digits(300))
    ended(trainer)
    told = trainer.report()
    assert told.learning_rates == pytest.approx([learning_rate("one-cycle", 0.1, i, 14) for i in range(14)])
    assert (told.learning_rate, told.momentum) == (told.learning_rates[-1], 0.9)


def test_training_accuracy_counts_the_digits_as_the_network_met_them() -> None:
    trainer = Trainer(config(schedule="constant", learning_rate=1e-12, validation=0), digits(300))
    (metrics,) = ended(trainer)
    images, labels = torch.tensor(digits(300).images), torch.tensor(digits(300).labels, dtype=torch.long)
    assert metrics.training_accuracy == pytest.approx(accuracy(networks.build("lenet", 0), images, labels))
    assert metrics.validation_loss is None
    assert metrics.step == trainer.step


def test_a_snapshot_holds_copies_and_the_length_of_each_layers_gradient() -> None:
    trainer = Trainer(config(), digits(300))
    first = trainer.snapshot()
    assert (first.architecture, first.step, first.gradient_norms) == ("lenet", 0, {})
    trainer.advance()
    second = trainer.snapshot()
    assert second.step == 1
    assert not same(first.weights, second.weights)
    assert list(second.gradient_norms) == ["conv1", "conv2", "fc1", "fc2", "fc3"]
    for name, norm in second.gradient_norms.items():
        layer = dict(trainer.network.named_children())[name]
        together = torch.cat([weights.grad.flatten() for weights in layer.parameters()])
        assert norm == pytest.approx(float(together.norm()), rel=1e-5)
    for value in second.weights.values():
        value.fill(np.nan)
    assert all(np.isfinite(value).all() for value in trainer.weights().values())
