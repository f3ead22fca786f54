"""A row of a network as a record: its kind, its shape, and the code that makes it."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from core.convolution.operators import ACTIVATIONS
from core.convolution.shapes import shape_after
from core.networks.layers import Add, Concatenate, Dropout, GlobalMean, Normalise, Pad, Resize
from core.records import LayerSpec, Window

_KINDS: dict[type[nn.Module], str] = {
    nn.Conv2d: "convolution",
    nn.ReLU: "activation",
    nn.Sigmoid: "activation",
    nn.Tanh: "activation",
    nn.MaxPool2d: "pooling",
    nn.AvgPool2d: "pooling",
    nn.AdaptiveAvgPool2d: "pooling",
    nn.AdaptiveMaxPool2d: "pooling",
    nn.Flatten: "flatten",
    nn.Linear: "linear",
    nn.BatchNorm1d: "batch normalisation",
    nn.BatchNorm2d: "batch normalisation",
    nn.Dropout: "dropout",
    Dropout: "dropout",
    Concatenate: "concatenate",
    Add: "add",
    GlobalMean: "global mean",
    Normalise: "normalise",
    Resize: "resize",
    Pad: "pad",
}
"""The kinds of which `core.convolution.operators` knows the arithmetic."""

OTHER = "other"
"""The kind of all others: their values are shown, and not explained."""


def spec_of(
    name: str, module: nn.Module, inputs: tuple[str, ...], entering: tuple[tuple[int, ...], ...]
) -> LayerSpec:
    """The record of a row that outputs of these shapes enter, (C, H, W) or (N,).

    Raises:
        ValueError: the shapes do not fit the module, or one another.
    """
    kind = _kind(module, entering)
    weights = list(module.parameters(recurse=False))
    spec = LayerSpec(
        name,
        kind,
        inputs,
        (),
        code=_code(module),
        parameters=sum(each.numel() for each in module.parameters()),
        parameter_sum=" + ".join("×".join(map(str, each.shape)) for each in weights),
        window=_window(module, entering[0]) if kind in ("convolution", "pooling") else None,
        groups=module.groups if kind == "convolution" and isinstance(module, nn.Conv2d) else 1,
        options=_options(module),
    )
    shape = _shape_by_asking(module, entering) if kind == OTHER else shape_after(spec, entering)
    return replace(spec, shape=shape, multiplications=_multiplications(module, shape))


def _kind(layer: nn.Module, entering: tuple[tuple[int, ...], ...]) -> str:
    """Of `_KINDS`; a module with options that nothing here has arithmetic for is of another kind."""
    kind = _KINDS.get(type(layer), OTHER)
    if kind == "activation":
        return kind if type(layer).__name__ in ACTIVATIONS else OTHER
    return kind if _is_plain(layer, entering) else OTHER


def _is_plain(layer: Any, entering: tuple[tuple[int, ...], ...]) -> bool:
    if isinstance(layer, nn.Conv2d):
        return layer.padding_mode == "zeros" and not isinstance(layer.padding, str)
    if isinstance(layer, nn.MaxPool2d):
        return not layer.ceil_mode and not layer.return_indices
    if isinstance(layer, nn.AvgPool2d):
        return layer.count_include_pad and layer.divisor_override is None and not layer.ceil_mode
    if isinstance(layer, nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d):
        # Else its windows differ from one another.
        return len(entering[0]) == 3 and all(
            wanted is None or length % wanted == 0
            for length, wanted in zip(entering[0][1:], _pair(layer.output_size), strict=True)
        )
    if isinstance(layer, nn.Flatten):
        return layer.start_dim == 1 and layer.end_dim == -1
    if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
        return layer.track_running_stats
    return True


def _window(layer: Any, entering: tuple[int, ...]) -> Window:
    if isinstance(layer, nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d):
        rows, columns = (
            length // (wanted or length)
            for length, wanted in zip(entering[1:], _pair(layer.output_size), strict=True)
        )
        return Window((rows, columns), (rows, columns), (0, 0))
    return Window(
        _pair(layer.kernel_size),
        _pair(layer.stride),
        _pair(layer.padding),
        _pair(getattr(layer, "dilation", 1)),  # the mean's windows have none
    )


def _pair(size: Any) -> tuple[Any, Any]:
    rows, columns = size if isinstance(size, tuple) else (size, size)
    return rows, columns


def _options(layer: nn.Module) -> dict[str, float]:
    match layer:
        case nn.Conv2d():
            return {"inputs": layer.in_channels, "outputs": layer.out_channels}
        case nn.Linear():
            return {"inputs": layer.in_features, "outputs": layer.out_features}
        case nn.BatchNorm1d():
            return {"inputs": layer.num_features, "eps": layer.eps, "axes": 1}
        case nn.BatchNorm2d():
            return {"inputs": layer.num_features, "eps": layer.eps, "axes": 3}
        case Normalise():
            return {"mean": layer.mean, "std": layer.std}
        case Resize() | Pad():
            return {"size": layer.size}
    return {}


def _multiplications(layer: nn.Module, shape: tuple[int, ...]) -> int:
    """Of weights with inputs, for one picture: each output number takes as many as its unit has weights."""
    if isinstance(layer, nn.Conv2d | nn.Linear):
        return math.prod(shape) * layer.weight[0].numel()
    return 0


def _code(layer: nn.Module) -> str:
    """The layer as one would type it: `repr` without defaults and doubled numbers."""
    code = re.sub(r"\((\d+), \1\)", r"\1", repr(layer))
    defaults = [", bias=True", ", padding=0", ", dilation=1", ", ceil_mode=False", "start_dim=1, end_dim=-1"]
    if isinstance(layer, nn.Conv2d):
        defaults.append(", stride=1")  # a pooling layer's default is its window
    for default in defaults:
        code = re.sub(re.escape(default) + r"(?=[,)])", "", code)
    return code


def _shape_by_asking(module: nn.Module, entering: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    """What a module gives for two pictures of zeros tells the shape, and that the batch is kept."""
    weights = next(module.parameters(), torch.empty(0))
    was_training = module.training
    module.eval()
    with torch.inference_mode():
        try:
            given = module(*(torch.zeros(2, *shape, device=weights.device) for shape in entering))
        except (RuntimeError, TypeError, IndexError) as error:
            raise ValueError(str(error)) from error
        finally:
            module.train(was_training)
    if not isinstance(given, torch.Tensor) or given.ndim < 2 or len(given) != 2:
        raise ValueError("the pictures of a batch do not stay apart")
    return tuple(given.shape[1:])
