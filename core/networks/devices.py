"""From a device's name to a device that PyTorch can use."""

from __future__ import annotations

import torch

from core.catalog import DEVICES
from core.errors import DeviceUnavailable


def available() -> tuple[str, ...]:
    """The names that `resolve` accepts on this computer, best first."""
    names = []
    if torch.cuda.is_available():
        names.append("cuda")
    if torch.backends.mps.is_available():
        names.append("mps")
    return (*names, "cpu")


def resolve(name: str) -> torch.device:
    """The device called `name`: auto (the best there is), cpu, cuda or mps.

    Raises:
        DeviceUnavailable: the computer lacks it, or there is no device of that name.
    """
    here = available()
    if name == "auto":
        return torch.device(here[0])
    if name not in DEVICES:
        raise DeviceUnavailable(
            "There is no device “{name}”. Choose one of: {known}.", name=name, known=", ".join(DEVICES)
        )
    if name not in here:
        raise DeviceUnavailable(
            "PyTorch finds no {name} device on this computer. It can use: {available}.",
            name=name,
            available=", ".join(here),
        )
    return torch.device(name)


def title(device: torch.device) -> str:
    """The device's name for people, for instance `NVIDIA H200`."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type.upper()
