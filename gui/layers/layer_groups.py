"""Which layers stand together, and where one leads on to the next."""

from __future__ import annotations

from collections.abc import Sequence

from core.records import LayerSpec

_BEGIN = {"convolution", "linear", "flatten"}
"""Kinds of layers that begin a group: what follows works on their outputs, number by number or window."""


def leads_on(before: LayerSpec, layer: LayerSpec) -> bool:
    """Return whether a layer reads the one before it, and nothing else."""
    return layer.inputs == (before.name,)


def groups_of(layers: Sequence[LayerSpec]) -> list[range]:
    """Return the groups of layers that are shown in this order, as places.

    A convolution or a fully connected layer stands together with the activation, pooling and so on behind it;
    one that reads the flattened maps with these. Where a way branches, nothing stands together.
    """
    starts = [
        place
        for place, layer in enumerate(layers)
        if place == 0
        or not leads_on(layers[place - 1], layer)
        or (layer.kind in _BEGIN and not (layer.kind == "linear" and layers[place - 1].kind == "flatten"))
    ]
    ends = [*starts[1:], len(layers)] if starts else []
    return [range(start, end) for start, end in zip(starts, ends, strict=True)]
