"""What the captions of figures say of layers: which part is shown, and the range of its colours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gui.layers.layer_values import LayerRanges
from gui.window.figure import value_range
from gui.words import translate
from gui.words.numbers import figure as number


def title_of_layer(name: str, channel: int | None) -> str:
    """Return the title of a layer's figure, or of one of its channels'."""
    if channel is None:
        return name
    return translate("Figures", "Channel {channel} of {layer}").format(channel=channel, layer=name)


def range_of_layer(
    name: str, values: np.ndarray, channel: int | None, limit: float, ranges: LayerRanges
) -> str:
    """Return the range of a layer's values, or of one channel's, and the value of the strongest colour."""
    shown = values if channel is None else values[channel]
    own = value_range(translate("Figures", "Values"), shown)
    text = translate("Figures", "{values}, strongest colour {limit}")
    parts = [text.format(values=own, limit=_limit(limit, bool((values < 0).any())))] if own else []
    if ranges.is_shared:
        parts.append(translate("Figures", "one range for all layers"))
    if ranges.is_kept(name):
        parts.append(translate("Figures", "range kept"))
    return ", ".join(parts)


def range_of_layers(names: Sequence[str], limits: Sequence[float], ranges: LayerRanges) -> str:
    """Return whether layers have one range of colours or each its own, and which ranges are kept."""
    kept = [name for name in names if ranges.is_kept(name)]
    if ranges.is_shared:
        text = translate("Figures", "One range for all layers, strongest colour {limit}")
        text = text.format(limit=_limit(max(limits), True))
        return translate("Figures", "{range}, range kept").format(range=text) if kept else text
    text = translate("Figures", "Each layer in its own range")
    if len(kept) == len(names):
        return translate("Figures", "{range}, ranges kept").format(range=text)
    if kept:
        some = translate("Figures", "{range}, range kept: {layers}")
        return some.format(range=text, layers=", ".join(kept))
    return text


def _limit(limit: float, is_signed: bool) -> str:
    return f"±{number(limit)}" if is_signed else number(limit)
