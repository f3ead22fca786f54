"""A whole network in NumPy: every layer's output for one picture, as `core.networks.trace` gives it."""

from __future__ import annotations

import numpy as np

from core.convolution.operators import OPERATORS, output
from core.records import INPUT, LayerActivation, NetworkState, NetworkTable, Trace


def has_operators(table: NetworkTable) -> bool:
    """Whether every layer's kind can be computed here."""
    return all(spec.kind in OPERATORS for spec in table.layers)


def run(network: NetworkState, picture: np.ndarray) -> tuple[np.ndarray, Trace]:
    """The logits (K,) float32 for one picture, and every layer's output on the way.

    The picture is (H, W) float32 in [0, 1], the same for all channels, or (C, H, W). Channels that are
    switched off give 0.

    Raises:
        ValueError: it has another size.
        KeyError: a layer's kind or its weights are not known.
    """
    shape = network.table.input_shape
    if picture.shape not in (shape, shape[1:]):
        raise ValueError(f"a picture of {picture.shape} for a network that reads {shape}")
    entering = np.array(np.broadcast_to(picture, shape), np.float32)
    values = {INPUT: entering}
    for spec in network.table.layers:
        made = output(spec, network.weights, tuple(values[name] for name in spec.inputs))
        off = network.silenced.get(spec.name)
        if off:
            made = made.copy()  # it may be what entered, seen in another way
            made[sorted(off)] = 0
        values[spec.name] = made
    layers = tuple(LayerActivation(spec.name, spec.kind, values[spec.name]) for spec in network.table.layers)
    return layers[-1].values, Trace(entering, layers)
