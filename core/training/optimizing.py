"""Optimisers, and all parameters of a network in one row for them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from core.training.config import TrainingConfig

_KINDS: dict[str, type[torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


def flatten(network: nn.Module) -> nn.Parameter:
    """Return a parameter (n,) whose memory the network's parameters and their gradients share from now on.

    An optimiser that is given it updates the network, to the bit as it would with the parameters one by one;
    a step of LeNet with 64 digits takes a tenth less time. `zero_()` its gradient before `backward`: with
    `zero_grad`, gradients would go their own ways again.
    """
    parameters = list(network.parameters())
    count = sum(parameter.numel() for parameter in parameters)
    flat = nn.Parameter(parameters[0].new_empty(count))
    flat.grad = torch.zeros_like(flat)
    first = 0
    for parameter in parameters:
        value = _part(flat.data, parameter, first)
        value.copy_(parameter.data)
        parameter.data, parameter.grad = value, _part(flat.grad, parameter, first)
        first += parameter.numel()
    return flat


def _part(flat: Tensor, like: Tensor, first: int) -> Tensor:
    """The stretch of memory that begins at `first`, in the shape and memory format of `like`."""
    return flat.as_strided(like.shape, like.stride(), first)


def new_optimizer(weights: nn.Parameter, config: TrainingConfig) -> torch.optim.Optimizer:
    """The optimiser that a config asks for, of weights that `flatten` gave."""
    settings: dict[str, Any] = {"lr": config.learning_rate, "weight_decay": config.weight_decay}
    return _KINDS[config.optimizer]([weights], **settings, **_momentum(config, config.momentum))


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Make the next steps with another learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def set_momentum(optimizer: torch.optim.Optimizer, config: TrainingConfig, momentum: float) -> None:
    """Make the next steps with another momentum, or beta 1."""
    for group in optimizer.param_groups:
        group.update(_momentum(config, momentum))


def _momentum(config: TrainingConfig, momentum: float) -> dict[str, Any]:
    if config.optimizer == "sgd":
        return {"momentum": momentum, "nesterov": config.nesterov and momentum > 0}
    return {"betas": (momentum, 0.999)}
