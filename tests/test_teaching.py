"""A network learns its user's digits in seconds, tells honestly how well, and does not forget MNIST's."""

from __future__ import annotations

import itertools
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from driving import INFO
from example_digits import ink
from example_networks import shipped
from ink_replay import FILE, PenDigits, inks
from PIL import Image
from pytestqt.qtbot import QtBot

from core import networks
from core.data import datasets
from core.data.datasets import DigitSet, load_mnist
from core.errors import FileProblem, LabError
from core.files import tensor_files
from core.ink import digit_png
from core.ink.preprocess import to_mnist
from core.my_digits.importing import Imported, import_folder
from core.my_digits.store import MyDigits
from core.networks import weight_files
from core.networks.batches import as_tensors
from core.networks.table import Network
from core.pen_digits import generator
from core.processes import inference
from core.processes.orders import Command, Teach, TeachingEnded
from core.processes.training_service import serve
from core.reading.classifier import Classifier
from core.reading.evaluation import predict
from core.records import ModelInfo, NetworkName
from core.teaching import taught_networks, teacher
from core.teaching.digit_shapes import shape_of
from core.teaching.taught_networks import Taught, with_names
from core.teaching.teacher import folds, teach, teach_collection
from core.teaching.teaching_records import TeachingProgress, TeachingResult, TeachingTask
from core.training.config import TrainingConfig
from gui.pad.drawing_canvas import GRID, DrawingCanvas

TRAIN, TEST = load_mnist("train"), load_mnist("test")
FEW = DigitSet(TRAIN.images[:600], TRAIN.labels[:600])
FEW_TESTS = DigitSet(TEST.images[:500], TEST.labels[:500])


def crossed_sevens(count: int) -> np.ndarray:
    """Sevens of the test set, (n, 28, 28) float32, with the bar that MNIST's do not have."""
    sevens = TEST.images[TEST.labels == 7][:count].astype(np.float32) / 255
    sevens[:, 14:16, 5:24] = 1.0
    return sevens


def task(pictures: np.ndarray, label: int = 7, model: str = "lenet") -> TeachingTask:
    labels = np.full(len(pictures), label, np.uint8)
    return TeachingTask(model, pictures, labels, tuple(f"digest {number}" for number in range(len(pictures))))


def outcome(given: TeachingTask, **sets: Any) -> TeachingResult:
    result: Any = None
    for result in teach(given, **sets):  # noqa: B007
        pass
    assert isinstance(result, TeachingResult)
    return result


def are_misread(network: Network, sevens: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        answers: np.ndarray = network(torch.from_numpy(sevens).unsqueeze(1)).argmax(1).numpy()
    return answers != 7


@pytest.fixture(scope="module")
def ten() -> np.ndarray:
    """Ten crossed sevens that the shipped network misreads: what a user would correct."""
    sevens = crossed_sevens(300)
    return sevens[are_misread(weight_files.load_model("lenet").network, sevens)][:10]


@pytest.fixture(scope="module")
def crossed(ten: np.ndarray) -> TeachingResult:
    """What came of teaching them to the shipped network."""
    return outcome(task(ten))


# What is learnt, and what is not forgotten


@pytest.mark.slow
def test_ten_drawings_are_learnt_and_mnist_is_not_forgotten(crossed: TeachingResult) -> None:
    assert crossed.right(crossed.before) == 0
    assert crossed.right(crossed.after) == 10
    assert crossed.held_out is not None and crossed.right(crossed.held_out) >= 9
    assert crossed.test.count == 10_000
    assert crossed.test.before - crossed.test.after <= 30  # 0.3 percentage points


@pytest.mark.slow
def test_what_was_not_taught_is_read_better_too(crossed: TeachingResult) -> None:
    others = crossed_sevens(900)[300:]
    was, now = (
        are_misread(network, others).mean()
        for network in (weight_files.load_model("lenet").network, network_of(crossed))
    )
    assert was > 0.1
    assert now < was / 5


def network_of(result: TeachingResult) -> Network:
    network = networks.build(result.architecture, seed=0)
    network.load_state_dict({name: torch.from_numpy(value) for name, value in result.weights.items()})
    return network.eval()


@pytest.mark.slow
def test_the_numbers_are_those_that_the_taught_weights_give(crossed: TeachingResult, ten: np.ndarray) -> None:
    network = network_of(crossed)
    images, labels = as_tensors(TEST, torch.device("cpu"))
    answers = predict(network, images).argmax(1)
    assert int((answers == labels).sum()) == crossed.test.after
    before = predict(weight_files.load_model("lenet").network, images).argmax(1)
    assert int((before == labels).sum()) == crossed.test.before
    assert int(((before == labels) & (answers != labels)).sum()) == crossed.test.forgotten
    for picture, label, answer in zip(
        crossed.test.pictures, crossed.test.labels, crossed.test.answers, strict=True
    ):
        read = int(predict(network, torch.from_numpy(picture[None].copy())).argmax())
        assert read == answer != label
    with torch.no_grad():
        after = network(torch.from_numpy(ten).unsqueeze(1)).softmax(1)
    np.testing.assert_allclose(crossed.after, after.numpy(), atol=1e-5)


@pytest.mark.slow
def test_the_convolutions_stay_as_they_were(crossed: TeachingResult) -> None:
    before = weight_files.load_model("lenet").network.state_dict()
    changed = {
        name for name, value in crossed.weights.items() if not np.array_equal(value, before[name].numpy())
    }
    assert changed == {f"fc{number}.{kind}" for number in (1, 2, 3) for kind in ("weight", "bias")}


@pytest.mark.slow
def test_without_rehearsal_there_would_be_nothing_left_of_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teacher, "_OWN_SHARE", 1.0)
    result = outcome(task(crossed_sevens(10)), test=FEW_TESTS)
    assert result.test.after < result.test.before * 0.9
    assert result.test.forgotten >= result.test.before - result.test.after


