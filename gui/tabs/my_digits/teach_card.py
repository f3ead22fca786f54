"""Teach it: the button, how far it is, what came of it, and the way back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.teaching.teaching_records import TeachingProgress, TeachingResult
from gui.tabs.my_digits.teaching_report import TeachingReport
from gui.widgets.construct import named, spaced
from gui.widgets.steady_label import SteadyLabel


class TeachCard(QWidget):
    """It knows no network and no process: it is told what there is to tell."""

    teach_wanted = Signal()
    cancel_wanted = Signal()
    use_wanted = Signal()
    """The taught network is to answer the pad."""
    back_wanted = Signal()
    """The network before it is to answer again."""
    again_wanted = Signal()
    """The network that was taught last is to answer again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach_card")
        self._is_teaching = False
        self._refusal = ""
        self._has_result = False
        self._taught, self._last = "", ""
        self._title = self._label("teach_title")
        font = self._title.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.1)
        self._title.setFont(font)
        self._intro = self._label("teach_intro")
        self._intro.setText(
            self.tr(
                "In some seconds the network learns your digits: it meets them bent and turned, as your hand "
                "may draw them next time, and rehearses MNIST's all the while, so as not to forget those. "
                "You see first what is won and what is lost; nothing changes until you use it."
            )
        )
        self._build_buttons()
        self._said = self._label("teach_said")
        self.report = TeachingReport(self)
        self._answering = self._label("teach_answering")
        progress = QHBoxLayout()
        progress.addWidget(self._progress, 1)
        progress.addWidget(self._cancel)
        layout = spaced(QVBoxLayout(self), margins=(10, 4, 6, 4))
        layout.addWidget(self._title)
        layout.addWidget(self._intro)
        layout.addWidget(self._teach)
        layout.addLayout(progress)
        layout.addWidget(self._part)
        layout.addWidget(self._said)
        layout.addWidget(self.report, 1)
        layout.addWidget(self._use)
        layout.addStretch()
        layout.addWidget(self._answering)
        layout.addWidget(self._back)
        layout.addWidget(self._again)
        self.set_task("", 0, "")
        self.set_answering("", "")

    def _build_buttons(self) -> None:
        self._teach = self._button(
            "teach_button", self.teach_wanted,
            self.tr(
                "Fine-tune the fully connected layers on your digits, with digits of MNIST's training set in "
                "every batch, on which the network is held to what it answered before. What is taught is the "
                "network as it was opened: changes made by hand, and networks in training, are left out."
            ),
        )  # fmt: skip
        self._progress = named(
            QProgressBar(self), "teach_progress", accessible=self.tr("Progress of teaching")
        )
        self._progress.setTextVisible(False)
        self._part = named(SteadyLabel(self), "teach_part")
        self._cancel = self._button(
            "teach_cancel_button", self.cancel_wanted, self.tr("Give it up; the network stays as it is")
        )
        self._cancel.setText(self.tr("Cancel"))
        self._use = self._button(
            "use_taught_button", self.use_wanted,
            self.tr(
                "Keep the taught network as a file, and let it answer the pad from now on, also after the "
                "next start. You can go back at any time."
            ),
        )  # fmt: skip
        self._use.setText(self.tr("Use it on the pad"))
        self._back = self._button(
            "go_back_button", self.back_wanted,
            self.tr("Let the network answer that was taught, as it was before; the taught one is kept"),
        )  # fmt: skip
        self._back.setText(self.tr("Go back to what it was before"))
        self._again = self._button(
            "use_again_button", self.again_wanted, self.tr("Let the network answer that was taught last")
        )
        self._again.setText(self.tr("Use it again"))

    def _label(self, name: str) -> QLabel:
        """A text that wraps and asks for no width: networks may have the long names of their files."""
        label = named(QLabel(self), name)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, label.sizePolicy().verticalPolicy())
        return label

    def _button(self, name: str, signal: object, tip: str) -> QPushButton:
        button = named(QPushButton(self), name, tip)
        button.clicked.connect(signal)
        return button

    def set_task(self, network: str, count: int, refusal: str) -> None:
        """What would be taught now.

        Args:
            network: what people call it.
            count: how many digits.
            refusal: why that is not possible, as a sentence; empty where it is.
        """
        title = self.tr("Teach {network}") if network else self.tr("Teach it")
        self._title.setText(title.format(network=network))
        text = self.tr("Teach it my {count} digits") if count else self.tr("Teach it my digits")
        if count == 1:
            text = self.tr("Teach it my digit")
        self._teach.setText(text.format(count=f"{count:,}"))
        self._teach.setEnabled(not refusal)
        self._refusal = refusal
        if not self._is_teaching:
            self._said.setText(refusal)
        self._show_parts()

    def say(self, sentence: str) -> None:
        """Say what has become of teaching."""
        self._said.setText(sentence)
        self._show_parts()

    def set_teaching(self, teaching: bool) -> None:
        """Whether teaching is under way."""
        self._is_teaching = teaching
        self._progress.setRange(0, 0)  # it is not known yet how much there is to do
        self._part.set_text(self.tr("Starting…"))
        self._said.setText("" if teaching else self._refusal)
        self._show_parts()

    def show_progress(self, progress: TeachingProgress) -> None:
        """Show how far teaching is."""
        parts = {
            "look": self.tr("Looking at all digits…"),
            "check": self.tr("Checking: learning from some, reading the others…"),
            "learn": self.tr("Learning from all…"),
        }
        self._progress.setRange(0, progress.total)
        self._progress.setValue(progress.done)
        self._part.set_text(parts[progress.part])

    def show_result(self, result: TeachingResult, picture_of: Callable[[str], np.ndarray | None]) -> None:
        """Show what came of it; see `TeachingReport.show_result`."""
        self._has_result = True
        self.report.show_result(result, picture_of)
        self._show_parts()

    def set_usable(self, usable: bool) -> None:
        """Whether the result is another network than the one that answers."""
        self._use.setEnabled(usable)
        self._use.setText(self.tr("Use it on the pad") if usable else self.tr("✓ It answers the pad"))

    def set_answering(self, taught: str, last: str) -> None:
        """Which way leads back, or forth again.

        Args:
            taught: what the network is called that answers, if it was taught; else empty.
            last: what the network is called that was taught last, if another one answers; else empty.
        """
        self._taught, self._last = taught, last
        text = self.tr("The pad is answered by {network}.") if taught else self.tr("Taught last: {network}.")
        self._answering.setText(text.format(network=taught or last))
        self._show_parts()

    def _show_parts(self) -> None:
        self._teach.setVisible(not self._is_teaching)
        for widget in (self._progress, self._part, self._cancel):
            widget.setVisible(self._is_teaching)
        shows_result = self._has_result and not self._is_teaching
        self._intro.setVisible(not shows_result)
        self.report.setVisible(shows_result)
        self._use.setVisible(shows_result)
        leads_forth = bool(self._last) and not self._taught and not shows_result
        self._answering.setVisible(bool(self._taught) or leads_forth)
        self._back.setVisible(bool(self._taught))
        self._again.setVisible(leads_forth)
        self._said.setVisible(bool(self._said.text()))
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
