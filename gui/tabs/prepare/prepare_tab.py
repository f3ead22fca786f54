"""The Prepare tab: the steps from ink to the network's picture."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.tabs.prepare.prepare_desk import PrepareDesk
from gui.tabs.prepare.prepare_view import PrepareView
from gui.window.figure import Figure
from gui.window.tab import Context, Tab


class PrepareTab(Tab):
    """The steps from ink to picture, and the answer to varied drawings."""

    def build(self, context: Context) -> QWidget:
        view = self.view = PrepareView()
        view.empty.test_digit_wanted.connect(context.exchange.show_any_test_digit)
        PrepareDesk(view, context.engine, context.canvas, view)
        return view

    def figures(self) -> list[Figure]:
        return self.view.figures()
