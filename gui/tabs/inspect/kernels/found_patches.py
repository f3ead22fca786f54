"""A cache of patches."""

from __future__ import annotations

from core.explaining.exciting_patches import ExcitingPatches
from core.records import NetworkState

_MOST = 24  # each takes 0.1 to 3 MB


class FoundPatches:
    """Keeps the newest patches of networks and layers.

    Networks that differ only behind a layer share its patches.
    """

    def __init__(self) -> None:
        self._found: list[tuple[NetworkState, str, ExcitingPatches]] = []  # the newest last

    def add(self, network: NetworkState, layer: str, patches: ExcitingPatches) -> None:
        """Keep the patches of a layer."""
        self._found = [*self._found, (network, layer, patches)][-_MOST:]

    def clear(self) -> None:
        """Drop all patches."""
        self._found = []

    def patches_of(self, network: NetworkState, layer: str) -> ExcitingPatches | None:
        """Return the patches of a layer of this network; None where they are not known."""
        for other, name, patches in reversed(self._found):
            if name == layer and are_same_up_to(layer, network, other):
                return patches
        return None

    def earlier_patches_of(self, layer: str) -> ExcitingPatches | None:
        """Return the newest patches of a layer, of whatever network; None where there are none."""
        return next((patches for _, name, patches in reversed(self._found) if name == layer), None)


def are_same_up_to(layer: str, one: NetworkState, other: NetworkState) -> bool:
    """Return whether two networks share weights and switches from the picture up to a layer."""
    if one is other:
        return True
    return one.table == other.table and all(
        one.silenced.get(name) == other.silenced.get(name)
        and all(
            one.weights[parameter] is other.weights[parameter]
            for parameter in one.weights
            if parameter.rpartition(".")[0] == name
        )
        for name in (layer, *one.table.depends_on(layer))
    )
