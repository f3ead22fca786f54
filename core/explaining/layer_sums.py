"""A layer's shape and multiplications as formulas, in symbols and numbers. NumPy only."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.records import LayerSpec


def times(sizes: Sequence[int]) -> str:
    """Sizes as a product: `6×28×28`."""
    return "×".join(str(size) for size in sizes)


def shape_formula(spec: LayerSpec, input_shape: tuple[int, ...]) -> tuple[str, ...]:
    """How a layer's output shape follows from that of its input, (C, H, W) or (N,): one equation a line.

    C, H, W are channels, rows and columns, N numbers in a row; those of the output have a prime. k, s and
    p are the window's size, stride and padding. Empty for layers whose arithmetic is not known.
    """
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
    if spec.kind in ("activation", "softmax"):
        named = zip("CHW" if len(spec.shape) == 3 else "N", spec.shape, strict=True)
        return (", ".join(f"{name}′ = {name} = {size}" for name, size in named),)
    return ()


def _window_formula(spec: LayerSpec, input_shape: tuple[int, ...], axis: int) -> str:
    """The output's length along rows (0) or columns (1); a pair of braces stands for the input's."""
    assert spec.window is not None
    size, stride, padding = (
        each[axis] for each in (spec.window.size, spec.window.stride, spec.window.padding)
    )
    sum_ = f"{input_shape[1 + axis]} + {2 * padding} − {size}"
    steps = (input_shape[1 + axis] + 2 * padding - size) / stride
    cut = "" if steps == int(steps) else f"floor({steps:.2f}) + 1 = "
    return f"floor(({{}} + 2p − k)/s) + 1 = floor(({sum_})/{stride}) + 1 = {cut}{spec.shape[1 + axis]}"


def multiplication_sum(spec: LayerSpec, input_shape: tuple[int, ...]) -> str:
    """The multiplications of weights with inputs for one picture, written out; empty where there are none.

    Outputs, each times as many as it has weights: `(6×28×28) × (1×5×5) = 4,704 × 25 = 117,600`.
    """
    if spec.kind not in ("convolution", "linear"):
        return ""
    weights = (input_shape[0], *spec.window.size) if spec.window is not None else input_shape
    outputs = math.prod(spec.shape)
    product = f"{outputs:,} × {math.prod(weights):,} = {spec.multiplications:,}"
    if len(spec.shape) == 1:
        return product
    return f"({times(spec.shape)}) × ({times(weights)}) = {product}"
