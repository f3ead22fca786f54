"""What a training run is asked to do. A config is frozen, refuses nonsense, and is what JSON files hold."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import FileProblem
from core.files.problems import as_file_problem

OPTIMIZERS = ("sgd", "adam", "adamw")
SCHEDULES = ("constant", "step", "cosine", "one-cycle")
RANDOM_START = "random"
DATASETS = ("mnist",)

LOWEST_RATE, HIGHEST_RATE = 1e-12, 1000.0
"""Of learning rates."""

MOST_PEN_DIGITS = 200_000
"""To generate them takes minutes; to keep them, 160 MB."""

_LARGEST_FILE = 2**20  # bytes; a config takes one thousand


class InvalidSetting(ValueError):
    """A setting that no run can have: `field` names it as in the config, `reason` says why not."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")
        self.field = field
        self.reason = reason

    def __reduce__(self) -> tuple[Any, ...]:
        return InvalidSetting, (self.field, self.reason)


@dataclass(frozen=True)
class Augmentation:
    """How far digits are changed at random before the network meets them; 0 switches a kind off."""

    rotation: float = 0.0
    """Degrees, to both sides."""
    shift: float = 0.0
    """Pixels, in every direction."""
    scaling: float = 0.0
    """Natural logarithm of the largest factor, each for width and height: 0.1 is 10 % up or down."""
    shear: float = 0.0
    """Slant, to both sides: 0.2 moves the top by a fifth of the height."""
    elastic: float = 0.0
    """Pixels, standard deviation: smooth bends, as wide as a digit's strokes are long."""
    thickness: float = 0.0
    """Pixels that a stroke's edge moves at most, out or in."""
    noise: float = 0.0
    """Gray, of 1: standard deviation of noise on each pixel."""

    LIMITS = {
        "rotation": 180.0,
        "shift": 14.0,
        "scaling": 1.0,
        "shear": 1.0,
        "elastic": 5.0,
        "thickness": 2.0,
        "noise": 1.0,
    }

    def __post_init__(self) -> None:
        for name, most in self.LIMITS.items():
            _check_number(f"augmentation.{name}", getattr(self, name), 0, most)

    @staticmethod
    def of_strength(strength: float) -> Augmentation:
        """Turned, shifted, scaled, slanted and bent: at 1 about as far as people's hands differ.

        Raises:
            InvalidSetting: the strength is not from 0 to 3.
        """
        _check_number("augmentation", strength, 0, 3)
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

    architecture: str = "lenet"
    start: str = RANDOM_START
    """`random`, by the seed; or the shipped weights of that name; or the path of a file of weights."""
    dataset: str = "mnist"
    digits: int = 60_000
    """How many of the data set's training digits are used, held-out ones included."""
    validation: int = 5000
    """How many of these are held out to measure how well the network reads what it has not met."""
    pen_digits: int = 0
    """How many digits, generated from pen strokes by the seed, are learnt from besides; none is held out."""
    epochs: int = 10
    batch_size: int = 128
    optimizer: str = "adamw"
    learning_rate: float = 0.005
    """The constant rate, or the schedule's largest. With adamw, 0.005 suits sigmoids as well."""
    momentum: float = 0.9
    """For adam and adamw: beta 1."""
    nesterov: bool = True
    """With sgd and momentum: look ahead, as Nesterov does."""
    weight_decay: float = 0.01
    schedule: str = "one-cycle"
    label_smoothing: float = 0.0
    dropout: float = 0.0
    """The share of units that is silenced at random after each hidden fully connected layer."""
    augmentation: Augmentation = field(default_factory=Augmentation)
    weight_average: float = 0.0
    """Decay per step of the running average of the weights that is kept; 0 keeps the last weights."""
    target_accuracy: float = 0.0
    """The run ends once so much (0–1) of the held-out digits is read; 0 does without a target."""
    patience: int = 0
    """The run ends, with its best weights, after so many epochs without a better validation accuracy."""
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        for name, choices in (
            ("optimizer", OPTIMIZERS),
            ("schedule", SCHEDULES),
            ("dataset", DATASETS),
        ):
            if getattr(self, name) not in choices:
                raise InvalidSetting(name, f"must be one of {', '.join(choices)}, got {getattr(self, name)}")
        for name in ("architecture", "start", "device"):
            if not isinstance(getattr(self, name), str) or not getattr(self, name):
                raise InvalidSetting(name, "must be a name")
        for name, least, most in (
            ("digits", 1, 60_000),
            ("validation", 0, 50_000),
            ("pen_digits", 0, MOST_PEN_DIGITS),
            ("epochs", 1, 10_000),
            ("batch_size", 1, 60_000),
            ("patience", 0, 10_000),
            ("seed", -(2**63), 2**63 - 1),
        ):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
                raise InvalidSetting(name, f"must be a whole number from {least} to {most}, got {value}")
        for name, highest in (
            ("momentum", 0.9999),
            ("weight_decay", 0.9999),
            ("label_smoothing", 0.9999),
            ("dropout", 0.95),
            ("weight_average", 0.99999),
            ("target_accuracy", 1.0),
        ):
            _check_number(name, getattr(self, name), 0, highest)
        _check_number("learning_rate", self.learning_rate, LOWEST_RATE, HIGHEST_RATE)
        if not isinstance(self.nesterov, bool):
            raise InvalidSetting("nesterov", f"must be true or false, got {self.nesterov}")
        if not isinstance(self.augmentation, Augmentation):
            raise InvalidSetting("augmentation", "must be an object with the kinds of augmentation")
        if self.validation >= self.digits:
            raise InvalidSetting("validation", f"must be below the {self.digits} digits there are")
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
    with as_file_problem("{path} cannot be read ({reason}).", path=path), path.open("rb") as file:
        content = file.read(_LARGEST_FILE)
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
            raise InvalidSetting(str(key), f"is not a setting; known are {', '.join(sorted(known))}")
    return value


def _check_number(name: str, value: Any, least: float, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise InvalidSetting(name, f"must be a number from {least:g} to {most:g}, got {value}")
