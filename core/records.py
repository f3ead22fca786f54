"""The records that cross a process border. NumPy only: importing this takes milliseconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

OPTIMIZERS = ("sgd", "adamw")
SCHEDULES = ("constant", "one-cycle")


@dataclass(frozen=True)
class LayerSpec:
    """What a layer is, before any input: its shape is (C, H, W) or (N,)."""

    name: str
    kind: str
    shape: tuple[int, ...]
    code: str
    """The layer as PyTorch writes it, for instance `ReLU()`."""
    parameters: int


@dataclass(frozen=True)
class ModelInfo:
    """A loaded network: where it came from, where it runs, what its layers are."""

    model: str
    """A shipped model's name, or the path of a file of weights."""
    architecture: str
    device: str
    device_title: str
    """The device as its maker names it, for instance `NVIDIA H200`; the plain name for a CPU."""
    layers: tuple[LayerSpec, ...]

    @property
    def parameters(self) -> int:
        """How many numbers the network has learnt."""
        return sum(layer.parameters for layer in self.layers)


@dataclass(frozen=True, eq=False)
class LayerActivation:
    """What one layer gave for one input: values float32, (C, H, W) or (N,)."""

    name: str
    kind: str
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class Trace:
    """One forward pass: the input (28, 28) float32 in [0, 1] and every named layer's output, in order."""

    input: np.ndarray
    layers: tuple[LayerActivation, ...]


@dataclass(frozen=True, eq=False)
class Prediction:
    """A network's answer: probabilities (10,) sum to 1, logits (10,), both float32; and how it came about."""

    probabilities: np.ndarray
    logits: np.ndarray
    trace: Trace
    milliseconds: float
    """Preprocessing and forward pass together, on the network's device."""

    @property
    def digit(self) -> int:
        """The class with the largest probability."""
        return int(self.probabilities.argmax())


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides a training run. The same config gives the same weights on one machine."""

    architecture: str = "lenet"
    epochs: int = 10
    batch_size: int = 128
    optimizer: str = "adamw"
    learning_rate: float = 0.005
    """The constant rate, or the peak of the one-cycle schedule. With adamw, 0.005 suits sigmoids as well."""
    momentum: float = 0.9
    weight_decay: float = 0.01
    schedule: str = "one-cycle"
    label_smoothing: float = 0.0
    augmentation: float = 0.0
    """0 leaves the digits as they are; 1 turns, scales, shears, shifts and bends them as people do."""
    weight_average: float = 0.0
    """Decay per step of the running average of the weights that is kept; 0 keeps the last weights."""
    validation: int = 5000
    """How many training digits are held out to measure accuracy; 0 trains on all of them."""
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        for name, least, most in (
            ("epochs", 1, 10_000),
            ("batch_size", 1, 60_000),
            ("validation", 0, 50_000),
        ):
            value = getattr(self, name)
            if not isinstance(value, int) or not least <= value <= most:
                raise ValueError(f"{name} must be a whole number from {least} to {most}, got {value}")
        for name, choices in (("optimizer", OPTIMIZERS), ("schedule", SCHEDULES)):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {', '.join(choices)}, got {getattr(self, name)}")
        for name, smallest, below in (
            ("momentum", 0.0, 1.0),
            ("weight_decay", 0.0, 1.0),
            ("label_smoothing", 0.0, 1.0),
            ("augmentation", 0.0, 3.0),
            ("weight_average", 0.0, 1.0),
        ):
            if not smallest <= getattr(self, name) < below:
                raise ValueError(
                    f"{name} must be at least {smallest} and below {below}, got {getattr(self, name)}"
                )
        if not 0 < self.learning_rate < float("inf"):
            raise ValueError(f"learning_rate must be a positive number, got {self.learning_rate}")
        if not -(2**63) <= self.seed < 2**64:
            raise ValueError(f"seed must be a number of 64 bits, got {self.seed}")


@dataclass(frozen=True)
class StepMetrics:
    """Training up to a step (counted from 1 over the whole run): mean loss since the last report."""

    step: int
    steps: int
    loss: float
    learning_rate: float


@dataclass(frozen=True, eq=False)
class EpochMetrics:
    """The end of an epoch (counted from 1). Accuracy is 0–1; None where nothing was held out.

    `weights` is a copy of the state dict as NumPy arrays: of the running average where one is kept.
    """

    epoch: int
    training_loss: float
    validation_accuracy: float | None
    seconds: float
    weights: dict[str, np.ndarray]
