"""A run's folder gives back what was kept in it, whatever happened to its files."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from example_networks import layer_of, weights
from file_work import drained
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save as to_safetensors

from core.errors import FileProblem
from core.files import regular
from core.files.own_folder import OwnFolder
from core.networks import weight_files
from core.records import REASONS, EpochMetrics, RunResult, Snapshot, StepMetrics
from core.training import runs
from core.training.config import Augmentation, TrainingConfig
from core.training.runs import Run

CONFIG = TrainingConfig(epochs=3, digits=600, validation=100, augmentation=Augmentation(noise=0.1))


def steps(last: int, *losses: float) -> StepMetrics:
    rates = np.linspace(0.01, 0.02, len(losses))
    return StepMetrics(last, 12, np.array(losses, np.float32), rates, 0.9, last / 4)


def epoch(number: int, accuracy: float | None = 0.9) -> EpochMetrics:
    return EpochMetrics(number, 4 * number, 0.25, 0.75, accuracy, accuracy, 1.5, {"relu1": 0.5}, weights())


def snapshot(step: int) -> Snapshot:
    return Snapshot("lenet", step, weights(seed=step), {"conv1": 0.5, "fc3": 2.0})


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the disk is for power cuts; on a busy one it takes seconds."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return runs.create(tmp_path / "runs", CONFIG, steps=12, steps_per_epoch=4)


def told(metrics: StepMetrics | EpochMetrics) -> dict[str, Any]:
    """The figures of metrics, in a form that can be compared."""
    found = {name: value for name, value in vars(metrics).items() if name != "weights"}
    for name, value in found.items():
        if isinstance(value, np.ndarray):
            found[name] = [float(f"{each:.5g}") for each in value.tolist()]
    return found


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# What is kept comes back.


def test_a_new_run_tells_what_it_is(run: Run) -> None:
    info = run.info()
    assert (info.path, info.config, info.steps, info.steps_per_epoch) == (run.path, CONFIG, 12, 4)
    assert info.result is None
    assert not info.is_finished
    assert not run.can_go_on
    assert info.name
    assert list(run.metrics()) == run.snapshot_steps() == []
    assert len(drained(run.history()).losses) == 0


def test_runs_that_begin_in_one_second_have_folders_of_their_own(tmp_path: Path) -> None:
    paths = {runs.create(tmp_path, CONFIG, 12, 4).path for _ in range(12)}
    assert len(paths) == 12
    assert {info.path for info in drained(runs.all_runs(tmp_path))} == paths


def test_a_run_that_nobody_has_named_says_which_rate_it_goes_on_with(run: Run) -> None:
    first = run.info().name
    run.name_rate(0.001)
    assert run.info().name == f"{first} → 0.001"
    run.name_rate(0.0005)
    assert run.info().name == f"{first} → 0.0005"
    run.name_rate(run.info().config.learning_rate)
    assert run.info().name == first
    for name in ("Monday's", f"{first} again", f"{first} → slower"):
        run.rename(name)
        run.name_rate(0.001)
        assert run.info().name == name


def test_a_run_can_be_renamed_finished_and_taken_up_again(run: Run) -> None:
    run.rename("größer – 大")
    result = RunResult("epochs", 12, 0.25, 0.875, 0.75)
    run.finish(result)
    info = run.info()
    assert (info.name, info.result, info.config) == ("größer – 大", result, CONFIG)
    assert info.is_finished
    run.finish(None)
    assert run.info() == dataclasses.replace(info, result=None)


@pytest.mark.parametrize("reason", REASONS)
def test_a_run_that_was_stopped_or_diverged_is_not_finished(run: Run, reason: str) -> None:
    run.finish(RunResult(reason, 3, None, None))
    assert run.info().is_finished == (reason not in ("stopped", "diverged"))


def test_a_run_that_is_deleted_is_gone(run: Run) -> None:
    run.save_snapshot(snapshot(0))
    run.delete()
    assert not run.path.exists()
    assert drained(runs.all_runs(run.path.parent)) == []
    with pytest.raises(FileProblem):
        run.delete()


def test_a_run_that_cannot_be_deleted_stays_whole(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fill(run)

    def refused(*_arguments: Any, **_folders: Any) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refused)
        with pytest.raises(FileProblem, match="cannot be deleted"):
            run.delete()
    assert everything(run.path) == before


def test_a_run_whose_deletion_was_cut_off_is_not_seen_and_goes_with_the_next_look(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(run)

    def busy(*_arguments: Any) -> None:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    with monkeypatch.context() as patch:
        patch.setattr(OwnFolder, "remove", busy)
        run.delete()
    folder = run.path.parent
    assert not run.path.exists() and len(list(folder.iterdir())) == 1
    assert drained(runs.all_runs(folder)) == []
    assert list(folder.iterdir()) == []


def test_metrics_come_back_in_their_order(run: Run) -> None:
    kept: list[StepMetrics | EpochMetrics] = [
        steps(3, 2.5, 2.25, 2),
        steps(4, 1.5),
        epoch(1),
        steps(8, 1, 0.5, 0.25, 0.125),
        epoch(2, None),
    ]
    for metrics in kept:
        run.append(metrics)
    assert [told(each) for each in run.metrics()] == [told(each) for each in kept]
    assert [told(each) for each in run.metrics(until=4)] == [told(each) for each in kept[:3]]
    assert all(each.weights == {} for each in run.metrics() if isinstance(each, EpochMetrics))
    history = drained(run.history())
    assert history.losses.tolist() == [2.5, 2.25, 2, 1.5, 1, 0.5, 0.25, 0.125]
    assert [each.epoch for each in history.epochs] == [1, 2]
    assert history.seconds == 2


def test_losses_that_are_not_finite_come_back(run: Run) -> None:
    run.append(steps(3, 1, np.inf, np.nan))
    (metrics,) = run.metrics()
    assert isinstance(metrics, StepMetrics)
    assert np.array_equal(metrics.losses, [1, np.inf, np.nan], equal_nan=True)


def test_snapshots_come_back_bit_for_bit(run: Run) -> None:
    for step in (0, 120, 7):
        run.save_snapshot(snapshot(step))
    assert run.snapshot_steps() == [0, 7, 120]
    found = run.snapshot(7)
    assert (found.architecture, found.step, found.gradient_norms) == ("lenet", 7, {"conv1": 0.5, "fc3": 2.0})
    assert {name: value.tobytes() for name, value in found.weights.items()} == {
        name: value.tobytes() for name, value in weights(seed=7).items()
    }
    with pytest.raises(FileProblem, match="no file"):
        run.snapshot(8)


def test_snapshots_keep_the_order_of_their_layers(run: Run) -> None:
    for step in range(5):
        run.save_snapshot(snapshot(step))
        assert list(run.snapshot(step).weights) == list(weights())


def test_the_result_and_each_snapshot_open_as_models(run: Run) -> None:
    run.save_weights(weights(), epoch(2))
    run.save_snapshot(snapshot(5))
    loaded = weight_files.load(run.weights_path)
    assert np.array_equal(
        layer_of(loaded.network, "conv1").weight.detach().numpy(), weights()["conv1.weight"]
    )
    assert loaded.about["config"] == CONFIG.to_json()
    assert loaded.about["metrics"]["epoch"] == 2
    assert weight_files.load(run.path / "snapshots" / "00000005.safetensors").architecture == "lenet"
    run.save_weights(weights(), None)
    assert weight_files.load(run.weights_path).about["metrics"] is None


def test_a_checkpoint_comes_back_bit_for_bit(run: Run) -> None:
    arrays = {
        "network.w": np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32),
        "turned": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "scalar": np.array(3, np.int64),
        "generator": np.arange(5056, dtype=np.uint8),
        "none": np.zeros((0, 3), np.float32),
    }
    about = {"step": 3, "rate": 0.1 + 0.2, "best": None, "text": "größer"}
    run.save_state(arrays, about)
    assert run.can_go_on
    found, said = run.load_state()
    assert said == about
    assert set(found) == set(arrays)
    for name, value in arrays.items():
        assert (found[name].shape, found[name].dtype) == (value.shape, value.dtype)
        assert found[name].tobytes() == value.tobytes()


def test_a_run_that_goes_on_forgets_what_came_after_its_checkpoint(run: Run) -> None:
    for metrics in (steps(4, 4, 3, 2, 1), epoch(1), steps(6, 0.5, 0.25), steps(8, 0.125, 0), epoch(2)):
        run.append(metrics)
    for step in (0, 4, 6, 8):
        run.save_snapshot(snapshot(step))
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write('\n{"step": 9, "loss')
    (run.path / "snapshots" / ".00000009.safetensors.x7").write_bytes(b"half of it")
    (run.path / ".state.safetensors.y8").write_bytes(b"half of it")
    run.save_state({"w": np.zeros(1)}, {})
    run.cut(6)
    assert [each.step for each in run.metrics()] == [4, 4, 6]
    assert run.snapshot_steps() == [0, 4, 6]
    run.append(steps(7, 0.75))
    assert drained(run.history()).losses.tolist() == [4, 3, 2, 1, 0.5, 0.25, 0.75]
    names = {path.name for path in run.path.rglob("*") if path.is_file()}
    assert {name for name in names if name.startswith(".")} == set()
    assert {"run.json", "metrics.jsonl", "state.safetensors"} < names


def test_runs_are_listed_newest_first_and_what_is_none_is_left_out(tmp_path: Path) -> None:
    for name in ("20250101-120000", "20260101-120000", "20240101-120000"):
        made = runs.create(tmp_path, CONFIG, 12, 4)
        made.path.rename(tmp_path / name)
    (tmp_path / "empty").mkdir()
    (tmp_path / "20270101-120000").mkdir()
    (tmp_path / "20270101-120000" / "run.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("of a person")
    years = [info.path.name[:4] for info in drained(runs.all_runs(tmp_path))]
    assert years == ["2026", "2025", "2024"]


def test_the_list_says_what_a_run_has(run: Run) -> None:
    folder = run.path.parent
    *told, (info,) = runs.all_runs(folder)
    assert [(each.done, each.total) for each in told] == [(0, 1)]
    assert (info.has_weights, info.has_checkpoint) == (False, False)
    run.save_weights(weights(), None)
    run.save_state({}, {})
    (info,) = drained(runs.all_runs(folder))
    assert (info.has_weights, info.has_checkpoint) == (True, True)
    written = json.loads((run.path / "run.json").read_text())
    assert not {"path", "is_at_work", "has_weights", "has_checkpoint"} & written.keys()


def test_a_run_is_read_with_its_first_and_its_newest_moment(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_LINES_AT_ONCE", 2)
    for step in (0, 3, 6):
        run.save_snapshot(snapshot(step))
    for last in range(1, 6):
        run.append(steps(last, 0.5))
    *told, kept = runs.read_run(run.path)
    assert [(each.done, each.total) for each in told] == [(0, 12), (2, 12), (4, 12)]
    assert (kept.info, kept.steps, set(kept.snapshots)) == (run.info(), (0, 3, 6), {0, 6})
    assert kept.history.step == 5 and kept.problem is None
    (run.path / "snapshots" / "00000000.safetensors").unlink()
    kept = drained(runs.read_run(run.path))
    assert (set(kept.snapshots), kept.problem) == ({6}, None)


def test_curves_that_are_compared_come_as_far_as_they_can_be_read(run: Run, tmp_path: Path) -> None:
    run.append(steps(2, 2, 1))
    compared = drained(runs.read_curves([tmp_path / "nowhere", run.path]))
    assert [(path, history.step) for path, history in compared.runs] == [(run.path, 2)]
    assert "not a training run" in str(compared.problem)
    assert drained(runs.read_curves([run.path])).problem is None


def test_weights_and_curves_are_saved_where_the_user_says(run: Run, tmp_path: Path) -> None:
    run.append(steps(3, 3, 2, 1))
    run.save_weights(weights(), None)
    to = tmp_path / "a" / "w.safetensors"
    assert runs.save_weights(run.path, to) == to
    assert to.read_bytes() == run.weights_path.read_bytes()
    *told, saved = runs.save_curves(run.path, tmp_path / "c.csv")
    assert saved == tmp_path / "c.csv" and (told[-1].done, told[-1].total) == (0, 3)
    assert [line.split(",")[0] for line in saved.read_text().splitlines()] == ["step", "1", "2", "3"]
    for save in (runs.save_weights, lambda *paths: drained(runs.save_curves(*paths))):
        with pytest.raises(FileProblem, match=r"could not be written .*Choose another folder"):
            save(run.path, tmp_path / "c.csv" / "w.safetensors")
    with pytest.raises(FileProblem, match=r"saved as \.safetensors files"):
        runs.save_weights(run.path, tmp_path / "w.pt")
    assert not (tmp_path / "w.pt").exists()
    run.weights_path.unlink()
    with pytest.raises(FileProblem, match="There is no file"):
        runs.save_weights(run.path, tmp_path / "w.safetensors")


def test_where_there_is_no_folder_there_are_no_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert drained(runs.all_runs(tmp_path / "nowhere")) == drained(runs.all_runs(tmp_path / "file")) == []


# Disks that are full, and folders that cannot be written.

WRITES: dict[str, Callable[[Run], None]] = {
    "append": lambda run: run.append(steps(9, 1)),
    "snapshot": lambda run: run.save_snapshot(snapshot(0)),
    "weights": lambda run: run.save_weights(weights(seed=9), epoch(2)),
    "state": lambda run: run.save_state({"w": np.ones(3)}, {"step": 9}),
    "finish": lambda run: run.finish(RunResult("epochs", 12, 0.1, 0.9)),
    "rename": lambda run: run.rename("another"),
    "cut": lambda run: run.cut(1),
}


def fill(run: Run) -> dict[str, bytes]:
    run.append(steps(2, 2, 1))
    run.save_snapshot(snapshot(0))
    run.save_weights(weights(), epoch(1))
    run.save_state({"w": np.zeros(3)}, {"step": 2})
    return everything(run.path)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("name", WRITES)
def test_what_cannot_be_written_is_told_and_all_files_stay(
    run: Run, name: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fill(run)

    def fail(*_arguments: Any, **_more: Any) -> Any:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken:
        if name == "append":
            broken.setattr(os, "open", fail)
        else:
            broken.setattr(os, "replace", fail)  # the last of what writing takes
        with pytest.raises(FileProblem) as problem:
            WRITES[name](run)
    assert str(run.path) in str(problem.value)
    assert os.strerror(number) in str(problem.value)
    assert "Free some space there, or make it writable." in str(problem.value)
    assert everything(run.path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="the system does not limit the size of files")
def test_curves_that_the_disk_does_not_take_are_told(run: Run) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))  # bytes
    try:
        with pytest.raises(FileProblem, match=os.strerror(errno.EFBIG)):
            run.append(steps(9, 1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="to root all is writable")
@pytest.mark.parametrize("name", WRITES)
def test_a_folder_that_is_read_only_is_told(run: Run, name: str) -> None:
    before = fill(run)
    for folder, mode in (
        (run.path / "snapshots", 0o500),
        (run.path / "metrics.jsonl", 0o400),
        (run.path, 0o500),
    ):
        folder.chmod(mode)
    try:
        with pytest.raises(FileProblem):
            WRITES[name](run)
    finally:
        run.path.chmod(0o700)
        (run.path / "snapshots").chmod(0o700)
    assert everything(run.path) == before


def test_a_line_that_was_cut_off_on_a_full_disk_costs_no_other(run: Run) -> None:
    run.append(steps(2, 2, 1))
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write('\n{"step": 3, "steps": 12, "los')
    run.append(steps(5, 0.5))
    run.append(steps(6, 0.25))
    assert [each.step for each in run.metrics()] == [2, 5, 6]


def test_a_folder_for_runs_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    for folder in (tmp_path / "file", tmp_path / "file" / "runs", tmp_path / ("n" * 300)):
        with pytest.raises(FileProblem, match="cannot be kept in"):
            runs.create(folder, CONFIG, 12, 4)
    assert os.listdir(tmp_path) == ["file"]


def test_a_new_run_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_paths: object, **_folders: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(FileProblem, match="cannot be kept in"):
        runs.create(tmp_path, CONFIG, 12, 4)
    assert drained(runs.all_runs(tmp_path)) == []
    assert os.listdir(tmp_path) == []


# Files that were tampered with.


class Payload:
    """Creates a folder when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self._marker),)


