"""What people call a network's weights."""

from __future__ import annotations

import contextlib
from pathlib import Path

from core.catalog import SHIPPED
from core.errors import FileProblem
from core.teaching import taught_networks
from core.teaching.taught_networks import Taught
from core.training.runs import Run
from gui.words import translate
from gui.words.core_texts import core_text


def name_of(model: str) -> str:
    """A shipped model's title; of a path, what was taught to which network, its run's name, or its file's."""
    if model not in SHIPPED and (told := taught_networks.read(Path(model))) is not None:
        return taught_name(told)
    return _untaught_name(model)


def _untaught_name(model: str) -> str:
    """A shipped model's title; of a path, the name of its run, or of its file."""
    if model in SHIPPED:
        return core_text(SHIPPED[model].title)
    run = Run(Path(model).parent)
    if run.weights_path == Path(model):
        with contextlib.suppress(FileProblem):
            return run.info().name
    return Path(model).name


def short_name(model: str) -> str:
    """The same without what stands in brackets."""
    return without_brackets(name_of(model))


def taught_name(told: Taught) -> str:
    """What a network is called that was taught one's own digits."""
    name = translate("ModelNames", "{model}, taught 1 of my digits")
    if told.digits != 1:
        name = translate("ModelNames", "{model}, taught {count} of my digits")
    # Not what was taught to that: a file may name itself, where it was copied over the one it came from.
    model = without_brackets(_untaught_name(told.model))
    return name.format(model=model, count=f"{told.digits:,}")


def without_brackets(name: str) -> str:
    """A title without what explains it."""
    return name.partition(" (")[0]
