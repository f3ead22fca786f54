"""Patches that were found are kept, so that they need not be looked for again."""

from __future__ import annotations

from core.explaining.exciting_patches import ExcitingPatches
from core.records import NetworkState

_MOST = 24  # each takes 0.1 to 3 MB


class FoundPatches:
    """Remembers the newest patches of networks and layers.

    What comes after a layer does not change its patches: a network that was changed only there has the same.
    """

    def __init__(self) -> None:
        self._found: list[tuple[NetworkState, str, ExcitingPatches]] = []  # the newest last

    def add(self, network: NetworkState, layer: str, patches: ExcitingPatches) -> None:
        """Remember the patches of a layer."""
        self._found = [*self._found, (network, layer, patches)][-_MOST:]

    def clear(self) -> None:
        """Forget all."""
        self._found = []

    def patches_of(self, network: NetworkState, layer: str) -> ExcitingPatches | None:
        """The patches of a layer of this network; None where they are not known."""
        for other, name, patches in reversed(self._found):
            if name == layer and are_same_up_to(layer, network, other):
                return patches
        return None

    def earlier_patches_of(self, layer: str) -> ExcitingPatches | None:
        """The patches that were found last for a layer, whatever the network was then."""
        return next((patches for _, name, patches in reversed(self._found) if name == layer), None)


def are_same_up_to(layer: str, one: NetworkState, other: NetworkState) -> bool:
    """Whether two networks are the same from the picture up to a layer: they share weights and silence."""
    if one is other:
        return True
    names = [spec.name for spec in one.layers]
    known = set(names[: names.index(layer) + 1])
    return one.layers == other.layers and all(
        one.silenced.get(name) == other.silenced.get(name)
        and all(
            one.weights[parameter] is other.weights[parameter]
            for parameter in one.weights
            if parameter.rpartition(".")[0] == name
        )
        for name in known
    )
