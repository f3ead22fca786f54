"""The Inspect tab, joined to the engine and to files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from core.errors import LabError
from core.export.scripts import save_script
from core.files.limits import RUNS
from core.records import Answering
from gui.layers.layer_values import shown_values
from gui.processes.job import Job
from gui.tabs.inspect.arithmetic import cell_inspector  # noqa: F401  # the tool that is in sight first
from gui.tabs.inspect.change.change_desk import ChangeDesk
from gui.tabs.inspect.figure_words import range_of_layer, range_of_layers, title_of_layer
from gui.tabs.inspect.inspect_view import InspectView
from gui.tabs.inspect.kernels.kernels_desk import KernelsDesk
from gui.widgets.save_dialog import ask_where_to_save
from gui.window.figure import Figure, figure_of
from gui.window.looks import Looks
from gui.window.tab import Context, Tab
from gui.words.core_texts import in_words


class InspectTab(Tab):
    """Every layer of the network that answers, and the tools that explain them."""

    has_cards = True

    def build(self, context: Context) -> QWidget:
        self._engine, self._settings, self._context = context.engine, context.settings, context
        view = self.view = InspectView()
        for splitter in (view.splitter, view.tools_splitter):
            self._settings.restore_sizes(splitter)
        self._script = Path()  # that is being saved
        self._saving = Job(RUNS, self)
        self._saving.finished.connect(self._on_saved)
        self._saving.failed.connect(self._on_not_saved)
        view.tool_built.connect(self._on_tool_built)
        view.field_changed.connect(context.field_changed)
        view.strip.layer_selected.connect(self._on_layer_selected)
        for part in (view.strip, view.large):
            part.cell_clicked.connect(self._on_cell_clicked)
        view.share_wanted.connect(context.looks.set_shared_range)
        context.layer_chosen.connect(view.select_layer)
        engine = context.engine
        engine.answering_changed.connect(self._on_answering_changed)
        engine.predicted.connect(view.set_prediction)
        engine.failed.connect(self._on_engine_failed)
        if engine.answering is not None:
            view.set_network(engine.answering.network)
            view.set_prediction(engine.prediction)
        return view

    def apply_looks(self, looks: Looks) -> None:
        self.view.set_colours(looks.maps, looks.kernels)
        self.view.set_shared_range(looks.shared_range)

    def fold(self, is_folded: bool) -> None:
        self.view.tools.setVisible(not is_folded)

    def figures(self) -> list[Figure]:
        """Return the strip, the layer close up under its head, and the tool."""
        view, engine = self.view, self._engine
        if engine.answering is None:
            return []
        index, _ = view.place
        names = [layer.name for layer in engine.answering.network.table.shown]
        all_words = layer_words = ""
        if engine.prediction is not None and view.limits:
            values = shown_values(engine.prediction)[index]
            all_words = range_of_layers(names, view.limits, view.ranges)
            layer_words = range_of_layer(
                names[index], values, view.large.channel, view.limits[index], view.ranges
            )
        tool = view.tools.currentIndex()
        return [
            figure_of(self.tr("All layers"), view.strip, values=all_words),
            figure_of(
                title_of_layer(names[index], view.large.channel),
                view.head.words,
                view.head.range.legend,
                view.large,
                values=layer_words,
            ),
            figure_of(view.tools.tabText(tool), view.tools.currentWidget(), values=view.build_tool().about),
        ]

    def state(self) -> tuple[Any, ...]:
        session = self.view.change.session if self.view.has_tool("change") else None
        changed = session.state if session is not None and session.is_modified else None
        return self.view.place, self.view.tools.currentIndex(), changed

    def restore(self, state: tuple[Any, ...]) -> None:
        place, tool, changed = state
        self.view.tools.setCurrentIndex(tool)
        self.view.go_to(*place)
        if changed is not None:
            self.view.change.session.restore(changed)

    def close(self) -> None:
        self.view.close_windows()
        for splitter in (self.view.splitter, self.view.tools_splitter):
            self._settings.remember_sizes(splitter)

    @Slot(object)
    def _on_answering_changed(self, answering: Answering) -> None:
        self.view.set_network(answering.network)

    @Slot(object)
    def _on_engine_failed(self, error: LabError) -> None:
        if not self._engine.is_ready and not self._engine.is_opening:
            self.view.set_message(self.tr("No network is loaded. Choose one in the Model menu."))

    @Slot()
    def _on_layer_selected(self) -> None:
        self._context.did.emit("layer")

    @Slot()
    def _on_cell_clicked(self) -> None:
        self._context.did.emit("cell")

    # Tools

    @Slot(str)
    def _on_tool_built(self, name: str) -> None:
        view = self.view
        if name == "arithmetic":
            view.arithmetic.noted.connect(self.noted)
        elif name == "kernels":
            KernelsDesk(view.kernels, self._engine, view.kernels)
            view.kernels.digit_chosen.connect(self._context.exchange.place_training_digit)
        elif name == "change":
            desk = ChangeDesk(view.change, self._engine, self._settings, view.change)
            desk.modified.connect(self._context.modified)
            desk.failed.connect(self.failed)
            desk.noted.connect(self.noted)
            self._context.revert_wanted.connect(desk.revert)
        elif name == "code":
            view.code.noted.connect(self.noted)
            view.code.save_wanted.connect(self._choose_where_to_save)

    @Slot()
    def _choose_where_to_save(self) -> None:
        title, kind = self.tr("Save script"), self.tr("Python (*.py)")
        path = ask_where_to_save(self.view, title, Path(self._settings.folder) / "network.py", kind)
        if path is not None:
            self._settings.folder = str(path.parent)
            self.save_script(path)

    def save_script(self, path: Path) -> None:
        """Write the network that answers, and the drawing, as a script; `noted` or `failed` follows."""
        answering, prediction = self._engine.answering, self._engine.prediction
        if answering is None:
            return
        picture = None if prediction is None else prediction.trace.picture
        architecture = answering.info.architecture
        self._script = path
        self._saving.restart(save_script, path, answering.network, architecture, picture)

    @Slot(object)
    def _on_saved(self, weights: Path) -> None:
        text = self.tr("Saved: {script}, and {weights} beside it.")
        self.noted.emit(text.format(script=self._script, weights=weights.name))

    @Slot(object)
    def _on_not_saved(self, problem: LabError) -> None:
        self.failed.emit(in_words(problem))
