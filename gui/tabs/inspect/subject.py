"""The subject of Inspect's tools: a network, its answer, and the shown layer and cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.explaining.cells import CellExplanation, explain_cell
from core.finite import largest_finite
from core.records import LayerSpec, NetworkState, Prediction
from gui.layers.tiled_maps import Cell


@dataclass(frozen=True, eq=False)
class Subject:
    """Shown layers are counted from the input, 0, to the softmax; on bare paper there are no values."""

    network: NetworkState
    layers: tuple[LayerSpec, ...]
    """The shown layers: the network's own between the input and the softmax."""
    prediction: Prediction | None
    values: tuple[np.ndarray, ...]
    """The values of each shown layer: (C, H, W) or (N,) float32."""
    limits: tuple[float, ...]
    """The value that gets the strongest colour, for each shown layer."""
    layer: int
    """The index of the selected layer."""
    cell: Cell | None
    """The cell in it: the pinned one, or else the one under the mouse."""
    is_pinned: bool

    @property
    def spec(self) -> LayerSpec:
        """The selected layer."""
        return self.layers[self.layer]

    @property
    def before(self) -> tuple[LayerSpec, ...]:
        """The layers whose outputs enter the selected one, in that order."""
        return self.network.table.before(self.spec)

    def place(self, name: str) -> int:
        """Return the index of the layer of that name."""
        return next(place for place, spec in enumerate(self.layers) if spec.name == name)

    @property
    def index(self) -> tuple[int, ...] | None:
        """The cell as an index into its layer's values."""
        if self.cell is None:
            return None
        place = self.cell.channel, self.cell.row, self.cell.column
        return place if len(self.spec.shape) == 3 else place[:1]

    @cached_property
    def weight_limit(self) -> float:
        """The selected layer's largest weight: it has the strongest colour, wherever weights are shown."""
        return largest_finite(self.network.weights.get(f"{self.spec.name}.weight", np.zeros(0)))

    @cached_property
    def explanation(self) -> CellExplanation | None:
        """The arithmetic of the cell; None where there is no cell or nothing is drawn."""
        if self.prediction is None or self.index is None:
            return None
        return explain_cell(self.network, self.prediction.trace, self.spec.name, self.index)
