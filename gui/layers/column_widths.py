"""How layers share a width."""

from __future__ import annotations

from collections.abc import Sequence


def shared_out(room: float, weights: Sequence[float], least: Sequence[float]) -> list[float]:
    """Return widths that fill a room in proportion to weights, none below its least one where all have room.

    Where the least widths together are wider than the room, they are scaled down to it.
    """
    needed = sum(least)
    if needed and needed >= room:
        return [room * each / needed for each in least]
    narrow: set[int] = set()
    while True:
        left = room - sum(least[place] for place in narrow)
        unit = left / (sum(weight for place, weight in enumerate(weights) if place not in narrow) or 1)
        widths = [least[place] if place in narrow else unit * weight for place, weight in enumerate(weights)]
        more = {place for place, width in enumerate(widths) if width < least[place]} - narrow
        if not more:
            return widths
        narrow |= more
