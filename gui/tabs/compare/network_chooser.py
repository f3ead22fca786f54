"""The list from which a network is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.catalog import ARCHITECTURES, SHIPPED
from core.reading.comparison import PAD, UNTRAINED, WEIGHTS, NetworkChoice
from core.records import NetworkName
from gui.widgets.combo_box import ComboBox
from gui.words import translate
from gui.words.core_texts import core_text
from gui.words.model_names import title_of as title_of_name


class NetworkChooser(ComboBox):
    """The pad's network, the shipped ones, untrained ones, runs, and the file chosen last."""

    choice_made = Signal(object)
    """The NetworkChoice that the user has made."""
    opening = Signal()
    """The list is about to open: `set_runs` may bring it up to date."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(11, parent)
        self.setObjectName(name)
        self._runs: Sequence[tuple[str, str]] = ()
        self._title = ""  # of the choice, where it is known better than its file
        self.choice = NetworkChoice(PAD)
        self._fill()
        self.activated.connect(self._on_activated)

    def set_choice(self, choice: NetworkChoice) -> None:
        """Show a choice, without a signal."""
        self.choice, self._title = choice, ""
        self._fill()

    def set_title(self, title: str) -> None:
        """Show what the chosen network is called: it has been opened."""
        if title != self._title:
            self._title = title
            self._fill()

    def set_runs(self, runs: Sequence[tuple[str, str]]) -> None:
        """Offer runs, each by its name and the path of its weights."""
        if runs != self._runs:
            self._runs = runs
            self._fill()

    def showPopup(self) -> None:
        self.opening.emit()
        super().showPopup()

    def _fill(self) -> None:
        is_open = self.view().isVisible()
        self.clear()
        tip = self.tr("Whatever answers on the pad: opened, in training, or changed by hand")
        self._add(NetworkChoice(PAD), tip, self._title_of_pad())
        self.insertSeparator(self.count())
        for model in SHIPPED.values():
            self._add(NetworkChoice(WEIGHTS, model.name), core_text(model.summary), core_text(model.title))
        self.insertSeparator(self.count())
        untrained = self.tr("Random weights, as before the first step of training")
        for name in ARCHITECTURES:
            self._add(NetworkChoice(UNTRAINED, name), untrained)
        if self._runs:
            self.insertSeparator(self.count())
            for title, path in self._runs:
                self._add(NetworkChoice(WEIGHTS, path), path, title)
        if self.findData(self.choice.text()) < 0:
            self.insertSeparator(self.count())
            self._add(self.choice, self.choice.name, self._title)
        self.setCurrentIndex(self.findData(self.choice.text()))
        self._show_tip()
        if is_open:
            super().showPopup()  # anew: as large as the list is now

    def _title_of_pad(self) -> str:
        """Return what answers on the pad, where it is chosen and known."""
        if self.choice.kind != PAD or not self._title:
            return ""
        return self.tr("On the pad: {name}").format(name=self._title)

    def _show_tip(self) -> None:
        """Repeat the name in the tool tip: a narrow box cuts it off."""
        text = self.tr(
            "{name}. Choose the network that answers on this side: the pad's, changed by hand or in "
            "training as it may be; one that comes with the program; one before any training; or a run's."
        )
        self.setToolTip(text.format(name=self.currentText()))

    def _add(self, choice: NetworkChoice, tip: str, title: str = "") -> None:
        self.addItem(title or title_of(choice), choice.text())
        self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        choice = NetworkChoice.parse(self.itemData(index))
        if choice is not None and choice != self.choice:
            self.choice, self._title = choice, ""
            self._show_tip()
            self.choice_made.emit(choice)


def title_of(choice: NetworkChoice) -> str:
    """Return the title of a chosen network."""
    if choice.kind == PAD:
        return translate("NetworkChooser", "The network on the pad")
    if choice.kind == UNTRAINED:
        title = core_text(ARCHITECTURES[choice.name].title)
        return translate("NetworkChooser", "Untrained {title}").format(title=title)
    return title_of_name(NetworkName(choice.name))
