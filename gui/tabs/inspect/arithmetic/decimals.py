"""The decimals of numbers in a page of arithmetic, and “=” or “≈” between them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from gui.words.numbers import figure, number, scientific

_LONGEST = 1e7  # from there on, powers of ten
_MOST = 9  # decimals; for more, powers of ten as well
_SIGNIFICANT = 4  # digits


def places(largest: float) -> int:
    """Return the number of decimals for numbers up to `largest`: four, unless they are large or tiny."""
    if not math.isfinite(largest) or largest == 0:
        return 4
    whole = math.floor(math.log10(largest))
    return 4 if -2 <= whole <= 0 else min(max(4 - whole, 0), _MOST)


def fine_places(value: float) -> int:
    """Return the number of decimals that gives a value four digits behind its zeros; four at least."""
    if not math.isfinite(value) or value == 0:
        return _SIGNIFICANT
    return max(_SIGNIFICANT - 1 - math.floor(math.log10(abs(value))), _SIGNIFICANT)


def exact(value: float, decimals: int) -> str:
    """Return a value with these decimals, or with a power of ten where it is long; NaN and ∞ by name."""
    if math.isfinite(value) and abs(value) >= _LONGEST:
        return figure(value)
    if decimals > _MOST and math.isfinite(value):
        return scientific(value, _SIGNIFICANT)
    return number(value, decimals)


def added(value: float, decimals: int) -> str:
    """Return a value as a further summand: `+ 0.12`, or `− 0.12`."""
    text = exact(value, decimals)
    return f"− {text[1:]}" if text.startswith("−") else f"+ {text}"


def relation(shown: float, result: float, decimals: int) -> str:
    """Return “=” where `shown`, computed from rounded numbers, rounds to the rounded result, else “≈”."""
    if not math.isfinite(shown) or not math.isfinite(result):
        return "="
    return "=" if round(shown, decimals) == round(result, decimals) else "≈"


def rounded_sum(values: Iterable[float], decimals: int) -> float:
    """Return the sum of the rounded values."""
    return sum(round(value, decimals) if math.isfinite(value) else value for value in values)
