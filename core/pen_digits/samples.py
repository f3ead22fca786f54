"""Digits as many Europeans write them and MNIST hardly has them: one of each form, to be tried. NumPy only.

Modelled on what writers in UCI's Pen-Based Recognition of Handwritten Digits and in UNIPEN drew, where
networks that had learnt from MNIST alone misread more of these forms than of others.
`core.pen_digits.forms` has the same forms, and many more, with all that differs from hand to hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.pen_digits.forms import draw_skeleton
from core.pen_digits.generator import curve


@dataclass(frozen=True)
class SampleForm:
    """A way to write a digit."""

    name: str
    digit: int
    skeleton: str
    """As in `core.pen_digits.forms`, with no number left to chance."""

    def strokes(self) -> list[np.ndarray]:
        """The strokes (n, 2) float64 as curves, their middle at 0, 0 and their longer side 1."""
        skeleton = draw_skeleton(self.skeleton, np.random.default_rng(0))
        curves = [np.concatenate([curve(piece) for piece in pieces]) for pieces in skeleton]
        points = np.concatenate(curves)
        low, high = points.min(0), points.max(0)
        return [(each - (low + high) / 2) / (high - low).max() for each in curves]


SAMPLE_FORMS = {
    form.name: form
    for form in (
        SampleForm(
            "crossed_7",
            7,
            ".09,.16 .2,.1 .38,.03 .59,.05 .71,.16 .69,.36 .61,.6 .55,.8 .41,.98"
            " | .33,.82 .31,.71 .42,.65 .65,.64 .82,.62",
        ),
        SampleForm("upstroke_1", 1, ".12,.36 .38,.24 .66,.03 ; .6,.36 .53,.68 .48,.98"),
        SampleForm(
            "curled_9",
            9,
            ".6,.18 .52,.04 .38,.04 .3,.18 .4,.3 .54,.26 .6,.14 ; "
            ".68,.3 .76,.54 .76,.8 .62,.97 .36,.96 .08,.86",
        ),
        SampleForm(
            "open_4",
            4,
            ".42,.02 .32,.3 .24,.62 .26,.8 .42,.86 .62,.82 .74,.72 | .66,.56 .64,.76 .58,.99",
        ),
        SampleForm(
            "closed_6",
            6,
            ".4,.2 .44,.05 .58,.03 .58,.15 .42,.34 .27,.62 .28,.86 .48,.98 .7,.88 .72,.68 .54,.58 .3,.7",
        ),
    )
}
