"""A layer's weights as kernels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.explaining.kernels import flattened_maps, kernels_of
from core.finite import largest_finite
from core.records import INPUT, NetworkState


@dataclass(frozen=True, eq=False)
class LayerKernels:
    """A layer's kernels (C_out, C_in, h, w) float32, see `core.explaining.kernels.kernels_of`."""

    layer: str
    source: str
    """The name of the layer whose maps or units they weight."""
    kernels: np.ndarray
    biases: np.ndarray
    """(C_out,) float32; zeros where the layer has none."""
    slide: bool
    """Whether the layer is a convolution; else each output channel is a unit."""
    lie_on_units: bool
    """Whether their inputs are units, not maps."""

    @staticmethod
    def from_network(network: NetworkState, layer: str, picture: str) -> LayerKernels | None:
        """Return a layer's kernels; None where it has none. `picture` is what the input is called."""
        weights = network.weights.get(f"{layer}.weight")
        if weights is None or weights.ndim not in (2, 4):
            return None
        maps = flattened_maps(network.table, layer) if weights.ndim == 2 else ""
        source = maps or network.table[layer].inputs[0]
        return LayerKernels(
            layer,
            picture if source == INPUT else source,
            kernels_of(network, layer),
            network.weights.get(f"{layer}.bias", np.zeros(len(weights), np.float32)),
            slide=weights.ndim == 4,
            lie_on_units=weights.ndim == 2 and not maps,
        )

    def limit(self) -> float:
        """Return the largest finite absolute weight; 1 where all are 0. A bias may be larger."""
        return largest_finite(self.kernels) or 1.0
