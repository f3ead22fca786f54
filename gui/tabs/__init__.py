"""The tabs, a folder each. They never import each other; `entries` is the list of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from gui.words import translate

if TYPE_CHECKING:
    from gui.window.tab import Tab


class Entry(NamedTuple):
    """A tab as the window knows it before it is imported."""

    name: str
    title: str
    purpose: str
    """What one goes there for, in a few words."""
    place: str
    """`module:class`, a `gui.window.tab.Tab`."""

    def load(self) -> type[Tab]:
        """Import the tab's class."""
        module, _, name = self.place.partition(":")
        tab: type[Tab] = getattr(import_module(module), name)
        return tab


def entries() -> tuple[Entry, ...]:
    """The tabs from first to last, in the user's language."""
    return (
        Entry(
            "inspect",
            translate("Tabs", "Inspect"),
            translate("Tabs", "Every layer, every number"),
            "gui.tabs.inspect.inspect_tab:InspectTab",
        ),
        Entry(
            "prepare",
            translate("Tabs", "Prepare"),
            translate("Tabs", "What the network gets to see"),
            "gui.tabs.prepare.prepare_tab:PrepareTab",
        ),
        Entry(
            "why",
            translate("Tabs", "Why"),
            translate("Tabs", "The reasons for an answer"),
            "gui.tabs.why.why_tab:WhyTab",
        ),
        Entry(
            "train",
            translate("Tabs", "Train"),
            translate("Tabs", "Watch a network learn"),
            "gui.tabs.train.train_tab:TrainTab",
        ),
        Entry(
            "my_digits",
            translate("Tabs", "My digits"),
            translate("Tabs", "Teach it your handwriting"),
            "gui.tabs.my_digits.my_digits_tab:MyDigitsTab",
        ),
        Entry(
            "compare",
            translate("Tabs", "Compare"),
            translate("Tabs", "Two networks, one drawing"),
            "gui.tabs.compare.compare_tab:CompareTab",
        ),
    )
