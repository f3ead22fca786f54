"""The steps from the difference of two logits down to a unit, to a unit that feeds it, and so on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.records import LayerSpec


@dataclass(frozen=True)
class Step:
    """One step down: to a unit of a fully connected layer, or to one channel of the maps that feed it."""

    layer: str
    """The layer of the unit or channel; empty for the drawing."""
    index: int
    is_channel: bool = False


def layer_behind(layers: Sequence[LayerSpec], source: str) -> str | None:
    """Return the fully connected layer whose units `source` has, activated or not; None if there is none."""
    names = [layer.name for layer in layers]
    if source not in names:
        return None
    for layer in reversed(layers[: names.index(source) + 1]):
        if layer.kind == "linear":
            return layer.name
        if layer.kind in ("convolution", "pooling", "flatten"):
            break
    return None


def activation_after(layers: Sequence[LayerSpec], name: str) -> str | None:
    """Return the activation layer that follows a layer; None where another kind does."""
    names = [layer.name for layer in layers]
    following = layers[names.index(name) + 1 :] if name in names else ()
    return following[0].name if following and following[0].kind == "activation" else None


def is_piecewise_linear(layers: Sequence[LayerSpec]) -> bool:
    """Return whether all activations are ReLU: then outputs × gradients leave out the biases alone."""
    bending = (layer for layer in layers if layer.kind in ("activation", "other"))
    return all(layer.code.startswith("ReLU") for layer in bending)
