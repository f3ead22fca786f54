"""Digits come in from folders and files and go out again: all of them, or none, and never twice."""

from __future__ import annotations

import errno
import gzip
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from example_digits import ink, read_all
from PIL import Image

from core.data import idx
from core.data.datasets import load_mnist, mnist_folder
from core.errors import FileProblem, LabError
from core.files import limits
from core.ink import digit_png
from core.ink.preprocess import to_mnist
from core.my_digits import exporting, importing, picture_folders
from core.my_digits.exporting import Exported, export_idx, export_pictures
from core.my_digits.importing import Imported, TooMany, import_files, import_folder, known_digests
from core.my_digits.labelling import Rule
from core.my_digits.picture_folders import Survey
from core.my_digits.store import MyDigits
from core.records import Progress

NOTHING: frozenset[str] = frozenset()


def outcome(work: Iterator[Any]) -> Any:
    """What a generator of progress gives at the end; progress never goes back."""
    *steps, last = work
    assert all(isinstance(step, Progress) for step in steps)
    known = [step for step in steps if step.total]
    assert all(0 <= step.done <= step.total for step in known)
    assert [step.done for step in known] == sorted(step.done for step in known)
    return last


def filled(store: MyDigits, count: int = 12) -> MyDigits:
    for seed in range(count):
        store.add(ink(seed), seed * 7 % 10)
    return store


def pictures(store: MyDigits) -> set[tuple[int, bytes]]:
    return {(each.label, store.ink(each.path).tobytes()) for each in read_all(store)}


# Out and in again


def test_a_folder_of_pictures_comes_back_to_the_last_gray_level(store: MyDigits, tmp_path: Path) -> None:
    digits = read_all(filled(store))
    exported = outcome(export_pictures(digits, tmp_path))
    assert isinstance(exported, Exported) and exported.count == 12
    other = MyDigits(tmp_path / "other")
    imported = outcome(import_folder(other, exported.path, NOTHING))
    assert isinstance(imported, Imported)
    assert (len(imported.digits), imported.duplicates, imported.unreadable) == (12, 0, ())
    assert pictures(other) == pictures(store)
    assert [each.path for each in imported.digits] == other.listed()[0]
    again = outcome(import_folder(store, exported.path, known_digests(digits)))
    assert (again.digits, again.duplicates) == ((), 12)


def test_torchvision_reads_the_folder_with_the_readmes_own_words(store: MyDigits, tmp_path: Path) -> None:
    digits = read_all(filled(store, 5))  # of labels 0, 7, 4, 1, 8
    exported = outcome(export_pictures(digits, tmp_path))
    readme = (exported.path / "README.txt").read_text()
    code = "\n".join(line[4:] for line in readme.splitlines() if line.startswith("    "))
    names: dict[str, Any] = {}
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        exec(code, names)
        read = [(names["digits"].classes[number], picture) for picture, number in names["digits"]]
    finally:
        os.chdir(before)
    assert sorted(int(label) for label, _ in read) == sorted(each.label for each in digits)
    assert all(picture.shape == (1, 28, 28) for _, picture in read)
    assert all(picture.max() > 0.5 and picture[0, 0, 0] == 0 for _, picture in read)


@pytest.mark.parametrize("packed", [True, False])
def test_idx_files_hold_what_the_network_reads_and_come_back(
    store: MyDigits, tmp_path: Path, packed: bool
) -> None:
    digits = read_all(filled(store))
    exported = outcome(export_idx(digits, tmp_path / "mine", packed))
    labels = exported.path.with_name(exported.path.name.replace("images-idx3", "labels-idx1"))
    assert exported.path.name == "mine-images-idx3-ubyte" + (".gz" if packed else "")
    assert idx.read(labels).tolist() == [each.label for each in digits]
    read = idx.read(exported.path)
    for picture, each in zip(read, digits, strict=True):
        assert np.array_equal(picture, (to_mnist(store.ink(each.path)) * 255).round())
    other = MyDigits(tmp_path / "other")
    imported = outcome(import_files(other, [labels], NOTHING))
    assert len(imported.digits) == 12
    for each, original in zip(imported.digits, digits, strict=True):
        assert each.label == original.label
        assert np.abs(each.picture - original.picture).mean() < 0.03
    again = outcome(import_files(store, [exported.path], known_digests(digits)))
    assert (again.digits, again.duplicates) == ((), 12)