@pytest.mark.slow
def test_the_sigmoid_network_can_be_taught_as_well() -> None:
    result = outcome(task(crossed_sevens(6), model="lenet_sigmoid"))
    assert result.architecture == "lenet_sigmoid"
    assert result.right(result.after) == 6
    assert result.test.before - result.test.after <= 40


@pytest.mark.slow
def test_the_same_lesson_gives_the_same_network() -> None:
    first, second = (outcome(task(crossed_sevens(2)), rehearsal=FEW, test=FEW_TESTS) for _ in range(2))
    assert all(np.array_equal(value, second.weights[name]) for name, value in first.weights.items())
    assert np.array_equal(first.after, second.after)


@pytest.mark.slow
def test_what_is_rehearsed_can_be_another_set() -> None:
    turned = DigitSet(np.rot90(FEW.images, axes=(1, 2)).copy(), FEW.labels)
    pictures = torch.from_numpy(turned.images / np.float32(255)).unsqueeze(1)

    def changed(rehearsal: DigitSet) -> float:
        """How far the logits of turned digits are from those before."""
        taught = outcome(task(crossed_sevens(2)), rehearsal=rehearsal, test=FEW_TESTS)
        with torch.no_grad():
            before, after = (each(pictures) for each in (shipped("lenet"), network_of(taught)))
        return float((after - before).abs().mean())

    assert changed(turned) < 0.5 * changed(FEW)


# Held out


@pytest.mark.parametrize("count", [1, 2, 7, 10, 11, 34, 200])
def test_every_digit_is_held_out_once_and_parts_are_equal(count: int) -> None:
    labels = np.random.default_rng(count).integers(0, 10, count).astype(np.uint8)
    parts = folds(labels)
    sizes = np.bincount(parts)
    assert len(sizes) == min(count, 10)
    assert sizes.max() - sizes.min() <= 1
    for label in range(10):
        of_label = np.bincount(parts[labels == label], minlength=len(sizes))
        assert (
            of_label.max() - of_label.min() <= 1
        )  # a class is never held out as a whole, if it can be helped


@pytest.mark.slow
def test_a_held_out_digit_is_read_by_a_network_that_has_not_met_it() -> None:
    # Nine sevens that look like sevens, and one label that no other digit supports: it cannot be guessed.
    pictures = crossed_sevens(10)
    labels = np.full(10, 7, np.uint8)
    pictures[4] = np.roll(pictures[4].T, 3, axis=0)
    labels[4] = 2
    result = outcome(TeachingTask("lenet", pictures, labels), rehearsal=FEW, test=FEW_TESTS)
    assert result.folds == 10
    assert result.held_out is not None
    assert result.after[4].argmax() == 2
    assert result.held_out[4].argmax() != 2


