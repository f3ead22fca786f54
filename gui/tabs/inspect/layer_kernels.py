"""A layer's weights as kernels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.records import NetworkState


@dataclass(frozen=True, eq=False)
class LayerKernels:
    """Kernels (C_out, C_in, h, w) float32, see `kernels`, and what they mean."""

    layer: str
    source: str
    """The name of the layer whose maps (or units) they lie on."""
    kernels: np.ndarray
    biases: np.ndarray
    """(C_out,) float32; zeros where the layer has none."""
    slide: bool
    """Whether they are a convolution's; else each output channel is a unit."""
    lie_on_units: bool
    """Whether their cells are units one after the other, no maps."""

    @staticmethod
    def of(network: NetworkState, layer: str, picture: str) -> LayerKernels | None:
        """Those of a layer; None where it has none. `picture` names what enters the first layer."""
        weights = network.weights.get(f"{layer}.weight")
        if weights is None or weights.ndim not in (2, 4):
            return None
        names = [picture, *(spec.name for spec in network.layers)]
        maps = flattened_maps(network, layer) if weights.ndim == 2 else ""
        return LayerKernels(
            layer,
            maps or names[names.index(layer, 1) - 1],
            kernels(network, layer),
            network.weights.get(f"{layer}.bias", np.zeros(len(weights), np.float32)),
            slide=weights.ndim == 4,
            lie_on_units=weights.ndim == 2 and not maps,
        )

    def limit(self) -> float:
        """The largest finite weight, whatever its sign; 1 where all are 0. A bias may be larger."""
        return float(np.abs(self.kernels[np.isfinite(self.kernels)]).max(initial=0)) or 1.0


def kernels(network: NetworkState, layer: str) -> np.ndarray:
    """A layer's weights as kernels (C_out, C_in, h, w) float32: a view, not a copy.

    A fully connected unit has a kernel for each map that was flattened before it. After other units, it has
    one, whose cells are those units row by row, in a shape close to a square.
    """
    weights = network.weights[f"{layer}.weight"]
    if weights.ndim == 4:
        return weights
    names = [spec.name for spec in network.layers]
    before = network.layers[: names.index(layer)]
    maps = flattened_maps(network, layer)
    if maps:
        return weights.reshape(len(weights), *before[-2].shape)
    count = weights.shape[1]
    rows = max(rows for rows in range(1, int(count**0.5) + 1) if count % rows == 0)
    return weights.reshape(len(weights), 1, rows, count // rows)


def flattened_maps(network: NetworkState, layer: str) -> str:
    """The name of the layer whose maps enter a fully connected one in a row; empty where units enter."""
    names = [spec.name for spec in network.layers]
    before = network.layers[: names.index(layer)]
    return before[-2].name if len(before) >= 2 and before[-1].kind == "flatten" else ""
