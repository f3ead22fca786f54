"""Files written whole or not at all, and read up to a limit."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from core.errors import FileProblem, as_file_problem

LARGEST = 256 * 2**20  # bytes; the catalogue's networks are far smaller


def write_bytes(path: Path, content: bytes, durable: bool = True) -> None:
    """Write a file beside the old one, and rename it when it is whole; its folder is made.

    Where it is to be durable, it survives a power cut once this returns; else it survives the process only.

    Raises:
        OSError: the folder cannot be written, or the disk is full.
    """
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
    """Return a file's content, of at most `most` bytes; `LARGEST` where that is not given.

    Raises:
        FileProblem: it is missing, unreadable or far too large.
    """
    with as_file_problem("{path} cannot be read ({reason}).", path=path):
        if path.exists() and not path.is_file():
            raise FileProblem("{path} is not a file.", path=path)
        try:
            if path.stat().st_size > (LARGEST if most is None else most):
                raise FileProblem("{path} is too large to be the weights of a network known here.", path=path)
            return path.read_bytes()
        except FileNotFoundError:
            raise FileProblem("There is no file {path}.", path=path) from None
