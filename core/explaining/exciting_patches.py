"""The parts of digits that excite a layer's channels most. Only `exciting_patches` loads torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.explaining import receptive_field
from core.explaining.receptive_field import Field
from core.records import LayerSpec

if TYPE_CHECKING:
    from torch import nn

    from core.data.datasets import DigitSet

SHOWN = 9
"""Digits for each channel."""
SAMPLE = 5000
"""Digits that are looked at: enough for each class to come some 500 times."""

_CHUNK = 50  # digits pass through LeNet in some 5 ms on one thread
_PICTURE = (1, 28, 28)


@dataclass(frozen=True, eq=False)
class ExcitingPatches:
    """For each of a layer's C channels (or units) the K digits that excite it most, the strongest first.

    A digit counts once for a channel, with its strongest cell. K is `SHOWN`, or as many as are done. A value
    can be 0 or less: then even this digit does not excite the channel.
    """

    layers: tuple[LayerSpec, ...]
    """From the first up to the one that this is about."""
    done: int
    """How many digits have been looked at."""
    total: int
    """How many are to be looked at."""
    digits: np.ndarray
    """int64 (C, K): their places in the set."""
    labels: np.ndarray
    """uint8 (C, K): what they are, 0–9."""
    pictures: np.ndarray
    """uint8 (C, K, 28, 28), 0 = paper."""
    cells: np.ndarray
    """int64 (C, K, 2): row and column of the strongest cell in the channel's map; zeros for a unit."""
    values: np.ndarray
    """float32 (C, K): what that cell holds."""

    def field(self, channel: int, rank: int) -> Field:
        """The pixels that the cell depends on, clipped at the picture's borders."""
        shapes = [_PICTURE, *(layer.shape for layer in self.layers)]
        row, column = (int(place) for place in self.cells[channel, rank])
        return receptive_field.fields(shapes, self.layers, channel, row, column)[0]

    def patch(self, channel: int, rank: int) -> np.ndarray:
        """These pixels, uint8 (height, width); all patches of a channel have the same size.

        Where the field reaches beyond the picture there is paper, as the network pads with zeros.
        """
        field = self.field(channel, rank)
        inside = self.pictures[channel, rank, field.top : field.bottom, field.left : field.right]
        height, width = receptive_field.sizes(self.layers)[-1].size
        return np.pad(
            inside, (_beyond(field.top, field.bottom, height), _beyond(field.left, field.right, width))
        )


def _beyond(first: int, end: int, size: int) -> tuple[int, int]:
    """How many rows (or columns) of a field of `size` lie before and behind the picture."""
    beyond = max(size - (end - first), 0)  # a fully connected unit sees more than the cells of maps do
    return (beyond, 0) if first == 0 else (0, beyond)


def exciting_patches(network: nn.Sequential, digits: DigitSet, layer: str) -> Iterator[ExcitingPatches]:
    """Look through the first `SAMPLE` digits for those that excite each channel of a layer most.

    It works in steps of some milliseconds and yields after each, so that other work can go in between, and
    dropping the generator ends it. Of equals the earlier digit, and in it the first cell, counts as stronger.
    The network, in eval mode, must not change meanwhile.

    Raises:
        ValueError: the network has no such layer.
    """
    import torch

    from core.networks import trace
    from core.networks.batches import as_batch

    after = [name for name, _ in network.named_children()].index(layer) + 1
    head, layers = network[:after], trace.specs(network)[:after]
    device = next(network.parameters()).device
    total, channels = min(SAMPLE, len(digits)), layers[-1].shape[0]
    width = layers[-1].shape[-1] if len(layers[-1].shape) == 3 else 1

    values = torch.zeros(0, channels, device=device)  # (K, C), like the next two
    cells = torch.zeros(0, channels, device=device, dtype=torch.long)  # counted row by row
    places = torch.zeros(0, channels, device=device, dtype=torch.long)
    for first in range(0, total, _CHUNK):
        done = min(first + _CHUNK, total)
        with torch.inference_mode():
            output = head(as_batch(torch.from_numpy(digits.images[first:done].copy()).to(device)))
            strongest, cell = output.reshape(*output.shape[:2], -1).max(2)  # (n, C, cells) to (n, C)
            place = torch.arange(first, done, device=device)[:, None].expand_as(cell)
            values, kept = torch.cat([values, strongest]).sort(dim=0, descending=True, stable=True)
            values, kept = values[:SHOWN], kept[:SHOWN]
            cells = torch.cat([cells, cell]).gather(0, kept)
            places = torch.cat([places, place]).gather(0, kept)
        found = places.T.cpu().numpy()
        yield ExcitingPatches(
            layers,
            done,
            total,
            digits=found,
            labels=digits.labels[found],
            pictures=digits.images[found],
            cells=np.stack(np.divmod(cells.T.cpu().numpy(), width), axis=-1),
            values=values.T.cpu().numpy(),
        )
