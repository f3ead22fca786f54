"""Files of arrays: written whole or not at all, read without executing anything they hold. NumPy only.

A file is safetensors; its header's metadata carries one JSON object under a key that names its kind.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from core.errors import FileProblem

WEIGHTS = "lenet_lab"
"""The kind of files that hold a network's weights."""

LARGEST = 256 * 2**20  # bytes; the catalogue's networks are far smaller


def write(
    path: Path, arrays: dict[str, np.ndarray], kind: str, about: dict[str, Any], durable: bool = True
) -> None:
    """Write arrays and what is known of them; the old file stays until the new one is whole.

    Args:
        path: where to; its folder is made.
        arrays: by name.
        kind: the metadata's key, for instance `WEIGHTS`.
        about: what JSON can hold.
        durable: wait until it is on the disk and survives a power cut; else it survives the process only.

    Raises:
        OSError: the folder cannot be written, or the disk is full.
    """
    content = save_tensors(
        {name: np.asarray(value, order="C") for name, value in arrays.items()},
        metadata={kind: json.dumps(about)},
    )
    write_bytes(path, content, durable)


def write_bytes(path: Path, content: bytes, durable: bool = True) -> None:
    """Write a file beside the old one, and rename it when it is whole. See `write`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as beside:
        try:
            beside.write(content)
            if durable:
                beside.flush()
                os.fsync(beside.fileno())
            beside.close()
            os.chmod(beside.name, 0o644)
            os.replace(beside.name, path)
            if durable:
                sync_folder(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):  # it writes what is left; on a full disk, that fails again
                beside.close()
            Path(beside.name).unlink(missing_ok=True)
            raise


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk: a file that was renamed is found after a power cut.

    Windows cannot be asked for that, and does it by itself; nor can some file systems of networks.
    """
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise
        finally:
            os.close(descriptor)


def read(path: Path, most: int | None = None) -> bytes:
    """A file's content, of so many bytes at most; `LARGEST` where that is not given.

    Raises:
        FileProblem: it is missing, unreadable or far too large.
    """
    try:
        if path.exists() and not path.is_file():
            raise FileProblem("{path} is not a file.", path=path)
        if path.stat().st_size > (LARGEST if most is None else most):
            raise FileProblem("{path} is too large to be the weights of a network known here.", path=path)
        return path.read_bytes()
    except FileNotFoundError:
        raise FileProblem("There is no file {path}.", path=path) from None
    except OSError as error:
        raise FileProblem(
            "{path} cannot be read ({reason}).", path=path, reason=error.strerror or error
        ) from error


def parse(content: bytes, kind: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays in a file's content, and what the file says of them.

    Raises:
        ValueError: it is not a file of that kind, or it is damaged.
    """
    try:
        arrays = load_tensors(content)
        # The format: 8 bytes little-endian length, then that much JSON. `load` has checked both.
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        about = json.loads(header["__metadata__"][kind])
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"not a file of {kind}: {error}") from error
    if not isinstance(about, dict):
        raise ValueError(f"not a file of {kind}: {about!r}")
    return arrays, about


def are_weights(arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether all arrays are float32, and all numbers in them finite."""
    return all(value.dtype == np.float32 and np.isfinite(value).all() for value in arrays.values())
