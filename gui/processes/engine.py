"""What answers the drawing, seen from Qt: ink in, predictions out.

Small networks answer in this process, others in the inference process, which answers all questions. If that
one dies, it is started anew.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import replace
from typing import Any, Literal, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import LabError
from core.processes import inference
from core.reading import small_networks
from core.records import Answering, ModelInfo, NetworkState, Prediction, Snapshot
from gui.processes.inference_process import InferenceProcess, process_executor

_log = logging.getLogger(__name__)

_MOST_RESTARTS = 3  # in a row without an answer: then starting again would not help


class _Question(NamedTuple):
    name: str
    number: int
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


class _Small(NamedTuple):
    """What is known of the networks of one architecture once one of them was ready."""

    info: ModelInfo
    shapes: dict[str, tuple[int, ...]]
    """Of their weights."""


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
        self._process = InferenceProcess(new_executor, self)
        self._process.returned.connect(self._on_returned, Qt.ConnectionType.QueuedConnection)
        self._answers = answers
        self._small: dict[str, _Small | None] = {}  # by architecture, on the device in use; None: it is not
        self._asked = ("", "")  # model and device that were asked for last
        self._running: tuple[str, str] | None = None  # … and that answer
        self._opening: Future[Any] | None = None
        self._is_reopening = False  # that network, in a new process, while it goes on answering here
        self._request: Future[Any] | None = None
        self._requested_ink: np.ndarray | None = None  # what `_request` is to answer
        self._ink: np.ndarray | None = None  # the newest; None for bare paper
        self._waiting = False  # whether the newest ink has not been sent yet
        self._restarts = 0
        self._submitted_at = time.monotonic()
        self.answering: Answering | None = None
        """The newest that `answering_changed` carried, or None."""
        self.prediction: Prediction | None = None
        """The newest; None for bare paper."""
        self.answered_ink: np.ndarray | None = None
        """The drawing (H, W) uint8 that it answers; None for bare paper."""
        self.opened: ModelInfo | None = None
        """The network opened last, from `loaded` on; None before there is one."""
        self._opened_state: NetworkState | None = None
        self._edited: NetworkState | None = None  # the opened network as it was changed by hand
        # What answers in place of the network that was opened: one in training, or one changed by hand.
        self._substitute: Snapshot | NetworkState | None = None
        self._sent: Snapshot | NetworkState | None = None  # the one that the process has
        self._requested: Snapshot | NetworkState | None = None  # the one that `_request` is about
        self._announced: object = None  # the one that `answering_changed` told last
        self._numbers = itertools.count(1)
        self._questions: dict[str, _Question] = {}  # not asked yet, by name
        self._asking: tuple[_Question, Future[Any]] | None = None
        self._asked_again = 0  # the number of the question under which the process has died

    @property
    def process_ids(self) -> list[int]:
        """The numbers of the processes at work: one, or none."""
        return self._process.ids

    @property
    def is_following(self) -> bool:
        """Whether a network in training answers in place of the one that was opened."""
        return isinstance(self._substitute, Snapshot)

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
        return self._opening is not None

    @property
    def is_ready(self) -> bool:
        """Whether a network is loaded."""
        return self._running is not None

    def open(self, model: str, device: str) -> None:
        """Load a network (a shipped name, or a path) on a device; `loaded` or `failed` follows.

        Once it is loaded, changes made by hand to the one before are gone; a followed network stays.
        """
        self._asked = model, device
        self._is_reopening = False
        self._request = None  # an answer of the network before it would come too late
        self._waiting = self._ink is not None or self._substitute is not None
        self._sent = None  # it moves to the new device as well
        self._opening = self._process.call(inference.open_model, model, device)

    def follow(self, snapshot: Snapshot | None) -> None:
        """Let a network in training answer, as of this snapshot; None: the opened one, changed or not."""
        if snapshot is not None or self.is_following:
            self._answer_with(snapshot or self._edited)

    def edit(self, state: NetworkState | None) -> None:
        """Let the opened network answer with changes made by hand, or with none.

        While a network in training answers, the change waits.
        """
        was_edited, self._edited = self._edited is not None, state
        if not self.is_following and (was_edited or state is not None):
            self._answer_with(state)

    def _answer_with(self, substitute: Snapshot | NetworkState | None) -> None:
        was_following = self.is_following
        self._substitute = substitute
        self._waiting = True
        if was_following and not self.is_following:
            self._request = None  # the answer of the network in training would come too late
        self._send_newest()

    def ask(self, name: str, function: Callable[..., Any], *arguments: Any) -> int:
        """Run a function in the process after the call under way; `answered` follows, with this number.

        One question is asked at a time, and one not asked yet is dropped in favour of a newer one of the
        same name: the drawing comes first.
        """
        question = _Question(name, next(self._numbers), function, arguments)
        self._questions[name] = question
        self._ask_next()
        return question.number

    def submit(self, ink: np.ndarray) -> None:
        """Classify ink (H, W) uint8; ink not yet sent is dropped in its favour."""
        self._submitted_at = time.monotonic()
        if ink.any():
            self._ink, self._waiting = ink, True
            self._send_newest()
        else:
            self._ink, self._request = None, None
            self._tell(None, None)
            self._waiting = self._substitute is not None  # it must be reached all the same
            self._send_newest()

    def close(self) -> None:
        """End the process at once; nothing starts another one."""
        self._end_process()
        self._process.close()

    def _end_process(self) -> None:
        self._opening = self._request = self._asking = self._sent = None
        self._process.end()

    def _send_newest(self) -> None:
        if not self._waiting or self._request is not None:
            return
        here = self._here()
        is_free = self._opening is None or (here is not None and self._is_reopening)
        if not is_free or (here is None and not self._running):
            return
        self._waiting = False
        self._requested, self._requested_ink = self._substitute, self._ink
        self._request = self._call(self._ink) if here is None else self._answer_here(*here)

    def _call(self, ink: np.ndarray | None) -> Future[Any]:
        """Have the process answer; from now on its questions are about the network that answers here."""
        new = None if self._substitute is self._sent else self._substitute
        self._sent = self._substitute
        if self._substitute is None:
            return self._process.call(inference.classify, ink)
        if isinstance(self._substitute, Snapshot):
            return self._process.call(inference.classify_in_training, new, ink)
        return self._process.call(inference.classify_edited, new, ink)

    def _here(self) -> tuple[ModelInfo, NetworkState] | None:
        """The network that is to answer, if it is small, known, and nothing is wrong with it.

        What does not fit goes to the process, where it fails with the right words.
        """
        if self.opened is None or self._answers == "in the process":
            return None
        source = self._substitute or self._opened_state
        if isinstance(source, Snapshot):
            small = self._small.get(source.architecture)
            if small is None or len(source.classes) != len(small.info.classes):
                return None
            info = replace(small.info, dataset=source.dataset)
            if source.classes != info.classes:
                info = replace(info, table=replace(info.table, classes=source.classes))
            network = NetworkState(info.table, source.weights)
        else:
            assert source is not None  # a network is opened
            small, network, info = self._small.get(self.opened.architecture), source, self.opened
        if small is None or not small_networks.fits(network, small.shapes):
            return None
        return info, network

    def _answer_here(self, info: ModelInfo, network: NetworkState) -> Future[Any]:
        """As `_call`, but done already; as there, the answer comes through Qt's loop."""
        prediction = None if self._ink is None else small_networks.answer(network, self._ink)
        if prediction is not None and network is self._substitute and self._opened_state is not None:
            original = small_networks.read(self._opened_state, prediction.trace.picture)
            prediction = replace(prediction, original=original.probabilities)
        future: Future[Any] = Future()
        future.set_result((info, prediction) if isinstance(self._substitute, Snapshot) else prediction)
        self._process.returned.emit(future)
        return future

    def _get_to_know(self, info: ModelInfo, weights: dict[str, np.ndarray]) -> None:
        """Find out whether networks of this architecture are small, unless that is known."""
        if info.architecture in self._small:
            return
        bare = ModelInfo("", info.architecture, info.device, info.device_title, info.table)
        shapes = {name: value.shape for name, value in weights.items()}
        is_small = small_networks.is_small(info, weights)
        self._small[info.architecture] = _Small(bare, shapes) if is_small else None

    def _ask_next(self) -> None:
        if self._asking is None and self._opening is None and self._running and self._questions:
            question = self._questions.pop(next(iter(self._questions)))
            if self._sent is not self._substitute and self.answers_here:
                self._call(None)  # nobody waits for it: the question is about what answers here
            self._asking = question, self._process.call(question.function, *question.arguments)

    @Slot(object)
    def _on_returned(self, future: Future[Any]) -> None:
        if future is self._opening:
            self._opening = None
            self._on_opened(future)
        elif future is self._request:
            self._request = None
            self._on_answered(future)
        elif self._asking and future is self._asking[1]:
            self._on_question_answered(future)
        # Else nobody waits for it any more: the paper is bare, or another network was asked for.

    def _on_opened(self, future: Future[Any]) -> None:
        is_reopening, self._is_reopening = self._is_reopening, False
        try:
            info = future.result()
        except (BrokenExecutor, CancelledError):
            self._restart()
            return
        except LabError as error:
            if is_reopening:  # its file may be gone
                self._running = None
            elif self._running:
                self._asked = self._running
            self.failed.emit(error)
        else:
            if not is_reopening:  # else all is as it was
                self._on_new_network(info)
        self._send_newest()
        self._ask_next()

    def _on_new_network(self, info: ModelInfo) -> None:
        self._running = self._asked
        self._edited = None  # what was changed was the network before
        if isinstance(self._substitute, NetworkState):
            self._substitute = None
        self.opened, self._opened_state = info, NetworkState(info.table, info.weights)
        self._announced = None
        self._small.clear()  # another device may be another way
        self._get_to_know(info, info.weights)
        self._submitted_at = time.monotonic()
        self.loaded.emit(info)
        if not self._waiting and self._request is None:  # else the first answer tells
            self._tell_answering(self._opened_state, info)

    def _on_answered(self, future: Future[Any]) -> None:
        try:
            prediction = future.result()
        except (BrokenExecutor, CancelledError):
            self._restart()
            return
        except LabError as error:  # what was to answer does not fit
            self._sent = None  # the process has not taken it
            if self._requested is self._substitute:
                self._answer_with(None)  # else the answer to an earlier drawing would stay
            self.failed.emit(error)
            self._send_newest()
            return
        if not self.answers_here:
            self._restarts = 0
        if isinstance(self._requested, Snapshot):
            info, prediction = prediction
            self._get_to_know(info, self._requested.weights)
            self._tell_answering(self._requested, info)
        else:
            self._tell_answering(self._requested or self._opened_state, self.opened)
        self._tell(prediction, self._requested_ink)
        self._send_newest()

    def _tell(self, prediction: Prediction | None, ink: np.ndarray | None) -> None:
        self.prediction, self.answered_ink = prediction, ink
        self.predicted.emit(prediction)

    def _tell_answering(self, source: Snapshot | NetworkState | None, info: ModelInfo | None) -> None:
        """Emit `answering_changed` once for each network."""
        if source is self._announced or source is None or info is None or self.opened is None:
            return
        self._announced = source
        if isinstance(source, Snapshot):
            network, snapshot = NetworkState(info.table, source.weights), source
        else:
            network, snapshot = source, None
        self.answering = Answering(info, network, self.opened, snapshot)
        self.answering_changed.emit(self.answering)

    def _on_question_answered(self, future: Future[Any]) -> None:
        assert self._asking is not None
        answer: Any = LabError("Something went wrong over this that should not have; it was given up.")
        try:
            answer = future.result()
            self._restarts = 0
        except (BrokenExecutor, CancelledError):
            self._restart()
            return
        except LabError as error:
            answer = error
        finally:  # whatever was raised, the next question has its turn
            if self._asking is not None and future is self._asking[1]:
                number, self._asking = self._asking[0].number, None
                self.answered.emit(number, answer)
                self._ask_next()

    def forget(self, name: str) -> None:
        """Drop the question of this name, if it has not been asked yet."""
        self._questions.pop(name, None)

    def _restart(self) -> None:
        _log.warning("the inference process has ended by itself; restart %d", self._restarts + 1)
        self._ask_again()
        was_answering = self._request is not None
        self._end_process()
        self._restarts += 1
        if self._restarts > _MOST_RESTARTS:
            self._running = None
            self.failed.emit(
                LabError(
                    "The process that runs the network ends again and again. Your drawing is kept. "
                    "Is the computer out of memory? Choose a network in the Model menu to try again."
                )
            )
            self._restarts = 0
        elif self._here() is not None and self._asked == self._running:
            self.restarted.emit()
            self._is_reopening = True
            self._opening = self._process.call(inference.open_model, *self._asked)
            self._waiting = self._waiting or was_answering
            self._send_newest()
        else:
            self._running = None
            self.restarted.emit()
            self.open(*self._asked)

    def _ask_again(self) -> None:
        """Ask the question under which the process died once more; fail it the second time."""
        if self._asking is None:
            return
        question = self._asking[0]
        if question.number != self._asked_again:
            self._asked_again = question.number
            self._questions.setdefault(question.name, question)
        else:
            self.answered.emit(
                question.number,
                LabError("The process that runs the network has ended twice over this; it was given up."),
            )
