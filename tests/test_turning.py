"""Digits that came in turned are put right: the collection changes as a whole, and back."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from example_digits import ink, mnist, read_all
from file_work import drained

from core.errors import FileProblem
from core.ink.digit_png import on_sheet
from core.ink.preprocess import to_mnist
from core.my_digits.importing import known_digests
from core.my_digits.store import MyDigits
from core.my_digits.turning import Turn, Turned, turn_digits, turned, turned_picture
from core.records import Progress

CORNER = np.array([[1, 2, 3], [0, 0, 4]], np.uint8)


def outcome(work: Iterator[Any]) -> Any:
    *steps, last = work
    assert all(isinstance(step, Progress) for step in steps)
    return last


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (Turn.TRANSPOSE, [[1, 0], [2, 0], [3, 4]]),
        (Turn.LEFT, [[3, 4], [2, 0], [1, 0]]),
        (Turn.RIGHT, [[0, 1], [0, 2], [4, 3]]),
        (Turn.HALF, [[4, 0, 0], [3, 2, 1]]),
        (Turn.MIRROR, [[3, 2, 1], [4, 0, 0]]),
        (Turn.INVERT, [[0, 0, 0], [0, 0, 0]]),
    ],
)
def test_ink_is_turned(turn: Turn, expected: list[list[int]]) -> None:
    assert turned(CORNER, turn).tolist() == expected
    assert turned(CORNER, turn).flags.c_contiguous  # its digest is that of its bytes


def test_ink_is_inverted_within_its_own_rectangle() -> None:
    inner = np.array([[255, 0, 128], [200, 255, 0]], np.uint8)
    inverted = turned(np.pad(np.pad(inner, 1, constant_values=128), 2), Turn.INVERT)
    assert np.array_equal(inverted[3:-3, 3:-3], 255 - inner)
    assert inverted.sum() == (255 - inner.astype(int)).sum()
    assert not turned(np.zeros((3, 3), np.uint8), Turn.INVERT).any()


@pytest.mark.parametrize("turn", Turn)
def test_what_the_network_would_see_is_what_it_sees_then(turn: Turn) -> None:
    differing = []
    for image in mnist("test").images[:20]:
        sheet = on_sheet(255 - image[2:-2, 2:-2] if turn is Turn.INVERT else image)
        now = to_mnist(turned(sheet, turn))
        differing.append(np.abs(turned_picture(to_mnist(sheet), turn) - now).mean())
    # Wide digits do not have their centre where MNIST has it; inverted, a digit was smaller before.
    assert np.mean(differing) < (0.05 if turn is Turn.INVERT else 0.002)
    assert np.max(differing) < (0.1 if turn is Turn.INVERT else 0.02)


def test_a_soft_edge_becomes_no_frame_when_ink_and_paper_change_places() -> None:
    soft = np.pad(255 - mnist("test").images[0][4:-4, 4:-4], 1, constant_values=200)
    assert np.array_equal(turned(soft, Turn.INVERT)[1:-1, 1:-1], mnist("test").images[0][4:-4, 4:-4])
    assert not turned(soft, Turn.INVERT)[0].any()


def test_digits_are_replaced_by_turned_ones_with_their_labels(store: MyDigits) -> None:
    digits = [store.add(ink(seed), seed) for seed in range(4)]
    other = store.add(ink(7), 7)
    result = outcome(turn_digits(store, digits, Turn.MIRROR, frozenset()))
    assert isinstance(result, Turned)
    assert {(each.label, store.ink(each.path).tobytes()) for each in result.digits} == {
        (seed, np.fliplr(ink(seed)).tobytes()) for seed in range(4)
    }
    assert {each.path for each in read_all(store)} == {other.path, *(each.path for each in result.digits)}
    store.delete(result.digits)
    back = store.restore(result.deleted)
    assert {(each.label, each.digest) for each in back} == {(each.label, each.digest) for each in digits}


def test_a_digit_that_is_there_already_turned_does_not_come_twice(store: MyDigits) -> None:
    digits = [store.add(ink(seed), seed) for seed in (1, 2)]
    right = store.add(np.fliplr(ink(1)), 1)
    result = outcome(turn_digits(store, digits, Turn.MIRROR, known_digests(read_all(store))))
    assert [each.label for each in result.digits] == [2] and len(result.deleted) == 2
    assert {each.path for each in read_all(store)} == {right.path, result.digits[0].path}


@pytest.mark.parametrize("moves", range(1, 8))
def test_a_turning_that_was_killed_is_finished_or_forgotten(
    store: MyDigits, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    digits = [store.add(ink(seed), seed) for seed in (1, 2)]
    work = turn_digits(store, digits, Turn.MIRROR, frozenset())
    for _ in range(3):
        next(work)
    replace, moved = os.replace, 0

    def killed(*paths: Any, **folders: Any) -> None:
        nonlocal moved
        moved += 1
        if moved == moves:
            raise KeyboardInterrupt
        replace(*paths, **folders)

    monkeypatch.setattr(os, "replace", killed)
    monkeypatch.setattr(MyDigits, "give_up_import", lambda *_: None)  # a killed process tidies nothing
    with contextlib.suppress(KeyboardInterrupt):
        drained(work)
    monkeypatch.undo()
    store.tidy()
    # The second move lets all come in; the first writes the names of those that they replace.
    expected = [np.fliplr(ink(seed)) if moves > 2 else ink(seed) for seed in (1, 2)]
    assert {store.ink(path).tobytes() for path in store.listed()[0]} == {each.tobytes() for each in expected}
    assert not list(store.folder.glob(".imported-*"))
    if moves > 2:
        assert len(list(store.folder.glob(".deleted/*/*.png"))) == 2


def test_an_import_of_a_stranger_s_deletes_nothing_outside(store: MyDigits, tmp_path: Path) -> None:
    digit, kept = store.add(ink(1), 1), store.add(ink(2), 2)
    (tmp_path / "secret.png").write_bytes(digit.path.read_bytes())
    staging = store.folder / ".imported-x"
    staging.mkdir()
    names = [
        "../secret.png",
        "1/../../secret.png",
        str(tmp_path / "secret.png"),
        "1",
        "",
        "10/a.png",
        "1\\a.png",
    ]
    (staging / ".replaced").write_text("\n".join([*names, f"1/{digit.path.name}"]))
    store.tidy()
    assert (tmp_path / "secret.png").exists()
    assert [path for path in store.listed()[0]] == [kept.path]
    assert len(list(store.folder.glob(".deleted/1/*.png"))) == 1 and not staging.exists()


def test_nothing_changes_where_turning_is_cancelled_or_fails(store: MyDigits, tmp_path: Path) -> None:
    digits = [store.add(ink(seed), seed) for seed in range(4)]
    work = turn_digits(store, digits, Turn.LEFT, frozenset())
    for _ in range(3):
        next(work)
    work.close()  # type: ignore[attr-defined]  # it is a generator
    assert [each.path for each in read_all(store)] == [each.path for each in digits]
    digits[3].path.unlink()
    with pytest.raises(FileProblem, match="no digit"):
        outcome(turn_digits(store, digits, Turn.LEFT, frozenset()))
    assert [each.path for each in read_all(store)] == [each.path for each in digits[:3]]
    assert not list(store.folder.glob(".import*"))
