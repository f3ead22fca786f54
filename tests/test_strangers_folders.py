"""Folders that a stranger has packed reach nothing outside, fill no memory, and are not waited for."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from example_digits import ink, read_all
from example_networks import weights
from file_work import drained
from PIL import Image

from core.data import array_digits, csv_digits, idx
from core.errors import FileProblem, LabError
from core.files import limits, tensor_files
from core.files.log_file import log_to_file
from core.ink import digit_png, picture_files
from core.my_digits import label_tables
from core.my_digits.exporting import Exported, export_idx, export_pictures
from core.my_digits.importing import Imported, import_files, import_folder
from core.my_digits.store import MyDigits
from core.networks import weight_files
from core.records import EpochMetrics, RunResult, Snapshot, StepMetrics
from core.teaching import taught_networks
from core.training import config as configs
from core.training import runs
from core.training.config import MOST_STEPS, TrainingConfig
from core.training.runs import Run
from core.training.setting_kinds import InvalidSetting

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links and pipes need rights on Windows")

CONFIG = TrainingConfig(epochs=3, digits=600, validation=100)
LONG_AGO = time.time() - 400 * 24 * 3600


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that looks like a collection and like a run, and is neither's."""
    folder = tmp_path / "outside"
    for name in ("3", "7", "snapshots", ".deleted/7", ".imported-x/7"):
        (folder / name).mkdir(parents=True)
    for number, name in enumerate(
        ("7/a.png", "3/b.png", "7/.torn.png.x", ".deleted/7/c.png", ".imported-x/7/d.png", "e.png", "x.png")
    ):
        (folder / name).write_bytes(digit_png.encode(ink(number)))
    for name in ("metrics.jsonl", "run.json", "secret.txt", "snapshots/00000009.safetensors", ".a.b"):
        (folder / name).write_bytes(b"somebody's")
    for path in folder.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    return folder


@pytest.fixture
def untouched(outside: Path) -> Callable[[], bool]:
    """Whether all of it is as it was."""

    def now() -> dict[str, Any]:
        return {
            str(path): (path.stat().st_mtime_ns, path.is_file() and path.read_bytes())
            for path in sorted(outside.rglob("*"))
        }

    before = now()
    return lambda: now() == before


def last(work: Any) -> Any:
    for record in work:  # noqa: B007
        pass
    return record


# My digits

