"""A cell's connections as the strip draws them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.explaining.connections import Connection, fed, feeding
from core.explaining.receptive_field import Field
from core.records import LayerSpec, NetworkState, Prediction
from gui.layers.layer_strip import Line
from gui.layers.tiled_maps import Cell


def lines_of(
    network: NetworkState,
    layers: Sequence[LayerSpec],
    prediction: Prediction,
    layer: int,
    cell: Cell,
    fields: dict[str, Field],
) -> tuple[list[Line], list[float]]:
    """Return the lines from and to a cell of a shown layer, and the strengths of those that have weights.

    `fields` is what the cell sees of each layer, by name.
    """
    spec = layers[layer]
    asked = network, prediction.trace, spec.name, (cell.channel, cell.row, cell.column)[: len(spec.shape)]
    places = {each.name: place for place, each in enumerate(layers)}
    lines = [
        Line(places[each.layer], _seen_of(each, fields), layer, cell, each.strength)
        for each in feeding(*asked)
    ]
    lines += [Line(layer, cell, places[each.layer], each.channel, each.strength) for each in fed(*asked)]
    weighted = (line.strength for line in lines if layers[line.to_layer].kind in ("convolution", "linear"))
    return lines, [strength for strength in weighted if strength and math.isfinite(strength)]


def _seen_of(connection: Connection, fields: dict[str, Field]) -> Cell | int:
    """Return the middle of what the cell sees of the map that feeds it; a unit's number."""
    field = fields.get(connection.layer)
    if field is None:
        return connection.channel
    row, column = (field.top + field.bottom) // 2, (field.left + field.right) // 2
    return Cell(connection.channel, row, column)
