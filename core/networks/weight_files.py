"""Networks in files of weights.

A file is safetensors; its header's metadata carries one JSON object under `lenet_lab`, with
`architecture` and whatever the writer wants known (config, metrics).
"""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from core import networks
from core.catalog import SHIPPED
from core.data import class_names
from core.errors import FileProblem, LabError, as_file_problem
from core.files import atomic, tensor_files
from core.networks.table import Network


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A network with its weights, on the CPU, and the JSON object in its file."""

    network: Network
    about: dict[str, Any]

    @property
    def architecture(self) -> str:
        """The name under which `core.networks.build` knows it."""
        return str(self.about["architecture"])


def save(path: Path, weights: dict[str, np.ndarray], about: dict[str, Any]) -> None:
    """Write a state dict and what is known of it; the old file stays until the new one is whole.

    The folder is made. `about` must name the `architecture`; everything in it must be JSON.

    Raises:
        LabError: a weight is not a finite number; the old file stays.
        FileProblem: the folder cannot be written, or the disk is full.
    """
    if not all(np.isfinite(value).all() for value in weights.values()):
        raise diverged(path)
    with _as_unsaved(path):
        tensor_files.write_weights(path, weights, about)


def prepare(path: Path) -> None:
    """Make sure, before hours of training, that a file can be saved at `path`; its folder is made.

    Raises:
        FileProblem: it is a folder, pipe or device, or the folder it is in cannot be written.
    """
    with _as_unsaved(path):
        path = atomic.replaceable(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}."):
            pass


def diverged(path: Path) -> LabError:
    """The LabError for weights that were to go to `path` and are no finite numbers any more."""
    return LabError(
        "Training has diverged: its weights are no finite numbers any more. Nothing was saved to {path}. "
        "A lower learning rate helps.",
        path=path,
    )


def _as_unsaved(path: Path) -> AbstractContextManager[None]:
    return as_file_problem(
        "The weights could not be saved to {path} ({reason}). Choose another folder, or free some space.",
        path=path,
    )


def load(path: Path) -> Checkpoint:
    """Read a file of weights.

    Raises:
        FileProblem: it is missing, unreadable, or not weights of a network in the catalogue.
    """
    return _parse(atomic.read(path), path)


def load_model(model: str) -> Checkpoint:
    """The shipped weights called `model`, checked by digest; or else the file at the path `model`.

    Raises:
        FileProblem: as `load`; or the shipped file is not the one that came with the program.
    """
    if model not in SHIPPED:
        return load(Path(model))
    folder = Path(str(files("resources") / "weights"))
    path = folder / f"{model}.safetensors"
    try:
        content = atomic.read(path)
        lines = (folder / "SHA256SUMS").read_text().splitlines()
        digests = {name: digest for digest, name in (line.split() for line in lines)}
    except (FileProblem, OSError, ValueError) as error:
        raise FileProblem(
            "{problem} Install LeNet Lab again to restore it, or train it with: "
            "lenet-lab train --output {path}",
            problem=error,
            path=path,
        ) from error
    if hashlib.sha256(content).hexdigest() != digests.get(path.name):
        raise FileProblem(
            "The weights file {path} is not the one that came with the program. Install LeNet Lab again to "
            "restore it, or train it with: lenet-lab train --output {path}",
            path=path,
        )
    return _parse(content, path)


def _parse(content: bytes, path: Path) -> Checkpoint:
    try:
        weights, about = tensor_files.parse(content, tensor_files.WEIGHTS)
        network = networks.build(about["architecture"], seed=0)
    except (LabError, ValueError, KeyError, TypeError) as error:
        raise FileProblem(
            "{path} is not a file of weights that LeNet Lab has written, or it is damaged.", path=path
        ) from error
    expected = {name: tuple(value.shape) for name, value in network.numbers().items()}
    if {name: value.shape for name, value in weights.items()} != expected:
        raise FileProblem(
            "The weights in {path} do not fit the architecture {architecture} that the file names.",
            path=path,
            architecture=about["architecture"],
        )
    if not tensor_files.are_weights(weights):
        raise FileProblem("The weights in {path} are not all finite 32-bit numbers.", path=path)
    network.take(weights)
    if "classes" in about:
        try:
            network.name_classes(class_names.checked(about["classes"]))
        except ValueError as error:
            raise FileProblem(
                "The classes that {path} names do not fit the architecture {architecture}.",
                path=path,
                architecture=about["architecture"],
            ) from error
    return Checkpoint(network.eval(), about)
