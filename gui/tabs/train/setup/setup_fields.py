"""The fields of a run's settings: one for each of a TrainingConfig's, by name, with its range."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from core.catalog import ARCHITECTURES, DEVICES, SHIPPED
from core.training.config import DATASETS, MOST_PEN_DIGITS, OPTIMIZERS, RANDOM_START, SCHEDULES
from gui.tabs.train.setup.setting_fields import (
    ChoiceField,
    DecimalField,
    RateField,
    SeedField,
    SettingField,
    SwitchField,
    WholeField,
)
from gui.words import translate


def new_fields(parent: QWidget) -> dict[str, SettingField]:
    """All fields but that of augmentation. Ranges are those that TrainingConfig accepts."""
    off = translate("SetupForm", "off")
    return {
        "architecture": ChoiceField([(each.name, each.title) for each in ARCHITECTURES.values()], parent),
        "start": ChoiceField([(RANDOM_START, translate("SetupForm", "Random weights"))], parent),
        "seed": SeedField(parent),
        "dataset": _choice(DATASETS, {"mnist": translate("SetupForm", "MNIST, bundled")}, parent),
        "digits": WholeField(1, 60_000, 1000, parent=parent),
        "validation": WholeField(0, 50_000, 1000, translate("SetupForm", "none"), parent),
        "pen_digits": WholeField(0, MOST_PEN_DIGITS, 10_000, translate("SetupForm", "none"), parent),
        "epochs": WholeField(1, 10_000, parent=parent),
        "batch_size": WholeField(1, 60_000, 16, parent=parent),
        "optimizer": _choice(OPTIMIZERS, {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW"}, parent),
        "learning_rate": RateField(parent),
        "schedule": _choice(
            SCHEDULES,
            {
                "constant": translate("SetupForm", "Constant"),
                "step": translate("SetupForm", "Two steps down"),
                "cosine": translate("SetupForm", "Cosine"),
                "one-cycle": translate("SetupForm", "One cycle"),
            },
            parent,
        ),
        "momentum": DecimalField(0.9999, 0.05, 4, off=off, parent=parent),
        "nesterov": SwitchField(parent),
        "weight_decay": DecimalField(0.9999, 0.0001, 6, off=off, parent=parent),
        "label_smoothing": DecimalField(0.9999, 0.01, 4, off=off, parent=parent),
        "dropout": DecimalField(0.95, 0.05, 3, off=off, parent=parent),
        "weight_average": DecimalField(0.99999, 0.001, 5, off=off, parent=parent),
        "target_accuracy": DecimalField(
            1, 0.1, 2, scale=100, unit=" %", off=translate("SetupForm", "none"), parent=parent
        ),
        "patience": WholeField(0, 10_000, off=translate("SetupForm", "off"), parent=parent),
        "device": _choice(
            DEVICES,
            {
                "auto": translate("SetupForm", "Automatic"),
                "cpu": translate("SetupForm", "CPU"),
                "cuda": translate("SetupForm", "NVIDIA GPU (CUDA)"),
                "mps": translate("SetupForm", "Apple GPU (MPS)"),
            },
            parent,
        ),
    }


def starts_for(architecture: str) -> list[tuple[str, str]]:
    """What a network of this architecture can start from, without files: values and titles."""
    choices = [(RANDOM_START, translate("SetupForm", "Random weights"))]
    for model in SHIPPED.values():
        if model.architecture == architecture:
            choices.append((model.name, translate("SetupForm", "Shipped: {title}").format(title=model.title)))
    return choices


def _choice(values: tuple[str, ...], titles: dict[str, str], parent: QWidget) -> ChoiceField:
    return ChoiceField([(value, titles.get(value, value)) for value in values], parent)
