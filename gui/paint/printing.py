"""Whether widgets are painted for a figure, on paper or a slide, and not for the screen.

A widget cannot tell by its painter: under `QWidget.render` that is the widget's own (Qt 6.11).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

_is_printing = False


def is_printing() -> bool:
    """Whether what is painted now goes into a figure: no pictures of text, no focus, no cached pixels."""
    return _is_printing


@contextlib.contextmanager
def printing() -> Iterator[None]:
    """Paint for a figure inside."""
    global _is_printing
    before, _is_printing = _is_printing, True
    try:
        yield
    finally:
        _is_printing = before
