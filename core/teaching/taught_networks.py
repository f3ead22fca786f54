"""Networks that were taught one's own digits, as files of weights. NumPy only: the window writes them."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import FileProblem, as_file_problem
from core.files import atomic, tensor_files
from core.files.own_folder import OwnFolder
from core.my_digits.store import MOST
from core.teaching.teaching_records import TeachingResult

_LONGEST = 4096  # letters: a path may be one


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
        return _parse(path, atomic.read(path))
    except FileProblem:
        return None


def _parse(path: Path, content: bytes) -> Taught | None:
    try:
        _, about = tensor_files.parse(content, tensor_files.WEIGHTS)
        taught: Any = about["taught"]
        digits = int(taught["digits"])
        if not 1 <= digits <= MOST:
            raise ValueError("digits")
        return Taught(path, str(taught["model"])[:_LONGEST], digits, str(taught["created"])[:_LONGEST])
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return None


def newest(folder: Path) -> Taught | None:
    """The network that was taught last; None where there is none."""
    files = OwnFolder(folder)
    with contextlib.suppress(OSError, FileProblem):
        for entry in reversed(files.entries(folder)):
            if entry.is_file and entry.path.suffix == ".safetensors":
                with contextlib.suppress(FileProblem):
                    taught = _parse(entry.path, files.read(entry.path, atomic.LARGEST))
                    if taught is not None:
                        return taught
    return None
