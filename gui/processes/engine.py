"""What answers the drawing, seen from Qt: ink in, predictions out.

Small networks answer in this process, others in the inference process, which answers all questions. If that
one dies, it is started anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from typing import Any, Literal, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from core.catalog import SHIPPED
from core.errors import LabError
from core.files.limits import RUNS
from core.processes import at_once, inference
from core.records import Answering, ModelInfo, NetworkState, Prediction, Snapshot
from gui.processes.answering_network import AnsweringNetwork
from gui.processes.inference_process import InferenceProcess, process_executor
from gui.processes.job import Job
from gui.processes.question_queue import QuestionQueue


class _Request(NamedTuple):
    """An answer to the drawing that is awaited."""

    future: Future[Any]
    ink: np.ndarray | None
    """What is to be answered; None for bare paper, where a network only has to reach the process."""
    substitute: Snapshot | NetworkState | None
    """What is to answer in place of the opened network."""
    is_here: bool
    """Whether this process answers."""


class Engine(QObject):
    """Answers the newest ink with the network last opened. At most one request is under way.

    `answers` says where: small networks in this process and others in the inference process, or all in that
    one.
    """

    loaded = Signal(object)
    """A network is ready: its ModelInfo."""
    predicted = Signal(object)
    """The Prediction for the newest ink so far; None for bare paper."""
    failed = Signal(object)
    """A LabError: the last request failed; the network before it still answers."""
    restarted = Signal()
    """The process ended by itself; a new one is loading the network."""
    answering_changed = Signal(object)
    """The Answering of the next predictions: a network opened, changed by hand, or in training."""
    answered = Signal(int, object)
    """The number that `ask` returned, and the function's result, or the LabError that it raised."""

    def __init__(
        self,
        parent: QObject | None = None,
        new_executor: Callable[[], Executor] = process_executor,
        answers: Literal["where it is fastest", "in the process"] = "where it is fastest",
    ) -> None:
        super().__init__(parent)
        self._answers = answers
        self._process = InferenceProcess(new_executor, self)
        self._process.opened.connect(self._on_opened)
        self._process.not_opened.connect(self._on_not_opened)
        self._process.died.connect(self._restart)
        self._process.returned.connect(self._on_returned)
        self._questions = QuestionQueue(self)
        self._questions.answered.connect(self.answered)
        self._network = AnsweringNetwork()
        self._file = Job(RUNS, self)  # reads the file of weights while the process loads PyTorch
        self._file.finished.connect(self._on_known)
        self._sent: Snapshot | NetworkState | None = None  # the substitute that the process has
        self._answers_meanwhile = False  # what is being opened in the process answers here already
        self._request: _Request | None = None
        self._ink: np.ndarray | None = None  # the newest; None for bare paper
        self._waiting = False  # whether the newest ink has not been sent yet
        self._submitted_at = time.monotonic()
        self.answering: Answering | None = None
        """The newest that `answering_changed` carried, or None."""
        self.prediction: Prediction | None = None
        """The newest; None for bare paper."""
        self.answered_ink: np.ndarray | None = None
        """The drawing (H, W) uint8 that it answers; None for bare paper."""

    @property
    def opened(self) -> ModelInfo | None:
        """The network opened last, from `loaded` on; None before there is one."""
        return self._network.opened

    @property
    def process_ids(self) -> list[int]:
        """The numbers of the processes at work: one, or none."""
        return self._process.ids

    @property
    def is_following(self) -> bool:
        """Whether a network in training answers in place of the one that was opened."""
        return self._network.is_following

    @property
    def answers_here(self) -> bool:
        """Whether the network that answers now does so in this process."""
        return self._here() is not None

    @property
    def seconds_at_rest(self) -> float:
        """Seconds since something was drawn or opened."""
        return time.monotonic() - self._submitted_at

    @property
    def has_ink(self) -> bool:
        """Whether anything is drawn."""
        return self._ink is not None

    @property
    def is_opening(self) -> bool:
        """Whether a network is being loaded."""
        return self._process.is_opening

    @property
    def is_ready(self) -> bool:
        """Whether a network is loaded: it answers, and questions are answered at once or in a moment."""
        return self._process.is_ready or self._answers_meanwhile

    def open(self, model: str, device: str) -> None:
        """Load a network (a shipped name, or a path) on a device; `loaded` or `failed` follows.

        Once it is loaded, changes made by hand to the one before are gone; a followed network stays.
        """
        self._answers_meanwhile = False
        self._request = None  # an answer of the network before it would come too late
        self._waiting = self._has_anything_to_say()
        self._sent = None  # it moves to the new device as well
        self._process.open(model, device)
        self._file.drop()
        if self._answers == "in the process":
            return
        if model in SHIPPED:
            self._on_known(at_once.open_at_once(model, device))
        elif not self._process.is_ready:  # else it is quicker
            self._file.restart(at_once.open_at_once, model, device)

    def follow(self, snapshot: Snapshot | None) -> None:
        """Let a network in training answer, as of this snapshot; None: the opened one, changed or not."""
        was_following = self.is_following
        if self._network.follow(snapshot):
            self._on_substitute(was_following)

    def edit(self, state: NetworkState | None) -> None:
        """Let the opened network answer with changes made by hand, or with none.

        While a network in training answers, the change waits.
        """
        if self._network.edit(state):
            self._on_substitute(False)

    def _on_substitute(self, was_following: bool) -> None:
        self._waiting = True
        if was_following and not self.is_following:
            self._request = None  # the answer of the network in training would come too late
        self._send_newest()

    def ask(self, name: str, function: Callable[..., Any], *arguments: Any) -> int:
        """Run a function in the process after the call under way; `answered` follows, with this number.

        One question is asked at a time, and one not asked yet is dropped in favour of a newer one of the
        same name: the drawing comes first.
        """
        number = self._questions.add(name, function, arguments)
        self._ask_next()
        return number

    def forget(self, name: str) -> None:
        """Drop the question of this name, if it has not been asked yet."""
        self._questions.forget(name)

    def submit(self, ink: np.ndarray) -> None:
        """Classify ink (H, W) uint8; ink not yet sent is dropped in its favour."""
        self._submitted_at = time.monotonic()
        if ink.any():
            self._ink, self._waiting = ink, True
            self._send_newest()
        else:
            self._ink, self._request = None, None
            self._tell(None, None)
            self._waiting = self._network.substitute is not None  # it must be reached all the same
            self._send_newest()

    def close(self) -> None:
        """End the process at once; nothing starts another one."""
        self._file.drop()
        self._leave_process()
        self._process.close()

    def _leave_process(self) -> None:
        """Nobody waits for what the process was at, and it has no substitute any more."""
        self._request = self._sent = None
        self._questions.leave()

    # The drawing

    def _send_newest(self) -> None:
        if not self._waiting or self._request is not None:
            return
        here, is_opening = self._here(), self._process.is_opening
        if here is None and (is_opening or not self._process.is_ready):
            return
        if here is not None and is_opening and not self._answers_meanwhile:
            return  # another network is about to answer
        self._waiting = False
        future = self._call(self._ink) if here is None else self._answer_here(*here)
        self._request = _Request(future, self._ink, self._network.substitute, here is not None)

    def _has_anything_to_say(self) -> bool:
        """Whether a network that is opened is to answer, or its substitute must reach it."""
        return self._ink is not None or self._network.substitute is not None

    def _call(self, ink: np.ndarray | None) -> Future[Any]:
        """Have the process answer; from now on its questions are about the network that answers here."""
        substitute = self._network.substitute
        new = None if substitute is self._sent else substitute
        self._sent = substitute
        if substitute is None:
            return self._process.call(inference.classify, ink)
        if isinstance(substitute, Snapshot):
            return self._process.call(inference.classify_in_training, new, ink)
        return self._process.call(inference.classify_edited, new, ink)

    def _here(self) -> tuple[ModelInfo, NetworkState] | None:
        """The network that is to answer, if it can do so in this process."""
        return None if self._answers == "in the process" else self._network.here()

    def _answer_here(self, info: ModelInfo, network: NetworkState) -> Future[Any]:
        """As `_call`, but done already; as there, the answer comes through Qt's loop."""
        prediction = None if self._ink is None else self._network.answer(network, self._ink)
        future: Future[Any] = Future()
        future.set_result((info, prediction) if self.is_following else prediction)
        self._process.return_later(future)
        return future

    def _ask_next(self) -> None:
        if self._questions.has_next and self._process.is_ready and not self._process.is_opening:
            if self._sent is not self._network.substitute and self.answers_here:
                self._call(None)  # nobody waits for it: the question is about what answers here
            self._questions.ask_next(self._process.call)

    @Slot(object)
    def _on_returned(self, future: Future[Any]) -> None:
        if self._request is not None and future is self._request.future:
            request, self._request = self._request, None
            self._on_answered(request)
        elif self._questions.is_at(future):
            self._on_question_answered(future)
        # Else nobody waits for it any more: the paper is bare, or another network was asked for.

    def _on_answered(self, request: _Request) -> None:
        try:
            prediction = request.future.result()
        except (BrokenExecutor, CancelledError):
            self._waiting = True
            self._restart()
            return
        except LabError as error:  # what was to answer does not fit
            self._sent = None  # the process has not taken it
            if request.substitute is self._network.substitute:
                was_following = self.is_following
                self._network.give_up_substitute()  # else the answer to an earlier drawing would stay
                self._on_substitute(was_following)
            self.failed.emit(error)
            self._send_newest()
            return
        if not request.is_here:
            self._process.note_answer()
        info = self.opened
        if isinstance(request.substitute, Snapshot):
            info, prediction = prediction
            self._network.get_to_know(info, request.substitute.weights)
        self._tell_answering(request.substitute, info)
        self._tell(prediction, request.ink)
        self._send_newest()

    def _tell(self, prediction: Prediction | None, ink: np.ndarray | None) -> None:
        self.prediction, self.answered_ink = prediction, ink
        self.predicted.emit(prediction)

    def _tell_answering(self, substitute: Snapshot | NetworkState | None, info: ModelInfo | None) -> None:
        """Emit `answering_changed` once for each network."""
        answering = self._network.announcement(substitute, info)
        if answering is not None:
            self.answering = answering
            self.answering_changed.emit(answering)

    def _on_question_answered(self, future: Future[Any]) -> None:
        try:
            self._questions.on_returned(future)
        except (BrokenExecutor, CancelledError):
            self._restart()
        else:
            self._process.note_answer()
        finally:  # whatever was raised, the next question has its turn
            self._ask_next()

    # The process and the network that is open in it

    @Slot(object)
    def _on_opened(self, info: ModelInfo) -> None:
        answers_already, self._answers_meanwhile = self._answers_meanwhile, False
        if not (answers_already and self._network.is_open(info)):  # else all is as it was
            self._network.open(info)
            self._tell_loaded(info)
        self._send_newest()
        self._ask_next()

    @Slot(object)
    def _on_known(self, info: ModelInfo | None) -> None:
        """Answer with what the process is opening, if that can be done here."""
        if info is not None and self._process.is_opening and self._network.open_if_small(info):
            self._answers_meanwhile = True
            self._tell_loaded(info)
            self._send_newest()

    @Slot(object)
    def _on_not_opened(self, error: LabError) -> None:
        self._answers_meanwhile = False
        self.failed.emit(error)
        self._send_newest()
        self._ask_next()

    def _tell_loaded(self, info: ModelInfo) -> None:
        self._submitted_at = time.monotonic()
        self.loaded.emit(info)
        if not self._waiting and self._request is None:  # else the first answer tells
            self._tell_answering(None, info)

    @Slot()
    def _restart(self) -> None:
        """The process has died."""
        is_the_same = self._answers_meanwhile or self._process.has_what_was_asked_for
        self._answers_meanwhile = is_the_same and self.answers_here
        if self._request is not None or not self._answers_meanwhile:
            self._waiting = self._has_anything_to_say()
        self._request = self._sent = None
        if self._process.restart():
            self.restarted.emit()
        else:
            self._answers_meanwhile = False
            self.failed.emit(
                LabError(
                    "The process that runs the network ends again and again. Your drawing is kept. "
                    "Is the computer out of memory? Choose a network in the Model menu to try again."
                )
            )
        self._questions.put_back()
        self._send_newest()