PLACES = ["7", ".deleted", ".deleted/7", ".imported-y", ".importing-y", ".imported-y/7", ".importing-y/7"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("target", ["", "7", ".deleted", ".imported-x"])
def test_a_link_in_my_digits_lets_nothing_happen_where_it_leads(
    store: MyDigits, outside: Path, untouched: Callable[[], bool], place: str, target: str
) -> None:
    kept = store.add(ink(1), 3)
    (store.folder / place).parent.mkdir(exist_ok=True)
    (store.folder / place).symlink_to(outside / target)
    if place.startswith(".importing"):
        os.utime(store.folder / place, (LONG_AGO, LONG_AGO), follow_symlinks=False)
    store.tidy()
    assert untouched()
    digits, _ = store.listed()
    assert digits == [kept.path]
    for act in (
        lambda: store.add(ink(2), 7),
        lambda: store.relabel([kept], 7),
        lambda: store.delete(store.relabel(read_all(store), 7)),
        lambda: store.restore(store.delete(read_all(store))),
    ):
        try:
            act()
        except FileProblem as problem:
            assert "is a link" in str(problem)
        assert untouched()
    assert [path for path in store.folder.rglob("*.png") if not path.is_symlink()]  # none is lost


def test_a_link_in_a_digit_s_place_is_no_digit(
    store: MyDigits, outside: Path, untouched: Callable[[], bool], tmp_path: Path
) -> None:
    digit = store.add(ink(1), 7)
    other = store.add(ink(2), 7)
    before = read_all(store)
    digit.path.unlink()
    digit.path.symlink_to(outside / "secret.txt")
    assert store.listed() == ([other.path], [digit.path])
    with pytest.raises(FileProblem, match="is a link"):
        store.read(digit.path)
    exported = last(export_pictures(before, tmp_path / "out"))
    assert isinstance(exported, Exported) and exported.count == 1
    assert [path.name for path in exported.path.rglob("*.png")] == [other.path.name]
    assert store.delete([digit]) == store.relabel([digit], 3) == []
    assert digit.path.is_symlink() and untouched()


def test_a_label_s_folder_replaced_by_a_link_is_not_exported(
    store: MyDigits, outside: Path, tmp_path: Path
) -> None:
    digit = store.add(ink(1), 7)
    (outside / "7" / digit.path.name).write_bytes(b"secret")
    shutil.rmtree(store.folder / "7")
    (store.folder / "7").symlink_to(outside / "7")
    exported = last(export_pictures([digit], tmp_path / "out"))
    assert exported.count == 0 and not list(exported.path.rglob("*.png"))


def test_a_pipe_among_digits_is_told_as_foreign_and_not_waited_for(store: MyDigits) -> None:
    kept = store.add(ink(1), 7)
    os.mkfifo(store.folder / "7" / "00000000.png")
    assert store.listed() == ([kept.path], [store.folder / "7" / "00000000.png"])
    with pytest.raises(FileProblem, match="is not a file"):
        store.read(store.folder / "7" / "00000000.png")


def test_an_import_that_a_stranger_has_completed_overwrites_no_digit(store: MyDigits) -> None:
    kept = store.add(ink(1), 7)
    folder = store.folder / ".imported-y" / "7"
    folder.mkdir(parents=True)
    (folder / kept.path.name).write_bytes(digit_png.encode(ink(2)))
    store.tidy()
    assert np.array_equal(store.ink(kept.path), ink(1))
    digits, foreign = store.listed()
    assert len(digits) == 2 and foreign == []
    assert {store.ink(path).tobytes() for path in digits} == {ink(1).tobytes(), ink(2).tobytes()}
    assert not (store.folder / ".imported-y").exists()


def test_what_is_no_digit_in_a_completed_import_hinders_nothing_and_stays(store: MyDigits) -> None:
    complete = store.folder / ".imported-y"
    (complete / "7").mkdir(parents=True)
    (complete / "runs").mkdir()
    for name in ("notes.txt", "7/notes.txt", "runs/a.png"):
        (complete / name).write_bytes(b"mine")
    (complete / "7" / "a.png").write_bytes(digit_png.encode(ink(1)))
    (store.folder / ".imported-z").write_bytes(b"a file")
    store.tidy()
    assert [path.name for path in store.listed()[0]] == ["a.png"]
    left = {str(path.relative_to(complete)) for path in complete.rglob("*") if path.is_file()}
    assert left == {"notes.txt", "7/notes.txt", "runs/a.png"}
    assert (store.folder / ".imported-z").exists()


def test_an_old_folder_that_is_called_like_a_digit_is_not_forgotten(store: MyDigits) -> None:
    for name in (".deleted/7/a.png", "7/.a.png.b"):
        folder = store.folder / name
        folder.mkdir(parents=True)
        (folder / "mine").write_bytes(b"mine")
        os.utime(folder, (LONG_AGO, LONG_AGO))
    store.tidy()
    assert len(list(store.folder.rglob("mine"))) == 2


def test_links_and_pipes_in_a_folder_of_pictures_do_not_come_in(
    store: MyDigits, outside: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    (folder / "7").mkdir(parents=True)
    Image.fromarray(255 - ink(1)).save(folder / "7" / "real.png")
    (folder / "7" / "link.png").symlink_to(outside / "7" / "a.png")
    (folder / "3").symlink_to(outside / "3")
    os.mkfifo(folder / "7" / "pipe.png")
    imported = last(import_folder(store, folder, frozenset()))
    assert isinstance(imported, Imported)
    assert [each.label for each in imported.digits] == [7]
    assert imported.links == 2


def test_a_table_of_labels_that_is_a_link_or_a_pipe_says_nothing(
    store: MyDigits, outside: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.fromarray(255 - ink(1)).save(folder / "a.png")
    (outside / "table").write_text("a.png,7")
    (folder / "labels.csv").symlink_to(outside / "table")
    os.mkfifo(folder / "labels.txt")
    assert label_tables.read(folder / "labels.txt") is None
    with pytest.raises(LabError, match="no labelled pictures"):
        last(import_folder(store, folder, frozenset()))


@pytest.mark.parametrize("name", ["a-labels-idx1-ubyte", "a.npz", "a.npy", "a.csv"])
def test_files_of_digits_that_are_pipes_or_devices_are_refused_at_once(
    store: MyDigits, tmp_path: Path, name: str
) -> None:
    os.mkfifo(tmp_path / name)
    idx.write(tmp_path / "a-images-idx3-ubyte", np.ones((1, 28, 28), np.uint8))
    pictures = [tmp_path / "a-images-idx3-ubyte"] if "idx" in name else []
    for path in (tmp_path / name, Path("/dev/zero")):
        with pytest.raises(FileProblem, match="is not a file"):
            last(import_files(store, [*pictures, path], frozenset()))


@pytest.mark.parametrize(
    "read", [idx.read, picture_files.read, array_digits.open_arrays, csv_digits.open_table]
)
def test_no_reader_waits_for_a_pipe(tmp_path: Path, read: Callable[[Any], object]) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileProblem, match="is not a file"):
        read([tmp_path / "pipe"] if read is array_digits.open_arrays else tmp_path / "pipe")


def test_an_array_s_file_that_has_become_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((3, 28, 28), np.uint8))
    np.save(tmp_path / "b.npy", np.ones(3, np.uint8))
    found = array_digits.open_arrays([tmp_path / "a.npy", tmp_path / "b.npy"])
    (tmp_path / "a.npy").unlink()
    os.mkfifo(tmp_path / "a.npy")
    with pytest.raises(FileProblem, match="is not a file"):
        found.read(np.arange(3))


def test_exported_idx_files_replace_links_and_not_what_they_lead_to(
    store: MyDigits, outside: Path, untouched: Callable[[], bool], tmp_path: Path
) -> None:
    store.add(ink(1), 7)
    (tmp_path / "mine-images-idx3-ubyte").symlink_to(outside / "secret.txt")
    last(export_idx(read_all(store), tmp_path / "mine", packed=False))
    assert untouched()
    assert idx.read(tmp_path / "mine-images-idx3-ubyte").shape == (1, 28, 28)


# Runs


def snapshot(step: int) -> Snapshot:
    return Snapshot("lenet", step, weights(seed=step), {"conv1": 0.5})


def steps(last: int, *losses: float) -> StepMetrics:
    return StepMetrics(last, 12, np.array(losses, np.float32), np.ones(len(losses)), 0.9, 1.0)


@pytest.fixture
def run(own_runs: Path) -> Run:
    run = runs.create(own_runs, CONFIG, 12, 4)
    run.append(steps(3, 3, 2, 1))
    for step in (0, 3):
        run.save_snapshot(snapshot(step))
    run.save_weights(weights(), None)
    run.save_state({"w": np.zeros(3, np.float32)}, {"step": 3})
    return run


ACTS: dict[str, Callable[[Run], object]] = {
    "append": lambda run: run.append(steps(4, 1)),
    "snapshot": lambda run: run.save_snapshot(snapshot(9)),
    "weights": lambda run: run.save_weights(weights(seed=3), None),
    "state": lambda run: run.save_state({"w": np.ones(3, np.float32)}, {"step": 4}),
    "rename": lambda run: run.rename("another"),
    "finish": lambda run: run.finish(RunResult("epochs", 12, 0.1, 0.9)),
    "cut": lambda run: run.cut(1),
    "hold": lambda run: run.hold().release(),
    "read": lambda run: (
        run.info(),
        drained(run.history()),
        run.snapshot(0),
        run.load_state(),
        run.read_weights(),
    ),
    "look": lambda run: (run.snapshot_steps(), list(run.metrics()), run.can_go_on, run.has_weights),
    "list": lambda run: drained(runs.all_runs(run.path.parent)),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("place", "target"),
    [
        ("snapshots", "snapshots"),
        ("snapshots", ""),
        ("metrics.jsonl", "metrics.jsonl"),
        ("run.json", "run.json"),
        ("weights.safetensors", "secret.txt"),
        ("state.safetensors", "secret.txt"),
        ("run.lock", "secret.txt"),
        ("run.lock", "nothing"),
        ("", ""),
    ],
)
def test_a_link_in_a_run_lets_nothing_happen_where_it_leads(
    run: Run, outside: Path, untouched: Callable[[], bool], place: str, target: str, act: str
) -> None:
    replaced = run.path / place
    if replaced.is_dir():
        shutil.rmtree(replaced)
    else:
        replaced.unlink(missing_ok=True)
    replaced.symlink_to(outside / target)
    try:
        ACTS[act](run)
    except FileProblem as problem:
        assert "is a link" in str(problem) or "not a training run" in str(problem)
    assert untouched()
    assert not (outside / "nothing").exists()
    run.delete()
    assert untouched() and not run.path.is_symlink() and not run.path.exists()


def test_a_folder_that_is_called_like_a_torn_file_stays(run: Run) -> None:
    (run.path / ".a.b").mkdir()
    (run.path / ".c.d").write_bytes(b"torn")
    run.cut(3)
    assert (run.path / ".a.b").is_dir() and not (run.path / ".c.d").exists()


def test_whoever_only_looks_at_a_lock_keeps_nobody_from_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    looking = run.hold()
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            looking.release()

    monkeypatch.setattr(time, "sleep", wait)
    lock = run.hold()
    assert len(waited) == 2 and sum(waited) < 0.1
    with pytest.raises(FileProblem, match="at work in another window"):
        run.hold()
    lock.release()


def test_a_run_that_is_a_link_is_not_listed(run: Run, own_runs: Path, tmp_path: Path) -> None:
    run.path.rename(tmp_path / "elsewhere")
    run.path.symlink_to(tmp_path / "elsewhere")
    assert drained(runs.all_runs(own_runs)) == []
    run.path.unlink()
    (tmp_path / "elsewhere").rename(run.path)
    assert [info.path for info in drained(runs.all_runs(own_runs))] == [run.path]


def test_the_folder_of_all_runs_may_be_a_link(run: Run, own_runs: Path, tmp_path: Path) -> None:
    own_runs.rename(tmp_path / "on another disk")
    own_runs.symlink_to(tmp_path / "on another disk")
    assert [info.path for info in drained(runs.all_runs(own_runs))] == [run.path]
    run.cut(2)
    assert run.snapshot_steps() == [0]
    run.delete()
    assert list((tmp_path / "on another disk").iterdir()) == []


def test_snapshots_are_those_whose_names_the_program_gives(run: Run) -> None:
    folder = run.path / "snapshots"
    for name in ("9" * 12, "9" * 13, "9" * 8, "000000007", f"{MOST_STEPS + 1:08d}", "0000007"):
        (folder / f"{name}.safetensors").write_bytes(b"")
    (folder / f"{MOST_STEPS:08d}.safetensors").write_bytes(b"")
    (folder / "00000005.safetensors").symlink_to(folder / "00000003.safetensors")
    assert run.snapshot_steps() == [0, 3, MOST_STEPS]


def test_of_very_many_snapshots_the_newest_are_listed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_MOST_LISTED_SNAPSHOTS", 3)
    for step in (5, 6, 7):
        run.save_snapshot(snapshot(step))
    assert run.snapshot_steps() == [5, 6, 7]


def rewritten(run: Run, **changes: Any) -> None:
    path = run.path / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_config_of_absurdly_many_steps_is_refused() -> None:
    most = TrainingConfig(digits=60_000, validation=0, batch_size=60, epochs=10_000)
    assert most.steps == MOST_STEPS
    with pytest.raises(InvalidSetting, match=r"epochs must be fewer.*10,000,000.*10,170,000"):
        dataclasses.replace(most, batch_size=59)


def test_a_small_run_cannot_ask_for_gigabytes(run: Run) -> None:
    hostile = {**CONFIG.to_json(), "epochs": 10_000, "digits": 60_000, "validation": 0, "batch_size": 1}
    rewritten(run, config=hostile, steps=600_000_000, steps_per_epoch=60_000)
    (run.path / "metrics.jsonl").write_text(json.dumps({**vars_of(steps(600_000_000, 1))}))
    with pytest.raises(FileProblem, match="not a training run"):
        drained(run.history())
    assert drained(runs.all_runs(run.path.parent)) == []


def vars_of(metrics: StepMetrics) -> dict[str, Any]:
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in vars(metrics).items()
    }


