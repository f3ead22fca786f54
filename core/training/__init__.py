"""Training a network: settings, steps, curves, runs on the disk. Only `train` loads torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.training.trainer import train

__all__ = ["train"]


def __getattr__(name: str) -> Any:
    if name == "train":
        from core.training.trainer import train

        return train
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
