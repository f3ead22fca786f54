"""The steps from the difference of two logits down to a unit, to a unit that feeds it, and so on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.records import LayerSpec, NetworkTable


@dataclass(frozen=True)
class Step:
    """One step down: to a unit of a fully connected layer, or to one channel of the maps that feed it."""

    layer: str
    """The layer of the unit or channel; empty for the drawing."""
    index: int
    is_channel: bool = False


def layer_behind(table: NetworkTable, source: str) -> str | None:
    """Return the fully connected layer whose units `source` has, activated or not; None if there is none."""
    while source in table:
        layer = table[source]
        if layer.kind == "linear":
            return layer.name
        if (
            layer.kind not in ("activation", "dropout", "batch normalisation", "other")
            or len(layer.inputs) != 1
        ):
            break
        (source,) = layer.inputs
    return None


def is_piecewise_linear(layers: Sequence[LayerSpec]) -> bool:
    """Return whether all activations are ReLU: then outputs × gradients leave out the biases alone."""
    bending = (layer for layer in layers if layer.kind in ("activation", "other"))
    return all(layer.function == "ReLU" for layer in bending)
