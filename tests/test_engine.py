from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from driving import INFO, HeldExecutor, InlineExecutor
from example_networks import weights
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from core.errors import FileProblem, LabError
from core.networks import weight_files
from core.processes import inference
from core.processes.inference import classify, classify_edited, classify_in_training
from core.reading import small_networks
from core.reading.classifier import Classifier
from core.records import Answering, ModelInfo, NetworkState, Prediction, Snapshot
from core.teaching.taught_networks import with_names
from gui.processes.engine import Engine
from gui.processes.inference_process import process_executor
from gui.processes.question import Question


def ink(number: int) -> np.ndarray:
    return np.full((28, 28), number, np.uint8)


@pytest.fixture
def held(qtbot: QtBot) -> Iterator[tuple[Engine, HeldExecutor]]:
    """An engine whose network is loaded, and the executor that its requests go to."""
    executor = HeldExecutor()
    engine = Engine(new_executor=lambda: executor, answers="in the process")
    engine.open("lenet", "cpu")
    executor.answer(INFO)
    yield engine, executor
    engine.close()


def test_one_request_is_under_way_and_only_the_newest_ink_waits(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    answers: list[Any] = []
    engine.predicted.connect(answers.append)
    for number in range(1, 6):
        engine.submit(ink(number))
    assert executor.asked() == [1]
    executor.answer("first")
    assert executor.asked() == [1, 5]
    executor.answer("last")
    assert executor.asked() == [1, 5] and answers == ["first", "last"]


def test_bare_paper_gets_an_empty_answer_and_late_answers_are_dropped(
    held: tuple[Engine, HeldExecutor],
) -> None:
    engine, executor = held
    answers: list[Any] = []
    engine.predicted.connect(answers.append)
    engine.submit(ink(1))
    engine.submit(ink(0))
    executor.answer("late")
    assert answers == [None]


def test_ink_drawn_while_the_network_loads_is_answered_afterwards(qtbot: QtBot) -> None:
    executor = HeldExecutor()
    engine = Engine(new_executor=lambda: executor, answers="in the process")
    engine.open("lenet", "cpu")
    engine.submit(ink(1))
    engine.submit(ink(2))
    assert executor.asked() == []
    executor.answer(INFO)
    assert executor.asked() == [2]
    engine.close()


def test_another_network_answers_the_same_ink_again_and_the_old_answer_is_dropped(
    held: tuple[Engine, HeldExecutor],
) -> None:
    engine, executor = held
    answers: list[Any] = []
    engine.predicted.connect(answers.append)
    engine.submit(ink(1))
    old_request = executor.calls[-1][2]
    engine.open("lenet_sigmoid", "cpu")
    old_request.set_result("of the old network")
    executor.answer(INFO)
    assert executor.asked() == [1, 1]
    executor.answer("of the new network")
    assert answers == ["of the new network"]


def test_a_network_that_cannot_be_opened_leaves_the_one_before_at_work(
    held: tuple[Engine, HeldExecutor], qtbot: QtBot
) -> None:
    engine, executor = held
    engine.open("nowhere", "cpu")
    with qtbot.waitSignal(engine.failed) as failed:
        executor.calls[-1][2].set_exception(LabError("not there"))
    assert str(failed.args[0]) == "not there"
    engine.submit(ink(3))
    assert executor.asked() == [3]


def test_a_process_that_dies_is_replaced_and_the_ink_is_answered(qtbot: QtBot) -> None:
    executors = [HeldExecutor(), HeldExecutor()]
    waiting = iter(executors)
    engine = Engine(new_executor=lambda: next(waiting), answers="in the process")
    engine.open("lenet", "cpu")
    executors[0].answer(INFO)
    engine.submit(ink(4))
    with qtbot.waitSignal(engine.restarted):
        executors[0].fail(BrokenExecutor())
    executors[1].answer(INFO)
    assert executors[1].asked() == [4]
    engine.close()


def test_a_process_that_cannot_live_is_given_up_with_a_sentence(qtbot: QtBot) -> None:
    class DeadExecutor(InlineExecutor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_exception(BrokenExecutor())
            return future

    engine = Engine(new_executor=DeadExecutor, answers="in the process")
    restarts: list[None] = []
    engine.restarted.connect(lambda: restarts.append(None))
    with qtbot.waitSignal(engine.failed) as failed:
        engine.open("lenet", "cpu")
    assert "ends again and again" in str(failed.args[0])
    assert 1 <= len(restarts) <= 5


def test_a_process_that_dies_of_the_drawing_is_not_started_for_ever(qtbot: QtBot) -> None:
    class FragileExecutor(InlineExecutor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            if fn is classify:
                future.set_exception(BrokenExecutor())
            else:
                future.set_result(INFO)
            return future

    engine = Engine(new_executor=FragileExecutor, answers="in the process")
    with qtbot.waitSignal(engine.loaded):
        engine.open("lenet", "cpu")
    starts: list[None] = []
    engine.restarted.connect(lambda: starts.append(None))
    with qtbot.waitSignal(engine.failed) as failed:
        engine.submit(ink(1))
    assert "ends again and again" in str(failed.args[0]) and len(starts) == 3
    with qtbot.waitSignal(engine.failed) as failed:  # who tries again has as many
        engine.open("lenet", "cpu")
    assert "ends again and again" in str(failed.args[0]) and len(starts) == 6


# What the process does, without a process


def test_a_network_that_cannot_be_loaded_leaves_the_one_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "networks", inference.Networks())
    info = inference.open_model("lenet", "cpu")
    with pytest.raises(FileProblem):
        inference.open_model("nowhere.safetensors", "cpu")
    answer = inference.classify(np.full((28, 28), 255, np.uint8))
    assert [layer.name for layer in answer.trace.layers] == [layer.name for layer in info.layers]


# With a real process


@pytest.fixture
def engine(qtbot: QtBot) -> Iterator[Engine]:
    engine = Engine(answers="in the process")
    with qtbot.waitSignal(engine.loaded, timeout=60_000):
        engine.open("lenet", "cpu")
    yield engine
    engine.close()


def seven() -> np.ndarray:
    picture = np.zeros((280, 280), np.uint8)
    picture[40:64, 70:210] = 255
    for row in range(64, 240):
        left = 186 - (row - 64) // 2
        picture[row, left : left + 26] = 255
    return picture


@pytest.mark.slow
def test_the_process_answers_and_is_started_again_when_it_is_killed(engine: Engine, qtbot: QtBot) -> None:
    with qtbot.waitSignal(engine.predicted, timeout=10_000) as predicted:
        engine.submit(seven())
    assert predicted.args[0].digit == 7
    (victim,) = engine.process_ids
    os.kill(victim, signal.SIGKILL)
    with qtbot.waitSignals([engine.restarted, engine.loaded, engine.predicted], timeout=60_000):
        engine.submit(seven())
    assert engine.process_ids != [victim]


@pytest.mark.slow
def test_the_process_multiplies_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with process_executor() as executor:
        assert executor.submit(os.getenv, "OPENBLAS_NUM_THREADS").result(60) == "1"


@pytest.mark.slow
def test_closing_ends_the_process_at_once(engine: Engine) -> None:
    (pid,) = engine.process_ids
    engine.close()
    wait_for_end(pid)


PARENT = """
import sys, time
from PySide6.QtCore import QCoreApplication
from gui.processes.engine import Engine
from gui.processes.question import Question
if __name__ == "__main__":
    app = QCoreApplication([])
    engine = Engine()
    engine.open("lenet", "cpu")
    print(*engine.process_ids, flush=True)
    time.sleep(60)
"""


@pytest.mark.slow
def test_the_process_does_not_outlive_a_window_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    root = Path(__file__).resolve().parents[1]
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    wait_for_end(pid)


def wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + 20
    while is_alive(pid):
        assert time.monotonic() < deadline, "the process still runs"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z")


@pytest.mark.slow
def test_a_process_that_is_killed_in_the_middle_of_an_answer_is_heard_of(qtbot: QtBot) -> None:
    engine = Engine()
    with qtbot.waitSignal(engine.loaded, timeout=60_000):
        engine.open("lenet", "cpu")
    (victim,) = engine.process_ids
    memory = Path("/proc/self/statm")
    if not memory.exists():
        pytest.skip("this system does not tell how much of an answer has come")
    before = int(memory.read_text().split()[1])
    engine.ask("what takes long to send", np.ones, 100_000_000)
    qtbot.waitUntil(lambda: int(memory.read_text().split()[1]) - before > 20_000, timeout=30_000)
    with qtbot.waitSignal(engine.restarted, timeout=30_000):
        os.kill(victim, signal.SIGKILL)
    engine.close()


# A network in training, and questions.


def snapshot(step: int) -> Snapshot:
    return Snapshot("lenet", step, {}, {})


def test_a_followed_network_answers_in_place_of_the_opened_one(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    networks: list[Answering] = []
    answers: list[Any] = []
    engine.answering_changed.connect(networks.append)
    engine.predicted.connect(answers.append)
    engine.submit(ink(1))
    executor.answer("of the opened network")
    engine.follow(snapshot(10))
    executor.answer((INFO, "at step 10"))
    assert answers == ["of the opened network", "at step 10"]
    followed = networks[-1].snapshot
    assert followed is not None and followed.step == 10
    assert engine.answering is networks[-1] and engine.prediction == "at step 10"


def test_weights_are_sent_once_and_only_the_newest_ones(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    engine.submit(ink(1))
    executor.answer("of the opened network")
    for step in (1, 2, 3):
        engine.follow(snapshot(step))
    executor.answer((INFO, "at step 1"))
    executor.answer((INFO, "at step 3"))
    engine.submit(ink(2))
    executor.answer((INFO, "at step 3, another drawing"))
    sent = [args[0] for fn, args, _ in executor.calls if fn is classify_in_training]
    assert [each and each.step for each in sent] == [1, 3, None]


def test_bare_paper_reaches_the_moment_without_a_prediction(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    networks: list[Answering] = []
    engine.submit(ink(1))
    executor.answer("of the opened network")
    engine.answering_changed.connect(networks.append)
    engine.follow(snapshot(5))
    engine.submit(ink(0))  # before the answer came
    executor.answer((INFO, None))
    assert [each.snapshot and each.snapshot.step for each in networks] == [5]
    assert engine.prediction is None


def test_the_opened_network_answers_again_when_nothing_is_followed(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    answers: list[Any] = []
    networks: list[Answering] = []
    engine.predicted.connect(answers.append)
    engine.answering_changed.connect(networks.append)
    engine.follow(snapshot(5))
    engine.submit(ink(1))
    executor.answer((INFO, None))
    engine.follow(None)
    late = executor.calls[-2][2]
    late.cancel()
    executor.answer("of the opened network")
    assert [each.snapshot and each.snapshot.step for each in networks] == [5, None]
    assert answers[-1] == "of the opened network"
    assert executor.asked() == [1]


def test_questions_are_asked_one_at_a_time_and_the_newest_of_a_name_counts(
    held: tuple[Engine, HeldExecutor],
) -> None:
    engine, executor = held
    told: list[tuple[int, Any]] = []
    engine.answered.connect(lambda number, answer: told.append((number, answer)))
    numbers = [engine.ask("sum", sum, [number]) for number in range(4)]
    largest = engine.ask("largest", max, [1, 2])
    asked = [args[0] for fn, args, _ in executor.calls if fn in (sum, max)]
    assert asked == [[0]]
    executor.answer(0)
    executor.answer(3)
    executor.fail(LabError("There is none."))
    assert [number for number, _ in told] == [numbers[0], numbers[3], largest]
    assert isinstance(told[-1][1], LabError)
    asked = [args[0] for fn, args, _ in executor.calls if fn in (sum, max)]
    assert asked == [[0], [3], [1, 2]]


def test_a_question_under_which_the_process_dies_twice_is_given_up_and_that_is_told(
    held: tuple[Engine, HeldExecutor],
) -> None:
    engine, executor = held
    told: list[tuple[int, Any]] = []
    engine.answered.connect(lambda number, answer: told.append((number, answer)))
    deadly = engine.ask("deadly", sum, [1])
    executor.fail(BrokenExecutor())
    executor.answer(INFO)  # the network is loaded again
    assert executor.calls[-1][0] is sum and not told
    executor.fail(BrokenExecutor())
    assert [number for number, _ in told] == [deadly] and isinstance(told[0][1], LabError)
    executor.answer(INFO)
    assert executor.calls[-1][0] is not sum


def test_weights_that_do_not_fit_are_told(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    problems: list[LabError] = []
    engine.failed.connect(problems.append)
    engine.submit(ink(1))
    executor.answer("of the opened network")
    engine.follow(snapshot(1))
    executor.fail(LabError("They do not fit."))
    assert [str(problem) for problem in problems] == ["They do not fit."]
    engine.follow(snapshot(2))
    executor.answer((INFO, "at step 2"))


def test_a_closed_engine_starts_nothing_again(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    engine.close()
    before = len(executor.calls)
    engine.submit(ink(1))
    engine.ask("sum", sum, [1])
    engine.open("lenet", "cpu")
    engine.follow(snapshot(1))
    assert len(executor.calls) == before
    assert engine._process.executor is None


# A network changed by hand.


def state(number: int) -> NetworkState:
    return NetworkState(INFO.table, {"number": np.full(1, number, np.float32)})


def test_a_changed_network_answers_until_the_change_is_taken_back(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    answers: list[Any] = []
    networks: list[NetworkState] = []
    engine.predicted.connect(answers.append)
    engine.answering_changed.connect(lambda answering: networks.append(answering.network))
    engine.submit(ink(1))
    executor.answer("as opened")
    changed = state(1)
    engine.edit(changed)
    executor.answer("changed")
    engine.edit(None)
    executor.answer("as opened")
    assert answers == ["as opened", "changed", "as opened"]
    assert networks[-2] is changed and networks[-1] is not changed
    assert not engine.is_following


def test_which_network_answers_is_told_once_not_with_each_answer(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    networks: list[Answering] = []
    engine.answering_changed.connect(networks.append)
    changed = state(1)
    engine.edit(changed)
    for number in (1, 2, 3):
        engine.submit(ink(number))
        executor.answer(f"changed {number}")
    assert [answering.network for answering in networks] == [changed]


def test_a_change_waits_while_a_network_in_training_answers(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    engine.submit(ink(1))
    executor.answer("as opened")
    engine.follow(snapshot(1))
    executor.answer((INFO, "at step 1"))
    changed = state(1)
    engine.edit(changed)
    assert engine.is_following and executor.calls[-1][0] is classify_in_training
    engine.follow(None)
    assert executor.calls[-1][:2] == (classify_edited, (changed, executor.calls[-1][1][1]))


def test_a_changed_network_is_sent_once_and_only_the_newest(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    engine.submit(ink(1))
    executor.answer("as opened")
    for number in (1, 2, 3):
        engine.edit(state(number))
    executor.answer("1")
    executor.answer("3")
    engine.submit(ink(2))
    executor.answer("3, another drawing")
    sent = [args[0] for fn, args, _ in executor.calls if fn is classify_edited]
    assert [each and int(each.weights["number"][0]) for each in sent] == [1, 3, None]


def test_changes_on_bare_paper_reach_the_network(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    networks: list[NetworkState] = []
    engine.answering_changed.connect(lambda answering: networks.append(answering.network))
    changed = state(1)
    engine.edit(changed)
    executor.answer(None)
    assert networks == [changed]


def test_changes_that_do_not_fit_are_told_and_the_opened_network_answers(
    held: tuple[Engine, HeldExecutor],
) -> None:
    engine, executor = held
    problems: list[LabError] = []
    answers: list[Any] = []
    engine.failed.connect(problems.append)
    engine.predicted.connect(answers.append)
    engine.submit(ink(1))
    executor.answer("as opened")
    engine.edit(state(1))
    executor.fail(LabError("They do not fit."))
    executor.answer("as opened")
    assert [str(problem) for problem in problems] == ["They do not fit."]
    assert answers == ["as opened", "as opened"]


def test_another_network_is_opened_without_the_changes(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    answers: list[Any] = []
    engine.predicted.connect(answers.append)
    engine.submit(ink(1))
    executor.answer("as opened")
    engine.edit(state(1))
    executor.answer("changed")
    engine.open("lenet_sigmoid", "cpu")
    executor.answer(INFO)
    executor.answer("the other")
    assert answers[-1] == "the other"
    assert executor.calls[-1][0] is classify


def test_changes_stay_where_another_network_cannot_be_opened(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    answers: list[Any] = []
    engine.predicted.connect(answers.append)
    engine.submit(ink(1))
    executor.answer("as opened")
    changed = state(1)
    engine.edit(changed)
    executor.answer("changed")
    engine.open("/nowhere.safetensors", "cpu")
    executor.fail(LabError("It is not there."))
    assert executor.calls[-1][:2] == (classify_edited, (changed, executor.calls[-1][1][1]))
    executor.answer("changed still")
    assert answers[-1] == "changed still"


def test_a_network_is_told_with_its_first_answer_where_changes_are_made_at_once(
    held: tuple[Engine, HeldExecutor],
) -> None:
    engine, executor = held
    networks: list[NetworkState] = []
    engine.answering_changed.connect(lambda answering: networks.append(answering.network))
    engine.submit(ink(1))
    executor.answer("as opened")
    networks.clear()
    changed = state(1)
    engine.loaded.connect(lambda info: engine.edit(changed))
    engine.open("lenet", "cpu")
    executor.answer(INFO)
    assert not networks  # nothing that has not answered yet
    executor.answer("changed")
    assert networks == [changed]


def test_a_question_with_a_defect_does_not_silence_those_after_it(
    held: tuple[Engine, HeldExecutor], qtbot: QtBot
) -> None:
    engine, executor = held
    told: list[tuple[int, Any]] = []
    engine.answered.connect(lambda number, answer: told.append((number, answer)))
    asked = [engine.ask("defect", sum, [1]), engine.ask("sound", max, [1, 2])]
    with qtbot.captureExceptions() as raised:
        executor.fail(ValueError("relu1 is not in list"))
    assert [str(error) for _, error, _ in raised] == ["relu1 is not in list"]
    executor.answer(2)
    assert [number for number, _ in told] == asked
    assert isinstance(told[0][1], LabError) and told[1][1] == 2


# Work in steps.


def test_long_work_goes_on_step_by_step_until_it_ends(qtbot: QtBot) -> None:
    engine = Engine(new_executor=InlineExecutor)
    with qtbot.waitSignal(engine.loaded, timeout=30_000):
        engine.open("lenet", "cpu")
    question = Question("counting", engine)
    given: list[int] = []
    question.advanced.connect(given.append)
    with qtbot.waitSignal(question.finished, timeout=5_000):
        question.work(counting, 3)
    assert given == [0, 1, 2]
    assert not question.is_running
    engine.close()


def test_long_work_that_was_given_up_says_nothing_more(qtbot: QtBot) -> None:
    engine = Engine(new_executor=InlineExecutor)
    with qtbot.waitSignal(engine.loaded, timeout=30_000):
        engine.open("lenet", "cpu")
    question = Question("counting", engine)
    given: list[int] = []
    question.advanced.connect(given.append)
    question.advanced.connect(question.cancel)
    question.work(counting, 100)
    qtbot.waitUntil(lambda: bool(given), timeout=5_000)
    QCoreApplication.processEvents()
    assert given == [0]
    with qtbot.waitSignal(question.finished, timeout=5_000):
        question.advanced.disconnect(question.cancel)
        question.work(counting, 2)
    assert given == [0, 0, 1]
    engine.close()


def test_long_work_that_fails_says_why(qtbot: QtBot) -> None:
    engine = Engine(new_executor=InlineExecutor)
    with qtbot.waitSignal(engine.loaded, timeout=30_000):
        engine.open("lenet", "cpu")
    question = Question("failing", engine)
    with qtbot.waitSignal(question.failed, timeout=5_000) as told:
        question.work(failing)
    assert str(told.args[0]) == "It cannot be."
    assert not question.is_running
    engine.close()


def test_long_work_that_was_given_up_is_not_begun_later(held: tuple[Engine, HeldExecutor]) -> None:
    engine, executor = held
    engine.ask("another", sum, [1])
    question = Question("counting", engine)
    question.work(counting, 3)
    question.cancel()
    executor.answer(1)
    assert executor.calls[-1][0] is sum


def counting(network: object, end: int) -> Iterator[int]:
    yield from range(end)


def failing(network: object) -> Iterator[int]:
    raise LabError("It cannot be.")
    yield 0


# Where small networks answer


CALLS = (classify, classify_edited, classify_in_training)


class CountingExecutor(InlineExecutor):
    """Remembers what the process was asked to do."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Any] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.asked.append(fn)
        return super().submit(fn, *args, **kwargs)


@pytest.fixture
def two_ways(qtbot: QtBot) -> Iterator[tuple[Engine, CountingExecutor, Engine]]:
    """An engine whose small networks answer here, its process, and an engine that asks another process."""
    process = CountingExecutor()
    here = Engine(new_executor=lambda: process)
    there = Engine(new_executor=InlineExecutor, answers="in the process")
    for engine in (here, there):
        with qtbot.waitSignal(engine.loaded, timeout=30_000):
            engine.open("lenet", "cpu")
    yield here, process, there
    here.close()
    there.close()


def both_answer(qtbot: QtBot, here: Engine, there: Engine) -> tuple[Prediction, Prediction]:
    """What the two engines say of the same drawing."""
    return answer_of(qtbot, here), answer_of(qtbot, there)


def answer_of(qtbot: QtBot, engine: Engine, patience: int = 10_000) -> Prediction:
    """What it says of the drawing; that bare paper has no answer may come before."""

    def is_one(prediction: Prediction | None) -> bool:
        return prediction is not None

    with qtbot.waitSignal(engine.predicted, timeout=patience, check_params_cb=is_one) as told:
        engine.submit(seven())
    prediction: Prediction = told.args[0]
    return prediction


def assert_same(here: Prediction, there: Prediction) -> None:
    assert here.classes == there.classes and here.milliseconds > 0
    pairs = [(here.probabilities, there.probabilities), (here.logits, there.logits)]
    assert (here.original is None) == (there.original is None)
    if here.original is not None and there.original is not None:
        pairs.append((here.original, there.original))
    assert [layer.name for layer in here.trace.layers] == [layer.name for layer in there.trace.layers]
    assert [layer.kind for layer in here.trace.layers] == [layer.kind for layer in there.trace.layers]
    pairs += [(values, there.trace.values[name]) for name, values in here.trace.values.items()]
    for own, other in pairs:
        assert own.dtype == other.dtype == np.float32
        np.testing.assert_allclose(own, other, rtol=1e-5, atol=1e-5)


def test_a_small_network_answers_here_what_it_answers_in_the_process(
    two_ways: tuple[Engine, CountingExecutor, Engine], qtbot: QtBot
) -> None:
    here, process, there = two_ways
    assert here.answers_here and not there.answers_here
    assert_same(*both_answer(qtbot, here, there))
    assert here.answering is not None and here.answering.info is here.opened
    assert not set(process.asked).intersection(CALLS)


@pytest.mark.parametrize("odd", [None, np.nan, np.inf])
def test_a_network_changed_by_hand_answers_here_too(
    two_ways: tuple[Engine, CountingExecutor, Engine], qtbot: QtBot, odd: float | None
) -> None:
    here, process, there = two_ways
    info = here.opened
    assert info is not None
    weights = {name: value.copy() for name, value in info.weights.items()}
    weights["conv1.weight"][0] *= -1
    if odd is not None:
        weights["conv1.weight"][1, 0, 2, 2] = odd
    changed = NetworkState(info.table, weights, {"conv2": frozenset({0, 15}), "fc1": frozenset({3})})
    here.edit(changed)
    there.edit(changed)
    own, other = both_answer(qtbot, here, there)
    assert own.original is not None and not np.array_equal(own.original, own.probabilities)
    assert_same(own, other)
    assert not own.trace.values["conv2"][[0, 15]].any()
    assert not set(process.asked).intersection(CALLS)
    here.edit(None)
    there.edit(None)
    assert_same(*both_answer(qtbot, here, there))


def of_training(architecture: str, step: int, **changes: Any) -> Snapshot:
    return Snapshot(architecture, step, weights(architecture, step), {}, **changes)


def test_a_network_in_training_answers_here_once_its_layers_are_known(
    two_ways: tuple[Engine, CountingExecutor, Engine], qtbot: QtBot
) -> None:
    here, process, there = two_ways
    both_answer(qtbot, here, there)
    named = tuple("abcdefghij")
    for snapshot in (of_training("lenet", 1), of_training("lenet", 2, classes=named, dataset="letters")):
        here.follow(snapshot)
        there.follow(snapshot)
        own, other = both_answer(qtbot, here, there)
        assert_same(own, other)
        assert own.classes == snapshot.classes
        for engine in (here, there):
            assert engine.answering is not None and engine.answering.snapshot is snapshot
            assert engine.answering.info.classes == snapshot.classes
            assert engine.answering.info.dataset == snapshot.dataset
        assert here.answering is not None and there.answering is not None
        assert here.answering.info == there.answering.info
    assert not set(process.asked).intersection(CALLS)
    for step in (3, 4):
        here.follow(of_training("lenet_sigmoid", step))
        there.follow(of_training("lenet_sigmoid", step))
        qtbot.waitUntil(lambda: here.answers_here, timeout=10_000)
        assert_same(*both_answer(qtbot, here, there))
    assert process.asked.count(classify_in_training) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"weights": {}},
        {"weights": {**weights("lenet"), "conv1.bias": np.zeros(7, np.float32)}},
        {"classes": ("one", "other")},
    ],
)
def test_what_does_not_fit_fails_as_it_does_in_the_process(
    two_ways: tuple[Engine, CountingExecutor, Engine], qtbot: QtBot, wrong: dict[str, Any]
) -> None:
    here, _, there = two_ways
    both_answer(qtbot, here, there)
    told = []
    for engine in (here, there):
        with qtbot.waitSignal(engine.failed, timeout=10_000) as failed:
            engine.follow(replace(of_training("lenet", 1), **wrong))
        told.append(str(failed.args[0]))
        assert not engine.is_following
    assert told[0] == told[1]
    assert_same(*both_answer(qtbot, here, there))


@pytest.mark.parametrize("channels", [{"conv1": frozenset({6})}, {"nowhere": frozenset({0})}])
def test_channels_that_are_not_there_fail_as_they_do_in_the_process(
    two_ways: tuple[Engine, CountingExecutor, Engine], qtbot: QtBot, channels: dict[str, frozenset[int]]
) -> None:
    here, _, there = two_ways
    both_answer(qtbot, here, there)
    for engine in (here, there):
        assert engine.opened is not None
        with qtbot.waitSignal(engine.failed, timeout=10_000) as failed:
            engine.edit(NetworkState(engine.opened.table, engine.opened.weights, channels))
        assert str(failed.args[0]) == "These changes do not fit this network."


def test_a_question_is_about_the_network_that_answers_here(
    two_ways: tuple[Engine, CountingExecutor, Engine], qtbot: QtBot
) -> None:
    here, _, there = two_ways
    both_answer(qtbot, here, there)
    assert here.opened is not None
    changed = NetworkState(here.opened.table, weights("lenet", 5))
    for source in (changed, None, of_training("lenet", 6), None, changed):
        if isinstance(source, Snapshot):
            here.follow(source)
        else:
            here.follow(None)
            here.edit(source)
        with qtbot.waitSignal(here.answered, timeout=10_000) as answered:
            here.ask("bias", bias_of_the_answering)
        expected = here.opened if source is None else source
        np.testing.assert_array_equal(answered.args[1], expected.weights["conv1.bias"])


def bias_of_the_answering() -> np.ndarray:
    bias: np.ndarray = inference.networks.answering.numbers()["conv1.bias"].numpy().copy()
    return bias


@pytest.mark.slow
def test_nobody_notices_that_the_process_dies_but_those_who_ask(qtbot: QtBot) -> None:
    engine = Engine()
    with qtbot.waitSignal(engine.loaded, timeout=60_000):
        engine.open("lenet", "cpu")
    told: list[Any] = []
    engine.loaded.connect(told.append)
    engine.failed.connect(told.append)
    assert engine.opened is not None
    engine.edit(NetworkState(engine.opened.table, weights("lenet", 5)))
    qtbot.waitUntil(lambda: not engine.is_opening, timeout=60_000)
    (victim,) = engine.process_ids
    os.kill(victim, signal.SIGKILL)
    wait_for_end(victim)
    assert answer_of(qtbot, engine, 1_000).original is not None
    with qtbot.waitSignal(engine.restarted, timeout=10_000):
        number = engine.ask("bias", bias_of_the_answering)
    assert answer_of(qtbot, engine, 1_000).original is not None  # while the new one starts
    with qtbot.waitSignal(engine.answered, timeout=60_000) as answered:
        pass
    assert answered.args[0] == number
    np.testing.assert_array_equal(answered.args[1], weights("lenet", 5)["conv1.bias"])
    assert not told and engine.process_ids != [victim]
    engine.close()


def test_a_drawing_is_answered_though_no_process_lives(qtbot: QtBot) -> None:
    class FragileExecutor(InlineExecutor):
        dies = False

        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            if not self.dies:
                return super().submit(fn, *args, **kwargs)
            future: Future[Any] = Future()
            future.set_exception(BrokenExecutor())
            return future

    engine = Engine(new_executor=FragileExecutor)
    with qtbot.waitSignal(engine.loaded, timeout=30_000):
        engine.open("lenet", "cpu")
    FragileExecutor.dies = True
    question = Question("bias", engine)
    with qtbot.waitSignal(question.failed, timeout=10_000):
        question.ask(None, bias_of_the_answering)
    qtbot.waitUntil(lambda: not engine.is_opening, timeout=10_000)
    assert not engine.is_ready
    with qtbot.waitSignal(engine.predicted, timeout=1_000) as predicted:
        engine.submit(seven())
    assert predicted.args[0].digit == 7
    FragileExecutor.dies = False
    with qtbot.waitSignal(engine.loaded, timeout=30_000):
        engine.open("lenet", "cpu")
    with qtbot.waitSignal(question.answered, timeout=10_000):
        question.ask(None, bias_of_the_answering)
    engine.close()


@pytest.fixture
def held_small(qtbot: QtBot) -> Iterator[tuple[Engine, HeldExecutor]]:
    """An engine whose small network is loaded, and the executor that its process would be."""
    executor = HeldExecutor()
    engine = Engine(new_executor=lambda: executor)
    engine.open("lenet", "cpu")
    executor.answer(Classifier.open("lenet", "cpu").info)
    assert engine.answers_here
    yield engine, executor
    engine.close()


def test_on_another_device_the_same_network_is_asked_in_the_process(
    held_small: tuple[Engine, HeldExecutor], qtbot: QtBot
) -> None:
    engine, executor = held_small
    answer_of(qtbot, engine, 1_000)
    assert engine.opened is not None
    engine.open("lenet", "cuda")
    executor.answer(replace(engine.opened, device="cuda"))
    assert not engine.answers_here
    assert executor.calls[-1][0] is classify


def test_a_drawing_that_comes_as_the_process_dies_is_answered(
    held_small: tuple[Engine, HeldExecutor], qtbot: QtBot
) -> None:
    engine, executor = held_small
    engine.ask("sum", sum, [1])
    with qtbot.waitSignals([engine.restarted, engine.predicted], timeout=1_000):
        executor.calls[-1][2].set_exception(BrokenExecutor())
        engine.submit(seven())
    assert engine.prediction is not None and engine.prediction.digit == 7


def test_where_the_network_is_gone_as_the_process_starts_again_only_questions_fail(
    held_small: tuple[Engine, HeldExecutor], qtbot: QtBot
) -> None:
    engine, executor = held_small
    question = Question("sum", engine)
    question.ask(None, sum, [1])
    with qtbot.waitSignal(engine.restarted, timeout=1_000):
        executor.fail(BrokenExecutor())
    assert executor.calls[-1][0] is inference.open_model and engine.is_ready
    with qtbot.waitSignals([engine.failed, question.failed], timeout=1_000):
        executor.calls[-1][2].set_exception(LabError("Its file is gone."))
    assert not engine.is_ready and not question.is_running
    assert answer_of(qtbot, engine, 1_000).digit == 7


def test_drawing_on_does_not_start_a_process_for_ever_that_cannot_live(
    held_small: tuple[Engine, HeldExecutor], qtbot: QtBot
) -> None:
    engine, executor = held_small
    problems: list[LabError] = []
    engine.failed.connect(problems.append)
    engine.ask("sum", sum, [1])
    for _ in range(6):
        if not problems:
            executor.fail(BrokenExecutor())
        answer_of(qtbot, engine, 1_000)
    assert "ends again and again" in str(problems[0])


def test_a_network_that_was_being_opened_as_the_process_died_is_opened_by_the_next(
    held_small: tuple[Engine, HeldExecutor], qtbot: QtBot
) -> None:
    engine, executor = held_small
    engine.open("lenet_sigmoid", "cuda")
    executor.fail(BrokenExecutor())
    assert executor.calls[-1][:2] == (inference.open_model, ("lenet_sigmoid", "cuda"))
    info = Classifier.open("lenet_sigmoid", "cpu").info
    with qtbot.waitSignal(engine.loaded, timeout=1_000):
        executor.answer(info)
    assert engine.opened is info


def test_a_network_that_is_not_small_is_tried_once_and_not_at_each_answer(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    tried: list[str] = []

    def is_small(info: ModelInfo, weights: object) -> bool:
        tried.append(info.architecture)
        return False

    monkeypatch.setattr(small_networks, "is_small", is_small)
    engine = Engine(new_executor=InlineExecutor)
    with qtbot.waitSignal(engine.loaded, timeout=30_000):
        engine.open("lenet", "cpu")
    for step in range(1, 4):
        engine.follow(of_training("lenet_sigmoid", step))
        assert not engine.answers_here
        answer_of(qtbot, engine)
    assert tried == [
        "lenet",
        "lenet",
        "lenet_sigmoid",
    ]  # as it is asked for, and once it is open
    engine.close()


# Before the process is there


def not_started() -> tuple[Engine, HeldExecutor, list[ModelInfo]]:
    """An engine, the executor that its process would be, and what it tells as loaded."""
    executor, loaded = HeldExecutor(), []  # type: HeldExecutor, list[ModelInfo]
    engine = Engine(new_executor=lambda: executor)
    engine.loaded.connect(loaded.append)
    return engine, executor, loaded


def own_file(folder: Path) -> Path:
    """A user's file of weights of a known architecture."""
    path = folder / "own.safetensors"
    weight_files.save(path, weights("lenet", 3), {"architecture": "lenet"})
    return path


@pytest.fixture
def starting(qtbot: QtBot) -> Iterator[tuple[Engine, HeldExecutor, list[ModelInfo]]]:
    """An engine whose process has not opened its network yet, its executor, and what it tells as loaded."""
    engine, executor, loaded = not_started()
    engine.open("lenet", "auto")
    yield engine, executor, loaded
    engine.close()


Starting = tuple[Engine, HeldExecutor, list[ModelInfo]]


def test_a_shipped_network_answers_before_the_process_has_it(starting: Starting, qtbot: QtBot) -> None:
    engine, executor, loaded = starting
    assert engine.is_ready and engine.is_opening and [info.model for info in loaded] == ["lenet"]
    assert answer_of(qtbot, engine, 1_000).digit == 7
    number = engine.ask("sum", sum, [1, 2])
    assert [call[0] for call in executor.calls] == [inference.open_model]  # questions wait
    executor.answer(Classifier.open("lenet", "cpu").info)
    assert executor.calls[-1][:2] == (sum, ([1, 2],))
    with qtbot.waitSignal(engine.answered) as answered:
        executor.answer(3)
    assert answered.args == [number, 3]
    assert len(loaded) == 1 and not engine.is_opening  # that the process has it is no news


def test_changes_by_hand_stay_as_the_process_comes(starting: Starting, qtbot: QtBot) -> None:
    engine, executor, _ = starting
    assert engine.opened is not None
    engine.edit(NetworkState(engine.opened.table, weights("lenet", 5)))
    before = answer_of(qtbot, engine, 1_000)
    executor.answer(Classifier.open("lenet", "cpu").info)
    after = answer_of(qtbot, engine, 1_000)
    assert before.original is not None
    np.testing.assert_array_equal(after.probabilities, before.probabilities)


@pytest.mark.parametrize("what", ["device", "one weight", "a class"])
def test_another_network_in_the_process_is_news(starting: Starting, qtbot: QtBot, what: str) -> None:
    engine, executor, loaded = starting
    answer_of(qtbot, engine, 1_000)
    info = Classifier.open("lenet", "cpu").info
    if what == "device":
        other = replace(info, device="cuda", device_title="GPU")
    elif what == "one weight":
        bias = info.weights["fc3.bias"] + np.float32(1e-6) * np.eye(10, dtype=np.float32)[9]
        other = replace(info, weights={**info.weights, "fc3.bias": bias})
    else:
        other = replace(info, table=replace(info.table, classes=(*info.table.classes[:9], "nine")))
    executor.answer(other)
    assert loaded[1:] == [other] and engine.opened is other


def test_where_the_process_cannot_open_it_the_drawing_is_answered_and_questions_fail(
    starting: Starting, qtbot: QtBot
) -> None:
    engine, executor, _ = starting
    question = Question("sum", engine)
    question.ask(None, sum, [1])
    with qtbot.waitSignals([engine.failed, question.failed], timeout=1_000):
        executor.calls[-1][2].set_exception(LabError("no memory"))
    assert not engine.is_ready
    assert answer_of(qtbot, engine, 1_000).digit == 7


def test_another_network_chosen_at_once_answers_in_its_place(starting: Starting, qtbot: QtBot) -> None:
    engine, executor, loaded = starting
    first = executor.calls[-1][2]
    engine.open("lenet_sigmoid", "cpu")
    assert answer_of(qtbot, engine, 1_000).trace.layers[1].name == "sigmoid1"
    first.set_result(Classifier.open("lenet", "cpu").info)
    executor.answer(Classifier.open("lenet_sigmoid", "cpu").info)
    assert engine.opened is loaded[-1] and engine.opened.model == "lenet_sigmoid" and len(loaded) == 2


def test_a_file_that_cannot_be_opened_leaves_the_network_that_was_still_on_its_way(
    starting: Starting, qtbot: QtBot
) -> None:
    engine, executor, _ = starting
    first = executor.calls[-1][2]
    engine.open("nowhere", "cpu")
    assert not engine.is_ready
    with qtbot.assertNotEmitted(engine.predicted, wait=50):
        engine.submit(seven())
    first.set_result(Classifier.open("lenet", "cpu").info)
    with qtbot.waitSignal(engine.failed, timeout=1_000):
        executor.calls[-1][2].set_exception(LabError("not there"))
    assert engine.is_ready and answer_of(qtbot, engine, 1_000).digit == 7
    with qtbot.waitSignal(engine.restarted, timeout=1_000):
        engine.ask("sum", sum, [1])
        executor.fail(BrokenExecutor())
    assert executor.calls[-1][1] == ("lenet", "auto")


@pytest.mark.parametrize(("model", "device"), [("lenet", "cuda"), ("nowhere", "cpu")])
def test_other_devices_and_what_is_no_file_wait_for_the_process(
    model: str, device: str, qtbot: QtBot
) -> None:
    executor = HeldExecutor()
    engine = Engine(new_executor=lambda: executor)
    engine.open(model, device)
    engine.submit(seven())
    assert engine.opened is None and not engine.is_ready
    engine.close()


def test_a_network_that_is_not_small_waits_for_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_networks, "is_small", lambda *_: False)
    engine = Engine(new_executor=HeldExecutor)
    engine.open("lenet", "cpu")
    assert engine.opened is None and not engine.is_ready
    engine.close()


@pytest.mark.slow
def test_a_file_of_one_s_own_answers_before_the_process_has_it(tmp_path: Path, qtbot: QtBot) -> None:
    path = own_file(tmp_path)
    engine, executor, loaded = not_started()
    with qtbot.waitSignal(engine.loaded, timeout=20_000):
        engine.open(str(path), "auto")
    here = answer_of(qtbot, engine, 1_000)
    opened = Classifier.open(str(path), "cpu")
    np.testing.assert_allclose(here.logits, opened.classify(seven()).logits, atol=1e-5)
    executor.answer(with_names(opened.info))
    assert len(loaded) == 1 and engine.is_ready and not engine.is_opening
    engine.close()


@pytest.mark.slow
def test_a_file_that_is_read_later_than_the_process_has_it_is_no_news(tmp_path: Path, qtbot: QtBot) -> None:
    path = own_file(tmp_path)
    engine, executor, loaded = not_started()
    with qtbot.waitSignal(engine._file.ended, timeout=20_000):
        engine.open(str(path), "cpu")
        executor.answer(with_names(Classifier.open(str(path), "cpu").info))
    assert len(loaded) == 1
    with qtbot.assertNotEmitted(engine._file.started):  # the process is ready, and quicker
        engine.open(str(path), "cpu")
    engine.close()


def test_while_another_network_is_on_its_way_the_one_before_answers_no_more(
    held_small: tuple[Engine, HeldExecutor], qtbot: QtBot
) -> None:
    engine, executor = held_small
    engine.open("lenet_sigmoid", "cuda")
    with qtbot.assertNotEmitted(engine.predicted, wait=100):
        engine.submit(seven())
    executor.answer(replace(Classifier.open("lenet_sigmoid", "cpu").info, device="cuda"))
    assert executor.calls[-1][0] is classify


@pytest.mark.slow
def test_a_file_that_the_process_refuses_does_not_answer_later(tmp_path: Path, qtbot: QtBot) -> None:
    path = own_file(tmp_path)
    engine, executor, _ = not_started()
    with qtbot.waitSignals([engine._file.ended, engine.failed], timeout=20_000):
        engine.open(str(path), "cpu")
        executor.calls[-1][2].set_exception(LabError("no memory"))
    assert engine.opened is None
    engine.close()
