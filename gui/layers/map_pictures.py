"""The pictures of many maps, coloured in one go."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QImage

from gui.layers.tiled_maps import TiledMaps
from gui.paint.images import GAP, ZERO, colour_indices_by, steps_of, tile


class MapPictures:
    """A picture for each arrangement of maps, each pixel a cell.

    All lie in one buffer, so that a stroke needs one look-up of colours and not one for each layer.
    """

    def __init__(self, maps: Sequence[TiledMaps]) -> None:
        self._sizes = [each.count * each.height * each.width for each in maps]
        total = sum(self._sizes)
        places, first = [], 0  # of the cell that a pixel shows; the one behind them all is the gap
        for each, size in zip(maps, self._sizes, strict=True):
            cells = np.arange(first, first + size).reshape(each.count, each.height, each.width)
            places.append(tile(cells, each.columns, each.gap, total))
            first += size
        self._cells = np.concatenate([picture.ravel() for picture in places] or [np.zeros(0, int)])
        self._pixels = np.zeros(len(self._cells), np.uint32)
        self.images: list[QImage] = []
        """For each arrangement's `rect`. They change with `colour`, and live no longer than this does."""
        at = 0
        for picture in places:
            height, width = picture.shape
            part = self._pixels[at : at + picture.size]
            self.images.append(QImage(part.data, width, height, 4 * width, QImage.Format.Format_RGB32))
            at += picture.size

    def colour(
        self, values: Sequence[np.ndarray] | None, limits: Sequence[float], colours: np.ndarray
    ) -> None:
        """Show values, an array (C, H, W) or (N,) for each arrangement; its limit has the strongest colour.

        None shows zero everywhere.
        """
        cells = np.empty(sum(self._sizes) + 1, np.uint8)
        cells[-1] = GAP
        if values is None:
            cells[:-1] = ZERO
        else:
            joined = np.concatenate([each.ravel() for each in values])
            steps = np.array([steps_of(limit) for limit in limits], joined.dtype)
            cells[:-1] = colour_indices_by(joined, np.repeat(steps, self._sizes))
        np.take(np.take(colours, cells), self._cells, out=self._pixels)
