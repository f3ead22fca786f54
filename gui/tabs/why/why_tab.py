"""The Why tab, joined to the engine."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from core.records import Answering
from gui.tabs.why.seen_desk import SeenDesk
from gui.tabs.why.why_desk import WhyDesk
from gui.tabs.why.why_view import WhyView
from gui.window.figure import Figure
from gui.window.looks import Looks
from gui.window.tab import Context, Tab


class WhyTab(Tab):
    """Evidence, the smallest change to another answer, and the drawing's familiarity."""

    def build(self, context: Context) -> QWidget:
        view = self.view = WhyView()
        engine = context.engine
        WhyDesk(view, engine, view)
        SeenDesk(view.seen, context.familiarity, engine, view)
        engine.answering_changed.connect(self._on_answering_changed)
        engine.predicted.connect(view.set_prediction)
        view.picture_chosen.connect(context.exchange.place_picture)
        view.empty.test_digit_wanted.connect(context.exchange.show_any_test_digit)
        view.seen.digit_chosen.connect(context.exchange.place_training_digit)
        if engine.answering is not None:
            view.set_network(engine.answering.network)
            view.set_prediction(engine.prediction)
        return view

    def apply_looks(self, looks: Looks) -> None:
        self.view.set_colours(looks.maps, looks.kernels)

    def figures(self) -> list[Figure]:
        return self.view.figures()

    @Slot(object)
    def _on_answering_changed(self, answering: Answering) -> None:
        self.view.set_network(answering.network)
