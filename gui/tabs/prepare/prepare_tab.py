"""The Prepare tab: how ink becomes the network's picture, and what each step of that is worth."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.tabs.prepare.prepare_desk import PrepareDesk
from gui.tabs.prepare.prepare_view import PrepareView
from gui.window.tab import Context, Tab


class PrepareTab(Tab):
    """The steps from ink to picture, and the answer to varied drawings."""

    def build(self, context: Context) -> QWidget:
        view = PrepareView()
        PrepareDesk(view, context.engine, context.canvas, view)
        return view
