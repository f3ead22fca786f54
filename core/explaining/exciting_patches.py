"""The parts of digits that excite a layer's channels most. Only `exciting_patches` loads torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.explaining import receptive_field
from core.explaining.receptive_field import Field
from core.records import INPUT, NetworkTable

if TYPE_CHECKING:
    from core.data.datasets import DigitSet
    from core.networks.table import Network

SHOWN = 9
"""Digits for each channel."""
SAMPLE = 5000
"""Digits that are looked at: enough for each class to come some 500 times."""

_CHUNK = 50  # digits pass through LeNet in some 5 ms on one thread


@dataclass(frozen=True, eq=False)
class ExcitingPatches:
    """For each of a layer's C channels (or units) the K digits that excite it most, the strongest first.

    A digit counts once for a channel, with its strongest cell. K is `SHOWN`, or as many as are done. A value
    can be 0 or less: then even this digit does not excite the channel.
    """

    table: NetworkTable
    layer: str
    """The layer that this is about."""
    done: int
    """How many digits have been looked at."""
    total: int
    """How many are to be looked at."""
    digits: np.ndarray
    """int64 (C, K): their places in the set."""
    labels: np.ndarray
    """uint8 (C, K): what they are, 0–9."""
    pictures: np.ndarray
    """uint8 (C, K, H, W), 0 = paper."""
    cells: np.ndarray
    """int64 (C, K, 2): row and column of the strongest cell in the channel's map; zeros for a unit."""
    values: np.ndarray
    """float32 (C, K): what that cell holds."""

    def field(self, channel: int, rank: int) -> Field:
        """The pixels that the cell depends on, clipped at the picture's borders."""
        row, column = (int(place) for place in self.cells[channel, rank])
        return receptive_field.fields(self.table, self.layer, channel, row, column)[INPUT]

    def patch(self, channel: int, rank: int) -> np.ndarray:
        """These pixels, uint8 (height, width); all patches of a channel have the same size.

        Where the field reaches beyond the picture there is paper, as the network pads with zeros.
        """
        field = self.field(channel, rank)
        inside = self.pictures[channel, rank, field.top : field.bottom, field.left : field.right]
        found = receptive_field.sizes(self.table).get(self.layer)
        height, width = found.size if found else self.table.input_shape[1:]
        return np.pad(
            inside, (_beyond(field.top, field.bottom, height), _beyond(field.left, field.right, width))
        )


def _beyond(first: int, end: int, size: int) -> tuple[int, int]:
    """How many rows (or columns) of a field of `size` lie before and behind the picture."""
    beyond = max(size - (end - first), 0)  # none for units, which see the whole picture
    return (beyond, 0) if first == 0 else (0, beyond)


def exciting_patches(network: Network, digits: DigitSet, layer: str) -> Iterator[ExcitingPatches]:
    """Look through the first `SAMPLE` digits for those that excite each channel of a layer most.

    It works in steps of some milliseconds and yields after each, so that other work can go in between, and
    dropping the generator ends it. Of equals the earlier digit, and in it the first cell, counts as stronger.
    The network, in eval mode, must not change meanwhile.

    Raises:
        ValueError: the network has no such layer.
        LabError: the network reads pictures of another size.
    """
    import torch

    from core.networks.batches import as_batch
    from core.networks.trace import device_of

    if layer not in network.table.names:
        raise ValueError(f"there is no layer {layer}")
    shape, device = network.table[layer].shape, device_of(network)
    total, channels = min(SAMPLE, len(digits)), shape[0]
    width = shape[-1] if len(shape) == 3 else 1

    values = torch.zeros(0, channels, device=device)  # (K, C), like the next two
    cells = torch.zeros(0, channels, device=device, dtype=torch.long)  # counted row by row
    places = torch.zeros(0, channels, device=device, dtype=torch.long)
    for first in range(0, total, _CHUNK):
        done = min(first + _CHUNK, total)
        with torch.inference_mode():
            images = torch.from_numpy(digits.images[first:done].copy()).to(device)
            output = network(as_batch(images, network.input_shape), upto=layer)
            strongest, cell = output.reshape(*output.shape[:2], -1).max(2)  # (n, C, cells) to (n, C)
            place = torch.arange(first, done, device=device)[:, None].expand_as(cell)
            values, kept = torch.cat([values, strongest]).sort(dim=0, descending=True, stable=True)
            values, kept = values[:SHOWN], kept[:SHOWN]
            cells = torch.cat([cells, cell]).gather(0, kept)
            places = torch.cat([places, place]).gather(0, kept)
        found = places.T.cpu().numpy()
        yield ExcitingPatches(
            network.table,
            layer,
            done,
            total,
            digits=found,
            labels=digits.labels[found],
            pictures=digits.images[found],
            cells=np.stack(np.divmod(cells.T.cpu().numpy(), width), axis=-1),
            values=values.T.cpu().numpy(),
        )
