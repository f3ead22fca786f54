"""All readers of files from outside. With a damaged one each gives a value or a `LabError`, and no more.

`test_fuzzing.py` tries some hundred files on each, `benchmarks/fuzz_readers.py` as many as there is time for.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import pickle
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import mutations
import numpy as np
import seed_files
from driving import INFO
from mutations import Mutate
from PIL import Image

from core.data.labelled_files import open_labelled, read_labelled
from core.errors import LabError
from core.files import tensor_files
from core.files.limits import IMPORT, PICTURE
from core.ink import digit_png, picture_files
from core.my_digits import importing, label_tables
from core.my_digits.importing import Imported, TooMany
from core.my_digits.label_tables import Names
from core.my_digits.labelling import Rule
from core.my_digits.picture_folders import Survey, read_ink
from core.my_digits.store import MyDigits
from core.records import REASONS, EpochMetrics, ModelInfo, StepMetrics
from core.teaching import taught_networks
from core.training import config as configs
from core.training import runs
from core.training.config import MOST_STEPS, TrainingConfig
from core.training.history import History
from core.training.runs import Run, RunInfo

MOST_SECONDS = 2.0  # of the processor, for one file

Attempt = Callable[[Random, Path], object]
"""Makes a file in an empty folder, and has it read.

Raises:
    LabError: the file was refused.
    AssertionError: the value is not what the reader promises.
"""


@dataclass(frozen=True)
class Reader:
    """A reader, and how it is tried."""

    name: str
    attempt: Attempt
    memory: int = IMPORT.memory
    """Bytes that one file may take."""
    examples: int = 300
    """How many files the tests try."""
    prepare: Callable[[], object] = lambda: None
    """Loads what takes time, once, before the first file is tried."""


def attempt(reader: Reader, chance: Random, sandbox: Path) -> bool:
    """Try a reader with one file; whether the file was read, and not refused.

    Raises:
        AssertionError: it took too long or too much memory, gave nonsense, or touched what is not its own.
        Exception: whatever it raised that is no `LabError`.
    """
    reader.prepare()
    folder = sandbox / "inside"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    before = _around(folder)
    is_read = True
    with _measured(reader):
        try:
            reader.attempt(chance, folder)
        except LabError as error:
            is_read = False
            assert str(error).strip()
            pickle.loads(pickle.dumps(error))  # it crosses to the window
    assert _around(folder) == before, "something outside its folder is another now"
    return is_read


@contextlib.contextmanager
def _measured(reader: Reader) -> Iterator[None]:
    """Fail where more memory, or more of the processor's time, is taken than may be."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak is forgotten
    memory, started = _peak(), time.process_time()
    yield
    seconds, taken = time.process_time() - started, _peak() - memory
    assert seconds <= MOST_SECONDS, f"it took {seconds:.1f} s"
    assert taken <= reader.memory, f"it took {taken / 2**20:.0f} MB"


def _peak() -> int:
    """The most bytes that the process had; 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    return 0


def _around(folder: Path) -> dict[str, tuple[int, int]]:
    """The times and sizes of all that lies beside a folder."""
    found = {}
    for at, folders, files in os.walk(folder.parent):
        if Path(at) == folder.parent:
            folders.remove(folder.name)
        for name in (*folders, *files):
            status = os.lstat(os.path.join(at, name))
            found[os.path.join(at, name)] = status.st_mtime_ns, status.st_size
    return found


def make_sandbox(sandbox: Path) -> Path:
    """What is somebody else's, where links may lead: digits, a run, a table. Beside it files are tried."""
    outside = sandbox / "outside"
    for name in ("7", "snapshots", ".deleted/7", "outside/7"):
        (outside / name).mkdir(parents=True)
    for name in ("7/a.png", "b.png", "7_a.png", "7/.a.png.x", ".deleted/7/a.png"):
        (outside / name).write_bytes(digit_png.encode(_outside_ink()))
    for name, content in seed_files.run_files().items():
        (outside / name).write_bytes(content)
    (outside / "labels.csv").write_text("a.png,7\n")
    for path in outside.rglob("*"):
        os.utime(path, (1e9, 1e9))
    return sandbox