def test_a_description_of_more_than_a_megabyte_is_refused(run: Run) -> None:
    rewritten(run, name="n" * 2**20)
    with pytest.raises(FileProblem, match="not a training run"):
        run.info()
    rewritten(run, name="n" * 2000, created="2" * 2000)
    assert (len(run.info().name), len(run.info().created)) == (200, 200)


@pytest.mark.parametrize(
    "change", [{"step": -1}, {"step": 10**9}, {"test_accuracy": 2}, {"validation_accuracy": -1}]
)
def test_a_result_that_no_run_can_have_is_refused(run: Run, change: dict[str, Any]) -> None:
    result = dataclasses.asdict(RunResult("epochs", 12, 0.1, 0.9, 0.8))
    rewritten(run, result=result)
    assert run.info().result is not None
    rewritten(run, result={**result, **change})
    with pytest.raises(FileProblem, match="not a training run"):
        run.info()


def test_a_name_as_long_as_a_book_is_no_setting() -> None:
    TrainingConfig(start="s" * 4096)
    with pytest.raises(InvalidSetting, match="start must be a name"):
        TrainingConfig(start="s" * 4097)


def test_curves_larger_than_any_run_s_are_told_and_not_read(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (run.path / "metrics.jsonl").read_bytes()
    monkeypatch.setattr(limits, "CURVES_FILE", len(before) - 1)
    for act in (lambda: drained(run.history()), lambda: run.cut(2)):
        with pytest.raises(FileProblem, match=r"curves in .* are too large: a run's have 0 MB at most"):
            act()
    assert (run.path / "metrics.jsonl").read_bytes() == before
    monkeypatch.setattr(limits, "CURVES_FILE", len(before))
    assert len(drained(run.history()).losses) == 3


def test_a_line_longer_than_any_of_ours_costs_itself_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_LONGEST_LINE", 400)
    line = json.dumps(vars_of(steps(4, 0.5)))
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write("\n" + line + " " * 1000)  # the rest of which would be lines of their own
        file.write("\n" + " " * 400 + line.replace("0.5", "9.5"))
    run.append(steps(5, 0.25))
    assert drained(run.history()).losses[4:].tolist() == [0.25]
    assert np.isnan(drained(run.history()).losses[3])


def epoch(number: int, silent: dict[str, float] | None = None) -> EpochMetrics:
    return EpochMetrics(number, 4, 0.25, 0.75, 0.9, 0.9, 1.5, silent or {}, {})


def test_epochs_that_the_run_does_not_have_are_left_out(run: Run) -> None:
    for number in (1, 2, 3, 4, 10**6):
        run.append(epoch(number))
    assert [each.epoch for each in drained(run.history()).epochs] == [1, 2, 3]


def test_an_epoch_of_more_layers_than_networks_have_is_left_out(run: Run) -> None:
    run.append(epoch(1, {f"relu{number}": 0.5 for number in range(1001)}))
    run.append(epoch(2, {f"relu{number}": 0.5 for number in range(1000)}))
    assert [each.epoch for each in drained(run.history()).epochs] == [2]


def test_very_many_epochs_are_read_in_little_time(run: Run) -> None:
    hostile = {**CONFIG.to_json(), "epochs": 10_000}
    rewritten(run, config=hostile, steps=40_000)
    lines = [
        json.dumps({**about, "epoch": number}) for about in [epoch_json()] for number in range(1, 10_001)
    ]
    (run.path / "metrics.jsonl").write_text("\n".join(lines))
    started = time.process_time()
    assert len(drained(run.history()).epochs) == 10_000
    assert time.process_time() - started < 3.0


def epoch_json() -> dict[str, Any]:
    return {name: value for name, value in vars(epoch(1)).items() if name != "weights"}


def test_settings_are_read_from_small_files_only(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(CONFIG.to_json()))
    assert configs.read(path) == CONFIG
    path.write_text(json.dumps(CONFIG.to_json()) + " " * 2**20)
    with pytest.raises(FileProblem, match="too large"):
        configs.read(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(FileProblem, match="is not a file"):
        configs.read(path)


# Files of arrays


def named(count: int) -> dict[str, np.ndarray]:
    return {f"{number:05d}" + "n" * 95: np.zeros(0, np.float32) for number in range(count)}


def test_a_file_of_very_many_arrays_is_refused_before_they_are_made() -> None:
    content = tensor_files.packed(named(5000), tensor_files.WEIGHTS, {})
    assert len(tensor_files.parse(content, tensor_files.WEIGHTS)[0]) == 5000
    content = tensor_files.packed(named(8000), tensor_files.WEIGHTS, {})
    with pytest.raises(ValueError, match="header is too large"):
        tensor_files.parse(content, tensor_files.WEIGHTS)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path)])
