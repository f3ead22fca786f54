"""A question about a drawing, as the Why tab puts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

EVIDENCE = "why"
FEEDING = "feeding"
CELL = "map cell"
OCCLUSION = "occlusion"
CHANGE = "smallest change"


@dataclass(frozen=True, eq=False)
class DrawingQuestion:
    """A question about a picture (H, W) float32 in [0, 1]; of each kind, the newest counts."""

    question: str
    """One of the five above; `core.processes.questions` has a function for each."""
    picture: np.ndarray
    arguments: tuple[Any, ...]
    """Behind the picture: digit and rival; layer and unit; layer, channel, row and column; the rival."""
