"""What people call networks: the shipped ones, and those that were taught."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from core import taught
from core.catalog import SHIPPED
from core.taught import Taught


def _tr(text: str) -> str:
    return QCoreApplication.translate("ModelWords", text)


def short_title(model: str) -> str:
    """A shipped model's title without its details, or a file's name."""
    return SHIPPED[model].title.partition(" (")[0] if model in SHIPPED else Path(model).name


def taught_title(told: Taught) -> str:
    """What a taught network is called."""
    name = (
        _tr("{model}, taught 1 of my digits")
        if told.digits == 1
        else _tr("{model}, taught {count} of my digits")
    )
    return name.format(model=short_title(told.model), count=f"{told.digits:,}")


def title_if_taught(model: str) -> str:
    """What the network `model` is called if it was taught; else empty."""
    told = None if model in SHIPPED else taught.read(Path(model))
    return "" if told is None else taught_title(told)