def test_weights_that_are_no_file_are_refused_at_once(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "weights.safetensors")
    with pytest.raises(FileProblem, match="is not a file"):
        weight_files.load_model(str(tmp_path / "weights.safetensors"))
    assert taught_networks.newest(tmp_path) is None


def test_weights_that_the_user_names_may_be_a_link(tmp_path: Path) -> None:
    weight_files.save(tmp_path / "real.safetensors", weights(), {"architecture": "lenet"})
    (tmp_path / "link").symlink_to(tmp_path / "real.safetensors")
    assert weight_files.load_model(str(tmp_path / "link")).architecture == "lenet"


def test_a_log_s_name_on_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lenet-lab.log")
    before = list(logging.getLogger().handlers)
    log_to_file(tmp_path / "lenet-lab.log")
    assert logging.getLogger().handlers == before


# Taught networks


def taught_file(path: Path, **changes: Any) -> None:
    taught = {"model": "lenet", "digits": 3, "created": "2026-01-01T12:00:00", **changes}
    tensor_files.write_weights(path, weights(), {"architecture": "lenet", "taught": taught})


@pytest.mark.parametrize("digits", [float("inf"), float("nan"), -1, 0, 10**9, "many", None, [], 1e300])
def test_a_taught_network_that_says_nonsense_is_none(tmp_path: Path, digits: Any) -> None:
    path = tmp_path / "taught" / "b.safetensors"
    taught_file(path, digits=digits)
    assert taught_networks.newest(path.parent) is None
    taught_file(path.with_name("a.safetensors"))
    newest = taught_networks.newest(path.parent)
    assert newest is not None and newest.path.name == "a.safetensors"


def test_a_taught_network_that_is_a_link_or_a_pipe_is_passed_over(tmp_path: Path) -> None:
    taught_file(tmp_path / "elsewhere.safetensors")
    folder = tmp_path / "taught"
    taught_file(folder / "a.safetensors")
    (folder / "b.safetensors").symlink_to(tmp_path / "elsewhere.safetensors")
    os.mkfifo(folder / "c.safetensors")
    newest = taught_networks.newest(folder)
    assert newest is not None and newest.path.name == "a.safetensors"