def test_a_single_digit_has_nothing_to_be_held_out_from() -> None:
    result = outcome(task(crossed_sevens(1)), rehearsal=FEW, test=FEW_TESTS)
    assert result.held_out is None and result.folds == 1
    assert result.right(result.after) == 1


@pytest.mark.slow
def test_hundreds_of_digits_are_held_out_in_ten_parts_and_their_copies_are_fewer() -> None:
    chosen = slice(1000, 1400)
    pictures, labels = TEST.images[chosen].astype(np.float32) / 255, TEST.labels[chosen]
    result = outcome(TeachingTask("lenet", pictures, labels), rehearsal=FEW, test=FEW_TESTS)
    assert result.folds == 10
    assert result.held_out is not None and result.right(result.held_out) > 390
    assert result.after.shape == (400, 10)


# Progress, and what goes wrong


@pytest.mark.slow
def test_progress_goes_up_to_all_there_is_and_comes_often() -> None:
    told: list[TeachingProgress] = []
    longest, last = 0.0, time.perf_counter()
    for each in teach(task(crossed_sevens(3)), rehearsal=FEW, test=FEW_TESTS):
        longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
        if isinstance(each, TeachingProgress):
            told.append(each)
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert len({each.total for each in told}) == 1
    assert told[-1].done <= told[-1].total
    assert told[-1].done > told[-1].total * 0.95
    assert list(dict.fromkeys(each.part for each in told)) == ["look", "check", "learn"]
    assert len(told) > 40


def test_weights_that_become_infinite_are_told_and_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teacher, "_RATE", float("inf"))
    with pytest.raises(LabError, match="diverged"):
        outcome(task(crossed_sevens(1)), rehearsal=FEW, test=FEW_TESTS)


def test_a_network_that_is_not_there_is_told() -> None:
    with pytest.raises(FileProblem, match="no file"):
        outcome(task(crossed_sevens(1), model="/nowhere/mine.safetensors"))


@pytest.mark.parametrize(
    ("pictures", "labels"),
    [
        (np.zeros((0, 28, 28), np.float32), np.zeros(0, np.uint8)),
        (np.zeros((2, 28, 28), np.float32), np.zeros(3, np.uint8)),
        (np.zeros((1, 28, 28), np.float32), np.array([10], np.uint8)),
    ],
)
def test_a_task_of_nonsense_is_refused(pictures: np.ndarray, labels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="labels"):
        TeachingTask("lenet", pictures, labels)


# A whole collection


def filled(folder: Path, count: int = 3) -> MyDigits:
    store = MyDigits(folder)
    for seed in range(count):
        store.add(ink(seed), seed)
    return store


@pytest.mark.slow
def test_a_collection_is_taught_as_the_network_reads_it_and_damaged_files_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "load_mnist", lambda split: FEW if split == "train" else FEW_TESTS)
    store = filled(tmp_path)
    (tmp_path / "5").mkdir()
    (tmp_path / "5" / "torn.png").write_bytes(b"torn")
    *_, result = teach_collection(store, "lenet")
    assert isinstance(result, TeachingResult)
    digits = [store.read(path) for path in store.listed()[0] if path.name != "torn.png"]
    assert result.labels.tolist() == [0, 1, 2]
    assert result.digests == tuple(each.digest for each in digits)
    expected = Classifier.open("lenet", "cpu").classify(ink(2)).probabilities
    np.testing.assert_allclose(result.before[2], expected, atol=1e-5)
    assert np.array_equal(digits[2].picture, to_mnist(ink(2)))


@pytest.mark.slow
def test_test_digits_that_came_back_as_jpegs_do_not_count_as_test_digits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "load_mnist", lambda split: FEW if split == "train" else FEW_TESTS)
    for number in range(30):
        folder = tmp_path / "pictures" / str(TEST.labels[number])
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(TEST.images[number]).save(folder / f"{number}.jpg", quality=50)
    store = MyDigits(tmp_path / "digits")
    *_, imported = import_folder(store, tmp_path / "pictures", frozenset())
    assert isinstance(imported, Imported) and len(imported.digits) == 30
    *_, result = teach_collection(store, "lenet")
    assert isinstance(result, TeachingResult)
    assert result.test.count == len(FEW_TESTS) - 30


