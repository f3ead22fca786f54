"""Training: a generator of metrics that a shell, a window or a test iterates."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import LambdaLR, LRScheduler, OneCycleLR

from core import networks
from core.augmentation import augment
from core.datasets import DigitSet, load_mnist
from core.devices import resolve
from core.evaluation import accuracy, as_batch, as_tensors
from core.records import EpochMetrics, StepMetrics, TrainingConfig

REPORT_EVERY = 20  # steps; reading the loss makes a GPU wait, so it is not read at every step

_WARM_UP = 0.24  # of all steps; with 0.25, PyTorch's schedule divides by zero where there are four


def train(config: TrainingConfig, digits: DigitSet | None = None) -> Iterator[StepMetrics | EpochMetrics]:
    """Train from random weights; yields a StepMetrics every 20 steps and an EpochMetrics every epoch.

    The last EpochMetrics carries the result. The validation digits are the last of a shuffle by the seed.

    Args:
        config: what to train and how.
        digits: the training set; MNIST's 60,000 where it is not given.

    Raises:
        LabError: the architecture, device or data is not there.
    """
    device = resolve(config.device)
    if digits is None:
        digits = load_mnist("train")
    if config.validation >= len(digits):
        raise ValueError(f"validation must be below the {len(digits)} digits there are")
    images, labels = as_tensors(digits, device)
    generator = torch.Generator(device).manual_seed(config.seed)
    order = torch.randperm(len(digits), device=device, generator=generator)
    training, held_out = order[: len(order) - config.validation], order[len(order) - config.validation :]

    network = networks.build(config.architecture, config.seed).to(device)
    network = network.to(memory_format=torch.channels_last)
    kept = copy.deepcopy(network) if config.weight_average else network
    steps_per_epoch = -(-len(training) // config.batch_size)
    steps = config.epochs * steps_per_epoch
    optimizer, schedule = _optimizer(network, config, steps)

    step = 0
    for epoch in range(1, config.epochs + 1):
        started = time.perf_counter()
        epoch_loss = torch.zeros((), device=device)
        reported_loss, reported_step = torch.zeros((), device=device), step
        shuffled = training[torch.randperm(len(training), device=device, generator=generator)]
        for chosen in torch.split(shuffled, config.batch_size):
            batch = as_batch(images[chosen])
            if config.augmentation:
                batch = augment(batch, config.augmentation, generator)
            loss = F.cross_entropy(network(batch), labels[chosen], label_smoothing=config.label_smoothing)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            learning_rate = schedule.get_last_lr()[0]
            optimizer.step()
            schedule.step()
            step += 1
            if config.weight_average:
                _average(kept, network, config.weight_average, step)
            epoch_loss += loss.detach() * len(chosen)
            reported_loss += loss.detach()
            if step % REPORT_EVERY == 0 or step == steps:
                mean = float(reported_loss) / (step - reported_step)
                yield StepMetrics(step, steps, mean, float(learning_rate))
                reported_loss, reported_step = torch.zeros((), device=device), step
        yield EpochMetrics(
            epoch=epoch,
            training_loss=float(epoch_loss) / len(training),
            validation_accuracy=(
                accuracy(kept, images[held_out], labels[held_out]) if config.validation else None
            ),
            seconds=time.perf_counter() - started,
            weights={name: value.cpu().numpy().copy() for name, value in kept.state_dict().items()},
        )


def _optimizer(
    network: nn.Module, config: TrainingConfig, steps: int
) -> tuple[torch.optim.Optimizer, LRScheduler]:
    optimizer: torch.optim.Optimizer
    if config.optimizer == "sgd":
        optimizer = torch.optim.SGD(
            network.parameters(),
            lr=config.learning_rate,
            momentum=config.momentum,
            nesterov=config.momentum > 0,
            weight_decay=config.weight_decay,
        )
    else:
        optimizer = torch.optim.AdamW(
            network.parameters(),
            lr=config.learning_rate,
            betas=(config.momentum, 0.999),
            weight_decay=config.weight_decay,
        )
    if config.schedule == "constant":
        return optimizer, LambdaLR(optimizer, lambda _step: 1.0)
    return optimizer, OneCycleLR(
        optimizer, config.learning_rate, total_steps=steps, pct_start=_WARM_UP, cycle_momentum=False
    )


@torch.no_grad()
def _average(average: nn.Module, network: nn.Module, decay: float, step: int) -> None:
    # The bound lets the average follow the first steps, when there is little to average.
    decay = min(decay, step / (step + 10))
    pairs: Iterator[tuple[Tensor, Tensor]] = zip(average.parameters(), network.parameters(), strict=True)
    for mean, value in pairs:
        mean.lerp_(value, 1 - decay)
