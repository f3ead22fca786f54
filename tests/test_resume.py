"""A run that was interrupted ends with the very bits of one that was not."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.datasets import DigitSet, load_mnist
from core.errors import LabError
from core.reading.evaluation import Measurement
from core.records import EpochMetrics
from core.training import runs
from core.training import trainer as training
from core.training.config import OPTIMIZERS, Augmentation, TrainingConfig
from core.training.runs import Run
from core.training.trainer import Trainer

pytestmark = pytest.mark.slow  # runs are trained twice

ROOT = Path(__file__).resolve().parents[1]
PER_EPOCH = 6

# Everything that draws at random or remembers something.
ALL_AT_ONCE = TrainingConfig(
    digits=400,
    validation=100,
    batch_size=50,
    epochs=3,
    learning_rate=0.003,
    dropout=0.3,
    label_smoothing=0.1,
    augmentation=replace(Augmentation.of_strength(1), thickness=0.8, noise=0.1),
    weight_average=0.9,
    patience=3,
    device="cpu",
)
CONFIGS = {
    **{name: replace(ALL_AT_ONCE, optimizer=name) for name in OPTIMIZERS},
    "sgd without momentum": replace(ALL_AT_ONCE, optimizer="sgd", momentum=0.0, schedule="cosine"),
    "pen digits": replace(ALL_AT_ONCE, digits=350, pen_digits=50),
    "sigmoids": replace(ALL_AT_ONCE, architecture="lenet_sigmoid", schedule="step"),
    "bare": TrainingConfig(
        digits=350, validation=0, batch_size=59, epochs=3, learning_rate=0.003, device="cpu"
    ),
}


@functools.cache
def digits() -> DigitSet:
    mnist = load_mnist("train")
    return DigitSet(mnist.images[:400], mnist.labels[:400])


class Told:
    """What a run tells of itself, from its first step on."""

    def __init__(self) -> None:
        self.losses: list[np.ndarray] = []
        self.rates: list[np.ndarray] = []
        self.epochs: list[EpochMetrics] = []

    def advance(self, trainer: Trainer, until: int | None = None) -> Trainer:
        """To a step, or to the run's end. An epoch that ends there is ended."""
        while trainer.ended is None and trainer.step != until:
            trainer.advance()
            report = trainer.report()
            self.losses.append(report.losses)
            self.rates.append(report.learning_rates)
            if trainer.at_end_of_epoch:
                self.epochs.append(trainer.end_epoch())
        return trainer

    def figures(self) -> list[Any]:
        epochs = [
            {name: value for name, value in vars(each).items() if name not in ("seconds", "weights")}
            for each in self.epochs
        ]
        return [np.concatenate(self.losses).tolist(), np.concatenate(self.rates).tolist(), epochs]


def kept_and_taken_up(trainer: Trainer, run: Run) -> Trainer:
    """A new run's trainer, from what is on the disk."""
    run.save_state(*trainer.state())
    again = Trainer(trainer.config, digits())
    again.restore(*Run(run.path).load_state())
    return again


def everything(trainer: Trainer) -> dict[str, bytes]:
    """Every number that decides how the run would go on, and its result."""
    arrays, about = trainer.state()
    times = {"seconds", "epoch_seconds"}
    return {
        **{name: value.tobytes() for name, value in arrays.items()},
        **{f"result.{name}": value.tobytes() for name, value in trainer.result().items()},
        "about": json.dumps({name: value for name, value in about.items() if name not in times}).encode(),
    }


def assert_same(found: dict[str, bytes], expected: dict[str, bytes]) -> None:
    assert set(found) == set(expected)
    assert [name for name in expected if found[name] != expected[name]] == []


@functools.cache
def uninterrupted(name: str) -> tuple[dict[str, bytes], list[Any]]:
    told = Told()
    trainer = told.advance(Trainer(CONFIGS[name], digits()))
    assert trainer.ended == "epochs"
    return everything(trainer), told.figures()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return runs.create(tmp_path, ALL_AT_ONCE, 18, PER_EPOCH)


INTERRUPTED_AT = {
    "before the first step": [0],
    "after the first step": [1],
    "in the midst of an epoch": [9],
    "a step before an epoch's end": [11],
    "as an epoch has ended": [12],
    "a step after an epoch's end": [13],
    "a step before the end": [17],
    "twice in an epoch": [8, 10],
}
CASES = [
    *(pytest.param("adamw", steps, id=f"adamw-{place}") for place, steps in INTERRUPTED_AT.items()),
    *(pytest.param(name, [10], id=f"{name}-in the midst of an epoch") for name in CONFIGS if name != "adamw"),
    *(
        pytest.param(name, list(range(18)), id=f"{name}-before every step", marks=pytest.mark.slow)
        for name in CONFIGS
    ),
]