def _outside_ink() -> np.ndarray:
    return seed_files.drawing(99)


def _reads(
    mutate: Mutate, seeds: Callable[[], list[bytes]], name: str, read: Callable[[Path], object]
) -> Attempt:
    """Writes one damaged file of a name, and has it read; who reads must not write."""

    def tried(chance: Random, folder: Path) -> None:
        path, content = folder / name, mutate(chance, seeds())
        path.write_bytes(content)
        read(path)
        assert os.listdir(folder) == [name]
        assert path.read_bytes() == content

    return tried


# Pictures


def _read_picture(path: Path) -> None:
    sheet = picture_files.read_sheet(path)
    _is_levels(sheet.picture, (*sheet.picture.shape[:2], 3))
    assert max(sheet.picture.shape) <= 1280
    height, width = sheet.picture.shape[:2]
    for digit in sheet.digits:
        box = digit.box
        assert 0 <= box.top < box.bottom <= height
        assert 0 <= box.left < box.right <= width
        _is_levels(digit.ink, (box.height, box.width))
    _is_levels(sheet.ink(sheet.largest), (height, width))
    _is_levels(digit_png.on_sheet(read_ink(path)), (280, 280))


def _read_pattern(chance: Random, folder: Path) -> None:
    """A whole picture of specks, dots, stripes, rings or noise, of any shape and on any ground."""
    random = np.random.default_rng(chance.randrange(2**32))
    height, width = (int(2 ** chance.uniform(0, 10.5)) for _ in range(2))
    rows, columns = np.mgrid[:height, :width]
    apart, thick = chance.randint(2, 40), chance.uniform(0.1, 0.9)
    marks = {
        "specks": random.random((height, width)) < chance.choice((0.002, 0.02, 0.2)),
        "dots": (rows % apart < apart * thick) & (columns % apart < apart * thick),
        "grid": (rows % apart < apart * thick) | (columns % apart < 2),
        "stripes": (rows + columns * chance.choice((0, 1, 3))) % apart < apart * thick,
        "rings": np.sin(np.hypot(rows - height / 2, columns - width / 3) / apart * 6) > thick,
    }[chance.choice(("specks", "dots", "grid", "stripes", "rings"))]
    ground = chance.randint(60, 255) + columns * chance.choice((0.0, 0.1))
    levels = (
        ground - marks * chance.randint(20, 250) + random.normal(0, chance.choice((0, 0, 1, 9)), marks.shape)
    )
    path = folder / "pattern.png"
    Image.fromarray(levels.clip(0, 255).astype(np.uint8)).save(path, compress_level=1)
    _read_picture(path)


def _is_levels(values: np.ndarray, shape: tuple[int, ...]) -> None:
    assert (values.dtype, values.shape) == (np.uint8, shape)


def _read_digit(path: Path) -> None:
    folder = path.parent / "7"
    folder.mkdir()
    kept = folder / path.name
    kept.write_bytes(path.read_bytes())
    try:
        digit = MyDigits(path.parent).read(kept)
        assert digit.label == 7
        _is_picture(digit.picture)
    finally:
        shutil.rmtree(folder)


def _is_picture(picture: np.ndarray) -> None:
    assert (picture.dtype, picture.shape) == (np.float32, (28, 28))
    assert picture.min() >= 0  # no value is NaN, either
    assert picture.max() <= 1


# Labelled sets


def _read_labelled(paths: list[Path]) -> None:
    file = open_labelled(paths)
    assert file.count >= 0
    chosen = np.random.default_rng(0).permutation(min(file.count, 10_000))
    pictures, labels = read_labelled(file, chosen)
    _is_levels(pictures, (len(chosen), *pictures.shape[1:]))
    assert pictures.ndim == 3
    _is_levels(labels, (len(chosen),))
    assert labels.max(initial=0) <= 9


def _read_one(path: Path) -> None:
    _read_labelled([path])


