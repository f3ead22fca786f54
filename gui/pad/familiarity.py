"""Whether the drawing resembles the training digits, computed in the inference process."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.processes import questions
from core.records import Prediction, Resemblance
from gui.processes.engine import Engine
from gui.processes.question import Question

_JUDGED_AFTER = 150  # milliseconds that the pen must rest
_REST = 0.3  # seconds: between strokes, and after a network was opened


class Familiarity(QObject):
    """Has the process learn the training digits; then asks which of them each drawing is nearest to."""

    learning_advanced = Signal(float)
    """The share, 0–1, of the training digits that are known."""
    resembled = Signal(object, object)
    """A Prediction, and the Resemblance of its drawing to the training digits, when the pen has rested.

    Not with each answer: it takes the process as long as the answer itself.
    """
    judged = Signal(object)
    """That Prediction with its familiarity; not while a network in training answers."""
    failed = Signal(object)
    """A LabError: the training digits cannot be known."""

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self.share = 0.0
        """The share, 0–1, of the training digits that are known."""
        self._timer = QTimer(self, interval=_JUDGED_AFTER, singleShot=True)
        self._timer.timeout.connect(self.ask)
        self._resemblance = Question("resemblance", engine, self)
        self._resemblance.answered.connect(self._on_answered)
        self._resemblance.failed.connect(self.failed)
        self._learning = Question("familiarity", engine, self, rest=_REST)
        self._learning.advanced.connect(self._on_advanced)
        self._learning.finished.connect(self.ask)  # what was drawn before can be judged now
        self._learning.failed.connect(self.failed)
        engine.loaded.connect(self._learn)
        engine.restarted.connect(self._learn)
        engine.predicted.connect(self._on_predicted)

    @property
    def is_learning(self) -> bool:
        """Whether the training digits are not known yet."""
        return self._learning.is_running

    @Slot()
    def ask(self) -> None:
        """Judge the newest drawing; signals follow once the training digits are known."""
        prediction = self._engine.prediction
        if prediction is not None and not self.is_learning:
            self._resemblance.ask(prediction, questions.resemblance, prediction.trace.picture)

    @Slot()
    def _learn(self) -> None:
        self.share = 0.0
        self._learning.work(questions.get_familiar)

    @Slot(object)
    def _on_advanced(self, share: float) -> None:
        self.share = share
        self.learning_advanced.emit(share)

    @Slot(object)
    def _on_predicted(self, prediction: Prediction | None) -> None:
        if prediction is None:
            self._timer.stop()
        else:
            self._timer.start()

    @Slot(object, object)
    def _on_answered(self, resemblance: Resemblance | None, prediction: Prediction) -> None:
        if prediction is self._engine.prediction and resemblance is not None:
            self.resembled.emit(prediction, resemblance)
            if not self._engine.is_following:  # it is the opened network to which the drawing is familiar
                self.judged.emit(replace(prediction, familiarity=resemblance.familiarity))
