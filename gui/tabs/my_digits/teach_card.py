"""The card that teaches a network one's own digits: button, progress, result, and the way back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QSizePolicy, QWidget

from core.teaching.teaching_records import TeachingProgress, TeachingResult
from gui.paint.text import TITLE
from gui.tabs.my_digits.teaching_report import TeachingReport
from gui.widgets.construct import STRETCH, bold, exchange, in_column, in_row, named
from gui.widgets.steady_label import SteadyLabel
from gui.widgets.term_label import TermLabel


class TeachCard(QWidget):
    """Shows the values that it is given; it knows no network and no process."""

    teach_wanted = Signal()
    cancel_wanted = Signal()
    use_wanted = Signal()
    """Let the taught network answer the pad."""
    back_wanted = Signal()
    """Let the network answer that it was taught from."""
    again_wanted = Signal()
    """Let the newest taught network answer again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach_card")
        self._is_teaching = False
        self._refusal = ""
        self._has_result = False
        self._taught, self._last = "", ""
        self._title = bold(self._label("teach_title"), TITLE)
        self._intro = self._label("teach_intro")
        text = self.tr(
            "The network learns your digits in a few seconds. It sees them slightly bent and turned, as your "
            "hand may draw them next time, and practises MNIST's digits too, so that it does not forget "
            "those. You see what is won and lost first; nothing changes until you use the taught network."
        )
        self._intro.setText(text)
        self._build_buttons()
        self._message = self._label("teach_said")
        self.report = TeachingReport(self)
        self._answering = self._label("teach_answering")
        progress = in_row((self._progress, 1), self._cancel)
        task = (self._title, self._intro, self._teach, progress, self._part, self._message)
        result = ((self.report, 1), self._use, STRETCH, self._answering, self._back, self._again)
        in_column(*task, *result, on=self, margins=(10, 4, 6, 4))
        self.set_task("", 0, "")
        self.set_answering("", "")

    def _build_buttons(self) -> None:
        tip = self.tr(
            "Fine-tune the fully connected layers on your digits, with digits of MNIST's training set in "
            "every batch, on which the network is held to what it answered before. What is taught is the "
            "network as it was opened: changes made by hand, and networks in training, are left out."
        )
        self._teach = named(QPushButton(self), "teach_button", tip, clicked=self.teach_wanted)
        accessible = self.tr("Progress of teaching")
        self._progress = named(QProgressBar(self, textVisible=False), "teach_progress", "", accessible)
        self._part = named(SteadyLabel(self), "teach_part")
        text, tip = self.tr("Cancel"), self.tr("Give it up; the network stays as it is")
        self._cancel = named(
            QPushButton(self), "teach_cancel_button", tip, text=text, clicked=self.cancel_wanted
        )
        text = self.tr("Use it on the pad")
        tip = self.tr(
            "Keep the taught network as a file, and let it answer the pad from now on, also after the next "
            "start. You can go back at any time."
        )
        self._use = named(QPushButton(self), "use_taught_button", tip, text=text, clicked=self.use_wanted)
        text = self.tr("Go back to what it was before")
        tip = self.tr("Let the network answer that was taught, as it was before; the taught one is kept")
        self._back = named(QPushButton(self), "go_back_button", tip, text=text, clicked=self.back_wanted)
        text, tip = self.tr("Use it again"), self.tr("Let the network answer that was taught last")
        self._again = named(QPushButton(self), "use_again_button", tip, text=text, clicked=self.again_wanted)

    def _label(self, name: str) -> TermLabel:
        """Return a label that wraps and asks for no width: networks may have the long names of files."""
        label = named(TermLabel(parent=self, wordWrap=True), name)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, label.sizePolicy().verticalPolicy())
        return label

    def set_task(self, network: str, count: int, refusal: str) -> None:
        """Name the network and the number of digits to teach; a refusal says why that is not possible."""
        title = self.tr("Teach {network}") if network else self.tr("Teach it")
        self._title.setText(title.format(network=network))
        text = self.tr("Teach it my {count} digits") if count else self.tr("Teach it my digits")
        if count == 1:
            text = self.tr("Teach it my digit")
        self._teach.setText(text.format(count=f"{count:,}"))
        self._teach.setEnabled(not refusal)
        self._refusal = refusal
        if not self._is_teaching:
            self._message.setText(refusal)
        self._show_parts()

    def say(self, sentence: str) -> None:
        """Show a sentence about the teaching that has ended."""
        self._message.setText(sentence)
        self._show_parts()

    def set_teaching(self, teaching: bool) -> None:
        """Show whether teaching is under way."""
        self._is_teaching = teaching
        self._progress.setRange(0, 0)  # the total is not known yet
        self._part.set_text(self.tr("Starting…"))
        self._message.setText("" if teaching else self._refusal)
        self._show_parts()

    def show_progress(self, progress: TeachingProgress) -> None:
        """Show the progress of teaching."""
        parts = {
            "look": self.tr("Looking at all digits…"),
            "check": self.tr("Checking: learning from some, reading the others…"),
            "learn": self.tr("Learning from all…"),
        }
        self._progress.setRange(0, progress.total)
        self._progress.setValue(progress.done)
        self._part.set_text(parts[progress.part])

    def show_result(self, result: TeachingResult, picture_of: Callable[[str], np.ndarray | None]) -> None:
        """Show the result of teaching; see `TeachingReport.show_result`."""
        self._has_result = True
        self.report.show_result(result, picture_of)
        self._show_parts()

    def set_usable(self, usable: bool) -> None:
        """Offer the result, or say that it answers the pad already."""
        self._use.setEnabled(usable)
        self._use.setText(self.tr("Use it on the pad") if usable else self.tr("✓ It answers the pad"))

    def set_answering(self, taught: str, last: str) -> None:
        """Offer the way back from a taught network, or to the last one; both by name, or empty."""
        self._taught, self._last = taught, last
        text = self.tr("The pad is answered by {network}.") if taught else self.tr("Taught last: {network}.")
        self._answering.setText(text.format(network=taught or last))
        self._show_parts()

    def _show_parts(self) -> None:
        exchange(self._teach, self._cancel, self._is_teaching)
        for widget in (self._progress, self._part):
            widget.setVisible(self._is_teaching)
        shows_result = self._has_result and not self._is_teaching
        self._intro.setVisible(not shows_result)
        self.report.setVisible(shows_result)
        self._use.setVisible(shows_result)
        leads_forth = bool(self._last) and not self._taught and not shows_result
        self._answering.setVisible(bool(self._taught) or leads_forth)
        self._back.setVisible(bool(self._taught))
        self._again.setVisible(leads_forth)
        self._message.setVisible(bool(self._message.text()))
        self._message.setAlignment(Qt.AlignmentFlag.AlignTop)
