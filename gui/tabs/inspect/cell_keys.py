"""The cells that the arrow and Page keys lead to."""

from __future__ import annotations

from gui.layers.tiled_maps import Cell


def neighbour(cell: Cell, shape: tuple[int, ...], down: int, right: int, through_channels: bool) -> Cell:
    """Return the cell `down` rows and `right` columns (−1, 0, 1) from another, in a layer (C, H, W) or (N,).

    Beyond a map's last column comes the next channel's map; the rows end. Of units, and `through_channels`,
    both directions lead to the next or the previous one.
    """
    channels, height, width = _as_maps(shape)
    if through_channels or height == width == 1:
        return Cell((cell.channel + down + right) % channels, cell.row, cell.column)
    channel, column = cell.channel, cell.column + right
    if not 0 <= column < width:
        channel, column = (channel + right) % channels, column % width
    return Cell(channel, min(max(cell.row + down, 0), height - 1), column)


def counterpart(cell: Cell, before: tuple[int, ...], after: tuple[int, ...]) -> Cell:
    """Return the cell of a layer of shape `after` at the place of `cell` in one of shape `before`."""
    old, new = _as_maps(before), _as_maps(after)
    if len(before) == 3 and len(after) == 1 and after[0] == old[0] * old[1] * old[2]:  # flattened
        return Cell((cell.channel * old[1] + cell.row) * old[2] + cell.column, 0, 0)
    if len(before) == 1 and len(after) == 3 and before[0] == new[0] * new[1] * new[2]:
        channel, rest = divmod(cell.channel, new[1] * new[2])
        return Cell(channel, *divmod(rest, new[2]))
    return Cell(min(cell.channel, new[0] - 1), cell.row * new[1] // old[1], cell.column * new[2] // old[2])


def _as_maps(shape: tuple[int, ...]) -> tuple[int, int, int]:
    channels, height, width = shape if len(shape) == 3 else (shape[0], 1, 1)
    return channels, height, width
