"""Files of arrays, read without executing anything they hold. NumPy only.

A file is safetensors; its header's metadata carries one JSON object under a key that names its kind.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from core.errors import FileProblem
from core.files import atomic

_LARGEST_HEADER = 2**20  # bytes; ours take some thousand

WEIGHTS = "lenet_lab"
"""The kind of files that hold a network's weights."""


def write(
    path: Path, arrays: dict[str, np.ndarray], kind: str, about: dict[str, Any], durable: bool = True
) -> None:
    """Write arrays by name, and a JSON object about them under the key `kind`, for instance `WEIGHTS`.

    See `core.files.atomic.write_bytes`.

    Raises:
        OSError: the folder cannot be written, or the disk is full.
    """
    atomic.write_bytes(path, packed(arrays, kind, about), durable)


def write_weights(
    path: Path, weights: dict[str, np.ndarray], about: dict[str, Any], durable: bool = True
) -> None:
    """Write a state dict as a file that opens as a model: `about` names its `architecture`. See `write`.

    Raises:
        FileProblem: not all weights are finite 32-bit numbers, or the file has the name of another kind.
        OSError: the folder cannot be written, or the disk is full.
    """
    atomic.write_bytes(path, packed_weights(path, weights, about), durable)


def packed(arrays: dict[str, np.ndarray], kind: str, about: dict[str, Any]) -> bytes:
    """The content of the file that `write` writes."""
    return save_tensors(
        {name: np.asarray(value, order="C") for name, value in arrays.items()},
        metadata={kind: json.dumps(about)},
    )


def packed_weights(path: Path, weights: dict[str, np.ndarray], about: dict[str, Any]) -> bytes:
    """The content of the file that `write_weights` writes to `path`.

    Raises:
        FileProblem: not all weights are finite 32-bit numbers, or the file has the name of another kind.
    """
    check_name(path)
    if not are_weights(weights):
        raise FileProblem(
            "The network's weights are no finite numbers. Nothing was saved to {path}.", path=path
        )
    return packed(weights, WEIGHTS, about)


def check_name(path: Path) -> None:
    """Raise FileProblem where weights are to go to a file that is not called `.safetensors`.

    Other programs go by the name: PyTorch takes a `.pt` for one of its own files, and fails.
    """
    if path.suffix.lower() != ".safetensors":
        raise FileProblem(
            "{path} is no name for weights: they are saved as .safetensors files. Nothing was saved.",
            path=path,
        )


def parse(content: bytes, kind: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays in a file's content, and the JSON object about them.

    Raises:
        ValueError: it is not a file of that kind, or it is damaged.
    """
    about = read_about(io.BytesIO(content), kind)
    try:
        return load_tensors(content), about
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"not a file of {kind}: {error}") from error


def read_about(file: IO[bytes], kind: str) -> dict[str, Any]:
    """The JSON object about the arrays in an open file; of these nothing is read.

    Raises:
        ValueError: it is not a file of that kind, or its header is damaged.
        OSError: it cannot be read.
    """
    # The format: 8 bytes little-endian length, then that much JSON, then arrays.
    length = int.from_bytes(file.read(8), "little")
    try:
        if length > _LARGEST_HEADER:
            raise ValueError("its header is too large")
        about = json.loads(json.loads(file.read(length))["__metadata__"][kind])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"not a file of {kind}: {error}") from error
    if not isinstance(about, dict):
        raise ValueError(f"not a file of {kind}: {about!r}")
    return about


def are_weights(arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether all arrays are float32, and all numbers in them finite."""
    return all(value.dtype == np.float32 and np.isfinite(value).all() for value in arrays.values())
