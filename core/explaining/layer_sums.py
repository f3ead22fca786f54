"""A layer's shape and multiplications as formulas, in symbols and numbers. NumPy only."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.records import LayerSpec


def times(sizes: Sequence[int]) -> str:
    """Sizes as a product: `6×28×28`."""
    return "×".join(str(size) for size in sizes)


def shape_formula(spec: LayerSpec, *entering: tuple[int, ...]) -> tuple[str, ...]:
    """How a layer's output shape follows from those that enter it, (C, H, W) or (N,): one equation a line.

    C, H, W are channels, rows and columns, N numbers in a row; those of the output have a prime. k, s, p and
    d are the window's size, stride, padding and dilation. Empty for layers whose arithmetic is not known.
    """
    input_shape = entering[0]
    if spec.window is not None:
        channels = f"C′ = {spec.shape[0]}" if spec.kind == "convolution" else f"C′ = C = {spec.shape[0]}"
        rows, columns = (_window_formula(spec, input_shape, axis) for axis in (0, 1))
        if rows == columns:
            return channels, f"H′ = W′ = {rows.format('H')}"
        return channels, f"H′ = {rows.format('H')}", f"W′ = {columns.format('W')}"
    if spec.kind == "linear":
        return (f"N′ = {spec.shape[0]}",)
    if spec.kind == "flatten":
        return (f"N′ = C·H·W = {'·'.join(str(size) for size in input_shape)} = {spec.shape[0]}",)
    if spec.kind == "concatenate":
        summands = " + ".join(str(shape[0]) for shape in entering)
        if len(spec.shape) == 1:
            return (f"N′ = {summands} = {spec.shape[0]}",)
        return f"C′ = {summands} = {spec.shape[0]}", f"H′ = H = {spec.shape[1]}, W′ = W = {spec.shape[2]}"
    if spec.kind == "global mean":
        return (f"N′ = C = {spec.shape[0]}",)
    if spec.kind == "pad":
        more = 2 * int(spec.options["size"])
        lengths = zip("HW", input_shape[1:], spec.shape[1:], strict=True)
        sums = (f"{name}′ = {name} + 2p = {length} + {more} = {made}" for name, length, made in lengths)
        return (f"C′ = C = {spec.shape[0]}", *sums)
    if spec.kind == "resize":
        return f"C′ = C = {spec.shape[0]}", f"H′ = W′ = {spec.shape[1]}"
    if spec.kind in ("activation", "softmax", "normalise", "batch normalisation", "dropout", "add"):
        named = zip("CHW" if len(spec.shape) == 3 else "N", spec.shape, strict=True)
        return (", ".join(f"{name}′ = {name} = {size}" for name, size in named),)
    return ()


def _window_formula(spec: LayerSpec, input_shape: tuple[int, ...], axis: int) -> str:
    """The output's length along rows (0) or columns (1); a pair of braces stands for the input's."""
    assert spec.window is not None
    window, length = spec.window, input_shape[1 + axis]
    size, stride, padding, gap = (
        each[axis] for each in (window.size, window.stride, window.padding, window.dilation)
    )
    rule, sum_ = "{} + 2p − k", f"{length} + {2 * padding} − {size}"
    if gap != 1:
        rule, sum_ = "{} + 2p − d(k − 1) − 1", f"{length} + {2 * padding} − {gap}·{size - 1} − 1"
    steps = (length + 2 * padding - window.reach[axis]) / stride
    cut = "" if steps == int(steps) else f"floor({steps:.2f}) + 1 = "
    return f"floor(({rule})/s) + 1 = floor(({sum_})/{stride}) + 1 = {cut}{spec.shape[1 + axis]}"


def multiplication_sum(spec: LayerSpec, input_shape: tuple[int, ...]) -> str:
    """The multiplications of weights with inputs for one picture, written out; empty where there are none.

    Outputs, each times as many as it has weights: `(6×28×28) × (1×5×5) = 4,704 × 25 = 117,600`.
    """
    if spec.kind not in ("convolution", "linear"):
        return ""
    weights = input_shape
    if spec.window is not None:
        weights = (input_shape[0] // spec.groups, *spec.window.size)
    outputs = math.prod(spec.shape)
    product = f"{outputs:,} × {math.prod(weights):,} = {spec.multiplications:,}"
    if len(spec.shape) == 1:
        return product
    return f"({times(spec.shape)}) × ({times(weights)}) = {product}"
