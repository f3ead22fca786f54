"""Colours for values: diverging maps whose neutral middle is zero, for light and dark windows."""

from __future__ import annotations

import numpy as np

from gui.paint.images import ZERO

_Stops = tuple[tuple[int, int, int], ...]

# From the largest negative value through zero to the largest positive one. The light ones are
# ColorBrewer's (colorbrewer2.org) RdBu, PuOr and PRGn halves, all marked colour-blind safe there.
_LIGHT: dict[str, _Stops] = {
    "blue-orange": (
        (5, 48, 97), (33, 102, 172), (146, 197, 222),
        (247, 247, 247),
        (253, 184, 99), (224, 130, 20), (127, 59, 8),
    ),
    "purple-green": (
        (64, 0, 75), (118, 42, 131), (194, 165, 207),
        (247, 247, 247),
        (166, 219, 160), (27, 120, 55), (0, 68, 27),
    ),
    "gray": ((0, 0, 0), (128, 128, 128), (255, 255, 255)),
}  # fmt: skip
_DARK: dict[str, _Stops] = {
    "blue-orange": (
        (200, 230, 255), (107, 174, 235), (33, 102, 172),
        (32, 33, 36),
        (166, 86, 10), (240, 150, 40), (255, 226, 165),
    ),
    "purple-green": (
        (240, 215, 250), (190, 130, 205), (118, 42, 131),
        (32, 33, 36),
        (27, 120, 55), (110, 195, 115), (215, 245, 210),
    ),
    "gray": _LIGHT["gray"],
}  # fmt: skip

COLOUR_MAPS = tuple(_LIGHT)
DEFAULT_COLOUR_MAP = "blue-orange"


def for_kernels(name: str) -> str:
    """Return the colour map for weights where values have the map `name`: another one."""
    return "purple-green" if name == "blue-orange" else "blue-orange"


def colour_table(name: str, dark: bool, gap: int) -> np.ndarray:
    """Return 256 RGB colours uint32 for `images.colour_indices`: 127 is zero, 255 the gap between tiles."""
    stops = np.array((_DARK if dark else _LIGHT)[name], float)
    at = np.linspace(0, 2 * ZERO, len(stops))
    table = np.full(2 * ZERO + 1, 0xFF, np.uint32)
    for channel in range(3):
        levels = np.interp(np.arange(2 * ZERO + 1), at, stops[:, channel])
        table = table << 8 | levels.round().astype(np.uint32)
    return np.append(table, np.uint32(gap))


def is_bright(colour: int) -> bool:
    """Return whether black text reads better than white on an ARGB colour (Rec. 601 luma)."""
    red, green, blue = colour >> 16 & 255, colour >> 8 & 255, colour & 255
    return 0.299 * red + 0.587 * green + 0.114 * blue > 140
