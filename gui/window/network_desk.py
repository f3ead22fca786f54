"""Which network answers: asked for, loaded, told in the window, and what happens when that fails."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFileDialog

from core.catalog import DEFAULT_MODEL, EVERYWHERE, SHIPPED
from core.errors import FileProblem, LabError
from core.processes import questions
from core.records import Answering, ModelInfo, Prediction
from gui.pad.answer_panel import AnswerPanel
from gui.processes.engine import Engine
from gui.processes.question import Question
from gui.widgets.steady_label import SteadyLabel
from gui.window.menus import WindowMenus
from gui.window.settings import Settings
from gui.words.core_texts import in_words
from gui.words.model_names import title_of

_log = logging.getLogger(__name__)


class NetworkDesk(QObject):
    """Speaks for the label, the answer and the Model menu with the engine.

    `asked` are the model and the device to open first.
    """

    failed = Signal(str)
    """A sentence."""
    opening = Signal()
    """A network is being opened."""
    model_asked = Signal()
    """A network was chosen to answer, in place of one in training."""
    predicted = Signal(object)
    """The Prediction that is on the screen now; None for bare paper, once a network is loaded."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        menus: WindowMenus,
        answer: AnswerPanel,
        label: SteadyLabel,
        asked: tuple[str, str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine, self._settings, self._menus = engine, settings, menus
        self._answer, self._label = answer, label
        self.asked = asked
        answer.model_wanted.connect(self.model_asked)
        engine.loaded.connect(self._on_loaded)
        engine.answering_changed.connect(self._on_answering_changed)
        engine.predicted.connect(self._on_predicted)
        engine.failed.connect(self._on_failed)
        engine.restarted.connect(self._on_restarted)
        menus.set_recent(settings.recent())
        self._devices: tuple[str, ...] = ()  # that PyTorch finds here, once it has been asked
        self._offer_devices()
        question = Question("devices", engine, self)
        question.answered.connect(self._on_devices_known)
        question.ask(None, questions.devices)
        if engine.opened is None:
            self._say_loading()
        else:
            self._check_running()
            if engine.answering is not None:
                self._on_answering_changed(engine.answering)
            self._on_predicted(engine.prediction)

    @Slot()
    def open_asked(self) -> None:
        """Open what was asked for last."""
        self._engine.open(*self.asked)

    @Slot(str)
    def use(self, model: str) -> None:
        """Let another network answer: a shipped name, or the path of weights."""
        self.model_asked.emit()
        self._open(model, self.asked[1])

    @Slot(QAction)
    def on_model_action(self, action: QAction) -> None:
        """Let the network answer that the action carries; the one in training does already."""
        if action is not self._menus.in_training:
            self.use(action.data())

    @Slot(QAction)
    def on_device_action(self, action: QAction) -> None:
        """Compute the answers on the device that the action carries."""
        self._open(self.asked[0], action.data())

    @Slot()
    def choose_weights(self) -> None:
        """Ask for a file of weights, and let it answer."""
        path, _ = QFileDialog.getOpenFileName(
            self._label, self.tr("Open weights"), self._settings.folder, self.tr("Weights (*.safetensors)")
        )
        if path:
            self._settings.folder = str(Path(path).parent)
            self.use(path)

    def _open(self, model: str, device: str) -> None:
        self.asked = model, device
        self.opening.emit()
        self._say_loading()
        self.open_asked()

    def _say_loading(self) -> None:
        self._say(self.tr("loading the network…"))

    def _say(self, text: str) -> None:
        self._label.set_text(text)
        self._answer.set_waiting(text)

    @Slot(object)
    def _on_loaded(self, info: ModelInfo) -> None:
        self._settings.model = info.model
        self._settings.device = self.asked[1]
        if info.model not in SHIPPED:
            self._settings.remember_recent(_path_of(info.model), title_of(info.name))
        self._check_running()
        self._await_answer()

    def _await_answer(self) -> None:
        """The network is ready, and the engine about to answer what is drawn; if anything is."""
        if self._engine.has_ink:
            self._show_network(None)
        else:
            self._on_predicted(None)

    def _check_running(self) -> None:
        """Mark in the menus what is at work, not what was asked for in vain."""
        if self._engine.opened is not None:
            self.asked = (self._engine.opened.model, self._settings.device)
        self._menus.set_recent(self._settings.recent())
        self._mark_model()
        self._offer_devices()
        check(self._menus.device, self.asked[1])

    @Slot(object, object)
    def _on_devices_known(self, devices: tuple[str, ...], _about: object) -> None:
        self._devices = devices
        self._offer_devices()

    def _offer_devices(self) -> None:
        self._menus.set_devices({*EVERYWHERE, *self._devices, self.asked[1]})

    def _mark_model(self) -> None:
        engine, in_training = self._engine, self._menus.in_training
        answering = engine.answering
        in_training.setVisible(answering is not None and answering.snapshot is not None)
        model = self.asked[0] if engine.opened is None else engine.opened.model
        check(self._menus.model, in_training.data() if in_training.isVisible() else _path_of(model))

    @Slot(object)
    def _on_predicted(self, prediction: Prediction | None) -> None:
        self._answer.set_prediction(prediction)
        if self._engine.opened is None:  # bare paper while the first network is still loading
            self._say_loading()
            return
        self._show_network(prediction)
        self.predicted.emit(prediction)

    def _show_network(self, prediction: Prediction | None) -> None:
        answering, info = self._engine.answering, self._engine.opened
        assert info is not None  # called once there is a network
        name = title_of(info.name)
        if answering is not None and answering.snapshot is not None:
            info = answering.info
            name = self.tr("network of the run, step {step}").format(step=f"{answering.snapshot.step:,}")
        elif prediction is not None and prediction.original is not None:
            name = self.tr("{model}, modified").format(model=name)
        device = info.device_title
        if info.device == "cpu":  # the two ways to ask
            device += ", NumPy" if self._engine.answers_here else ", PyTorch"
        fields = {"model": name, "device": device}
        if prediction is None:
            text = self.tr("{model} · {device}").format(**fields)
        else:
            time = f"{prediction.milliseconds:.1f}"
            text = self.tr("{model} · {device} · {time} ms").format(**fields, time=time)
        self._label.set_text(text)

    @Slot(object)
    def _on_answering_changed(self, answering: Answering) -> None:
        self._answer.bars.set_classes(answering.info.classes)
        text = ""
        if answering.snapshot is not None:
            words = self.tr("by the run, step {step}")
            text = words.format(step=f"{answering.snapshot.step:,}")
        self._answer.set_source(text)
        if self._menus.in_training.isVisible() != (answering.snapshot is not None):
            self._mark_model()

    @Slot(object)
    def _on_failed(self, error: LabError) -> None:
        self.failed.emit(in_words(error))
        is_open = self._engine.opened is not None and self._engine.opened.model == self.asked[0]
        if isinstance(error, FileProblem) and not is_open:
            self._settings.forget_recent(_path_of(self.asked[0]))
        self._check_running()
        if self._engine.is_ready or self._engine.answers_here:
            self._await_answer()
        elif self._engine.opened is None and self.asked != (DEFAULT_MODEL, "auto"):
            # What was remembered or asked for at the start is not there any more.
            _log.warning("%s on %s cannot be opened: %s", *self.asked, error)
            self.asked = (DEFAULT_MODEL, "auto")
            self.open_asked()
        else:
            self._say(self.tr("no network"))

    @Slot()
    def _on_restarted(self) -> None:
        if self._engine.answers_here:  # only those who wait for an answer to a question notice
            return
        self._say_loading()
        text = self.tr(
            "The process that runs the network has ended unexpectedly. Your drawing is kept; "
            "the network is loading again."
        )
        self.failed.emit(text)


def _path_of(model: str) -> str:
    """A file of weights as the list of those opened lately has it; a shipped model's name as it is."""
    return model if model in SHIPPED else str(Path(model).absolute())


def check(group: QActionGroup, choice: str) -> None:
    """Mark the action that carries `choice`; none where no action does, as for weights from a file."""
    for action in group.actions():
        action.setChecked(action.data() == choice)