def _pair(
    mutate: Mutate, suffix: str, pictures: Callable[[], list[bytes]], labels: Callable[[], list[bytes]]
) -> Attempt:
    """Of a file of pictures and one of labels, one or both are damaged."""

    def tried(chance: Random, folder: Path) -> None:
        paths = []
        which = chance.randrange(3)
        for number, (role, seeds) in enumerate(
            (("images-idx3-ubyte", pictures), ("labels-idx1-ubyte", labels))
        ):
            content = mutate(chance, seeds()) if which in (number, 2) else chance.choice(seeds())
            paths.append(folder / f"train-{role}{suffix}")
            paths[-1].write_bytes(content)
        _read_labelled(paths)

    return tried


def _npy_pair(chance: Random, folder: Path) -> None:
    paths = [folder / "x.npy", folder / "y.npy"]
    contents = [chance.choice(seed_files.array_pictures()), chance.choice(seed_files.array_labels())]
    damaged = chance.randrange(2)
    contents[damaged] = mutations.of_npy(chance, [contents[damaged]])
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    _read_labelled(paths)


def _read_label_table(path: Path) -> None:
    table = label_tables.read(path)
    if table is not None:
        names = [path.parent / f"{number}.png" for number in range(12)]
        matched = table.match(Names(names, path.parent))
        assert all(0 <= place < 12 for place in matched.labels)
        assert all(digits <= set(range(10)) for digits in matched.labels.values())


def _import_files(chance: Random, folder: Path) -> None:
    path = folder / "digits.npz"
    path.write_bytes(mutations.of_zip(chance, seed_files.arrays()))
    store = MyDigits(folder / "my_digits")
    _check_import(store, importing.import_files(store, [path], frozenset()))


def _import_folder(chance: Random, folder: Path) -> None:
    strange = folder / "strange"
    strange.mkdir()
    mutations.strew(chance, strange, _PICTURE_NAMES, _strange_contents(chance), 10)
    store = MyDigits(folder / "my_digits")
    rule = chance.choice((None, *Rule))
    most = chance.choice((None, None, 2))
    _check_import(store, importing.import_folder(store, strange, frozenset(), rule, most))


_PICTURE_NAMES = (
    *(
        "7/a.png",
        "7/b.PNG",
        "7_a.png",
        "1.png",
        "2.png",
        "seven/c.jpg",
        "1/2/d.gif",
        "Class 3/e.tif",
        "x.webp",
    ),
    *(
        "labels.csv",
        "7/labels.txt",
        "labels.tsv",
        "7",
        "8",
        "0/..png",
        "7/\n.png",
        "7/\udcff.png",
        "7/七.bmp",
    ),
    *(".hidden/7/a.png", "9" * 200 + ".png", "7/{path}.png", "7/-1.png", "10/a.png", "digit 3/digit_4.png"),
)


def _strange_contents(chance: Random) -> list[bytes]:
    kinds = seed_files.pictures()
    contents = [mutations.of_text(chance, seed_files.label_tables()), b""]
    for suffix in (".png", ".jpg", ".bmp"):
        contents += [mutations.of_bytes(chance, kinds[suffix]), chance.choice(kinds[suffix])]
    return [*contents, *seed_files.digit_files()]


def _check_import(store: MyDigits, work: Iterator[Any]) -> None:
    """All came in or none, nothing of what lies outside, and nothing is left of the work."""
    result: Any = None
    try:
        result = _last(work)
    finally:
        kept, foreign = store.listed()
        assert foreign == []
        assert not [path for path in store.folder.glob(".*") if path.name != ".deleted"]
        came_in = {digit.path for digit in result.digits} if isinstance(result, Imported) else set()
        assert set(kept) == came_in
        outside = digit_png.digest(_outside_ink())
        assert all(store.read(path).digest != outside for path in kept)
    assert isinstance(result, Imported | Survey | TooMany)


def _keep_house(chance: Random, folder: Path) -> None:
    """A hostile folder as the collection: it is listed, read and tidied."""
    mutations.strew(chance, folder, _KEPT_NAMES, _kept_contents(chance), 12)
    store = MyDigits(folder)
    inks = _readable(store)
    assert digit_png.digest(_outside_ink()) not in inks
    _last(store.read_new(frozenset()))
    assert inks <= _readable(store)  # what was a digit still is one
    digit = store.add(seed_files.drawing(7), 7)
    (moved,) = store.relabel([digit], 8)
    store.delete([moved])


