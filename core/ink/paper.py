"""Ink on paper: what is written on a photographed or scanned sheet, whatever its light, grain and colours.

The paper is estimated around each pixel, since light falls off and shadows have edges; ink is what stands out
from it in the direction of colour that separates the two best. Grain is known by its own spread.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from scipy import ndimage

_COARSE = 160  # pixels on the longer side: enough to tell ink from paper by their colours
_MIDDLING = 500  # enough to tell how wide strokes are
_REACH = 0.05  # of the frame's shorter side: from how far around a stroke the paper's colour is taken
_WIDEST = 0.7  # of the frame's shorter side: any stroke is narrower
_STANDS_OUT = 6.0  # times the grain
_FEWEST_PIXELS = 6  # of a digit in a coarse picture
_FEWEST_LEVELS = 10.0  # of 255: paler marks than this are no ink
_MOST_GRAIN = 0.16  # of the ink's contrast: with more, nobody could read it
_LEAST = 0.3  # of the ink's contrast: paler marks are shadows, lines and echoes
_SURE = 0.6  # of it: something this strong is part of all that is ink

# Directions of colour that are tried first: grey, each colour alone, and the differences of two.
_DIRECTIONS = np.array(
    [[1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, -1, 0], [0, 1, -1], [1, 0, -1]], np.float32
)


@dataclass(frozen=True, eq=False)
class Marks:
    """What stands out from the paper."""

    strength: np.ndarray
    """(H, W) float32: 0 is paper, 1 the ink's usual contrast."""
    least: float
    """Of strength: what is below is not ink."""
    grain: float
    """The spread of the paper's strength."""


def find_marks(colours: np.ndarray) -> Marks | None:
    """Marks on a sheet (H, W, 1 or 3) float32 in 0–255; None where nothing stands out of its grain."""
    along = _direction(_reduced(colours, _COARSE))
    return None if along is None else _marks(colours @ along)


def _direction(coarse: np.ndarray) -> np.ndarray | None:
    """The direction of colour, of length 1, in which ink is above paper, and farthest for its grain."""
    tried = _DIRECTIONS if coarse.shape[2] == 3 else np.ones((1, 1), np.float32)
    tried = tried / np.linalg.norm(tried, axis=1, keepdims=True)
    _, ink = max((_likely_ink(coarse @ direction) for direction in tried), key=itemgetter(0))
    if not ink.any():
        return None
    paper = ~ndimage.binary_dilation(ink, iterations=2)
    apart = coarse - np.dstack([_around(coarse[..., channel], paper) for channel in range(coarse.shape[2])])
    calm = apart[paper]
    spread = calm.T @ calm / max(len(calm), 1) + np.eye(coarse.shape[2])  # at least as wide as rounding
    found = np.linalg.solve(spread, apart[ink].mean(0)).astype(np.float32)
    return found / max(float(np.linalg.norm(found)), 1e-12)


def _likely_ink(values: np.ndarray) -> tuple[float, np.ndarray]:
    """How far ink stands out of values (H, W) as a multiple of grain, and where, above or below.

    Gaps between strokes stand out as well, to the other side: but they are like the paper around all that.
    """
    grain = _grain(values) + 0.5
    window = round(_WIDEST * min(values.shape))
    above, below = (_inside(_above(signed, window), grain) for signed in (values, -values))
    contrasts = [float(np.quantile(side, 0.998)) for side in (above, below)]
    masks = [side > max(contrasts) / 2 for side in (above, below)]
    apart = np.abs(values - _around(values, ~(masks[0] | masks[1])))
    ink = max(masks, key=lambda mask: apart[mask].mean() if mask.any() else 0.0)
    return max(contrasts) / grain, ink


