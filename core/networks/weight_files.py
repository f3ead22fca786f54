"""Networks in files of weights.

A file is safetensors; its header's metadata carries one JSON object under `lenet_lab`, with
`architecture` and whatever the writer wants known (config, metrics).
"""

from __future__ import annotations

import tempfile
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core import networks
from core.convolution import stored_networks
from core.convolution.known_tables import KnownTable
from core.errors import LabError, as_file_problem
from core.files import atomic, model_files, tensor_files
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
        FileProblem: the folder cannot be written, or the disk is full; or the file is not called
            `.safetensors`.
    """
    if not all(np.isfinite(value).all() for value in weights.values()):
        raise diverged(path)
    with _as_unsaved(path):
        tensor_files.write_weights(path, weights, about)


def prepare(path: Path) -> None:
    """Make sure, before hours of training, that a file can be saved at `path`; its folder is made.

    Raises:
        FileProblem: it is a folder, pipe or device, or the folder it is in cannot be written; or it is not
            called `.safetensors`.
    """
    tensor_files.check_name(path)
    with _as_unsaved(path):
        path = atomic.replaceable(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}."):
            pass


def diverged(path: Path) -> LabError:
    """The LabError for weights that were to go to `path` and are no finite numbers any more."""
    return LabError(
        "Training has diverged: its weights are no finite numbers any more. They were not saved to {path}. "
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
    return _parse(*model_files.read(model))


def _parse(content: bytes, path: Path) -> Checkpoint:
    built: list[Network] = []

    def build(architecture: Any) -> KnownTable:
        built.append(networks.build(architecture, seed=0))
        return table_of(built[0])

    stored = stored_networks.parse(content, path, build)
    network = built[0]
    network.take(stored.weights)
    network.name_classes(stored.table.classes)
    return Checkpoint(network.eval(), stored.about)


def table_of(network: Network) -> KnownTable:
    """A network's table, and the shapes of its weights."""
    return KnownTable(network.table, {name: tuple(value.shape) for name, value in network.numbers().items()})
