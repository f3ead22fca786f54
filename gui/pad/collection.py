"""The collection of one's own digits as the window has it: read in another process, changed at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from core.errors import LabError
from core.files.limits import DIGITS
from core.ink.digit_png import digest
from core.my_digits.store import Listed, MyDigit, MyDigits
from core.records import Progress
from gui.processes.job import Job
from gui.words.core_texts import in_words

_MOST_UNDOS = 100


@dataclass(frozen=True)
class _Step:
    """A change, in words, and the function that undoes it and returns the digits it changed."""

    text: str
    undo: Callable[[], Sequence[MyDigit]]
    kept: str = ""
    """The digest of the drawing that was kept or relabelled from the pad."""


class Collection(QObject):
    """All digits, newest first. A change is on the disk when the call returns."""

    changed = Signal()
    """Digits have come, gone, or got other labels."""
    read = Signal()
    """All that is on the disk is known now."""
    failed = Signal(str)
    """A sentence about what could not be done, and why."""
    noted = Signal(str)
    """A sentence about what was done."""

    def __init__(self, store: MyDigits, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self.foreign: tuple[Path, ...] = ()
        """Files in the folder that are not the collection's, or damaged; they are left alone."""
        self._by_name: dict[str, MyDigit] = {}  # its file's, which it keeps when it gets another label
        self._names: dict[str, list[str]] = {}  # by digest: a file may have been copied
        self._steps: list[_Step] = []
        self._touched: set[str] = set()  # names of digits that have come or gone since all are being read
        self._is_again_wanted = False
        self.is_known = False
        """Whether all that was on the disk has been read once."""
        self._is_closed = False
        self._reading = Job(DIGITS, self)
        self._reading.advanced.connect(self._on_advanced)
        self._reading.finished.connect(self._on_listed)
        self._reading.failed.connect(self._on_unreadable)
        self._reading.ended.connect(self._on_ended)

    @property
    def digits(self) -> list[MyDigit]:
        """All that are known, newest first."""
        return [self._by_name[name] for name in sorted(self._by_name, reverse=True)]

    def __len__(self) -> int:
        return len(self._by_name)

    def find(self, ink: np.ndarray) -> MyDigit | None:
        """Return the digit kept of exactly this drawing (280, 280) uint8, or None."""
        return self.by_digest(digest(ink)) if self._by_name else None

    def by_digest(self, digest: str) -> MyDigit | None:
        """Return the digit of this digest, or None."""
        names = self._names.get(digest)
        return self._by_name[names[-1]] if names else None

    # Reading

    def load(self) -> None:
        """Look at what is on the disk; `changed` follows where it is something new, and `read` at the end."""
        if self._reading.is_running:
            self._is_again_wanted = True
        elif not self._is_closed:
            self._touched.clear()
            known = frozenset(digit.path for digit in self._by_name.values())
            self._reading.start(self.store.read_new, known)

    @property
    def is_reading(self) -> bool:
        """Whether what is on the disk is being looked at."""
        return self._reading.is_running

    def close(self) -> None:
        """Stop reading."""
        self._is_closed = True
        self._reading.drop()

    @Slot(object)
    def _on_advanced(self, progress: Progress) -> None:
        # What has been changed here meanwhile may have been read before that.
        there = [digit for digit in progress.found or () if digit.path.name not in self._touched]
        if there:
            self._put(there)
            self.changed.emit()

    @Slot(object)
    def _on_listed(self, listed: Listed) -> None:
        self.foreign = listed.foreign
        left = [digit for digit in self._by_name.values() if digit.path in listed.gone]
        if left:
            self._drop(left)
            self.changed.emit()

    @Slot(object)
    def _on_unreadable(self, problem: LabError) -> None:
        self.failed.emit(in_words(problem))

    @Slot()
    def _on_ended(self) -> None:
        if self._is_closed:
            return
        self.is_known = True
        self.read.emit()
        if self._is_again_wanted:
            self._is_again_wanted = False
            self.load()

    # Changing

    def keep(self, ink: np.ndarray, label: int) -> None:
        """Keep a drawing (280, 280) uint8 under a label; one that is there already gets that label."""
        known = self.find(ink)
        if known is not None and known.label == label:
            self.noted.emit(self.tr("It is a {label} in My digits already.").format(label=label))
        elif known is not None:
            self._relabel([known], label, known.digest)
        else:
            self._try(lambda: self._add(ink, label))

    def _add(self, ink: np.ndarray, label: int) -> None:
        digit = self.store.add(ink, label)
        self._put([digit])
        text = self.tr("keep a {label}").format(label=label)
        self._remember(_Step(text, lambda: self._delete([digit.path.name]), digit.digest))
        self.changed.emit()
        text = self.tr("Kept as a {label} in My digits, {count} in all.")
        self.noted.emit(text.format(label=label, count=len(self)))

    def relabel(self, digits: Sequence[MyDigit], label: int) -> None:
        """Give digits another label."""
        others = [digit for digit in digits if digit.label != label]
        if others:
            self._relabel(others, label)

    def _relabel(self, digits: Sequence[MyDigit], label: int, kept: str = "") -> None:
        former = {digit.path.name: digit.label for digit in digits}
        moved: list[MyDigit] = []

        def undo() -> list[MyDigit]:
            back: list[MyDigit] = []
            for other in set(former.values()):
                names = [name for name, label in former.items() if label == other]
                back += self._set_label(self._still_there(names), other)
            return back

        if self._try(lambda: moved.extend(self._set_label(digits, label))) and not moved:
            self.failed.emit(self._gone())
        elif moved:
            counted = self._counted(len(moved))
            self._remember(_Step(self.tr("relabel {digits}").format(digits=counted), undo, kept))
            self.noted.emit(self.tr("{digits} now labelled {label}.").format(digits=counted, label=label))
        self.changed.emit()

    def _set_label(self, digits: Sequence[MyDigit], label: int) -> Sequence[MyDigit]:
        return self._replace(digits, self.store.relabel(digits, label))

    def delete(self, digits: Sequence[MyDigit]) -> None:
        """Delete digits; `undo` brings them back."""
        names = [digit.path.name for digit in digits]
        deleted: list[MyDigit] = []

        def undo() -> Sequence[MyDigit]:
            return self._replace([], self.store.restore(deleted))

        if self._try(lambda: deleted.extend(self._delete(names))) and deleted:
            counted = self._counted(len(deleted))
            self._remember(_Step(self.tr("delete {digits}").format(digits=counted), undo))
            self.noted.emit(self.tr("Deleted {digits}. Undo brings them back.").format(digits=counted))
        self.changed.emit()

    def _delete(self, names: Iterable[str]) -> list[MyDigit]:
        wanted = self._still_there(names)
        deleted = self.store.delete(wanted)
        self._drop(wanted)
        if len(deleted) < len(wanted):
            self.load()  # another window has moved some
        return deleted

    def take_in(self, digits: Sequence[MyDigit]) -> None:
        """Add imported digits; `undo` takes them out again."""
        self._replace([], digits)
        names = [digit.path.name for digit in digits]
        text = self.tr("import {digits}").format(digits=self._counted(len(digits)))
        self._remember(_Step(text, lambda: self._delete(names)))
        self.changed.emit()

    def replace(self, come: Sequence[MyDigit], deleted: Sequence[MyDigit]) -> None:
        """Have turned digits in place of those that were deleted for them; `undo` exchanges them again."""
        self._replace(deleted, come)
        names = [digit.path.name for digit in come]
        counted = self._counted(len(deleted))

        def undo() -> Sequence[MyDigit]:
            self._delete(names)
            return self._replace([], self.store.restore(deleted))

        self._remember(_Step(self.tr("turn {digits}").format(digits=counted), undo))
        self.noted.emit(self.tr("Turned {digits}. Undo turns them back.").format(digits=counted))
        self.changed.emit()

    def _replace(self, gone: Sequence[MyDigit], come: Sequence[MyDigit]) -> Sequence[MyDigit]:
        """Replace digits by others, and return these; look for those that another window has moved."""
        self._drop(gone)
        self._put(come)
        if len(come) < len(gone):
            self.load()
        return come

    def _put(self, digits: Iterable[MyDigit]) -> None:
        for digit in digits:
            self._drop([digit])
            self._by_name[digit.path.name] = digit
            self._names.setdefault(digit.digest, []).append(digit.path.name)

    def _drop(self, digits: Iterable[MyDigit]) -> None:
        for digit in digits:
            self._touched.add(digit.path.name)
            if (known := self._by_name.pop(digit.path.name, None)) is not None:
                names = self._names[known.digest]
                names.remove(digit.path.name)
                if not names:
                    del self._names[known.digest]

    def _still_there(self, names: Iterable[str]) -> list[MyDigit]:
        return [self._by_name[name] for name in names if name in self._by_name]

    def _counted(self, count: int) -> str:
        return self.tr("1 digit") if count == 1 else self.tr("{count} digits").format(count=f"{count:,}")

    def _try(self, act: Callable[[], object]) -> bool:
        """Return whether it could be done; if not, say why, and read the folder anew."""
        try:
            act()
        except LabError as problem:
            self.failed.emit(in_words(problem))
            self.load()
            return False
        return True

    # Undoing

    @property
    def undo_text(self) -> str:
        """The change that `undo` would take back, in words, or an empty text."""
        return self._steps[-1].text if self._steps else ""

    @property
    def last_kept(self) -> str:
        """The digest of the drawing kept or relabelled from the pad, if that was the last change."""
        return self._steps[-1].kept if self._steps else ""

    @Slot()
    def undo(self) -> None:
        """Take back the last change."""
        if self._steps:
            step = self._steps[-1]
            back: list[MyDigit] = []
            if self._try(lambda: back.extend(step.undo())):
                self._steps.remove(step)
                self.changed.emit()  # `undo_text` is another now
                if back:
                    self.noted.emit(self.tr("Taken back: {what}.").format(what=step.text))
                else:
                    self.failed.emit(self._gone())

    def _gone(self) -> str:
        return self.tr("Nothing was changed: another window, or program, was quicker with these digits.")

    def _remember(self, step: _Step) -> None:
        self._steps.append(step)
        del self._steps[:-_MOST_UNDOS]