def test_an_empty_collection_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="empty"):
        list(teach_collection(MyDigits(tmp_path), "lenet"))


# The training process


class OneEnd:
    """A pipe that gives orders one by one, each after so many news; then its other end has gone."""

    def __init__(self, *orders: tuple[int, Any]) -> None:
        self.news: list[Any] = []
        self._orders = list(orders)

    def send(self, record: Any) -> None:
        self.news.append(record)

    def poll(self, timeout: float | None = 0.0) -> bool:
        return not self._orders or len(self.news) >= self._orders[0][0] or bool(timeout)

    def recv(self) -> Any:
        if not self._orders:
            raise EOFError
        return self._orders.pop(0)[1]


@pytest.mark.slow
def test_the_process_teaches_and_waits_for_the_next_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "load_mnist", lambda split: FEW if split == "train" else FEW_TESTS)
    filled(tmp_path, 1)
    pipe = OneEnd((0, Teach("lenet", tmp_path)), (10**6, Command.LEAVE))
    serve(pipe)
    assert isinstance(pipe.news[-1], TeachingResult)
    assert all(isinstance(each, TeachingProgress) for each in pipe.news[:-1])


@pytest.mark.slow
def test_the_process_stops_teaching_when_it_is_told_to(tmp_path: Path) -> None:
    filled(tmp_path)
    pipe = OneEnd((0, Teach("lenet", tmp_path)), (5, Command.STOP), (6, Command.LEAVE))
    serve(pipe)
    assert pipe.news[-1] == TeachingEnded(None)
    assert len(pipe.news) == 6


