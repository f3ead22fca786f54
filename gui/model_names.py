"""What people call a network's weights."""

from __future__ import annotations

import contextlib
from pathlib import Path

from core.catalog import SHIPPED
from core.errors import FileProblem
from core.runs import Run
from gui.my_digits.model_words import title_if_taught


def name_of(model: str) -> str:
    """A shipped model's title; of a path, what was taught to which, its run's name, or its file's."""
    if model in SHIPPED:
        return SHIPPED[model].title
    if title := title_if_taught(model):
        return title
    run = Run(Path(model).parent)
    if run.weights_path == Path(model):
        with contextlib.suppress(FileProblem):
            return run.info().name
    return Path(model).name