def _around(values: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """The mean of the paper around each pixel, of values (H, W); paper is (H, W) bool."""
    reach = _REACH * min(paper.shape)
    weight = ndimage.gaussian_filter(paper.astype(np.float32), reach, mode="nearest") + np.float32(1e-6)
    around: np.ndarray = ndimage.gaussian_filter(values * paper, reach, mode="nearest") / weight
    return around


def _inside(above: np.ndarray, grain: float) -> np.ndarray:
    """All but what reaches the frame, such as the table around a sheet; all, where that is all there is."""
    stands_out = above > max(_STANDS_OUT * grain, float(np.quantile(above, 0.998)) / 2)
    labels, _ = ndimage.label(stands_out)
    border = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    outside = np.isin(labels, border[border > 0])
    return above * ~outside if (stands_out & ~outside).sum() >= _FEWEST_PIXELS else above


def _reduced(values: np.ndarray, longest: int) -> np.ndarray:
    """Means of squares of pixels of (H, W, …), so that the longer side has at most about as many."""
    # A strip keeps its few pixels.
    factor = max(1, min(round(max(values.shape[:2]) / longest), *values.shape[:2]))
    height, width = (side // factor * factor for side in values.shape[:2])
    whole = values[:height, :width]
    rows = np.add.reduce([whole[first::factor] for first in range(factor)])
    reduced: np.ndarray = np.add.reduce([rows[:, first::factor] for first in range(factor)]) / factor**2
    return reduced


def _marks(values: np.ndarray) -> Marks | None:
    """Marks in values (H, W), in which ink is above paper."""
    coarse = _reduced(values, _MIDDLING)
    short = min(coarse.shape)
    window = round(_WIDEST * short)
    above, contrast = _above_paper(coarse, window)
    if contrast <= 0:
        return None
    strokes = above >= contrast / 2
    width = 2 * float(np.quantile(ndimage.distance_transform_cdt(strokes)[strokes], 0.98))
    window = min(round(4 * width + 0.02 * short), window)
    smooth = ndimage.gaussian_filter(values, 1.0, mode="nearest") if _grain(values) > 0.3 else values
    above, contrast = _above_paper(smooth, round(window * max(values.shape) / max(coarse.shape)))
    sample = above[::3, ::3]
    calm = sample[np.abs(sample) < contrast * _LEAST]
    noise = float(np.median(np.abs(calm))) * 1.4826 if calm.size else 0.0
    if contrast < _FEWEST_LEVELS or noise > _MOST_GRAIN * contrast:
        return None
    noise /= contrast
    return Marks((above / contrast).astype(np.float32), min(max(_LEAST, 4 * noise), 0.45), noise)


def _grain(values: np.ndarray) -> float:
    """The spread of the paper's grain, from neighbouring pixels."""
    rows = values[::3]
    apart = rows[:, 1:-1] - (rows[:, :-2] + rows[:, 2:]) / 2
    return float(np.median(np.abs(apart))) * 1.4826 if apart.size else 0.0


def _above(values: np.ndarray, window: int) -> np.ndarray:
    """How far each pixel (H, W) is above the paper around it.

    The paper is an opening: it follows slopes and edges of any height, and drops what is narrower than
    the window.
    """
    window = max(3, window)
    beyond = window // 2 + 1  # what reaches the frame goes on there
    around = np.pad(values, beyond, "edge")
    lowest = ndimage.minimum_filter(around, window, mode="nearest")
    paper = ndimage.maximum_filter(lowest, window, mode="nearest")[beyond:-beyond, beyond:-beyond]
    above: np.ndarray = values - paper
    above -= np.median(above[::2, ::2])  # an opening lies below the paper's grain
    return above


def _above_paper(values: np.ndarray, window: int) -> tuple[np.ndarray, float]:
    """The same, and how far ink is."""
    above = _above(values, window)
    strongest = float(np.quantile(above[::2, ::2], 0.9995))
    ink = above[above > strongest / 2]
    return above, float(np.quantile(ink, 0.7)) if strongest > 0 and ink.size else 0.0
