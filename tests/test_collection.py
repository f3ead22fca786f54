"""What the window knows of one's own digits, whatever the disk does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from example_digits import ink
from pytestqt.qtbot import QtBot

from core.errors import FileProblem
from core.my_digits.store import Listed, MyDigits
from core.records import Progress
from gui.pad.collection import Collection


@pytest.fixture
def read(tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[[], Collection]]:
    made: list[Collection] = []

    def read() -> Collection:
        collection = Collection(MyDigits(tmp_path))
        made.append(collection)
        with qtbot.waitSignal(collection.read, timeout=20_000):
            collection.load()
        return collection

    yield read
    for collection in made:
        collection.close()


def test_digits_are_found_even_where_the_folder_cannot_be_tidied(
    store: MyDigits, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(ink(0), 3)

    def refuse(_: MyDigits) -> None:
        raise FileProblem("This is read-only.")

    monkeypatch.setattr(MyDigits, "tidy", refuse)
    progress, listed = store.read_new(frozenset())
    assert [digit.label for digit in progress.found] == [3]
    assert listed == Listed(frozenset(), ())


def test_what_is_new_is_told_in_parts_the_newest_first(
    store: MyDigits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.my_digits.store._AT_ONCE", 2)
    digits = [store.add(ink(number), number) for number in range(6)]
    (store.folder / "3" / "20990101-torn.png").write_bytes(b"no digit")
    (store.folder / "notes.txt").write_text("mine")
    digits[4].path.unlink()
    *told, listed = store.read_new(frozenset({digits[0].path, digits[4].path}))
    assert [(each.done, each.total) for each in told] == [(done, 6) for done in range(6)]
    assert [[digit.label for digit in each.found] for each in told if each.found] == [[5, 3], [2, 1]]
    assert listed.gone == {digits[4].path}
    assert {path.name for path in listed.foreign} == {"notes.txt", "20990101-torn.png"}


def test_what_is_changed_while_the_folder_is_read_stays_changed(tmp_path: Path, qtbot: QtBot) -> None:
    collection = Collection(MyDigits(tmp_path))
    with qtbot.waitSignal(collection.read, timeout=20_000):
        collection.load()
    collection.keep(ink(0), 3)
    collection.keep(ink(1), 4)
    collection.load()
    first, second = collection.digits
    collection.delete([first])
    collection.relabel([second], 7)
    stale = Progress(1, 2, (first, second))  # as they were before
    collection._on_advanced(stale)
    assert [digit.label for digit in collection.digits] == [7]
    with qtbot.waitSignal(collection.read, timeout=20_000):
        pass
    assert [(digit.label, digit.path.parent.name) for digit in collection.digits] == [(7, "7")]
    collection.load()
    with qtbot.waitSignal(collection.read, timeout=20_000):
        collection._on_advanced(Progress(1, 2, (first,)))  # of another window, which has restored it
    assert {digit.label for digit in collection.digits} == {4, 7}
    collection.close()


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("in the way")
    collection, said = Collection(MyDigits(tmp_path / "file")), []  # type: Collection, list[str]
    collection.failed.connect(said.append)
    with qtbot.waitSignal(collection.read, timeout=20_000):
        collection.load()
    assert len(said) == 1 and "cannot be read" in said[0] and collection.is_known
    collection.close()


def test_a_drawing_whose_file_was_copied_is_known_as_long_as_one_of_them_is_there(
    read: Callable[[], Collection], tmp_path: Path
) -> None:
    path = MyDigits(tmp_path).add(ink(0), 3).path
    shutil.copyfile(path, path.with_name(f"2{path.name[1:-5]}x.png"))
    collection = read()
    assert len(collection) == 2
    for left in (1, 0):
        found = collection.find(ink(0))
        assert found is not None
        collection.delete([found])
        assert len(collection) == left
    assert collection.find(ink(0)) is None


def test_nothing_is_remembered_of_digits_that_are_gone(read: Callable[[], Collection]) -> None:
    collection = read()
    for number in range(3):
        collection.keep(ink(number), number)
    collection.delete(collection.digits)
    assert not collection._by_name
    assert not collection._names


@pytest.mark.parametrize("act", ["undo", "relabel"])
def test_what_another_window_has_taken_is_not_said_to_be_changed(
    read: Callable[[], Collection], tmp_path: Path, act: str
) -> None:
    collection = read()
    said: list[object] = []
    collection.keep(ink(0), 3)
    collection.failed.connect(said.append)
    collection.noted.connect(said.append)
    store = MyDigits(tmp_path)
    store.relabel([store.read(path) for path in store.listed()[0]], 5)
    if act == "undo":
        collection.undo()
    else:
        collection.relabel(collection.digits, 4)
    assert len(said) == 1 and "Nothing was changed" in str(said[0])
