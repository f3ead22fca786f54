"""What people call a network's weights."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from core import taught
from core.catalog import SHIPPED
from core.errors import FileProblem
from core.runs import Run
from core.taught import Taught


def name_of(model: str) -> str:
    """A shipped model's title; of a path, what was taught to which network, its run's name, or its file's."""
    if model in SHIPPED:
        return SHIPPED[model].title
    if (told := taught.read(Path(model))) is not None:
        return taught_name(told)
    run = Run(Path(model).parent)
    if run.weights_path == Path(model):
        with contextlib.suppress(FileProblem):
            return run.info().name
    return Path(model).name


def short_name(model: str) -> str:
    """The same without what stands in brackets."""
    return name_of(model).partition(" (")[0]


def taught_name(told: Taught) -> str:
    """What a network is called that was taught one's own digits."""
    name = _tr("{model}, taught 1 of my digits")
    if told.digits != 1:
        name = _tr("{model}, taught {count} of my digits")
    return name.format(model=short_name(told.model), count=f"{told.digits:,}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("ModelNames", text)
