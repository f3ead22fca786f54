"""What leads people on: the tour, offered at the first start, and “What now?”."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMainWindow

from core.records import Prediction
from gui.processes.training_run import RunState
from gui.widgets.message_bar import MessageBar
from gui.window.menus import WindowMenus
from gui.window.pages import Pages
from gui.window.tab import Context

if TYPE_CHECKING:
    from gui.window.tour import Tour


class Guide(QObject):
    """Knows what was done, for the tour, and what there is, for the next step."""

    def __init__(
        self, window: QMainWindow, menus: WindowMenus, pages: Pages, context: Context, bar: MessageBar
    ) -> None:
        super().__init__(pages)
        self._window, self._menus, self._pages, self._context, self._bar = window, menus, pages, context, bar
        self._tour: Tour | None = None
        self._prediction: Prediction | None = context.engine.prediction
        menus.tour.triggered.connect(self.begin_tour)
        menus.what_now.triggered.connect(self.say_what_now)
        context.engine.predicted.connect(self._on_predicted)
        context.familiarity.judged.connect(self._on_predicted)
        context.canvas.ink_changed.connect(self._on_ink_changed)
        context.run.state_changed.connect(self._on_run_changed)
        pages.changed.connect(self._on_page_changed)
        context.did.connect(self._on_did)

    def offer_tour(self) -> None:
        """Offer the tour, once for all starts."""
        if not self._context.settings.tour_offered:
            self._context.settings.tour_offered = True
            text = self.tr("New here? Five steps show you around. You do each of them yourself.")
            self._bar.offer(text, self.tr("Take the tour"), self.begin_tour)

    @Slot()
    def begin_tour(self) -> None:
        """Begin the tour at its first step."""
        from gui.window.tour import Tour

        if self._tour is not None:
            self._tour.leave()
        self._bar.withdraw()
        self._menus.fold_pad.setChecked(False)
        self._menus.fold_tools.setChecked(False)
        tour = self._tour = Tour(self._window)
        tour.page_wanted.connect(self._pages.choose)
        tour.left.connect(self._on_tour_left)

    @Slot()
    def _on_tour_left(self) -> None:
        self._tour = None

    @Slot(str)
    def _on_did(self, name: str) -> None:
        if self._tour is not None:
            self._tour.did(name)

    @Slot(object)
    def _on_ink_changed(self, _ink: object) -> None:
        canvas = self._context.canvas
        if self._tour is not None and not canvas.is_empty() and not canvas.is_sample():
            self._on_did("draw")

    @Slot(str)
    def _on_page_changed(self, name: str) -> None:
        if name == "why":
            self._on_did("why")

    @Slot(object)
    def _on_run_changed(self, state: RunState) -> None:
        if state is RunState.RUNNING:
            self._on_did("train")

    # What now?

    @Slot(object)
    def _on_predicted(self, prediction: Prediction | None) -> None:
        self._prediction = prediction

    @Slot()
    def say_what_now(self) -> None:
        """Say what to do next, with a button that does it."""
        from gui.window.what_now import act_on, next_step

        canvas, engine = self._context.canvas, self._context.engine
        advice = {name: tab.advice() for name, tab in self._pages.tabs().items()}
        step = next_step(self._pages.name, canvas.is_sample(), engine.is_ready, self._prediction, advice)
        act = act_on(
            step,
            {
                "tour": self.begin_tour,
                "test digit": self._menus.test_digit.trigger,
                **{name: partial(self._pages.choose, name) for name in self._pages.names},
            },
        )
        if act is None:
            self._bar.say(step.text)
        else:
            self._bar.offer(step.text, step.button, act)
