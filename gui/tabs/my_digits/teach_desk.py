"""Connects the teaching card with the training process and the files of taught networks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from core.catalog import SHIPPED
from core.errors import FileProblem, LabError
from core.files.folders import user_folder
from core.files.limits import RUNS
from core.records import ModelInfo, NetworkName
from core.teaching import taught_networks
from core.teaching.teaching_records import TeachingResult
from gui.pad.collection import Collection
from gui.processes.job import Job
from gui.processes.training_run import RunState, TrainingRun
from gui.tabs.my_digits.teach_card import TeachCard
from gui.words.core_texts import in_words
from gui.words.model_names import short_title, title_of


class TeachDesk(QObject):
    """Teaches the pad's network; one that was taught already is taught anew from the network before it.

    So the network has never trained on the held-out digits, and nothing is forgotten twice.
    """

    model_chosen = Signal(str)
    """The network that the pad uses from now on."""
    failed = Signal(str)
    noted = Signal(str)
    """A sentence."""

    def __init__(
        self, card: TeachCard, collection: Collection, run: TrainingRun, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._card, self._collection, self._run = card, collection, run
        self._model = ""  # that answers the pad
        self._name = NetworkName("")  # of it, or of the one that it was taught from
        self._last: taught_networks.Taught | None = None  # of all that were taught
        self._looking = Job(RUNS, self)
        self._looking.finished.connect(self._on_last_found)
        self._result: TeachingResult | None = None
        self._saved: Path | None = None  # the file of that result
        card.teach_wanted.connect(self.teach)
        card.cancel_wanted.connect(run.stop)
        card.use_wanted.connect(self.use)
        card.back_wanted.connect(self.go_back)
        card.again_wanted.connect(self.use_again)
        run.state_changed.connect(self._on_state_changed)
        run.teaching_advanced.connect(card.show_progress)
        run.taught.connect(self._on_taught)
        run.teaching_ended.connect(self._on_teaching_ended)

    def set_network(self, info: ModelInfo) -> None:
        """Take the network that answers the pad now for the one to teach."""
        self._model = info.model if info.model in SHIPPED else str(Path(info.model).absolute())
        self._name = info.name if info.name.taught else replace(info.name, model=self._model)
        self._looking.restart(taught_networks.newest, user_folder("taught"))
        self._show_names()
        self._card.set_usable(self._saved is None or str(self._saved) != self._model)
        self.show_task()

    @Slot(object)
    def _on_last_found(self, last: taught_networks.Taught) -> None:
        self._last = last
        self._show_names()

    def _show_names(self) -> None:
        self._card.set_answering(
            taught=title_of(self._name) if self._name.taught else "",
            last="" if self._last is None else title_of(self._last.name),
        )

    def close(self) -> None:
        """Give up looking: the window closes."""
        self._looking.drop()

    @Slot()
    def show_task(self) -> None:
        """Show which network would be taught how many digits, or why that cannot be."""
        refusal = ""
        if not self._model:
            refusal = self.tr("The network is loading.")
        elif not len(self._collection):
            refusal = self.tr("Label a drawing first: there is nothing to teach yet.")
        elif self._run.state not in (RunState.IDLE, RunState.TEACHING):
            refusal = self.tr("A training run is going on. Wait until it ends, or stop it in the Train tab.")
        title = short_title(replace(self._name, taught=0)) if self._model else ""
        self._card.set_task(title, len(self._collection), refusal)

    @Slot()
    def teach(self) -> None:
        """Teach the network all digits of the collection."""
        if self._run.state is RunState.IDLE:
            self._run.teach(self._name.model, self._collection.store.folder)

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        self._card.set_teaching(state is RunState.TEACHING)
        self.show_task()

    @Slot(object)
    def _on_taught(self, result: TeachingResult) -> None:
        self._result, self._saved = result, None
        self._card.show_result(result, self._picture)
        self._card.set_usable(True)

    def _picture(self, digest: str) -> np.ndarray | None:
        digit = self._collection.by_digest(digest)
        return None if digit is None else digit.small

    @Slot(object)
    def _on_teaching_ended(self, problem: LabError | None) -> None:
        given_up = self.tr("Given up. The network is as it was.")
        self._card.say(given_up if problem is None else in_words(problem))

    # Using the result

    @Slot()
    def use(self) -> None:
        """Save the taught network, and let it answer the pad."""
        if self._result is None:
            return
        try:
            if self._saved is None:
                self._saved = taught_networks.save(user_folder("taught"), self._result)
        except FileProblem as problem:
            self.failed.emit(in_words(problem))
            return
        self.model_chosen.emit(str(self._saved))

    @Slot()
    def go_back(self) -> None:
        """Let the network answer that the taught one came from."""
        if self._name.taught:
            self.model_chosen.emit(self._name.model)

    @Slot()
    def use_again(self) -> None:
        """Let the newest taught network answer."""
        if self._last is not None:
            self.model_chosen.emit(str(self._last.path))
