"""Numbers as a reader wants them, and ends of scales that a person can read."""

from __future__ import annotations

import math

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def number(value: float, decimals: int) -> str:
    """A value with so many decimals: a true minus, none before zero; NaN and ∞ by their names."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    text = f"{value:.{decimals}f}"
    if text.startswith("-") and not any(digit in text for digit in "123456789"):
        text = text[1:]
    return text.replace("-", "−")


def share(accuracy: float) -> str:
    """A measured share, 0–1, in percent: of thousands of digits, two decimals tell."""
    return f"{accuracy * 100:.2f} %"


def percent(probability: float) -> str:
    """A probability to a tenth of a percent; never 100, which no softmax gives."""
    return "> 99.9" if probability > 0.9995 else f"{probability * 100:.1f}"


def power_of_ten(exponent: int) -> str:
    """10⁻³ for −3; plain numbers from 0.1 to 10."""
    return {-1: "0.1", 0: "1", 1: "10"}.get(exponent) or f"10{str(exponent).translate(_RAISED)}"


def figure(value: float, digits: int = 3, nan: str = "–") -> str:
    """So many digits, and a power of ten where there would be many zeros; `nan` for NaN."""
    if math.isnan(value):
        return nan
    if math.isinf(value):
        return number(value, digits)
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


def rounded_up(value: float, leading: tuple[float, ...] = (1, 2, 5)) -> float:
    """The smallest of …, 0.1, 0.2, 0.5, 1, 2, 5, … that is not below a value; 0 for 0 and for no number.

    Args:
        value: what is to fit.
        leading: the numbers from 1 to 10 that, times a power of ten, may come out.
    """
    if not math.isfinite(value) or value <= 0:
        return 0.0
    exponent = math.floor(math.log10(value))
    # Read from text: 2 * 10**-1 is 0.2 only by luck.
    limits = (float(f"{digits}e{power}") for power in (exponent, exponent + 1) for digits in leading)
    return next(limit for limit in limits if limit >= value)


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
