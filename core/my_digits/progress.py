"""How far long work on one's own digits is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far an import or export is; a total of 0 is not known yet."""

    done: int
    total: int
