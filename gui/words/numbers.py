"""Numbers as text, and round limits for scales."""

from __future__ import annotations

import math

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def number(value: float, decimals: int) -> str:
    """Return a value with this number of decimals and a true minus, none before zero; NaN and ∞ by name."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    text = f"{value:.{decimals}f}"
    if text.startswith("-") and not any(digit in text for digit in "123456789"):
        text = text[1:]
    return text.replace("-", "−")


def share(accuracy: float) -> str:
    """Return a share in [0, 1], such as an accuracy, in percent with two decimals."""
    return f"{accuracy * 100:.2f} %"


def percent(probability: float) -> str:
    """Return a probability in percent with one decimal; never 100, which no softmax gives."""
    return "> 99.9" if probability > 0.9995 else f"{probability * 100:.1f}"


def power_of_ten(exponent: int) -> str:
    """Return `10⁻³` for −3; plain numbers from 0.1 to 10."""
    return {-1: "0.1", 0: "1", 1: "10"}.get(exponent) or f"10{str(exponent).translate(_RAISED)}"


def figure(value: float, digits: int = 3, nan: str = "–") -> str:
    """Return a value with `digits` digits, with a power of ten where it is tiny or large; `nan` for NaN."""
    if math.isnan(value):
        return nan
    if math.isinf(value):
        return number(value, digits)
    if value == 0:
        return "0"
    if 0.001 <= abs(value) < 1000:
        return number(value, min(max(digits - 1 - math.floor(math.log10(abs(value))), 0), 4))
    return _with_power(f"{value:.1e}")


def scientific(value: float, digits: int) -> str:
    """Return a finite value with `digits` digits and a power of ten: 3.214×10⁻⁷."""
    return _with_power(f"{value:.{digits - 1}e}")


def round_figure(value: float) -> str:
    """Return a round number, as the ends of scales are: 0.2, 50, 2×10⁻⁶."""
    if value == 0 or 0.001 <= abs(value) < 10_000:
        return f"{value:g}".replace("-", "−")
    return _with_power(f"{value:.0e}")


def _with_power(text: str) -> str:
    mantissa, exponent = text.split("e")
    return f"{mantissa.replace('-', '−')}×10{str(int(exponent)).translate(_RAISED)}"


def rounded_up(value: float, leading: tuple[float, ...] = (1, 2, 5)) -> float:
    """Return the smallest of …, 0.1, 0.2, 0.5, 1, 2, 5, … that is not below a value; 0 for 0, NaN and ∞.

    `leading` are the numbers from 1 to 10 that, times a power of ten, may be returned.
    """
    if not math.isfinite(value) or value <= 0:
        return 0.0
    exponent = math.floor(math.log10(value))
    # Read from text: 2 * 10**-1 is 0.2 only by luck.
    limits = (float(f"{digits}e{power}") for power in (exponent, exponent + 1) for digits in leading)
    return next(limit for limit in limits if limit >= value)


def steady_limit(largest: float, held: float) -> float:
    """Return the limit of a scale for values up to `largest`, where `held` was the limit so far.

    It grows at once, and shrinks only where values a quarter larger would still fit: values that waver about
    0.2 do not make a scale jump between 0.2 and 0.5.
    """
    limit = rounded_up(largest)
    return held if limit < held <= rounded_up(largest * 1.25) else limit


def steady_peak(highest: float, held: float) -> float:
    """Return the value of full height for bars up to `highest`, where `held` was that value so far."""
    return held if held * 0.8 <= highest <= held else highest * 1.1
