"""What can be taken along as a figure: parts of a page that are in sight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtWidgets import QScrollArea, QWidget
from shiboken6 import isValid

from gui.words.numbers import figure as number


@dataclass(frozen=True, eq=False)
class Figure:
    """Widgets that stand one below the other in a figure. Those above the last one get its width."""

    title: str
    """In the user's language."""
    widgets: tuple[QWidget, ...]
    values: str = ""
    """The range of the values in it, as `conv1: −0.42 … 1.37`; empty where there is none."""

    @property
    def main(self) -> QWidget:
        """The widget that the figure is about."""
        return self.widgets[-1]

    def is_in_sight(self) -> bool:
        """Whether its widgets are still there, visible, and have a size."""
        return all(isValid(each) and each.isVisible() and not each.size().isEmpty() for each in self.widgets)


def figure_of(title: str, *widgets: QWidget | None, values: str = "") -> Figure:
    """Return a figure of these widgets; of a scroll area, what scrolls in it."""
    shown = [each for each in widgets if each is not None]
    contents = (each.widget() or each if isinstance(each, QScrollArea) else each for each in shown)
    return Figure(title, tuple(contents), values)


def value_range(name: str, values: np.ndarray) -> str:
    """Return a layer's name with its smallest and largest finite value; empty where there are none."""
    finite = values[np.isfinite(values)]
    return f"{name}: {number(float(finite.min()))} … {number(float(finite.max()))}" if finite.size else ""
