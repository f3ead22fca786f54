"""Numbers of unknown size, short enough for a chart."""

from __future__ import annotations

import math

from gui.numbers import number

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def power_of_ten(exponent: int) -> str:
    """10⁻³ for −3; plain numbers from 0.1 to 10."""
    return {-1: "0.1", 0: "1", 1: "10"}.get(exponent) or f"10{str(exponent).translate(_RAISED)}"


def figure(value: float, digits: int = 3) -> str:
    """So many digits, and a power of ten where there would be many zeros; a dash for NaN."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    if 0.001 <= abs(value) < 1000:
        return number(value, min(max(digits - 1 - math.floor(math.log10(abs(value))), 0), 4))
    return _with_power(f"{value:.1e}")


def round_figure(value: float) -> str:
    """A number with few digits that are not zero, as ends of scales are: 0.2, 50, 2×10⁻⁶."""
    if value == 0 or 0.001 <= abs(value) < 10_000:
        return f"{value:g}".replace("-", "−")
    return _with_power(f"{value:.0e}")


def _with_power(text: str) -> str:
    mantissa, exponent = text.split("e")
    return f"{mantissa.replace('-', '−')}×10{str(int(exponent)).translate(_RAISED)}"
