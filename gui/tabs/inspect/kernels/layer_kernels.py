"""A layer's weights as the kernels tool shows them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.explaining.kernels import flattened_maps, kernels_of
from core.finite import largest_finite
from gui.tabs.inspect.subject import Subject


@dataclass(frozen=True, eq=False)
class LayerKernels:
    """Kernels (C_out, C_in, h, w) float32, see `edit_session.kernels`, and what they mean."""

    layer: str
    source: str
    """The layer whose maps (or units) they lie on."""
    kernels: np.ndarray
    biases: np.ndarray
    """(C_out,) float32; zeros where the layer has none."""
    slide: bool
    """Whether they are a convolution's; else each output channel is a unit."""
    lie_on_units: bool
    """Whether their cells are units one after the other, no maps."""

    @staticmethod
    def of_subject(subject: Subject) -> LayerKernels | None:
        """Those of the layer that is looked at; None where it has none."""
        network, name = subject.network, subject.spec.name
        weights = network.weights.get(f"{name}.weight")
        if weights is None or weights.ndim not in (2, 4):
            return None
        maps = flattened_maps(network, name) if weights.ndim == 2 else ""
        return LayerKernels(
            name,
            maps or subject.layers[subject.layer - 1].name,
            kernels_of(network, name),
            network.weights.get(f"{name}.bias", np.zeros(len(weights), np.float32)),
            slide=weights.ndim == 4,
            lie_on_units=weights.ndim == 2 and not maps,
        )

    def limit(self) -> float:
        """The largest finite weight, whatever its sign; 1 where all are 0. A bias may be larger."""
        return largest_finite(self.kernels) or 1.0
