"""The lower part of the Kernels tool: a channel's patches, with a title and a note."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from core.errors import LabError
from core.explaining.exciting_patches import ExcitingPatches
from core.records import LayerSpec, NetworkState
from gui.tabs.inspect.kernels.found_patches import FoundPatches
from gui.tabs.inspect.kernels.patches_view import PatchesView
from gui.widgets.construct import leaves_keys, named, spaced
from gui.widgets.steady_label import SteadyLabel
from gui.words.numbers import figure


class ChannelPatches(QWidget):
    """A title, a note, and the patches of one channel, which the desk looks for.

    They are wanted as soon as a layer without known patches is in sight. When the network changes afterwards,
    the earlier patches stay, and a button offers to find them again: a network in training changes all the
    time.
    """

    wanted = Signal(str)
    """The patches of this layer are to be found, with the network that answers now."""
    cancelled = Signal()
    """They are not wanted any more."""
    silent_changed = Signal(object)
    """The channels (frozenset of int) that are known to be above 0 for no digit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kernels_patches")
        self._network: NetworkState | None = None
        self._layer: LayerSpec | None = None
        self._channel = 0
        self._known = FoundPatches()
        self._looking: tuple[NetworkState, str] | None = None  # whose patches are being found
        self._partial: ExcitingPatches | None = None  # how far that has come
        self._failure: LabError | None = None
        self._silent: frozenset[int] = frozenset()

        self.view = PatchesView(self)
        self._title = named(SteadyLabel(self), "patches_title")
        self._note = named(SteadyLabel(self), "patches_note", small=True)
        text = self.tr("Find again")
        tip = self.tr("Look through the training digits again, with the network as it is now.")
        again = named(QPushButton(text, self), "patches_again", tip, clicked=self._look)
        self._again = leaves_keys(again)
        layout = spaced(QGridLayout(self), rows=1)
        layout.addWidget(self._title, 0, 0)
        layout.addWidget(self._note, 1, 0)
        layout.addWidget(self._again, 0, 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.view, 2, 0, 1, 2)
        layout.setRowStretch(2, 1)
        layout.setColumnStretch(0, 1)
        keeps_room = self.sizePolicy()  # else what is above would move
        keeps_room.setRetainSizeWhenHidden(True)
        self.setSizePolicy(keeps_room)

    def show_channel(self, network: NetworkState, layer: LayerSpec, channel: int) -> None:
        """Show the patches of a channel of one of the network's own layers, once they are known."""
        if self._layer is None or self._layer.name != layer.name:
            self._give_up()
            self._failure = None
        self._network, self._layer, self._channel = network, layer, channel
        self._show()
        self._look_if_new()

    def take(self, patches: ExcitingPatches) -> None:
        """Show the patches that were found so far."""
        if self._looking is None:
            return
        self._partial = patches
        if patches.done == patches.total:
            self._known.add(*self._looking, patches)
            self._looking = self._partial = None
        self._show()

    @Slot(object)
    def fail(self, error: LabError) -> None:
        """Say why the patches were not found."""
        self._looking = self._partial = None
        self._failure = error
        self._show()

    def forget(self) -> None:
        """Drop all patches; those in sight stay until the next `show_channel`, which asks anew."""
        self._give_up()
        self._known.clear()
        self._network = self._layer = self._failure = None

    def read(self, rank: int) -> str:
        """Return a patch in words: its digit, place and value."""
        found = None if self._layer is None else self._found()[0]
        if found is None or rank >= found.values.shape[1]:
            return ""
        at = self._channel, rank
        fields = {"digit": found.digits[at], "label": found.labels[at]}
        value = figure(float(found.values[at]), nan="NaN")
        if len(found.table[found.layer].shape) == 1:
            return self.tr("digit {digit} (a {label}): {value}").format(**fields, value=value)
        row, column = found.cells[at].tolist()
        words = self.tr("digit {digit} (a {label}), row {row}, column {column}: {value}")
        return words.format(**fields, row=row, column=column, value=value)

    # Looking

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look_if_new()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._give_up()

    def _look_if_new(self) -> None:
        if self._layer is None or not self.isVisible() or self._looking is not None or self._failure:
            return
        if self._known.earlier_patches_of(self._layer.name) is None:
            self._look()

    @Slot()
    def _look(self) -> None:
        if self._network is None or self._layer is None:  # forgotten: `show_channel` comes
            return
        self._looking = self._network, self._layer.name
        self._partial = self._failure = None
        self._show()
        self.wanted.emit(self._layer.name)

    def _give_up(self) -> None:
        if self._looking is not None:
            self._looking = self._partial = None
            self._show()
            self.cancelled.emit()

    # Showing

    def _found(self) -> tuple[ExcitingPatches | None, bool]:
        """Return the patches to show, and whether they are of the network as it is now."""
        assert self._network is not None and self._layer is not None
        if self._partial is not None:
            return self._partial, True
        now = self._known.patches_of(self._network, self._layer.name)
        if now is not None:
            return now, True
        return self._known.earlier_patches_of(self._layer.name), False

    def _show(self) -> None:
        if self._layer is None:
            return
        found, is_current = self._found()
        self.view.set_patches(found, self._channel)
        self._again.setVisible(self._looking is None and not (is_current and found is not None))
        title = self.tr("What excites unit {channel} most")
        if len(self._layer.shape) == 3:
            title = self.tr("What excites channel {channel} most")
        self._title.set_text(title.format(channel=self._channel))
        silent = _never_above_zero(found) if is_current else frozenset()
        if silent != self._silent:
            self._silent = silent
            self.silent_changed.emit(silent)
        if self._looking is not None:
            self._say(self._say_progress(self._partial))
        elif self._failure is not None:
            self._say(str(self._failure), is_warning=True)
        elif found is None:
            self._say(self.tr("not looked for yet"))
        elif not is_current:
            self._say(self.tr("These are of an earlier network."), is_warning=True)
        else:
            self._say_known(found, silent)

    def _say_progress(self, found: ExcitingPatches | None) -> str:
        if found is None:
            return self.tr("looking through training digits…")
        words = self.tr("looking: {done} of {total} training digits")
        return words.format(done=f"{found.done:,}", total=f"{found.total:,}")

    def _say_known(self, found: ExcitingPatches, silent: frozenset[int]) -> None:
        assert self._network is not None and self._layer is not None
        if self._channel in self._network.silenced.get(self._layer.name, ()):
            self._say(self.tr("Switched off: it gives 0 for every digit."), is_warning=True)
        elif self._channel in silent:
            text = self.tr("Dead: never above 0 for any of {count} digits.")
            self._say(text.format(count=f"{found.total:,}"), is_warning=True)
        else:
            text = self.tr("of {count} training digits: label · value")
            self._say(text.format(count=f"{found.total:,}"))

    def _say(self, note: str, is_warning: bool = False) -> None:
        role = QPalette.ColorRole.WindowText if is_warning else QPalette.ColorRole.PlaceholderText
        self._note.setForegroundRole(role)
        self._note.set_text(note)


def _never_above_zero(found: ExcitingPatches | None) -> frozenset[int]:
    """Return the channels that are above 0 for no digit, once all digits have been looked at."""
    if found is None or found.done < found.total:
        return frozenset()
    return frozenset(np.flatnonzero((found.values <= 0).all(axis=1)).tolist())