def _readable(store: MyDigits) -> set[str]:
    """The digests of all digits that can be read."""
    found = set()
    for path in store.listed()[0]:
        with contextlib.suppress(LabError):
            found.add(store.read(path).digest)
    return found


_KEPT_NAMES = (
    *("7/a.png", "3/a.png", "7/b.png", "7/.a.png.0a1b", "7", "8", "7/folder.png/x", ".importing-1/7/i.png"),
    *(
        ".imported-1/7/c.png",
        ".imported-2",
        ".imported-1/7/a.png",
        ".importing-2",
        ".deleted/7/d.png",
        ".deleted",
    ),
    *(
        ".deleted/7/.e.png.f",
        "Thumbs.db",
        "labels.csv",
        "7/\udcff.png",
        "10/a.png",
        ".imported-3/x/a.png",
        "0",
    ),
)


def _kept_contents(chance: Random) -> list[bytes]:
    names = b"7/../../outside/7/a.png\n../outside/7/a.png\n/7/a.png\n7/.\n\xff\0\n"
    return [*seed_files.digit_files(), mutations.of_png(chance, seed_files.digit_files()), b"", names]


# Networks


def _load_weights(path: Path) -> None:
    from core.networks import weight_files

    loaded = weight_files.load(path)
    assert isinstance(loaded.about, dict)
    for value in loaded.network.state_dict().values():
        assert str(value.dtype) == "torch.float32"
        assert value.isfinite().all()


def _read_taught(path: Path) -> None:
    """Only headers are read: of the file among taught networks, and of one that has been opened."""
    taught = taught_networks.newest(path.parent)
    assert taught is None or taught.path == path
    names = [] if taught is None else [taught.name]
    with path.open("rb") as file, contextlib.suppress(ValueError):
        about = tensor_files.read_about(file, tensor_files.WEIGHTS)
        opened = ModelInfo(str(path), "lenet", "cpu", "CPU", INFO.table, about=about)
        names += taught_networks.with_names(opened).names
    for name in names:
        assert 0 <= name.taught <= 10_000
        assert len(name.model) <= 4096
        assert len(name.run) <= 200
    if not names:
        raise LabError("no file of weights")


# Runs


def _read_run(chance: Random, folder: Path) -> None:
    """A run of which one file is damaged, or is no file: it is looked at, gone on with and taken away."""
    path = folder / "20260101-000000"
    for name, content in seed_files.run_files().items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    damaged = chance.choice(sorted(_RUN_MUTATIONS))
    content = _RUN_MUTATIONS[damaged](chance, [(path / damaged).read_bytes()])
    if chance.random() < 0.2:
        (path / damaged).unlink()
        mutations.strew(
            chance, path, [damaged, damaged, ".x.y", "snapshots/00000003.safetensors"], [content], 4
        )
    else:
        (path / damaged).write_bytes(content)
    _look_at(Run(path), _last(runs.all_runs(folder)))
    run = Run(path)
    step = chance.choice((0, 1, 2, 5))
    with contextlib.suppress(LabError):
        run.cut(step)
        assert all(metrics.step <= step for metrics in run.metrics())
    with contextlib.suppress(LabError):
        run.rename("another")
        assert run.info().name == "another"
    run.delete()
    assert os.listdir(folder) == []


_RUN_MUTATIONS: dict[str, Mutate] = {
    "run.json": mutations.of_json,
    "metrics.jsonl": mutations.of_lines(mutations.of_json),
    "weights.safetensors": mutations.of_tensors,
    "state.safetensors": mutations.of_tensors,
    "snapshots/00000002.safetensors": mutations.of_tensors,
}