def test_mnists_own_format_is_written_as_torchvision_reads_it(store: MyDigits, tmp_path: Path) -> None:
    from torchvision.datasets.mnist import read_image_file, read_label_file

    digits = read_all(filled(store, 3))
    outcome(export_idx(digits, tmp_path / "t", packed=False))
    read = read_image_file(str(tmp_path / "t-images-idx3-ubyte"))
    assert torch.equal(read, torch.from_numpy(np.stack([each.small for each in digits])))
    assert read_label_file(str(tmp_path / "t-labels-idx1-ubyte")).tolist() == [0, 7, 4]


def test_a_name_that_is_one_already_is_not_made_longer(tmp_path: Path) -> None:
    for name in ("a", "a-images-idx3-ubyte", "a-labels-idx1-ubyte.gz", "a.gz"):
        assert exporting.idx_paths(tmp_path / name, True)[0].name == "a-images-idx3-ubyte.gz"


# Of other making


def test_pictures_of_any_size_dark_or_light_are_taken_in(store: MyDigits, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    digits = load_mnist("test").images[:4]
    for number in range(4):
        (folder / str(number)).mkdir(parents=True)
    Image.fromarray(digits[0]).save(folder / "0" / "light_on_dark.png")
    Image.fromarray(255 - digits[1]).resize((600, 600)).save(folder / "1" / "large.jpg", quality=95)
    Image.fromarray(255 - digits[2]).convert("RGBA").save(folder / "2" / "colour.png")
    Image.fromarray(digits[3]).resize((50, 50)).save(folder / "3" / "small.bmp")
    imported = outcome(import_folder(store, folder, NOTHING))
    assert [each.label for each in imported.digits] == [0, 1, 2, 3]
    for each, picture in zip(imported.digits, digits, strict=True):
        expected = to_mnist(picture)
        assert np.abs(each.picture - expected).mean() < 0.06
        assert np.corrcoef(each.picture.ravel(), expected.ravel())[0, 1] > 0.9


def test_pictures_that_come_twice_come_in_once_and_unreadable_ones_are_named(
    store: MyDigits, tmp_path: Path
) -> None:
    folder = tmp_path / "7"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        Image.fromarray(255 - ink(1)).save(folder / name)
    (folder / "torn.png").write_bytes((folder / "a.png").read_bytes()[:100])
    Image.new("L", (30, 30), 255).save(folder / "paper.png")
    Image.fromarray(ink(2)).save(folder / ".hidden.png")
    (folder / "notes.txt").write_text("7")
    imported = outcome(import_folder(store, folder, NOTHING))
    assert len(imported.digits) == imported.duplicates == 1
    assert sorted(imported.unreadable) == ["paper.png", "torn.png"]


def test_a_folder_without_labelled_pictures_tells_which_it_would_take(
    store: MyDigits, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    Image.fromarray(ink(1)).save(tmp_path / "empty" / "seven.png")
    with pytest.raises(LabError, match="folders called 0 to 9"):
        outcome(import_folder(store, tmp_path / "empty", NOTHING))
    with pytest.raises(FileProblem, match="cannot be read"):
        outcome(import_folder(store, tmp_path / "missing", NOTHING))
    assert store.listed() == ([], [])


def test_real_mnist_files_are_taken_in_and_stay_as_they_are(
    store: MyDigits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.stat().st_mtime_ns for path in mnist_folder().iterdir()}
    path = mnist_folder() / "t10k-images-idx3-ubyte.gz"
    monkeypatch.setattr(importing, "MOST", 9_999)
    assert outcome(import_files(store, [path], NOTHING)) == TooMany(10_000, 9_999)
    monkeypatch.undo()
    work = import_files(store, [path], NOTHING)
    for _ in range(200):
        next(work)
    work.close()  # type: ignore[attr-defined]  # it is a generator
    assert store.listed() == ([], []) and not list(store.folder.iterdir())
    with pytest.raises(FileProblem, match="came with the program"):
        outcome(export_idx(read_all(filled(store, 1)), mnist_folder() / "t10k", packed=True))
    with pytest.raises(FileProblem, match="came with the program"):
        outcome(export_pictures(read_all(store), mnist_folder()))
    assert {path: path.stat().st_mtime_ns for path in mnist_folder().iterdir()} == before


def test_dark_digits_on_white_in_an_idx_file_are_turned(store: MyDigits, tmp_path: Path) -> None:
    mnist = load_mnist("test")
    idx.write(tmp_path / "a-images-idx3-ubyte", 255 - mnist.images[:3])
    idx.write(tmp_path / "a-labels-idx1-ubyte.gz", mnist.labels[:3])
    imported = outcome(import_files(store, [tmp_path / "a-images-idx3-ubyte"], NOTHING))
    for each, picture in zip(imported.digits, mnist.images, strict=False):
        assert np.abs(each.picture - to_mnist(picture)).max() < 1e-6


def test_idx_pictures_of_another_size_come_in_too_and_empty_ones_are_told(
    store: MyDigits, tmp_path: Path
) -> None:
    small = load_mnist("test").images[:3, 4:24, 4:24].copy()
    small[1] = 0
    idx.write(tmp_path / "usps", small)
    idx.write(tmp_path / "answers", load_mnist("test").labels[:3])
    imported = outcome(import_files(store, [tmp_path / "answers", tmp_path / "usps"], NOTHING))
    assert [each.label for each in imported.digits] == [7, 1]
    assert imported.unreadable == ("usps, 1",)


# What is not certain


def saved(folder: Path, *names: str) -> Path:
    """A folder with pictures of these names, each a test digit."""
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(load_mnist("test").images[number]).save(folder / name)
    return folder


def test_words_in_folders_names_label_whatever_the_files_are_called(store: MyDigits, tmp_path: Path) -> None:
    folder = saved(tmp_path / "a", "zero/13.png", "seven/0.png", "Class 4/9.png", "Sample010/img010-001.png")
    imported = outcome(import_folder(store, folder, NOTHING))
    assert sorted(each.label for each in imported.digits) == [0, 4, 7, 9]
    assert imported.unlabelled == 0


def test_a_table_beside_the_pictures_labels_them(store: MyDigits, tmp_path: Path) -> None:
    folder = saved(tmp_path / "a", *(f"{number}.png" for number in range(1, 15)), "more/15.png")
    mnist = load_mnist("test")
    lines = [f"{number + 1}.png,{label}" for number, label in enumerate(mnist.labels[:14])]
    (folder / "labels.csv").write_text("filename,label\n" + "\n".join(lines))
    imported = outcome(import_folder(store, folder, NOTHING))
    assert (len(imported.digits), imported.unlabelled) == (14, 1)
    in_order = sorted(range(14), key=lambda number: f"{number + 1}.png")
    assert [each.label for each in imported.digits] == [mnist.labels[number] for number in in_order]


def test_numbers_that_go_on_past_9_are_shown_and_nothing_is_taken(store: MyDigits, tmp_path: Path) -> None:
    folder = saved(tmp_path / "a", *(f"{number}.png" for number in range(1, 21)))
    found = outcome(import_folder(store, folder, NOTHING))
    assert isinstance(found, Survey)
    assert (found.folder, found.pictures, found.rules) == (folder, 20, (Rule.FIRST_NUMBER,))
    assert found.counts == ((0, *[1] * 9),)
    assert len(found.examples) == 8
    assert {"1.png", "9.png"} & {each.name for each in found.examples}
    assert {each.labels for each in found.examples} >= {(None,)}
    for each in found.examples:
        number = int(each.name.removesuffix(".png"))
        assert each.labels == (number if number < 10 else None,)
        assert each.picture.dtype == np.uint8
        assert np.abs(each.picture / 255 - to_mnist(load_mnist("test").images[number - 1])).max() < 0.02 or (
            load_mnist("test").images[number - 1].max() < 255  # its strongest ink was made full
        )
    assert store.listed() == ([], []) and not store.folder.exists()


def test_the_rule_that_was_chosen_labels_the_pictures(store: MyDigits, tmp_path: Path) -> None:
    folder = saved(tmp_path / "a", "1_scan_7.png", "1_scan_2.png", "1_scan_x.png")
    found = outcome(import_folder(store, folder, NOTHING))
    assert found.rules == (Rule.FIRST_NUMBER, Rule.LAST_NUMBER)
    assert [each.labels for each in found.examples] == [(1, 2), (1, 7), (1, 1)]
    imported = outcome(import_folder(store, folder, NOTHING, Rule.LAST_NUMBER))
    assert sorted(each.label for each in imported.digits) == [1, 2, 7]
    other = MyDigits(tmp_path / "other")
    imported = outcome(import_folder(other, folder, NOTHING, Rule.FIRST_NUMBER))
    assert sorted(each.label for each in imported.digits) == [1, 1, 1]
    imported = outcome(import_folder(other, folder, NOTHING, Rule.TABLE))
    assert (imported.digits, imported.unlabelled) == ((), 3)


def test_unreadable_pictures_are_no_examples_and_others_step_in(store: MyDigits, tmp_path: Path) -> None:
    folder = saved(tmp_path / "a", *(f"{number:02}.png" for number in range(1, 31)), "7.png")
    for number in range(1, 21):
        (folder / f"{number:02}.png").write_bytes(b"torn")
    found = outcome(import_folder(store, folder, NOTHING))
    assert len(found.examples) == 8
    assert all(not each.name.startswith(("0", "1")) for each in found.examples)


def test_far_too_many_pictures_are_refused(
    store: MyDigits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_folders, "_MOST_PICTURES", 3)
    outcome(import_folder(store, saved(tmp_path / "a", "7/a.png", "7/b.png", "6/c.png"), NOTHING))
    with pytest.raises(LabError, match="more than 3 pictures"):
        outcome(import_folder(store, saved(tmp_path / "a", "5/d.png"), NOTHING))
    monkeypatch.undo()
    monkeypatch.setattr(picture_folders, "_MOST_FOLDERS", 3)
    with pytest.raises(LabError, match="more than 3 folders"):
        outcome(import_folder(store, tmp_path / "a", NOTHING))


def test_tables_that_are_beyond_counting_are_not_read(
    store: MyDigits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_folders, "_MOST_TABLES", 1)
    folder = saved(tmp_path / "a", "a/x.png", "b/y.png")
    for name in ("a/x", "b/y"):
        (folder / f"{name}.csv").write_text(f"{name[2]}.png,7")
    imported = outcome(import_folder(store, folder, NOTHING))
    assert (len(imported.digits), imported.unlabelled) == (1, 1)
    monkeypatch.undo()
    monkeypatch.setattr(limits, "TABLES_FILE", 10)  # a line takes seven
    imported = outcome(import_folder(MyDigits(tmp_path / "other"), folder, NOTHING))
    assert (len(imported.digits), imported.unlabelled) == (1, 1)


# Other files, and more digits than there is room for


@pytest.fixture
def sixty(tmp_path: Path) -> Path:
    """Sixty different digits in a file, the labels in order."""
    mnist = load_mnist("test")
    first = np.argsort(mnist.labels[:60], kind="stable")
    np.savez(tmp_path / "sixty.npz", x=mnist.images[first], y=mnist.labels[first])
    return tmp_path / "sixty.npz"


def test_arrays_and_tables_come_in_as_idx_files_do(store: MyDigits, sixty: Path, tmp_path: Path) -> None:
    assert len(outcome(import_files(store, [sixty], NOTHING)).digits) == 60
    table = tmp_path / "train.csv"
    digits = load_mnist("test")
    np.savetxt(table, np.column_stack([digits.labels, digits.images.reshape(-1, 784)])[:5], "%d", ",")
    imported = outcome(import_files(MyDigits(tmp_path / "other"), [table], NOTHING))
    assert [each.label for each in imported.digits] == [7, 2, 1, 0, 4]
    for each, picture in zip(imported.digits, digits.images, strict=False):
        assert np.abs(each.picture - to_mnist(picture)).max() < 1e-5


def test_as_many_come_in_as_was_said_drawn_at_random(
    store: MyDigits, sixty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST", 50)
    assert outcome(import_files(store, [sixty], NOTHING)) == TooMany(60, 50)
    some = outcome(import_files(store, [sixty], NOTHING, most=30))
    assert len(some.digits) == 30 and len({each.label for each in some.digits}) > 7
    assert outcome(import_files(store, [sixty], NOTHING)) == TooMany(60, 20)
    more = outcome(import_files(store, [sixty], known_digests(read_all(store)), most=20))
    assert len(more.digits) == 20 and more.duplicates >= 1
    assert len({each.digest for each in read_all(store)}) == 50
    with pytest.raises(LabError, match="full"):
        outcome(import_files(store, [sixty], known_digests(read_all(store))))


def test_pictures_come_in_as_many_as_was_said_too(
    store: MyDigits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = saved(tmp_path / "a", *(f"{number % 10}/{number}.png" for number in range(40)))
    monkeypatch.setattr(importing, "MOST", 30)
    assert outcome(import_folder(store, folder, NOTHING)) == TooMany(40, 30)
    some = outcome(import_folder(store, folder, NOTHING, most=12))
    assert len(some.digits) == 12 and len({each.label for each in some.digits}) > 4


def test_emnist_is_known_by_its_name(store: MyDigits, tmp_path: Path) -> None:
    for name, is_emnist in (("emnist-mnist-test", True), ("EMNIST", True), ("qmnist-test", False)):
        idx.write(tmp_path / f"{name}-images-idx3-ubyte", load_mnist("test").images[:2])
        idx.write(tmp_path / f"{name}-labels-idx1-ubyte", load_mnist("test").labels[:2])
        imported = outcome(import_files(store, [tmp_path / f"{name}-images-idx3-ubyte"], NOTHING))
        assert imported.is_emnist == is_emnist, name


# Hostile and torn files


def header(*sizes: int, kind: int = 8) -> bytes:
    return struct.pack(f">HBB{len(sizes)}I", 0, kind, len(sizes), *sizes)


PICTURE = np.eye(28, dtype=np.uint8).tobytes()


@pytest.mark.parametrize(
    ("pictures_file", "labels_file", "told"),
    [
        (b"", header(1) + b"\7", "not an IDX file"),
        (b"\x89PNG", header(1) + b"\7", "not an IDX file"),
        (header(1, 28, 28, kind=13) + PICTURE * 4, header(1) + b"\7", "not an IDX file"),
        (header(1, 28), header(1) + b"\7", "not an IDX file"),
        (header(1, 0, 28), header(1) + b"\7", "not an IDX file"),
        (header(1, 28, 2**31), header(1) + b"\7", "not an IDX file"),
        (header(2**32 - 1, 28, 28), header(1) + b"\7", "4,294,967,295 digits"),
        (header(9000, 1000, 1000), header(1) + b"\7", "too large"),
        (header(2, 28, 28) + PICTURE, header(2) + b"\7\7", "promises 1,568 bytes, and 784 follow"),
        (header(1, 28, 28) + PICTURE * 2, header(1) + b"\7", "and more follow"),
        (header(2, 28, 28) + PICTURE * 2, header(1) + b"\7", "do not belong together"),
        (header(1, 28, 28) + PICTURE, header(1) + b"\x0a", "label 10"),
        (gzip.compress(header(1, 28, 28) + PICTURE, mtime=0)[:-20], header(1) + b"\7", "cannot be read"),
        (gzip.compress(header(1, 28, 28) + bytes(10**7), mtime=0), header(1) + b"\7", "more follow"),
        (b"\x1f\x8b" + b"x" * 50, header(1) + b"\7", "cannot be read"),
    ],
)
def test_files_that_are_not_what_they_should_be_are_refused_in_plain_words(
    store: MyDigits, tmp_path: Path, pictures_file: bytes, labels_file: bytes, told: str
) -> None:
    (tmp_path / "pictures").write_bytes(pictures_file)
    (tmp_path / "labels").write_bytes(labels_file)
    with pytest.raises(FileProblem, match=told):
        outcome(import_files(store, [tmp_path / "pictures", tmp_path / "labels"], NOTHING))
    assert store.listed() == ([], [])


def test_one_file_alone_or_two_of_a_kind_are_not_a_pair(store: MyDigits, tmp_path: Path) -> None:
    one, other = tmp_path / "a-images-idx3-ubyte", tmp_path / "b-images-idx3-ubyte"
    for path in (one, other):
        path.write_bytes(header(1, 28, 28) + PICTURE)
    with pytest.raises(FileProblem, match="no labels beside"):
        outcome(import_files(store, [one], NOTHING))
    with pytest.raises(FileProblem, match="one of labels"):
        outcome(import_files(store, [one, other], NOTHING))
    with pytest.raises(FileProblem, match="not a file"):
        outcome(import_files(store, [tmp_path], NOTHING))
    with pytest.raises(FileProblem, match="There is no file"):
        outcome(import_files(store, [tmp_path / "missing"], NOTHING))


def test_of_more_than_there_is_room_for_nothing_comes_in_before_it_is_asked_how_many(
    store: MyDigits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported = outcome(export_pictures(read_all(filled(store, 6)), tmp_path))
    other = filled(MyDigits(tmp_path / "other"), 3)
    monkeypatch.setattr(importing, "MOST", 8)
    before = pictures(other)
    assert outcome(import_folder(other, exported.path, NOTHING)) == TooMany(6, 5)
    assert pictures(other) == before and not list(other.folder.glob(".import*"))
    assert len(outcome(import_folder(other, exported.path, known_digests(read_all(other)))).digits) == 3


def test_one_s_own_export_can_come_in_again_into_a_collection_that_is_nearly_full(
    store: MyDigits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = read_all(filled(store, 6))
    outcome(export_idx(digits, tmp_path / "a", False))
    monkeypatch.setattr(importing, "MOST", 8)
    again = outcome(
        import_files(store, [exporting.idx_paths(tmp_path / "a", False)[0]], known_digests(digits))
    )
    assert (len(again.digits), again.duplicates) == (0, 6)


def test_pictures_without_a_label_are_counted(store: MyDigits, tmp_path: Path) -> None:
    exported = outcome(export_pictures(read_all(filled(store, 6)), tmp_path))
    (exported.path / str(read_all(store)[0].label)).rename(exported.path / "others")
    taken = outcome(import_folder(MyDigits(tmp_path / "other"), exported.path, NOTHING))
    assert (len(taken.digits), taken.unlabelled, taken.unreadable) == (5, 1, ())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_that_is_called_like_a_picture_stops_nothing(store: MyDigits, tmp_path: Path) -> None:
    exported = outcome(export_pictures(read_all(filled(store, 2)), tmp_path))
    (exported.path / "9").mkdir()
    os.mkfifo(exported.path / "9" / "pipe.png")
    assert len(outcome(import_folder(MyDigits(tmp_path / "other"), exported.path, NOTHING)).digits) == 2


def test_labels_are_found_beside_pictures_whatever_the_name_is(store: MyDigits, tmp_path: Path) -> None:
    outcome(export_idx(read_all(filled(store, 3)), tmp_path / "my_images", True))
    pictures_path = exporting.idx_paths(tmp_path / "my_images", True)[0]
    assert len(outcome(import_files(MyDigits(tmp_path / "other"), [pictures_path], NOTHING)).digits) == 3


# Cancelled, and full disks


def test_a_cancelled_import_leaves_the_collection_as_it_was(store: MyDigits, tmp_path: Path) -> None:
    exported = outcome(export_pictures(read_all(filled(store, 6)), tmp_path))
    other = filled(MyDigits(tmp_path / "other"), 2)
    before = pictures(other)
    work = import_folder(other, exported.path, NOTHING)
    for _ in range(4):
        next(work)
    work.close()  # type: ignore[attr-defined]  # it is a generator
    assert pictures(other) == before
    assert not list(other.folder.glob(".import*"))


def test_files_that_an_export_was_to_replace_stay_when_it_fails(
    store: MyDigits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = read_all(filled(store, 6))
    outcome(export_idx(digits[:2], tmp_path / "a", False))
    paths = exporting.idx_paths(tmp_path / "a", False)
    before = [path.read_bytes() for path in paths]
    write, written = idx.write, 0

    def full(*arguments: Any) -> None:
        nonlocal written
        written += 1
        if written > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(*arguments)

    monkeypatch.setattr(idx, "write", full)
    with pytest.raises(FileProblem, match="No space left"):
        outcome(export_idx(digits, tmp_path / "a", False))
    assert [path.read_bytes() for path in paths] == before
    assert not list(tmp_path.glob(".lenet-lab-*"))


@pytest.mark.parametrize("kind", ["pictures", "idx"])
def test_an_export_that_fails_or_is_cancelled_leaves_nothing(
    store: MyDigits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    digits = read_all(filled(store, 6))
    target = tmp_path / "out"
    target.mkdir()
    work = export_pictures(digits, target) if kind == "pictures" else export_idx(digits, target / "a", True)
    next(work)
    work.close()  # type: ignore[attr-defined]  # it is a generator
    assert not list(target.iterdir())
    written = 0

    def full(*paths: Any, **folders: Any) -> None:
        nonlocal written
        written += 1
        if written > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(*paths, **folders)

    replace = os.replace
    monkeypatch.setattr(os, "replace", full)
    work = export_pictures(digits, target) if kind == "pictures" else export_idx(digits, target / "a", True)
    with pytest.raises(FileProblem, match="No space left"):
        outcome(work)
    assert not list(target.iterdir())


def test_what_another_window_has_deleted_meanwhile_is_left_out(store: MyDigits, tmp_path: Path) -> None:
    digits = read_all(filled(store, 6))
    store.delete(digits[:2])
    assert outcome(export_pictures(digits, tmp_path)).count == 4


def test_a_drawing_saved_as_a_picture_is_not_taken_for_ink(store: MyDigits, tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    Image.fromarray(255 - ink(1)).save(tmp_path / "7" / "digit.png")
    (digit,) = outcome(import_folder(store, tmp_path / "7", NOTHING)).digits
    assert np.abs(digit.picture - to_mnist(ink(1))).max() < 0.02
    assert digit.digest != digit_png.digest(255 - ink(1))
