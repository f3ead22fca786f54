"""The fields of a run's settings, one for each of TrainingConfig's, with its range."""

from __future__ import annotations

from collections.abc import Container

from PySide6.QtWidgets import QWidget

from core.catalog import ARCHITECTURES, DEVICES, SHIPPED
from core.training.config import RANDOM_START, TrainingConfig
from core.training.setting_kinds import Choice, Decimal, Kind, Name, Switch, Whole, kinds
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
from gui.words.core_texts import core_text


def new_fields(parent: QWidget) -> dict[str, SettingField]:
    """Return a field for each setting but augmentation, by name, with the range of TrainingConfig."""
    known = kinds(TrainingConfig)
    return {name: _new_field(name, kind, parent) for name, kind in known.items()}


def _new_field(name: str, kind: Kind, parent: QWidget) -> SettingField:
    if name == "learning_rate":
        return RateField(parent)
    if name == "seed":
        return SeedField(parent)
    if isinstance(kind, Switch):
        return SwitchField(parent)
    if isinstance(kind, Whole):
        return WholeField(kind, _zero(name) if kind.least == 0 else "", parent)
    if isinstance(kind, Decimal):
        scale, unit = (100, " %") if name == "target_accuracy" else (1, "")
        return DecimalField(kind, scale=scale, unit=unit, off=_zero(name), parent=parent)
    assert isinstance(kind, Choice | Name)
    titles = _titles(name)
    return ChoiceField([(each, titles.get(each, each)) for each in kind.names], parent)


def _zero(name: str) -> str:
    """Return the text for a setting of 0."""
    is_amount = name in ("validation", "pen_digits", "target_accuracy")
    return translate("SetupForm", "none") if is_amount else translate("SetupForm", "off")


def _titles(name: str) -> dict[str, str]:
    """Return the titles of a setting's choices."""
    if name == "architecture":
        return {each.name: core_text(each.title) for each in ARCHITECTURES.values()}
    return {
        "mnist": translate("SetupForm", "MNIST, bundled"),
        "sgd": "SGD",
        "adam": "Adam",
        "adamw": "AdamW",
        "constant": translate("SetupForm", "Constant"),
        "step": translate("SetupForm", "Two steps down"),
        "cosine": translate("SetupForm", "Cosine"),
        "one-cycle": translate("SetupForm", "One cycle"),
        "auto": translate("SetupForm", "Automatic"),
        "cpu": translate("SetupForm", "CPU"),
        "cuda": translate("SetupForm", "NVIDIA GPU (CUDA)"),
        "mps": translate("SetupForm", "Apple GPU (MPS)"),
    }


def device_choices(names: Container[str]) -> list[tuple[str, str]]:
    """Return those of all devices that have these names: values and titles."""
    titles = _titles("device")
    return [(name, titles[name]) for name in DEVICES if name in names]


def starts_for(architecture: str) -> list[tuple[str, str]]:
    """Return the weights that an architecture can start from, without files: values and titles."""
    choices = [(RANDOM_START, translate("SetupForm", "Random weights"))]
    title = translate("SetupForm", "Shipped: {title}")
    for model in SHIPPED.values():
        if model.architecture == architecture:
            choices.append((model.name, title.format(title=core_text(model.title))))
    return choices
