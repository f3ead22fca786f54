"""The collection of one's own digits: kept, moved and deleted without loss, whoever else is at it."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from example_digits import ink, read_all
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from core.errors import FileProblem
from core.files import atomic
from core.files.own_folder import OwnFolder
from core.ink import digit_png
from core.ink.preprocess import to_mnist
from core.my_digits import store as my_digits
from core.my_digits.store import MyDigit, MyDigits


def labels(store: MyDigits) -> list[int]:
    return [int(path.parent.name) for path in store.listed()[0]]


# Keeping


def test_a_kept_drawing_is_there_as_it_was_drawn_under_its_label(store: MyDigits) -> None:
    assert store.listed() == ([], [])
    kept = store.add(ink(1), 7)
    (path,) = store.listed()[0]
    assert path == kept.path and path.parent.name == "7"
    assert np.array_equal(store.ink(path), ink(1))
    read = store.read(path)
    assert (read.label, read.digest) == (7, kept.digest)
    assert np.array_equal(read.picture, to_mnist(ink(1)))
    assert np.array_equal(read.small, (to_mnist(ink(1)) * 255).round())


def test_digits_are_listed_in_the_order_in_which_they_were_kept(store: MyDigits) -> None:
    for label in (7, 1, 9, 1, 0):
        store.add(ink(label), label)
    assert labels(store) == [7, 1, 9, 1, 0]


def test_when_the_call_returns_file_and_folders_are_on_the_disk(
    store: MyDigits, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[int, int]] = []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        status = os.fstat(descriptor)
        synced.append((status.st_dev, status.st_ino))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    kept = store.add(ink(1), 3)
    wanted = [kept.path]
    if os.name == "posix":
        wanted += [kept.path.parent, store.folder, store.folder.parent]
    for path in wanted:
        assert (path.stat().st_dev, path.stat().st_ino) in synced, path
    assert (kept.path.stat().st_dev, kept.path.stat().st_ino) == synced[-2 if os.name == "posix" else -1]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_on_a_full_disk_nothing_half_written_stays_and_a_sentence_says_so(
    store: MyDigits, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    store.add(ink(1), 3)

    def full(*_: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(FileProblem, match=r"No space left.*kept before is as it was"):
        store.add(ink(2), 3)
    monkeypatch.undo()
    assert labels(store) == [3]
    assert not list(store.folder.rglob(".*.png.*"))


# Moving


def test_relabelling_moves_the_drawing_and_keeps_it_as_it_is(store: MyDigits) -> None:
    kept = store.add(ink(1), 1)
    other = store.add(ink(2), 7)
    (moved, stayed) = store.relabel([kept, other], 7)
    assert (moved.label, moved.path.parent.name) == (7, "7")
    assert np.array_equal(store.ink(moved.path), ink(1))
    assert stayed.path == other.path
    assert labels(store) == [7, 7]


def test_a_deleted_digit_can_be_brought_back(store: MyDigits) -> None:
    digits = [store.add(ink(seed), seed) for seed in range(4)]
    deleted = store.delete(digits[1:3])
    assert labels(store) == [0, 3]
    restored = store.restore(deleted)
    assert sorted(labels(store)) == [0, 1, 2, 3]
    assert [each.path for each in restored] == [each.path for each in digits[1:3]]


def test_what_was_deleted_is_forgotten_after_a_month_and_not_before(store: MyDigits) -> None:
    recent, old = store.delete([store.add(ink(1), 1), store.add(ink(2), 1)])
    month = 30 * 24 * 3600
    os.utime(old.path, (time.time() - month - 60,) * 2)
    os.utime(recent.path, (time.time() - month + 60,) * 2)
    store.tidy()
    assert recent.path.exists() and not old.path.exists()


def test_digits_kept_long_ago_are_not_forgotten_as_they_are_deleted(
    store: MyDigits, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = [store.add(ink(seed), seed) for seed in range(4)]
    for digit in digits:
        os.utime(digit.path, (time.time() - 40 * 24 * 3600,) * 2)
    move, moved = OwnFolder.move, 0

    def killed_after_two(self: OwnFolder, path: Path, to: Path) -> None:
        nonlocal moved
        moved += 1
        if moved == 3:
            raise KeyboardInterrupt
        move(self, path, to)

    with monkeypatch.context() as patch:
        patch.setattr(OwnFolder, "move", killed_after_two)
        with pytest.raises(KeyboardInterrupt):
            store.delete(digits)
    store.tidy()
    deleted = sorted(path.parent.name for path in (store.folder / ".deleted").glob("*/*.png"))
    assert (labels(store), deleted) == ([2, 3], ["0", "1"])


def test_digits_are_deleted_all_or_none(store: MyDigits, monkeypatch: pytest.MonkeyPatch) -> None:
    digits = [store.add(ink(seed), seed) for seed in range(4)]
    (store.folder / ".deleted").mkdir()
    (store.folder / ".deleted" / "2").write_bytes(b"in the way")
    with pytest.raises(FileProblem, match="could not be deleted"):
        store.delete(digits)
    assert labels(store) == [0, 1, 2, 3]
    (store.folder / ".deleted" / "2").unlink()
    move = OwnFolder.move

    def refused(self: OwnFolder, path: Path, to: Path) -> None:
        if path == digits[2].path:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        move(self, path, to)

    with monkeypatch.context() as patch:
        patch.setattr(OwnFolder, "move", refused)
        for change in (store.delete, lambda all_: store.relabel(all_, 9)):
            with pytest.raises(FileProblem, match="No space left"):
                change(digits)
            assert [path for path in store.listed()[0]] == [digit.path for digit in digits]
    assert len(store.delete(digits)) == 4


def test_another_window_that_was_quicker_costs_nothing(store: MyDigits) -> None:
    ours = store.add(ink(1), 1)
    other = MyDigits(store.folder)
    (theirs,) = other.relabel([other.read(ours.path)], 7)
    assert store.relabel([ours], 4) == []
    assert store.delete([ours]) == []
    assert store.restore([ours]) == []
    assert [each.path for each in read_all(store)] == [theirs.path]
    with pytest.raises(FileProblem, match="any more"):
        store.ink(ours.path)


def test_a_file_of_the_same_name_is_not_replaced(store: MyDigits) -> None:
    ours = store.add(ink(1), 1)
    copied = store.folder / "7" / ours.path.name
    copied.parent.mkdir()
    shutil.copy(store.add(ink(2), 2).path, copied)
    (moved,) = store.relabel([ours], 7)
    assert moved.path != copied
    assert np.array_equal(store.ink(copied), ink(2)) and np.array_equal(store.ink(moved.path), ink(1))


# What is not the collection's


def test_foreign_and_damaged_files_are_told_and_left_alone(store: MyDigits) -> None:
    kept = store.add(ink(1), 1)
    notes = store.folder / "notes.txt"
    notes.write_text("mine")
    drawing = store.folder / "1" / "drawing.png"  # dark on white, as a drawing is saved: not ink
    Image.fromarray(255 - ink(2)).save(drawing)
    jpeg = store.folder / "1" / "photo.jpg"
    jpeg.write_bytes(b"...")
    (store.folder / "1" / ".DS_Store").write_text("")
    (store.folder / "Thumbs.db").write_text("")
    digits, foreign = store.listed()
    assert sorted(foreign) == sorted([notes, jpeg])
    assert set(digits) == {kept.path, drawing}
    with pytest.raises(FileProblem, match="not a digit that LeNet Lab has kept"):
        store.read(drawing)
    for damage in (b"", b"PNG", kept.path.read_bytes()[:-400], kept.path.read_bytes() + b"0" * 2**20):
        torn = store.folder / "1" / "torn.png"
        torn.write_bytes(damage)
        with pytest.raises(FileProblem, match="left as it is"):
            store.read(torn)
        assert torn.read_bytes() == damage
    store.tidy()
    assert notes.exists() and drawing.exists() and jpeg.exists()


def test_a_file_copied_to_another_label_is_told_and_its_label_stays(store: MyDigits) -> None:
    path = store.add(ink(0), 3).path
    copied = store.folder / "8" / path.name
    copied.parent.mkdir()
    shutil.copyfile(path, copied)
    assert store.listed() == ([path], [copied])


def test_a_huge_picture_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    file = BytesIO()
    Image.new("RGBA", (3000, 3000)).save(file, "PNG")

    def refuse(*_: object) -> None:
        raise AssertionError("unpacked")

    monkeypatch.setattr(PngImageFile, "load", refuse)
    with pytest.raises(ValueError, match="a digit that LeNet Lab has written: not a digit"):
        digit_png.decode(file.getvalue())


def test_no_flipped_bit_gives_another_drawing() -> None:
    content = digit_png.encode(ink(1))
    random = np.random.default_rng(0)
    for place, bit in zip(random.integers(0, len(content), 500), random.integers(0, 8, 500), strict=True):
        flipped = bytearray(content)
        flipped[place] ^= 1 << bit
        with contextlib.suppress(ValueError):
            assert np.array_equal(digit_png.decode(bytes(flipped)), ink(1))


def test_a_collection_in_the_way_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = MyDigits(tmp_path / "file")
    with pytest.raises(FileProblem, match="cannot be read"):
        store.listed()
    with pytest.raises(FileProblem, match="could not be kept"):
        store.add(ink(1), 1)


# Many at once


def staged(store: MyDigits, count: int) -> tuple[Path, list[MyDigit]]:
    staging = store.begin_import()
    return staging, [store.stage(staging, ink(seed), seed % 10) for seed in range(count)]


def test_an_import_comes_in_as_a_whole(store: MyDigits) -> None:
    staging, digits = staged(store, 12)
    assert store.listed()[0] == []
    store.finish_import(staging)
    assert store.listed()[0] == [each.path for each in digits]
    assert all(np.array_equal(store.ink(each.path), ink(seed)) for seed, each in enumerate(digits))
    assert not list(store.folder.glob(".import*"))


def test_an_import_that_is_given_up_leaves_nothing(store: MyDigits) -> None:
    staging, _ = staged(store, 3)
    store.give_up_import(staging)
    assert store.listed() == ([], []) and not list(store.folder.iterdir())


def test_an_import_cut_off_after_it_was_complete_is_finished_at_the_next_start(
    store: MyDigits, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging, digits = staged(store, 12)
    replace, renamed = os.replace, 0

    def killed(*paths: Any, **folders: Any) -> None:
        nonlocal renamed
        renamed += 1
        if renamed > 5:
            raise KeyboardInterrupt
        replace(*paths, **folders)

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        store.finish_import(staging)
    monkeypatch.undo()
    assert len(store.listed()[0]) == 4
    store.tidy()
    assert store.listed()[0] == [each.path for each in digits]


def test_an_import_cut_off_before_that_is_forgotten_once_nobody_can_be_at_it(store: MyDigits) -> None:
    staging, _ = staged(store, 3)
    store.tidy()
    assert staging.exists()  # another window may be at it
    os.utime(staging, (time.time() - 7200,) * 2)
    store.tidy()
    assert store.listed()[0] == [] and not staging.exists()


def test_an_import_that_takes_long_is_left_alone_as_long_as_digits_come(store: MyDigits) -> None:
    staging, _ = staged(store, 3)
    os.utime(staging, (time.time() - 7200,) * 2)
    store.stage(staging, ink(4), 1)  # in a folder that is there already
    store.tidy()
    store.finish_import(staging)
    assert len(store.listed()[0]) == 4


def test_names_are_never_used_twice() -> None:
    names = [my_digits.new_name() for _ in range(1000)]
    assert len(set(names)) == 1000 and names == sorted(names, key=lambda name: name[:22])


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems can be asked for it")
def test_durable_files_wait_for_their_folder_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    atomic.write_bytes(tmp_path / "a", b"a", durable=False)
    assert synced == []
    atomic.write_bytes(tmp_path / "b", b"b")
    assert synced == [(tmp_path / "b").stat().st_ino, tmp_path.stat().st_ino]


# Sizes


@pytest.mark.parametrize("shape", [(28, 28), (280, 280)])
def test_pictures_of_mnists_size_fill_the_sheet_and_sheets_stay(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    sheet = digit_png.on_sheet(picture)
    assert np.array_equal(sheet[:: 280 // shape[0], :: 280 // shape[1]], picture)


@pytest.mark.parametrize("shape", [(40, 400), (16, 16), (1000, 700), (1, 1)])
def test_what_has_another_size_is_read_on_the_sheet_as_it_is(shape: tuple[int, int]) -> None:
    picture = np.zeros(shape, np.uint8)
    picture[shape[0] // 4 :, shape[1] // 4 : max(shape[1] // 2, 1)] = 255
    sheet = digit_png.on_sheet(picture)
    assert sheet.shape == (280, 280)
    height, width = (int(np.ptp(np.flatnonzero(sheet.any(axis))) + 1) for axis in (1, 0))
    assert max(height, width) == 200
    assert np.abs(to_mnist(sheet) - to_mnist(picture)).mean() < 0.02


def test_a_picture_of_nothing_gives_bare_paper() -> None:
    assert not digit_png.on_sheet(np.zeros((50, 60), np.uint8)).any()
