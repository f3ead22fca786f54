"""The opened network with the changes that were made by hand, and their undo."""

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
    """Switches channels and replaces weights. The opened network's arrays are never written.

    Nothing can be changed before `set_base`.
    """

    changed = Signal(object)
    """The NetworkState that is to answer, also after undo and redo; None: the network as it was opened."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.base: NetworkState | None = None
        """The network as it was opened; None before there is one."""
        self.state: NetworkState | None = None
        """The network as it is now; None before there is one. The same object until it changes."""
        self.is_original_shown = False
        """Whether the original answers for now, to compare."""
        self.stack = QUndoStack(self)
        """Undoes the changes, and makes them again."""
        self.stack.setUndoLimit(_MOST_UNDOS)
        # Not from within a command: the stack moves on when the command is done.
        self.stack.indexChanged.connect(self._emit_changed)

    @property
    def is_modified(self) -> bool:
        """Whether the network differs from the one that was opened."""
        return self.state is not self.base

    def set_base(self, network: NetworkState) -> None:
        """Begin with a network that was opened. Where it is the same as before, its changes are kept."""
        self.is_original_shown = False
        if self.base is None or not _are_same(network, self.base):
            self.base = self.state = network
            with QSignalBlocker(self.stack):  # emitted below, once
                self.stack.clear()
        self._emit_changed()

    # Changing

    def switch(self, layer: str, channel: int, on: bool) -> None:
        """Switch a channel or unit off, so that its outputs are 0 whatever comes in; or on again."""
        state = self._now()
        off = state.silenced.get(layer, frozenset())
        text = self.tr("{layer} channel {channel} on") if on else self.tr("{layer} channel {channel} off")
        self._silence(
            layer, off - {channel} if on else off | {channel}, text.format(layer=layer, channel=channel)
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

    @Slot(str, int, int, object)
    def set_kernel(self, layer: str, channel: int, input_channel: int, values: np.ndarray) -> None:
        """Replace one kernel (h, w), as `kernels_of` returns them, by finite numbers."""
        text = self.tr("kernel {channel} ← {input} of {layer}")
        text = text.format(layer=layer, channel=channel, input=input_channel)
        self._replace_kernel(layer, channel, input_channel, values, text)

    @Slot(str, int, int, object, float)
    def set_weight(
        self, layer: str, channel: int, input_channel: int, place: tuple[int, int], value: float
    ) -> None:
        """Replace the weight at (row, column) of one kernel; repeated changes are undone as one."""
        kernel = kernels_of(self._now(), layer)[channel, input_channel].copy()
        kernel[place] = value
        text = self.tr("a weight of {layer} channel {channel}").format(layer=layer, channel=channel)
        number = layer, channel, input_channel, place
        self._replace_kernel(layer, channel, input_channel, kernel, text, number)

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

    @Slot(str, int, float)
    def set_bias(self, layer: str, channel: int, value: float) -> None:
        """Replace one bias; repeated changes are undone as one."""
        name = f"{layer}.bias"
        biases = self._now().weights[name].copy()
        biases[channel] = value
        changed = replace(self._now(), weights={**self._now().weights, name: biases})
        text = self.tr("bias of {layer} channel {channel}").format(layer=layer, channel=channel)
        self._push(changed, text, (layer, channel))

    @Slot()
    def revert(self) -> None:
        """Take all changes back; this can be undone as well."""
        if self.base is not None:
            self._push(self.base, self.tr("revert all"))

    def restore(self, state: NetworkState) -> None:
        """Take over the changes of another session of the same network; undone all at once."""
        self._push(state, self.tr("earlier changes"))

    def set_original_shown(self, shown: bool) -> None:
        """Let the network answer as it was opened, or with its changes."""
        if shown != self.is_original_shown:
            self.is_original_shown = shown
            self._emit_changed()

    def _now(self) -> NetworkState:
        assert self.state is not None, "no network is open"
        return self.state

    def _push(self, after: NetworkState, text: str, number: object = None) -> None:
        """Change the network to `after`; consecutive changes of the same `number` become one."""
        after = self._settled(after)
        if after is not self.state:
            self.stack.push(_Change(self, self._now(), after, text, number))

    def _settled(self, after: NetworkState) -> NetworkState:
        """Return a network with existing arrays, or the existing network, wherever they are equal."""
        assert self.base is not None  # `_now` has seen to it
        base = self.base.weights
        weights = {
            name: base[name] if value is base[name] or np.array_equal(value, base[name]) else value
            for name, value in after.weights.items()
        }
        for known in (self.base, self._now()):
            if _are_same(replace(after, weights=weights), known):
                return known
        return replace(after, weights=weights)

    @Slot()
    def _emit_changed(self) -> None:
        self.changed.emit(self.state if self.is_modified and not self.is_original_shown else None)

    # Summaries

    def edited_channels(self, layer: str) -> frozenset[int]:
        """Return the channels of a layer whose weights or bias differ from the original's."""
        if self.base is None or not self.is_modified:
            return frozenset()
        edited: set[int] = set()
        for name in (f"{layer}.weight", f"{layer}.bias"):
            if name in self.base.weights and self._now().weights[name] is not self.base.weights[name]:
                differs = self._now().weights[name] != self.base.weights[name]
                edited.update(np.flatnonzero(differs.reshape(len(differs), -1).any(1)).tolist())
        return frozenset(edited)

    def summary(self) -> str:
        """Return the changes in words: “conv1 channel 3 off, 2 kernels edited”."""
        return ", ".join(words for _, words in self._facts())

    def brief_summary(self) -> str:
        """Return the number of changes in words, “3 changes”; empty where there are none."""
        count = sum(count for count, _ in self._facts())
        if count < 2:
            return self.tr("1 change") if count else ""
        return self.tr("{count} changes").format(count=f"{count:,}")

    def _facts(self) -> Iterator[tuple[int, str]]:
        """Yield the number of changes of each kind, and their description."""
        if self.base is None or not self.is_modified:
            return
        maps = {spec.name: len(spec.shape) == 3 for spec in self.base.layers}
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
        for name, original in self.base.weights.items():
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
        self._session.state = self._before

    def redo(self) -> None:
        self._session.state = self.after


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
