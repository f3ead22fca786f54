"""The Prepare tab's questions to the engine."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from core.errors import LabError
from core.ink.preprocess import Steps
from core.processes import questions
from core.reading.variation_records import Prepared, Sweep, Variation
from core.records import Prediction
from gui.pad.drawing_canvas import DrawingCanvas
from gui.processes.engine import Engine
from gui.processes.question import Question
from gui.tabs.prepare.prepare_view import PrepareView
from gui.words.core_texts import in_words

_REST = 0.15  # seconds that the pen must rest before the answers along the sliders are asked for
_PAUSE = 400  # milliseconds between two such rounds while the network changes under the same drawing


class PrepareDesk(QObject):
    """Asks, while the view is in sight, for the answer to the drawing as it is prepared there.

    The answers along the sliders are asked for when the pen rests. While sliders move, each round of them
    goes on to its end before the next begins, so that plots follow.

    A varied drawing is put onto the `canvas`, where the drawing comes from.
    """

    def __init__(
        self, view: PrepareView, engine: Engine, canvas: DrawingCanvas, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._view, self._engine, self._canvas = view, engine, canvas
        self._is_drawn = engine.prediction is not None
        self._ink = np.zeros((0, 0), np.uint8)  # that was asked about last
        self._is_outdated = False  # the round of sweeps that is under way
        self._prepared = Question("prepare", engine, self)
        self._prepared.answered.connect(self._on_prepared)
        self._prepared.failed.connect(self._on_failed)
        self._sweeps = Question("sweeps", engine, self, rest=_REST)
        self._sweeps.advanced.connect(self._on_advanced)
        self._sweeps.finished.connect(self._on_swept)
        self._sweeps.failed.connect(self._on_failed)
        self._pause = QTimer(self, interval=_PAUSE, singleShot=True)
        self._pause.timeout.connect(self._sweep)
        engine.predicted.connect(self._on_predicted)
        engine.failed.connect(self._on_engine_failed)
        view.changed.connect(self._on_changed)
        view.shown.connect(self._on_shown)
        view.hidden.connect(self._rest)
        view.ink_chosen.connect(canvas.place)

    @Slot(object)
    def _on_predicted(self, prediction: Prediction | None) -> None:
        """Another drawing, or another network, was answered."""
        self._is_drawn = prediction is not None
        if not self._is_drawn:
            self._rest()
            self._view.say_nothing_drawn()
        elif self._view.isVisible():
            self._look()

    @Slot()
    def _on_shown(self) -> None:
        self._ink = self._ink[:0]  # ask about all
        if self._is_drawn:
            self._look()

    def _look(self) -> None:
        """Ask about what is drawn now."""
        ink = self._canvas.ink()
        is_same = np.array_equal(ink, self._ink)
        self._ink = ink
        self._ask()
        if is_same:  # another network
            if not self._pause.isActive():
                self._pause.start()
        else:
            self._view.set_sweeps_old()
            self._sweeps.cancel()
            self._sweep()

    @Slot()
    def _on_changed(self) -> None:
        if self._is_drawn and self._view.isVisible():
            self._ask()
            self._sweep()

    def _ask(self) -> None:
        asked = self._view.variation, self._view.steps
        self._prepared.ask(asked, questions.prepare, self._ink, *asked)

    @Slot()
    def _sweep(self) -> None:
        """Ask for the answers along the sliders; after those that are under way."""
        self._is_outdated = self._sweeps.is_running
        if not self._is_outdated:
            self._sweeps.work(questions.sweeps, self._ink, self._view.variation, self._view.steps)

    @Slot()
    def _rest(self) -> None:
        """Ask for nothing more."""
        self._pause.stop()
        self._sweeps.cancel()
        self._prepared.cancel()

    # Answers

    @Slot(object, object)
    def _on_prepared(self, prepared: Prepared, asked: tuple[Variation, Steps]) -> None:
        self._view.show_prepared(prepared, *asked)

    @Slot(object)
    def _on_advanced(self, sweep: Sweep | None) -> None:
        if sweep is not None:
            self._view.show_sweep(sweep)

    @Slot()
    def _on_swept(self) -> None:
        if self._is_outdated:
            self._sweep()

    @Slot(object)
    def _on_failed(self, error: LabError) -> None:
        self._view.say(in_words(error))

    @Slot(object)
    def _on_engine_failed(self, error: LabError) -> None:
        if not self._engine.is_ready:  # nobody is there to answer
            self._rest()
            self._view.say(in_words(error))
