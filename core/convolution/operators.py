"""What each kind of layer makes of what enters it, for one picture. PyTorch is the reference.

Arrays are float32: maps (C, H, W), or units (N,). A convolution here is what PyTorch calls one: the kernel is
not flipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.lib.stride_tricks import as_strided

from core.records import LayerSpec, Window

Weights = Mapping[str, np.ndarray]


def output(spec: LayerSpec, weights: Weights, inputs: tuple[np.ndarray, ...]) -> np.ndarray:
    """A layer's output for what enters it; `weights` are the network's, by their names in its state dict.

    Raises:
        KeyError: nothing here computes this kind of layer.
    """
    with np.errstate(all="ignore"):  # numbers that went out of hand are part of the truth
        return OPERATORS[spec.kind](spec, weights, *inputs)


def convolve(
    x: np.ndarray, kernels: np.ndarray, bias: np.ndarray | None, window: Window, groups: int = 1
) -> np.ndarray:
    """(C_in, H, W) with kernels (C_out, C_in / groups, h, w) to (C_out, H′, W′).

    With groups, the channels that enter and those that leave are cut into as many parts, each for itself.
    """
    padded = padding(x, window.padding)
    if groups == 1:
        made = _products(padded, kernels, window)
    else:
        parts = zip(np.split(padded, groups), np.split(kernels, groups), strict=True)
        made = np.concatenate([_products(part, own, window) for part, own in parts])
    if bias is not None:
        made += bias[:, None, None]
    return made


def _products(padded: np.ndarray, kernels: np.ndarray, window: Window) -> np.ndarray:
    """Each kernel on each window, as one product of matrices."""
    channels, height, width = padded.shape
    down, across = lengths((height, width), window)
    channel, row, column = padded.strides
    (dy, dx), (sy, sx) = window.dilation, window.stride
    windows = as_strided(
        padded,
        (channels, *window.size, down, across),
        (channel, row * dy, column * dx, row * sy, column * sx),
        writeable=False,
    )
    columns = windows.reshape(-1, down * across)  # a copy: each number as often as windows hold it
    made: np.ndarray = kernels.reshape(len(kernels), -1) @ columns
    return made.reshape(len(kernels), down, across)


def lengths(size: tuple[int, int], window: Window) -> tuple[int, int]:
    """How often a window fits into rows and columns that are padded already; 0 or less: not once."""
    down, across = (
        (length - (width - 1) * gap - 1) // step + 1
        for length, width, gap, step in zip(size, window.size, window.dilation, window.stride, strict=True)
    )
    return down, across


def padding(x: np.ndarray, size: tuple[int, int], value: float = 0.0) -> np.ndarray:
    """Maps (C, H, W) with so many rows and columns of a value around them; the same array if none."""
    rows, columns = size
    if not rows and not columns:
        return x
    channels, height, width = x.shape
    padded = np.full((channels, height + 2 * rows, width + 2 * columns), value, x.dtype)
    padded[:, rows : rows + height, columns : columns + width] = x
    return padded


def largest(x: np.ndarray, window: Window) -> np.ndarray:
    """The largest number of each window: (C, H, W) to (C, H′, W′). Padding never counts."""
    first, *others = _cells(padding(x, window.padding, -np.inf), window)
    made = first.copy()
    for cell in others:
        np.maximum(made, cell, out=made)  # NaN stays, as in PyTorch
    return made


def mean(x: np.ndarray, window: Window) -> np.ndarray:
    """The mean of each window, its padding counted as zeros: (C, H, W) to (C, H′, W′)."""
    first, *others = _cells(padding(x, window.padding), window)
    made = first.copy()
    for cell in others:
        made += cell
    made /= np.float32(window.size[0] * window.size[1])
    return made


def _cells(padded: np.ndarray, window: Window) -> list[np.ndarray]:
    """For each place in the window the numbers that all windows have there: views (C, H′, W′)."""
    _, height, width = padded.shape
    down, across = lengths((height, width), window)
    (dy, dx), (sy, sx) = window.dilation, window.stride
    return [
        padded[:, y * dy : y * dy + (down - 1) * sy + 1 : sy, x * dx : x * dx + (across - 1) * sx + 1 : sx]
        for y in range(window.size[0])
        for x in range(window.size[1])
    ]


def resizing(length: int, wanted: int) -> np.ndarray:
    """The weights (wanted, length) float32 of bilinear resizing along one axis: at most two of a row not 0.

    A pixel's middle is looked up among the middles of the pixels that there are, the outermost go on beyond
    the border (`align_corners=False`); nothing is averaged where pixels get fewer.
    """
    place = np.maximum((np.arange(wanted, dtype=np.float32) + 0.5) * np.float32(length / wanted) - 0.5, 0)
    lower = np.minimum(place.astype(int), length - 1)
    upper = np.minimum(lower + 1, length - 1)
    share = place - lower
    weights = np.zeros((wanted, length), np.float32)
    np.add.at(weights, (np.arange(wanted), lower), 1 - share)
    np.add.at(weights, (np.arange(wanted), upper), share)
    return weights


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + e⁻ˣ)."""
    made: np.ndarray = 1 / (1 + np.exp(-x))
    return made


