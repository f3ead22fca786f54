"""A layer's weights as kernels, a kernel's figures, and kernels that textbooks know. NumPy only.

As in a convolutional layer, a kernel is not flipped: it is laid on the picture as it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np

from core.records import NetworkState, NetworkTable


def kernels_of(network: NetworkState, layer: str) -> np.ndarray:
    """A layer's weights as kernels (C_out, C_in, h, w) float32: a view, not a copy.

    A fully connected unit has a kernel for each map that was flattened before it. After other units, it has
    one, whose cells are those units row by row, in a shape close to a square.
    """
    weights = network.weights[f"{layer}.weight"]
    if weights.ndim == 4:
        return weights
    maps = flattened_maps(network.table, layer)
    if maps:
        return weights.reshape(len(weights), *network.table[maps].shape)
    count = weights.shape[1]
    rows = max(rows for rows in range(1, int(count**0.5) + 1) if count % rows == 0)
    return weights.reshape(len(weights), 1, rows, count // rows)


def flattened_maps(table: NetworkTable, layer: str) -> str:
    """The name of the layer whose maps enter a fully connected one in a row; empty where units enter.

    It can be the picture, “input”.
    """
    (before,) = table.before(table[layer])
    if before.kind != "flatten":
        return ""
    (maps,) = before.inputs
    return maps if len(table[maps].shape) == 3 else ""


# Gonzalez and Woods, Digital Image Processing, sections 3.5 and 3.6. Here an edge is bright where the picture
# is brighter than around, and sharpening is the picture plus its edges.
_THREE_BY_THREE = {
    "edge": ((0, -1, 0), (-1, 4, -1), (0, -1, 0)),
    "sobel_horizontal": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "sobel_vertical": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
}


def presets_for(size: int, std: float, seed: int) -> dict[str, np.ndarray]:
    """The presets for a kernel of size × size, by name, in the order to offer them; float32 (size, size).

    * identity: the picture as it is.
    * edge: the Laplacian, with the centre positive.
    * sobel_horizontal, sobel_vertical: answer to horizontal and to vertical edges; positive where the
      picture gets brighter downwards, and to the right.
    * sharpen: identity plus edge.
    * blur, gaussian: means over the whole kernel, the latter with binomial weights, that come close to a
      Gaussian of variance (size - 1) / 4 (Burt and Adelson 1983).
    * zero, random: nothing; and normal numbers with mean 0.

    Those of 3×3 keep their numbers in a larger kernel and lie in its middle, with zeros around: what they
    give is the same, and no stronger. Even sizes have no middle cell, and so only blurs, zero and random.
    Where two would be the same (a blur of one cell, a gaussian of two) there is one. `std` is that of the
    random numbers: that of the layer's weights makes a kernel as strong as its neighbours.

    Raises:
        ValueError: size is less than 1.
    """
    if size < 1:
        raise ValueError(f"a kernel's size must be at least 1, got {size}")
    presets = {}
    if size % 2:
        presets["identity"] = _centred(((1,),), size)
    if size % 2 and size >= 3:
        presets |= {name: _centred(rows, size) for name, rows in _THREE_BY_THREE.items()}
    if size >= 2:
        presets["blur"] = np.full((size, size), 1 / size**2, np.float32)
    if size >= 3:
        binomial = np.array([comb(size - 1, k) for k in range(size)]) / 2 ** (size - 1)
        presets["gaussian"] = np.outer(binomial, binomial).astype(np.float32)
    presets["zero"] = np.zeros((size, size), np.float32)
    presets["random"] = np.random.default_rng(seed).normal(0, std, (size, size)).astype(np.float32)
    return presets


def _centred(rows: tuple[tuple[int, ...], ...], size: int) -> np.ndarray:
    return np.pad(np.array(rows, np.float32), (size - len(rows)) // 2)


@dataclass(frozen=True)
class KernelStatistics:
    """A kernel's figures."""

    minimum: float
    maximum: float
    mean: float
    std: float
    """Of the weights themselves: divided by their number, not by one less."""
    norm: float
    """L2: the root of the sum of squares, which is the strongest answer to a patch of norm 1."""
    total: float
    """The sum of the weights, which is the answer to a patch of ones."""


def statistics(kernel: np.ndarray) -> KernelStatistics:
    """The figures of a kernel of any shape.

    Raises:
        ValueError: it has no weights.
    """
    weights = kernel.astype(np.float64)
    return KernelStatistics(
        minimum=float(weights.min()),
        maximum=float(weights.max()),
        mean=float(weights.mean()),
        std=float(weights.std()),
        norm=float(np.linalg.norm(weights)),
        total=float(weights.sum()),
    )
