"""Which network answers, opened, changed by hand or in training; and whether it can do so in this process."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from core.reading import small_networks
from core.records import Answering, ModelInfo, NetworkState, Prediction, Snapshot


class _Small(NamedTuple):
    """What is known of the networks of one architecture once one of them was ready."""

    info: ModelInfo
    shapes: dict[str, tuple[int, ...]]
    """Of their weights."""


class AnsweringNetwork:
    """The network that was opened, and what answers in its place."""

    def __init__(self) -> None:
        self.opened: ModelInfo | None = None
        self.substitute: Snapshot | NetworkState | None = None
        """What answers in place of the opened network: one in training, or one changed by hand."""
        self._state: NetworkState | None = None  # the opened one
        self._edited: NetworkState | None = None  # as it was changed by hand
        self._small: dict[str, _Small | None] = {}  # by architecture, on the device in use; None: it is not
        self._announced: object = None  # what `announcement` told last

    @property
    def is_following(self) -> bool:
        """Whether a network in training answers in place of the one that was opened."""
        return isinstance(self.substitute, Snapshot)

    def open(self, info: ModelInfo) -> None:
        """Let another network answer; what was changed was the one before. A followed network stays."""
        self._open(info, _small(info, info.weights))

    def open_if_small(self, info: ModelInfo) -> bool:
        """The same, if it answers in this process; whether it does."""
        small = _small(info, info.weights)
        if small is not None:
            self._open(info, small)
        return small is not None

    def _open(self, info: ModelInfo, small: _Small | None) -> None:
        self._edited = None
        if not self.is_following:
            self.substitute = None
        self.opened, self._state = info, NetworkState(info.table, info.weights)
        self._announced = None
        self._small = {info.architecture: small}  # another device may be another way

    def is_open(self, info: ModelInfo) -> bool:
        """Whether this is the network that is open already, number for number."""
        return (
            self.opened is not None
            and self.opened == info
            and self.opened.weights.keys() == info.weights.keys()
            and all(np.array_equal(value, info.weights[name]) for name, value in self.opened.weights.items())
        )

    def follow(self, snapshot: Snapshot | None) -> bool:
        """Let a network in training answer; None: the opened one, changed or not. Whether that is news."""
        is_news = snapshot is not None or self.is_following
        if is_news:
            self.substitute = snapshot or self._edited
        return is_news

    def edit(self, state: NetworkState | None) -> bool:
        """Let the opened network answer with changes made by hand, or with none. Whether that is news.

        While a network in training answers, the change waits.
        """
        is_news = not self.is_following and (self._edited is not None or state is not None)
        self._edited = state
        if is_news:
            self.substitute = state
        return is_news

    def give_up_substitute(self) -> None:
        """Let the opened network answer, as what was to answer in its place does not fit."""
        self.substitute = None

    # In this process

    def get_to_know(self, info: ModelInfo, weights: dict[str, np.ndarray]) -> None:
        """Find out whether networks of this architecture are small, unless that is known."""
        if info.architecture not in self._small:
            self._small[info.architecture] = _small(info, weights)

    def here(self) -> tuple[ModelInfo, NetworkState] | None:
        """The network that is to answer, if it is small, known, and nothing is wrong with it.

        What does not fit goes to the process, where it fails with the right words.
        """
        if self.opened is None:
            return None
        source = self.substitute or self._state
        if isinstance(source, Snapshot):
            small = self._small.get(source.architecture)
            if small is None or len(source.classes) != len(small.info.classes):
                return None
            info = replace(small.info, dataset=source.dataset)
            if source.classes != info.classes:
                info = replace(info, table=replace(info.table, classes=source.classes))
            network = NetworkState(info.table, source.weights)
        else:
            assert source is not None  # a network is opened
            small, network, info = self._small.get(self.opened.architecture), source, self.opened
        if small is None or not small_networks.fits(network, small.shapes):
            return None
        return info, network

    def answer(self, network: NetworkState, ink: np.ndarray) -> Prediction:
        """The answer of the network that `here` gave to ink (H, W) uint8."""
        prediction = small_networks.answer(network, ink)
        if network is not self.substitute or self._state is None:
            return prediction
        original = small_networks.read(self._state, prediction.trace.picture)
        return replace(prediction, original=original.probabilities)

    # Telling

    def announcement(
        self, substitute: Snapshot | NetworkState | None, info: ModelInfo | None
    ) -> Answering | None:
        """What is to be told of the network that has answered; None where it was told.

        `info` is that of the network in training, where it is one.
        """
        source = substitute or self._state
        if source is self._announced or source is None or self.opened is None:
            return None
        self._announced = source
        if isinstance(source, Snapshot):
            assert info is not None
            return Answering(info, NetworkState(info.table, source.weights), self.opened, source)
        return Answering(self.opened, source, self.opened)


def _small(info: ModelInfo, weights: dict[str, np.ndarray]) -> _Small | None:
    """What is to be known of a small network; None where it is not. Takes up to three passes."""
    if not small_networks.is_small(info, weights):
        return None
    bare = ModelInfo("", info.architecture, info.device, info.device_title, info.table)
    return _Small(bare, {name: value.shape for name, value in weights.items()})
