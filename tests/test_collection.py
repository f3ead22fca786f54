"""What the window knows of one's own digits, whatever the disk does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from example_digits import ink
from pytestqt.qtbot import QtBot

from core.errors import FileProblem
from core.my_digits.store import MyDigits
from gui.pad.collection import Collection


@pytest.fixture
def read(tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[[], Collection]]:
    made: list[Collection] = []

    def read() -> Collection:
        collection = Collection(MyDigits(tmp_path))
        made.append(collection)
        with qtbot.waitSignal(collection.read):
            collection.load()
        return collection

    yield read
    for collection in made:
        collection.close()


def test_digits_are_shown_even_where_the_folder_cannot_be_tidied(
    read: Callable[[], Collection], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    MyDigits(tmp_path).add(ink(0), 3)

    def refuse(_: MyDigits) -> None:
        raise FileProblem("This is read-only.")

    monkeypatch.setattr(MyDigits, "tidy", refuse)
    assert [digit.label for digit in read().digits] == [3]


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
