"""The Change tool, joined to the engine and to files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import LabError
from core.explaining.channel_ranking import ChannelRanking
from core.export import edited_weights
from core.processes import questions
from core.records import ModelInfo, NetworkState
from gui.processes.engine import Engine
from gui.processes.question import Question
from gui.tabs.inspect.change.change_tool import ChangeTool
from gui.widgets.save_dialog import ask_where_to_save
from gui.window.settings import Settings
from gui.words.core_texts import in_words

_SUFFIX = ".safetensors"


class ChangeDesk(QObject):
    """Lets the engine answer with the tool's changed network, and rank its channels; saves it."""

    modified = Signal(str, str)
    """The changes of the network that answers, in words and in few words; both empty where there are none."""
    noted = Signal(str)
    """A sentence on what was done."""
    failed = Signal(str)
    """A sentence on what did not work."""

    def __init__(
        self, tool: ChangeTool, engine: Engine, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tool = tool
        self._session = tool.session
        self._engine = engine
        self._info: ModelInfo | None = None  # of the network that was opened
        self._settings = settings
        self._ranking = Question("ranking", engine, self)
        self._ranked: tuple[str, NetworkState | None] = ("", None)  # the layer, and the network it is in
        engine.loaded.connect(self._on_loaded)
        engine.answering_changed.connect(self._check_following)
        self._session.changed.connect(self._on_changed)
        tool.ranking_wanted.connect(self._on_ranking_wanted)
        tool.ranking_cancelled.connect(self._end_ranking)
        tool.save_wanted.connect(self._choose_where_to_save)
        self._ranking.advanced.connect(self._on_ranking_advanced)
        self._ranking.finished.connect(self._end_ranking)
        self._ranking.failed.connect(self._on_ranking_failed)
        if engine.opened is not None:
            self._on_loaded(engine.opened)

    @Slot()
    def revert(self) -> None:
        """Take all changes back; this can be undone."""
        self._session.revert()

    # The network

    @Slot(object)
    def _on_loaded(self, info: ModelInfo) -> None:
        self._info = info
        before = self._session.base
        self._session.set_base(NetworkState(info.table, info.weights))
        if self._session.base is not before:
            self._ranking.cancel()
            self._tool.forget_rankings()
        self._check_following()

    @Slot(object)
    def _on_changed(self, state: NetworkState | None) -> None:
        self._engine.edit(state)
        self._emit_modified()

    def _emit_modified(self) -> None:
        session = self._session
        if self._engine.is_following or not session.is_modified:
            self.modified.emit("", "")
        elif session.is_original_shown:
            self.modified.emit(self.tr("The original, to compare"), self.tr("The original"))
        else:
            words = self.tr("Modified: {changes}")
            both = (words.format(changes=each) for each in (session.summary(), session.brief_summary()))
            self.modified.emit(*both)

    @Slot()
    def _check_following(self) -> None:
        sentence = ""
        if self._engine.is_following:
            sentence = self.tr(
                "The network in training answers now, and training changes its weights itself. To change "
                "weights by hand, choose a network in the Model menu, or untick “The pad follows this run” "
                "in Train."
            )
        self._tool.set_refusal(sentence)
        self._emit_modified()

    # Ranking

    @Slot(str)
    def _on_ranking_wanted(self, layer: str) -> None:
        session = self._session
        self._ranked = layer, None if session.is_original_shown else session.state
        self._tool.set_ranking(layer, None, None)
        self._ranking.work(questions.ranking, layer)

    @Slot(object)
    def _on_ranking_advanced(self, ranking: ChannelRanking) -> None:
        if ranking.done:
            self._tool.set_ranking(self._ranked[0], ranking, self._ranked[1])

    @Slot()
    def _end_ranking(self) -> None:
        self._ranking.cancel()
        self._tool.end_ranking()

    @Slot(object)
    def _on_ranking_failed(self, error: LabError) -> None:
        self._tool.end_ranking()
        self.failed.emit(in_words(error))

    # Saving

    @Slot()
    def _choose_where_to_save(self) -> None:
        title, kind = self.tr("Save as model"), self.tr("Weights (*.safetensors)")
        suggested = Path(self._settings.folder) / self.tr("changed{suffix}").format(suffix=_SUFFIX)
        path = ask_where_to_save(self._tool, title, suggested, kind)
        if path is not None:
            self._settings.folder = str(path.parent)
            self.save(path)

    def save(self, path: Path) -> None:
        """Write the changed network to a file; emit `noted` or `failed`."""
        state = self._session.state
        if state is None or self._info is None:
            return
        info, summary = self._info, self._session.summary()
        try:
            edited_weights.save(path, state, info.architecture, info.model, summary)
        except LabError as error:
            self.failed.emit(in_words(error))
        else:
            self.noted.emit(self.tr("Saved to {path}: Model → Open weights opens it.").format(path=path))