def relu(x: np.ndarray) -> np.ndarray:
    """max(0, x)."""
    made: np.ndarray = np.maximum(x, np.float32(0))
    return made


def softmax(logits: np.ndarray) -> np.ndarray:
    """Logits (K,) as shares that sum to 1."""
    with np.errstate(all="ignore"):  # an infinite logit
        exponentials = np.exp(logits - logits.max())
        shares: np.ndarray = exponentials / exponentials.sum()
    return shares


ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "ReLU": relu,
    "Sigmoid": sigmoid,
    "Tanh": np.tanh,
}
"""By the names of PyTorch's modules."""


def _convolution(spec: LayerSpec, weights: Weights, x: np.ndarray) -> np.ndarray:
    assert spec.window is not None
    kernels, bias = weights[f"{spec.name}.weight"], weights.get(f"{spec.name}.bias")
    return convolve(x, kernels, bias, spec.window, spec.groups)


def _pooling(spec: LayerSpec, weights: Weights, x: np.ndarray) -> np.ndarray:
    assert spec.window is not None
    if spec.window.size == x.shape[1:] and spec.window.padding == (0, 0):
        made: np.ndarray = (x.max if spec.takes_largest else x.mean)((1, 2), keepdims=True)
        return made
    return (largest if spec.takes_largest else mean)(x, spec.window)


def _linear(spec: LayerSpec, weights: Weights, x: np.ndarray) -> np.ndarray:
    made: np.ndarray = weights[f"{spec.name}.weight"] @ x
    bias = weights.get(f"{spec.name}.bias")
    return made if bias is None else made + bias


def _activation(spec: LayerSpec, weights: Weights, x: np.ndarray) -> np.ndarray:
    return ACTIVATIONS[spec.function](x)


def _batch_normalisation(spec: LayerSpec, weights: Weights, x: np.ndarray) -> np.ndarray:
    scale, shift = batch_normalisation(spec, weights)
    along = (-1, *[1] * (x.ndim - 1))
    made: np.ndarray = x * scale.reshape(along) + shift.reshape(along)
    return made


def batch_normalisation(spec: LayerSpec, weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    """What a trained batch normalisation multiplies each channel with, and what it adds: (C,) each."""
    middle, spread = weights[f"{spec.name}.running_mean"], weights[f"{spec.name}.running_var"]
    scale = 1 / np.sqrt(spread + np.float32(spec.options["eps"]))
    scale = scale * weights.get(f"{spec.name}.weight", np.float32(1))
    shift: np.ndarray = weights.get(f"{spec.name}.bias", np.float32(0)) - middle * scale
    return scale, shift


def _resize(spec: LayerSpec, weights: Weights, x: np.ndarray) -> np.ndarray:
    _, height, width = x.shape
    _, down, across = spec.shape
    made: np.ndarray = resizing(height, down) @ x @ resizing(width, across).T
    return made


def _normalise(spec: LayerSpec, weights: Weights, x: np.ndarray) -> np.ndarray:
    made: np.ndarray = (x - np.float32(spec.options["mean"])) / np.float32(spec.options["std"])
    return made


def _pad(spec: LayerSpec, weights: Weights, x: np.ndarray) -> np.ndarray:
    size = int(spec.options["size"])
    return padding(x, (size, size))


def _add(spec: LayerSpec, weights: Weights, *x: np.ndarray) -> np.ndarray:
    made = x[0]
    for each in x[1:]:
        made = made + each
    return made


OPERATORS: dict[str, Callable[..., np.ndarray]] = {
    "convolution": _convolution,
    "pooling": _pooling,
    "activation": _activation,
    "flatten": lambda spec, weights, x: x.reshape(-1),
    "linear": _linear,
    "batch normalisation": _batch_normalisation,
    "concatenate": lambda spec, weights, *x: np.concatenate(x),
    "add": _add,
    "global mean": lambda spec, weights, x: x.mean((1, 2)),
    "normalise": _normalise,
    "resize": _resize,
    "pad": _pad,
    "dropout": lambda spec, weights, x: x,  # once a network is trained
    "softmax": lambda spec, weights, x: softmax(x),
}
"""By kind of layer."""
