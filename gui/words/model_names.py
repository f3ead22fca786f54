"""The names of networks, as the window shows them."""

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
    """Return a shipped model's title; of a path the taught network's, its run's or its file's name."""
    if model not in SHIPPED and (taught := taught_networks.read(Path(model))) is not None:
        return taught_name(taught)
    return _untaught_name(model)


def _untaught_name(model: str) -> str:
    """Return a shipped model's title; of a path the name of its run, or of its file."""
    if model in SHIPPED:
        return core_text(SHIPPED[model].title)
    run = Run(Path(model).parent)
    if run.weights_path == Path(model):
        with contextlib.suppress(FileProblem):
            return run.info().name
    return Path(model).name


def short_name(model: str) -> str:
    """Return `name_of` a model without its part in brackets."""
    return without_brackets(name_of(model))


def taught_name(taught: Taught) -> str:
    """Return the name of a network that was taught one's own digits."""
    name = translate("ModelNames", "{model}, taught 1 of my digits")
    if taught.digits != 1:
        name = translate("ModelNames", "{model}, taught {count} of my digits")
    # Not `name_of`: a file may name itself, where it was copied over the one it came from.
    model = without_brackets(_untaught_name(taught.model))
    return name.format(model=model, count=f"{taught.digits:,}")


def without_brackets(name: str) -> str:
    """Return a title without its part in brackets."""
    return name.partition(" (")[0]
