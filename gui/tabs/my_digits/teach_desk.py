"""Connects the teaching card with the training process and the files of taught networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from core.catalog import SHIPPED
from core.errors import FileProblem, LabError
from core.files.folders import user_folder
from core.teaching import taught_networks
from core.teaching.teaching_records import TeachingResult
from gui.pad.collection import Collection
from gui.processes.training_run import RunState, TrainingRun
from gui.tabs.my_digits.teach_card import TeachCard
from gui.words.core_texts import in_words
from gui.words.model_names import short_name, taught_name


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
        self._taught: taught_networks.Taught | None = None  # how that model was taught, if it was
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

    def set_network(self, model: str) -> None:
        """Take the network that answers the pad now, a shipped name or a path, for the one to teach."""
        self._model = model if model in SHIPPED else str(Path(model).absolute())
        self._taught = None if model in SHIPPED else taught_networks.read(Path(model))
        last = taught_networks.newest(user_folder("taught"))
        self._card.set_answering(
            taught="" if self._taught is None else taught_name(self._taught),
            last="" if last is None else taught_name(last),
        )
        self._card.set_usable(self._saved is None or str(self._saved) != self._model)
        self.show_task()

    @property
    def _model_to_teach(self) -> str:
        return self._model if self._taught is None else self._taught.model

    @Slot()
    def show_task(self) -> None:
        """Show which network would be taught how many digits, or why that cannot be."""
        refusal = ""
        if not self._model:
            refusal = self.tr("The network is loading.")
        elif not len(self._collection):
            refusal = self.tr("Label a drawing first: there is nothing to teach yet.")
        elif self._run.state not in (RunState.IDLE, RunState.TEACHING):
            refusal = self.tr(
                "A training run is at work, and there is one training process. Wait until it is over, or "
                "stop it in the Train tab."
            )
        title = short_name(self._model_to_teach) if self._model else ""
        self._card.set_task(title, len(self._collection), refusal)

    @Slot()
    def teach(self) -> None:
        """Teach the network all digits of the collection."""
        if self._run.state is RunState.IDLE:
            self._run.teach(self._model_to_teach, self._collection.store.folder)

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
        if self._taught is not None:
            self.model_chosen.emit(self._taught.model)

    @Slot()
    def use_again(self) -> None:
        """Let the newest taught network answer."""
        last = taught_networks.newest(user_folder("taught"))
        if last is not None:
            self.model_chosen.emit(str(last.path))
