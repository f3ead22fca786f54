"""The drawing that was on the pad last, kept from one start of the program to the next."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from core.files import atomic, limits
from core.ink import digit_png

_log = logging.getLogger(__name__)


def keep(path: Path, ink: np.ndarray) -> None:
    """Write ink (280, 280) uint8 in the file's place; bare paper has none.

    Raises:
        FileProblem: there is a pipe or device.
        OSError: the folder cannot be written, or the disk is full.
    """
    if ink.any():
        atomic.write_bytes(path, digit_png.encode(ink), durable=False)
    else:
        atomic.remove(path)


def kept(path: Path) -> np.ndarray | None:
    """The ink (280, 280) uint8 that was kept; None where there is none, or it is damaged."""
    if not path.exists():
        return None
    try:
        return digit_png.decode(atomic.read(path, limits.SMALL_FILE))
    except ValueError as error:
        _log.warning("%s is not the drawing that was kept (%s)", path, error)
        return None
