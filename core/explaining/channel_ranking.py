"""Channels ranked by the accuracy that is lost without them. Only `rank_channels` loads torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.records import INPUT

if TYPE_CHECKING:
    from torch import Tensor

    from core.data.datasets import DigitSet
    from core.networks.table import Network

# Fifty digits pass through LeNet in some 5 ms on one thread; twice as many are no faster, digit by digit.
_CHUNK = 50
# Numbers a digit in a stack of channels switched off in turn: one stack takes no longer than the pass above.
_STACK = 6000


@dataclass(frozen=True, eq=False)
class ChannelRanking:
    """How many digits a network reads right with each of a layer's channels off, over the digits done so far.

    All counts are over the same digits. What divides by a number of digits is NaN while there are none.
    """

    layer: str
    total: int
    """How many digits there are to do."""
    digits: np.ndarray
    """int64 (K,): the digits done, of each class."""
    right: np.ndarray
    """int64 (K,): those that the network reads right as it is, of each class."""
    right_without: np.ndarray
    """int64 (C, K): those that it reads right with channel c off, of each class."""

    @property
    def done(self) -> int:
        """How many digits have been read, with every channel."""
        return int(self.digits.sum())

    @property
    def accuracy(self) -> float:
        """Of the network as it is, 0–1."""
        return float(_share(self.right.sum(), self.digits.sum()))

    @property
    def accuracies(self) -> np.ndarray:
        """float64 (C,): the accuracy, 0–1, with each channel off."""
        return _share(self.right_without.sum(1), self.digits.sum())

    @property
    def drops(self) -> np.ndarray:
        """float64 (C,): how far, -1–1, the accuracy falls with each channel off; negative where it rises."""
        return _share(self.right.sum() - self.right_without.sum(1), self.digits.sum())

    @property
    def class_drops(self) -> np.ndarray:
        """float64 (C, K): the same among the digits of each class."""
        return _share(self.right - self.right_without, self.digits)

    @property
    def order(self) -> np.ndarray:
        """int64 (C,): the channels, the one that is missed most first; equals keep their order."""
        return np.argsort(-(self.right.sum() - self.right_without.sum(1)), kind="stable")


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    share: np.ndarray = np.divide(part, np.where(whole > 0, whole, np.nan))
    return share


def rank_channels(network: Network, digits: DigitSet, layer: str) -> Iterator[ChannelRanking]:
    """Switch off each channel of a layer in turn, and count the digits that are still read right.

    A channel is a map of (C, H, W) or a unit of (N,); off means that the layer gives 0 for it. The
    layers that depend on this one run once for each channel, all others once. Channels that hooks of
    the network hold off stay off.

    It works in steps of some milliseconds and yields after each, so that other work can go in between, and
    dropping the generator ends it. Until the next few digits are done with every channel, the ranking is the
    same object as before. The network, in eval mode, must not change meanwhile.

    Raises:
        ValueError: the network has no such layer, or there are no digits.
        LabError: the network reads pictures of another size.
    """
    import torch

    from core.networks.batches import as_batch, as_tensors
    from core.networks.trace import device_of

    after = network.dependent_on(layer)
    frontier = network.entering(after) | {layer}  # what the layers that are run again read
    if layer not in network.table.names:
        raise ValueError(f"there is no layer {layer}")
    if not len(digits):
        raise ValueError("there are no digits to rank channels by")
    count = len(network.classes)
    images, labels = as_tensors(digits, device_of(network))
    classes = torch.eye(count, device=images.device)[labels]  # (N, K): each digit counts for its class

    values = torch.empty(network.table[layer].shape)
    stacked = max(1, _STACK // values.numel())  # channels that go through the rest at once
    stacks = [range(len(values))[first : first + stacked] for first in range(0, len(values), stacked)]
    right = torch.zeros(count, device=images.device)
    right_without = torch.zeros(len(values), count, device=images.device)

    def ranking(done: int) -> ChannelRanking:
        counts = (classes[:done].sum(0), right, right_without)
        return ChannelRanking(layer, len(digits), *(each.cpu().numpy().astype(np.int64) for each in counts))

    latest = ranking(0)
    for first in range(0, len(digits), _CHUNK):
        chunk = slice(first, first + _CHUNK)
        with torch.inference_mode():
            batch = as_batch(images[chunk], network.input_shape)
            if frontier == {layer}:
                kept = {layer: network(batch, upto=layer)}
            else:  # another branch is read as well
                head = {INPUT: batch} | network.outputs(batch)
                kept = {name: head[name] for name in frontier}
                del head  # memory that is used again is in the cache still
            if kept[layer].ndim == 4:  # pooling is up to three times as fast in this order
                kept[layer] = kept[layer].contiguous(memory_format=torch.channels_last)
            right += _right(network(batch, kept), labels[chunk], classes[chunk])[0]
        for channels in stacks:
            yield latest
            with torch.inference_mode():
                # In a row of layers the layer itself is all that the others read.
                given = {
                    name: value.repeat(len(channels), *[1] * (value.ndim - 1))
                    for name, value in kept.items()
                    if name != layer
                }
                given[layer] = _each_off(kept[layer], channels)
                logits = network(given.pop(INPUT, batch), given)
                right_without[channels.start : channels.stop] += _right(logits, labels[chunk], classes[chunk])
        latest = ranking(chunk.stop)
        yield latest


def _each_off(output: Tensor, channels: range) -> Tensor:
    """A layer's output (n, C, …) once for each channel, (len(channels) · n, C, …), with that one off."""
    import torch

    digits = len(output)
    stack = torch.cat([output] * len(channels))
    for place, channel in enumerate(channels):
        stack[place * digits : (place + 1) * digits, channel] = 0
    return stack


def _right(logits: Tensor, labels: Tensor, classes: Tensor) -> Tensor:
    """How many of n digits are read right, class by class: float32 (k, K) for logits (k · n, K)."""
    hits = logits.argmax(1).reshape(-1, len(labels)) == labels
    return hits.float() @ classes