@pytest.mark.parametrize(("name", "steps"), CASES)
def test_an_interrupted_run_ends_as_one_that_was_not(name: str, steps: list[int], run: Run) -> None:
    told = Told()
    trainer = Trainer(CONFIGS[name], digits())
    for step in steps:
        trainer = kept_and_taken_up(told.advance(trainer, until=step), run)
        assert trainer.step == step
    told.advance(trainer)
    ended, figures = uninterrupted(name)
    assert_same(everything(trainer), ended)
    assert told.figures() == figures


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_is_kept_comes_back_bit_for_bit(name: str, run: Run) -> None:
    trainer = Told().advance(Trainer(CONFIGS[name], digits()), until=10)
    assert_same(everything(kept_and_taken_up(trainer, run)), everything(trainer))


def test_a_run_that_was_left_before_its_epoch_was_measured_measures_it_first(run: Run) -> None:
    trainer = Told().advance(Trainer(ALL_AT_ONCE, digits()), until=11)
    trainer.advance()
    trainer.report()
    assert trainer.at_end_of_epoch
    again = kept_and_taken_up(trainer, run)
    assert again.at_end_of_epoch
    assert again.end_epoch().validation_loss == trainer.end_epoch().validation_loss
    Told().advance(again)
    assert_same(everything(again), uninterrupted("adamw")[0])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_rates_that_were_changed_stay_changed(name: str, run: Run) -> None:
    def changed() -> Trainer:
        trainer = Told().advance(Trainer(CONFIGS[name], digits()), until=8)
        trainer.set_rates(0.001, 0.5)
        return trainer

    unbroken, broken = Told(), Told()
    first = unbroken.advance(changed())
    again = kept_and_taken_up(broken.advance(changed(), until=10), run)
    assert (again.learning_rate, again.momentum) == (0.001, 0.5)
    broken.advance(again)
    assert_same(everything(again), everything(first))
    assert broken.figures() == unbroken.figures()
    assert everything(first) != uninterrupted(name)[0]


def test_momentum_that_is_switched_off_and_on_again_is_taken_up(run: Run) -> None:
    def at(step: int, momentum: float, trainer: Trainer) -> Trainer:
        Told().advance(trainer, until=step)
        trainer.set_rates(0.01, momentum)
        return trainer

    config = CONFIGS["sgd"]
    first = at(14, 0.9, at(4, 0.0, Trainer(config, digits())))
    again = at(14, 0.9, kept_and_taken_up(at(4, 0.0, Trainer(config, digits())), run))
    assert_same(everything(Told().advance(again)), everything(Told().advance(first)))


