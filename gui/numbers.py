"""Numbers as a reader wants them: a true minus sign, and no minus before zero."""

from __future__ import annotations


def number(value: float, decimals: int) -> str:
    """A value with so many decimals."""
    text = f"{value:.{decimals}f}"
    if text.startswith("-") and not any(digit in text for digit in "123456789i"):
        text = text[1:]
    return text.replace("-", "−")


def share(accuracy: float) -> str:
    """A measured share, 0–1, in percent: of thousands of digits, two decimals tell."""
    return f"{accuracy * 100:.2f} %"


def percent(probability: float) -> str:
    """A probability to a tenth of a percent; never 100, which no softmax gives."""
    return "> 99.9" if probability > 0.9995 else f"{probability * 100:.1f}"