def _look_at(run: Run, listed: list[RunInfo]) -> None:
    for info in listed:
        assert isinstance(info.config, TrainingConfig)
        assert TrainingConfig.from_json(info.config.to_json()) == info.config
        assert 1 <= info.steps_per_epoch <= info.steps <= MOST_STEPS
        assert info.result is None or info.result.reason in REASONS
        _is_measure(None if info.result is None else info.result.test_loss)
    for metrics in itertools.islice(run.metrics(), 1000):
        _is_metrics(metrics)
    for step in run.snapshot_steps():
        with contextlib.suppress(LabError):
            snapshot = run.snapshot(step)
            assert all(
                value.dtype == np.float32 and np.isfinite(value).all() for value in snapshot.weights.values()
            )
            assert all(isinstance(norm, float) for norm in snapshot.gradient_norms.values())
    with contextlib.suppress(LabError):
        arrays, about = run.load_state()
        assert isinstance(about, dict)
        assert all(isinstance(value, np.ndarray) for value in arrays.values())
    for kept in _records(runs.read_run(run.path)):
        assert kept.info.path == run.path
        assert set(kept.snapshots) <= set(kept.steps)
        _is_history(kept.history)
    compared = _last(runs.read_curves([run.path]))
    for _, history in compared.runs:
        _is_history(history)


def _is_history(history: History) -> None:
    assert len(history.losses) == len(history.learning_rates) == history.step <= history.steps
    assert history.epoch >= 1
    assert len(list(history.csv_lines())) == history.step + 1


def _records(work: Iterator[Any]) -> list[Any]:
    """The last record of some work; none where it says that it cannot be done."""
    with contextlib.suppress(LabError):
        return [_last(work)]
    return []


def _last(work: Iterator[Any]) -> Any:
    """The last record of some work; it can cross to another process."""
    for record in work:  # noqa: B007  # the last one is returned
        pass
    pickle.loads(pickle.dumps(record))
    return record


def _is_metrics(metrics: StepMetrics | EpochMetrics) -> None:
    """Steps from 1; losses may be anything, as training may diverge; shares are shares."""
    assert 1 <= metrics.step <= MOST_STEPS
    assert metrics.seconds >= 0
    assert math.isfinite(metrics.seconds)
    if isinstance(metrics, StepMetrics):
        assert metrics.losses.dtype == np.float32
        assert metrics.losses.shape == metrics.learning_rates.shape == (len(metrics.losses),)
        return
    assert metrics.epoch >= 1
    for share in (metrics.training_accuracy, metrics.validation_accuracy, *metrics.silent.values()):
        assert share is None or 0 <= share <= 1


def _is_measure(value: float | None) -> None:
    assert value is None or isinstance(value, float)


def _go_on(path: Path) -> None:
    """A checkpoint that is taken must be one that can be trained from."""
    from example_digits import first_digits

    from core.training.trainer import Trainer

    content = path.read_bytes()
    config = seed_files.CONFIG
    trainer = Trainer(config, digits=first_digits("train", config.digits))
    try:
        arrays, about = tensor_files.parse(content, "lenet_lab_state")
    except ValueError:  # Run.load_state makes a sentence of it
        raise LabError("not a checkpoint") from None
    trainer.restore(arrays, about)
    if not trainer.at_end_of_epoch and trainer.step < trainer.steps:
        trainer.advance()
    if trainer.at_end_of_epoch:
        _is_metrics(trainer.end_epoch())
    report = trainer.report()
    assert math.isfinite(report.seconds)


# Settings


def _read_config(path: Path) -> None:
    config = configs.read(path)
    assert TrainingConfig.from_json(config.to_json()) == config
    assert 1 <= config.steps <= MOST_STEPS


