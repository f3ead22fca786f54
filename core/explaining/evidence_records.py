"""The evidence for an answer, as records that cross a process border. NumPy only.

All arrays are float32. A signed map over the drawing is (H, W), in logits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.records import DIGITS


@dataclass(frozen=True, eq=False)
class Evidence:
    """Why `digit` and not `rival`: their logits' difference, split over the units of the last hidden layer.

    `terms.sum() + bias_difference` is `difference`, up to rounding. Where the output layer reads flattened
    maps, the units have the maps' shape (C, H, W), otherwise (N,).
    """

    digit: int
    rival: int
    logits: np.ndarray
    """(K,)"""
    layer: str
    """The last hidden layer: its outputs are what the output layer reads."""
    output_layer: str
    activations: np.ndarray
    """The output of each unit of that layer."""
    weight_differences: np.ndarray
    """Per unit: its weight for the digit less its weight for the rival."""
    bias_difference: float
    input_x_gradient: np.ndarray
    """(H, W): each pixel times the gradient of the difference by it. See `rest`."""
    channels: dict[str, np.ndarray]
    """Per layer that gives maps, by name: (C,), each channel's outputs times their gradients, summed."""
    classes: tuple[str, ...] = DIGITS
    """The names of the network's classes."""

    @property
    def names(self) -> tuple[str, str]:
        """Those of the digit and of the rival."""
        return self.classes[self.digit], self.classes[self.rival]

    @property
    def difference(self) -> float:
        """How far the digit's logit is above the rival's."""
        return float(self.logits[self.digit]) - float(self.logits[self.rival])

    @property
    def terms(self) -> np.ndarray:
        """Per unit, in logits: positive for the digit, negative for the rival."""
        terms: np.ndarray = self.activations * self.weight_differences
        return terms

    @property
    def rest(self) -> float:
        """The part of the difference that `input_x_gradient` leaves out.

        With ReLU and max or average pooling a network is linear around each picture, and this is exactly the
        biases' part, each bias times its gradient (Srinivas and Fleuret 2019). With sigmoids the curvature is
        in it, too, and can be most of it.
        """
        return self.difference - float(self.input_x_gradient.sum(dtype=np.float64))


@dataclass(frozen=True, eq=False)
class Feeding:
    """A unit of a fully connected layer, term by term: `terms.sum() + bias` is `value`, up to rounding.

    Where the layer reads flattened maps, `inputs` and `weights` have their shape (C, H, W), otherwise (N,).
    """

    layer: str
    unit: int
    source: str
    """The layer whose outputs the inputs are; empty where they are the drawing's own pixels."""
    inputs: np.ndarray
    weights: np.ndarray
    bias: float
    value: float
    """The unit's output before its activation; 0 where the unit is switched off."""
    activation: float
    """The output of the activation layer after it; `value` itself where none follows."""
    input_x_gradient: np.ndarray
    """(H, W): each pixel times the gradient of `value` by it; it leaves out what `Evidence.rest` is."""
    channels: dict[str, np.ndarray]
    """As in `Evidence`, of `value`; of the layers before this one."""

    @property
    def terms(self) -> np.ndarray:
        """Each input times its weight."""
        terms: np.ndarray = self.inputs * self.weights
        return terms


@dataclass(frozen=True, eq=False)
class MapCell:
    """How one cell of a layer's maps depends on the drawing."""

    layer: str
    """Empty for the drawing itself, whose cells are its pixels."""
    channel: int
    row: int
    column: int
    value: float
    """The layer's output there."""
    input_x_gradient: np.ndarray
    """(H, W): each pixel times the gradient of `value` by it; 0 outside the cell's receptive field. It
    leaves out what `Evidence.rest` is."""


@dataclass(frozen=True, eq=False)
class ChangePath:
    """The straight way from a drawing to its smallest change that a network reads as another digit, and on.

    `positions` (n,) are shares of the way to the flip: 0 is the drawing, 1 the flip, and those beyond
    continue in the same direction. The pixels of all pictures are within [0, 1].
    """

    digit: int
    """The network's answer to the drawing."""
    rival: int
    """Its answer at the flip."""
    positions: np.ndarray
    pictures: np.ndarray
    """(n, H, W)"""
    probabilities: np.ndarray
    """(n, K): the network's answer to each picture."""
    flip: int
    """The first picture that is read as the rival."""
    classes: tuple[str, ...] = DIGITS
    """The names of the network's classes."""

    @property
    def names(self) -> tuple[str, str]:
        """Those of the digit and of the rival."""
        return self.classes[self.digit], self.classes[self.rival]

    @property
    def change(self) -> np.ndarray:
        """(H, W): what is added to the drawing at the flip; positive is ink, negative is taken away."""
        difference: np.ndarray = self.pictures[self.flip] - self.pictures[0]
        return difference

    @property
    def length(self) -> float:
        """The change's L2 length: one pixel from paper to full ink is 1."""
        return float(np.linalg.norm(self.change))

    @property
    def largest(self) -> float:
        """By how much the pixel that changes most does, 0–1."""
        return float(np.abs(self.change).max())