def hostile_files(kind: str) -> dict[str, bytes]:
    """Contents that are no file of that kind, by what is wrong with them."""
    good = to_safetensors({"w": np.zeros(64, np.float32)}, metadata={kind: "{}"})

    def about(text: str) -> bytes:
        return to_safetensors({"w": np.zeros(4, np.float32)}, metadata={kind: text})

    def headed(header: bytes, length: int | None = None, body: bytes = b"") -> bytes:
        return (len(header) if length is None else length).to_bytes(8, "little") + header + body

    header_end = 8 + int.from_bytes(good[:8], "little")
    cut_at = (0, 1, 7, 8, 9, header_end // 2, header_end - 1, header_end, header_end + 1, len(good) - 1)
    return {
        **{f"cut at {length}": good[:length] for length in cut_at},
        "more after its end": good + b"x",
        "100 MB promised": headed(b"{}", length=100 * 2**20),
        "header of 2⁶⁴": headed(b"{}", length=2**64 - 1),
        "body of 160 GB": headed(b'{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,160000000000]}}'),
        "negative shape": headed(b'{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}', body=bytes(16)),
        "nested header": headed(b"[" * 100_000 + b"]" * 100_000),
        "nested about": about("[" * 100_000 + "]" * 100_000),
        "about a list": about("[]"),
        "about a number": about("9" * 5000),
        "about null": about("null"),
        "about text": about("just some text"),
        "of another kind": to_safetensors({"w": np.zeros(4, np.float32)}, metadata={"pt": "{}"}),
        "without metadata": to_safetensors({"w": np.zeros(4, np.float32)}),
        "text": b"just some text\n" * 20,
        "zeros": bytes(4096),
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(200),
    }


@pytest.mark.parametrize("content", hostile_files("lenet_lab_state").values(), ids=hostile_files("").keys())
def test_a_checkpoint_that_is_none_is_refused(run: Run, content: bytes) -> None:
    (run.path / "state.safetensors").write_bytes(content)
    with pytest.raises(FileProblem, match=r"state\.safetensors"):
        run.load_state()


SNAPSHOT = json.dumps({"architecture": "lenet", "gradient_norms": {}})
BAD_SNAPSHOTS = {
    **hostile_files("lenet_lab"),
    "without norms": to_safetensors(weights(), metadata={"lenet_lab": '{"architecture": "lenet"}'}),
    "without architecture": to_safetensors(weights(), metadata={"lenet_lab": '{"gradient_norms": {}}'}),
    **{
        f"norms {norms[:20]}": to_safetensors(
            weights(), metadata={"lenet_lab": f'{{"architecture": "lenet", "gradient_norms": {norms}}}'}
        )
        for norms in ("3", "[1]", '{"a": "b"}', '{"a": null}', '{"a": ' + "9" * 400 + "}")
    },
    **{
        f"weights of {value}": to_safetensors(
            {**weights(), "fc3.bias": np.full(10, value, np.float32)}, metadata={"lenet_lab": SNAPSHOT}
        )
        for value in (np.nan, np.inf)
    },
    **{
        f"weights of {dtype.__name__}": to_safetensors(
            {**weights(), "fc3.bias": np.zeros(10, dtype)}, metadata={"lenet_lab": SNAPSHOT}
        )
        for dtype in (np.float64, np.float16, np.int32, np.bool_)
    },
}


@pytest.mark.parametrize("content", BAD_SNAPSHOTS.values(), ids=BAD_SNAPSHOTS.keys())
def test_a_snapshot_that_is_none_is_refused(run: Run, content: bytes) -> None:
    run.save_snapshot(snapshot(0))
    (run.path / "snapshots" / "00000003.safetensors").write_bytes(content)
    with pytest.raises(FileProblem, match=r"00000003\.safetensors"):
        run.snapshot(3)
    assert run.snapshot(0).step == 0


@pytest.mark.parametrize("file", ["run.json", "state.safetensors", "snapshots/00000000.safetensors"])
@pytest.mark.parametrize("protocol", [0, 5])
def test_a_pickle_in_disguise_is_refused_and_not_executed(
    run: Run, tmp_path: Path, file: str, protocol: int
) -> None:
    fill(run)
    (run.path / file).write_bytes(pickle.dumps(Payload(tmp_path / "marker"), protocol))
    reads: dict[str, Callable[[], Any]] = {
        "run.json": run.info,
        "state.safetensors": run.load_state,
        "snapshots/00000000.safetensors": lambda: run.snapshot(0),
    }
    with pytest.raises(FileProblem):
        reads[file]()
    assert not (tmp_path / "marker").exists()


def test_names_that_are_no_steps_are_not_snapshots(run: Run) -> None:
    run.save_snapshot(snapshot(3))
    for name in ("x.safetensors", "-1.safetensors", "1.5.safetensors", "²3.safetensors", ".safetensors", "4"):
        (run.path / "snapshots" / name).write_bytes(b"")
    assert run.snapshot_steps() == [3]


def pairs(values: dict[str, list[Any]]) -> Iterator[tuple[str, Any]]:
    """Each name with each of its values."""
    return ((name, value) for name, those in values.items() for value in those)


GOOD = {
    "name": "mine",
    "created": "2026-01-01T12:00:00",
    "config": CONFIG.to_json(),
    "steps": 12,
    "steps_per_epoch": 4,
    "result": None,
}
RESULT = dataclasses.asdict(RunResult("epochs", 12, 0.1, 0.9, 0.8))
BAD_INFOS: dict[str, Any] = {
    **{f"without {name}": {key: GOOD[key] for key in GOOD if key != name} for name in GOOD},
    **{
        f"{name} {value!r:.30}": {**GOOD, name: value}
        for name, value in pairs(
            {
                "config": [None, 3, [], {"epochs": 0}, {"epoch": 3}, {"augmentation": 1}],
                "steps": [0, -1, 3, "12", 1.5, None, 13, 10**30, True],
                "steps_per_epoch": [0, 13, "4", None],
                "result": [3, [], "epochs", {}, {"reason": "epochs"}],
            }
        )
    },
    **{
        f"result with {name} {value!r:.20}": {**GOOD, "result": {**RESULT, name: value}}
        for name, value in pairs(
            {
                "reason": ["", "won", None, [], {}],
                "step": [None, "twelve", [], float("inf")],
                "test_loss": ["low", [], 10**400],
                "test_accuracy": ["high", {}],
                "validation_accuracy": ["high", []],
            }
        )
    },
    "null": None,
    "a list": [GOOD],
    "a number": 3,
    "a text": "run",
}


def test_an_untouched_description_is_read(run: Run) -> None:
    (run.path / "run.json").write_text(json.dumps({**GOOD, "result": RESULT}))
    assert run.info().result == RunResult("epochs", 12, 0.1, 0.9, 0.8)


@pytest.mark.parametrize("said", BAD_INFOS.values(), ids=BAD_INFOS.keys())
def test_a_run_that_says_nonsense_is_refused_and_left_out(run: Run, said: Any) -> None:
    (run.path / "run.json").write_text(json.dumps(said))
    with pytest.raises(FileProblem, match="is not a training run, or it is damaged"):
        run.info()
    assert drained(runs.all_runs(run.path.parent)) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        json.dumps(GOOD).encode()[:-1],
        b"[" * 100_000 + b"]" * 100_000,
        b'{"config": ' * 50_000 + b"1" + b"}" * 50_000,
        b'{"steps": ' + b"9" * 10_000 + b"}",
    ],
    ids=lambda content: f"{content[:20]!r}",
)
def test_a_run_whose_description_is_no_json_is_refused_and_left_out(run: Run, content: bytes) -> None:
    (run.path / "run.json").write_bytes(content)
    with pytest.raises(FileProblem, match="is not a training run, or it is damaged"):
        run.info()
    with pytest.raises(FileProblem):
        drained(run.history())
    with pytest.raises(FileProblem):
        run.save_weights(weights(), None)
    assert drained(runs.all_runs(run.path.parent)) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("file", ["run.json", "metrics.jsonl", "state.safetensors"])