def _read_settings(chance: Random, folder: Path) -> None:
    """What the window remembers. It needs an application."""
    from PySide6.QtCore import QSettings, Qt
    from PySide6.QtWidgets import QSplitter, QWidget

    from core.catalog import DEVICES
    from core.reading.comparison import NetworkChoice
    from gui.pad.drawing_canvas import THICKEST, THINNEST
    from gui.paint.colours import COLOUR_MAPS
    from gui.paint.theme import THEMES
    from gui.window.settings import Settings

    place = folder / str(next(_numbers)) / "LeNet Lab" / "lenet-lab.ini"  # Qt remembers files by their names
    place.parent.mkdir(parents=True)
    place.write_bytes(mutations.of_lines(mutations.of_text)(chance, seed_files.window_settings()))
    scope = QSettings.Scope.UserScope
    QSettings.setPath(QSettings.Format.IniFormat, scope, str(place.parent.parent))
    settings = Settings()
    assert settings.device in DEVICES
    assert settings.theme in THEMES
    assert settings.colour_map in COLOUR_MAPS
    assert THINNEST <= settings.brush <= THICKEST
    assert isinstance(settings.shared_range, bool)
    assert isinstance(settings.show_logits, bool)
    for side in (0, 1):
        NetworkChoice.parse(settings.compared(side))
        settings.forget_compared(side)
    for text in (settings.model, settings.folder):
        assert isinstance(text, str)
        assert len(text) <= 4096
    window = QWidget()
    splitter = QSplitter(Qt.Orientation.Horizontal, window)
    splitter.setObjectName("some_splitter")
    for _ in range(2):
        splitter.addWidget(QWidget(splitter))
    settings.restore_window(window)
    settings.restore_sizes(splitter)
    assert window.width() <= window.screen().availableGeometry().width()
    settings.remember_window(window)
    settings.remember_sizes(splitter)
    settings.store.sync()
    window.deleteLater()


_numbers = itertools.count()


def _pictures(suffix: str) -> Reader:
    ways = (mutations.of_bytes, mutations.of_header, *([mutations.of_png] if suffix == ".png" else []))

    def seeds() -> list[bytes]:
        return seed_files.pictures()[suffix]

    name = f"7{suffix}"
    return Reader(
        f"picture{suffix}", _reads(mutations.any_of(*ways), seeds, name, _read_picture), PICTURE.memory, 150
    )


_IDX = mutations.any_of(mutations.of_bytes, mutations.of_header)
_TABLE = mutations.any_of(mutations.of_text, mutations.of_lines(mutations.of_text), mutations.of_bytes)

READERS = {
    reader.name: reader
    for reader in (
        *map(_pictures, (".png", ".jpg", ".gif", ".tif", ".webp", ".bmp")),
        Reader("picture of no paper", _read_pattern, PICTURE.memory, examples=30),
        Reader(
            "digit of the collection",
            _reads(
                mutations.any_of(mutations.of_png, mutations.of_bytes),
                seed_files.digit_files,
                "a.png",
                _read_digit,
            ),
        ),
        Reader("IDX", _pair(_IDX, "", seed_files.idx_pictures, seed_files.idx_labels)),
        Reader(
            "IDX, packed",
            _pair(
                mutations.packed(_IDX),
                ".gz",
                lambda: seed_files.packed(seed_files.idx_pictures()),
                lambda: seed_files.packed(seed_files.idx_labels()),
            ),
        ),
        Reader("table of digits", _reads(_TABLE, seed_files.tables, "train.csv", _read_one)),
        Reader("npz", _reads(mutations.of_zip, seed_files.arrays, "mnist.npz", _read_one)),
        Reader("npy", _npy_pair),
        Reader("table of labels", _reads(_TABLE, seed_files.label_tables, "labels.csv", _read_label_table)),
        Reader("import of files", _import_files, examples=60),
        Reader("import of a folder", _import_folder, examples=100),
        Reader("collection", _keep_house, examples=120),
        Reader(
            "weights",
            _reads(mutations.of_tensors, seed_files.weights_files, "w.safetensors", _load_weights),
            prepare=seed_files.weights_files,
        ),
        Reader(
            "taught network",
            _reads(mutations.of_tensors, seed_files.few_weights, "w.safetensors", _read_taught),
        ),
        Reader("run", _read_run, examples=200),
        Reader(
            "checkpoint",
            _reads(mutations.of_tensors, seed_files.checkpoints, "s.safetensors", _go_on),
            examples=150,
            prepare=seed_files.checkpoints,
        ),
        Reader(
            "training settings",
            _reads(mutations.of_json, seed_files.training_settings, "c.json", _read_config),
        ),
        Reader("settings of the window", _read_settings, examples=150),
    )
}
