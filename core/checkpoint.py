"""Weights in files: written whole or not at all, read without executing anything they hold.

A file is safetensors; its header's metadata carries one JSON object under `lenet_lab`, with
`architecture` and whatever the writer wants known (config, metrics).
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors
from torch import nn

from core import networks
from core.catalog import ARCHITECTURES
from core.errors import FileProblem, LabError

_LARGEST = 256 * 2**20  # bytes; the catalogue's networks are far smaller


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A network with its weights, on the CPU, and what its file says of it."""

    network: nn.Sequential
    about: dict[str, Any]

    @property
    def architecture(self) -> str:
        """The name under which `core.networks.build` knows it."""
        return str(self.about["architecture"])


def save(path: Path, weights: dict[str, np.ndarray], about: dict[str, Any]) -> None:
    """Write weights and what is known of them; the old file stays until the new one is whole.

    Args:
        path: where to; its folder is made.
        weights: a state dict as arrays.
        about: must name the `architecture`; everything in it must be JSON.

    Raises:
        LabError: a weight is not a finite number; the old file stays.
        FileProblem: the folder cannot be written, or the disk is full.
    """
    if not all(np.isfinite(value).all() for value in weights.values()):
        raise LabError(
            "Training has diverged: its weights are no finite numbers any more. Nothing was saved to {path}. "
            "A lower learning rate helps.",
            path=path,
        )
    content = save_tensors(
        {name: np.ascontiguousarray(value) for name, value in weights.items()},
        metadata={"lenet_lab": json.dumps(about)},
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as beside:
            try:
                beside.write(content)
                beside.flush()
                os.fsync(beside.fileno())
                beside.close()
                os.chmod(beside.name, 0o644)
                os.replace(beside.name, path)
            except BaseException:
                beside.close()
                Path(beside.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise _unsaved(path, error) from error


def prepare(path: Path) -> None:
    """Make sure, before hours of training, that a file can be saved at `path`; its folder is made.

    Raises:
        FileProblem: it is a folder, or the folder it is in cannot be written.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}."):
            pass
    except OSError as error:
        raise _unsaved(path, error) from error


def _unsaved(path: Path, error: OSError) -> FileProblem:
    return FileProblem(
        "The weights could not be saved to {path} ({reason}). Choose another folder, or free some space.",
        path=path,
        reason=error.strerror or error,
    )


def load(path: Path) -> Checkpoint:
    """Read a file of weights.

    Raises:
        FileProblem: it is missing, unreadable, or not weights of a network in the catalogue.
    """
    return _parse(_read(path), path)


def load_model(model: str) -> Checkpoint:
    """The shipped weights called `model`, checked by digest; or else the file at the path `model`.

    Raises:
        FileProblem: as `load`; or the shipped file is not the one that came with the program.
    """
    if model not in ARCHITECTURES:
        return load(Path(model))
    folder = Path(str(files("resources") / "weights"))
    path = folder / f"{model}.safetensors"
    restore = "Install LeNet Lab again to restore it, or train it with: lenet-lab train --output {path}"
    try:
        content = _read(path)
        lines = (folder / "SHA256SUMS").read_text().splitlines()
        digests = {name: digest for digest, name in (line.split() for line in lines)}
    except (FileProblem, OSError, ValueError) as error:
        raise FileProblem("{problem} " + restore, problem=error, path=path) from error
    if hashlib.sha256(content).hexdigest() != digests.get(path.name):
        raise FileProblem(
            "The weights file {path} is not the one that came with the program. " + restore, path=path
        )
    return _parse(content, path)


def _read(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise FileProblem("{path} is not a file.", path=path)
        if path.stat().st_size > _LARGEST:
            raise FileProblem("{path} is too large to be the weights of a network known here.", path=path)
        return path.read_bytes()
    except FileNotFoundError:
        raise FileProblem("There is no file {path}.", path=path) from None
    except OSError as error:
        raise FileProblem(
            "{path} cannot be read ({reason}).", path=path, reason=error.strerror or error
        ) from error


def _parse(content: bytes, path: Path) -> Checkpoint:
    try:
        weights = load_tensors(content)
        # The format: 8 bytes little-endian length, then that much JSON. `load` has checked both.
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        about = json.loads(header["__metadata__"]["lenet_lab"])
        network = networks.build(about["architecture"], seed=0)
    except (LabError, SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileProblem(
            "{path} is not a file of weights that LeNet Lab has written, or it is damaged.", path=path
        ) from error
    expected = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    if {name: value.shape for name, value in weights.items()} != expected:
        raise FileProblem(
            "The weights in {path} do not fit the architecture {architecture} that the file names.",
            path=path,
            architecture=about["architecture"],
        )
    if not all(value.dtype == np.float32 and np.isfinite(value).all() for value in weights.values()):
        raise FileProblem("The weights in {path} are not all finite 32-bit numbers.", path=path)
    network.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in weights.items()})
    return Checkpoint(network.eval(), about)