def test_what_is_no_file_is_not_waited_for(run: Run, file: str) -> None:
    (run.path / file).unlink(missing_ok=True)
    os.mkfifo(run.path / file)
    if file == "metrics.jsonl":
        assert list(run.metrics()) == []
        return
    with pytest.raises(FileProblem):
        run.info() if file == "run.json" else run.load_state()


BAD_LINES = [
    "",
    "null",
    "3",
    "[]",
    "{}",
    "[" * 100_000,
    "{" * 1000 + '"losses": 1',
    '{"losses": [1]}',
    *(
        json.dumps({**told(steps(2, 1, 1)), name: value})
        for name, value in pairs(
            {
                "step": [None, "two", 0, 1, -5, [], 1e999, 10**30],
                "steps": [None, {}],
                "losses": [None, 3, [], "many", [[1, [2]]], [1] * 10, ["a"], [10**400, 1]],
                "learning_rates": [None, 0.1, [], [0.1], [0.1] * 3, ["a", "b"]],
                "momentum": [None, [], "0.9x"],
                "seconds": [None, 10**400, -1, 1e999, float("nan")],
            }
        )
    ),
    *(
        json.dumps({**told(epoch(1)), name: value})
        for name, value in pairs(
            {
                "epoch": [None, "one", 1e999, 0, -1],
                "step": [None, [], 0, -4, 10**7 + 1],
                "training_loss": [None, []],
                "training_accuracy": [None, 1.01, -0.01, float("nan")],
                "validation_accuracy": ["high", [], 1.01, -0.01],
                "seconds": [-1, 1e999],
                "silent": [None, 3, {"relu1": "x"}, [1, 2], {"relu1": 1.01}],
            }
        )
    ),
]


