"""Numbers in an arithmetic that a reader can check: how many decimals, and whether “=” may stand between."""

from __future__ import annotations

import math
from collections.abc import Iterable

from gui.words.numbers import figure, number

_LONGEST = 1e7  # from there on, powers of ten


def places(largest: float) -> int:
    """How many decimals numbers get of which the largest is that: four, unless they are large or tiny."""
    if not math.isfinite(largest) or largest == 0:
        return 4
    whole = math.floor(math.log10(largest))
    return 4 if -2 <= whole <= 0 else min(max(4 - whole, 0), 9)


def exact(value: float, decimals: int) -> str:
    """A value with so many decimals, or with a power of ten where it is long; NaN and ∞ too."""
    if math.isfinite(value) and abs(value) >= _LONGEST:
        return figure(value)
    return number(value, decimals)


def added(value: float, decimals: int) -> str:
    """A value as a further summand: `+ 0.12`, or `− 0.12`."""
    text = exact(value, decimals)
    return f"− {text[1:]}" if text.startswith("−") else f"+ {text}"


def relation(shown: float, result: float, decimals: int) -> str:
    """“=” where the rounded numbers that are shown give the rounded result, else “≈”.

    Args:
        shown: what a reader gets from the rounded numbers.
        result: what the network has.
        decimals: with which it is shown.
    """
    if not math.isfinite(shown) or not math.isfinite(result):
        return "="
    return "=" if round(shown, decimals) == round(result, decimals) else "≈"


def rounded_sum(values: Iterable[float], decimals: int) -> float:
    """The sum of values as they are shown."""
    return sum(round(value, decimals) if math.isfinite(value) else value for value in values)
