"""The opened network as its user changes it by hand, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QSignalBlocker, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.explaining.kernels import kernels_of
from core.records import NetworkState

_MOST_UNDOS = 200  # a kernel of fc1 keeps 192 kB each


class EditSession(QObject):
    """Switches channels and replaces weights. The arrays of the network that was opened are never written.

    Nothing can be changed before `set_base`.
    """

    changed = Signal(object)
    """The NetworkState that is to answer; None: the network as it was opened. Undo and redo know of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._base: NetworkState | None = None
        self._state: NetworkState | None = None
        self._original_shown = False
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(_MOST_UNDOS)
        # Not from within a command: the stack moves on when the command is done.
        self._stack.indexChanged.connect(self._tell)

    @property
    def base(self) -> NetworkState | None:
        """The network as it was opened; None before there is one."""
        return self._base

    @property
    def state(self) -> NetworkState | None:
        """The network as it is now; None before there is one. The same object until it changes."""
        return self._state

    @property
    def is_modified(self) -> bool:
        """Whether the network differs from the one that was opened."""
        return self._state is not self._base

    @property
    def is_original_shown(self) -> bool:
        """Whether the original answers for a while, to compare."""
        return self._original_shown

    @property
    def can_undo(self) -> bool:
        """Whether `undo` would change anything."""
        return self._stack.canUndo()

    @property
    def can_redo(self) -> bool:
        """Whether `redo` would change anything."""
        return self._stack.canRedo()

    @property
    def undo_text(self) -> str:
        """What `undo` would take back, in words; empty where there is nothing."""
        return self._stack.undoText()

    @property
    def redo_text(self) -> str:
        """What `redo` would do again, in words; empty where there is nothing."""
        return self._stack.redoText()

    def set_base(self, network: NetworkState) -> None:
        """Begin with a network that was opened. Where it is the same as before, its changes are kept."""
        self._original_shown = False
        if self._base is None or not _are_same(network, self._base):
            self._base = self._state = network
            with QSignalBlocker(self._stack):  # told below, once
                self._stack.clear()
        self._tell()

    # Changing

    def switch(self, layer: str, channel: int, on: bool) -> None:
        """Switch a channel or unit off, so that its outputs are 0 whatever comes in; or on again."""
        state = self._now()
        off = state.silenced.get(layer, frozenset())
        text = self.tr("{layer} channel {channel} on") if on else self.tr("{layer} channel {channel} off")
        self._silence(
            layer,
            off - {channel} if on else off | {channel},
            text.format(layer=layer, channel=channel),
        )

    def switch_all_on(self, layer: str) -> None:
        """Switch every channel of a layer on again."""
        self._silence(layer, frozenset(), self.tr("all of {layer} on").format(layer=layer))

    def _silence(self, layer: str, channels: frozenset[int], text: str) -> None:
        state = self._now()
        silenced = {name: off for name, off in state.silenced.items() if name != layer}
        if channels:
            silenced[layer] = channels
        self._push(replace(state, silenced=silenced), text)

    def set_kernel(self, layer: str, channel: int, input_channel: int, values: np.ndarray) -> None:
        """Replace one kernel (h, w), as `kernels_of` has them, by finite numbers."""
        text = self.tr("kernel {channel} ← {input} of {layer}")
        self._replace_kernel(
            layer,
            channel,
            input_channel,
            values,
            text.format(layer=layer, channel=channel, input=input_channel),
        )

    def set_weight(
        self, layer: str, channel: int, input_channel: int, place: tuple[int, int], value: float
    ) -> None:
        """Replace the number at (row, column) of one kernel. Doing so again is undone in one go."""
        kernel = kernels_of(self._now(), layer)[channel, input_channel].copy()
        kernel[place] = value
        text = self.tr("a weight of {layer} channel {channel}").format(layer=layer, channel=channel)
        self._replace_kernel(
            layer, channel, input_channel, kernel, text, (layer, channel, input_channel, place)
        )

    def _replace_kernel(
        self,
        layer: str,
        channel: int,
        input_channel: int,
        values: np.ndarray,
        text: str,
        number: object = None,
    ) -> None:
        name = f"{layer}.weight"
        weights = self._now().weights[name].copy()
        changed = replace(self._now(), weights={**self._now().weights, name: weights})
        kernels_of(changed, layer)[channel, input_channel] = values
        self._push(changed, text, number)

    def set_bias(self, layer: str, channel: int, value: float) -> None:
        """Replace one bias. Doing so again is undone in one go."""
        name = f"{layer}.bias"
        biases = self._now().weights[name].copy()
        biases[channel] = value
        changed = replace(self._now(), weights={**self._now().weights, name: biases})
        text = self.tr("bias of {layer} channel {channel}").format(layer=layer, channel=channel)
        self._push(changed, text, (layer, channel))

    @Slot()
    def revert(self) -> None:
        """Take all changes back; this can be undone as well."""
        if self._base is not None:
            self._push(self._base, self.tr("revert all"))

    def restore(self, state: NetworkState) -> None:
        """Take over the changes of another session of the same network; `undo` takes them all back."""
        self._push(state, self.tr("earlier changes"))

    @Slot()
    def undo(self) -> None:
        """Take the last change back."""
        self._stack.undo()

    @Slot()
    def redo(self) -> None:
        """Do again what was undone last."""
        self._stack.redo()

    def set_original_shown(self, shown: bool) -> None:
        """Let the network answer as it was opened, for a while; the changes wait."""
        if shown != self._original_shown:
            self._original_shown = shown
            self._tell()

    def _now(self) -> NetworkState:
        assert self._state is not None, "no network is open"
        return self._state

    def _push(self, after: NetworkState, text: str, number: object = None) -> None:
        """Go on with `after`; consecutive changes of the same number become one."""
        after = self._settled(after)
        if after is not self._state:
            self._stack.push(_Change(self, self._now(), after, text, number))

    def _settled(self, after: NetworkState) -> NetworkState:
        """The same, with the objects there are already wherever they are equal."""
        assert self._base is not None  # `_now` has seen to it
        base = self._base.weights
        weights = {
            name: base[name] if value is base[name] or np.array_equal(value, base[name]) else value
            for name, value in after.weights.items()
        }
        for known in (self._base, self._now()):
            if _are_same(replace(after, weights=weights), known):
                return known
        return replace(after, weights=weights)

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(self._state if self.is_modified and not self._original_shown else None)

    # Telling

    def edited_channels(self, layer: str) -> frozenset[int]:
        """The channels of a layer whose weights or bias differ from the original's."""
        if self._base is None or not self.is_modified:
            return frozenset()
        edited: set[int] = set()
        for name in (f"{layer}.weight", f"{layer}.bias"):
            if name in self._base.weights and self._now().weights[name] is not self._base.weights[name]:
                differs = self._now().weights[name] != self._base.weights[name]
                edited.update(np.flatnonzero(differs.reshape(len(differs), -1).any(1)).tolist())
        return frozenset(edited)

    def summary(self) -> str:
        """What differs from the original, in words: “conv1 channel 3 off, 2 kernels edited”."""
        return ", ".join(words for _, words in self._facts())

    def brief_summary(self) -> str:
        """How much differs from the original: “3 changes”; empty where nothing does."""
        count = sum(count for count, _ in self._facts())
        if count < 2:
            return self.tr("1 change") if count else ""
        return self.tr("{count} changes").format(count=f"{count:,}")

    def _facts(self) -> Iterator[tuple[int, str]]:
        """How many of a kind differ, and that in words."""
        if self._base is None or not self.is_modified:
            return
        maps = {spec.name: len(spec.shape) == 3 for spec in self._base.layers}
        for are_maps, one, many in (
            (True, self.tr("{layer} channel {channel} off"), self.tr("{count} channels off")),
            (False, self.tr("{layer} unit {channel} off"), self.tr("{count} units off")),
        ):
            off = [
                (layer, channel)
                for layer, channels in self._now().silenced.items()
                for channel in channels
                if maps[layer] == are_maps
            ]
            if off:
                words = one if len(off) == 1 else many
                yield len(off), words.format(layer=off[0][0], channel=off[0][1], count=len(off))
        counts = {"kernel": 0, "weight": 0, "bias": 0}
        for name, original in self._base.weights.items():
            now = self._now().weights[name]
            if now is not original:
                differs = now != original
                kind = {4: "kernel", 2: "weight", 1: "bias"}[now.ndim]
                counts[kind] += int((differs.any((2, 3)) if now.ndim == 4 else differs).sum())
        for kind, one, many in (
            ("kernel", self.tr("1 kernel edited"), self.tr("{count} kernels edited")),
            ("weight", self.tr("1 weight edited"), self.tr("{count} weights edited")),
            ("bias", self.tr("1 bias edited"), self.tr("{count} biases edited")),
        ):
            if counts[kind]:
                yield counts[kind], (one if counts[kind] == 1 else many).format(count=counts[kind])


class _Change(QUndoCommand):
    """From one state of the network to another."""

    def __init__(
        self, session: EditSession, before: NetworkState, after: NetworkState, text: str, number: object
    ) -> None:
        super().__init__(text)
        self._session, self._before, self.after, self.number = session, before, after, number

    def id(self) -> int:
        return -1 if self.number is None else 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Change) or other.number != self.number:
            return False
        self.after = other.after
        self.setObsolete(self.after is self._before)
        return True

    def undo(self) -> None:
        self._session._state = self._before

    def redo(self) -> None:
        self._session._state = self.after


def _are_same(one: NetworkState, other: NetworkState) -> bool:
    return (
        one.layers == other.layers
        and one.silenced == other.silenced
        and one.weights.keys() == other.weights.keys()
        and all(
            value is other.weights[name] or np.array_equal(value, other.weights[name])
            for name, value in one.weights.items()
        )
    )