@pytest.mark.parametrize("line", BAD_LINES, ids=lambda line: line[:60])
def test_a_line_that_is_no_metrics_is_left_out(run: Run, line: str) -> None:
    run.append(steps(2, 2, 1))
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write("\n" + line)
    run.append(steps(3, 0.5))
    assert [each.step for each in run.metrics(until=12)] == [2, 3]
    assert drained(run.history()).losses.tolist() == [2, 1, 0.5]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([told(steps(2, 1, 1)), told(epoch(1))]).flatmap(
        lambda good: st.tuples(st.just(good), st.dictionaries(st.sampled_from(sorted(good)), json_values))
    )
)
@example((told(steps(2, 1, 1)), {"learning_rates": 3.403e38}))  # more than float32 holds
def test_no_line_can_break_the_curves(run: Run, line: tuple[dict[str, Any], dict[str, Any]]) -> None:
    good, changes = line
    (run.path / "metrics.jsonl").write_text(json.dumps({**good, **changes}) + "\n")
    history = drained(run.history())
    assert len(history.losses) == len(history.learning_rates) <= 12
    run.cut(12)
    assert len(list(history.csv_lines())) == history.step + 1


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(sorted(GOOD)), json_values))
def test_no_description_can_break_the_list(run: Run, changes: dict[str, Any]) -> None:
    (run.path / "run.json").write_text(json.dumps({**GOOD, **changes}))
    for info in drained(runs.all_runs(run.path.parent)):
        assert isinstance(info.config, TrainingConfig)
        assert 1 <= info.steps_per_epoch <= info.steps


def test_curves_that_cannot_be_read_are_not_replaced(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for last in range(1, 5):
        run.append(steps(last, 0.5))
    before = (run.path / "metrics.jsonl").read_bytes()

    def unreadable(*_: Any, **_more: Any) -> int:
        raise PermissionError(errno.EACCES, "It cannot be read")

    with monkeypatch.context() as patch:
        patch.setattr(regular, "descriptor", unreadable)
        with pytest.raises(FileProblem):
            run.cut(2)
    assert (run.path / "metrics.jsonl").read_bytes() == before
