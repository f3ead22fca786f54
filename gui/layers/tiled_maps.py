"""The arrangement of a layer's maps side by side in one picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from core.explaining.receptive_field import Field


@dataclass(frozen=True)
class Cell:
    """One value of a layer: the channel, and its row and column in the channel's map."""

    channel: int
    row: int
    column: int


_WHOLE_FROM = 4  # screen pixels a cell: from there on, all cells get the same whole number of pixels

_RAGGED = 0.85  # a full last row is worth maps that are smaller by this factor


@dataclass(frozen=True)
class TiledMaps:
    """`count` maps of `height` × `width` cells, `columns` side by side, `gap` cells apart, within `rect`.

    A fully connected layer's units are maps of one cell, without gaps.
    """

    count: int
    height: int
    width: int
    columns: int
    gap: int
    rect: QRectF

    @staticmethod
    def fit(
        shape: tuple[int, ...],
        room: QRectF,
        pixel_ratio: float = 1.0,
        columns: int | None = None,
        centred: bool = False,
    ) -> TiledMaps:
        """Return the arrangement that draws a layer of shape (C, H, W) or (N,) largest within `room`.

        With `columns` given, that many maps are side by side. The picture is in the middle of the room's
        width, and at its top, or in the middle of its height where it is `centred`.
        """
        count, height, width, gap = (*shape, 1) if len(shape) == 3 else (shape[0], 1, 1, 0)

        def cells(columns: int) -> tuple[int, int]:
            rows = math.ceil(count / columns)
            return columns * (width + gap) - gap, rows * (height + gap) - gap

        def scale_with(columns: int) -> float:
            across, down = cells(columns)
            return min(room.width() / across, room.height() / down)

        def tidy_scale_with(columns: int) -> float:
            return scale_with(columns) * (1.0 if count % columns == 0 else _RAGGED)

        full = [columns for columns in range(1, count + 1) if count % columns == 0]
        # Full rows alone, unless all would stand in one.
        columns = columns or max(full if len(full) > 2 else range(1, count + 1), key=tidy_scale_with)
        across, down = cells(columns)
        scale = scale_with(columns) * pixel_ratio
        if scale >= _WHOLE_FROM:
            scale = math.floor(scale)
        scale /= pixel_ratio
        left = math.floor(room.left() + (room.width() - across * scale) / 2)
        top = math.floor(room.top() + ((room.height() - down * scale) / 2 if centred else 0))
        rect = QRectF(left, top, across * scale, down * scale)
        return TiledMaps(count, height, width, columns, gap, rect)

    @property
    def scale(self) -> float:
        """The width of a cell on the screen."""
        return self.rect.width() / (self.columns * (self.width + self.gap) - self.gap)

    def is_smooth(self, pixel_ratio: float) -> bool:
        """Return whether cells are smaller than screen pixels, so that they must be blended."""
        return self.scale * pixel_ratio < 1

    def cell_rect(self, cell: Cell) -> QRectF:
        """Return the rectangle of a cell."""
        row, column = divmod(cell.channel, self.columns)
        x = self.rect.left() + (column * (self.width + self.gap) + cell.column) * self.scale
        y = self.rect.top() + (row * (self.height + self.gap) + cell.row) * self.scale
        return QRectF(x, y, self.scale, self.scale)

    def map_rect(self, channel: int) -> QRectF:
        """Return the rectangle of a channel's map."""
        last = self.cell_rect(Cell(channel, self.height - 1, self.width - 1))
        return self.cell_rect(Cell(channel, 0, 0)).united(last)

    def field_rects(self, field: Field) -> list[QRectF]:
        """Return the rectangles of a receptive field: in its channel's map, or in every map."""
        if self.height == self.width == 1 and field.channel is None:
            return [self.rect]  # all units
        channels = range(self.count) if field.channel is None else [field.channel]
        corners = (
            (self.cell_rect(Cell(channel, field.top, field.left)), channel)
            for channel in channels
            if field.top < field.bottom and field.left < field.right
        )
        return [
            first.united(self.cell_rect(Cell(channel, field.bottom - 1, field.right - 1)))
            for first, channel in corners
        ]

    def cell_at(self, point: QPointF) -> Cell | None:
        """Return the cell at a point; None in the gaps between maps."""
        if not self.rect.contains(point):
            return None
        across = int((point.x() - self.rect.left()) / self.scale)
        down = int((point.y() - self.rect.top()) / self.scale)
        tile_column, column = divmod(across, self.width + self.gap)
        tile_row, row = divmod(down, self.height + self.gap)
        channel = tile_row * self.columns + tile_column
        inside = column < self.width and row < self.height and tile_column < self.columns
        return Cell(channel, row, column) if inside and channel < self.count else None