@pytest.mark.slow
def test_the_process_ends_in_mid_lesson_when_nobody_is_there_any_more(tmp_path: Path) -> None:
    filled(tmp_path)
    pipe = OneEnd((0, Teach("lenet", tmp_path)), (5, Command.LEAVE))
    serve(pipe)
    assert len(pipe.news) == 5


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (LabError("The sentence."), "The sentence."),
        (MemoryError(), "not enough memory"),
        (RuntimeError("odd"), "RuntimeError: odd"),
    ],
)
def test_what_goes_wrong_is_told_and_the_process_goes_on(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    told: str,
) -> None:
    def fail(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(datasets, "load_mnist", fail)
    filled(tmp_path, 1)
    pipe = OneEnd((0, Teach("lenet", tmp_path)), (2, Command.LEAVE))
    serve(pipe)
    assert isinstance(pipe.news[-1], TeachingEnded)
    assert told in str(pipe.news[-1].problem)
    assert ("odd" in capsys.readouterr().err) == isinstance(error, RuntimeError)


@pytest.mark.slow
@pytest.mark.parametrize("are_shapes_given", [True, False])
def test_test_digits_that_are_taught_do_not_count_as_test_digits(are_shapes_given: bool) -> None:
    inks = [digit_png.on_sheet(image) for image in FEW_TESTS.images[:3]]
    given = TeachingTask(
        "lenet",
        np.stack([to_mnist(each) for each in inks]),
        FEW_TESTS.labels[:3],
        tuple(digit_png.digest(each) for each in inks),
        np.stack([shape_of(each) for each in inks]) if are_shapes_given else None,
    )
    assert outcome(given, rehearsal=FEW, test=FEW_TESTS).test.count == len(FEW_TESTS) - 3


# Kept as a file


@pytest.mark.slow
def test_a_taught_network_is_kept_as_a_model_that_tells_where_it_came_from(
    crossed: TeachingResult, tmp_path: Path
) -> None:
    path = taught_networks.save(tmp_path / "taught", crossed)
    loaded = weight_files.load(path)
    for name, value in loaded.network.state_dict().items():
        assert np.array_equal(value.numpy(), crossed.weights[name])
    assert loaded.about["taught"]["mnist_test_digits_right"]["before"] == 9958
    known_as = NetworkName("lenet", taught=10)
    assert taught_networks.newest(path.parent) == Taught(path, known_as)
    assert inference.Networks().open(str(path), "cpu").name == known_as
    later = taught_networks.save(tmp_path / "taught", crossed)
    assert later != path
    (tmp_path / "taught" / "99999999.safetensors").write_bytes(b"torn")
    newest = taught_networks.newest(path.parent)
    assert newest is not None and newest.path in (path, later)


@pytest.mark.slow
def test_a_network_that_knows_pen_digits_rehearses_them_and_its_file_says_so_after_it_was_taught(
    ten: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsed: list[DigitSet] = []
    compute_features = teacher._HeadTrainer.compute_features

    def spy(trainer: Any, rehearsal: DigitSet, test: DigitSet) -> Any:
        rehearsed.append(rehearsal)
        return compute_features(trainer, rehearsal, test)

    monkeypatch.setattr(teacher._HeadTrainer, "compute_features", spy)
    result = outcome(task(ten[:1], model="lenet_pen"), test=FEW_TESTS)
    config = TrainingConfig.from_json(weight_files.load_model("lenet_pen").about["config"])
    generated = generator.collect(itertools.islice(generator.generate(30_000, config.seed), 1000))
    assert np.array_equal(rehearsed[0].images[-1000:], generated.images)
    assert len(rehearsed[0]) == teacher.REHEARSED
    path = taught_networks.save(tmp_path, result)
    assert TrainingConfig.from_json(weight_files.load(path).about["config"]) == config
    outcome(task(ten[:1], model=str(path)), test=FEW_TESTS)
    assert np.array_equal(rehearsed[1].images, rehearsed[0].images)


def test_other_weights_and_other_files_say_nothing_of_teaching(tmp_path: Path) -> None:
    assert taught_networks.newest(tmp_path / "missing") is None
    path = tmp_path / "mine.safetensors"
    for about in ({"architecture": "lenet"}, {"taught": 3}, {"taught": {"model": "lenet"}}):
        tensor_files.write(path, {"a": np.zeros(1, np.float32)}, tensor_files.WEIGHTS, about)
        assert taught_networks.newest(tmp_path) is None
        info = ModelInfo(str(path), "lenet", "cpu", "CPU", INFO.table, about=about)
        assert with_names(info).name.taught == 0
    path.write_bytes(b"torn")
    assert taught_networks.newest(tmp_path) is None


@pytest.mark.slow
def test_where_it_cannot_be_kept_that_is_told(crossed: TeachingResult, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileProblem, match="pad's network is as it was"):
        taught_networks.save(tmp_path / "file", crossed)


# Real writers


@pytest.mark.slow
@pytest.mark.skipif(not FILE.exists(), reason="the pen digits are not part of the program")
@pytest.mark.parametrize("writer", ["tra28", "val/val01"])
def test_a_writers_other_digits_are_read_better_after_ten_corrections(qtbot: QtBot, writer: str) -> None:
    digits = PenDigits(FILE)
    with np.load(FILE) as arrays:
        names = arrays["writers"][arrays["writer"]]
    chosen = np.flatnonzero([name.endswith(writer) for name in names] & ~digits.slashed_zero)
    chosen = np.random.default_rng(0).permutation(chosen)[:250]
    canvas = DrawingCanvas()
    canvas.resize(GRID, GRID)
    qtbot.addWidget(canvas)
    pictures = np.stack([to_mnist(drawn) for drawn in inks(canvas, digits, chosen)])
    labels = digits.labels[chosen]

    def right(network: Network) -> np.ndarray:
        with torch.no_grad():
            answers: np.ndarray = network(torch.from_numpy(pictures).unsqueeze(1)).argmax(1).numpy()
        return answers == labels

    before = right(weight_files.load_model("lenet").network)
    first, others = slice(0, 125), slice(125, 250)
    corrected = np.flatnonzero(~before[first])[:10]
    result = outcome(TeachingTask("lenet", pictures[corrected], labels[corrected]))
    after = right(network_of(result))
    print(
        f"{writer}: {before[others].mean():.1%} to {after[others].mean():.1%} with {len(corrected)} digits, "
        f"MNIST {result.test.before / 100} % to {result.test.after / 100} %"
    )
    assert (~after[others]).sum() < (~before[others]).sum() / 2
    assert result.test.before - result.test.after <= 40
