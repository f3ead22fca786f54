"""Training: one step at a time, or as a generator of metrics that a shell or a test iterates."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core import networks
from core.catalog import DATA_SETS
from core.data.datasets import DigitSet, load
from core.errors import LabError
from core.networks import weight_files
from core.networks.batches import as_batch, as_tensors
from core.networks.devices import resolve
from core.networks.table import Network
from core.pen_digits.generator import collect, generate
from core.reading.evaluation import measure
from core.records import EpochMetrics, RunResult, Snapshot, StepMetrics
from core.training.augmentation import augment
from core.training.config import RANDOM_START, TrainingConfig
from core.training.dropout import with_dropout
from core.training.metrics_json import seconds_of, share_of, step_of
from core.training.optimizing import flatten, new_optimizer, set_momentum, set_rate
from core.training.schedules import learning_rate
from core.training.tally import Tally
from core.training.training_set import split

REPORT_EVERY = 20  # steps; reading the loss makes a GPU wait, so it is not read at every step

_PROBE = 1000  # digits that silent units are looked for with, where nothing is held out


def train(
    config: TrainingConfig,
    digits: DigitSet | None = None,
    pen_digits: Iterable[tuple[np.ndarray, int]] | None = None,
) -> Iterator[StepMetrics | EpochMetrics]:
    """Train a network; yields a StepMetrics every 20 steps and at the end, and an EpochMetrics every epoch.

    The result is `weights` of the last EpochMetrics, or of the best where the config has patience.

    Digits that are not given are MNIST's. Pen digits, to learn from as well, are as
    `core.pen_digits.generator.generate` yields them; where not given, they are made here, once all else is
    known to be there: that takes a while.

    Raises:
        LabError: the architecture, device, data or weights to start from are not there.
    """
    trainer = Trainer(config, digits, pen_digits)
    while trainer.ended is None:
        trainer.advance()
        if trainer.step % REPORT_EVERY == 0 or trainer.step == trainer.steps:
            yield trainer.report()
        if trainer.at_end_of_epoch:
            yield trainer.end_epoch()


class Trainer:
    """A run that is advanced step by step. `ended` says why it is over, or is None while it is not.

    At the end of an epoch (`at_end_of_epoch`) `end_epoch` must be called before the next step.
    Arguments are those of `train`.

    Raises:
        LabError: the architecture, device, data or weights to start from are not there.
    """

    def __init__(
        self,
        config: TrainingConfig,
        digits: DigitSet | None = None,
        pen_digits: Iterable[tuple[np.ndarray, int]] | None = None,
    ) -> None:
        self.config = config
        self.device = resolve(config.device)
        digits = load(config.dataset, "train") if digits is None else digits
        self.network = _start(config).to(self.device).to(memory_format=torch.channels_last)
        generated = collect(generate(config.pen_digits, config.seed) if pen_digits is None else pen_digits)
        self._generator = torch.Generator(self.device).manual_seed(config.seed)
        self._digits = split(digits, generated, config, self._generator)
        self.steps_per_epoch = -(-len(self._digits.learnt) // config.batch_size)
        self.steps = config.epochs * self.steps_per_epoch

        self._learner = with_dropout(self.network, config.dropout, self._generator)
        self.kept = copy.deepcopy(self.network) if config.weight_average else self.network
        self.learning_rate, self.momentum = config.learning_rate, config.momentum
        self._weights = flatten(self.network)
        self._average = flatten(self.kept) if config.weight_average else self._weights
        self._optimizer = new_optimizer(self._weights, config)

        self.step = 0
        self.epoch = 0  # epochs that are done
        self.ended: str | None = None
        self.seconds = 0.0
        self._epoch_seconds = 0.0
        self._epoch_start = self._generator.get_state()
        self._batches: Iterator[Tensor] = iter(())
        self._tally = Tally()
        self._has_gradient = False
        self._best: tuple[float, int, dict[str, np.ndarray]] | None = None  # accuracy, epoch, weights
        self._last_accuracy: float | None = None

    # One step

    @property
    def at_end_of_epoch(self) -> bool:
        """Whether the last step was the last of an epoch that has not been ended yet."""
        return self.step == (self.epoch + 1) * self.steps_per_epoch

    def advance(self) -> None:
        """Learn from one batch. Nothing here makes the host wait for a GPU."""
        started = time.perf_counter()
        if self.step == self.epoch * self.steps_per_epoch:
            self._shuffle()
        chosen = next(self._batches)
        batch = as_batch(self._digits.images[chosen], self.network.input_shape)
        labels = self._digits.labels[chosen]
        if not self.config.augmentation.is_off():
            batch = augment(batch, self.config.augmentation, self._generator)
        rate = learning_rate(self.config.schedule, self.learning_rate, self.step, self.steps)
        set_rate(self._optimizer, rate)
        logits = self._learner(batch)
        loss = F.cross_entropy(logits, labels, label_smoothing=self.config.label_smoothing)
        assert self._weights.grad is not None  # the network's gradients share it
        self._weights.grad.zero_()
        self._has_gradient = True
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self.step += 1
        if self.config.weight_average:
            # The bound lets the average follow the first steps, when there is little to average.
            decay = min(self.config.weight_average, self.step / (self.step + 10))
            with torch.no_grad():
                self._average.lerp_(self._weights, 1 - decay)
        right = (logits.detach().argmax(1) == labels).sum()
        self._tally.add(loss.detach(), right, len(chosen), rate)
        self._count(started)

    def _shuffle(self) -> None:
        self._epoch_start = self._generator.get_state()
        learnt = self._digits.learnt
        order = torch.randperm(len(learnt), device=self.device, generator=self._generator)
        self._batches = iter(torch.split(learnt[order], self.config.batch_size))

    def _count(self, started: float) -> None:
        spent = time.perf_counter() - started
        self.seconds += spent
        self._epoch_seconds += spent

    def set_rates(self, rate: float, momentum: float) -> None:
        """From the next step on, use another largest learning rate and another momentum (or beta 1)."""
        self.learning_rate, self.momentum = rate, momentum
        set_momentum(self._optimizer, self.config, momentum)

    # Metrics

    def report(self) -> StepMetrics:
        """The losses since the last report; on a GPU this waits for the steps under way.

        `ended` is set where a loss or a weight is not finite: nothing sensible can follow.
        """
        started = time.perf_counter()
        losses, rates = self._tally.take_unreported()
        # After the last loss its step has changed the weights: they show it first.
        if not np.isfinite(losses).all() or not self._weights.isfinite().all():
            self.ended = "diverged"
        self._count(started)
        return StepMetrics(self.step, self.steps, losses, rates, self.momentum, self.seconds)

    def end_epoch(self) -> EpochMetrics:
        """Measure the epoch that is over, and decide whether the run is."""
        started = time.perf_counter()
        self._tally.read()
        digits = self._digits
        probe = digits.held_out if len(digits.held_out) else digits.learnt[:_PROBE]
        measured = measure(self.kept, digits.images[probe], digits.labels[probe])
        held_out = measured if len(digits.held_out) else None
        weights = self.weights()
        self.epoch += 1
        self._count(started)
        metrics = EpochMetrics(
            epoch=self.epoch,
            step=self.step,
            training_loss=self._tally.loss / len(digits.learnt),
            training_accuracy=self._tally.right / len(digits.learnt),
            validation_loss=held_out.loss if held_out else None,
            validation_accuracy=held_out.accuracy if held_out else None,
            seconds=self._epoch_seconds,
            silent=measured.silent,
            weights=weights,
        )
        self._tally.begin_epoch()
        self._epoch_seconds = 0.0
        self._decide(metrics)
        return metrics

    def _decide(self, metrics: EpochMetrics) -> None:
        accuracy, config = metrics.validation_accuracy, self.config
        self._last_accuracy = accuracy
        if not math.isfinite(metrics.training_loss):
            self.ended = "diverged"
            return
        if accuracy is not None and (self._best is None or accuracy > self._best[0]):
            self._best = accuracy, metrics.epoch, metrics.weights
        if accuracy is not None and config.target_accuracy and accuracy >= config.target_accuracy:
            self.ended = "target"
        elif config.patience and self._best and metrics.epoch - self._best[1] >= config.patience:
            self.ended = "patience"
        elif self.step >= self.steps:
            self.ended = "epochs"

    @property
    def best_epoch(self) -> int | None:
        """The epoch after which most of the held-out digits were read; None where there is none yet."""
        return None if self._best is None else self._best[1]

    def weights(self) -> dict[str, np.ndarray]:
        """A copy of the weights as they are: of the running average where one is kept."""
        return {name: value.cpu().numpy().copy() for name, value in self.kept.numbers().items()}

    def result(self) -> dict[str, np.ndarray]:
        """The weights that the run is for: the best ones where the config has patience, else the newest."""
        return self._best[2] if self.config.patience and self._best else self.weights()

    def snapshot(self) -> Snapshot:
        """The network as it is now, with the gradient of the last step."""
        norms: dict[str, Tensor] = {}
        for row in self.network.rows:
            gradients = [each.grad for each in row.module.parameters() if each.grad is not None]
            if gradients and self._has_gradient:
                norms[row.name] = (
                    torch.stack([gradient.square().sum() for gradient in gradients]).sum().sqrt()
                )
        weights, lengths = self.weights(), {name: float(norm) for name, norm in norms.items()}
        return Snapshot(
            self.config.architecture,
            self.step,
            weights,
            lengths,
            classes=self.network.classes,
            dataset=self.config.dataset,
        )

    def test(self) -> RunResult:
        """Measure the result on the set's test digits: once, when the run is over."""
        assert self.ended is not None
        network = networks.build(self.config.architecture, seed=0)
        network.take(self.result())
        test = load(self.config.dataset, "test")
        measured = measure(network.to(self.device), *as_tensors(test, self.device))
        return RunResult(self.ended, self.step, measured.loss, measured.accuracy, self.validation_accuracy)

    @property
    def validation_accuracy(self) -> float | None:
        """Of the epoch whose weights are the result."""
        return self._best[0] if self.config.patience and self._best else self._last_accuracy

    # Going on later

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """All that the run needs to go on as if it had never stopped: arrays, and an object for JSON.

        Call `report` before it: losses that are not reported yet are not part of it.
        """
        arrays = {f"network.{name}": _array(value) for name, value in self.network.numbers().items()}
        if self.config.weight_average:
            arrays |= {f"average.{name}": _array(value) for name, value in self.kept.numbers().items()}
        state = self._optimizer.state_dict()["state"].get(0, {})  # of the one flat parameter
        arrays |= {f"optimizer.{name}": _array(value) for name, value in state.items() if value is not None}
        if self._best is not None:
            arrays |= {f"best.{name}": value for name, value in self._best[2].items()}
        arrays["generator.epoch"] = _array(self._epoch_start)
        arrays["generator.now"] = _array(self._generator.get_state())
        return arrays, {
            "config": self.config.to_json(),
            "step": self.step,
            "epoch": self.epoch,
            "seconds": self.seconds,
            "epoch_seconds": self._epoch_seconds,
            "epoch_loss": self._tally.loss,
            "epoch_right": self._tally.right,
            "learning_rate": self.learning_rate,
            "momentum": self.momentum,
            "best": None if self._best is None else self._best[:2],
            "validation_accuracy": self._last_accuracy,
        }

    def restore(self, arrays: dict[str, np.ndarray], about: dict[str, Any]) -> None:
        """Go on from what `state` gave.

        Raises:
            LabError: it does not fit this run's config.
        """
        try:
            self._restore(arrays, about)
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RuntimeError) as error:
            raise LabError(
                "The run cannot go on: its checkpoint does not fit its settings. "
                "Its weights can still be used."
            ) from error

    def _restore(self, arrays: dict[str, np.ndarray], about: dict[str, Any]) -> None:
        def tensors(prefix: str) -> dict[str, Tensor]:
            chosen = {name: value for name, value in arrays.items() if name.startswith(prefix)}
            return {name[len(prefix) :]: torch.from_numpy(value.copy()) for name, value in chosen.items()}

        if TrainingConfig.from_json(about["config"]) != self.config:
            raise ValueError("another config")
        for name, value in arrays.items():
            if not np.isfinite(value).all():
                raise ValueError(f"{name} is not finite")
        self.network.take(tensors("network."))
        if self.config.weight_average:
            self.kept.take(tensors("average."))
        self.step, self.epoch = step_of(about["step"], least=0), step_of(about["epoch"], least=0)
        begun = self.epoch * self.steps_per_epoch
        if not begun <= self.step <= min(begun + self.steps_per_epoch, self.steps):
            raise ValueError("step and epoch disagree")
        self._restore_optimizer(tensors("optimizer."))
        self.seconds, self._epoch_seconds = seconds_of(about["seconds"]), seconds_of(about["epoch_seconds"])
        rate, momentum = float(about["learning_rate"]), float(about["momentum"])
        replace(self.config, learning_rate=rate, momentum=momentum)  # refuses what no run can have
        self.set_rates(rate, momentum)
        last = about["validation_accuracy"]
        self._last_accuracy = None if last is None else share_of(last)
        if about["best"] is not None:
            accuracy, epoch = about["best"]
            best = {name: value.numpy() for name, value in tensors("best.").items()}
            if {name: value.shape for name, value in best.items()} != {
                name: tuple(value.shape) for name, value in self.network.numbers().items()
            }:
                raise ValueError("the best weights do not fit")
            self._best = share_of(accuracy), step_of(epoch), best
        generator = tensors("generator.")
        self._generator.set_state(generator["epoch"])
        done = self.step - begun
        if done:
            self._shuffle()
            for _ in range(done):
                next(self._batches)
        self._generator.set_state(generator["now"])
        self._tally.loss, self._tally.right = float(about["epoch_loss"]), int(about["epoch_right"])
        if not 0 <= self._tally.right <= min(done * self.config.batch_size, len(self._digits.learnt)):
            raise ValueError("more digits were right than there were")

    def _restore_optimizer(self, values: dict[str, Tensor]) -> None:
        for name, value in values.items():
            if value.shape != (() if name == "step" else self._weights.shape):
                raise ValueError(f"{name} has another shape")
        of_adam = {"step", "exp_avg", "exp_avg_sq"}
        if self.step and self.config.optimizer != "sgd" and values.keys() != of_adam:
            raise ValueError("the optimizer's state is incomplete")
        state = {0: values} if values else {}
        self._optimizer.load_state_dict({**self._optimizer.state_dict(), "state": state})


def _start(config: TrainingConfig) -> Network:
    """The network before the first step."""
    if config.start == RANDOM_START:
        return _named(networks.build(config.architecture, config.seed), config)
    loaded = weight_files.load_model(config.start)
    if loaded.architecture != config.architecture:
        raise LabError(
            "The weights {start} are of the architecture {theirs}, not of {ours}. "
            "Choose that one, or other weights.",
            start=config.start,
            theirs=loaded.architecture,
            ours=config.architecture,
        )
    return _named(loaded.network.train(), config)


def _named(network: Network, config: TrainingConfig) -> Network:
    """The network, whose classes are called as the data set's from now on."""
    if config.dataset in DATA_SETS:  # else `load` says so
        classes = DATA_SETS[config.dataset].classes
        if len(classes) != len(network.classes):
            raise LabError(
                "The data set {dataset} has {classes} classes, and {architecture} tells {count} apart.",
                dataset=config.dataset,
                classes=len(classes),
                architecture=config.architecture,
                count=len(network.classes),
            )
        network.name_classes(classes)
    return network


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy().copy()
