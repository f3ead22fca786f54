"""What reading a file from outside may cost, kind by kind. What goes past it is refused with a sentence."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 2**20


@dataclass(frozen=True)
class Limit:
    """The most that one piece of work on files may take."""

    file: int
    """Bytes of one file."""
    seconds: float
    """Without a sign of life: work that reports its progress may go on for as long as it does."""
    memory: int
    """Bytes, beyond those that the process has before. Only Linux keeps to it exactly."""


# A 12-megapixel JPEG is decoded in 0.2 s and some 60 MB; 25 million pixels of the costliest kind take 0.5 GB.
PICTURE = Limit(file=100 * _MIB, seconds=20.0, memory=1024 * _MIB)
# Whoever owns the clipboard must answer: programs that hang let others wait for minutes.
CLIPBOARD = Limit(file=100 * _MIB, seconds=6.0, memory=1024 * _MIB)
# Ten thousand pictures, one after another, each with its own progress.
IMPORT = Limit(file=512 * _MIB, seconds=30.0, memory=2048 * _MIB)