def test_patience_goes_on_counting_and_the_best_weights_are_kept(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    accuracies = [0.5, 0.7, 0.6, 0.65, 0.69, 0.99]

    def given() -> Callable[..., Measurement]:
        each = iter(accuracies)
        return lambda *_: Measurement(0.5, next(each), {})

    config = replace(ALL_AT_ONCE, epochs=20)
    monkeypatch.setattr(training, "measure", given())
    first = Told().advance(Trainer(config, digits()))
    monkeypatch.setattr(training, "measure", given())
    again = Trainer(config, digits())
    for step in (15, 20, 24):
        again = kept_and_taken_up(Told().advance(again, until=step), run)
    Told().advance(again)
    assert first.ended == again.ended == "patience"
    assert (again.epoch, again.best_epoch, again.validation_accuracy) == (5, 2, 0.7)
    assert_same(everything(again), everything(first))


def test_time_goes_on_counting(run: Run) -> None:
    trainer = Told().advance(Trainer(ALL_AT_ONCE, digits()), until=9)
    again = kept_and_taken_up(trainer, run)
    assert again.seconds == trainer.seconds > 0
    assert Told().advance(again, until=10).seconds > trainer.seconds


IN_A_FRESH_PROCESS = """
import sys
from pathlib import Path
import numpy as np
import torch
torch.set_num_threads(1)
from core.data.datasets import DigitSet, load_mnist
from core.training.runs import Run
from core.training.trainer import Trainer
mnist = load_mnist("train")
digits = DigitSet(mnist.images[:400], mnist.labels[:400])
for path in map(Path, sys.argv[1:]):
    run = Run(path)
    trainer = Trainer(run.info().config, digits)
    trainer.restore(*run.load_state())
    while trainer.ended is None:
        trainer.advance()
        if trainer.at_end_of_epoch:
            trainer.end_epoch()
    np.savez(path / "result.npz", **trainer.weights())
"""


def test_a_fresh_process_ends_an_interrupted_run_as_this_one_would(tmp_path: Path) -> None:
    paths = {}
    for name, step in zip(OPTIMIZERS, (9, 12, 16), strict=True):
        run = runs.create(tmp_path, CONFIGS[name], 18, PER_EPOCH)
        run.save_state(*Told().advance(Trainer(CONFIGS[name], digits()), until=step).state())
        paths[name] = run.path
    command = [sys.executable, "-c", IN_A_FRESH_PROCESS, *map(str, paths.values())]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    for name, path in paths.items():
        ended, _ = uninterrupted(name)
        with np.load(path / "result.npz") as weights:
            kind = "average." if CONFIGS[name].weight_average else "network."
            found = {f"{kind}{key}": weights[key].tobytes() for key in weights}
        assert found == {key: value for key, value in ended.items() if key.startswith(kind)}


# Checkpoints that do not fit.


def state_of(config: TrainingConfig, step: int = 9) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    arrays, about = Told().advance(Trainer(config, digits()), until=step).state()
    return arrays, json.loads(json.dumps(about))


def assert_refused(arrays: dict[str, np.ndarray], about: dict[str, Any], config: TrainingConfig) -> None:
    with pytest.raises(LabError, match="The run cannot go on: its checkpoint does not fit"):
        Trainer(config, digits()).restore(arrays, about)


@pytest.mark.parametrize(
    "changes",
    [
        {"architecture": "lenet_sigmoid"},
        {"optimizer": "sgd"},
        {"optimizer": "adam"},
        {"weight_average": 0.0},
        {"batch_size": 40},
        {"seed": 1},
    ],
    ids=str,
)
def test_the_checkpoint_of_another_config_is_refused(changes: dict[str, Any]) -> None:
    assert_refused(*state_of(ALL_AT_ONCE), replace(ALL_AT_ONCE, **changes))


@pytest.fixture(scope="module")
def kept_state() -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    return state_of(ALL_AT_ONCE)


@pytest.mark.parametrize(
    "said",
    [
        {"step": -1},
        {"step": 5},  # the second epoch begins at 6
        {"step": 13},  # and ends at 12
        {"step": 10**30},
        {"step": "fourteen"},
        {"step": None},
        {"step": 1e400},
        {"epoch": -1, "step": 5},
        {"epoch": -(10**9)},
        {"epoch": 3, "step": 19},
        {"epoch": []},
        {"seconds": None},
        {"seconds": 10**400},
        {"seconds": -1},
        {"epoch_seconds": float("nan")},
        {"epoch_right": -1},
        {"epoch_right": 10**6},
        {"validation_accuracy": 1.5},
        {"best": [1.5, 1]},
        {"best": [0.5, 0]},
        {"learning_rate": "fast"},
        {"momentum": {}},
        {"momentum": 1.5},
        {"learning_rate": float("nan")},
        {"best": 3},
        {"best": [0.5]},
        {"best": ["a", "b"]},
        {"best": [0.5, 1, 2]},
        {"config": None},
        {"config": {}},
        {"config": {"epochs": "4"}},
        {"validation_accuracy": []},
    ],
    ids=str,
)
def test_a_checkpoint_that_says_nonsense_is_refused(
    said: dict[str, Any], kept_state: tuple[dict[str, np.ndarray], dict[str, Any]]
) -> None:
    arrays, about = kept_state
    assert_refused(arrays, {**about, **said}, ALL_AT_ONCE)


def test_a_checkpoint_that_leaves_something_out_is_refused(
    kept_state: tuple[dict[str, np.ndarray], dict[str, Any]],
) -> None:
    arrays, about = kept_state
    for left_out in about:
        assert_refused(arrays, {name: about[name] for name in about if name != left_out}, ALL_AT_ONCE)
    for left_out in arrays:
        rest = {name: value for name, value in arrays.items() if name != left_out}
        assert_refused(rest, about, ALL_AT_ONCE)


def test_a_checkpoint_whose_arrays_have_another_shape_is_refused(
    kept_state: tuple[dict[str, np.ndarray], dict[str, Any]],
) -> None:
    arrays, about = kept_state
    for changed, value in arrays.items():
        for other in (np.zeros((3, 2), value.dtype), np.zeros(0, value.dtype)):
            assert_refused({**arrays, changed: other}, about, ALL_AT_ONCE)


@pytest.mark.parametrize(
    "name", ["network.conv1.weight", "average.fc3.bias", "best.fc1.weight", "optimizer.exp_avg"]
)
@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_checkpoint_with_weights_that_are_not_finite_is_refused(
    name: str, number: float, kept_state: tuple[dict[str, np.ndarray], dict[str, Any]]
) -> None:
    arrays, about = kept_state
    value = arrays[name].copy()
    value.flat[1] = number
    assert_refused({**arrays, name: value}, about, ALL_AT_ONCE)


@pytest.mark.parametrize("name", ["optimizer.x.step", "optimizer.99.exp_avg", "optimizer.-20.exp_avg"])
def test_a_checkpoint_with_the_state_of_other_weights_is_refused(
    name: str, kept_state: tuple[dict[str, np.ndarray], dict[str, Any]]
) -> None:
    arrays, about = kept_state
    assert_refused({**arrays, name: np.zeros(3, np.float32)}, about, ALL_AT_ONCE)


def test_generators_of_noise_are_refused(
    kept_state: tuple[dict[str, np.ndarray], dict[str, Any]],
) -> None:
    arrays, about = kept_state
    noise = np.random.default_rng(0)
    for name in ("generator.now", "generator.epoch"):
        for dtype in (np.uint8, np.float32):
            other = noise.integers(0, 256, arrays[name].shape).astype(dtype)
            assert_refused({**arrays, name: other}, about, ALL_AT_ONCE)
