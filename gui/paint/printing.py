"""Whether widgets are painted for a figure, on paper or a slide, and not for the screen.

A widget cannot tell by its painter: under `QWidget.render` that is the widget's own (Qt 6.11).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Protocol, runtime_checkable

_is_printing = False


@runtime_checkable
class FitsPaper(Protocol):
    """A widget that has a layout of its own for figures."""

    def on_paper(self, widest: int) -> contextlib.AbstractContextManager[None]:
        """Have a layout for figures inside.

        It is at most so many pixels wide; in a wider one, letters would be small on paper.
        """


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
