"""The shape of what a layer gives, from the shapes of what enters it: without a number being computed."""

from __future__ import annotations

from collections.abc import Callable

from core.convolution.operators import lengths
from core.records import LayerSpec

Shape = tuple[int, ...]


def shape_after(spec: LayerSpec, entering: tuple[Shape, ...]) -> Shape:
    """The shape that a layer gives; `spec.shape` need not be known.

    Raises:
        ValueError: the shapes do not fit the layer, or one another.
        KeyError: nothing here knows this kind of layer.
    """
    rule = _SHAPES[spec.kind]
    if spec.kind not in _JOINING and len(entering) != 1:
        raise ValueError("one layer's output can enter here, not several")
    return rule(spec, *entering)


def _convolution(spec: LayerSpec, shape: Shape) -> Shape:
    channels, *_ = _maps(shape)
    if channels != spec.options["inputs"]:
        raise ValueError("the number of channels is another one")
    return int(spec.options["outputs"]), *_windows(spec, shape)


def _pooling(spec: LayerSpec, shape: Shape) -> Shape:
    return shape[0], *_windows(spec, _maps(shape))


def _windows(spec: LayerSpec, shape: Shape) -> tuple[int, int]:
    assert spec.window is not None
    rows, columns = (
        length + 2 * padding for length, padding in zip(shape[1:], spec.window.padding, strict=True)
    )
    down, across = lengths((rows, columns), spec.window)
    if down < 1 or across < 1:
        raise ValueError("the window is larger than the maps")
    return down, across


def _linear(spec: LayerSpec, shape: Shape) -> Shape:
    if shape != (spec.options["inputs"],):
        raise ValueError("the number of units is another one, or these are maps")
    return (int(spec.options["outputs"]),)


def _flatten(spec: LayerSpec, shape: Shape) -> Shape:
    size = 1
    for length in shape:
        size *= length
    return (size,)


def _batch_normalisation(spec: LayerSpec, shape: Shape) -> Shape:
    if shape[0] != spec.options["inputs"] or len(shape) != spec.options["axes"]:
        raise ValueError("the number of channels is another one")
    return shape


def _concatenate(spec: LayerSpec, *shapes: Shape) -> Shape:
    if len({shape[1:] for shape in shapes}) != 1:
        raise ValueError("rows and columns differ")
    return sum(shape[0] for shape in shapes), *shapes[0][1:]


def _add(spec: LayerSpec, *shapes: Shape) -> Shape:
    if len(set(shapes)) != 1:
        raise ValueError("the shapes differ")
    return shapes[0]


def _global_mean(spec: LayerSpec, shape: Shape) -> Shape:
    return (_maps(shape)[0],)


def _resize(spec: LayerSpec, shape: Shape) -> Shape:
    size = int(spec.options["size"])
    return _maps(shape)[0], size, size


def _pad(spec: LayerSpec, shape: Shape) -> Shape:
    channels, height, width = _maps(shape)
    more = 2 * int(spec.options["size"])
    return channels, height + more, width + more


def _same(spec: LayerSpec, shape: Shape) -> Shape:
    return shape


def _maps(shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise ValueError("maps are needed, and these are units")
    channels, height, width = shape
    return channels, height, width


_SHAPES: dict[str, Callable[..., Shape]] = {
    "convolution": _convolution,
    "pooling": _pooling,
    "activation": _same,
    "flatten": _flatten,
    "linear": _linear,
    "batch normalisation": _batch_normalisation,
    "concatenate": _concatenate,
    "add": _add,
    "global mean": _global_mean,
    "normalise": _same,
    "resize": _resize,
    "pad": _pad,
    "dropout": _same,
}
_JOINING = ("concatenate", "add")
