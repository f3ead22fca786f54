"""One forward pass that keeps every named layer's output."""

from __future__ import annotations

import re

import numpy as np
import torch
from torch import Tensor, nn

from core.networks import edits
from core.records import LayerActivation, LayerSpec, NetworkState, Trace, Window

_KINDS: dict[type[nn.Module], str] = {
    nn.Conv2d: "convolution",
    nn.ReLU: "activation",
    nn.Sigmoid: "activation",
    nn.Tanh: "activation",
    nn.MaxPool2d: "pooling",
    nn.AvgPool2d: "pooling",
    nn.Flatten: "flatten",
    nn.Linear: "linear",
}


@torch.inference_mode()
def run(network: nn.Sequential, x: np.ndarray | Tensor) -> tuple[np.ndarray, Trace]:
    """The logits (10,) float32 for one picture, and every layer's output on the way.

    The picture `x` is (28, 28) or (1, 1, 28, 28), float32 in [0, 1]; the network stays on its device.
    """
    device = next(network.parameters()).device
    picture = torch.as_tensor(x, dtype=torch.float32).reshape(1, 1, 28, 28).cpu().clone()
    value = picture.to(device)
    layers = []
    for name, layer in network.named_children():
        value = layer(value)
        layers.append(LayerActivation(name, kind(layer), value[0].cpu().numpy().copy()))
    return layers[-1].values, Trace(picture[0, 0].numpy(), tuple(layers))


def specs(network: nn.Sequential) -> tuple[LayerSpec, ...]:
    """The network's layers, with the shapes of their outputs for a 28×28 picture."""
    _, trace = run(network, np.zeros((28, 28), np.float32))
    return tuple(
        LayerSpec(
            name,
            kind(layer),
            activation.values.shape,
            code=_code(layer),
            parameters=sum(weights.numel() for weights in layer.parameters()),
            parameter_sum=" + ".join("×".join(map(str, weights.shape)) for weights in layer.parameters()),
            multiplications=_multiplications(layer, activation.values),
            window=_window(layer),
        )
        for (name, layer), activation in zip(network.named_children(), trace.layers, strict=True)
    )


def state(network: nn.Sequential) -> NetworkState:
    """The network as numbers; the weights are copies."""
    weights = {name: value.detach().cpu().numpy().copy() for name, value in network.state_dict().items()}
    return NetworkState(specs(network), weights, edits.silenced(network))


def _multiplications(layer: nn.Module, output: np.ndarray) -> int:
    """Of weights with inputs, for one picture: each output number takes as many as its unit has weights."""
    if isinstance(layer, nn.Conv2d | nn.Linear):
        return int(output.size * layer.weight[0].numel())
    return 0


def _window(layer: nn.Module) -> Window | None:
    if kind(layer) not in ("convolution", "pooling"):
        return None
    assert isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d)
    return Window(_pair(layer.kernel_size), _pair(layer.stride), _pair(layer.padding))


def _pair(size: int | tuple[int, ...] | str) -> tuple[int, int]:
    assert not isinstance(size, str)  # `_is_plain` refuses these
    rows, columns = (size, size) if isinstance(size, int) else size
    return rows, columns


def _code(layer: nn.Module) -> str:
    """The layer as one would type it: `repr` without defaults and doubled numbers."""
    code = re.sub(r"\((\d+), \1\)", r"\1", repr(layer))
    defaults = [", bias=True", ", padding=0", ", dilation=1", ", ceil_mode=False", "start_dim=1, end_dim=-1"]
    if isinstance(layer, nn.Conv2d):
        defaults.append(", stride=1")  # a pooling layer's default is its window
    for default in defaults:
        code = re.sub(re.escape(default) + r"(?=[,)])", "", code)
    return code


def kind(layer: nn.Module) -> str:
    """A layer's kind: convolution, activation, pooling, flatten, linear, or other.

    A convolution or pooling with options that `core.explaining.cells` has no arithmetic for is “other”.
    """
    return _KINDS.get(type(layer), "other") if _is_plain(layer) else "other"


def _is_plain(layer: nn.Module) -> bool:
    if isinstance(layer, nn.Conv2d):
        usual = layer.dilation == (1, 1) and layer.groups == 1 and layer.padding_mode == "zeros"
        return usual and not isinstance(layer.padding, str)
    if isinstance(layer, nn.MaxPool2d):
        return layer.dilation == 1 and not layer.ceil_mode
    if isinstance(layer, nn.AvgPool2d):
        return layer.count_include_pad and layer.divisor_override is None and not layer.ceil_mode
    if isinstance(layer, nn.Flatten):
        return layer.start_dim == 1 and layer.end_dim == -1
    return True
