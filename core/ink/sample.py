"""The digit that is on the pad when the program opens and there is nothing of one's own yet. NumPy only."""

from __future__ import annotations

import numpy as np

SAMPLE = np.array(
    [
        (92, 98), (97, 82), (108, 69), (124, 61), (142, 58), (160, 62), (173, 72), (179, 87), (177, 105),
        (168, 123), (153, 141), (135, 159), (117, 177), (102, 195), (94, 212), (118, 211), (142, 209),
        (166, 208), (190, 207),
    ],
    float,
)  # fmt: skip
"""A 2 in one stroke: points (n, 2) on the sheet of 280 × 280."""
