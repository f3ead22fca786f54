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
    patience: float = 2.0
    """Seconds that work has to undo what it has done, once it is cancelled."""


# A 12-megapixel JPEG is decoded in 0.2 s and some 60 MB; 25 million pixels of the costliest kind take 0.5 GB.
PICTURE = Limit(file=100 * _MIB, seconds=20.0, memory=1024 * _MIB, patience=0.4)
# Whoever owns the clipboard must answer: programs that hang let others wait for minutes.
CLIPBOARD = Limit(file=100 * _MIB, seconds=6.0, memory=1024 * _MIB, patience=0.4)
# Ten thousand pictures, one after another, each with its own progress.
IMPORT = Limit(file=512 * _MIB, seconds=30.0, memory=2048 * _MIB)
# A run, taught networks, settings: 10 million steps of curves are read in a minute, with progress.
RUNS = Limit(file=256 * _MIB, seconds=20.0, memory=2048 * _MIB)
# My digits, ten thousand of them, each 5,000 bytes; MNIST's test digits, 8 MB.
DIGITS = Limit(file=_MIB, seconds=20.0, memory=512 * _MIB)

# Bytes of single files, wherever they are read. What is ours takes a hundredth, or less.
WEIGHTS_FILE = 256 * _MIB
"""Of weights, a snapshot or a checkpoint: the catalogue's networks are far smaller."""
CURVES_FILE = 256 * _MIB
"""Of a run's curves: 25 for each of the steps that a run can have."""
SMALL_FILE = _MIB
"""Of settings, a run's name and result, one's own digit, a script."""
TABLES_FILE = 4 * _MIB
"""Of all tables of labels beside pictures: 60,000 lines take less than half of it."""
DIGITS_FILE = 256 * _MIB
"""Of labelled digits, unpacked: MNIST's training digits take a sixth of it."""
