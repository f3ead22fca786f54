"""Networks that were taught one's own digits, as files of weights. NumPy only: the window writes them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import FileProblem, as_file_problem
from core.files import atomic, tensor_files
from core.teaching.teaching_records import TeachingResult


@dataclass(frozen=True)
class Taught:
    """A taught network, as its file describes it."""

    path: Path
    model: str
    """The network that was taught: a shipped model's name, or a path. The way back leads there."""
    digits: int
    """How many it was taught."""
    created: str
    """Local time, ISO 8601."""


def save(folder: Path, result: TeachingResult) -> Path:
    """Keep a taught network in a file of its own, which opens as a model; durably.

    Raises:
        FileProblem: the folder cannot be written.
    """
    now = datetime.now()
    path = folder / f"{now:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}.safetensors"
    about = {
        "architecture": result.architecture,
        "classes": [str(digit) for digit in range(10)],
        "config": result.config,
        "taught": {
            "model": result.model,
            "digits": len(result.labels),
            "of_each_class": np.bincount(result.labels, minlength=10).tolist(),
            "created": now.isoformat(timespec="seconds"),
            "own_digits_right": {
                "before": result.right(result.before),
                "held_out": None if result.held_out is None else result.right(result.held_out),
                "held_out_in_parts": result.folds,
                "after": result.right(result.after),
            },
            "mnist_test_digits_right": {
                "of": result.test.count,
                "before": result.test.before,
                "after": result.test.after,
            },
        },
    }
    with as_file_problem(
        "The taught network could not be saved in {folder} ({reason}). Free some space there, or make it "
        "writable; then use it again. The pad's network is as it was.",
        folder=folder,
    ):
        tensor_files.write_weights(path, result.weights, about)
    return path


def read(path: Path) -> Taught | None:
    """The taught network in a file of weights; None where it was not taught, or cannot be read."""
    try:
        _, about = tensor_files.parse(atomic.read(path), tensor_files.WEIGHTS)
        taught: Any = about["taught"]
        return Taught(path, str(taught["model"]), int(taught["digits"]), str(taught["created"]))
    except (FileProblem, ValueError, KeyError, TypeError):
        return None


def newest(folder: Path) -> Taught | None:
    """The network that was taught last; None where there is none."""
    try:
        paths = sorted(folder.glob("*.safetensors"), reverse=True)
    except OSError:
        return None
    return next((taught for path in paths if (taught := read(path)) is not None), None)
