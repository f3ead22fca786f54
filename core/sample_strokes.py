"""Digits as many Europeans write them, and as MNIST hardly has them: the path of the pen. NumPy only.

Modelled on what writers in UCI's Pen-Based Recognition of Handwritten Digits and in UNIPEN drew, where
networks that had learnt from MNIST alone misread more of these forms than of others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_PARTS = 8  # straight pieces from one point to the next: no corner can be seen at any size

_Point = tuple[float, float]


@dataclass(frozen=True)
class SampleForm:
    """A way to write a digit."""

    name: str
    digit: int
    points: tuple[tuple[_Point, ...], ...]
    """A stroke each: where the pen comes through, x to the right and y down; twice in a row is a corner."""

    def strokes(self) -> list[np.ndarray]:
        """The strokes (n, 2) float64 as curves, their middle at 0, 0 and their longer side 1."""
        curves = [_curve(np.array(stroke)) for stroke in self.points]
        points = np.concatenate(curves)
        low, high = points.min(0), points.max(0)
        return [(curve - (low + high) / 2) / (high - low).max() for curve in curves]


SAMPLE_FORMS = {
    form.name: form
    for form in (
        SampleForm(
            "crossed_7",
            7,
            (
                (
                    (0.20, 0.24), (0.25, 0.10), (0.43, 0.03), (0.62, 0.05), (0.70, 0.16), (0.68, 0.36),
                    (0.61, 0.60), (0.53, 0.80), (0.46, 0.98),
                ),
                ((0.26, 0.86), (0.24, 0.75), (0.35, 0.69), (0.58, 0.68), (0.90, 0.66)),
            ),
        ),
        SampleForm(
            "upstroke_1",
            1,
            (
                (
                    (0.12, 0.36), (0.38, 0.24), (0.66, 0.03), (0.66, 0.03), (0.60, 0.36), (0.53, 0.68),
                    (0.48, 0.98),
                ),
            ),
        ),
        SampleForm(
            "curled_9",
            9,
            (
                (
                    (0.60, 0.14), (0.50, 0.03), (0.34, 0.05), (0.26, 0.18), (0.36, 0.30), (0.52, 0.27),
                    (0.60, 0.14), (0.60, 0.14), (0.66, 0.32), (0.82, 0.58), (0.82, 0.84), (0.60, 0.97),
                    (0.30, 0.96), (0.04, 0.86),
                ),
            ),
        ),
        SampleForm(
            "open_4",
            4,
            (
                (
                    (0.42, 0.02), (0.32, 0.30), (0.24, 0.62), (0.26, 0.80), (0.42, 0.86), (0.62, 0.82),
                    (0.74, 0.72),
                ),
                ((0.66, 0.56), (0.64, 0.76), (0.58, 0.99)),
            ),
        ),
        SampleForm(
            "closed_6",
            6,
            (
                (
                    (0.40, 0.20), (0.44, 0.05), (0.58, 0.03), (0.58, 0.15), (0.42, 0.34), (0.27, 0.62),
                    (0.28, 0.86), (0.48, 0.98), (0.70, 0.88), (0.72, 0.68), (0.54, 0.58), (0.30, 0.70),
                ),
            ),
        ),
    )
}  # fmt: skip


def _curve(points: np.ndarray) -> np.ndarray:
    """A smooth line (m, 2) through points (n, 2), with corners where one stands twice."""
    corners = np.flatnonzero((points[1:] == points[:-1]).all(1)) + 1
    return np.concatenate([_smooth(part) for part in np.split(points, corners)])


def _smooth(points: np.ndarray) -> np.ndarray:
    """The Catmull–Rom spline through points (n, 2): it comes through each of them as its neighbours lie."""
    before, start, end, after = (
        np.concatenate([points[:1], points, points[-1:]])[first : len(points) - 1 + first, None]
        for first in range(4)
    )
    t = np.linspace(0, 1, _PARTS, endpoint=False)[:, None]
    pieces = (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    ) / 2
    return np.concatenate([pieces.reshape(-1, 2), points[-1:]])
