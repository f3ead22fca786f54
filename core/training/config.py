"""The settings of a training run: frozen, checked when they are made, and kept in JSON files."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.catalog import ARCHITECTURES, DATA_SETS, DEVICES, MNIST
from core.errors import FileProblem
from core.files import atomic, limits
from core.training.setting_kinds import Choice, Decimal, InvalidSetting, Name, Switch, Whole, check, setting

OPTIMIZERS = ("sgd", "adam", "adamw")
SCHEDULES = ("constant", "step", "cosine", "one-cycle")
RANDOM_START = "random"
RATE = Decimal(1000.0, least=1e-12)
"""Learning rates that a run can have."""
MOST_STEPS = 10_000_000
"""Of a run: its curves take 80 MB of memory then, and 200 MB on the disk."""
MOMENTUM = Decimal(0.9999, 0.05, 4)
"""Momenta, or values of beta 1, that a run can have."""

_MOST_PEN_DIGITS = 200_000  # to generate them takes minutes; to keep them, 160 MB


@dataclass(frozen=True)
class Augmentation:
    """How far digits are changed at random before the network meets them; 0 switches a kind off."""

    rotation: float = setting(0.0, Decimal(180.0, 0.5, 1))
    """Degrees, to both sides."""
    shift: float = setting(0.0, Decimal(14.0, 0.1, 1))
    """Pixels, in every direction."""
    scaling: float = setting(0.0, Decimal(1.0, 0.01, 3))
    """Natural logarithm of the largest factor, each for width and height: 0.1 is 10 % up or down."""
    shear: float = setting(0.0, Decimal(1.0, 0.01, 3))
    """Slant, to both sides: 0.2 moves the top by a fifth of the height."""
    elastic: float = setting(0.0, Decimal(5.0, 0.1, 2))
    """Pixels, standard deviation: smooth bends, as wide as a digit's strokes are long."""
    thickness: float = setting(0.0, Decimal(2.0, 0.1, 1))
    """Pixels that a stroke's edge moves at most, out or in."""
    noise: float = setting(0.0, Decimal(1.0, 0.01, 3))
    """Gray, of 1: standard deviation of noise on each pixel."""

    def __post_init__(self) -> None:
        check(self, "augmentation.")

    @staticmethod
    def of_strength(strength: float) -> Augmentation:
        """Turned, shifted, scaled, slanted and bent: at 1 about as far as people's hands differ.

        Raises:
            InvalidSetting: the strength is not from 0 to 3.
        """
        Decimal(3).check("augmentation", strength)
        return Augmentation(
            rotation=math.degrees(0.2 * strength),
            shift=1.5 * strength,
            scaling=0.15 * strength,
            shear=0.2 * strength,
            elastic=0.9 * strength,
        )

    def is_off(self) -> bool:
        """Whether digits stay as they are."""
        return not any(dataclasses.astuple(self))


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides a run. The same config gives the same weights on one machine.

    Raises:
        InvalidSetting: a setting makes no sense; it says which.
    """

    architecture: str = setting("lenet", Name(tuple(ARCHITECTURES)), "")
    start: str = setting(RANDOM_START, Name(), "random, shipped weights by name, or a file of weights")
    dataset: str = setting(MNIST, Choice(DATA_SETS.keys()))
    digits: int = setting(
        60_000, Whole(1, 60_000, 1000), "how many of MNIST's 60,000 training digits are used"
    )
    validation: int = setting(
        5000, Whole(0, 50_000, 1000), "digits of these held out to measure accuracy; 0 trains on all"
    )
    pen_digits: int = setting(
        0,
        Whole(0, _MOST_PEN_DIGITS, 10_000),
        "digits generated from pen strokes that are learnt from as well",
    )
    """By the seed; none is held out."""
    epochs: int = setting(10, Whole(1, 10_000), "")
    batch_size: int = setting(128, Whole(1, 60_000, 16), "")
    optimizer: str = setting("adamw", Choice(OPTIMIZERS), "")
    learning_rate: float = setting(0.005, RATE, "or its peak")
    """The constant rate, or the schedule's largest. With adamw, 0.005 suits sigmoids as well."""
    momentum: float = setting(0.9, MOMENTUM, "beta 1 for adam and adamw")
    nesterov: bool = setting(True, Switch(), "look ahead, with sgd")
    weight_decay: float = setting(0.01, Decimal(0.9999, 0.0001, 6), "")
    schedule: str = setting("one-cycle", Choice(SCHEDULES), "")
    label_smoothing: float = setting(0.0, Decimal(0.9999, 0.01, 4), "")
    dropout: float = setting(0.0, Decimal(0.95, 0.05, 3), "after hidden fully connected layers")
    augmentation: Augmentation = field(default_factory=Augmentation)
    weight_average: float = setting(
        0.0,
        Decimal(0.99999, 0.001, 5),
        "decay per step of the running average of weights; 0 keeps the last",
    )
    target_accuracy: float = setting(
        0.0, Decimal(1.0, 0.001, 4), "end once this share (0 to 1) of the held-out digits is read"
    )
    patience: int = setting(
        0, Whole(0, 10_000), "end after that many epochs without a better accuracy, and keep the best"
    )
    seed: int = setting(0, Whole(-(2**63), 2**63 - 1), "")
    device: str = setting("auto", Name(DEVICES), "")

    def __post_init__(self) -> None:
        check(self)
        if not isinstance(self.augmentation, Augmentation):
            raise InvalidSetting("augmentation", "must be an object with the kinds of augmentation")
        if self.validation >= self.digits:
            raise InvalidSetting(
                "validation", "must be below the {digits} digits there are", digits=self.digits
            )
        if self.steps > MOST_STEPS:
            raise InvalidSetting(
                "epochs",
                "must be fewer: a run has {most:,} batches at most, and these would be {steps:,}",
                most=MOST_STEPS,
                steps=self.steps,
            )
        for name in ("target_accuracy", "patience"):
            if getattr(self, name) and not self.validation:
                raise InvalidSetting(name, "needs digits that are held out: validation is 0")

    @property
    def learnt_digits(self) -> int:
        """How many are learnt from: the data set's that are not held out, and generated ones."""
        return self.digits - self.validation + self.pen_digits

    @property
    def steps_per_epoch(self) -> int:
        """How many batches an epoch has."""
        return -(-self.learnt_digits // self.batch_size)

    @property
    def steps(self) -> int:
        """How many batches the whole run has, if nothing ends it earlier."""
        return self.epochs * self.steps_per_epoch

    def to_json(self) -> dict[str, Any]:
        """The config as an object that JSON can hold."""
        return dataclasses.asdict(self)

    @staticmethod
    def from_json(settings: Any) -> TrainingConfig:
        """The config of an object as `to_json` gives it; what is left out has its default.

        Raises:
            InvalidSetting: a setting is unknown or makes no sense.
        """
        settings = dict(_object(settings, "config", TrainingConfig))
        if "augmentation" in settings:
            changes = _object(settings["augmentation"], "augmentation", Augmentation)
            settings["augmentation"] = Augmentation(**changes)
        return TrainingConfig(**settings)


def read(path: Path) -> TrainingConfig:
    """The config in a JSON file.

    Raises:
        FileProblem: it cannot be read, or is not a config; it says why.
    """
    content = atomic.read(path, limits.SMALL_FILE)
    try:
        return TrainingConfig.from_json(json.loads(content))
    except InvalidSetting as error:
        raise FileProblem("{path}: {reason}.", path=path, reason=error) from error
    except (ValueError, RecursionError) as error:
        raise FileProblem("{path} is not a JSON file of training settings.", path=path) from error


def _object(value: Any, name: str, kind: type) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidSetting(name, "must be a JSON object")
    known = {each.name for each in dataclasses.fields(kind)}
    for key in value:
        if key not in known:
            raise InvalidSetting(
                str(key), "is not a setting; known are {known}", known=", ".join(sorted(known))
            )
    return value
