"""The result of teaching: accuracy before and after, the digits that changed, and the forgotten ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from core.records import NetworkName
from core.teaching.teaching_records import TeachingResult
from gui.paint.text import set_small_text
from gui.tabs.my_digits.changes_list import Change, ChangesList
from gui.widgets.construct import bold, in_column, named, spaced
from gui.words.model_names import short_title
from gui.words.numbers import share


class TeachingReport(QWidget):
    """Three rows of numbers with tool tips, the digits whose prediction changed, and forgotten ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teaching_report")
        self._title = named(QLabel(self, wordWrap=True), "teaching_title")
        self._table = spaced(QGridLayout(), rows=2, columns=10)
        self._table.setColumnStretch(0, 1)
        self._cells: dict[tuple[str, str], QLabel] = {}
        self._head()
        tip = self.tr(
            "Before: by the network as it was. After: each by a network that had been taught other "
            "digits of yours, but not this one. It tells how well your next digits will be read."
        )
        self._row("held_out", self.tr("Your digits, held out"), tip)
        tip = self.tr("After: by the taught network itself, which has learnt from these very digits.")
        self._row("learnt", self.tr("Your digits, once learnt"), tip)
        tip = self.tr(
            "Digits of other hands, of which none was taught. Whatever the network has forgotten over "
            "yours shows here."
        )
        self._row("test", self.tr("MNIST's test digits"), tip)
        self._held_out_words = self._words("held_out_words")
        self._changes_words = self._words("changes_words")
        self.changes = ChangesList("changes_list", self)
        self.changes.setAccessibleName(self.tr("Your digits that are read otherwise now"))
        self._forgotten_words = self._words("forgotten_words")
        self.forgotten = ChangesList("forgotten_list", self)
        self.forgotten.setAccessibleName(self.tr("Some of MNIST's test digits that are misread now"))
        lists = (self._changes_words, (self.changes, 1), self._forgotten_words, (self.forgotten, 1))
        in_column(self._title, self._table, self._held_out_words, *lists, on=self, spacing=4)

    def _head(self) -> None:
        for column, text in ((1, self.tr("before")), (2, self.tr("after"))):
            label = QLabel(text, self)
            set_small_text(label)
            self._table.addWidget(label, 0, column, Qt.AlignmentFlag.AlignRight)

    def _row(self, name: str, title: str, tip: str) -> None:
        row = self._table.rowCount()
        label = QLabel(title, self)
        label.setToolTip(tip)
        self._table.addWidget(label, row, 0)
        for column, moment in ((1, "before"), (2, "after")):
            cell = named(QLabel(self), f"{name}_{moment}", tip)
            if moment == "after":
                bold(cell)
            self._table.addWidget(cell, row, column, Qt.AlignmentFlag.AlignRight)
            self._cells[name, moment] = cell

    def _words(self, name: str) -> QLabel:
        return named(QLabel(self, wordWrap=True), name, small=True)

    def show_result(self, result: TeachingResult, picture_of: Callable[[str], np.ndarray | None]) -> None:
        """Show the predictions before and after teaching.

        `picture_of` returns a digit's picture (28, 28) uint8 by its digest, or None if it is gone.
        """
        count, test = len(result.labels), result.test
        title = self.tr("{network}, taught {count} of your digits in {seconds} s:")
        name, seconds = short_title(NetworkName(result.model, result.run)), f"{result.seconds:.0f}"
        self._title.setText(title.format(network=name, count=f"{count:,}", seconds=seconds))
        held_out = None if result.held_out is None else result.right(result.held_out)
        self._fill("held_out", result.right(result.before), held_out, count)
        self._fill("learnt", result.right(result.before), result.right(result.after), count)
        self._cells["test", "before"].setText(share(test.before / test.count))
        self._cells["test", "after"].setText(share(test.after / test.count))
        self._held_out_words.setText(self._about_holding_out(result))
        self._show_changes(result, picture_of)
        self._show_forgotten(result)

    def _fill(self, row: str, before: int, after: int | None, count: int) -> None:
        text = self.tr("{right} of {count}")
        self._cells[row, "before"].setText(text.format(right=f"{before:,}", count=f"{count:,}"))
        after_text = "–" if after is None else text.format(right=f"{after:,}", count=f"{count:,}")
        self._cells[row, "after"].setText(after_text)

    def _about_holding_out(self, result: TeachingResult) -> str:
        count = len(result.labels)
        if result.held_out is None:
            return self.tr(
                "A single digit cannot be held out: label some more to see how well the network reads digits "
                "of yours that it was not taught."
            )
        if result.folds == count:
            return self.tr(
                "Held out: each of your {count} digits was read by a network that had been taught the other "
                "{others}."
            ).format(count=count, others=count - 1)
        return self.tr(
            "Held out: your {count} digits in {parts} parts, each read by a network that had been taught the "
            "other parts only."
        ).format(count=f"{count:,}", parts=result.folds)

    def _show_changes(self, result: TeachingResult, picture_of: Callable[[str], np.ndarray | None]) -> None:
        """The digits that the taught network itself reads otherwise: what changes once it is used."""
        changes, count = [], 0
        answers = zip(result.labels, result.before.argmax(1), result.after.argmax(1), strict=True)
        for digest, (label, old, new) in zip(result.digests, answers, strict=True):
            picture = picture_of(digest)
            count += int(old != new)
            if old != new and picture is not None:
                changes.append(Change(picture, int(label), int(old), int(new)))
        self.changes.set_changes(changes)
        self.changes.setVisible(bool(changes))
        words = self.tr("Once learnt, {count} of your digits are read otherwise than before.")
        if count < 2:
            words = self.tr("Once learnt, 1 of your digits is read otherwise than before.")
        if count == 0:
            words = self.tr("Once learnt, all of your digits are read as before.")
        self._changes_words.setText(words.format(count=f"{count:,}"))

    def _show_forgotten(self, result: TeachingResult) -> None:
        test = result.test
        gained = test.after - test.before + test.forgotten
        if test.forgotten:
            words = self.tr(
                "Forgotten: {forgotten} of MNIST's test digits are misread now that were read right. "
                "{gained} that were misread are read right now. Some of the forgotten ones:"
            )
        else:
            words = self.tr("None of MNIST's test digits has been forgotten; {gained} more are read right.")
        self._forgotten_words.setText(words.format(forgotten=test.forgotten, gained=gained))
        self.forgotten.set_changes(
            Change(picture, int(label), int(label), int(answer))
            for picture, label, answer in zip(test.pictures, test.labels, test.answers, strict=True)
        )
        self.forgotten.setVisible(test.forgotten > 0)
