"""Ends of scales that a person can read and that stand still while values move a little."""

from __future__ import annotations

import math

_STEPS = (1, 2, 5, 10)


def rounded_up(value: float) -> float:
    """The smallest of …, 0.1, 0.2, 0.5, 1, 2, 5, … that is not below a value; 0 for 0 and for no number."""
    if not math.isfinite(value) or value <= 0:
        return 0.0
    exponent = math.floor(math.log10(value))
    for step in _STEPS:
        # Read from text: 2 * 10**-1 is 0.2 only by luck, and the next exponent may already be right.
        limit = float(f"{step}e{exponent}")
        if limit >= value:
            return limit
    return float(f"2e{exponent + 1}")


def steady_limit(largest: float, held: float) -> float:
    """The limit for values up to `largest`, where `held` was the limit so far.

    It grows at once, and shrinks only when the values would still fit if they were a quarter larger:
    values that waver about 0.2 do not make a scale jump between 0.2 and 0.5.
    """
    limit = rounded_up(largest)
    return held if limit < held <= rounded_up(largest * 1.25) else limit


def steady_peak(highest: float, held: float) -> float:
    """The height that a highest bar gets, where `held` was that height so far: it follows in few steps."""
    return held if held * 0.8 <= highest <= held else highest * 1.1
