"""Networks that were taught one's own digits, as files of weights. NumPy only: the window writes them."""

from __future__ import annotations

import contextlib
import os
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.catalog import SHIPPED
from core.errors import FileProblem, as_file_problem
from core.files import tensor_files
from core.files.own_folder import OwnFolder
from core.my_digits.store import MOST
from core.records import ModelInfo, NetworkName
from core.teaching.teaching_records import TeachingResult
from core.training.config import RANDOM_START
from core.training.runs import Run

_LONGEST = 4096  # letters: a path may be one


@dataclass(frozen=True)
class Taught:
    """A taught network, as its file describes it."""

    path: Path
    name: NetworkName


def save(folder: Path, result: TeachingResult) -> Path:
    """Keep a taught network in a file of its own, which opens as a model; durably.

    Raises:
        FileProblem: the folder cannot be written.
    """
    now = datetime.now()
    path = folder / f"{now:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}.safetensors"
    about = {
        "architecture": result.architecture,
        "classes": list(result.classes),
        "config": result.config,
        "taught": {
            "model": result.model,
            "digits": len(result.labels),
            "of_each_class": np.bincount(result.labels, minlength=len(result.classes)).tolist(),
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


def with_names(info: ModelInfo) -> ModelInfo:
    """The same, and how the network is called, and the one that its training started from."""
    names = [_name_of(info.model, info.about)]
    config = info.about.get("config")
    start = config.get("start") if isinstance(config, dict) else None
    if isinstance(start, str) and start != RANDOM_START:
        names.append(name_before(start[:_LONGEST]))
    return replace(info, names=tuple(names))


def newest(folder: Path) -> Taught | None:
    """The network that was taught last; None where there is none. Of its file only the header is read."""
    files = OwnFolder(folder)
    with contextlib.suppress(OSError, FileProblem):
        for entry in reversed(files.entries(folder)):
            if entry.is_file and entry.path.suffix == ".safetensors":
                with contextlib.suppress(OSError, ValueError, FileProblem):
                    with os.fdopen(files.descriptor(entry.path), "rb") as file:
                        about = tensor_files.read_about(file, tensor_files.WEIGHTS)
                    name = _name_of(str(entry.path), about)
                    if name.taught:
                        return Taught(entry.path, name)
    return None


def _name_of(model: str, about: dict[str, Any]) -> NetworkName:
    try:
        taught: Any = about["taught"]
        digits = int(taught["digits"])
        if not 1 <= digits <= MOST:
            raise ValueError("digits")
        # Not that of a taught one: a file may name itself, where it was copied over the one it came from.
        return replace(name_before(str(taught["model"])[:_LONGEST]), taught=digits)
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return name_before(model)


def name_before(model: str) -> NetworkName:
    """What a network is called, whatever it was taught: by the run whose weights these are."""
    if model not in SHIPPED:
        run = Run(Path(model).parent)
        if run.weights_path == Path(model):
            with contextlib.suppress(FileProblem):
                return NetworkName(model, run.info().name)
    return NetworkName(model)
