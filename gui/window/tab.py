"""The contract of a tab, and the context that the window shares with all tabs."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gui.pad.collection import Collection
from gui.pad.drawing_canvas import DrawingCanvas
from gui.pad.familiarity import Familiarity
from gui.processes.engine import Engine
from gui.processes.training_run import TrainingRun
from gui.window.drawing_exchange import DrawingExchange
from gui.window.figure import Figure
from gui.window.looks import Looks
from gui.window.settings import Settings


class Context(QObject):
    """Shared by the window and its tabs, which reach each other only through these signals."""

    tab_wanted = Signal(str)
    """The tab of this name is to be seen."""
    layer_chosen = Signal(int)
    """The layer of this index, 0 for the input, is to be seen large in Inspect, which has been opened."""
    comparison_wanted = Signal()
    """The pad's network is to be compared, in Compare, which has been opened."""
    field_changed = Signal(object)
    """The Field of the network's picture that the cell looked at depends on; None where there is none."""
    modified = Signal(str, str)
    """The network was changed by hand: how, in words and in few words; both empty where it was not."""
    revert_wanted = Signal()
    """Changes by hand are to be taken back."""
    run_ordered = Signal(str)
    """The run is to "start" or go on, "pause", go one "step" or "epoch", or "stop"; Train has been built."""
    model_asked = Signal()
    """Another network than the one in training is to answer."""
    did = Signal(str)
    """Something was done that the tour may ask for: a "layer" was chosen, a "cell" opened."""

    def __init__(
        self,
        engine: Engine,
        run: TrainingRun,
        canvas: DrawingCanvas,
        settings: Settings,
        exchange: DrawingExchange,
        collection: Collection,
        familiarity: Familiarity,
        looks: Looks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.engine, self.run, self.canvas, self.settings = engine, run, canvas, settings
        self.exchange, self.collection = exchange, collection
        self.familiarity, self.looks = familiarity, looks

    def show_layer(self, index: int) -> None:
        """Open Inspect and show a layer large there."""
        self.tab_wanted.emit("inspect")
        self.layer_chosen.emit(index)

    def compare_pad(self) -> None:
        """Open Compare with the pad's network at the left."""
        self.tab_wanted.emit("compare")
        self.comparison_wanted.emit()


class Tab(QObject):
    """A tab: its page is a view; the desks that speak for the view are made with it, in `build`."""

    failed = Signal(str)
    """A sentence about what did not work."""
    noted = Signal(str)
    """A line about what was done."""
    model_chosen = Signal(str)
    """The shipped name, or the path, of weights that the pad is to use from now on."""

    has_cards = False
    """Whether the page's parts lie on cards of their own, not on one."""

    def build(self, context: Context) -> QWidget:
        """Return the page. Called once, when the tab is first seen; it shows what there is already."""
        raise NotImplementedError

    def apply_looks(self, looks: Looks) -> None:
        """Use these colours; called when the page is built, and whenever they change."""

    def fold(self, is_folded: bool) -> None:
        """Put the page's tools away, so that the rest has their room, or bring them back."""

    def figures(self) -> list[Figure]:
        """Return the parts of the page that are in sight and can be taken along as a figure."""
        return []

    def state(self) -> Any:
        """Return what `restore` needs to make a new tab look like this one; None for nothing."""

    def restore(self, state: Any) -> None:
        """Look like the tab that gave `state`: the window's language has changed."""

    def advice(self) -> str:
        """Return a sentence on what asks for attention on the page; empty where nothing does."""
        return ""

    def close(self) -> None:
        """The window closes: remember looks, end what is under way."""
